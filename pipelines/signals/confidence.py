"""How sure a signal is, as a sum of named terms.

The terms are counted, not learned: each stands for a kind of doubt that the errors on gold data showed. One of them is what the
second reader thinks. The sum is cut to 0 to 1.
"""

from connectors.messages.signal import Term
from pipelines.signals.base import Finding

BASE, UNSEEN = 0.5, 0.35
RANGE = 0.4  # between the second reader's yes and its no


def confidence(finding: Finding) -> tuple[float, tuple[Term, ...]]:
    """Return the confidence of a finding and the terms that make it."""
    terms = tuple(term for term in _terms(finding) if term.value)
    return min(1.0, max(0.0, round(sum(term.value for term in terms), 2))), terms


def _terms(finding: Finding) -> list[Term]:
    states = [actor for actor in (*finding.senders, *finding.targets) if actor.id is not None]
    return [
        Term(name="read from the words alone", value=UNSEEN)
        if finding.rule == "second reader"
        else Term(name="a rule fired", value=BASE),
        Term(name="the second reader's opinion", value=_opinion(finding)),
        Term(name="sender known", value=0.15 if finding.senders else -0.1),
        Term(name="target known", value=0.1 if finding.targets else -0.1),
        Term(name="a state or union is named", value=0.05 if states else -0.1),
        Term(name="measure named", value=0.1 if finding.measures and finding.measures != ("unspecified",) else 0.0),
        Term(name="condition found", value=0.05 if finding.condition is not None else 0.0),
        Term(name="hedged", value=-0.1 if finding.commitment == 1 else 0.0),
        Term(name="told at second hand", value=-0.05 if finding.reporters else 0.0),
    ]


def _opinion(finding: Finding) -> float:
    return 0.0 if finding.probability is None else round(RANGE * (finding.probability - 0.5), 3)
