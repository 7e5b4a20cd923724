"""From acts to findings: fold the layers of each act, ask what keeps it from being an act of today, and cast its actors."""

from collections.abc import Sequence
from dataclasses import replace

from connectors.messages.signal import Actor, Condition, SignalKind
from pipelines.signals.base import Finding, Layer, SentenceTrace, State, first
from pipelines.signals.en import cast, conditions, quiet
from pipelines.signals.en.actors import Context, Ref
from pipelines.signals.en.acts import Act, acts
from pipelines.signals.en.deadline import deadline
from pipelines.signals.en.layers import layer as layer_of
from pipelines.signals.en.layers import layers, negated
from pipelines.signals.en.measures import noun_measures, verb_measures
from pipelines.signals.en.rules.breach import breach
from pipelines.signals.en.rules.conduct import conduct
from pipelines.signals.en.rules.headline import headline
from pipelines.signals.en.rules.order import FAMILIES
from pipelines.signals.en.rules.veiled import veiled
from pipelines.signals.en.sentence import Sentence

STOPS = frozenset({"adverbial"})
CARRIERS = frozenset({"bill", "plan_noun", "threat_noun", "measure", "measure_weak", "ask_noun"})


def findings(sentence: Sentence, context: Context, trace: SentenceTrace) -> list[Finding]:
    """Return what one sentence says, in order."""
    trace.triggers.extend(f"{hit.phrase} ({hit.group})" for hit in sentence.hits if hit.group in quiet.TRIGGERS)
    if quiet.other_sense(sentence, context):
        trace.passed.append("other sense: sport, court, company or approval")
        return []
    found = [one for act in acts(sentence, known=context.active) if (one := _judge(sentence, act, context, trace)) is not None]
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
    if act.verb_group == "flow_on":
        state = state.to("ruled_out" if chain and chain[0].tense in ("future", "would", "present", "should") else None, "refusing: goes on")
    if act.kind == "none":
        state = state.to("mention", "mention: not acted upon")
    elif quiet.is_order(sentence, act):
        state = _ordered(sentence, state, chain)
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


NEARBY = frozenset("threaten plan ask ask_noun weigh refuse ready expect".split())


def _nearby(sentence: Sentence, act: Act, chain: list[Layer]) -> list[Layer]:
    """The operator nearest before an act that the tree leaves alone: what governs it where the parse broke."""
    seen = {layer.token for layer in chain}
    before = [hit for hit in sentence.hits if hit.group in NEARBY and hit.head < act.anchor and hit.head not in seen]
    between = lambda hit: sentence.words[hit.head + 1 : act.anchor]  # noqa: E731
    near = [hit for hit in before if ";" not in between(hit) and "." not in between(hit) and act.anchor - hit.head < 14]
    infinitive = act.anchor > 0 and sentence.words[act.anchor - 1] in ("to", "of") or act.noun is not None
    if not near or not infinitive:
        return []
    found = layer_of(sentence, sentence.doc[near[-1].head], "clause")
    return [replace(found, relation="nearby")] if sentence.doc[found.token].tag_.startswith(("VB", "NN", "JJ")) else []


def _absorbs(state: State, layer: Layer) -> bool:
    """A finite verb that no family knows takes an act that nothing has asserted into its own story."""
    return state.kind is None and layer.relation != "own" and layer.tense in ("past", "present", "ongoing", "future", "would", "may", "should")


def _absorbed(state: State, layer: Layer) -> State:
    if layer.negated and layer.relation in ("clause", "object", "subject"):
        return state.to("refuse_ease" if state.act == "ease" else "ruled_out", "refusing: negated")
    return state.to("mention", "mention: told in passing")


def _ordered(sentence: Sentence, state: State, chain: list[Layer]) -> State:
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
        found.append(layer)
        if layer.relation == "condition" or (layer.relation == "relative" and not layer.groups & CARRIERS):
            break
    return found


