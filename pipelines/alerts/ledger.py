"""Who tells one act: one telling for each article, and an alert's content as the union of them.

An alert is worked out from its ledger only when something may be news. A further copy is entered and counted, which costs the same
however many there are. What the ledger has no telling of (older than the log of analyses, or than a month) it knows as numbers and
as the facts of the last version, so that counts go on from where they stood.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from connectors.messages.alert import MAX_LISTED, MAX_QUOTES, MAX_SOURCES, Alert, Quote, Source
from connectors.messages.signal import Actor
from pipelines.alerts.report import Facts, Telling
from pipelines.alerts.voices import Voices, by_time, less, voices_of
from pipelines.entities.gazetteer import find_names

T = TypeVar("T")
LETTERS = 3  # of a name that is short for another, at most: "uk"
FIRST_LETTER = re.compile(r"(?<![\w'’])(?!(?:of|and|the)\b)\w")
NO_FACTS = Facts()


@dataclass(slots=True)
class Rest:
    """What is known as numbers alone: articles, outlets, independent outlets and quotes."""

    articles: int = 0
    outlets: int = 0
    independent: int = 0
    quotes: int = 0


@dataclass(slots=True)
class Ledger:
    """The tellings of one act, what they say together, and who they are."""

    tellings: dict[str, Telling] = field(default_factory=dict)
    facts: Counter[Facts] = field(default_factory=Counter)
    outlets: Counter[str] = field(default_factory=Counter)
    voices: Voices = field(default_factory=Voices)
    rest: Rest = field(default_factory=Rest)
    quotes: int = 0
    is_settled: bool = True

    @property
    def source_count(self) -> int:
        """Articles that tell the act."""
        return len(self.tellings) + self.rest.articles

    @property
    def outlet_count(self) -> int:
        """Outlets that tell it."""
        return len(self.outlets) + self.rest.outlets

    @property
    def independent_outlet_count(self) -> int:
        """Outlets that tell it in a voice of their own; never more than `outlet_count`."""
        return min(self.outlet_count, len(self.voices.outlets) + self.rest.independent)

    def tell(self, telling: Telling) -> bool:
        """Enter what an article tells, in place of what it told before; return whether that may be news."""
        known = self.tellings.get(telling.source.article_id)
        if known == telling:
            return False
        if known is not None:
            self.withdraw(telling.source.article_id)
        is_new = telling.facts not in self.facts
        return self._enter(telling) or is_new or known is not None

    def withdraw(self, article_id: str) -> None:
        """Take out what an article told."""
        telling = self.tellings.pop(article_id)
        self.quotes -= len(telling.quotes)
        less(self.facts, telling.facts)
        less(self.outlets, telling.source.outlet)
        self.voices = voices_of((left.source, left.unites) for left in self.tellings.values())

    def settle(self, alert: Alert) -> None:
        """Complete a ledger that was read back from the log by what the last version of its alert says beyond it.

        A ledger that holds at least as many articles as the alert counted is complete: then nothing is added, and what a
        correction takes out is gone.
        """
        if self.is_settled:
            return
        self.is_settled = True
        if len(self.tellings) >= alert.source_count:
            return
        quotes: dict[str, list[Quote]] = defaultdict(list)
        for quote in alert.evidence:
            quotes[quote.article_id].append(quote)
        for source in alert.sources:
            if source.article_id not in self.tellings:
                self._enter(Telling(source, NO_FACTS, tuple(quotes.get(source.article_id, ()))))
        self.facts[_facts_of(alert)] += 1
        self.rest = Rest(
            max(0, alert.source_count - len(self.tellings)),
            max(0, alert.outlet_count - len(self.outlets)),
            max(0, alert.independent_outlet_count - len(self.voices.outlets)),
            max(0, alert.evidence_count - self.quotes),
        )

    def since(self, first_at: datetime, alert: Alert) -> "Ledger":
        """Return the ledger as a process that starts now would read it back, from the tellings since then and an alert.

        Args:
            first_at: event time of the oldest telling that is kept.
            alert: with all that this ledger says.
        """
        young = Ledger(is_settled=False)
        for telling in self.tellings.values():
            if telling.source.event_time >= first_at:
                young.tell(telling)
        young.settle(alert)
        return young

    def take_over(self, other: "Ledger") -> None:
        """Enter all that another ledger of the same act holds."""
        for telling in other.tellings.values():
            self.tell(telling)
        self.facts.update(other.facts - Counter(telling.facts for telling in other.tellings.values()))  # what no telling says
        theirs = other.rest
        self.rest = Rest(
            self.rest.articles + theirs.articles,
            self.rest.outlets + theirs.outlets,
            self.rest.independent + theirs.independent,
            self.rest.quotes + theirs.quotes,
        )

    def _enter(self, telling: Telling) -> bool:
        """Enter a telling of an article that has none; return whether other outlets are independent by it."""
        self.tellings[telling.source.article_id] = telling
        self.facts[telling.facts] += 1
        self.outlets[telling.source.outlet] += 1
        self.quotes += len(telling.quotes)
        return self.voices.add(telling.source, telling.unites)


def told(alert: Alert, ledger: Ledger) -> Alert:
    """Return the alert with what its ledger says; retracted, and otherwise as it was, when nobody tells it any more."""
    counted = replace(
        alert,
        source_count=ledger.source_count,
        outlet_count=ledger.outlet_count,
        independent_outlet_count=ledger.independent_outlet_count,
        evidence_count=ledger.quotes + ledger.rest.quotes,
    )
    if not ledger.source_count:
        return replace(counted, status="retracted", sources=(), evidence=())
    facts = tuple(ledger.facts)
    sources = _named(ledger)
    stories = {telling.story_id for telling in ledger.tellings.values()} - {""}
    return replace(
        counted,
        senders=_actors(actor for one in facts for actor in one.senders),
        targets=_actors(actor for one in facts for actor in one.targets),
        callers=_actors(actor for one in facts for actor in one.callers),
        violators=_actors(actor for one in facts for actor in one.violators),
        reporters=_actors(actor for one in facts for actor in one.reporters),
        measures=_merged(measure for one in facts for measure in one.measures),
        conditions=_merged(condition for one in facts for condition in one.conditions),
        deadlines=_merged(deadline for one in facts for deadline in one.deadlines),
        commitment=max(one.commitment for one in facts),
        sources=_listed(sources, ledger),
        evidence=_evidence(sources, ledger),
        story_ids=_merged(stories if _is_whole(ledger) else {*alert.story_ids, *stories}),
    )


def _is_whole(ledger: Ledger) -> bool:
    return not ledger.rest.articles


def _named(ledger: Ledger) -> dict[str, Source]:
    """Return the sources by article; each that is not the first of its voice names the one that is."""
    named = {}
    for article_id, telling in ledger.tellings.items():
        head = ledger.voices.head(article_id).article_id
        named[article_id] = replace(telling.source, copy_of=None if head == article_id else head)
    return named


def _listed(sources: dict[str, Source], ledger: Ledger) -> tuple[Source, ...]:
    """Return the sources to show, by time: independent ones first, then those with the strongest words, then the newest."""

    def rank(source: Source) -> tuple[bool, int, float, str]:
        firmness = ledger.tellings[source.article_id].facts.commitment
        return source.copy_of is not None, -firmness, -source.event_time.timestamp(), source.article_id

    return tuple(sorted(sorted(sources.values(), key=rank)[:MAX_SOURCES], key=by_time))


def _evidence(sources: dict[str, Source], ledger: Ledger) -> tuple[Quote, ...]:
    """Return the quotes to show: the strongest first, of equals those of independent sources, then the newest."""

    def rank(quote: Quote) -> tuple[int, bool, float, str, int, str]:
        source = sources[quote.article_id]
        when = -source.event_time.timestamp()
        return -quote.commitment, source.copy_of is not None, when, quote.article_id, quote.start, quote.signal_id

    quotes = (quote for telling in ledger.tellings.values() for quote in telling.quotes)
    return tuple(sorted(quotes, key=rank)[:MAX_QUOTES])


def _facts_of(alert: Alert) -> Facts:
    return Facts(
        alert.senders,
        alert.targets,
        alert.callers,
        alert.violators,
        alert.reporters,
        alert.measures,
        alert.conditions,
        alert.deadlines,
        alert.commitment,
    )


def _actors(actors: Iterable[Actor]) -> tuple[Actor, ...]:
    """Return the actors by id and name; one with an id stands once, under a name that is not all capitals or small if it can be.

    A text without capitals may be the only one so far, and a copy that has them makes no new version: so names get theirs here.
    """
    known: dict[str | Actor, Actor] = {}
    for actor in sorted(set(actors), key=lambda one: (one.name.isupper() or one.name.islower(), _by_actor(one))):
        known.setdefault(actor.id or actor, actor)
    return tuple(sorted(map(with_capitals, known.values()), key=_by_actor)[:MAX_LISTED])


def with_capitals(actor: Actor) -> Actor:
    """Return an actor with an id whose name is in small letters with the names of states in it as they are written: "Norway"."""
    name = actor.name
    if actor.id is None or not name.islower():
        return actor
    for found in reversed(find_names(name)):  # from the end, so that places before it stay
        name = f"{name[: found.start]}{_written(found.text, found.entity_id)}{name[found.end :]}"
    return replace(actor, name=name)


def _written(name: str, code: str) -> str:
    if name.upper() == code or len(name) <= LETTERS:
        return name.upper()
    return FIRST_LETTER.sub(lambda letter: letter[0].upper(), name)


def _merged(values: Iterable[T]) -> tuple[T, ...]:
    """Return the values without repeats, in the order of their content, the first `MAX_LISTED`."""
    return tuple(sorted(set(values), key=repr)[:MAX_LISTED])


def _by_actor(actor: Actor) -> tuple[bool, str, str, str]:
    return actor.id is None, actor.id or "", actor.name.casefold(), actor.name
