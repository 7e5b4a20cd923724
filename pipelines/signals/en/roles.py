"""Who plays which part in an act: sender, target, caller, denier, violator, reporter.

Theory: the grammar around the act names its actors in a fixed order of trust. For the sender: a "by" phrase, the subject of the
act's verb, the subject of what governs it, the owner of the measure or plan, who speaks, the first name, the article. For the
target: what the measures are "on" or "against", the object or its owner, the adjective of the goods, who is spoken to, the
other name, the article. Nobody is both, except that a target may ask or deny.
"""

from collections.abc import Callable, Sequence

from connectors.messages.signal import Actor, Condition
from pipelines.signals.base import Layer, State
from pipelines.signals.en import cast
from pipelines.signals.en.act import Act
from pipelines.signals.en.act_words import SUFFERED
from pipelines.signals.en.actors import refs
from pipelines.signals.en.context import Context, Ref
from pipelines.signals.en.sentence import Sentence, Token, children

Roles = dict[str, tuple[Ref, ...]]
NAMES = ("senders", "targets", "deniers", "callers", "reporters", "violators")
SENDING = frozenset({"body", "name", "pronoun", "private", "other"})
NOUNS = frozenset({"bill", "plan_noun", "threat_noun", "ask_noun", "measure", "measure_weak"})


def roles(sentence: Sentence, act: Act, state: State, chain: list[Layer], context: Context, condition: Condition | None) -> Roles:
    """Cast the actors of an act."""
    said = cast.speakers(sentence, context)
    parts: Roles = dict.fromkeys(NAMES, ())
    grammar = cast.hit(sentence, act, context)
    if act.verb_group == "lose" and not _costs(sentence, act):
        speaking = {party.actor.id for speaker in said for party in speaker.parties} - {None}
        grammar = tuple(party for party in _loser(sentence, chain, context) if party.actor.id not in speaking) or grammar
    grammar = _unlike(grammar, _doers(sentence, act, chain, context))
    if state.kind in ("call_for", "demand_ease"):
        parts["callers"], parts["senders"] = _asking(sentence, act, chain, context, said)
    if state.kind == "denial":
        parts["deniers"] = _deniers(sentence, chain, context)
    if state.kind == "breach":
        parts["violators"] = refs(sentence, chain[0].subject if chain else None, context, role="speaks")
    if not parts["senders"]:
        parts["senders"] = _senders(sentence, act, state, chain, context, said, parts["callers"], grammar)
    parts["targets"] = _targets(sentence, act, state, context, parts, grammar, condition)
    if state.kind in TURNING:
        _turn(sentence, act, chain, said, parts, context)
    parts["reporters"] = _reporters(sentence, act, said, parts, state)
    return parts


TURNING = frozenset({"threat", "ruled_out", "refuse_ease", "ease_intent"})


def _turn(sentence: Sentence, act: Act, chain: list[Layer], said: list[cast.Speaker], parts: Roles, context: Context) -> None:
    """ "Turkish airspace closes to Swedish jets, Ankara told Stockholm": who speaks of it acts, whom he tells is hit.

    Only where nobody else is the subject of the act, and where the one who speaks came out as hit or nobody came out as acting.
    """
    if _doers(sentence, act, chain, context):
        return
    for speaker in said:
        speaking = {party.actor.id for party in speaker.parties} - {None}
        hit = {party.actor.id for party in parts["targets"]} - {None}
        addressed = tuple(party for party in cast.addressed_by(sentence, speaker.verb, context) if party.actor.id not in speaking)
        if not speaking or not _tells(sentence, speaker, act) or (parts["senders"] and not (speaking & hit)):
            continue
        if addressed and hit <= speaking:
            parts["senders"] = speaker.parties
            kept = _unlike(parts["targets"], speaker.parties)
            parts["targets"] = kept or addressed
            return


STATIVE = ("lose", "cease", "flow_on", "flow_again", "lapse")


def _doers(sentence: Sentence, act: Act, chain: list[Layer], context: Context) -> tuple[Ref, ...]:
    """Who does the act, as subject of its own active verb: whatever of theirs the act names, it does not hit them."""
    own = chain[0] if chain and chain[0].token == act.anchor else None
    if own is None or own.passive or own.subject is None or act.verb_group in STATIVE or _suffers(sentence, own):
        return ()
    head = sentence.doc[own.subject]
    acting = sentence.name_at(head.i) is not None or "body" in sentence.groups(head.i) or head.tag_ == "PRP"
    takes = any(child.dep_ in ("dobj", "ccomp", "xcomp", "dative") for child in sentence.doc[act.anchor].children)
    return cast.subjects(sentence, own, context) if acting and takes else ()


