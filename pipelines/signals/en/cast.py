"""Who is who in an act: sender, target, caller, denier, violator, reporter.

Theory: the grammar around the act names its actors in a fixed order of trust: a "by" phrase, the subject of the act's verb, the
subject of what governs it, the owner of the measure noun, the speaker, the article. Whom the measures hit is named by "on", "against",
"to", "from", by the object or its owner, by the adjective of the goods, else by who is spoken to, else by the article.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from connectors.messages.signal import Actor
from pipelines.signals.base import Layer
from pipelines.signals.en.actors import PRONOUNS, Context, Ref, ref, refs
from pipelines.signals.en.acts import Act
from pipelines.signals.en.groups import THINGS
from pipelines.signals.en.sentence import NOUN_TAGS, Name, Sentence, Token, children

SPEECH = frozenset({"report", "threaten", "deny", "claim", "ask"})
TARGET_PREPOSITIONS = frozenset("on against to from for over with at upon towards toward of into in".split())


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
        if sentence.groups(token.i) & {"report"} and token.tag_.startswith("VB"):
            subject = next(children(token, "nsubj", "nsubjpass"), None)
            if subject is not None and subject.lower_ not in ("which", "who", "that"):
                yield Speaker(token.i, refs(sentence, subject.i, context, role="speaks"))
            elif subject is None and token.dep_ == "conj" or subject is not None:
                yield Speaker(token.i, _inherited(sentence, token, context))


def _inherited(sentence: Sentence, verb: Token, context: Context) -> tuple[Ref, ...]:
    if verb.dep_ == "relcl":
        return refs(sentence, verb.head.i, context, role="speaks")
    subject = next(children(verb.head, "nsubj", "nsubjpass"), None) if verb.dep_ == "conj" else None
    return refs(sentence, None if subject is None else subject.i, context, role="speaks")


def _according(sentence: Sentence, context: Context) -> Iterator[Speaker]:
    for hit in sentence.hits_of("according"):
        after = range(hit.end, min(hit.end + 12, len(sentence.words)))
        head = next(
            (
                sentence.doc[i]
                for i in after
                if sentence.doc[i].dep_ in ("pobj", "dobj", "npadvmod", "nsubj", "ROOT") and sentence.doc[i].tag_ in NOUN_TAGS
            ),
            None,
        )
        if head is not None:
            yield Speaker(hit.start, refs(sentence, head.i, context, role="speaks"))


def _colon(sentence: Sentence, context: Context) -> Iterator[Speaker]:
    """ "Peru's foreign ministry: our ambassador stays" and "EU to Minsk: ...": the words before an early colon speak."""
    colon = next((i for i, word in enumerate(sentence.words[:14]) if word == ":"), None)
    if colon is None or colon == 0:
        return
    names = [name for name in sentence.names if name.last < colon]
    heads = [token for token in sentence.doc[:colon] if "body" in sentence.groups(token.i)]
    if names:
        head = heads[0] if heads else sentence.doc[names[0].last]
        parties = refs(sentence, head.i, context, role="speaks") or refs(sentence, names[0].last, context, role="speaks")
        yield Speaker(colon, parties)


def subjects(sentence: Sentence, layer: Layer, context: Context) -> tuple[Ref, ...]:
    """Return the parties that are the subject of a layer."""
    return refs(sentence, layer.subject, context, role="speaks")


def agent(sentence: Sentence, verb: Token, context: Context) -> tuple[Ref, ...]:
    """Return the parties of a "by" phrase."""
    for by in children(verb, "agent"):
        for child in children(by, "pobj"):
            return refs(sentence, child.i, context, role="speaks")
    return ()


def owner(sentence: Sentence, noun: Token, context: Context, targets: Sequence[int]) -> tuple[Ref, ...]:
    """Return who owns a measure: "EU ban", "Tokyo's restrictions", "the embargo of the bloc", "measures by Oslo"."""
    for child in noun.lefts:
        if child.dep_ in ("poss", "compound", "amod", "nmod") and child.i not in targets:
            if child.lower_ in PRONOUNS:
                party = ref(sentence, child, context, role="speaks")
                return () if party is None else (party,)
            name = sentence.name_at(child.i)
            if name is not None or child.dep_ == "poss":
                return refs(sentence, child.i, context, role="speaks")
    for prep in children(noun, "prep"):
        if prep.lower_ in ("of", "by"):
            for child in children(prep, "pobj"):
                found = refs(sentence, child.i, context, role="speaks")
                if any(party.cls in ("body",) or party.actor.id is not None and prep.lower_ == "by" for party in found):
                    return found
    return ()


# ---------------------------------------------------------------- targets


def targets(sentence: Sentence, act: Act, context: Context, senders: Sequence[Ref], spoken: Iterable[int]) -> tuple[Ref, ...]:
    """Return whom the act hits, as its own grammar says; empty where it does not."""
    taken = {party.actor.id for party in senders if party.actor.id}
    ranked: list[tuple[int, int, tuple[Ref, ...]]] = []
    for order, head in enumerate(act.heads):
        found = tuple(party for party in _patient(sentence, head, context) if party.actor.id not in taken or party.actor.id is None)
        if found:
            ranked.append((_rank(sentence, act, head, found), order, found))
    if not ranked:
        return ()
    return min(ranked, key=lambda item: (item[0], item[1]))[2]


def _rank(sentence: Sentence, act: Act, head: int, found: tuple[Ref, ...]) -> int:
    token = sentence.doc[head]
    prep = token.head.lower_ if token.dep_ == "pobj" else ""
    if prep in ("on", "against") and act.noun is not None:
        return 0
    if any(party.cls in ("person", "firm", "vessel", "sector", "name") for party in found) and prep in (
        "to",
        "against",
        "from",
        "on",
        "for",
        "",
    ):
        return 1
    return 2 if prep in ("", "to", "from", "on", "against", "for", "of") else 3


def _patient(sentence: Sentence, head: int, context: Context) -> tuple[Ref, ...]:
    """The parties of a phrase that is hit; things count for their owner."""
    token = sentence.doc[head]
    groups = sentence.groups(head)
    if groups & frozenset(THINGS) and not groups & {"vessel", "armed", "person", "firm", "sector", "region"} or groups & {"aid", "assets"}:
        owned = _owner_of_thing(sentence, token, context)
        if owned:
            return owned
    return refs(sentence, head, context, role="hit")


def _owner_of_thing(sentence: Sentence, token: Token, context: Context) -> tuple[Ref, ...]:
    for child in children(token, "poss"):
        if child.lower_ in PRONOUNS | {"our", "my"}:
            return ()
        return refs(sentence, child.i, context, role="hit")
    for prep in children(token, "prep"):
        if prep.lower_ in ("of", "to", "for", "on", "from", "in"):
            for child in children(prep, "pobj"):
                found = _patient(sentence, child.i, context)
                if found:
                    return found
    for clause in children(token, "acl"):
        for prep in children(clause, "prep"):
            for child in children(prep, "pobj"):
                return refs(sentence, child.i, context, role="hit")
    return ()


def other_name(sentence: Sentence, near: int, taken: set[str | None], inside: tuple[int, int] | None = None) -> Name | None:
    """Return the name nearest to a token whose state has no role yet, names after it before names ahead of it."""
    free = [
        name for name in sentence.names if name.id not in taken and (inside is None or not inside[0] <= name.first <= inside[1])
    ]
    after = [name for name in free if name.first >= near]
    before = [name for name in free if name.first < near]
    return after[0] if after else before[-1] if before else None


def as_actor(name: Name) -> Actor:
    """Return a name as an actor."""
    return Actor(id=name.id, name=name.text)
