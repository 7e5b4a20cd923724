"""From acts to findings: fold the layers of each act, ask what keeps it from being an act of today, and cast its actors."""

import re
from collections.abc import Sequence
from dataclasses import replace

from connectors.messages.signal import Actor, Condition, SignalKind
from pipelines.signals.base import Finding, Layer, SentenceTrace, State, first
from pipelines.signals.en import cast, conditions, quiet
from pipelines.signals.en.act import Act
from pipelines.signals.en.acts import acts
from pipelines.signals.en.commitment import commitment
from pipelines.signals.en.context import Context, Ref
from pipelines.signals.en.deadline import deadline
from pipelines.signals.en.layers import layer as layer_of
from pipelines.signals.en.layers import layers, negated
from pipelines.signals.en.measures import noun_measures, verb_measures
from pipelines.signals.en.roles import roles as cast_roles
from pipelines.signals.en.rules.breach import breach
from pipelines.signals.en.rules.conduct import conduct
from pipelines.signals.en.rules.headline import OFF, ON, headline
from pipelines.signals.en.rules.order import FAMILIES
from pipelines.signals.en.rules.veiled import veiled
from pipelines.signals.en.sentence import Sentence

AGAIN = ", told again"  # ends the rule of an act told by "did the same", which is an act of its own
RESUMING = frozenset({"release", "let_in", "flow_again"})
STOPS = frozenset({"adverbial"})
CARRIERS = frozenset({"bill", "plan_noun", "threat_noun", "measure", "measure_weak", "ask_noun"})


def findings(sentence: Sentence, context: Context, trace: SentenceTrace) -> list[Finding]:
    """Return what one sentence says, in order."""
    trace.triggers.extend(f"{hit.phrase} ({hit.group})" for hit in sentence.hits if hit.group in quiet.TRIGGERS)
    if quiet.other_sense(sentence, context):
        trace.passed.append("other sense: sport, court, company or approval")
        return []
    listed = headline(sentence, context, ()) if OFF.search(sentence.text) or ON.search(sentence.text) else None
    if listed is not None:
        trace.fired.append(listed.rule)
        return [listed]
    found = [
        one
        for act in acts(sentence, known=context.act if context.active else "")
        if (one := _judge(sentence, act, context, trace)) is not None
    ]
    broken = breach(sentence, context, found)
    if broken is not None:
        trace.fired.append(broken.rule)
        found = [one for one in found if one.kind not in ("mention", "imposed", "breach", "considering", "ruled_out")] + [broken]
    for family in (headline, veiled):
        more = family(sentence, context, found)
        if more is not None:
            trace.fired.append(more.rule)
            found.append(more)
    found, denied = conduct(sentence, context, found)
    if denied is not None:
        trace.fired.append(denied.rule)
        found.append(denied)
    return _merge(found)


def _judge(sentence: Sentence, act: Act, context: Context, trace: SentenceTrace) -> Finding | None:
    chain = _chain(sentence, act)
    state = State(act.kind)
    if act.verb_group == "review":
        state = State(act.kind, rule="review")
    if act.verb_group == "flow_on" and chain and chain[0].tense == "base":
        return None
    if act.verb_group == "flow_on":
        state = state.to(
            "ruled_out" if chain and chain[0].tense in ("future", "would", "present", "should") else None, "refusing: goes on"
        )
    if act.verb_group == "demur":
        state = state.to("refuse_ease" if act.kind == "ease" else "ruled_out", "refusing: says no")
    if act.kind == "none":
        state = state.to("mention", "mention: not acted upon")
    elif quiet.is_order(sentence, act):
        state = _ordered(state, chain)
    if act.verb_group in RESUMING and chain and chain[0].tense == "may" and chain[0].passive:
        state = state.to("eased", "realised: allowed again")
    if state.kind is None:
        state = _folded(sentence, act, state, chain, trace)
    return _finding(sentence, act, state, chain, context, trace)