def _unlike(parties: Sequence[Ref], others: Sequence[Ref]) -> tuple[Ref, ...]:
    ids = {party.actor.id for party in others} - {None}
    return tuple(party for party in parties if party.actor.id is None or party.actor.id not in ids)


def _costs(sentence: Sentence, act: Act) -> bool:
    return sentence.words[act.anchor].startswith("cost")


def _loser(sentence: Sentence, chain: list[Layer], context: Context) -> tuple[Ref, ...]:
    return refs(sentence, chain[0].subject if chain else None, context, role="hit")


def _deniers(sentence: Sentence, chain: list[Layer], context: Context) -> tuple[Ref, ...]:
    denying = (
        layer for layer in reversed(chain) if layer.groups & {"deny", "deny_strong", "threaten"} and layer.subject is not None
    )
    return next((cast.subjects(sentence, layer, context) for layer in denying), ())


# ---------------------------------------------------------------- senders


def _senders(
    sentence: Sentence,
    act: Act,
    state: State,
    chain: list[Layer],
    context: Context,
    said: list[cast.Speaker],
    callers: Sequence[Ref],
    grammar: Sequence[Ref],
) -> tuple[Ref, ...]:
    """Try the sources of a sender in their order of trust."""
    hit = {(party.actor.id or party.actor.name) for party in (*grammar, *callers)}
    sources: tuple[Callable[[], tuple[Ref, ...]], ...] = (
        lambda: _agent(sentence, act, context) if chain and chain[0].passive else (),
        lambda: _by_layers(sentence, act, chain, context, hit),
        lambda: _owners(sentence, act, chain, context),
        lambda: _own_place(sentence, act) if grammar else (),
    )
    for source in sources:
        found = _unhit(source(), hit)
        if found:
            return found
    return _spoken_or_known(sentence, act, state, context, said, hit)


def _agent(sentence: Sentence, act: Act, context: Context) -> tuple[Ref, ...]:
    """A "by" phrase; for a decree ("hit by the EU decision") whose decree it is."""
    verb = sentence.doc[act.anchor]
    decree = act.noun if act.verb_group == "decree" else None
    if decree is not None:
        return cast.owner(sentence, sentence.doc[decree], context, ())
    return cast.agent(sentence, verb, context)


def _unhit(parties: Sequence[Ref], hit: set[str]) -> tuple[Ref, ...]:
    return tuple(party for party in parties if (party.actor.id or party.actor.name) not in hit)


def _by_layers(sentence: Sentence, act: Act, chain: list[Layer], context: Context, hit: set[str]) -> tuple[Ref, ...]:
    """The subject of the innermost layer that has one who can act; an unnamed party only where nobody better follows."""
    unnamed: tuple[Ref, ...] = ()
    for layer in chain:
        if layer.subject is None or layer.passive or layer.subject_groups & NOUNS or _is_hit(sentence, act, layer):
            continue
        if (
            layer.groups & {"report"}
            and not layer.groups & {"threaten", "weigh", "ask", "instruct", "impose"}
            and layer.relation == "clause"
        ):
            continue
        if layer.token == act.anchor and act.verb_group in ("lose", "cease", "flow_on", "flow_again"):
            continue
        parties = _unhit(cast.subjects(sentence, layer, context), hit)
        found = tuple(party for party in parties if party.cls in SENDING)
        if any(party.actor.id for party in found):
            return parties
        unnamed = unnamed or tuple(party for party in found if party.cls in ("other", "body") and layer.token == act.anchor)
    return unnamed


def _is_hit(sentence: Sentence, act: Act, layer: Layer) -> bool:
    """Tell whether the subject of a layer is what the act is done to: where its verb has an object too, only if it suffers that."""
    takes = any(child.dep_ == "dobj" for child in sentence.doc[layer.token].children) and not _suffers(sentence, layer)
    return layer.subject == act.noun or (layer.subject in act.heads and not (takes and layer.token == act.anchor))


def _suffers(sentence: Sentence, layer: Layer) -> bool:
    """ "will face sanctions", "risks a ban": the subject is whom it befalls."""
    return sentence.words[layer.token] in SUFFERED


def _owners(sentence: Sentence, act: Act, chain: list[Layer], context: Context) -> tuple[Ref, ...]:
    """Who owns the measure noun, or a plan, bill or threat above the act, or the decree that is its subject."""
    nouns = [act.noun] if act.noun is not None else []
    nouns += [layer.token for layer in chain if sentence.doc[layer.token].tag_ in ("NN", "NNS")]
    nouns += [layer.subject for layer in chain if layer.subject is not None and layer.subject_groups & NOUNS]
    for noun in nouns:
        found = cast.owner(sentence, sentence.doc[noun], context, act.heads)
        if any(party.actor.id for party in found) or (found and noun == act.noun):
            return found
    return ()


