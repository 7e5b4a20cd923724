"""Whom the words around an act name: speakers, subjects, agents, owners, addressees, and whom the measures hit.

`roles.py` decides which of them plays which part.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from connectors.messages.signal import Actor
from pipelines.signals.base import Layer
from pipelines.signals.en.act import Act
from pipelines.signals.en.actors import FIRST_PERSON, PRONOUNS, refs
from pipelines.signals.en.context import Context, Ref
from pipelines.signals.en.groups import THINGS
from pipelines.signals.en.sentence import NOUN_TAGS, Name, Sentence, Token, children

PARTY = frozenset({"person", "firm", "vessel", "sector", "region"})
RELATIVES = frozenset({"which", "who", "that", "what"})


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says it: the verb of saying and the parties that are its subject."""

    verb: int
    parties: tuple[Ref, ...]


def speakers(sentence: Sentence, context: Context) -> list[Speaker]:
    """Return who speaks in a sentence, in order of their verbs; "according to X" and "X: ..." count."""
    found = [*_verbs_of_saying(sentence, context), *_according(sentence, context), *_colon(sentence, context)]
    return sorted((speaker for speaker in found if speaker.parties), key=lambda speaker: speaker.verb)


def _verbs_of_saying(sentence: Sentence, context: Context) -> Iterator[Speaker]:
    for token in sentence.doc:
        if token.tag_.startswith("VB") and (sentence.groups(token.i) & {"report", "threaten"} or _quotes(token)):
            subject = next(children(token, "nsubj"), None)
            if subject is not None and subject.lower_ not in RELATIVES:
                yield Speaker(token.i, refs(sentence, subject.i, context, role="speaks"))
            elif subject is None or subject.lower_ in RELATIVES:
                yield Speaker(token.i, _inherited(sentence, token, context))


def _quotes(verb: Token) -> bool:
    """ "Washington has cut us off, the minister charged": any verb whose clause stands before its subject is one of saying."""
    subject = next(children(verb, "nsubj"), None)
    clause = next(children(verb, "ccomp"), None)
    return subject is not None and clause is not None and clause.i < subject.i


def _inherited(sentence: Sentence, verb: Token, context: Context) -> tuple[Ref, ...]:
    if verb.dep_ == "relcl":
        return refs(sentence, verb.head.i, context, role="speaks")
    subject = next(children(verb.head, "nsubj", "nsubjpass"), None) if verb.dep_ == "conj" else None
    return refs(sentence, None if subject is None else subject.i, context, role="speaks")


def _according(sentence: Sentence, context: Context) -> Iterator[Speaker]:
    for hit in sentence.hits_of("according"):
        after = range(hit.end, min(hit.end + 12, len(sentence.words)))
        heads = (
            sentence.doc[i]
            for i in after
            if sentence.doc[i].tag_ in NOUN_TAGS and sentence.doc[i].dep_ in ("pobj", "dobj", "npadvmod", "nsubj", "ROOT", "appos")
        )
        head = next(heads, None)
        if head is not None:
            yield Speaker(hit.start, refs(sentence, head.i, context, role="speaks"))


def _colon(sentence: Sentence, context: Context) -> Iterator[Speaker]:
    """ "Peru's foreign ministry: our ambassador stays" and "EU to Minsk: ...": the words before an early colon speak."""
    colon = early_colon(sentence)
    if colon is None:
        return
    names = [name for name in sentence.names if name.last < colon]
    heads = [token for token in sentence.doc[:colon] if "body" in sentence.groups(token.i)]
    head = heads[0].i if heads else names[0].last if names else None
    found = refs(sentence, head, context, role="speaks")
    yield Speaker(colon, found or (refs(sentence, names[0].last, context, role="speaks") if names else ()))


def early_colon(sentence: Sentence) -> int | None:
    """Return the index of a colon that parts a speaker from what is said, None if there is none."""
    colon = next((i for i, word in enumerate(sentence.words[:14]) if word == ":"), None)
    return None if colon is None or colon == 0 else colon


def addressee(sentence: Sentence, context: Context, taken: set[str | None]) -> tuple[Ref, ...]:
    """Return whom a speaker speaks to: "told Minsk", "warned Beirut", "to Valletta: ..."."""
    colon = early_colon(sentence)
    if colon is not None and "to" in sentence.words[:colon]:
        name = next((n for n in sentence.names if n.last < colon and n.first > sentence.words.index("to")), None)
        if name is not None and name.id not in taken:
            return (Ref(name.first, as_actor(name), "name", "who is spoken to"),)
    for token in sentence.doc:
        if sentence.groups(token.i) & {"report", "threaten", "ask", "accuse"} and token.tag_.startswith("VB"):
            found = tuple(party for party in addressed_by(sentence, token.i, context) if party.actor.id not in taken)
            if found:
                return found
    return ()