def _folded(sentence: Sentence, act: Act, state: State, chain: list[Layer], trace: SentenceTrace) -> State:
    """Ask the families layer by layer; where the tree leads nowhere, ask the operator that stands nearest before the act."""
    near = _nearby(sentence, act, chain)
    for layer in (*chain, *near):
        if layer.relation == "nearby" and state.kind not in (None, "mention"):
            break
        word = sentence.words[layer.token]
        reached = first(FAMILIES, state, layer)
        if reached is not None:
            state = reached
            trace.fired.append(f"{word}: {state.rule} -> {state.kind}")
        elif near and _absorbs(state, layer):
            trace.passed.append(f"{word}: passed over for {sentence.words[near[0].token]!r}, which stands nearer")
        elif _absorbs(state, layer):
            state = _absorbed(state, layer)
            trace.fired.append(f"{word}: {state.rule} -> {state.kind}")
        else:
            trace.passed.append(f"{word}: no family speaks to {sorted(layer.groups)} over {state.kind or state.act}")
    return state


NEAR = 14  # words
NEARBY = frozenset(["threaten", "plan", "ask", "ask_noun", "weigh", "refuse", "ready", "expect"])


def _nearby(sentence: Sentence, act: Act, chain: list[Layer]) -> list[Layer]:
    """The operator nearest before an act that the tree leaves alone: what governs it where the parse broke."""
    seen = {layer.token for layer in chain}
    before = [hit for hit in sentence.hits if hit.group in NEARBY and hit.head < act.anchor and hit.head not in seen]
    near = [
        hit for hit in before if act.anchor - hit.head < NEAR and not {";", "."} & set(sentence.words[hit.head + 1 : act.anchor])
    ]
    infinitive = (act.anchor > 0 and sentence.words[act.anchor - 1] in ("to", "of")) or act.noun is not None
    if not near or not infinitive:
        return []
    found = layer_of(sentence, sentence.doc[near[-1].head], "clause")
    return [replace(found, relation="nearby")] if sentence.doc[found.token].tag_.startswith(("VB", "NN", "JJ")) else []


def _absorbs(state: State, layer: Layer) -> bool:
    """A finite verb that no family knows takes an act that nothing has asserted into its own story."""
    return (
        state.kind is None
        and layer.relation != "own"
        and layer.tense in ("past", "present", "ongoing", "future", "would", "may", "should")
    )


def _absorbed(state: State, layer: Layer) -> State:
    if layer.negated and layer.relation in ("clause", "object", "subject"):
        return state.to("refuse_ease" if state.act == "ease" else "ruled_out", "refusing: negated")
    return state.to("mention", "mention: told in passing")


def _ordered(state: State, chain: list[Layer]) -> State:
    """An imperative that somebody speaks: "Stop landing their gold", "Do not lift them"."""
    easing = (state.act == "ease") != bool(chain and chain[0].negated)
    return state.to("demand_ease" if easing else "call_for", "asking: in the imperative")


def _chain(sentence: Sentence, act: Act) -> list[Layer]:
    """Layers of an act, cut where the act stands in an adverbial clause; the act's own verb comes as `own`."""
    found: list[Layer] = []
    for index, layer in enumerate(layers(sentence, sentence.doc[act.anchor])):
        if layer.relation in STOPS:
            break
        if index == 0:
            if not act.owned:
                continue
            layer = replace(layer, relation="own", negated=layer.negated and not act.flipped)
        elif not found and layer.relation == "object" and "refuse" in layer.groups:  # "rejects a ban": refused, not denied
            layer = replace(layer, groups=layer.groups - {"deny_strong"})
        found.append(layer)
        ordinal = sentence.words[layer.token] in ("next", "first", "latest")
        if layer.relation == "condition" or (layer.relation == "relative" and not layer.groups & CARRIERS and not ordinal):
            break
    return found


