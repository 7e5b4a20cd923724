"""Options weighed, drafted, tabled: nothing is decided.

Theory: verbs of deliberation and drafting, and the nouns bill, draft, motion, take what they govern out of the realm of acts.
How far it has come gives the commitment: weighed 1, drafted or filed 2, text ready 3.
"""

from pipelines.signals.base import Layer, State

DRAFTED = frozenset(
    [
        "draft",
        "draw",
        "prepare",
        "ready",
        "put",
        "compile",
        "assemble",
        "type",
        "write",
        "plot",
        "scheme",
        "devise",
        "hatch",
        "craft",
        "file",
        "table",
        "submit",
        "lodge",
    ]
)


def considering(state: State, layer: Layer) -> State | None:
    """Judge verbs of weighing and nouns of bills."""
    if layer.relation == "own":
        return None
    if "expect" in layer.groups and state.kind is None and not layer.negated:
        return state.to("ease_intent" if state.act == "ease" else "considering", "considering: expected", commitment=1)
    if (
        "expect" in layer.groups
        and state.kind is None
        and layer.negated
        and not layer.passive
        and layer.tense in ("base", "present")
    ):
        return state.to("ruled_out" if state.act != "ease" else "refuse_ease", "considering: not to be expected")
    if "weigh" in layer.groups and (state.kind is None or (state.kind in ("threat", "imposed") and layer.relation == "object")):
        if layer.negated:
            return state.to("ruled_out" if state.act != "ease" else "refuse_ease", "considering: not weighed")
        return _weighed(state)
    if (
        "nominal" in layer.groups
        and not layer.groups & {"threat_noun", "plan_noun"}
        and layer.relation == "noun"
        and state.kind is None
    ):
        return state.to("mention", "mention: a bare noun")
    if (
        "bill" in layer.groups
        and not layer.negated
        and layer.relation in ("relative", "clause", "noun")
        and state.kind in (None, "threat", "imposed")
    ):
        return state.to("considering" if state.act != "ease" else "ease_intent", "considering: bill", commitment=2)
    return None


def _weighed(state: State) -> State:
    if state.act == "ease":
        return state.to("ease_intent", "considering: easing weighed", commitment=1)
    if state.act == "keep":
        return state.to("refuse_ease", "considering: keeping weighed")
    return state.to("considering", "considering: weighed", commitment=1)
