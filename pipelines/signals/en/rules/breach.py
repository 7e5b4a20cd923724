"""Measures dodged, evaded or broken, and such cases in the hands of police, courts and panels.

Theory: three signs. A verb or noun of dodging with a measure in reach ("skirted the embargo"); a phrase of contravention before
a measure ("in breach of the UN ban"); prosecution or detection of trade with the listed ("jailed for selling diesel ... against
the ban").
Known to be wrong: "despite sanctions" in economy news is no breach, so "despite" needs prosecution or trade beside it.
"""

from collections.abc import Sequence

from connectors.messages.signal import Actor
from pipelines.signals.base import Finding
from pipelines.signals.en import cast
from pipelines.signals.en.act_words import TRADE
from pipelines.signals.en.actors import refs
from pipelines.signals.en.context import Context, Ref
from pipelines.signals.en.measures import goods, things
from pipelines.signals.en.sentence import Sentence, children

MEASURES = ("measure", "measure_weak")
LISTED = frozenset(["sanctioned", "blacklisted", "embargoed", "listed"])
DEALING = frozenset(
    [
        "dealings",
        "deals",
        "dealt",
        "routing",
        "accounts",
        "transactions",
        "payments",
        "cover",
        "opened",
        "helped",
        "financed",
        "served",
        "worked",
        "managed",
        "business",
        "trading",
        "client",
        "clients",
        "dodged",
    ]
)
WEAK_AGAINST = frozenset({"despite", "in spite of", "under the nose of"})


def breach(sentence: Sentence, context: Context, found: Sequence[Finding]) -> Finding | None:
    """Return the breach that a sentence tells, if any."""
    noun = _broken_measure(sentence)
    if noun is None or any(one.kind in ("threat", "question", "call_for", "extended") for one in found):
        return None
    return _finding(sentence, noun, context)


def _broken_measure(sentence: Sentence) -> int | None:
    nouns = [hit.head for hit in sentence.hits_of(*MEASURES)]
    nouns += [
        i
        for i, word in enumerate(sentence.words)
        if word in ("resolution", "rules", "law", "laws") or (word in LISTED and sentence.doc[i].dep_ == "amod")
    ]
    dealing = sentence.has("prosecute") or _dealt(sentence)
    for hit in sentence.hits_of("against"):
        if hit.phrase not in WEAK_AGAINST or dealing:
            near = next((noun for noun in sorted(nouns) if hit.end <= noun <= hit.end + 8), None)
            if near is not None:
                return near
    return _dodged(sentence, nouns) or _prosecuted(sentence, nouns)


def _dodged(sentence: Sentence, nouns: Sequence[int]) -> int | None:
    for hit in sentence.hits_of("dodge"):
        token = sentence.doc[hit.head]
        if token.tag_.startswith("VB") and not any(child.dep_ == "neg" for child in token.children):
            near = next((noun for noun in sorted(nouns) if hit.end <= noun <= hit.end + 9), None)
            if (
                near is not None and hit.phrase not in ("break", "run", "beat", "escape", "ignore", "defy", "disguise", "breach")
            ) or (near is not None and near <= hit.end + 4):
                return near
    return next((hit.head for hit in sentence.hits_of("dodge_noun") if sentence.has("prosecute") and nouns), None)


def _dealt(sentence: Sentence) -> bool:
    """Tell whether somebody trades or deals here."""
    return any(
        word in DEALING or (word in TRADE and sentence.doc[i].tag_.startswith("VB")) for i, word in enumerate(sentence.words)
    )


def _prosecuted(sentence: Sentence, nouns: Sequence[int]) -> int | None:
    """ "jailed for selling diesel to North Korea against the UN ban"."""
    if not sentence.has("prosecute"):
        return None
    for noun in nouns:
        before = sentence.words[max(0, noun - 5) : noun]
        if "against" in before and _dealt(sentence):
            return noun
        if sentence.words[noun] in LISTED and _dealt(sentence):
            return noun
    return None


def _finding(sentence: Sentence, noun: int, context: Context) -> Finding:
    token = sentence.doc[noun]
    senders = tuple(party.actor for party in cast.owner(sentence, token, context, ()))
    named = next((name for name in reversed(sentence.names) if name.last < noun and name.last >= noun - 3), None)
    senders = senders or ((cast.as_actor(named),) if named is not None else ())
    taken = {actor.id for actor in senders}
    targets = _recipients(sentence, context, taken)
    field = list(range(len(sentence.words)))
    measures = goods(sentence, things(sentence, [i for i in field if i != noun]), field)
    return Finding(
        kind="breach",
        rule="breach: dodged",
        commitment=2,
        senders=senders,
        targets=tuple(party.actor for party in targets),
        violators=_violators(sentence, context),
        measures=measures[:1] or ("unspecified",),
    )


def _recipients(sentence: Sentence, context: Context, taken: set[str | None]) -> tuple[Ref, ...]:
    for token in sentence.doc:
        if token.dep_ in ("prep", "dative") and token.lower_ in ("to", "for", "with", "into"):
            for child in children(token, "pobj"):
                found = tuple(
                    party
                    for party in refs(sentence, child.i, context, role="hit")
                    if party.actor.id is None or party.actor.id not in taken
                )
                if found and (
                    sentence.name_at(child.i) is not None
                    or any(sentence.doc[child.i].left_edge.i <= name.first <= child.right_edge.i for name in sentence.names)
                ):
                    return found
    name = cast.other_name(sentence, 0, taken)
    return () if name is None else (Ref(name.first, cast.as_actor(name), "name", "the other name"),)


def _violators(sentence: Sentence, context: Context) -> tuple[Actor, ...]:
    for hit in sentence.hits_of("dodge"):
        subject = next(children(sentence.doc[hit.head], "nsubj"), None)
        if subject is not None:
            return tuple(party.actor for party in refs(sentence, subject.i, context, role="speaks"))
    return ()
