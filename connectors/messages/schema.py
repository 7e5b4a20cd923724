"""The contract as documents: a JSON Schema for each message and one AsyncAPI document, generated from the dataclasses.

`python -m connectors.messages.schema` writes them into `schemas/` beside this file, where they are committed; a test says that they
equal the code. Types come from the annotations, limits from `connectors.messages.fields`, words from the docstrings.

The schemas are JSON Schema 2020-12 and let unknown fields pass, since optional fields may be added within a major version. A field
is `required` where the dataclass has no default; what we publish always holds every field. Limits that only guard the decoder (a
million characters in any text, 64 bits in any integer) are left out.

The AsyncAPI 3.0 document holds the same schemas as components, in the keywords that its own dialect (a superset of JSON Schema
draft-07) shares with 2020-12.
"""

import inspect
import json
import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeGuard, Union, get_args, get_origin, get_type_hints

from connectors.messages.alert import Alert
from connectors.messages.analysis import Analysis
from connectors.messages.article import Article
from connectors.messages.codec import TYPE_NAMES, event_type, schema_urn
from connectors.messages.dead_letter import DeadLetter
from connectors.messages.delivery import Delivery
from connectors.messages.disposition import Disposition
from connectors.messages.limits import (
    INTEGER_RANGE,
    INTEGER_RANGES,
    NOT_BLANK,
    NUMBER_RANGES,
    TEXT_LIMITS,
)
from connectors.messages.silence import Silence
from connectors.messages.story import Story
from connectors.topics import TOPICS, Topic

DIRECTORY = Path(__file__).parent / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
CONTRACT_VERSION = "1.0.0"
MESSAGES: tuple[type, ...] = (Article, Analysis, Story, Alert, Disposition, Silence, Delivery)
HEADERS: dict[str, str] = {
    "ce_specversion": "Version of CloudEvents.",
    "ce_id": "Id of this version of the message; the same message always has the same.",
    "ce_type": "Message and its major version.",
    "ce_source": "Which part of Sanctionwire published it.",
    "ce_subject": "The record's key.",
    "ce_dataschema": "The `$id` of the value's JSON Schema.",
    "ce_time": "When the article spoke; for a disposition, a silence or a delivery, when it was made.",
}
DEAD_LETTER_HEADERS: dict[str, str] = {
    "ce_stage": "Name of the stage that refused it.",
    "ce_reason": "The error, in one line.",
    "ce_origintopic": "Topic in which the original stands.",
    "ce_originpartition": "Its partition.",
    "ce_originoffset": "Its offset.",
}

Refer = Callable[[type], dict[str, Any]]
Schema = dict[str, Any]


def json_schema(message_class: type) -> Schema:
    """Return the JSON Schema of one message, with the classes within it under `$defs`."""
    inner = {inner.__name__: _object_schema(inner, _refer_to_defs) for inner in _classes_within(message_class)}
    head = {"$schema": DIALECT, "$id": schema_urn(message_class), "title": message_class.__name__}
    return head | _object_schema(message_class, _refer_to_defs) | {"$defs": dict(sorted(inner.items()))}


def asyncapi() -> Schema:
    """Return the AsyncAPI 3.0 document: every topic of the table as a channel, with its key, headers and message."""
    classes = {inner.__name__: inner for message_class in MESSAGES for inner in (message_class, *_classes_within(message_class))}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Sanctionwire",
            "version": CONTRACT_VERSION,
            "description": "Who threatens, weighs, imposes, eases or denies which sanctions, as the news tells it.",
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic) for topic in TOPICS},
        "operations": {operation: body for topic in TOPICS for operation, body in _operations(topic).items()},
        "components": {
            "messages": {message_class.__name__: _message(message_class) for message_class in (*MESSAGES, DeadLetter)},
            "schemas": {name: _object_schema(classes[name], _refer_to_components) for name in sorted(classes)},
        },
    }


def documents() -> dict[str, Schema]:
    """Return every document by its file name."""
    schemas = {f"{TYPE_NAMES[message_class]}.v1.json": json_schema(message_class) for message_class in MESSAGES}
    return schemas | {"asyncapi.json": asyncapi()}


def write(directory: Path = DIRECTORY) -> tuple[Path, ...]:
    """Write every document into `directory` and return their paths."""
    directory.mkdir(parents=True, exist_ok=True)
    written = {directory / name: as_text(document) for name, document in documents().items()}
    for path, text in written.items():
        path.write_text(text, encoding="utf-8")
    return tuple(written)


