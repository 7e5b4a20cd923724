"""FollowTheMoney: one entity a line, `id`, `schema` and `properties` with lists of texts, as its `ftm` command and Aleph read them.

The model's own package is not used (it needs ICU's headers), so what is written here is kept to the table `MODEL`, read from the
model's files. Every alert is an `Event` of the parties involved; its articles are `Article`s, and each quote is a `Documentation`
between the two. Who acts against whom is an `UnknownLink`. Only what outlets say is in force (`imposed`, `extended`) is a
`Sanction` as well, one for each target: a threat is none.

States and unions are organisations here and not territories, since an event's parties must be legal entities. Whether another party
is a person, a firm or a ship the alert does not say, so it is a `LegalEntity`. No `Mention` is made: the alert knows who acts, and
not which article used which name. A retracted alert stays as an event with that keyword, so that an update in place takes it back.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from connectors.messages.alert import Alert, Source
from connectors.messages.identity import content_id
from connectors.subscribers.exports.common import QUOTE_LIMIT, Party, Setting, link_of, made_at, parties_of
from connectors.subscribers.plain import plain
from connectors.subscribers.words import NO_NAMES, Names, headline, measures_in_words

Entity: TypeAlias = Mapping[str, object]

# Schema to the properties that we write, own and inherited. From followthemoney/schema/*.yaml of the repositories
# opensanctions/followthemoney (Event, Interval, LegalEntity, Sanction, Thing) and alephdata/followthemoney (Article, Document,
# Documentation, Interest, Organization, PublicBody, UnknownLink), read in November 2026.
THING = ("name", "country", "publisher", "sourceUrl", "proof", "modifiedAt", "keywords")
INTERVAL = ("date", "startDate", "summary", "description", "recordId", "sourceUrl", "publisher", "proof", "modifiedAt")
MODEL: dict[str, tuple[str, ...]] = {
    "Event": (*THING, *INTERVAL, "organizer", "involved"),
    "Sanction": (*INTERVAL, "entity", "authority", "country", "provisions"),
    "UnknownLink": (*INTERVAL, "subject", "object", "role", "status"),
    "Documentation": (*INTERVAL, "document", "entity", "role", "status"),
    "Article": (*THING, "title", "publishedAt"),
    "LegalEntity": THING,
    "Organization": THING,
    "PublicBody": THING,
}
IN_FORCE = ("imposed", "extended")
UNION_COUNTRIES = {"EU": "eu"}  # a country code in the model, though no country of ISO 3166-1


def ftm_of(alerts: Iterable[Alert], setting: Setting) -> Iterator[bytes]:
    """Yield a line for each entity; parties and articles that several alerts share come once."""
    seen: set[object] = set()
    for alert in alerts:
        for entity in entities_of(alert, setting.names):
            if entity["id"] not in seen:
                seen.add(entity["id"])
                yield json.dumps(entity).encode() + b"\n"


def entities_of(alert: Alert, names: Names = NO_NAMES) -> tuple[Entity, ...]:
    """Return the entities of an alert, each after those that it refers to."""
    senders, targets = parties_of(alert, alert.senders, names), parties_of(alert, alert.targets, names)
    deniers = [actor for one in alert.contested for actor in one.deniers]
    others = parties_of(alert, (*alert.callers, *alert.violators, *alert.reporters, *deniers), names)
    everybody = tuple({party.key: party for party in (*senders, *targets, *others)}.values())
    articles = {source.article_id: _article(source) for source in alert.sources}
    return (
        *(_party(party) for party in everybody),
        *articles.values(),
        _event(alert, names, senders, everybody),
        *_documents(alert, articles),
        *([] if alert.status == "retracted" else _links(alert, names, senders, targets)),
        *(_sanctions(alert, names, senders, targets) if alert.status != "retracted" and alert.kind in IN_FORCE else []),
    )


def _event(alert: Alert, names: Names, senders: tuple[Party, ...], everybody: tuple[Party, ...]) -> Entity:
    return _entity(
        "Event",
        _event_id(alert),
        name=[headline(alert, names)],
        **_told(alert),
        summary=[*(condition.text for condition in alert.conditions), *alert.deadlines],
        description=[quote.quote for quote in alert.evidence],
        keywords=[alert.kind, alert.severity, alert.status, *alert.measures, *(["contested"] if alert.contested else [])],
        organizer=[_party_id(party) for party in senders],
        involved=[_party_id(party) for party in everybody],
    )


def _told(alert: Alert) -> dict[str, list[str]]:
    """Return the properties that all entities of an alert have in common."""
    return {
        "date": [_date(alert.last_at)],
        "startDate": [_date(alert.first_at)],
        "recordId": [alert.id],
        "publisher": [source.outlet for source in alert.sources],
        "sourceUrl": [link_of(source.url) for source in alert.sources],
        "proof": [_id("article", source.article_id) for source in alert.sources],
        "modifiedAt": [_date(made_at(alert))],
    }


def _documents(alert: Alert, articles: Mapping[str, Entity]) -> list[Entity]:
    """Return what ties quotes to their articles; a quote of an article that is not listed is in the event alone."""
    quotes = [(quote.article_id, alert.kind, quote.quote) for quote in alert.evidence]
    denials = [(one.article_id, "denial", one.quote) for one in alert.contested]
    return [
        _entity(
            "Documentation",
            _id("quote", alert.id, article_id, role, words),
            document=[_id("article", article_id)],
            entity=[_event_id(alert)],
            role=[role],
            description=[words],
        )
        for article_id, role, words in dict.fromkeys((*quotes, *denials))
        if article_id in articles
    ]


def _links(alert: Alert, names: Names, senders: tuple[Party, ...], targets: tuple[Party, ...]) -> list[Entity]:
    return [
        _entity(
            "UnknownLink",
            _id("link", alert.id, *sender.key, *target.key),
            subject=[_party_id(sender)],
            object=[_party_id(target)],
            role=[alert.kind],
            status=[alert.status],
            summary=[headline(alert, names)],
            **_told(alert),
        )
        for sender in senders
        for target in targets
    ]


def _sanctions(alert: Alert, names: Names, senders: tuple[Party, ...], targets: tuple[Party, ...]) -> list[Entity]:
    """Return what is in force by the words of outlets. When it began they do not say, so it has no `startDate`."""
    told = {name: values for name, values in _told(alert).items() if name != "startDate"}
    return [
        _entity(
            "Sanction",
            _id("sanction", alert.id, *target.key),
            entity=[_party_id(target)],
            authority=[party.name for party in senders],
            country=[_country(party) for party in senders],
            provisions=[measures_in_words([measure]) for measure in alert.measures],
            summary=[headline(alert, names)],
            description=[quote.quote for quote in alert.evidence],
            **told,
        )
        for target in targets
    ]


def _article(source: Source) -> Entity:
    return _entity(
        "Article",
        _id("article", source.article_id),
        title=[source.title],
        publisher=[source.outlet],
        sourceUrl=[link_of(source.url)],
        publishedAt=[_date(source.event_time)],
    )


def _party(party: Party) -> Entity:
    schema = "PublicBody" if party.country else "Organization" if party.id else "LegalEntity"
    return _entity(schema, _party_id(party), name=[party.name], country=[_country(party)])


def _country(party: Party) -> str:
    return party.country.lower() or UNION_COUNTRIES.get(party.id, "")


def _party_id(party: Party) -> str:
    return _id("party", *party.key)


def _event_id(alert: Alert) -> str:
    return _id("event", alert.id)


def _id(*parts: str) -> str:
    return f"sanctionwire-{content_id('ftm', *parts)}"


def _date(at: datetime) -> str:
    """Return a time as the model has it: in UTC, to the second, without a zone."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _entity(schema: str, id_: str, **properties: Iterable[str]) -> Entity:
    """Return an entity; empty values and properties without any are left out, since the model has no empty text."""
    cleaned = {name: [_value(name, one) for one in values] for name, values in properties.items()}
    told = {name: list(dict.fromkeys(filter(None, values))) for name, values in cleaned.items()}
    return {"id": id_, "schema": schema, "properties": {name: values for name, values in told.items() if values}}


def _value(name: str, text: str) -> str:
    return text if name == "sourceUrl" else plain(text, QUOTE_LIMIT)
