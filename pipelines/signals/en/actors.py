"""From a token to the actors that its phrase means, and from pronouns and epithets to whom the article spoke of before.

A phrase speaks for a state when its head is an office or body of it ("Norway's trade ministry"); it is a party without an id
when its head is a person, firm, ship, sector or region ("Malian carriers"), or somebody who does not speak for a state ("a
Kenyan lawmaker").
Known to be wrong: a body without a name ("the ministry") is taken for the state that acted last.
"""

from collections.abc import Sequence
from dataclasses import replace

from connectors.messages.signal import Actor
from pipelines.signals.en import party_words
from pipelines.signals.en.context import Context, Ref
from pipelines.signals.en.epithets import (
    COLLECTIVE,
    REGIONS,
    SOMEBODY_ELSE,
    STATE_WORDS,
    UNION_WORDS,
    half,
    of_office,
    other_state,
    place_in_front,
    place_of,
    union_at_hand,
)
from pipelines.signals.en.phrases import NULL_HEADS, head_class, is_subject, name_of, names_in, party_name, says
from pipelines.signals.en.sentence import Name, Sentence, Token, children, conjuncts, phrase_span

# Heads of phrases that say when: never a party.
TIMES = frozenset(
    [
        *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "weekend", "week", "month", "year"),
        *("january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december"),
        *("today", "tomorrow", "yesterday", "tonight", "night", "morning", "afternoon", "evening"),
    ]
)
FIRST_PERSON = frozenset(["we", "our", "us", "i", "my", "ours", "ourselves", "me"])
PRONOUNS = frozenset(["it", "its", "itself", "they", "their", "them", "he", "his", "she", "her", "him", "he's", "both"])
NOT_PARTIES = frozenset(
    [
        "bill",
        "plan_noun",
        "threat_noun",
        "ask_noun",
        "measure",
        "measure_weak",
        "assets",
        "visas",
        "arms",
        "aid",
        "energy",
        "tech",
        "goods",
        "transport",
        "agreement",
    ]
)
PLURAL = frozenset({"they", "their", "them", "both"})


def refs(sentence: Sentence, token: int | None, context: Context, *, role: str) -> tuple[Ref, ...]:
    """Return the parties that a head token and its conjuncts name.

    Args:
        sentence: where they stand.
        token: head of the phrase; None gives nothing.
        context: the article so far.
        role: `speaks` for senders, callers, deniers and reporters, `hit` for targets.
    """
    if token is None:
        return ()
    head = sentence.doc[token]
    if head.lower_ in FIRST_PERSON:
        speaking = _who_says(sentence, head)
        if speaking is not None:
            return tuple(
                replace(party, how=f"pronoun of the speaker {party.actor.name}")
                for party in refs(sentence, speaking, context, role="speaks")
            )
    if head.lower_ in PRONOUNS:
        governing = _governing_subject(head)
        if governing is not None:
            return tuple(
                replace(party, how=f"pronoun for {party.actor.name}") for party in refs(sentence, governing, context, role=role)
            )
        several = _named_together(sentence, head) if head.lower_ in PLURAL else ()
        if several:
            return tuple(Ref(head.i, Actor(id=name.id, name=name.text), "pronoun", f"pronoun for {name.text}") for name in several)
    found = (ref(sentence, part, context, role=role) for part in _listed(sentence, head))
    return tuple(party for party in found if party is not None)


def _who_says(sentence: Sentence, pronoun: Token) -> int | None:
    """The subject of the verb of saying that a first person stands under: "they cut us off, the minister charged"."""
    for verb in pronoun.ancestors:
        if not verb.tag_.startswith("VB") or not (says(sentence, verb) or any(children(verb, "ccomp"))):
            continue
        for child in children(verb, "nsubj"):
            if child.lower_ not in FIRST_PERSON | PRONOUNS and pronoun.i not in {t.i for t in child.subtree}:
                return int(child.i)
    return None


def _named_together(sentence: Sentence, pronoun: Token) -> tuple[Name, ...]:
    """ "Antigua, Dominica and St Lucia ..., they announced": the names of the coordinated subject before a plural pronoun."""
    for name in sentence.names:
        if name.last >= pronoun.i or not is_subject(sentence, name):
            continue
        parts = (sentence.name_at(part.i) for part in _listed(sentence, sentence.doc[name.last]))
        found = tuple(dict.fromkeys(part for part in parts if part is not None and part.last < pronoun.i))
        if len(found) > 1:
            return found
    return ()