def _finding(
    sentence: Sentence, act: Act, state: State, chain: list[Layer], context: Context, trace: SentenceTrace
) -> Finding | None:
    spans = conditions.conditions(sentence.text)
    offset = sentence.spans[act.anchor][0]
    inside = any(span.start <= offset < span.end and not span.condition.text.lower().startswith("before") for span in spans) or any(
        layer.relation == "condition" for layer in chain
    )
    if state.kind is None and act.verb_group == "pronoun" and not act.owned and negated(sentence.doc[act.anchor]):
        state = state.to("ruled_out" if act.kind == "restrict" else "refuse_ease", "refusing: none such")
    if state.kind is None and act.noun is not None and act.kind == "restrict" and negated(sentence.doc[act.noun]):
        state = state.to("ruled_out", "refusing: none")
    kind = quiet.settle(sentence, act, state, chain, context, in_condition=inside)
    if kind is None:
        return None
    state = replace(state, kind=kind, rule=state.rule if kind == state.kind else f"settled: {kind}")
    condition = _condition(sentence, state, offset, spans)
    state = _dated(sentence, act, _conditional(sentence, act, state, chain, condition), chain)
    roles = cast_roles(sentence, act, state, chain, context, condition)
    if kind == "considering" and state.rule == "realised: may" and _said_by_sender(sentence, roles, context):
        state = replace(state, kind="threat", rule="threat: may, said by the sender")
    state = quiet.by_whom(sentence, state, act, roles, chain, context)
    if state.kind == "mention":
        trace.fired.append(state.rule)
    for role, parties in roles.items():
        trace.actors.extend(f"{role}: {party.actor.name} = {party.actor.id} ({party.how})" for party in parties)
    if quiet.domestic(sentence, act, state.kind, roles["senders"], roles["targets"], context):
        trace.passed.append("domestic: no other state is concerned")
        return None
    return _built(sentence, act, state, roles, condition)


def recast(sentence: Sentence, act: Act, kind: SignalKind, rule: str, context: Context) -> Finding:
    """Return an act as a signal of a kind that was decided elsewhere, its actors cast for that kind."""
    chain = _chain(sentence, act)
    state = State(act.kind, kind=kind, rule=rule)
    condition = _condition(sentence, state, sentence.spans[act.anchor][0], conditions.conditions(sentence.text))
    return _built(sentence, act, state, cast_roles(sentence, act, state, chain, context, condition), condition)


def _built(sentence: Sentence, act: Act, state: State, roles: dict[str, tuple[Ref, ...]], condition: Condition | None) -> Finding:
    measures = (
        noun_measures(sentence, act.noun, list(act.field))
        if act.noun is not None
        else verb_measures(sentence, act.anchor, act.verb_group, list(act.field), act.heads)
    )
    final: SignalKind = state.kind or "mention"
    if act.verb_group == "again":
        state = replace(state, rule=state.rule + AGAIN)
    due = deadline(sentence.text, condition.text if condition else None) if final in DATED_KINDS else None
    fragment = quiet.is_fragment(sentence, act) and final == "threat" and not act.owned
    return Finding(
        kind=final,
        rule=state.rule,
        commitment=commitment(final, state.commitment, sentence.text, deadline=due is not None, fragment=fragment),
        at=act.anchor,
        condition=condition if final not in ("imposed", "eased") else None,
        deadline=due,
        measures=measures,
        senders=_actors(roles["senders"]),
        targets=_actors(roles["targets"]),
        deniers=_actors(roles["deniers"]),
        callers=_actors(roles["callers"]),
        violators=_actors(roles["violators"]),
        reporters=_actors(roles["reporters"]),
    )


def _conditional(sentence: Sentence, act: Act, state: State, chain: list[Layer], condition: Condition | None) -> State:
    """A present tense under a condition is an announcement: "if you pave it, the pact goes"."""
    present = bool(chain) and chain[0].tense in ("present", "base")
    if quiet.after_order(sentence, act) and state.kind in ("imposed", "mention", "considering"):
        return replace(state, kind="threat", rule="threat: or else")
    if not present or condition is None or condition.direction == "until":
        return state
    if state.kind == "imposed":
        return replace(state, kind="threat", rule="threat: under a condition")
    return replace(state, kind="ease_intent", rule="threat: easing under a condition") if state.kind == "eased" else state


# a day to come, and the marks of a text that is signed already (ruling 18)
MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
DAY = (
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?:'s)?|midnight|tomorrow|next \w+|New Year"
    r"|the \w+(?:th|st|nd|rd|first|second|third))"
)
DUE = re.compile(
    r"\b(?:as of|from|on|starting|effective|come|by|at) (?:next |this coming )?"
    rf"(?:{DAY}|(?:the \w+ of )?{MONTH}|\d{{1,2}}(?:st|nd|rd|th)? {MONTH})\b|\btomorrow\b"
)
SIGNED = re.compile(
    r"\b(?:(?:counter)?signed|signature|signs off|sealed|adopted|inked|assent|gazetted|published|passed|since|yesterday|last night"
    r"|this morning|overnight|earlier today|by order|decree|takes effect|in force)\b",
    re.IGNORECASE,
)