def as_text(document: Mapping[str, Any]) -> str:
    """Return a document as it is committed."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _object_schema(message_class: type, refer: Refer) -> Schema:
    head, notes = _words(message_class)
    hints = get_type_hints(message_class)
    properties = {
        field.name: _field_schema(hints[field.name], field, f"{message_class.__name__}.{field.name}", notes.get(field.name), refer)
        for field in fields(message_class)
    }
    required = [field.name for field in fields(message_class) if field.default is MISSING and field.default_factory is MISSING]
    return {"description": head, "type": "object", "required": required, "properties": properties}


def _field_schema(annotation: Any, field: Field[Any], where: str, note: str | None, refer: Refer) -> Schema:
    described = {} if note is None else {"description": note}
    schema = described | _schema(annotation, where, refer)
    if field.default is MISSING or isinstance(field.default, tuple):
        return schema
    return schema | {"default": field.default}


def _schema(annotation: Any, where: str, refer: Refer) -> Schema:
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return _or_null(_schema(next(part for part in get_args(annotation) if part is not NoneType), where, refer))
    if origin is Literal:
        return {"type": "string", "enum": list(get_args(annotation))}
    if origin is tuple:
        return {"type": "array", "items": _schema(get_args(annotation)[0], where, refer)}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _schema(get_args(annotation)[1], where, refer)}
    return refer(annotation) if _is_message(annotation) else _scalar_schema(annotation, where)


def _or_null(schema: Schema) -> Schema:
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    choices = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return schema | {"type": [schema["type"], "null"]} | choices


def _scalar_schema(annotation: type, where: str) -> Schema:
    if annotation is datetime:
        return {"type": "string", "format": "date-time"}
    if annotation is bool:
        return {"type": "boolean"}
    if annotation is int:
        low, high = INTEGER_RANGES.get(where, (INTEGER_RANGE[0], None))
        return {"type": "integer", "minimum": low} | ({} if high is None else {"maximum": high})
    if annotation is float:
        limits = NUMBER_RANGES.get(where)
        return {"type": "number"} | ({} if limits is None else {"minimum": limits[0], "maximum": limits[1]})
    longest = {"maxLength": TEXT_LIMITS[where]} if where in TEXT_LIMITS else {}
    return {"type": "string"} | longest | ({"pattern": r"\S"} if where in NOT_BLANK else {})


def _refer_to_defs(message_class: type) -> Schema:
    return {"$ref": f"#/$defs/{message_class.__name__}"}


def _refer_to_components(message_class: type) -> Schema:
    return {"$ref": f"#/components/schemas/{message_class.__name__}"}


def _classes_within(message_class: type) -> tuple[type, ...]:
    """Return the dataclasses that a message is made of, without itself, each once."""
    found: dict[type, None] = {}
    for annotation in get_type_hints(message_class).values():
        for inner in _dataclasses_in(annotation):
            found |= dict.fromkeys((inner, *_classes_within(inner)))
    return tuple(found)


def _is_message(annotation: Any) -> TypeGuard[type]:
    return is_dataclass(annotation)


def _dataclasses_in(annotation: Any) -> Iterable[type]:
    return [annotation] if _is_message(annotation) else [inner for part in get_args(annotation) for inner in _dataclasses_in(part)]


def _words(message_class: type) -> tuple[str, dict[str, str]]:
    """Return what a class's docstring says of the class and of each field listed under `Attributes:`."""
    head, _, attributes = (inspect.getdoc(message_class) or "").partition("\nAttributes:\n")
    constants = vars(inspect.getmodule(message_class))
    notes: dict[str, str] = {}
    for entry in re.split(r"\n(?=\S)", textwrap.dedent(attributes).strip()):
        names, _, text = entry.partition(": ")
        notes |= dict.fromkeys(names.split(", "), _sentence(text, constants))
    return _sentence(head, constants), notes


def _sentence(text: str, constants: Mapping[str, Any]) -> str:
    """Return a text on one line, constants of its module by their values, as a sentence."""
    line = re.sub(r"`(MAX_\w+)`", lambda found: str(constants[found[1]]), " ".join(text.split()))
    return f"{line[:1].upper()}{line[1:].rstrip('.')}." if line else line


def _channel(topic: Topic) -> Schema:
    name = topic.message
    configuration = {
        "cleanup.policy": topic.cleanup.split(","),
        "retention.ms": topic.retention_ms,
        "max.message.bytes": int(topic.config["max.message.bytes"]),
    }
    binding = {"topic": topic.name, "partitions": topic.partitions, "topicConfiguration": configuration, "bindingVersion": "0.5.0"}
    return {
        "address": topic.name,
        "description": f"{name} messages by {topic.key}. A configured prefix may stand before the name.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        "bindings": {"kafka": binding},
    }


def _operations(topic: Topic) -> dict[str, Schema]:
    """Return what Sanctionwire does with a topic: `send` writes to it, `receive` reads from it."""
    actions = ("send", "receive") if topic.message in ("Article", "Disposition") else ("send",)
    channel = {"$ref": f"#/channels/{topic.name}"}
    return {f"{action}.{topic.name}": {"action": action, "channel": channel} for action in actions}


def _message(message_class: type) -> Schema:
    name = message_class.__name__
    is_dead_letter = message_class is DeadLetter
    payload: Schema = {"description": "The refused bytes, unchanged."} if is_dead_letter else _refer_to_components(message_class)
    key = (
        "The original key, empty where there was none."
        if is_dead_letter
        else "The id by which versions of the message replace each other."
    )
    return {
        "name": event_type(message_class),
        "title": name,
        "summary": _words(message_class)[0],
        "contentType": "application/octet-stream" if is_dead_letter else "application/json",
        "headers": _headers_schema(message_class),
        "payload": payload,
        "bindings": {"kafka": {"key": {"type": "string", "description": key}, "bindingVersion": "0.5.0"}},
    }


def _headers_schema(message_class: type) -> Schema:
    is_dead_letter = message_class is DeadLetter
    absent = {"ce_time", "ce_dataschema"} if is_dead_letter else set()
    notes = {name: note for name, note in HEADERS.items() if name not in absent} | (DEAD_LETTER_HEADERS if is_dead_letter else {})
    properties: dict[str, Schema] = {name: {"type": "string", "description": note} for name, note in notes.items()}
    properties["ce_specversion"]["const"] = "1.0"
    properties["ce_type"]["const"] = event_type(message_class)
    if not is_dead_letter:
        properties["ce_dataschema"]["const"] = schema_urn(message_class)
        properties["ce_time"]["format"] = "date-time"
    properties["content-type"] = {"type": "string"}
    return {"type": "object", "properties": properties}


if __name__ == "__main__":
    sys.stdout.write("".join(f"{path.name}\n" for path in write()))