def _listed(sentence: Sentence, head: Token) -> list[Token]:
    """A head and its conjuncts; in a headline a name set beside another by a comma is one too ("Australia, Japan call ...")."""
    parts = conjuncts(head)
    name = sentence.name_at(head.i)
    at = name.first if name is not None else 0
    while at >= 2:
        at -= 1 if sentence.words[at - 1] == "the" else 0
        before = sentence.name_at(at - 2) if at >= 2 and sentence.words[at - 1] == "," else None
        if before is None or before.form == "demonym":
            break
        parts.insert(0, sentence.doc[before.last])
        at = before.first
    return parts


def _governing_subject(pronoun: Token) -> int | None:
    """The subject of the nearest verb above that is not a pronoun itself: "X said that it would"."""
    for verb in pronoun.ancestors:
        for child in children(verb, "nsubj", "nsubjpass"):
            if (
                child.i < pronoun.i
                and child.lower_ not in PRONOUNS | FIRST_PERSON
                and child.i != pronoun.i
                and child.lower_ not in ("which", "that", "who", "nobody")
            ):
                return int(child.i)
    return None


def ref(sentence: Sentence, token: Token, context: Context, *, role: str) -> Ref | None:
    """Return the one party that a head token names, without its conjuncts."""
    word = token.lower_
    if word in TIMES:
        return None  # "Ukraine on Wednesday called on ...": the day stands where the party asked would
    if word in FIRST_PERSON:
        return _from(context.speaker, token, "pronoun of the speaker")
    if word in PRONOUNS:
        return _pronoun(sentence, token, context)
    if token.tag_ == "CD" and word.isdigit() and len(word) == 4:
        return None  # "the treaty of 2002"
    halved = half(token, context) if sentence.name_at(token.i) is None else None
    if halved is not None:
        return Ref(token.i, halved, "name", f"half of a country: {halved.id}")
    cls = head_class(sentence, token)
    if cls == "name":
        return _named(sentence, token, role)
    return _described(sentence, token, cls, context, role)


def _named(sentence: Sentence, token: Token, role: str) -> Ref | None:
    name = sentence.name_at(token.i)
    if (
        name is not None
        and role == "hit"
        and name.form == "demonym"
        and token.tag_ in ("NNS", "NNPS")
        and token.lower_.endswith("s")
    ):
        return Ref(token.i, Actor(id=None, name=name_of(sentence, *phrase_span(token))), "person", "a people, not its state")
    return None if name is None else Ref(token.i, Actor(id=name.id, name=name.text), "name", f"{name.form} of {name.id}")


def _from(actor: Actor | None, token: Token, how: str) -> Ref | None:
    return None if actor is None else Ref(token.i, actor, "pronoun", f"{how}: {actor.id or actor.name}")


def _pronoun(sentence: Sentence, token: Token, context: Context) -> Ref | None:
    own = _own_subject(sentence, token)
    if own is not None:
        return Ref(token.i, Actor(id=own.id, name=own.text), "pronoun", f"pronoun for {own.text}, the subject of its clause")
    before = [name for name in sentence.names if name.last < token.i]
    subjects = [name for name in before if is_subject(sentence, name)]
    person = token.lower_ in ("he", "his", "him", "she", "her")
    if person and token.dep_ == "nsubj" and not subjects and context.speaker is not None:
        return _from(context.speaker, token, "pronoun of who spoke")
    first = token.lower_ not in ("their", "them")
    name = next(iter((*subjects, *before) if first else reversed(before)), None)
    if name is not None:
        return Ref(token.i, Actor(id=name.id, name=name.text), "pronoun", f"pronoun for {name.text}")
    named = (
        *((context.speaker,) if person else ()),
        context.topic,
        *context.senders[-1:],
        *context.named[-1:],
    )
    return _from(next((actor for actor in named if actor is not None), None), token, "pronoun, from the text before")


def _own_subject(sentence: Sentence, pronoun: Token) -> Name | None:
    """The name that is subject of the clause in which a possessive stands: "Oslo shut its ports"."""
    if pronoun.dep_ != "poss":
        return None
    for verb in pronoun.ancestors:
        for child in children(verb, "nsubj", "nsubjpass"):
            if child.i < pronoun.i and pronoun.i not in {t.i for t in child.subtree}:
                inside = names_in(sentence, child)
                return sentence.name_at(child.i) or (next(inside, None) if "body" in sentence.groups(child.i) else None)
    return None


