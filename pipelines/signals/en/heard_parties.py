"""The parties that the encoder hears in a sentence: runs of words that play a part, and for whom each speaks.

A run that is a state's name, or a phrase that speaks for one ("the ministry in Lima"), is that state; any other is a party without
an id, by its own words ("a Kinshasa brewer"). So a state whose name stands inside such a party is told apart from the party.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from connectors.messages.signal import Actor, SignalKind
from pipelines.entities.gazetteer import actor_id
from pipelines.signals.base import Finding
from pipelines.signals.en.actors import head_class, is_subject
from pipelines.signals.en.encoder import Reading
from pipelines.signals.en.groups import THINGS
from pipelines.signals.en.sentence import PRONOUNS, Name, Sentence

ENOUGH = 0.5  # probability of each piece of a run
ELSEWHERE = 0.01  # of a part that another party plays under this name
EDGES = re.compile(
    r"^(?:(?:the|an?|its|his|her|their|our|my|your|any|all|both|those|these|some)\s+)+|[\s,.;:'\"’”]+$", re.IGNORECASE
)
TIE = re.compile(r"\s+(?:of|in|from)\s+(?:the\s+)?", re.IGNORECASE)  # "the junta in Niger" is one party
LETTERS = 2  # in a name at least
HEARD, UNHEARD = (
    0.6,
    0.15,
)  # probabilities of a party that counts though no rule cast it, and of one that does not though a rule did
GOODS = frozenset({*THINGS, "armed"})
NOT_GOODS = frozenset({"private", "person", "firm", "vessel", "sector", "region"})
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


def heard_parties(sentence: Sentence, reading: Reading, part: str) -> tuple[Heard, ...]:
    """Return the runs that play a part, in order; those that a preposition ties together are one."""
    runs: list[tuple[int, int]] = []
    for start, end in reading.spans(part, ENOUGH):
        tied = bool(runs) and TIE.fullmatch(sentence.text, max(runs[-1][1], 0), max(start, 0)) is not None
        runs = [*runs[:-1], (runs[-1][0], end)] if tied else [*runs, (start, end)]
    found = (_party(sentence, reading, part, start, end) for start, end in runs)
    return tuple(one for one in found if one is not None)


def _party(sentence: Sentence, reading: Reading, part: str, start: int, end: int) -> Heard | None:
    if end <= sentence.spans[0][0]:  # in furniture before the first word, which the encoder reads and the model does not
        return None
    phrase = EDGES.sub("", sentence.text[max(start, 0) : end])
    if len(phrase) < LETTERS or phrase.lower() in PRONOUNS:
        return None
    inside = [name for name in sentence.names if start < sentence.spans[name.last][1] and sentence.spans[name.first][0] < end]
    whole = next((name for name in inside if phrase in name.text or name.text == phrase), None)
    code = whole.id if whole is not None else _spoken_for(sentence, part, phrase, _head(sentence, start, end), inside)
    return Heard(start, end, Actor(id=code, name=phrase), reading.part(part, start, end))


def _head(sentence: Sentence, start: int, end: int) -> int:
    """Return the word of a run on which the others hang; the last one where the parse tells none."""
    run = [at for at, (first, last) in enumerate(sentence.spans) if first < end and start < last]
    return next((at for at in run if sentence.doc[at].head.i not in run or sentence.doc[at].head.i == at), run[-1])


def _spoken_for(sentence: Sentence, part: str, phrase: str, head: int, inside: Sequence[Name]) -> str | None:
    """Return for whom a phrase speaks: a body for its state, persons and firms that are hit for nobody, goods for their state."""
    cls, groups = head_class(sentence, sentence.doc[head]), sentence.groups(head)
    by_itself = cls in NOT_GOODS or ("person" in groups and "armed" not in groups)
    if part == "targets" and by_itself:
        return None
    if cls == "body" and len({name.id for name in inside}) == 1:
        return inside[0].id
    goods = bool(groups & GOODS) and not by_itself and len({name.id for name in inside}) == 1
    return actor_id(phrase) or (inside[0].id if goods else None)


def plays(sentence: Sentence, names: list[Name], reading: Reading, part: str, code: str | None) -> float:
    """Return how probable it is that a state plays a part under one of its names."""
    runs = heard_parties(sentence, reading, part)
    return max((_plays(sentence, name, reading, part, code, runs) for name in names), default=0.0)


def _plays(sentence: Sentence, name: Name, reading: Reading, part: str, code: str | None, runs: tuple[Heard, ...]) -> float:
    start, end = sentence.spans[name.first][0], sentence.spans[name.last][1]
    around = [run for run in runs if run.start < end and start < run.end]
    if not around:
        return reading.part(part, start, end)
    return max((run.probable if run.actor.id == code else ELSEWHERE) for run in around)


def with_unnamed_targets(sentence: Sentence, reading: Reading, cast: tuple[Actor, ...]) -> tuple[Actor, ...]:
    """Return targets with those without an id that are heard, in place of those that the rules cast and the encoder doubts."""
    heard = [one for one in heard_parties(sentence, reading, "targets") if one.actor.id is None and one.probable >= HEARD]
    kept = (actor for actor in cast if actor.id is not None or not _is_doubted(sentence, reading, "targets", actor, heard))
    return (*kept, *(one.actor for one in heard))


def with_other_parts(sentence: Sentence, reading: Reading, finding: Finding) -> Finding:
    """Return a finding with the callers, deniers, violators and reporters that are heard."""
    of_kind = [part for part, kinds in OTHERS.items() if finding.kind in kinds]
    found = _denied_by_subject(sentence, finding)
    for part in of_kind:
        found = _with(found, part, _played(sentence, reading, part, getattr(found, part)) or getattr(found, part))
    doing = {actor.id or actor.name for part in ("senders", *of_kind) for actor in getattr(found, part)}
    reporters = _played(sentence, reading, "reporters", finding.reporters)
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


def _played(sentence: Sentence, reading: Reading, part: str, cast: tuple[Actor, ...]) -> tuple[Actor, ...]:
    heard = [one for one in heard_parties(sentence, reading, part) if one.probable >= (SURE if cast else HEARD)]
    if not heard:
        return tuple(actor for actor in cast if not _is_doubted(sentence, reading, part, actor, heard))
    return tuple({one.actor.id or one.actor.name: one.actor for one in heard}.values())


def _is_doubted(sentence: Sentence, reading: Reading, part: str, actor: Actor, heard: Sequence[Heard]) -> bool:
    at = sentence.text.find(actor.name)
    end = at + len(actor.name)
    return at >= 0 and (any(one.start < end and at < one.end for one in heard) or reading.part(part, at, end) < UNHEARD)
