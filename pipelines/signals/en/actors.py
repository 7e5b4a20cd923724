"""From a token to the actors that its phrase means, and from pronouns and epithets to whom the article spoke of before.

A phrase speaks for a state when its head is an office or body of it ("Norway's trade ministry"); it is a party without an id
when its head is a person, firm, ship, sector or region ("Malian carriers"), or somebody who does not speak for a state ("a
Kenyan lawmaker").
Known to be wrong: a body without a name ("the ministry") is taken for the state that acted last.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from connectors.messages.signal import Actor, Measure
from pipelines.signals.en import party_words
from pipelines.signals.en.groups import nouns
from pipelines.signals.en.sentence import DETERMINERS, NOUN_TAGS, Name, Sentence, Token, children, conjuncts, phrase_span

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
UNIONS = frozenset(
    {"EU", "UN", "NATO", "G7", "OSCE", "AU", "ECOWAS", "ASEAN", "ARAB_LEAGUE", "GCC", "OAS", "EAEU", "CSTO", "BRICS"}
)
UNION_WORDS = frozenset(
    [
        "bloc",
        "union",
        "body",
        "grouping",
        "organisation",
        "organization",
        "alliance",
        "council",
        "commission",
        "league",
        "association",
        "members",
        "leaders",
    ]
)
# leaders of a region, when they act together, act as its union
REGIONS = {
    "southeast asian": "ASEAN",
    "south-east asian": "ASEAN",
    "west african": "ECOWAS",
    "arab league": "ARAB_LEAGUE",
    "gulf cooperation": "GCC",
    "gulf council": "GCC",
}
COLLECTIVE = frozenset(
    [
        "leaders",
        "ministers",
        "heads",
        "presidents",
        "bloc",
        "council",
        "secretariat",
        "commission",
        "body",
        "members",
        "chiefs",
        "ambassadors",
        "state",
    ]
)
STATE_WORDS = frozenset(
    [
        "kingdom",
        "country",
        "state",
        "nation",
        "republic",
        "emirate",
        "sheikhdom",
        "island",
        "islands",
        "neighbour",
        "neighbor",
        "federation",
        "duchy",
    ]
)
FORMER = frozenset(["former", "ex", "exiled", "retired", "ousted", "deposed", "opposition", "ex-"])
PLURAL = frozenset({"they", "their", "them", "both"})
SAYING = frozenset({"report", "threaten", "accuse", "ask", "deny", "deny_strong"})
NULL_HEADS = ("private", "person", "firm", "vessel", "sector", "region")


@dataclass(frozen=True, slots=True)
class Ref:
    """One party: the head token of its phrase, the actor, the class of its head and how it was resolved."""

    token: int
    actor: Actor
    cls: str
    how: str


@dataclass(frozen=True, slots=True)
class Context:
    """What the article has said before the sentence at hand.

    Attributes:
        senders, targets: of the last signal, for what a sentence leaves out.
        named: ids and names of states and unions, latest last; subjects of clauses come after mere mentions.
        measures: of the last signal.
        speaker: who spoke last.
        active: an act of today has been told.
        act: `restrict` or `ease`: which way the last one went.
        accused: ids of whom the acts so far hit, and whose conduct they are about.
        title: the headline.
        topic: the party that the sentence just before begins with, if any.
        alone: the article is this one sentence.
    """

    senders: tuple[Actor, ...] = ()
    targets: tuple[Actor, ...] = ()
    named: tuple[Actor, ...] = ()
    measures: tuple[Measure, ...] = ()
    speaker: Actor | None = None
    active: bool = False
    act: str = ""
    accused: frozenset[str | None] = frozenset()
    title: str = ""
    topic: Actor | None = None
    alone: bool = False

    def last(self, *, union: bool) -> Actor | None:
        """Return the union, or state, that was named last."""
        return next((actor for actor in reversed(self.named) if (actor.id in UNIONS) == union), None)


def name_of(sentence: Sentence, first: int, last: int) -> str:
    """Return the verbatim words of a token span, without a leading determiner and trailing "'s"."""
    while (
        first < last
        and sentence.words[first] in DETERMINERS
        and sentence.words[first] not in ("his", "her", "their", "its", "our", "every", "any")
    ):
        first += 1
    while last > first and sentence.words[last] in ("'s", "'", ",", "’s"):
        last -= 1
    return sentence.verbatim(first, last)


def head_class(sentence: Sentence, token: Token) -> str:
    """Return the class of a noun: `name`, `body`, one of `NULL_HEADS`, `thing` or `other`."""
    if sentence.name_at(token.i) is not None:
        return "name"
    groups = sentence.groups(token.i)
    word = token.lower_
    former = any(child.lower_ in FORMER for child in token.lefts)
    if "body" in groups and (
        former or any(hit.head == token.i and hit.group == "private" and " " in hit.phrase for hit in sentence.hits)
    ):
        return "private"
    if word == "union" and any(child.dep_ in ("poss", "compound") and sentence.name_at(child.i) is None for child in token.lefts):
        return "private"
    if "body" in groups and "private" in groups:
        return "body" if word in nouns("body") else "private"
    for cls in ("private", "body", "person", "firm", "vessel", "sector", "region"):
        if cls in groups:
            return cls
    return party_words.class_of(word) or "other"


def names_in(sentence: Sentence, token: Token) -> Iterator[Name]:
    """Yield the names of a noun phrase, those before its head first, nearest first."""
    first, last = phrase_span(token)
    clauses = {t.i for child in children(token, "relcl", "acl", "advcl") for t in child.subtree}
    inside = [name for name in sentence.names if first <= name.first and name.last <= last and name.first not in clauses]
    yield from sorted((name for name in inside if name.last < token.i), key=lambda name: -name.last)
    yield from (name for name in inside if name.last >= token.i)


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
        if not verb.tag_.startswith("VB") or not (sentence.groups(verb.i) & SAYING or any(children(verb, "ccomp"))):
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
    half = _half(token, context) if sentence.name_at(token.i) is None else None
    if half is not None:
        return Ref(token.i, half, "name", f"half of a country: {half.id}")
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
    first = token.lower_ not in ("their", "them")
    name = next(iter((*subjects, *before) if first else reversed(before)), None)
    if name is not None:
        return Ref(token.i, Actor(id=name.id, name=name.text), "pronoun", f"pronoun for {name.text}")
    person = token.lower_ in ("he", "his", "him", "she", "her")
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


def is_subject(sentence: Sentence, name: Name) -> bool:
    """Tell whether a name is the subject of its clause, or part of it."""
    head = sentence.doc[name.last]
    while head.dep_ in ("compound", "poss", "amod", "nmod"):
        head = head.head
    return head.dep_ in ("nsubj", "nsubjpass", "ROOT")


def _described(sentence: Sentence, token: Token, cls: str, context: Context, role: str) -> Ref | None:
    text = party_name(sentence, token)
    inside = list(names_in(sentence, token))
    if role in ("hit", "owns"):
        return _hit(sentence, token, cls, text, inside, context, role)
    return _speaks(sentence, token, cls, text, inside, context, role)


def party_name(sentence: Sentence, token: Token) -> str:
    """Return the verbatim phrase of a head, as the name of a party."""
    first, last = phrase_span(token)
    return name_of(sentence, first, _party_end(sentence, token, last))


MAX_CLAUSE = 6  # words of a clause that still read as part of a party's name


def _party_end(sentence: Sentence, token: Token, last: int) -> int:
    """Where the name of a party ends: before a long clause, and before why it is hit ("for their part in ...")."""
    for child in token.rights:
        if child.i > last:
            break
        clause = child.dep_ in ("relcl", "acl", "advcl")
        begins = child.left_edge.i
        size = child.right_edge.i - begins + 1
        if (
            (clause and size > MAX_CLAUSE)
            or (child.dep_ == "prep" and child.lower_ in REASONS)
            or sentence.words[begins] == "whose"
        ):
            return int(max(token.i, begins - 1))
    return last


REASONS = frozenset({"for", "over", "because", "after", "since", "during", "amid", "despite", "in"})


def _half(token: Token, context: Context) -> Actor | None:
    """ "the North", "the mainland", "the island": which half, in an article that names the country."""
    country, code = party_words.HALVES.get(token.lower_, ((), ""))
    known = any(actor.id in country for actor in (*context.named, *context.senders, *context.targets))
    return Actor(id=code, name=str(token.text)) if known and any(t.lower_ == "the" for t in token.lefts) else None


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
    poss = next((child for child in children(token, "poss") if child.lower_ in PRONOUNS), None)
    if poss is not None:
        owner = _pronoun(sentence, poss, context)
        return None if owner is None else replace(owner, actor=Actor(id=owner.actor.id, name=text))
    known = (
        _union_at_hand(sentence, token, context)
        if word in UNION_WORDS
        else context.last(union=False)
        if word in STATE_WORDS
        else None
    )
    if known is None:
        recent = context.senders if role == "speaks" else context.targets or context.named
        known = next((actor for actor in reversed(recent) if actor.id is not None), None)
    known = known or (_place_of(sentence, token) if role == "speaks" else None)
    if known is None:
        return Ref(token.i, Actor(id=None, name=text), "body", "a body without a name")
    return Ref(token.i, Actor(id=known.id, name=text), "body", f"the body of {known.name}, from the text before")


def _place_of(sentence: Sentence, token: Token) -> Actor | None:
    """ "the transport minister told a chamber in Porto-Novo": a nameless office speaks for where it speaks."""
    verb = token.head
    if token.dep_ != "nsubj" or not sentence.groups(verb.i) & SAYING:
        return None
    clauses = {t.i for child in children(verb, "ccomp", "advcl", "xcomp") for t in child.subtree}
    for prep in verb.subtree:
        if prep.dep_ == "prep" and prep.lower_ in ("in", "at") and prep.i not in clauses:
            name = next((sentence.name_at(child.i) for child in children(prep, "pobj")), None)
            if name is not None:
                return Actor(id=name.id, name=name.text)
    return None


def _union_at_hand(sentence: Sentence, token: Token, context: Context) -> Actor | None:
    """ "the Council", "the bloc", "the Commission": the union named here, else in the article; else the EU."""
    here = next((name for name in sentence.names if name.id in UNIONS), None)
    if here is not None:
        return Actor(id=here.id, name=here.text)
    known = context.last(union=True)
    if known is None and token.text in ("Commission", "Union"):
        return Actor(id="EU", name=str(token.text))
    return known or _union_by_size(sentence, token)


def _union_by_size(sentence: Sentence, token: Token) -> Actor | None:
    first, last = phrase_span(token)
    words = [part for word in sentence.words[first : last + 1] for part in word.split("-")]
    sized = {"nation", "member", "state", "country", "strong"} & set(words)
    code = next((party_words.MEMBERS[word] for word in words if word in party_words.MEMBERS), None) if sized else None
    return None if code is None else Actor(id=code, name=name_of(sentence, first, last))


def regional(text: str) -> tuple[Actor, ...]:
    """Return the unions whose leaders a sentence names by their region ("West African heads of state")."""
    lower = text.lower()
    return tuple(
        Actor(id=union, name=text[at : at + len(region)])
        for region, union in REGIONS.items()
        if (at := lower.find(region)) >= 0 and any(word in COLLECTIVE for word in lower[at:].split()[2:5])
    )


def is_noun(token: Token) -> bool:
    """Tell whether a token is tagged as a noun."""
    return token.tag_ in NOUN_TAGS
