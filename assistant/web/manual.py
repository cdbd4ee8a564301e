"""`/docs`: the OpenAPI document as a page of our own, without scripts and without other hosts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: the HTTP API</title>
<link rel="stylesheet" href="ui/manual.css"></head><body><main>
<h1>{title}: the HTTP API</h1><p>{about} Version {version}.
The whole as <a href="openapi.json">OpenAPI document</a>.</p>{operations}</main></body></html>"""


def manual_html(document: Mapping[str, Any]) -> str:
    """Return the page for an OpenAPI document."""
    info = document["info"]
    operations = "".join(
        _operation(document, path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    )
    return _PAGE.format(
        title=escape(info["title"]),
        about=escape(info.get("description", "")),
        version=escape(info["version"]),
        operations=operations,
    )


def _operation(
    document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]
) -> str:
    parts = [
        f'<section id="{escape(operation["operationId"])}"><h2><code><b>{method.upper()}</b> '
        f"{escape(path)}</code> {escape(operation.get('summary', ''))}</h2>"
        f"<p>{escape(operation.get('description', ''))}</p>"
    ]
    inputs = [*_parameters(operation), *_body(document, operation)]
    if inputs:
        rows = "".join(
            f"<tr><td><code>{escape(name)}</code></td><td>{escape(kind)}</td>"
            f"<td>{escape(about)}</td></tr>"
            for name, kind, about in inputs
        )
        parts.append(f"<h3>Takes</h3><table>{rows}</table>")
    example = _example(document, operation)
    if example is not None:
        shown = escape(json.dumps(example, indent=2, ensure_ascii=False))
        parts.append(f'<h3>Example</h3><pre tabindex="0"><code>{shown}</code></pre>')
    rows = "".join(
        f"<tr><td><code>{code}</code></td><td>{escape(_gives(document, response))}</td></tr>"
        for code, response in sorted(operation["responses"].items())
    )
    parts.append(f"<h3>Gives</h3><table>{rows}</table></section>")
    given = _given(document, operation)
    if given is not None:
        shown = given if isinstance(given, str) else json.dumps(given, indent=2, ensure_ascii=False)
        parts.insert(-1, f'<h3>Answers</h3><pre tabindex="0"><code>{escape(shown)}</code></pre>')
    return "".join(parts)


def _given(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Any:
    """Return an example of what a request is answered with."""
    content = operation["responses"].get("200", {}).get("content", {})
    for found in content.values():
        schema = found.get("schema", {})
        item = _resolved(document, schema.get("items", {}))
        example = found.get("example") or _resolved(document, schema).get("example")
        if example is None and "example" in item:
            return [item["example"]]
        if example is not None:
            return example
    return None


def _parameters(operation: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for parameter in operation.get("parameters", ()):
        needed = "" if parameter.get("required") else ", optional"
        kind = _kind(parameter["schema"]) + needed
        yield parameter["name"], kind, parameter.get("description", "")


def _body(
    document: Mapping[str, Any], operation: Mapping[str, Any]
) -> Iterator[tuple[str, str, str]]:
    schema = _schema(document, operation)
    for name, field in schema.get("properties", {}).items():
        needed = "" if name in schema.get("required", ()) else ", optional"
        yield name, _kind(field) + needed, field.get("description", "")


def _schema(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Mapping[str, Any]:
    content = operation.get("requestBody", {}).get("content", {})
    return _resolved(document, content.get("application/json", {}).get("schema", {}))


def _example(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Any:
    return _schema(document, operation).get("example")


def _gives(document: Mapping[str, Any], response: Mapping[str, Any]) -> str:
    told = [str(response.get("description", ""))]
    for kind, content in response.get("content", {}).items():
        schema = _resolved(document, content.get("schema", {}))
        item = _resolved(document, schema.get("items", {}))
        names = ", ".join((item or schema).get("properties", {}))
        many = "a list of " if item else ""
        told.append(f"{kind}: {many}{names}" if names else kind)
    return " — ".join(told)


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref")
    if not reference:
        return schema
    found: Mapping[str, Any] = document["components"]["schemas"][reference.rpartition("/")[2]]
    return found


def _kind(schema: Mapping[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_kind(option) for option in schema["anyOf"])
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2].lower()
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    return str(schema.get("type", "any"))
