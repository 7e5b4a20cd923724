"""Words that mean a state or a union without its name: offices, unions, neighbours, halves of a country.

Whom such a word means, the article makes plain: the office was named with its state before, the sentence begins in a capital, the
bloc was named above. What is still open then is decided in `actors.py`.

Known to be wrong: two ministers of two states in one article, each of them just "the minister" later, are told apart by who was
named last.
"""

from collections.abc import Sequence

from connectors.messages.signal import Actor
from pipelines.signals.en import party_words
from pipelines.signals.en.context import UNIONS, Context, Ref
from pipelines.signals.en.phrases import head_class, is_subject, name_of, names_in, party_name, says
from pipelines.signals.en.sentence import NOUN_TAGS, Sentence, Token, children, phrase_span

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
SOMEBODY_ELSE = frozenset({"neighbour", "neighbor", "rival", "foe"})  # than whoever has one
OPENING = 2  # words


def half(token: Token, context: Context) -> Actor | None:
    """ "the North", "the mainland", "the island": which half, in an article that names the country."""
    country, code = party_words.HALVES.get(token.lower_, ((), ""))
    known = any(actor.id in country for actor in (*context.named, *context.senders, *context.targets))
    return Actor(id=code, name=str(token.text)) if known and any(t.lower_ == "the" for t in token.lefts) else None


def of_office(text: str, context: Context) -> Actor | None:
    """ "the minister": whom the last one of that name spoke for; of that title, if the phrase has one."""
    words = text.lower().split()
    same = (actor for phrase, actor in reversed(context.offices) if phrase.split()[-len(words) :] == words)
    return next(same, None)


def offices(sentence: Sentence, told: Sequence[Actor]) -> tuple[tuple[str, Actor], ...]:
    """Return the bodies and officials of a sentence whose state it names, and those whose state was found out.

    Args:
        sentence: where they stand.
        told: the actors of what it tells.
    """
    found = []
    for token in sentence.doc:
        if token.tag_ in NOUN_TAGS and head_class(sentence, token) == "body" and token.lower_ not in STATE_WORDS | UNION_WORDS:
            text = party_name(sentence, token)
            name = next(names_in(sentence, token), None)
            actor = Actor(id=name.id, name=name.text) if name is not None else next((one for one in told if one.name == text), None)
            if actor is not None and actor.id is not None:
                found.append((_title(sentence, token), actor))
    return tuple(found)


def _title(sentence: Sentence, token: Token) -> str:
    """ "Niger's foreign minister" is a "foreign minister"."""
    first = token.i
    while first > 0 and sentence.doc[first - 1].dep_ in ("compound", "amod") and sentence.name_at(first - 1) is None:
        first -= 1
    return " ".join(sentence.words[first : token.i + 1])


def other_state(sentence: Sentence, token: Token, text: str, context: Context) -> Ref | None:
    """ "its northern neighbour": the state whose goods the sentence names, else one of the article; not who acts here."""
    acting = {name.id for name in sentence.names if is_subject(sentence, name)} | UNIONS
    here = (Actor(id=name.id, name=name.text) for name in sentence.names if name.form == "demonym" and name.id not in acting)
    named = {name.id for name in sentence.names} | UNIONS
    known = (actor for actor in (*context.targets, *context.senders, *reversed(context.named)) if actor.id not in named)
    found = next((actor for actor in (*here, *known) if actor.id is not None), None)
    return None if found is None else Ref(token.i, Actor(id=found.id, name=text), "body", f"not who acts here: {found.name}")


def place_in_front(sentence: Sentence, token: Token) -> Actor | None:
    """ "In Bangkok the prime minister's office said": the capital in which a sentence begins."""
    name = sentence.names[0] if sentence.names else None
    begins = name is not None and name.first <= OPENING and sentence.words[0] in ("in", "from") and name.form == "capital"
    return Actor(id=name.id, name=name.text) if name is not None and begins and name.last < token.i else None


def place_of(sentence: Sentence, token: Token) -> Actor | None:
    """ "the transport minister told a chamber in Porto-Novo": a nameless office speaks for where it speaks."""
    verb = token.head
    if token.dep_ != "nsubj" or not says(sentence, verb):
        return None
    clauses = {t.i for child in children(verb, "ccomp", "advcl", "xcomp") for t in child.subtree}
    for prep in verb.subtree:
        if prep.dep_ == "prep" and prep.lower_ in ("in", "at") and prep.i not in clauses:
            name = next((sentence.name_at(child.i) for child in children(prep, "pobj")), None)
            if name is not None:
                return Actor(id=name.id, name=name.text)
    return None


def union_at_hand(sentence: Sentence, token: Token, context: Context) -> Actor | None:
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
