"""The parties that the encoder hears in a sentence: runs of words that play a part, and for whom each speaks.

The encoder also hears whether a party has an id: "a Kinshasa brewer" and "Tajik banks" have none, "Tajik apricots" and "the
ministry in Lima" count for their state. So a state whose name stands inside a party is told apart from the party.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.messages.signal import Actor, SignalKind
from pipelines.entities.gazetteer import actor_id
from pipelines.signals.base import Finding
from pipelines.signals.en.actors import ref
from pipelines.signals.en.context import Context
from pipelines.signals.en.encoder import Reading
from pipelines.signals.en.epithets import STATE_WORDS, UNION_WORDS
from pipelines.signals.en.phrases import head_class, is_subject
from pipelines.signals.en.runs import Run, whole_phrases
from pipelines.signals.en.sentence import PRONOUNS, Name, Sentence

NAMELESS = "nameless"  # what the encoder calls the words of parties without an id
STANDING_FOR = frozenset({"junta", "regime", "government", "army", "military", "ambassador", "envoy"})
APART = 0.5  # probability of a party without an id
ENOUGH = 0.5  # probability of each piece of a run
ELSEWHERE = 0.01  # of a part that another party plays under this name
EDGES = re.compile(
    r"^(?:(?:the|an?|its|his|her|their|our|my|your|any|all|both|those|these|some)\s+)+|[\s,.;:'\"’”]+$", re.IGNORECASE
)
LETTERS = 2  # in a name at least
HEARD, UNHEARD = (
    0.6,
    0.15,
)  # probabilities of a party that counts though no rule cast it, and of one that does not though a rule did
SURE = 0.9  # probability of a party that takes the place of what the rules cast
# parts other than sender and target, and the kinds of acts that have them
OTHERS: dict[str, frozenset[SignalKind]] = {
    "callers": frozenset({"call_for", "demand_ease"}),
    "deniers": frozenset({"denial"}),
    "violators": frozenset({"breach"}),
}


@dataclass(frozen=True, slots=True)
class Heard:
    """A run of words `start` to `end` of a sentence that plays a part, whose party it is, and how probable that is."""

    start: int
    end: int
    actor: Actor
    probable: float


@dataclass(frozen=True, slots=True)
class Hearing:
    """What the encoder tells of a sentence, and what its article has said before.

    Attributes:
        sentence: what was read.
        reading: what the encoder tells of it.
        context: the article so far.
        known: the parties of each part that was asked for; every candidate asks again.
    """

    sentence: Sentence
    reading: Reading
    context: Context
    known: dict[str, tuple[Heard, ...]] = field(default_factory=dict)

    def parties(self, part: str) -> tuple[Heard, ...]:
        """Return the phrases that play a part, in order."""
        if part not in self.known:
            self.known[part] = heard_parties(self.sentence, self.reading, part, self.context)
        return self.known[part]


def heard_parties(sentence: Sentence, reading: Reading, part: str, context: Context) -> tuple[Heard, ...]:
    """Return the phrases that play a part, in order."""

    def is_state(run: Run) -> bool:
        return reading.part(NAMELESS, *run) < APART

    runs = whole_phrases(sentence, reading.spans(part, ENOUGH), is_state)
    found = (_party(sentence, reading, part, *run, context) for run in runs)
    return tuple(one for one in found if one is not None)


def _party(sentence: Sentence, reading: Reading, part: str, start: int, end: int, context: Context) -> Heard | None:
    phrase = EDGES.sub("", sentence.text[start:end])
    if len(phrase) < LETTERS or phrase.lower() in PRONOUNS:
        return None
    surest = _surest(reading, part, start, end)
    is_state = any(name.text == phrase for name in sentence.names) or _stands_for_state(sentence, start, end)
    nameless = reading.part(NAMELESS, *surest) >= APART and not is_state
    code = None if nameless else _state(sentence, part, phrase, start, end, context)
    return Heard(start, end, Actor(id=code, name=phrase), reading.part(part, *surest))


def _stands_for_state(sentence: Sentence, start: int, end: int) -> bool:
    """Tell whether a phrase is who rules or speaks for a state that it names: "the junta in Niger" is Niger, whatever is heard."""
    named = any(start <= sentence.spans[name.first][0] and sentence.spans[name.last][1] <= end for name in sentence.names)
    return named and sentence.words[_head(sentence, start, end)] in STANDING_FOR


def _surest(reading: Reading, part: str, start: int, end: int) -> Run:
    """Return the run of a phrase that is heard best: the parse may have added words to it, which say nothing of its part."""
    runs = [run for run in reading.spans(part, ENOUGH) if run[0] < end and start < run[1]]
    return max(runs, key=lambda run: reading.part(part, *run))


def _state(sentence: Sentence, part: str, phrase: str, start: int, end: int, context: Context) -> str | None:
    """Return which state a phrase means: the one that it names, else the one that the article makes plain."""
    inside = {name.id for name in sentence.names if start < sentence.spans[name.last][1] and sentence.spans[name.first][0] < end}
    if len(inside) == 1:
        return inside.pop()
    return actor_id(phrase) or (None if inside else _meant(sentence, part, _head(sentence, start, end), context))


def _head(sentence: Sentence, start: int, end: int) -> int:
    """Return the word of a run on which the others hang; the last one where the parse tells none."""
    run = [at for at, (first, last) in enumerate(sentence.spans) if first < end and start < last]
    return next((at for at in run if sentence.doc[at].head.i not in run or sentence.doc[at].head.i == at), run[-1])


def _meant(sentence: Sentence, part: str, head: int, context: Context) -> str | None:
    """Return which state an epithet means, as the article makes plain: "its neighbour", "the emirate"."""
    word = sentence.doc[head]
    if word.lower_ not in STATE_WORDS | UNION_WORDS and head_class(sentence, word) != "body":
        return None
    found = ref(sentence, word, context, role="hit" if part == "targets" else "speaks")
    return None if found is None else found.actor.id


def plays(hearing: Hearing, names: list[Name], part: str, code: str | None) -> float:
    """Return how probable it is that a state plays a part under one of its names."""
    return max((_plays(hearing, name, part, code) for name in names), default=0.0)


def _plays(hearing: Hearing, name: Name, part: str, code: str | None) -> float:
    spans = hearing.sentence.spans
    start, end = spans[name.first][0], spans[name.last][1]
    around = [one for one in hearing.parties(part) if one.start < end and start < one.end]
    if not around:
        return hearing.reading.part(part, start, end)
    return max((one.probable if one.actor.id == code else ELSEWHERE) for one in around)


def may_be_meant(hearing: Hearing, actor: Actor) -> bool:
    """Tell whether a state that the sentence does not name may be hit in it: not where others surely are, under their own words."""
    own = [one.actor for one in hearing.parties("targets") if one.probable >= SURE]
    return not own or any(one.id == actor.id for one in own)


def with_unnamed_targets(hearing: Hearing, cast: tuple[Actor, ...], senders: Sequence[Actor]) -> tuple[Actor, ...]:
    """Return targets with those heard that are no state's name, in place of those that the rules cast and the encoder doubts.

    A state that is heard under an epithet is not added where it sends, nor a party that the rules know as a state.
    """
    known = {actor.id for actor in (*cast, *senders)} - {None}
    names = {name.text for name in hearing.sentence.names} | {actor.name for actor in cast if actor.id is not None}
    heard = [one for one in hearing.parties("targets") if one.probable >= HEARD]
    added = [one for one in heard if one.actor.id not in known and one.actor.name not in names]
    nameless = [one for one in heard if one.actor.id is None]
    kept = (actor for actor in cast if actor.id is not None or not _is_doubted(hearing, "targets", actor, nameless))
    return (*kept, *(one.actor for one in added))


def with_other_parts(hearing: Hearing, finding: Finding) -> Finding:
    """Return a finding with the callers, deniers, violators and reporters that are heard."""
    of_kind = [part for part, kinds in OTHERS.items() if finding.kind in kinds]
    found = _denied_by_subject(hearing.sentence, finding)
    for part in of_kind:
        found = _with(found, part, _played(hearing, part, getattr(found, part)) or getattr(found, part))
    doing = {actor.id or actor.name for part in ("senders", *of_kind) for actor in getattr(found, part)}
    reporters = _played(hearing, "reporters", finding.reporters)
    return replace(found, reporters=tuple(actor for actor in reporters if (actor.id or actor.name) not in doing))


def _denied_by_subject(sentence: Sentence, finding: Finding) -> Finding:
    """Return a denial whose denier the sentence does not name as that of the one state that is a subject in it.

    "Belarus threatens nobody, the press secretary said": the secretary is that of Belarus, whoever spoke before.
    """
    named = {name.id for name in sentence.names}
    subjects = {name.id: name for name in sentence.names if is_subject(sentence, name)}
    if finding.kind != "denial" or len(subjects) != 1 or any(actor.id is None or actor.id in named for actor in finding.deniers):
        return finding
    actors = tuple(Actor(id=name.id, name=name.text) for name in subjects.values())
    if {actor.id for actor in finding.targets} != {actor.id for actor in finding.deniers}:
        return replace(finding, deniers=actors)
    senders = tuple(actor for actor in finding.senders if actor.id not in subjects)
    return replace(finding, deniers=actors, targets=actors, senders=senders)


def _with(finding: Finding, part: str, actors: tuple[Actor, ...]) -> Finding:
    changed: dict[str, Any] = {part: actors}
    return replace(finding, **changed)


def _played(hearing: Hearing, part: str, cast: tuple[Actor, ...]) -> tuple[Actor, ...]:
    heard = [one for one in hearing.parties(part) if one.probable >= (SURE if cast else HEARD)]
    if not heard:
        return tuple(actor for actor in cast if not _is_doubted(hearing, part, actor, heard))
    return tuple({one.actor.id or one.actor.name: one.actor for one in heard}.values())


def _is_doubted(hearing: Hearing, part: str, actor: Actor, heard: Sequence[Heard]) -> bool:
    at = hearing.sentence.text.find(actor.name)
    end = at + len(actor.name)
    return at >= 0 and (any(one.start < end and at < one.end for one in heard) or hearing.reading.part(part, at, end) < UNHEARD)
