"""How much an alert would mean (severity) and how sure it is (confidence), apart, and each as a sum of named terms.

The weights are judgements, not measurements: what an analyst would look at first. They are here as tables so that they can be
argued with; no identity depends on them.
"""

from collections.abc import Iterable

from connectors.messages.alert import Alert, Severity
from connectors.messages.signal import Measure, Signal, SignalKind, Term

# How near the act is to being in force.
KIND_WEIGHTS: dict[SignalKind, float] = {
    "imposed": 0.45,
    "extended": 0.4,
    "threat": 0.35,
    "breach": 0.3,
    "refuse_ease": 0.25,
    "considering": 0.2,
    "eased": 0.2,
    "call_for": 0.15,
    "ease_intent": 0.15,
    "demand_ease": 0.1,
    "ruled_out": 0.05,
}
# How much of an economy or a life the measure takes.
MEASURE_WEIGHTS: dict[Measure, float] = {
    "total_embargo": 0.3,
    "blockade": 0.3,
    "secondary": 0.25,
    "finance": 0.25,
    "asset_freeze": 0.2,
    "sectoral": 0.2,
    "export_control": 0.2,
    "import_ban": 0.2,
    "arms_embargo": 0.2,
    "investment_ban": 0.15,
    "services_ban": 0.15,
    "transport": 0.15,
    "agreement_suspended": 0.1,
    "aid_cut": 0.1,
    "travel_ban": 0.1,
    "unspecified": 0.1,
    "diplomatic": 0.05,
}
LEVELS: tuple[tuple[float, Severity], ...] = ((0.75, "critical"), (0.55, "high"), (0.35, "medium"))
COMMITMENT_STEP = 0.1
UNION_WEIGHT = 0.1
STATE_TARGET_WEIGHT = 0.1
OUTLET_STEP = 0.05
MAX_OUTLET_STEPS = 4
UNIONS = frozenset(
    ["EU", "UN", "NATO", "G7", "OSCE", "AU", "ECOWAS", "ASEAN", "ARAB_LEAGUE", "GCC", "OAS", "EAEU", "CSTO", "BRICS"]
)
REPORTED_WEIGHT = -0.1
CONTESTED_WEIGHT = -0.05


def total(terms: Iterable[Term]) -> float:
    """Return the sum of the terms, cut to 0..1."""
    return round(min(1.0, max(0.0, sum(term.value for term in terms))), 3)


def severity(alert: Alert | Signal) -> tuple[float, Severity, tuple[Term, ...]]:
    """Return the score (0 to 1), its level and its terms: of an alert, or of what an alert on one signal alone would be."""
    none_named: Measure = "unspecified"
    heaviest = max(alert.measures, key=lambda measure: (MEASURE_WEIGHTS[measure], measure), default=none_named)
    terms = [
        Term(name=f"kind {alert.kind}", value=KIND_WEIGHTS.get(alert.kind, 0.0)),
        Term(name=f"measure {heaviest}", value=MEASURE_WEIGHTS[heaviest]),
        Term(name=f"commitment {alert.commitment}", value=round(COMMITMENT_STEP * (alert.commitment - 1), 3)),
    ]
    if len({actor.id for actor in alert.senders} - {None}) > 1 or any(actor.id in UNIONS for actor in alert.senders):
        terms.append(Term(name="several senders or a union", value=UNION_WEIGHT))
    if any(actor.id is not None for actor in alert.targets):
        terms.append(Term(name="a state is hit", value=STATE_TARGET_WEIGHT))
    score = total(terms)
    return score, level_of(score), tuple(terms)


def level_of(score: float) -> Severity:
    """Return the level of a severity score."""
    return next((name for floor, name in LEVELS if score >= floor), "low")


def confidence(alert: Alert) -> tuple[float, tuple[Term, ...]]:
    """Return how sure an alert is (0 to 1) and its terms: its surest words, who else tells it, whether a party contests it."""
    surest = max((quote.confidence for quote in alert.evidence), default=0.0)
    others = min(MAX_OUTLET_STEPS, max(0, alert.independent_outlet_count - 1))
    terms = [Term(name="surest words", value=round(surest, 3))]
    if others:
        terms.append(Term(name=f"{others} more independent outlets", value=round(OUTLET_STEP * others, 3)))
    if alert.reporters and all(quote.reporters for quote in alert.evidence):
        terms.append(Term(name="told by others than the sender only", value=REPORTED_WEIGHT))
    if alert.contested:
        terms.append(Term(name="contested", value=CONTESTED_WEIGHT))
    return total(terms), tuple(terms)