def addressed_by(sentence: Sentence, verb: int, context: Context) -> tuple[Ref, ...]:
    """Return the states that a verb of saying is said to: "told Minsk", "wrote to Rabat"."""
    for child in sentence.doc[verb].children:
        heads = (
            [child]
            if child.dep_ in ("dobj", "dative") and child.tag_ in NOUN_TAGS
            else [*children(child, "pobj")]
            if child.lower_ in ("to", "with")
            else []
        )
        found = tuple(
            party for head in heads for party in refs(sentence, head.i, context, role="hit") if party.actor.id is not None
        )
        if found:
            return found
    return ()


def subjects(sentence: Sentence, layer: Layer, context: Context) -> tuple[Ref, ...]:
    """Return the parties that are the subject of a layer, with those who act together with it."""
    found = refs(sentence, layer.subject, context, role="speaks")
    partners = _partners(sentence, layer, context) if found else ()
    return (*found, *(party for party in partners if party.actor.id not in {other.actor.id for other in found}))


WITH = frozenset({"with", "alongside", "like"})


def _partners(sentence: Sentence, layer: Layer, context: Context) -> tuple[Ref, ...]:
    """ "together with Cairo", "alongside Oslo", "joined Paraguay and Uruguay in asking": who does it too."""
    verb = sentence.doc[layer.token]
    for prep in (t for t in verb.subtree if t.lower_ in WITH and t.dep_ == "prep"):
        before = sentence.words[max(0, prep.i - 1)]
        joint = prep.lower_ in ("alongside", "like") or before in ("together", "along", "jointly", "concert", "step", "unison")
        if joint and prep.head.i in (verb.i, layer.subject, prep.i - 1):
            return tuple(party for child in children(prep, "pobj") for party in refs(sentence, child.i, context, role="speaks"))
    above = verb.head.head if verb.head.lower_ == "in" else None
    if above is not None and above.lemma_ == "join":
        return tuple(party for child in children(above, "dobj") for party in refs(sentence, child.i, context, role="speaks"))
    return ()


def agent(sentence: Sentence, verb: Token, context: Context) -> tuple[Ref, ...]:
    """Return the parties of a "by" phrase."""
    for by in children(verb, "agent", "prep"):
        if by.lower_ == "by":
            for child in children(by, "pobj"):
                return refs(sentence, child.i, context, role="speaks")
    return ()


def owner(sentence: Sentence, noun: Token, context: Context, targets: Sequence[int]) -> tuple[Ref, ...]:
    """Return who owns a measure or a plan: "EU ban", "Tokyo's restrictions", "measures by Oslo", "the law that Ottawa signed"."""
    for child in noun.lefts:
        if child.dep_ in ("poss", "compound", "amod", "nmod") and child.i not in targets:
            if child.lower_ in PRONOUNS | FIRST_PERSON:
                return refs(sentence, child.i, context, role="speaks")
            if sentence.name_at(child.i) is not None or child.dep_ == "poss":
                return refs(sentence, child.i, context, role="speaks")
    return _owner_after(sentence, noun, context) or _signer(sentence, noun, context)


def _owner_after(sentence: Sentence, noun: Token, context: Context) -> tuple[Ref, ...]:
    for prep in children(noun, "prep", "agent"):
        if prep.lower_ in ("of", "by"):
            for child in children(prep, "pobj"):
                found = refs(sentence, child.i, context, role="speaks")
                if any(party.cls == "body" or (party.actor.id is not None and prep.lower_ == "by") for party in found):
                    return found
    return ()


def _signer(sentence: Sentence, noun: Token, context: Context) -> tuple[Ref, ...]:
    for clause in children(noun, "relcl", "acl"):
        subject = next(children(clause, "nsubj"), None)
        if subject is not None and subject.lower_ not in RELATIVES | PRONOUNS and sentence.groups(clause.i) & {"impose", "file"}:
            return refs(sentence, subject.i, context, role="speaks")
        by = agent(sentence, clause, context)
        if by:
            return by
    return ()


# ---------------------------------------------------------------- whom the measures hit


def hit(sentence: Sentence, act: Act, context: Context) -> tuple[Ref, ...]:
    """Return whom an act hits, as its own grammar says; empty where it does not."""
    posted = _posted(sentence, act)
    if posted:
        return posted
    ranked: list[tuple[int, int, tuple[Ref, ...]]] = []
    for order, head in enumerate(act.heads):
        found = patient(sentence, head, context)
        if found:
            ranked.append((_rank(sentence, act, head, found), order, found))
    return min(ranked, key=lambda item: (item[0], item[1]))[2] if ranked else ()


