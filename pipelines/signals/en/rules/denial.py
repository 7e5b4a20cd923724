"""Denials of a threat or plan told in the same clause: "denied that it would ban", "has never threatened to".

Theory: a strong verb of denial over any act denies it; a threat under negation in the past is a denial of having threatened.
Denials of conduct, in which no act stands below the denial, are found in `conduct.py`.
"""

from pipelines.signals.base import Layer, State


def denial(state: State, layer: Layer) -> State | None:
    """Judge verbs of denial over an act, and negated threatening in the past."""
    if layer.relation == "own":
        return None
    if "threaten" in layer.groups and layer.negated and layer.tense in ("past",):
        return state.to("denial", "denial: never threatened").casting("denier", layer.subject)
    if (
        layer.negated
        and layer.tense == "past"
        and layer.groups & {"report", "threaten"}
        and layer.relation == "clause"
        and state.kind in ("threat", "considering")
        and state.rule.startswith(("realised", "threat"))
    ):
        return state.to("denial", "denial: never said so").casting("denier", layer.subject)
    if "deny_strong" not in layer.groups or layer.relation not in ("clause", "object", "noun") or layer.negated:
        return None
    if state.kind in ("demand_ease", "call_for"):
        return None
    return state.to("denial", "denial: denied").casting("denier", layer.subject)