def _own_place(sentence: Sentence, act: Act) -> tuple[Ref, ...]:
    """ "Greek harbours will close to ...", "no plum will clear Russian customs": whose place it is."""
    if act.verb_group not in ("close", "cease", "trade", "ban"):
        return ()
    for head in act.heads:
        if sentence.groups(head) & {"transport", "goods", "diplo", "body"}:
            for child in children(sentence.doc[head], "amod", "poss", "compound"):
                name = sentence.name_at(child.i)
                if name is not None:
                    return (Ref(child.i, cast.as_actor(name), "name", "whose place is closed"),)
    return ()


def _spoken_or_known(
    sentence: Sentence, act: Act, state: State, context: Context, said: list[cast.Speaker], hit: set[str]
) -> tuple[Ref, ...]:
    if state.kind not in ("mention", "question"):
        for speaker in said:
            found = tuple(party for party in _unhit(speaker.parties, hit) if party.actor.id)
            if found:
                return found
    patients = {t.i for head in act.heads for t in sentence.doc[head].subtree}
    free = (name for name in sentence.names if name.id not in hit and name.first < act.anchor and name.first not in patients)
    lead = next((name for name in free if name.form != "demonym"), None)
    if lead is not None and not _in_adverbial(sentence.doc[lead.last], sentence.doc[act.anchor]):
        return (Ref(lead.first, cast.as_actor(lead), "name", "the first name of the sentence"),)
    if said and state.kind == "threat" and not context.senders:
        return ()
    known = tuple(actor for actor in context.senders if (actor.id or actor.name) not in hit)
    speaking = (
        context.speaker
        if state.kind == "threat" and context.speaker is not None and context.speaker.id not in hit and not known
        else None
    )
    return tuple(Ref(0, actor, "context", "sender of the signal before") for actor in known) or (
        (Ref(0, speaking, "context", "who spoke before"),) if speaking is not None else ()
    )


def _in_adverbial(token: Token, anchor: Token) -> bool:
    """Tell whether a name stands in a clause or phrase beside the act ("in Ituri", "should Ottawa ...")."""
    above = [token, *token.ancestors]
    inside = [
        t
        for t in above
        if t.dep_ == "advcl"
        or (t.dep_ == "prep" and t.lower_ in ("in", "at", "near", "after", "since", "during", "on", "from", "for"))
    ]
    return any(anchor.i not in {t.i for t in part.subtree} for part in inside)


# ---------------------------------------------------------------- asking


def _asking(
    sentence: Sentence, act: Act, chain: list[Layer], context: Context, said: list[cast.Speaker]
) -> tuple[tuple[Ref, ...], tuple[Ref, ...]]:
    """Return (callers, senders): who asks, and who is asked."""
    for at, layer in enumerate(chain):
        if layer.groups & {"ask", "ask_noun"}:
            callers = _callers(sentence, layer, chain[at:], context)
            asked = _asked(sentence, sentence.doc[layer.token], context) or _doer(sentence, chain, layer, context)
            asked = _unlike(tuple(party for party in asked if party.token != act.noun), callers)
            asked = asked or _written_to(sentence, layer, callers, context)
            return callers, asked or _owners(sentence, act, chain[:at], context)
    callers = next((speaker.parties for speaker in said), ())
    own = (
        _unhit(cast.subjects(sentence, chain[0], context), {caller.actor.id or caller.actor.name for caller in callers})
        if chain and not chain[0].passive
        else ()
    )
    addressed = cast.addressee(sentence, context, {caller.actor.id for caller in callers})
    return callers, own or addressed or _owners(sentence, act, chain, context)


def _written_to(sentence: Sentence, layer: Layer, callers: Sequence[Ref], context: Context) -> tuple[Ref, ...]:
    """ "has written to Canberra asking it to ...", "renewed an appeal to the G7": whom the verb above the plea goes to."""
    for verb in (sentence.doc[layer.token], *sentence.doc[layer.token].ancestors):
        found = _unlike(cast.addressed_by(sentence, verb.i, context), callers)
        if found:
            return found
    return ()


def _callers(sentence: Sentence, layer: Layer, outward: Sequence[Layer], context: Context) -> tuple[Ref, ...]:
    token = sentence.doc[layer.token]
    if layer.passive or any(children(token, "agent")):
        return cast.agent(sentence, token, context)
    own = () if layer.subject_groups & NOUNS else cast.subjects(sentence, layer, context)
    owned = own or cast.owner(sentence, token, context, ())
    return owned or next(
        (found for outer in outward if not outer.subject_groups & NOUNS and (found := cast.subjects(sentence, outer, context))), ()
    )