def _posted(sentence: Sentence, act: Act) -> tuple[Ref, ...]:
    """ "pulled its ambassador out of Tehran": one's own envoy is called home from whom the act hits."""
    verb = sentence.doc[act.anchor]
    envoy = next(
        (
            sentence.doc[head]
            for head in act.heads
            if "diplo" in sentence.groups(head) and sentence.doc[head].dep_ in ("dobj", "nsubjpass", "pobj")
        ),
        None,
    )
    own = envoy is not None and any(child.lower_ in PRONOUNS | FIRST_PERSON for child in children(envoy, "poss"))
    if envoy is None or not own:
        return ()
    for place in (t for t in verb.subtree if t.dep_ == "prep" and t.lower_ in POSTED and t.head.i in (verb.i, envoy.i, t.i - 1)):
        for child in (*children(place, "pobj"), *(grand for prep in children(place, "prep") for grand in children(prep, "pobj"))):
            name = sentence.name_at(child.i)
            if name is not None:
                return (Ref(child.i, as_actor(name), "name", "where the envoy is posted"),)
    return ()


POSTED = frozenset({"from", "out", "of", "in", "to", "at"})
OWN = frozenset({"close", "expel"})


def _rank(sentence: Sentence, act: Act, head: int, found: tuple[Ref, ...]) -> int:
    """Lower is likelier: "on" and "against" after a measure noun, parties, then things; the owner of a closed place last."""
    token = sentence.doc[head]
    prep = token.head.lower_ if token.dep_ == "pobj" else ""
    if prep in ("on", "against") and act.noun is not None:
        return 0
    if prep in ("from", "out") and act.verb_group in ("ban", "expel", "close") and token.head.head.i == act.anchor:
        return 5  # the place that somebody is kept out of
    if prep == "to" and act.verb_group == "close" and token.head.head.i == act.anchor:
        return 0
    if act.verb_group in OWN and not prep:
        return (
            1
            if any(party.cls == "name" or (party.cls in PARTY and "transport" not in sentence.groups(head)) for party in found)
            else 3
        )
    if any(party.cls in PARTY or party.cls == "name" for party in found) and prep in (
        "to",
        "against",
        "from",
        "on",
        "for",
        "of",
        "",
    ):
        return 1
    return 2 if prep in ("", "to", "from", "on", "against", "for", "of") else 4


def patient(sentence: Sentence, head: int, context: Context) -> tuple[Ref, ...]:
    """Return the parties of a phrase that is hit; assets, aid and goods count for their owner."""
    token, groups = sentence.doc[head], sentence.groups(head)
    thing = bool(groups & frozenset(THINGS))
    if (thing and not groups & (PARTY | {"armed"})) or groups & {"aid", "assets"}:
        owned = _owner_of_thing(sentence, token, context)
        if owned is not None:
            return owned
        if groups & {"aid", "assets", "agreement"}:
            inside = refs(sentence, head, context, role="hit")
            return tuple(party for party in inside if party.actor.id is not None)
    if sentence.words[head] in ("flight", "flights") and any(prep.lower_ == "to" for prep in children(token, "prep")):
        return _owned_by_other(sentence, token, context)
    return refs(sentence, head, context, role="hit")


def _owner_of_thing(sentence: Sentence, token: Token, context: Context) -> tuple[Ref, ...] | None:
    for child in children(token, "poss"):
        if child.lower_ in PRONOUNS | FIRST_PERSON:
            return _owned_by_other(sentence, token, context)
        return refs(sentence, child.i, context, role="owns")
    return _owned_by_other(sentence, token, context) or None


def _owned_by_other(sentence: Sentence, token: Token, context: Context) -> tuple[Ref, ...]:
    """ "the assets of those who ...", "grants to the islands", "property belonging to a clan"."""
    for prep in children(token, "prep"):
        if prep.lower_ in ("of", "to", "for", "on", "from", "with"):
            for child in children(prep, "pobj"):
                found = (
                    patient(sentence, child.i, context) if prep.lower_ != "of" else refs(sentence, child.i, context, role="owns")
                )
                if found:
                    return found
    for clause in children(token, "acl"):
        for prep in children(clause, "prep", "dative"):
            for child in children(prep, "pobj"):
                return refs(sentence, child.i, context, role="owns")
    return ()


def other_name(sentence: Sentence, near: int, taken: Iterable[str | None]) -> Name | None:
    """Return the name nearest to a token whose state has no role yet, names after it before names ahead of it."""
    used = set(taken)
    free = [name for name in sentence.names if name.id not in used]
    after = [name for name in free if name.first >= near]
    before = [name for name in free if name.first < near]
    return after[0] if after else before[-1] if before else None


def as_actor(name: Name) -> Actor:
    """Return a name as an actor."""
    return Actor(id=name.id, name=name.text)
