"""Threats: an act not yet done, under a verb or noun of threatening, promising, planning or readiness.

Theory: "threaten", "vow", "plan", "stand ready" and "be set" commit their subject to what they govern. With an easing act below
them they promise it. Under a negation they rule it out. A verb of decision over an act makes it done.
Known to be wrong: "warn" by somebody who cannot sanction is a prediction; the actors decide that later (see `verdict.py`).
"""

from connectors.messages.signal import SignalKind
from pipelines.signals.base import Layer, State


def threat(state: State, layer: Layer) -> State | None:
    """Judge verbs of threatening and planning, and "be ready to"."""
    if layer.relation == "own":
        return None
    if state.kind == "considering" and layer.groups & {"threaten"} and state.rule == "realised: may":
        return state.to("threat", "threat: warned of what may come", commitment=1) if not layer.negated else None
    if state.kind == "threat" and "accuse" in layer.groups and state.rule == "threat: announced":
        return state.to("considering", "threat: a plan that the other side tells of", commitment=2)
    if (
        state.kind is None
        and layer.relation == "clause"
        and layer.groups & {"instruct", "accuse"}
        and not layer.negated
        and not layer.groups & {"plan", "ready"}
    ):
        return _ordered(state, layer)
    if state.kind is None and layer.negated and layer.groups & {"plan_noun", "bill", "threat_noun"}:
        return state.to("refuse_ease" if state.act == "ease" else "ruled_out", "threat: no plan")
    if (
        state.kind is None
        and (layer.relation == "clause" or (layer.relation == "subject" and (layer.passive or "begin" in layer.groups)))
        and layer.groups & {"impose", "begin", "file"}
        and not layer.groups & {"plan", "ready"}
    ):
        return _decided(state, layer)
    if state.rule == "considering: under review" and layer.groups & {"plan", "threaten"} and not layer.negated:
        return state.to("threat", "threat: a right reserved", commitment=1)
    if state.kind is not None or not layer.groups & {"threaten", "plan", "ready"}:
        return None
    if "hint" in layer.groups and layer.relation not in ("clause",):
        return None
    promised: SignalKind = "ease_intent" if state.act == "ease" else "threat"
    if layer.negated:
        return state.to("refuse_ease" if state.act == "ease" else "ruled_out", "threat: no plan")
    if state.act == "keep":
        return state.to("refuse_ease", "threat: will keep")
    if layer.tense == "may":
        return state.to(promised, "threat: hedged", commitment=1)
    return state.to(promised, "threat: announced")


def _decided(state: State, layer: Layer) -> State | None:
    """ "agreed to extend", "voted to ban": a decision is the act; a decision to ease is an intent until it is done."""
    if layer.negated:
        return state.to("refuse_ease" if state.act == "ease" else "ruled_out", "threat: decided against")
    if layer.tense in ("future", "would", "may"):
        kind: SignalKind = "ease_intent" if state.act == "ease" else "threat"
        return state.to(kind, "threat: will decide", commitment=1 if layer.tense == "may" else 3)
    if layer.subject_groups & {"chamber"} and "file" in layer.groups:
        return state.to("considering", "threat: voted by a chamber")
    kinds: dict[str, SignalKind] = {"restrict": "imposed", "extend": "extended", "ease": "ease_intent", "keep": "refuse_ease"}
    return None if layer.tense == "base" or state.act not in kinds else state.to(kinds[state.act], "threat: decided")


def _ordered(state: State, layer: Layer) -> State | None:
    """ "told its banks to stop paying" is done; "accused Oslo of holding back funds" is claimed to be done."""
    kinds: dict[str, SignalKind] = {"restrict": "imposed", "extend": "extended", "ease": "eased", "keep": "refuse_ease"}
    if layer.tense in ("future", "would", "may"):
        kinds = {"restrict": "threat", "ease": "ease_intent"}
    return state.to(kinds[state.act], "threat: ordered") if state.act in kinds else None
