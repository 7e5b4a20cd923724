"""The documents of the contract: they equal the code, they fit what is encoded, and version 1 stays readable."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from connectors.errors import MessageError
from connectors.messages.alert import MAX_QUOTES, Alert
from connectors.messages.article import Article
from connectors.messages.codec import TYPE_NAMES, Message, decode, decode_dead_letter, encode, encode_dead_letter, to_dict
from connectors.messages.dead_letter import DeadLetter
from connectors.messages.schema import DIRECTORY, MESSAGES, as_text, asyncapi, documents, json_schema, write
from connectors.topics import TOPICS
from tests import builders

GOLDEN = Path(__file__).parents[1] / "data" / "golden"
ENCODED = (
    builders.article(),
    builders.article(url="", language=None, published_at=None, changed=("title",), version=2),
    builders.analysis(),
    builders.analysis(copy_of="0" * 32, copy_kind="near", signals=(), sketch=(), alert_ids=(), notes=("language_without_rules",)),
    builders.analysis(signals=(builders.signal(condition=None, deadline="within a week", contests="0" * 32),)),
    builders.story(),
    builders.story(terms={}),
    builders.alert(),
    builders.alert(version=2, status="retracted", sources=(builders.source(copy_of="0" * 32),)),
    builders.disposition(),
    builders.silence(),
    builders.silence(expired_at=builders.PUBLISHED_AT),
    builders.delivery(),
)


def validator(message_class: type) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(
        json_schema(message_class), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )


def references(document: Any) -> Iterator[str]:
    """Yield every `$ref` of a document."""
    if isinstance(document, dict):
        if isinstance(document.get("$ref"), str):
            yield document["$ref"]
        for part in document.values():
            yield from references(part)
    elif isinstance(document, list):
        for part in document:
            yield from references(part)


def resolve(document: Any, reference: str) -> Any:
    """Return what a local reference of a document points to."""
    place = document
    for step in reference.removeprefix("#/").split("/"):
        place = place[step]
    return place


def kept_of(data: Any, golden: Any) -> Any:
    """Return `data` without the fields that `golden` does not know, at every depth."""
    if isinstance(data, dict) and isinstance(golden, dict):
        return {name: kept_of(data[name], value) for name, value in golden.items() if name in data}
    if isinstance(data, list) and isinstance(golden, list) and len(data) == len(golden):
        return [kept_of(item, value) for item, value in zip(data, golden, strict=True)]
    return data


class TestJsonSchema:
    @pytest.mark.parametrize("name", documents())
    def test_the_committed_document_equals_the_code(self, name: str) -> None:
        assert (DIRECTORY / name).read_text() == as_text(documents()[name]), "run: python -m connectors.messages.schema"

    def test_no_other_document_is_committed(self) -> None:
        assert {path.name for path in DIRECTORY.iterdir()} == set(documents())

    def test_write_puts_every_document_into_a_directory(self, tmp_path: Path) -> None:
        assert {path.name for path in write(tmp_path / "contract")} == set(documents())
        assert json.loads((tmp_path / "contract" / "alert.v1.json").read_text()) == documents()["alert.v1.json"]

    @pytest.mark.parametrize("message_class", MESSAGES)
    def test_it_is_a_schema_of_2020_12(self, message_class: type) -> None:
        jsonschema.Draft202012Validator.check_schema(json_schema(message_class))

    @pytest.mark.parametrize("message", ENCODED, ids=lambda message: type(message).__name__)
    def test_what_is_encoded_is_valid(self, message: Message) -> None:
        validator(type(message)).validate(json.loads(encode(message).value))

    @pytest.mark.parametrize("message_class", MESSAGES)
    def test_the_encoded_data_schema_is_its_id(self, message_class: type) -> None:
        (message, *_) = (message for message in ENCODED if type(message) is message_class)
        assert dict(encode(message).headers)["ce_dataschema"].decode() == json_schema(message_class)["$id"]

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("version", 0),
            ("version", True),
            ("title", None),
            ("title", "x" * 2_001),
            ("text", " "),
            ("changed", "title"),
            ("language", 3),
            ("id", ""),
        ],
    )
    def test_schema_and_decoder_refuse_the_same(self, name: str, value: object) -> None:
        data = to_dict(builders.article()) | {name: value}
        assert not validator(Article).is_valid(data)
        with pytest.raises(MessageError):
            decode(Article, json.dumps(data).encode())

    def test_unknown_fields_are_valid(self) -> None:
        assert validator(Article).is_valid(to_dict(builders.article()) | {"mood": "grim"})

    @pytest.mark.parametrize("message_class", MESSAGES)
    def test_every_field_is_described(self, message_class: type) -> None:
        schema = json_schema(message_class)
        parts = {message_class.__name__: schema, **schema["$defs"]}
        bare = [
            f"{part}.{name}"
            for part, body in parts.items()
            for name, field in body["properties"].items()
            if "description" not in field
        ]
        assert bare == []

    def test_a_description_gives_the_value_of_a_limit(self) -> None:
        assert f"at most {MAX_QUOTES}" in json_schema(Alert)["properties"]["evidence"]["description"]


class TestAsyncApi:
    def test_every_topic_is_a_channel(self) -> None:
        channels = asyncapi()["channels"]
        assert {name: channel["address"] for name, channel in channels.items()} == {topic.name: topic.name for topic in TOPICS}

    @pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
    def test_a_channel_carries_the_tables_message_and_settings(self, topic: Any) -> None:
        channel = asyncapi()["channels"][topic.name]
        binding = channel["bindings"]["kafka"]
        settings = {
            name: ",".join(value) if isinstance(value, list) else str(value)
            for name, value in binding["topicConfiguration"].items()
        }
        assert list(channel["messages"]) == [topic.message]
        expected = {name: value for name, value in topic.config.items() if name != "segment.bytes"}  # no word of the binding
        assert (binding["partitions"], settings) == (topic.partitions, expected)

    def test_every_reference_leads_somewhere(self) -> None:
        document = asyncapi()
        found = set(references(document))
        assert len(found) > 20
        for reference in found:
            assert resolve(document, reference)

    def test_every_message_is_on_a_channel(self) -> None:
        assert set(asyncapi()["components"]["messages"]) == {topic.message for topic in TOPICS}

    def test_every_header_that_is_encoded_is_listed_and_the_reverse(self) -> None:
        for message in ENCODED:
            listed = asyncapi()["components"]["messages"][type(message).__name__]["headers"]["properties"]
            assert set(listed) == {name for name, _ in encode(message).headers}

    def test_headers_of_a_dead_letter_are_listed_and_the_reverse(self) -> None:
        listed = asyncapi()["components"]["messages"]["DeadLetter"]["headers"]["properties"]
        assert set(listed) == {name for name, _ in encode_dead_letter(builders.dead_letter()).headers}

    def test_components_equal_the_json_schemas(self) -> None:
        alert = json.dumps(asyncapi()["components"]["schemas"]["Alert"]).replace("#/components/schemas/", "#/$defs/")
        schema = {name: part for name, part in json_schema(Alert).items() if not name.startswith("$") and name != "title"}
        assert json.loads(alert) == schema


class TestGolden:
    """A message of every version that was ever published can still be read."""

    @pytest.mark.parametrize("message_class", MESSAGES)
    def test_a_message_of_version_1_still_decodes_to_the_same_values(self, message_class: type[Any]) -> None:
        golden = json.loads((GOLDEN / "v1" / f"{TYPE_NAMES[message_class]}.json").read_text())
        headers = [(name, text.encode()) for name, text in golden["headers"].items()]
        message = decode(message_class, json.dumps(golden["value"]).encode(), headers)
        assert kept_of(to_dict(message), golden["value"]) == golden["value"]

    def test_a_dead_letter_of_version_1_still_decodes(self) -> None:
        golden = json.loads((GOLDEN / "v1" / "dead_letter.json").read_text())
        headers = [(name, text.encode()) for name, text in golden["headers"].items()]
        letter = decode_dead_letter(golden["key"].encode(), golden["value"].encode(), headers)
        assert (letter.stage, letter.origin) == ("Decode", builders.position())

    def test_there_is_a_golden_message_of_every_class(self) -> None:
        names = {TYPE_NAMES[message_class] for message_class in (*MESSAGES, DeadLetter)}
        assert {path.stem for path in (GOLDEN / "v1").iterdir()} == names
