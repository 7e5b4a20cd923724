"""What an act is on its own, by its verb's tense: imposed, extended, eased, kept, dodged, announced, refused.

Theory: the verb that does the restricting says by its tense whether it is done ("froze"), announced ("will freeze"), possible ("may
freeze") or not said at all ("to freeze", which waits for what governs it).
Known to be wrong: a present tense that means a plan ("the pass closes on Monday") counts as done unless a date says otherwise.
"""

from connectors.messages.signal import SignalKind
from pipelines.signals.base import Layer, State

DONE: dict[str, SignalKind] = {
    "restrict": "imposed",
    "extend": "extended",
    "ease": "eased",
    "keep": "refuse_ease",
    "dodge": "breach",
}
AHEAD: dict[str, SignalKind] = {
    "restrict": "threat",
    "extend": "threat",
    "ease": "ease_intent",
    "keep": "refuse_ease",
    "dodge": "breach",
}
UNDONE: dict[str, SignalKind] = {"restrict": "ruled_out", "extend": "ruled_out", "ease": "refuse_ease", "keep": "eased"}
PASSING = frozenset({"file"})  # what a chamber does to a bill; only a signature makes it law
WHEN = {"past": DONE, "present": DONE, "ongoing": DONE, "future": AHEAD, "would": AHEAD}


def realised(state: State, layer: Layer) -> State | None:
    """Judge the act's own verb."""
    if state.kind is not None or (
        layer.relation not in ("self", "own")
        and layer.relation != "means"
        and not ("light" in layer.groups and layer.relation != "noun" and layer.tense != "base")
    ):
        return None
    if state.rule == "review":
        return state.to("considering", "considering: under review", commitment=1)
    if layer.negated and not (state.act == "restrict" and layer.groups & {"cease"}):
        return _undone(state, layer)
    if layer.tense == "may":
        return _possible(state)
    if layer.tense == "should" and state.act in ("restrict", "extend"):
        return state.to("call_for", "realised: should")
    if layer.tense == "should" and state.act == "ease":
        return state.to("demand_ease", "realised: should")
    if (
        layer.subject_groups & {"bill", "chamber"}
        and state.act in ("restrict", "extend")
        and (layer.groups & PASSING or "bill" in layer.subject_groups)
    ):
        return state.to("considering", "realised: a bill, not a law")
    table = WHEN.get(layer.tense)
    kind = None if table is None else table.get(state.act)
    if state.act in ("keep", "dodge"):
        kind = DONE[state.act]
    return None if kind is None else state.to(kind, f"realised: {state.act} {layer.tense}")


def _undone(state: State, layer: Layer) -> State | None:
    if state.act == "extend" and layer.tense == "past":
        return state.to("eased", "realised: not renewed")
    if layer.tense == "base" and state.act != "keep":
        return state.to(UNDONE.get(state.act), "realised: negated")
    return state.to(UNDONE.get(state.act), "realised: negated")


def _possible(state: State) -> State | None:
    if state.act in ("restrict", "extend"):
        return state.to("considering", "realised: may", commitment=1)
    return state.to("ease_intent", "realised: may", commitment=1) if state.act == "ease" else None