def _dated(sentence: Sentence, act: Act, state: State, chain: list[Layer]) -> State:
    """A plain present with a day to come announces: "parts stop going north on Monday", "the ban falls away on the thirtieth"."""
    present = bool(chain) and chain[0].relation == "own" and chain[0].tense == "present" and state.rule.endswith("present")
    simple = present and sentence.doc[act.anchor].tag_ in ("VBZ", "VBP")
    if not simple or state.kind not in ("imposed", "eased") or SIGNED.search(sentence.text) or not DUE.search(sentence.text):
        return state
    kind: SignalKind = "threat" if state.kind == "imposed" else "ease_intent"
    return replace(state, kind=kind, rule="threat: dated", commitment=3)


DATED_KINDS = frozenset({"threat", "call_for", "demand_ease"})


def _actors(parties: Sequence[Ref]) -> tuple[Actor, ...]:
    return tuple(dict.fromkeys(party.actor for party in parties))


CONDITIONAL = frozenset(
    [
        "threat",
        "imposed",
        "eased",
        "considering",
        "ease_intent",
        "refuse_ease",
        "call_for",
        "ruled_out",
        "question",
        "mention",
        "demand_ease",
    ]
)


def _condition(sentence: Sentence, state: State, offset: int, spans: Sequence[conditions.Found]) -> Condition | None:
    if state.kind not in CONDITIONAL:
        return None
    outside = [span for span in spans if not span.start <= offset < span.end]
    found = min(outside, key=lambda span: min(abs(span.start - offset), abs(span.end - offset)), default=None)
    if found is None and state.kind in ("threat", "considering", "imposed"):
        found = conditions.subject_condition(sentence.text, offset) or conditions.imperative_condition(sentence.text)
    if found is None and state.kind == "ease_intent":
        found = conditions.when_clause(sentence.text)
    if found is None:
        return None
    direction = "if" if state.kind == "ease_intent" else found.condition.direction
    return Condition(text=found.condition.text, direction=direction)


def _said_by_sender(sentence: Sentence, roles: dict[str, tuple[Ref, ...]], context: Context) -> bool:
    ids = {party.actor.id for party in roles["senders"]} - {None}
    spoken = {party.actor.id for speaker in cast.speakers(sentence, context) for party in speaker.parties} - {None}
    return bool(ids & spoken)


def _merge(found: Sequence[Finding]) -> list[Finding]:
    """Tell an act once: findings of one kind by the same senders become one with all targets and measures."""
    merged: list[Finding] = []
    for one in found:
        at = next(
            (i for i, known in enumerate(merged) if known.kind == one.kind and _same_actors(known.senders, one.senders)), None
        )
        if at is None or one.rule.endswith(AGAIN):
            merged.append(one)
        else:
            merged[at] = _joined(merged[at], one)
    return merged


def _same_actors(one: Sequence[Actor], other: Sequence[Actor]) -> bool:
    return {actor.id or actor.name for actor in one} == {actor.id or actor.name for actor in other} or not one or not other


def _joined(one: Finding, other: Finding) -> Finding:
    measures = tuple(dict.fromkeys((*one.measures, *other.measures)))
    specific = tuple(measure for measure in measures if measure != "unspecified")
    return replace(
        one,
        targets=_without_shadows(tuple(dict.fromkeys((*one.targets, *other.targets)))),
        senders=one.senders or other.senders,
        measures=specific or measures,
        condition=one.condition or other.condition,
        deadline=one.deadline or other.deadline,
    )


def _without_shadows(targets: tuple[Actor, ...]) -> tuple[Actor, ...]:
    """Drop a state that is but a word in a party's name ("Chinese" of "Chinese trawlers")."""
    parties = [actor.name for actor in targets if actor.id is None]
    return tuple(actor for actor in targets if actor.id is None or not any(actor.name in name for name in parties))
