"""Somebody asks the owner of the measures: to impose or keep them (`call_for`), to lift them (`demand_ease`).

Theory: a verb or noun of asking over an act turns it into a request; a negated act under it is the opposite request ("do not
lift").
"""

from pipelines.signals.base import Layer, State


def asking(state: State, layer: Layer) -> State | None:
    """Judge verbs and nouns of asking."""
    if layer.relation == "own":
        return None
    insists = "insist" in layer.groups and layer.relation == "clause" and state.kind is None
    if not (insists or layer.groups & {"ask", "ask_noun"}) or state.kind not in (None, "ruled_out", "refuse_ease", "considering"):
        return None
    if state.kind == "considering" and state.rule != "realised: may":
        return None
    easing = state.act == "ease"
    if state.kind in ("ruled_out", "refuse_ease") and state.act != "keep":
        easing = not easing
    if layer.negated:
        return state.to("ruled_out", "asking: no longer asked")
    return state.to("demand_ease" if easing else "call_for", "asking: asked")
