"""Threats: an act not yet done, under a verb or noun of threatening, promising, planning or readiness.

Theory: "threaten", "vow", "plan", "stand ready" and "be set" commit their subject to what they govern. With an easing act below them
they promise it. Under a negation they rule it out. A verb of decision over an act makes it done.
Known to be wrong: "warn" by somebody who cannot sanction is a prediction; the actors decide that later (see `verdict.py`).
"""

from pipelines.signals.base import Layer, State

DECIDED = frozenset("agree decide vote move resolve rush manage proceed begin start go choose opt".split())


def threat(state: State, layer: Layer) -> State | None:
    """Judge verbs of threatening and planning, and "be ready to"."""
    if state.kind == "considering" and layer.groups & {"threaten"} and state.rule == "realised: may":
        return state.to("threat", "threat: warned of what may come", commitment=1) if not layer.negated else None
    if state.kind is not None or not layer.groups & {"threaten", "plan", "ready"}:
        return None
    promised = "ease_intent" if state.act == "ease" else "threat"
    if layer.negated:
        return state.to("refuse_ease" if state.act == "ease" else "ruled_out", "threat: no plan")
    if state.act == "keep":
        return state.to("refuse_ease", "threat: will keep")
    if layer.tense == "may":
        return state.to(promised, "threat: hedged", commitment=1)
    return state.to(promised, "threat: announced")
