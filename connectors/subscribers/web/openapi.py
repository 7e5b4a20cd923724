"""The OpenAPI 3.1 document of the API, generated from the table of operations and the contract's schemas."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

SCHEMAS = ("alert", "story", "disposition", "silence")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One row of the table.

    Attributes:
        method: in lower case.
        path: below /api/v1, with names in braces.
        name: of the method of `Api` that answers, and the operation's id.
        summary: what it does, in one sentence.
        query: parameter to what it means.
        body: field to what it means, all texts; empty for no body.
        answers: schema of the answer, empty for any object.
        is_list: whether the answer is a page of such.
        status: of the answer when all goes well.
        media_type: of the answer.
    """

    method: str
    path: str
    name: str
    summary: str
    query: dict[str, str] = field(default_factory=dict)
    body: dict[str, str] = field(default_factory=dict)
    answers: str = ""
    is_list: bool = False
    status: int = 200
    media_type: str = "application/json"


def document(operations: Sequence[Operation], version: str) -> dict[str, Any]:
    """Return the document."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sanctionwire",
            "version": version,
            "description": "Alerts about sanctions, and what analysts say of them.",
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"bearer": []}, {}],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                **{name.title(): _schema(name) for name in SCHEMAS},
                "Problem": {
                    "type": "object",
                    "required": ["title", "status", "detail"],
                    "properties": {
                        "type": {"type": "string"},
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "detail": {"type": "string"},
                        "instance": {"type": "string"},
                    },
                },
            },
        },
    }


def _schema(name: str) -> Any:
    return json.loads((files("connectors.messages") / "schemas" / f"{name}.v1.json").read_text(encoding="utf-8"))


def _operation(operation: Operation) -> dict[str, Any]:
    names = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    parameters = [_parameter(name, "path", "Which one.", required=True) for name in names]
    parameters += [_parameter(name, "query", words, required=False) for name, words in operation.query.items()]
    told: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": parameters,
        "responses": {str(operation.status): _answer(operation), "default": _problem()},
    }
    return told | ({"requestBody": _body(operation)} if operation.body else {})


def _parameter(name: str, place: str, words: str, *, required: bool) -> dict[str, Any]:
    return {"name": name, "in": place, "description": words, "required": required, "schema": {"type": "string"}}


def _body(operation: Operation) -> dict[str, Any]:
    properties = {name: {"type": "string", "description": words} for name, words in operation.body.items()}
    return {"required": True, "content": {"application/json": {"schema": {"type": "object", "properties": properties}}}}


def _answer(operation: Operation) -> dict[str, Any]:
    plain_one = {"type": "object" if "json" in operation.media_type.partition(";")[0] else "string"}
    one: dict[str, Any] = {"$ref": f"#/components/schemas/{operation.answers}"} if operation.answers else plain_one
    many = {
        "type": "object",
        "required": ["items", "next"],
        "properties": {"items": {"type": "array", "items": one}, "next": {"type": ["string", "null"]}},
    }
    return {"description": "Done.", "content": {operation.media_type: {"schema": many if operation.is_list else one}}}


def _problem() -> dict[str, Any]:
    return {
        "description": "What is wrong.",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