def _finding(
    sentence: Sentence, act: Act, state: State, chain: list[Layer], context: Context, trace: SentenceTrace
) -> Finding | None:
    spans = conditions.conditions(sentence.text)
    offset = sentence.spans[act.anchor][0]
    inside = any(span.start <= offset < span.end and not span.condition.text.lower().startswith("before") for span in spans) or any(layer.relation == "condition" for layer in chain)
    if state.kind is None and act.noun is not None and act.kind == "restrict" and negated(sentence.doc[act.noun]):
        state = state.to("ruled_out", "refusing: none")
    kind = quiet.settle(sentence, act, state, chain, context, in_condition=inside)
    if kind is None:
        return None
    state = replace(state, kind=kind)
    condition = _condition(sentence, state, offset, spans)
    state = _conditional(sentence, act, state, chain, condition)
    roles = _roles(sentence, act, state, chain, context, condition)
    if kind == "considering" and state.rule == "realised: may" and _said_by_sender(sentence, roles, context):
        state = replace(state, kind="threat", rule="threat: may, said by the sender")
    state = quiet.by_whom(state, act, roles, chain)
    if state.kind == "mention":
        trace.fired.append(state.rule)
    for role, parties in roles.items():
        trace.actors.extend(f"{role}: {party.actor.name} = {party.actor.id} ({party.how})" for party in parties)
    if quiet.domestic(sentence, act, state.kind, roles["senders"], roles["targets"], context):
        trace.passed.append("domestic: no other state is concerned")
        return None
    measures = (
        noun_measures(sentence, act.noun, list(act.field))
        if act.noun is not None
        else verb_measures(sentence, act.anchor, act.verb_group, list(act.field), act.heads)
    )
    assert state.kind is not None
    return Finding(
        kind=state.kind,
        rule=state.rule,
        commitment=state.commitment,
        at=act.anchor,
        condition=condition if state.kind not in ("imposed", "eased") else None,
        deadline=deadline(sentence.text, condition.text if condition else None)
        if state.kind in ("threat", "call_for", "demand_ease")
        else None,
        measures=measures,
        **{role: tuple(dict.fromkeys(party.actor for party in parties)) for role, parties in roles.items()},
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


def _condition(sentence: Sentence, state: State, offset: int, spans: Sequence[conditions.Found]) -> Condition | None:
    if state.kind not in (
        "threat",
        "considering",
        "ease_intent",
        "refuse_ease",
        "call_for",
        "ruled_out",
        "question",
        "mention",
        "demand_ease",
    ):
        return None
    outside = [span for span in spans if not span.start <= offset < span.end]
    found = min(outside, key=lambda span: min(abs(span.start - offset), abs(span.end - offset)), default=None)
    if found is None and state.kind in ("threat", "considering", "imposed"):
        found = conditions.subject_condition(sentence.text, offset) or conditions.imperative_condition(sentence.text)
    if found is None:
        return None
    direction = "if" if state.kind == "ease_intent" else found.condition.direction
    return Condition(text=found.condition.text, direction=direction)


def _said_by_sender(sentence: Sentence, roles: dict[str, tuple[Ref, ...]], context: Context) -> bool:
    ids = {party.actor.id for party in roles["senders"]} - {None}
    spoken = {party.actor.id for speaker in cast.speakers(sentence, context) for party in speaker.parties} - {None}
    return bool(ids & spoken)


# ---------------------------------------------------------------- roles


def _roles(
    sentence: Sentence, act: Act, state: State, chain: list[Layer], context: Context, condition: Condition | None
) -> dict[str, tuple[Ref, ...]]:
    """Cast the actors of an act."""
    said = cast.speakers(sentence, context)
    roles: dict[str, tuple[Ref, ...]] = {
        role: () for role in ("senders", "targets", "deniers", "callers", "reporters", "violators")
    }
    if state.kind in ("call_for", "demand_ease"):
        roles["callers"], roles["senders"] = _asking(sentence, act, chain, context, said)
    if state.kind == "denial":
        roles["deniers"] = next(
            (
                cast.subjects(sentence, layer, context)
                for layer in reversed(chain)
                if layer.groups & {"deny", "deny_strong", "threaten"} and layer.subject is not None
            ),
            (),
        )
    if state.kind == "breach":
        roles["violators"] = cast.refs(sentence, chain[0].subject if chain else None, context, role="speaks")
        roles["senders"] = _owners(sentence, act, context)
    if not roles["senders"] and state.kind != "breach":
        roles["senders"] = _senders(sentence, act, state, chain, context, said, roles["callers"])
    roles["targets"] = _targets(sentence, act, state, chain, context, roles, said, condition)
    roles["reporters"] = _reporters(said, roles, state)
    return roles


def _owners(sentence: Sentence, act: Act, context: Context) -> tuple[Ref, ...]:
    return () if act.noun is None else cast.owner(sentence, sentence.doc[act.noun], context, act.heads)


def _senders(
    sentence: Sentence,
    act: Act,
    state: State,
    chain: list[Layer],
    context: Context,
    said: list[cast.Speaker],
    callers: Sequence[Ref],
) -> tuple[Ref, ...]:
    """Try the sources of a sender in their order of trust."""
    anchor = sentence.doc[act.anchor]
    found = cast.agent(sentence, anchor, context)
    if found:
        return found
    hit = {party.actor for head in act.heads for party in cast.refs(sentence, head, context, role="hit")}
    for layer in chain:
        if layer.subject is None or layer.subject in act.heads or layer.relation == "noun":
            continue
        if layer.groups & {"report"} and not layer.groups & {"threaten", "weigh", "ask"} and layer.relation == "clause":
            continue
        if layer.passive or (act.verb_group == "lose" and layer.token == act.anchor):
            continue
        found = tuple(
            party
            for party in cast.subjects(sentence, layer, context)
            if party.cls not in ("vessel", "sector") and party.actor not in hit
        )
        if any(party.actor.id for party in found):
            return found
    found = _owners(sentence, act, context) or _noun_owner(sentence, chain, context)
    if found:
        return found
    return _spoken_or_known(sentence, act, state, context, said, callers)


def _noun_owner(sentence: Sentence, chain: list[Layer], context: Context) -> tuple[Ref, ...]:
    for layer in chain:
        token = sentence.doc[layer.token]
        if token.tag_ in ("NN", "NNS"):
            found = cast.owner(sentence, token, context, ())
            if found:
                return found
    return ()


def _spoken_or_known(
    sentence: Sentence, act: Act, state: State, context: Context, said: list[cast.Speaker], callers: Sequence[Ref]
) -> tuple[Ref, ...]:
    hit = {party.actor.id for head in act.heads for party in cast.refs(sentence, head, context, role="hit")} | {
        caller.actor.id for caller in callers
    }
    hit.discard(None)
    for speaker in said:
        found = tuple(party for party in speaker.parties if party.actor.id and party.actor.id not in hit)
        if found and state.kind not in ("mention", "question"):
            return found
    lead = next(
        (name for name in sentence.names if name.id not in hit and name.first < act.anchor and name.form != "demonym"), None
    )
    if lead is not None and not said:
        return (Ref(lead.first, cast.as_actor(lead), "name", "the first name of the sentence"),)
    known = tuple(actor for actor in context.senders if actor.id not in hit)
    return tuple(Ref(0, actor, "context", "sender of the signal before") for actor in known)


def _asking(
    sentence: Sentence, act: Act, chain: list[Layer], context: Context, said: list[cast.Speaker]
) -> tuple[tuple[Ref, ...], tuple[Ref, ...]]:
    """Return (callers, senders): who asks, and who is asked."""
    for layer in chain:
        if layer.groups & {"ask", "ask_noun"}:
            token = sentence.doc[layer.token]
            callers = cast.subjects(sentence, layer, context) or cast.owner(sentence, token, context, ())
            asked = _asked(sentence, token, context)
            if not asked and chain[0].subject is not None and chain[0].subject != layer.subject:
                asked = cast.subjects(sentence, chain[0], context)
            return callers, asked or _owners(sentence, act, context)
    callers = next((speaker.parties for speaker in said), ())
    own = cast.subjects(sentence, chain[0], context) if chain else ()
    return callers, own or _owners(sentence, act, context)


def _asked(sentence: Sentence, verb: "object", context: Context) -> tuple[Ref, ...]:
    token = sentence.doc[getattr(verb, "i")]  # noqa: B009
    for child in token.children:
        if child.dep_ in ("dobj", "dative") and child.tag_ != "TO":
            found = tuple(party for party in cast.refs(sentence, child.i, context, role="speaks"))
            if found:
                return found
        if child.dep_ in ("prep", "dative") and child.lower_ in ("on", "to", "with", "upon", "from", "of"):
            for grand in cast.children(child, "pobj"):
                found = cast.refs(sentence, grand.i, context, role="speaks")
                if found:
                    return found
    return ()


def _targets(
    sentence: Sentence,
    act: Act,
    state: State,
    chain: list[Layer],
    context: Context,
    roles: dict[str, tuple[Ref, ...]],
    said: list[cast.Speaker],
    condition: Condition | None,
) -> tuple[Ref, ...]:
    """Try the sources of a target in their order of trust."""
    found = cast.targets(sentence, act, context, roles["senders"], ())
    if found:
        return found
    if act.verb_group == "lose" and chain and chain[0].subject is not None:
        return cast.refs(sentence, chain[0].subject, context, role="hit")
    taken: set[str | None] = {party.actor.id for party in roles["senders"]}
    if state.kind not in ("demand_ease", "denial"):
        taken |= {party.actor.id for party in roles["callers"]}
    name = cast.other_name(sentence, act.anchor, taken)
    if name is not None:
        return (Ref(name.first, cast.as_actor(name), "name", "the other name of the sentence"),)
    known = tuple(actor for actor in context.targets if actor.id not in taken or actor.id is None)
    return tuple(Ref(0, actor, "context", "target of the signal before") for actor in known)


def _reporters(said: list[cast.Speaker], roles: dict[str, tuple[Ref, ...]], state: State) -> tuple[Ref, ...]:
    used = {party.actor.id for role in ("senders", "callers", "deniers") for party in roles[role]} - {None}
    used_names = {party.actor.name for role in ("senders", "callers", "deniers") for party in roles[role]}
    if state.kind in ("mention", "question", "denial"):
        return ()
    return tuple(
        party for speaker in said for party in speaker.parties if party.actor.id not in used and party.actor.name not in used_names
    )


def _merge(found: Sequence[Finding]) -> list[Finding]:
    """Tell an act once: findings of one kind by the same senders become one with all targets and measures."""
    merged: list[Finding] = []
    for one in found:
        at = next(
            (i for i, known in enumerate(merged) if known.kind == one.kind and _same_actors(known.senders, one.senders)), None
        )
        if at is None:
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
        targets=tuple(dict.fromkeys((*one.targets, *other.targets))),
        senders=one.senders or other.senders,
        measures=specific or measures,
        condition=one.condition or other.condition,
        deadline=one.deadline or other.deadline,
    )


KINDS: tuple[SignalKind, ...] = ("mention", "question")
