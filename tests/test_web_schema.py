"""The HTTP API held against its own OpenAPI document: by schemathesis, and by its examples."""

from __future__ import annotations

import json

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.testclient import TestClient
from web_stand_in import StandIn

from assistant.settings import Settings
from assistant.web import bodies
from assistant.web.app import create_app

APP = create_app(Settings(rate_limit=0), StandIn())
schema = schemathesis.openapi.from_asgi("/openapi.json", APP)


@pytest.mark.slow
@schema.parametrize()
@settings(
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_whatever_the_document_allows_or_forbids_is_answered_as_it_says(
    case: schemathesis.Case,
) -> None:
    # an article that is not there is refused, which no schema can foretell
    case.call_and_validate(excluded_checks=[positive_data_acceptance])


@pytest.mark.parametrize(
    "model",
    [
        bodies.AskBody, bodies.AnswerBody, bodies.HitBody, bodies.ArticleBody, bodies.CitationBody,
        bodies.ArticleTextBody, bodies.LibraryBody, bodies.ProblemBody,
    ],
)  # fmt: skip
def test_examples_are_what_they_are_examples_of(model: type) -> None:
    example = model.model_json_schema()["example"]
    made = model.model_validate_json(json.dumps(example))
    assert json.loads(made.model_dump_json(exclude_unset=True)) == example


def test_every_operation_is_described_with_its_failures_and_an_example() -> None:
    document = TestClient(APP).get("/openapi.json").json()
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert operation["summary"]
            assert operation["description"]
            for parameter in operation.get("parameters", ()):
                assert parameter["description"], (path, parameter["name"])
            for code, response in operation["responses"].items():
                assert response["description"]
                if code != "200":
                    assert list(response["content"]) == ["application/problem+json"], (path, code)
                if code in ("429", "503"):
                    assert "Retry-After" in response["headers"]
    manual = TestClient(APP).get("/docs").text
    assert "urn:request" not in manual  # failures are told in words
    assert manual.count("<h3>Answers</h3>") >= 5
