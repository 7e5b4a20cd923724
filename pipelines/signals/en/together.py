"""What rules, clues and the encoder say together: their odds are multiplied, each to a power that says what it is worth.

The powers were chosen on sentences that nothing was learned from; all of this is flat around them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import exp, log

from connectors.messages.signal import Condition, Measure, SignalKind
from pipelines.signals.base import QUIET, Finding
from pipelines.signals.en.conditions import direction_of
from pipelines.signals.en.encoder import Reading

CLUES, ENCODER = 0.4, 0.8  # what each is worth for a kind
SAID, SAID_OF_SOME = 0.5, 1.5  # log-odds that the rules add to a measure: of the only act of a sentence, of one among several
LIKELY = -0.5  # log-odds of a measure that counts
SURELY_NOT = 0.002  # probability
CONDITIONAL: frozenset[SignalKind] = frozenset({"threat", "considering", "call_for", "ease_intent", "refuse_ease"})
HEARD = 0.5  # probability of each piece of a condition that no rule found, and that a denial names no measure
WORDS = 3  # in it at least


def log_odds(probability: float) -> float:
    """Return the logarithm of the odds, bounded so that nobody is ever certain."""
    bounded = min(max(probability, SURELY_NOT), 1 - SURELY_NOT)
    return log(bounded / (1 - bounded))


def probability(odds: float) -> float:
    """Return the probability of log-odds."""
    return 1 / (1 + exp(-odds))


def kinds_together(clues: Mapping[SignalKind, float], reading: Reading | None) -> Mapping[SignalKind, float]:
    """Return how probable each kind is by its clues and by the encoder; by the clues alone where it was not asked."""
    if reading is None:
        return clues
    return {kind: probability(CLUES * log_odds(value) + ENCODER * log_odds(reading.kinds[kind])) for kind, value in clues.items()}


def with_condition(text: str, told: Sequence[Finding], reading: Reading | None) -> list[Finding]:
    """Return the findings of a sentence; those that can hang on a condition and have none get what is heard."""
    heard = None if reading is None else _condition(text, reading)
    if heard is None:
        return list(told)
    return [
        replace(finding, condition=heard) if finding.condition is None and finding.kind in CONDITIONAL else finding
        for finding in told
    ]


def _condition(text: str, reading: Reading) -> Condition | None:
    runs = sorted(reading.spans("condition", HEARD), key=lambda run: run[0] - run[1])
    words = text[max(runs[0][0], 0) : runs[0][1]] if runs else ""
    return Condition(text=words, direction=direction_of(words)) if len(words.split()) >= WORDS else None


def with_measures(told: Sequence[Finding], reading: Reading | None) -> list[Finding]:
    """Return the findings of a sentence, each with the measures that are likelier than not.

    The encoder knows what a sentence is about and not which of several acts; what the rules found counts for more there. In a
    denial it also hears the conduct that is denied ("moves no missiles"): no measure, if it hears that none is named as well.
    """
    if reading is None:
        return list(told)
    said = SAID if sum(finding.kind not in QUIET for finding in told) == 1 else SAID_OF_SOME
    return [
        finding
        if finding.kind in QUIET or _names_none(finding, reading)
        else replace(finding, measures=_measures(finding.measures, reading, said))
        for finding in told
    ]


def _names_none(finding: Finding, reading: Reading) -> bool:
    return finding.kind == "denial" and finding.measures == ("unspecified",) and reading.measures["unspecified"] >= HEARD


def _measures(found: Sequence[Measure], reading: Reading, said: float) -> tuple[Measure, ...]:
    odds = {one: log_odds(value) + (said if one in found else -said) for one, value in reading.measures.items()}
    likely = sorted((one for one in odds if odds[one] > LIKELY), key=lambda one: -odds[one])
    named = tuple(one for one in likely if one != "unspecified")
    return named or tuple(likely) or tuple(found) or ("unspecified",)
