"""FollowTheMoney: the model's schemata and properties, ids that do not change, and links that lead somewhere."""

import json
from typing import Any

import pytest

from connectors.subscribers.exports.ftm import MODEL, entities_of, ftm_of
from tests import builders
from tests.connectors.exports.alerts import NAMES, NOW, SETTING, full, hostile, numbered

# From the model's files, as `MODEL` says: schema to what it extends, and property to (schema that declares it, range of an entity).
EXTENDS = {
    "Event": ("Interval", "Analyzable", "Thing"),
    "Sanction": ("Interval",),
    "UnknownLink": ("Interest",),
    "Documentation": ("Interest",),
    "Interest": ("Interval",),
    "Article": ("Document",),
    "Document": ("Thing",),
    "LegalEntity": ("Thing",),
    "Organization": ("LegalEntity",),
    "PublicBody": ("Organization",),
}
DECLARED = {
    "Thing": {"name", "country", "publisher", "sourceUrl", "proof", "modifiedAt", "keywords"},
    "Interval": {"date", "startDate", "summary", "description", "recordId", "sourceUrl", "publisher", "proof", "modifiedAt"},
    "Interest": {"role", "status"},
    "Event": {"organizer", "involved"},
    "Sanction": {"entity", "authority", "country", "provisions"},
    "UnknownLink": {"subject", "object"},
    "Documentation": {"document", "entity"},
    "Document": {"title", "publishedAt"},
}
RANGES = {
    "proof": "Document",
    "organizer": "LegalEntity",
    "involved": "LegalEntity",
    "document": "Document",
    "subject": "Thing",
    "object": "Thing",
    "entity": "Thing",
}
REQUIRED = {
    "Event": ("name",),
    "LegalEntity": ("name",),
    "Organization": ("name",),
    "PublicBody": ("name",),
    "Sanction": ("entity",),
    "Documentation": ("document", "entity"),
}
DATES = ("date", "startDate", "modifiedAt", "publishedAt")
ALERTS = [
    full(),
    full(kind="imposed", family="measure"),
    hostile(),
    hostile(1_000_000),
    full(status="retracted"),
    numbered(1, senders=(), targets=(), sources=()),
]


def lines(*alerts: Any) -> list[Any]:
    return [json.loads(line) for line in b"".join(ftm_of(alerts, SETTING)).splitlines()]


def ancestors(schema: str) -> set[str]:
    return {schema}.union(*(ancestors(one) for one in EXTENDS.get(schema, ())))


def of_schema(found: Any, schema: str) -> list[Any]:
    return [one["properties"] for one in found if one["schema"] == schema]


def test_our_table_of_the_model_holds_what_each_schema_declares_or_inherits() -> None:
    for schema, properties in MODEL.items():
        known = set().union(*(DECLARED.get(one, set()) for one in ancestors(schema)))
        assert set(properties) <= known, schema


@pytest.mark.parametrize("alert", ALERTS)
class TestForm:
    def test_a_line_is_an_entity_of_the_model_with_lists_of_texts(self, alert: Any) -> None:
        for one in lines(alert):
            assert set(one) == {"id", "schema", "properties"}
            assert set(one["properties"]) <= set(MODEL[one["schema"]])
            assert set(REQUIRED.get(one["schema"], ())) <= set(one["properties"])
            for values in one["properties"].values():
                assert values
                assert all(isinstance(value, str) and value and value.isprintable() for value in values)
                assert len(values) == len(set(values))

    def test_a_link_leads_to_an_entity_of_its_range_that_stands_before_it(self, alert: Any) -> None:
        seen: dict[str, str] = {}
        for one in lines(alert):
            for name, range_ in RANGES.items():
                assert all(range_ in ancestors(seen[value]) for value in one["properties"].get(name, ()))
            seen[one["id"]] = one["schema"]

    def test_dates_countries_and_addresses_are_as_the_model_has_them(self, alert: Any) -> None:
        for one in lines(alert):
            told = one["properties"]
            for date in (date for name in DATES for date in told.get(name, ())):
                assert NOW.strptime(date, "%Y-%m-%dT%H:%M:%S")
            assert all(len(code) == 2 and code.islower() for code in told.get("country", ()))
            assert all(url.startswith("https://") for url in told.get("sourceUrl", ()))


class TestAlert:
    def test_a_threat_is_an_event_and_no_sanction(self) -> None:
        found = lines(full())
        (event,) = of_schema(found, "Event")
        assert event["recordId"] == [builders.ALERT_ID]
        assert len(event["involved"]) == 5
        assert of_schema(found, "Sanction") == []

    def test_what_is_imposed_is_a_sanction_on_each_target(self) -> None:
        found = lines(full(kind="imposed", family="measure"))
        sanctions = of_schema(found, "Sanction")
        assert len(sanctions) == 2
        assert sanctions[0]["authority"] == ["United States", "its allies"]
        assert (sanctions[0]["country"], sanctions[0]["provisions"]) == (["us"], ["an asset freeze", "sanctions"])
        assert "startDate" not in sanctions[0]

    def test_a_quote_ties_its_article_to_the_event(self) -> None:
        quote, denial = of_schema(lines(full()), "Documentation")
        assert (quote["role"], quote["description"]) == (["threat"], [builders.QUOTE])
        assert denial["role"] == ["denial"]

    def test_states_unions_and_others_have_schemata_of_their_own(self) -> None:
        found = lines(full())
        assert [one["name"] for one in of_schema(found, "PublicBody")] == [["United States"], ["Russia"]]
        assert of_schema(found, "Organization") == [{"name": ["European Union"], "country": ["eu"]}]
        assert [one["name"] for one in of_schema(found, "LegalEntity")] == [["its allies"], ["Northern Shipping Company"]]

    def test_a_new_version_has_the_same_ids(self) -> None:
        first, second = (entities_of(full(version=version), NAMES) for version in (3, 4))
        assert [one["id"] for one in first] == [one["id"] for one in second]

    def test_what_alerts_share_comes_once(self) -> None:
        found = lines(*(numbered(number) for number in range(5)))
        assert len(of_schema(found, "PublicBody")) == 2
        assert len(of_schema(found, "Article")) == 1
        assert len({one["id"] for one in found}) == len(found)

    def test_a_retracted_alert_is_an_event_with_that_keyword_and_nothing_more(self) -> None:
        found = lines(full(kind="imposed", family="measure", status="retracted"))
        assert "retracted" in of_schema(found, "Event")[0]["keywords"]
        assert of_schema(found, "Sanction") == of_schema(found, "UnknownLink") == []
