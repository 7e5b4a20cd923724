"""Give a copy that was not read again the signals of its founder, found again in its own words.

A copy may leave the model's pool before its founder does, so it waits here until the founder has been told. What a founder said is
remembered for the window of copies. A signal goes over only if its quote stands in the copy: a cut copy says less.

Known to be wrong: the context that gave the founder's signal its sender is taken to be the copy's too.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from connectors.messages.alert import Alert
from connectors.messages.analysis import Analysis
from connectors.messages.article import event_time
from connectors.messages.signal import Evidence, Signal, signal_id
from connectors.messages.story import Story
from pipelines.work import Failure, Work

STAGE = "Carry over"
WORD = re.compile(r"\w+")
CLOSING = r"(?:[^\w\s]+(?!\w))?"  # the stop and the quotation mark after the last word
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Said:
    """What an article said, as far as its copies need it; `failure` when no stage could take it."""

    at: datetime
    signals: tuple[Signal, ...]
    failure: Failure | None = None


def locate(quote: str, text: str) -> Evidence | None:
    """Return where a quote stands in a text, or None: as it is, any white space standing for any other, else word by word.

    An exact copy has the same words and may have other quotation marks and dashes; what is quoted are then the copy's own.
    """
    found = _search(r"\s+", map(re.escape, quote.split()), text) or _search(r"\W+", WORD.findall(quote), text, CLOSING)
    return Evidence(quote=found.group(), start=found.start(), end=found.end()) if found else None


def _search(gap: str, words: Iterable[str], text: str, end: str = "") -> re.Match[str] | None:
    pattern = gap.join(words)
    return re.search(pattern + end, text) if pattern else None


def carry_over(signals: Sequence[Signal], article_id: str, text: str) -> tuple[Signal, ...]:
    """Return the signals whose quotes stand in a copy, with the copy's offsets and ids; links to dropped signals are cut."""
    ids: dict[str, str] = {}
    carried: list[Signal] = []
    ordinals: dict[tuple[str, int], int] = {}
    for signal in signals:
        evidence = locate(signal.evidence.quote, text)
        if evidence is None:
            continue
        ordinal = ordinals.get((signal.kind, evidence.start), 0)
        ordinals[signal.kind, evidence.start] = ordinal + 1
        ids[signal.id] = signal_id(article_id, signal.kind, evidence, ordinal)
        carried.append(replace(signal, id=ids[signal.id], evidence=evidence))
    return tuple(
        replace(signal, contests=ids.get(signal.contests or ""), same_as=ids.get(signal.same_as or "")) for signal in carried
    )


@dataclass(slots=True)
class CarryOver:
    """Remember what founders said, and hold their copies until they have said it."""

    window: timedelta = timedelta(days=30)
    latest: datetime = LONG_AGO
    said: dict[str, Said] = field(default_factory=dict)
    waiting: dict[str, list[Work]] = field(default_factory=dict)

    def absorb(self, message: Analysis | Story | Alert) -> None:
        """Remember one analysis of the log."""
        if isinstance(message, Analysis) and message.copy_of is None:
            self._remember(message.article_id, Said(message.event_time, message.signals))

    def tell(self, work: Work) -> Sequence[Work]:
        """Return the work with the copies that waited for it, or nothing while a copy has to wait."""
        if work.repeat or work.article is None:
            return [work]
        if work.copy_of is None:
            return self._founder(work)
        if work.to_read or work.failure is not None:
            return [work]
        said = self.said.get(work.copy_of)
        if said is None and not self._may_come(work):
            return [replace(work, notes=(*work.notes, "founder_forgotten"))]
        if said is None:
            self.waiting.setdefault(work.copy_of, []).append(work)
            return []
        return [_copied(work, said)]

    def _founder(self, work: Work) -> list[Work]:
        said = Said(event_time(work.told), work.signals, work.failure)
        self._remember(work.told.id, said)
        return [work, *(_copied(copy, said) for copy in self.waiting.pop(work.told.id, []))]

    def _may_come(self, copy: Work) -> bool:
        """Whether a founder that is not remembered is still under way: inside the window none is forgotten."""
        return copy.founder_at is not None and copy.founder_at >= self.latest - self.window

    def _remember(self, article_id: str, said: Said) -> None:
        """Remember what an article said, by the later of its versions' times: copies of either may come as long."""
        known = self.said.get(article_id)
        self.said[article_id] = said if known is None else replace(said, at=max(said.at, known.at))
        self.latest = max(self.latest, said.at)
        oldest = next(iter(self.said))
        if self.said[oldest].at < self.latest - self.window:
            del self.said[oldest]


def _copied(work: Work, said: Said) -> Work:
    if said.failure is not None:
        return replace(work, failure=Failure(stage=STAGE, reason=f"its founder {work.copy_of} failed: {said.failure.reason}"))
    article = work.told
    try:
        return replace(work, signals=carry_over(said.signals, article.id, article.text))
    except Exception as error:  # noqa: BLE001 -- the founder and its other copies go on
        return replace(work, failure=Failure.of(STAGE, error))
