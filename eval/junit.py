"""A run as JUnit XML: one test case for each question, for CI to show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from eval.told import expected, got

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(result: Mapping[str, Any]) -> str:
    """Return the XML; a question that is not right is a failure with expected and got."""
    rows = result["rows"]
    failures = sum(not row["right"] for row in rows)
    seconds = sum(row["elapsed_ms"] for row in rows) / 1000
    suite = ElementTree.Element(
        "testsuite",
        name="c5 eval answers",
        tests=str(len(rows)),
        failures=str(failures),
        errors="0",
        time=f"{seconds:.3f}",
    )
    for row in rows:
        case = ElementTree.SubElement(
            suite,
            "testcase",
            classname=".".join(filter(None, ("answers", row["split"], row["lang"], row["kind"]))),
            name=_clean(row["id"]),
            time=f"{row['elapsed_ms'] / 1000:.4f}",
        )
        if not row["right"]:
            failure = ElementTree.SubElement(case, "failure", message=_clean(row["question"]))
            failure.text = _clean(f"expected: {expected(row)}\ngot: {got(row)}")
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    ElementTree.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suites, "unicode")


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
