"""STIX: what the standard's own library takes, under ids that do not change, and new versions as updates in place."""

import json
import re
from typing import Any

import pytest
import stix2
from jsonschema import Draft202012Validator

from connectors.subscribers.exports.stix import EXTENSION, EXTENSION_SCHEMA, objects_of, stix_of
from tests import builders
from tests.connectors.exports.alerts import NAMES, SETTING, full, hostile, numbered

ID = re.compile(r"[a-z][a-z-]+[a-z]--[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def bundle(*alerts: Any) -> Any:
    return json.loads(b"".join(stix_of(alerts, SETTING)))


def of_type(found: Any, type_: str) -> list[Any]:
    return [one for one in found["objects"] if one["type"] == type_]


class TestBundle:
    @pytest.mark.parametrize("alerts", [(), (full(),), (hostile(),), (full(), numbered(2), hostile(1_000_000))], ids=len)
    def test_the_standards_library_takes_it_without_custom_content(self, alerts: tuple[Any, ...]) -> None:
        found = bundle(*alerts)
        assert stix2.parse(found, allow_custom=False, version="2.1").type == "bundle"

    def test_every_reference_leads_to_an_object_that_stands_before_it(self) -> None:
        seen: set[str] = set()
        for one in bundle(full(), hostile(), numbered(3))["objects"]:
            refs = {value for name, value in one.items() if name.endswith("_ref")} | {
                ref for name, values in one.items() if name.endswith("_refs") for ref in values
            }
            assert refs <= seen | {one["id"]}
            seen.add(one["id"])

    def test_ids_are_of_version_5_and_stand_once(self) -> None:
        found = bundle(full(), numbered(2), numbered(3))
        ids = [found["id"], *(one["id"] for one in found["objects"])]
        assert all(ID.fullmatch(one) for one in ids)
        assert len(ids) == len(set(ids))
        assert all(one["id"].startswith(f"{one['type']}--") for one in found["objects"])

    def test_the_same_alerts_give_the_same_bytes_and_others_another_bundle(self) -> None:
        assert bundle(full()) == bundle(full())
        assert bundle(full())["id"] != bundle(full(version=4))["id"]

    def test_what_alerts_share_comes_once(self) -> None:
        names = [one["name"] for one in of_type(bundle(*(numbered(number) for number in range(20))), "identity")]
        assert sorted(names) == ["Russia", "Sanctionwire", "United States"]

    def test_no_text_hides_a_character(self) -> None:
        text = b"".join(stix_of([hostile()], SETTING)).decode("ascii")
        strings = json.dumps(json.loads(text), ensure_ascii=False)
        assert strings.isprintable()
        assert not of_type(json.loads(text), "report")[0]["external_references"][0].get("url")


class TestAlert:
    def test_the_report_says_who_against_whom_in_which_words_and_where(self) -> None:
        found = bundle(full())
        (report,) = of_type(found, "report")
        assert report["name"].startswith("United States (USA) and its allies threaten Russia (RUS)")
        assert report["labels"] == ["threat", "high", "asset_freeze", "unspecified"]
        assert report["external_references"] == [
            {
                "source_name": "news.example",
                "description": builders.TITLE,
                "url": builders.URL,
                "external_id": builders.ARTICLE_ID,
            }
        ]
        quote, denial = of_type(found, "note")
        assert (quote["content"], quote["authors"]) == (builders.QUOTE, ["news.example"])
        assert denial["content"] == "Moscow denies any such plans."
        assert set(report["object_refs"]) >= {quote["id"], denial["id"]}

    def test_each_sender_is_related_to_each_target(self) -> None:
        found = bundle(full())
        named = {one["id"]: one["name"] for one in of_type(found, "identity")}
        related = [one for one in of_type(found, "relationship") if one["relationship_type"] == "related-to"]
        assert {(named[one["source_ref"]], named[one["target_ref"]]) for one in related} == {
            (sender, target) for sender in ("United States", "its allies") for target in ("Russia", "Northern Shipping Company")
        }

    def test_a_state_is_a_government_at_its_place(self) -> None:
        found = bundle(full())
        located = [one for one in of_type(found, "relationship") if one["relationship_type"] == "located-at"]
        assert [one["country"] for one in of_type(found, "location")] == ["US", "RU"]
        assert len(located) == 2
        classes = {one["name"]: (one["identity_class"], one.get("sectors")) for one in of_type(found, "identity")}
        assert classes["Russia"] == ("organization", ["government-national"])
        assert classes["European Union"] == ("organization", None)
        assert classes["Northern Shipping Company"] == ("unknown", None)

    def test_a_new_version_is_an_update_in_place(self) -> None:
        first, second = (objects_of(full(version=version), NAMES) for version in (3, 4))
        assert [one.id for one in first] == [one.id for one in second]
        for one, other in zip(first, second, strict=True):
            assert one.created == other.created <= one.modified
            assert one == other or one.modified < other.modified

    def test_a_retracted_alert_is_revoked_and_points_to_what_it_goes_on_as(self) -> None:
        after = numbered(2)
        found = bundle(full(status="retracted", superseded_by=after.id), after)
        gone, stands = of_type(found, "report")
        assert (gone["revoked"], "revoked" in stands) == (True, False)
        assert gone["extensions"][EXTENSION]["superseded_by_ref"] == stands["id"]

    def test_an_alert_without_parties_has_a_report_all_the_same(self) -> None:
        found = bundle(numbered(1, senders=(), targets=(), contested=(), evidence=(), sources=()))
        assert len(of_type(found, "report")) == 1


class TestExtension:
    def test_its_definition_stands_in_the_bundle_with_its_schema(self) -> None:
        (definition,) = of_type(bundle(), "extension-definition")
        assert definition["id"] == EXTENSION
        assert json.loads(definition["schema"]) == EXTENSION_SCHEMA
        Draft202012Validator.check_schema(EXTENSION_SCHEMA)

    @pytest.mark.parametrize("alert", [full(), hostile(), full(status="retracted", superseded_by="b" * 32, related=("c" * 32,))])
    def test_what_is_written_is_valid_by_that_schema(self, alert: Any) -> None:
        extensions = [one["extensions"] for one in bundle(alert)["objects"] if "extensions" in one]
        assert len(extensions) > 1
        for extension in extensions:
            assert list(extension) == [EXTENSION]
            Draft202012Validator(EXTENSION_SCHEMA).validate(extension[EXTENSION])
