"""The second reader: a linear model that weighs what the rules found against all the words of the sentence.

Observed: the rules are right about what they find and miss much of what is said in words that no list holds or in an order that no
parser expects. Each of those sentences still holds many small hints. So for each kind a logistic regression over the clues of
`clues.py`, among them what the rules say, tells how probable it is that the sentence tells an act of that kind. It was learned from
gold sentences and from copies of them with words swapped (`pipelines.signals.learn`), so it trusts the rules as far as they
deserve it. Who does it to whom is always the rules' business (`verdict.recast`, `casting.py`).

The encoder, which reads the sentence as a whole, is asked as well where the clues leave any hope, and their odds are put together
(`together.py`).

Its say is bounded. It drops what is next to impossible, gives a finding another kind where its own is improbable, and adds an act
that the rules did not see, but only to a sentence that the cheap look holds capable of one (`look.py`). Where the rules see no act
in a whole article, one addition must be all but certain, or none counts (`clear`).

On writers left out of learning it lifts the F1 of alerts by a tenth, and by twice that where words are swapped, with no more
false alerts (`tests/benchmarks/score_unseen.py`).

Assumes that the clues are those that the weights were learned with; learning again is one command. Known to be wrong: two acts of
one kind are told apart by the rules alone; idiom that neither a list nor the gold knows stays unread.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from math import exp
from typing import Any

from connectors.messages.signal import SignalKind
from pipelines.signals.base import QUIET, Finding, SentenceTrace
from pipelines.signals.en.casting import RULE, cast_as
from pipelines.signals.en.clues import clues
from pipelines.signals.en.context import Context
from pipelines.signals.en.encoder import Reader, Reading, heard
from pipelines.signals.en.look import answers, speaks
from pipelines.signals.en.sentence import Sentence
from pipelines.signals.en.together import kinds_together

WEIGHTS = "second.json"
CERTAIN = 0.95  # probability
HOPELESS = 0.01  # probability by clues of the likeliest kind, below which the encoder is not asked: it costs as much as a parse
SANCTIONS = frozenset({"sanctioned", "sanctions", "sanction", "sanctioning"})
HELPERS = frozenset({"has", "have", "had", "also", "then"})
SHOWN = 4  # clues named in a trace


@dataclass(frozen=True, slots=True)
class Bars:
    """How probable a kind must be.

    Attributes:
        added: to be added to what the rules found, were it background only.
        unseen: to be told where they found nothing.
        doubted: not to give way to a likelier kind.
        dropped: not to be dropped.
    """

    added: float
    unseen: float
    doubted: float
    dropped: float


# chosen on writers left out of learning, whose scores are flattered by it
ALONE, AMONG = Bars(0.3, 0.4, 0.5, 0.2), Bars(0.3, 0.55, 0.4, 0.15)


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned.

    Attributes:
        bias: log-odds of each kind when no clue is known.
        by_clue: what each clue adds to the log-odds of some kinds.
    """

    bias: Mapping[SignalKind, float]
    by_clue: Mapping[str, Mapping[SignalKind, float]]

    def probabilities(self, seen: frozenset[str]) -> dict[SignalKind, float]:
        """Return for each kind how probable it is that a sentence with these clues tells an act of it."""
        odds = dict(self.bias)
        for clue in seen:
            row = self.by_clue.get(clue)
            if row is not None:
                for kind, weight in row.items():
                    odds[kind] += weight
        return {kind: 1 / (1 + exp(-value)) for kind, value in odds.items()}

    def strongest(self, seen: frozenset[str], kind: SignalKind) -> list[str]:
        """Return the clues that speak most for a kind, strongest first."""
        found = [(self.by_clue[clue].get(kind, 0.0), clue) for clue in seen if clue in self.by_clue]
        return [f"{clue!r} {weight:+.2f}" for weight, clue in sorted(found, reverse=True)[:SHOWN] if weight > 0]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What becomes of the findings of a sentence.

    Attributes:
        kept: for each finding, the kind that it has after all; None drops it.
        added: kinds of acts that the rules did not find.
    """

    kept: tuple[SignalKind | None, ...]
    added: tuple[SignalKind, ...]


def opinion(kinds: Sequence[SignalKind], probable: Mapping[SignalKind, float], bars: Bars = ALONE) -> Opinion:
    """Decide on findings of these kinds; `mention` and `question` are left alone."""
    enough = bars.added if kinds else bars.unseen
    unseen = [kind for kind, value in probable.items() if kind not in kinds and value >= enough]
    unseen.sort(key=lambda kind: -probable[kind])
    after: dict[SignalKind, SignalKind | None] = {kind: kind for kind in kinds}
    for kind in sorted(set(kinds) - QUIET, key=lambda kind: probable[kind]):
        if probable[kind] < bars.dropped:
            after[kind] = None
        elif unseen and probable[kind] < min(bars.doubted, probable[unseen[0]]):
            after[kind] = unseen.pop(0)
    return Opinion(tuple(after[kind] for kind in kinds), tuple(unseen))


def can_tell(sentence: Sentence, context: Context) -> bool:
    """Tell whether a sentence in which the rules found nothing can tell an act: it speaks, or it can answer one in its article."""
    return speaks(sentence.text) or (not context.alone and answers(sentence.text))


class SecondReader:
    """Revises what the rules found in a sentence.

    Args:
        weights: what was learned.
    """

    def __init__(self, weights: Weights) -> None:
        self._weights = weights

    def revised(
        self, sentence: Sentence, told: Sequence[Finding], context: Context, trace: SentenceTrace, reader: Reader | None = None
    ) -> tuple[list[Finding], Reading | None]:
        """Return what the sentence says after all, and what the encoder tells of it if it was asked; write down why."""
        if not told and not can_tell(sentence, context):
            return [], None
        seen = clues(sentence, told, context)
        by_clues = self._weights.probabilities(seen)
        hopeless = max(by_clues.values()) < HOPELESS and all(finding.kind in QUIET for finding in told)
        reading = None if reader is None or hopeless else heard(reader, sentence)
        probable = kinds_together(by_clues, reading)
        decided = opinion([finding.kind for finding in told], probable, ALONE if context.alone else AMONG)
        found = []
        for finding, heard_kind in zip(told, decided.kept, strict=True):
            kind = finding.kind if heard_kind is None and punishes(sentence, finding) else heard_kind
            if kind != finding.kind:
                trace.fired.append(self._why(seen, f"{finding.kind} is improbable", finding.kind, kind, probable))
            after = finding if kind == finding.kind else None if kind is None else cast_as(sentence, kind, context, finding)
            found += [] if after is None else [_weighed(after, probable)]
        for kind in decided.added:
            trace.fired.append(self._why(seen, "unseen by the rules", None, kind, probable))
            found.append(_weighed(cast_as(sentence, kind, context, _quiet(told)), probable))
        quiet = None if not decided.added else _quiet(told)
        return [finding for finding in found if finding is not quiet], reading

    def _why(
        self,
        seen: frozenset[str],
        cause: str,
        before: SignalKind | None,
        after: SignalKind | None,
        probable: Mapping[SignalKind, float],
    ) -> str:
        odds = ", ".join(f"{kind} {probable[kind]:.2f}" for kind in (before, after) if kind is not None)
        clue = "; ".join(self._weights.strongest(seen, after)) if after is not None else ""
        return f"second reader: {cause} ({odds}) -> {after or 'dropped'}{f' for {clue}' if clue else ''}"


def punishes(sentence: Sentence, finding: Finding) -> bool:
    """Tell whether a state sanctions somebody for what he did ("Norway sanctioned two officers for shelling villages").

    The encoder has met "sanctioned ... for" in courts and in sport, and hears nothing else in it; there no state stands before it.
    """
    before, after = sentence.words[: max(finding.at, 0)], sentence.words[finding.at :]
    subject = next((place for place in reversed(range(len(before))) if before[place] not in HELPERS), -1)
    return (
        finding.kind == "imposed"
        and sentence.name_at(subject) is not None
        and after[0] in SANCTIONS
        and any("person" in sentence.groups(place) for place in range(finding.at + 1, len(sentence.words)))
        and any(word == "for" and deed.endswith("ing") for word, deed in pairwise(after))
    )


def _quiet(told: Sequence[Finding]) -> Finding | None:
    """The first background finding: most likely the act whose assertion the rules did not see."""
    return next((finding for finding in told if finding.kind in QUIET), None)


def clear(article: Sequence[Sequence[Finding]]) -> bool:
    """Tell whether the acts of an article, sentence by sentence, are clear: the rules see one too, or one is all but certain."""
    loud = [finding for told in article for finding in told if finding.kind not in QUIET]
    return any(finding.rule != RULE or (finding.probability or 0.0) >= CERTAIN for finding in loud)


def quiet(told: Sequence[Finding]) -> list[Finding]:
    """Return the background alone."""
    return [finding for finding in told if finding.kind in QUIET]


def _weighed(finding: Finding, probable: Mapping[SignalKind, float]) -> Finding:
    return finding if finding.kind in QUIET else replace(finding, probability=round(probable[finding.kind], 3))


class Shipped:
    """The second reader that ships with the package; its weights are loaded when it is first asked."""

    def revised(
        self, sentence: Sentence, told: Sequence[Finding], context: Context, trace: SentenceTrace, reader: Reader | None = None
    ) -> tuple[list[Finding], Reading | None]:
        """Return what the sentence says after all, and what the encoder tells of it if it was asked."""
        return second_reader().revised(sentence, told, context, trace, reader)


@lru_cache(maxsize=1)
def second_reader() -> SecondReader:
    """Return the second reader with the weights that ship with the package."""
    return SecondReader(weights_from(json.loads(files(__package__).joinpath(WEIGHTS).read_text(encoding="utf-8"))))


def weights_from(raw: Mapping[str, Any]) -> Weights:
    """Return the weights of a file: `kinds`, the `bias` of each, and `clues` with their weights by the number of the kind."""
    kinds: list[SignalKind] = raw["kinds"]
    by_clue = {clue: {kinds[int(index)]: weight for index, weight in row.items()} for clue, row in raw["clues"].items()}
    return Weights(dict(zip(kinds, raw["bias"], strict=True)), by_clue)