def _described(sentence: Sentence, token: Token, cls: str, context: Context, role: str) -> Ref | None:
    text = party_name(sentence, token)
    inside = list(names_in(sentence, token))
    if role in ("hit", "owns"):
        return _hit(sentence, token, cls, text, inside, context, role)
    return _speaks(sentence, token, cls, text, inside, context, role)


def _hit(sentence: Sentence, token: Token, cls: str, text: str, inside: Sequence[Name], context: Context, role: str) -> Ref | None:
    groups = sentence.groups(token.i)
    if token.lower_ in party_words.FREIGHT and inside and inside[0].last < token.i and role == "hit":
        return Ref(token.i, Actor(id=inside[0].id, name=inside[0].text), "goods", f"freight of {inside[0].text}")
    state_body = "armed" in groups or (cls == "body" and not groups & {"person", "firm", "region"})
    if (cls in NULL_HEADS or groups & {"person"}) and not state_body:
        return Ref(token.i, Actor(id=None, name=text), cls, f"{cls}: no id")
    if inside and not (role == "owns" and cls == "other" and not groups & NOT_PARTIES):
        return Ref(token.i, Actor(id=inside[0].id, name=inside[0].text), "goods", f"{inside[0].text} in the phrase")
    if role == "owns" and cls == "other" and not groups & NOT_PARTIES:
        return Ref(token.i, Actor(id=None, name=text), "person", "an owner without an office")
    return _unnamed(sentence, token, text, context, role="hit") if state_body else None


def _speaks(
    sentence: Sentence, token: Token, cls: str, text: str, inside: Sequence[Name], context: Context, role: str
) -> Ref | None:
    groups = sentence.groups(token.i)
    if cls in NULL_HEADS and not (cls == "person" and "body" in groups):
        return Ref(token.i, Actor(id=None, name=text), cls, f"{cls}: does not speak for a state")
    if groups & NOT_PARTIES and cls != "body":
        return None
    region = next((union for adjective, union in REGIONS.items() if adjective in text.lower()), None)
    if region is not None and not inside and cls == "body" and token.lower_ in COLLECTIVE:
        return Ref(token.i, Actor(id=region, name=text), cls, f"the leaders of a region speak for {region}")
    if inside and (cls == "body" or inside[0].last < token.i):
        return Ref(token.i, Actor(id=inside[0].id, name=text), cls, f"speaks for {inside[0].text}")
    if cls == "body":
        return _unnamed(sentence, token, text, context, role="speaks")
    whole = (
        role == "asked"
        or token.lower_ in party_words.UNIONS_BY_NAME
        or token.lower_.startswith(
            ("west", "donor", "europeans", "powers", "partners", "allies", "neighbours", "neighbors", "gulf")
        )
    )
    return Ref(token.i, Actor(id=None, name=text), "other", "an unnamed party") if whole else None


def _unnamed(sentence: Sentence, token: Token, text: str, context: Context, *, role: str) -> Ref | None:
    """A body, union word or state word without a name: whom the article, or else the sentence, makes plain."""
    word = token.lower_
    if word in SOMEBODY_ELSE:
        return other_state(sentence, token, text, context)
    poss = next((child for child in children(token, "poss") if child.lower_ in PRONOUNS), None)
    if poss is not None:
        owner = _pronoun(sentence, poss, context)
        return None if owner is None else replace(owner, actor=Actor(id=owner.actor.id, name=text))
    known = (
        union_at_hand(sentence, token, context)
        if word in UNION_WORDS
        else context.last(union=False)
        if word in STATE_WORDS
        else None
    )
    known = known or (place_in_front(sentence, token) if role == "speaks" else None) or of_office(text, context)
    if known is None:
        recent = context.senders if role == "speaks" else context.targets or context.named
        known = next((actor for actor in reversed(recent) if actor.id is not None), None)
    known = known or (place_of(sentence, token) if role == "speaks" else None)
    if known is None:
        return Ref(token.i, Actor(id=None, name=text), "body", "a body without a name")
    return Ref(token.i, Actor(id=known.id, name=text), "body", f"the body of {known.name}, from the text before")
