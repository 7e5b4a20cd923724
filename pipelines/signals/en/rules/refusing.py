"""Refusals and withdrawals: an act ruled out, a plea turned down, a threat taken back.

Theory: refusing an act that nobody has done rules it out, refusing an easing keeps the measures; refusing a plea is refusing
what it asks for; taking back a threat, plan or bill rules out what it announced. A negated refusal leaves the door open: a
hedged threat.
"""

from pipelines.signals.base import Layer, State


def refusing(state: State, layer: Layer) -> State | None:
    """Judge verbs of refusing and retracting."""
    if layer.relation == "own":
        return None
    billed = state.kind == "considering" and state.rule.startswith(("considering: bill", "realised: a bill"))
    if layer.relation == "subject" and layer.negated and state.kind is None:
        return state.to("refuse_ease" if state.act == "ease" else "ruled_out", "refusing: negated of its subject")
    if "refuse" in layer.groups and (state.kind in (None, "demand_ease", "call_for") or billed):
        return _refused(state, layer)
    if "retract" in layer.groups and (state.kind in (None, "threat") or billed) and not layer.negated:
        return _retracted(state)
    return None


def _refused(state: State, layer: Layer) -> State:
    easing = state.act == "ease"
    if layer.negated and state.kind is None:
        return state.to("ease_intent" if easing else "threat", "refusing: not ruled out", commitment=1)
    if layer.tense in ("may",):
        return state.to("considering", "refusing: may refuse", commitment=1)
    return state.to("refuse_ease" if easing else "ruled_out", "refusing: refused")


def _retracted(state: State) -> State:
    return state.to("refuse_ease" if state.act == "ease" else "ruled_out", "refusing: taken back")
