"""The table of peers says what was measured, and by how much ours is ahead."""

from pathlib import Path

from eval.benchmarks.peers import _RATIOS, _ratio
from eval.benchmarks.peers_table import peers_table
from eval.marked import write_table, written_table

ROW = {"cold_seconds": 2.0, "per_second": 8.0, "characters_per_second": 50_000, "peak_mb": 400}


def test_the_table_has_every_system_with_our_lead_and_where_it_was_measured(tmp_path: Path) -> None:
    ours = ROW | {"right": 0.7}
    peer = ROW | {"right": 0.0, "cold_seconds": 24.0, "per_second": 16.0}
    measured = {
        "commit": "0123456789", "machine": "x86_64, 2 CPU cores", "load": [0.1, 0.2, 0.3],
        "versions": {"bm25s": "0.3.16", "txtai": "not installed"}, "questions": 326,
        "systems": {"C5, verified answers": ours, "bm25s": peer},
        "left_out": {"txtai": "not installed: txtai"},
        "ours_is_better_by": {
            "bm25s": {key: _ratio(ours[key], peer[key], more) for key, (_, more) in _RATIOS.items()}
        },
    }  # fmt: skip
    readme = tmp_path / "README.md"
    readme.write_text("<!-- peers:begin -->\n<!-- peers:end -->\n")
    write_table(readme, "peers", peers_table(measured))
    table = written_table(readme, "peers")
    assert table is not None
    lines = table.splitlines()
    assert lines[4] == "| C5, verified answers | 2.0 | 8.0 | 50,000 | 400 | 70.0% |"
    # twelve times as fast to start, half as fast to answer; nothing right has no ratio
    assert lines[5] == "| bm25s | 24.0 (× 12) | 16.0 (× 0.5) | 50,000 (× 1) | 400 (× 1) | 0.0% |"
    assert "`0123456789`" in table
    assert "txtai left out: not installed" in table
    assert "txtai not installed" not in table


def test_the_readme_has_a_place_for_the_table() -> None:
    readme = Path(__file__).resolve().parent.parent / "README.md"
    assert written_table(readme, "peers") is not None
