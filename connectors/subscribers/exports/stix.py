"""STIX 2.1 (OASIS, 2021): a bundle for platforms of threat intelligence.

Each alert is a `report`; its parties are `identity` objects, states with a `location`; who acts against whom is a `relationship`
(`related-to`, the one that the standard allows between identities); each quote is a `note`; its articles are external references.
What the standard has no word for (kind, measures, conditions, severity, ...) stands in a property extension, whose definition with
a JSON Schema is in the bundle. A retracted alert is `revoked`.

Ids are UUIDv5 of content in a name space of our own, so the same alert gives the same ids on every machine, and importing again is
an update in place: `created` is the start of the alert's episode, `modified` is `common.made_at`. Parties, their locations and the
extension's definition never change under their ids; if what we write of them is changed one day, `STATIC_AT` has to move on.

Every object is made by the `stix2` library, which checks it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from itertools import chain
from typing import Any, TypeAlias
from uuid import NAMESPACE_URL, UUID, uuid5

import stix2.v21 as stix

from connectors.messages.alert import Alert, Source
from connectors.messages.fields import format_time
from connectors.messages.identity import content_id
from connectors.subscribers.exports.common import NAME_LIMIT, QUOTE_LIMIT, Party, Setting, link_of, made_at, parties_of
from connectors.subscribers.plain import plain
from connectors.subscribers.words import NO_NAMES, Names, firmness, headline, told_by

Object: TypeAlias = Any  # the library's classes have no types
NAMESPACE: UUID = uuid5(NAMESPACE_URL, "urn:sanctionwire:stix")
STATIC_AT = datetime(2026, 11, 1, tzinfo=UTC)
KEPT_PARTIES = 4096
TEXTS = {"type": "array", "items": {"type": "string"}}
EXTENSION_SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["extension_type", "kind", "measures"],
    "additionalProperties": False,
    "properties": {
        "extension_type": {"const": "property-extension"},
        "kind": {"type": "string", "description": "The act, such as threat or imposed."},
        "measures": TEXTS | {"description": "Which restrictions."},
        "alert_ref": {"type": "string", "description": "The report of the alert that a relationship comes from."},
        "version": {"type": "integer", "minimum": 1},
        "status": {"enum": ["raised", "updated", "retracted"]},
        "severity": {"enum": ["low", "medium", "high", "critical"]},
        "severity_score": {"type": "number"},
        "commitment": {"type": "integer", "description": "1 hedged, 2 plain, 3 emphatic or specific."},
        "conditions": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["text", "direction"],
                "properties": {"text": {"type": "string"}, "direction": {"enum": ["if", "unless", "until"]}},
            },
        },
        "deadlines": TEXTS,
        "is_contested": {"type": "boolean"},
        "first_at": {"type": "string", "format": "date-time"},
        "last_at": {"type": "string", "format": "date-time"},
        "source_count": {"type": "integer"},
        "outlet_count": {"type": "integer"},
        "independent_outlet_count": {"type": "integer"},
        "related_refs": TEXTS | {"description": "Reports of alerts that this one escalates or answers."},
        "superseded_by_ref": {"type": "string", "description": "The report under which the act goes on."},
    },
}


def id_of(kind: str, *parts: str) -> str:
    """Return the id of an object of a STIX type."""
    return f"{kind}--{uuid5(NAMESPACE, content_id(kind, *parts))}"


US = id_of("identity", "sanctionwire")
EXTENSION = id_of("extension-definition", "alert")
STATIC = {"created_by_ref": US, "created": STATIC_AT, "modified": STATIC_AT}


def stix_of(alerts: Iterable[Alert], setting: Setting) -> Iterator[bytes]:
    """Yield a bundle, an object at a time; parties that several alerts share come once."""
    seen: dict[str, None] = {}
    versions = content_id()
    yield b'{"type": "bundle", "objects": ['
    for object_ in chain(_always(), chain.from_iterable(objects_of(alert, setting.names) for alert in alerts)):
        if object_.id not in seen:
            yield (b",\n" if seen else b"\n") + object_.serialize().encode()
            seen[object_.id] = None
            versions = content_id(versions, object_.id, str(object_.get("modified", "")))
    yield f'\n], "id": "{id_of("bundle", versions)}"}}\n'.encode()


def objects_of(alert: Alert, names: Names = NO_NAMES) -> tuple[Object, ...]:
    """Return the objects of an alert, each after those that it refers to."""
    senders, targets = parties_of(alert, alert.senders, names), parties_of(alert, alert.targets, names)
    deniers = [actor for one in alert.contested for actor in one.deniers]
    others = parties_of(alert, (*alert.callers, *alert.violators, *alert.reporters, *deniers), names)
    everybody = tuple({party.key: party for party in (*senders, *targets, *others)}.values())
    relationships = [_relationship(alert, names, sender, target) for sender in senders for target in targets]
    refs = [one.id for one in relationships] or [_identity_id(party) for party in everybody] or [US]
    notes = tuple({note.id: note for note in _notes(alert, names, refs)}.values())
    about = [*(_identity_id(party) for party in everybody), *(one.id for one in (*relationships, *notes))]
    return (
        *chain.from_iterable(_party_objects(party) for party in everybody),
        *relationships,
        *notes,
        _report(alert, names, about or [US]),
    )


@cache
def _always() -> tuple[Object, ...]:
    """Return who we are, and what our extension means."""
    schema = json.dumps(EXTENSION_SCHEMA, sort_keys=True)
    words = "What an alert of Sanctionwire says beyond the standard: the act, its measures, conditions and weight."
    return (
        stix.Identity(id=US, created=STATIC_AT, modified=STATIC_AT, name="Sanctionwire", identity_class="system"),
        stix.ExtensionDefinition(
            id=EXTENSION,
            **STATIC,
            name="Acts about sanctions",
            description=words,
            schema=schema,
            version="1.0.0",
            extension_types=["property-extension"],
        ),
    )


@lru_cache(maxsize=KEPT_PARTIES)
def _party_objects(party: Party) -> tuple[Object, ...]:
    """Return the identity of a party, and for a state where it is."""
    place = id_of("location", party.country)
    is_state = bool(party.country)
    identity = stix.Identity(
        id=_identity_id(party),
        **STATIC,
        name=party.name,
        identity_class="organization" if party.id else "unknown",
        **({"sectors": ["government-national"]} if is_state else {}),
    )
    if not is_state:
        return (identity,)
    location = stix.Location(id=place, **STATIC, name=party.name, country=party.country)
    located = stix.Relationship(
        id=id_of("relationship", "located-at", identity.id, place),
        **STATIC,
        relationship_type="located-at",
        source_ref=identity.id,
        target_ref=place,
    )
    return identity, location, located


def _identity_id(party: Party) -> str:
    return id_of("identity", *party.key)


def _report_id(alert_id: str) -> str:
    return id_of("report", alert_id)


def _life(alert: Alert) -> dict[str, Any]:
    """Return the properties that say whose an object of an alert is and how old."""
    made = made_at(alert)
    return {
        "created_by_ref": US,
        "created": min(alert.episode_started_at, made),
        "modified": made,
        **({"revoked": True} if alert.status == "retracted" else {}),
    }


def _relationship(alert: Alert, names: Names, sender: Party, target: Party) -> Object:
    return stix.Relationship(
        id=id_of("relationship", alert.id, *sender.key, *target.key),
        **_life(alert),
        relationship_type="related-to",
        source_ref=_identity_id(sender),
        target_ref=_identity_id(target),
        description=plain(headline(alert, names), QUOTE_LIMIT),
        confidence=_percent(alert.confidence),
        extensions={
            EXTENSION: {
                "extension_type": "property-extension",
                "kind": alert.kind,
                "measures": list(alert.measures),
                "alert_ref": _report_id(alert.id),
            }
        },
    )


def _notes(alert: Alert, names: Names, refs: list[str]) -> Iterator[Object]:
    """Yield a note for each quote, and for each denial."""
    sources = {source.article_id: source for source in alert.sources}
    for quote in alert.evidence:
        yield _note(alert, "quote", sources.get(quote.article_id), quote.article_id, quote.quote, quote.confidence, refs)
    for contest in alert.contested:
        refs_of_deniers = [_identity_id(party) for party in parties_of(alert, contest.deniers, names)]
        source = sources.get(contest.article_id)
        yield _note(alert, "denial", source, contest.article_id, contest.quote, None, refs_of_deniers or refs)


def _note(
    alert: Alert, role: str, source: Source | None, article_id: str, words: str, confidence: float | None, refs: list[str]
) -> Object:
    outlet = plain(source.outlet, NAME_LIMIT) if source is not None else ""
    return stix.Note(
        id=id_of("note", alert.id, role, article_id, words),
        **_life(alert),
        abstract=f"{role} {'in' if outlet else 'of'} {outlet or 'an outlet not listed'}",
        content=plain(words, QUOTE_LIMIT) or "no words",
        authors=[outlet or "an outlet not listed"],
        object_refs=refs,
        **({} if confidence is None else {"confidence": _percent(confidence)}),
        **({} if source is None else {"external_references": [_reference(source)]}),
    )


def _reference(source: Source) -> Object:
    url, title = link_of(source.url), plain(source.title, QUOTE_LIMIT)
    return stix.ExternalReference(
        source_name=plain(source.outlet, NAME_LIMIT) or "an outlet not named",
        external_id=plain(source.article_id, NAME_LIMIT) or "unknown",
        **({"url": url} if url else {}),
        **({"description": title} if title else {}),
    )


def _report(alert: Alert, names: Names, refs: list[str]) -> Object:
    life = _life(alert)
    references = [_reference(source) for source in alert.sources]
    return stix.Report(
        id=_report_id(alert.id),
        **life,
        name=plain(headline(alert, names), QUOTE_LIMIT),
        description="\n".join((plain(headline(alert, names), QUOTE_LIMIT), firmness(alert), f"told by {told_by(alert)}")),
        report_types=["identity"],
        published=life["created"],
        object_refs=refs,
        labels=list(dict.fromkeys((alert.kind, alert.severity, *alert.measures))),
        confidence=_percent(alert.confidence),
        lang="en",
        **({"external_references": references} if references else {}),
        extensions={EXTENSION: _extension(alert)},
    )


def _extension(alert: Alert) -> Mapping[str, Any]:
    superseded = {"superseded_by_ref": _report_id(alert.superseded_by)} if alert.superseded_by else {}
    return {
        "extension_type": "property-extension",
        "kind": alert.kind,
        "measures": list(alert.measures),
        "version": alert.version,
        "status": alert.status,
        "severity": alert.severity,
        "severity_score": round(alert.severity_score, 4),
        "commitment": alert.commitment,
        "conditions": [{"text": plain(one.text, QUOTE_LIMIT), "direction": one.direction} for one in alert.conditions],
        "deadlines": [plain(deadline, QUOTE_LIMIT) for deadline in alert.deadlines],
        "is_contested": bool(alert.contested),
        "first_at": format_time(alert.first_at),
        "last_at": format_time(alert.last_at),
        "source_count": alert.source_count or len(alert.sources),
        "outlet_count": alert.outlet_count,
        "independent_outlet_count": alert.independent_outlet_count,
        "related_refs": [_report_id(alert_id) for alert_id in alert.related],
        **superseded,
    }


def _percent(share: float) -> int:
    return round(100 * min(max(share, 0.0), 1.0))
