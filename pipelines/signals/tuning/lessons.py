"""What the encoder learns from: sentences with their kinds, their measures, and the words that play a part.

Records are those of the annotation guide, or kinds alone (`pipelines.signals.fitting`). A record with a title is an article: each
of its sentences is a lesson, with the sentence before it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from connectors.messages.signal import Measure, SignalKind
from pipelines.signals.base import QUIET
from pipelines.signals.en.encoder import ROLES, act_part
from pipelines.text import sentences

KINDS: tuple[SignalKind, ...] = tuple(kind for kind in get_args(SignalKind) if kind not in QUIET)
MEASURES: tuple[Measure, ...] = get_args(Measure)
ACTORS = (*ROLES, "deniers", "callers", "violators", "reporters")
PARTS = (*ACTORS, "condition", "deadline", "nameless")
PARTS_OF_ACTS = tuple(act_part(kind, part) for kind in KINDS for part in ROLES)
ALL_PARTS = (*PARTS, *PARTS_OF_ACTS)
ONE = 400  # characters: longer records are articles


@dataclass(frozen=True, slots=True)
class Part:
    """Words `start` to `end` of a lesson that play a part."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """A sentence with what it tells.

    Attributes:
        text: the sentence.
        before: the sentence in front of it, or the title; empty where it stands alone.
        kinds: of the acts in it.
        measures: of all its acts together.
        parts: the words that play a part, everywhere that they stand.
        whole: its parts and measures are known, not only its kinds.
    """

    text: str
    before: str = ""
    kinds: frozenset[str] = frozenset()
    measures: frozenset[str] = frozenset()
    parts: tuple[Part, ...] = ()
    whole: bool = True


def lessons(records: Iterable[Mapping[str, Any]]) -> Iterator[Lesson]:
    """Yield the lessons of gold records."""
    for record in records:
        whole = "case" in record or "title" in record
        if "title" in record or len(record["text"]) > ONE:
            yield from _of_article(record, whole=whole)
        else:
            yield _lesson(record["text"], "", record["signals"], whole=whole)


def _of_article(record: Mapping[str, Any], *, whole: bool) -> Iterator[Lesson]:
    text, before = record["text"], record.get("title", "")
    for span in sentences(text):
        sentence = text[span.start : span.end]
        here = [signal for signal in record["signals"] if _stands_in(signal, span.start, span.end)]
        yield _lesson(sentence, before, here, whole=whole)
        before = sentence


def _stands_in(signal: Mapping[str, Any], start: int, end: int) -> bool:
    evidence: Any = signal.get("evidence")
    return evidence is not None and evidence["start"] < end and start < evidence["end"]


def _lesson(text: str, before: str, signals: Sequence[Mapping[str, Any]], *, whole: bool) -> Lesson:
    told = [signal for signal in signals if signal["kind"] in KINDS]
    parts = tuple(part for signal in signals for part in _parts(text, signal)) if whole else ()
    measures = frozenset(measure for signal in told for measure in signal.get("measures", ()))
    return Lesson(text, before, frozenset(signal["kind"] for signal in told), measures, parts, whole)


def _parts(text: str, signal: Mapping[str, Any]) -> Iterator[Part]:
    named: list[tuple[str, str]] = [(actor["name"], role) for role in ACTORS for actor in signal.get(role) or ()]
    condition: Any = signal.get("condition")
    deadline: Any = signal.get("deadline")
    named += [(actor["name"], "nameless") for role in ACTORS for actor in signal.get(role) or () if actor["id"] is None]
    if signal["kind"] in KINDS:
        named += [(actor["name"], act_part(signal["kind"], role)) for role in ROLES for actor in signal.get(role) or ()]
    named += [(condition["text"], "condition")] if condition else []
    named += [(deadline, "deadline")] if deadline else []
    for words, name in named:
        yield from (Part(at, at + len(words), name) for at in _places(text, words))


def _places(text: str, words: str) -> Iterator[int]:
    at = text.find(words) if words else -1
    while at >= 0:
        yield at
        at = text.find(words, at + 1)