def _doer(sentence: Sentence, chain: list[Layer], asking: Layer, context: Context) -> tuple[Ref, ...]:
    first = chain[0]
    if asking.passive:
        return cast.subjects(sentence, asking, context)
    if any(children(sentence.doc[asking.token], "agent")):
        answering = next(children(sentence.doc[asking.token].head, "nsubj"), None)
        return refs(sentence, None if answering is None else answering.i, context, role="speaks")
    if first.subject is None or first.subject == asking.subject or first.token == asking.token or first.passive:
        return ()
    return cast.subjects(sentence, first, context)


def _asked(sentence: Sentence, verb: Token, context: Context) -> tuple[Ref, ...]:
    """ "urged Oslo to", "called on the G7", "appealed to all capitals", "a plea to Madrid"."""
    for child in verb.children:
        if child.dep_ in ("dobj", "dative") and child.lower_ != "to":
            found = refs(sentence, child.i, context, role="asked")
            if found:
                return found
        if child.dep_ in ("prep", "dative") and child.lower_ in ("on", "to", "with", "upon", "from", "of"):
            for grand in children(child, "pobj"):
                found = refs(sentence, grand.i, context, role="asked")
                if found:
                    return found
    return ()


# ---------------------------------------------------------------- targets, reporters


def _targets(
    sentence: Sentence, act: Act, state: State, context: Context, parts: Roles, grammar: Sequence[Ref], condition: Condition | None
) -> tuple[Ref, ...]:
    """Try the sources of a target in their order of trust."""
    senders = {party.actor.id for party in parts["senders"]} - {None}
    found = tuple(party for party in grammar if party.actor.id not in senders)
    if found:
        return found
    taken: set[str | None] = {party.actor.id for party in parts["senders"]}
    if state.kind not in ("demand_ease", "denial"):
        taken |= {party.actor.id for party in parts["callers"]}
    known = tuple(actor for actor in context.targets if actor.id not in taken or actor.id is None)
    if known and _refers_back(sentence, act):
        return tuple(Ref(0, actor, "context", "target of the signal before") for actor in known)
    spoken_to = cast.addressee(sentence, context, taken)
    if spoken_to and state.kind not in ("demand_ease", "call_for"):
        return spoken_to
    name = cast.other_name(sentence, act.anchor, taken)
    conditional = condition is not None and name is not None and name.text in condition.text
    if conditional and not known:
        known = _other_party(context, taken, condition)
    if name is not None and not (conditional and known):
        return (Ref(name.first, cast.as_actor(name), "name", "the other name of the sentence"),)
    if state.kind == "demand_ease" and any(party.actor.id for party in parts["callers"]) and not context.targets:
        return parts["callers"]
    return tuple(Ref(0, actor, "context", "target of the signal before") for actor in known)


def _other_party(context: Context, taken: set[str | None], condition: Condition | None) -> tuple[Actor, ...]:
    """Whom the article named last beside the sender, outside the condition."""
    aside = condition.text if condition is not None else ""
    free = (actor for actor in reversed(context.named) if actor.id not in taken and actor.name not in aside)
    return tuple(actor for actor in [next(free, None)] if actor is not None)


def _refers_back(sentence: Sentence, act: Act) -> bool:
    """ "they", "that rule", "its decision": the act is about the measures told before, so its target is theirs."""
    if act.verb_group == "pronoun":
        return act.noun is None
    if act.noun is None:
        return False
    return any(child.lower_ in ("that", "this", "these", "those", "its", "such") for child in sentence.doc[act.noun].lefts)


def _reporters(sentence: Sentence, act: Act, said: list[cast.Speaker], parts: Roles, state: State) -> tuple[Ref, ...]:
    """Who says it, where that is neither who acts nor a nameless office of theirs ("the ministry said")."""
    used = {party.actor.id for role in ("senders", "callers", "deniers") for party in parts[role]} - {None}
    names = {party.actor.name for role in ("senders", "callers", "deniers") for party in parts[role]}
    if state.kind in ("mention", "question", "denial"):
        return ()
    return tuple(
        party
        for speaker in said
        if _tells(sentence, speaker, act)
        for party in speaker.parties
        if party.actor.id not in used and party.actor.name not in names and party.cls in ("name", "body", "pronoun", "private")
        if party.actor.id is not None or party.cls == "private"
    )


def _tells(sentence: Sentence, speaker: cast.Speaker, act: Act) -> bool:
    """Tell whether the act stands in what a speaker says: under the verb of saying, and in no other clause of the sentence."""
    verb = sentence.doc[speaker.verb]
    low, high = sorted((verb.i, act.anchor))
    if ";" in sentence.words[low:high]:
        return False
    if not verb.tag_.startswith("VB"):
        return True
    return any(above.i == verb.i for above in sentence.doc[act.anchor].ancestors)
