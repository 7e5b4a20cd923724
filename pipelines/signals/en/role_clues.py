"""What the role reader looks at: for each state or union that could play a part in an act, how it stands in the sentence.

A candidate is an id: of a name in the sentence, of a party that the rules cast, or of the act told before. A clue is a short
string, present or not. What the rules made of the candidate is one clue among them, where its names stand in the tree and in
the order of words are others; each comes once by itself and once with the kind of the act.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from connectors.messages.signal import Actor
from pipelines.signals.base import Finding
from pipelines.signals.en import cast
from pipelines.signals.en.context import Context
from pipelines.signals.en.phrases import head_class
from pipelines.signals.en.sentence import Name, Sentence, Token

CAST = ("senders", "targets", "callers", "deniers", "reporters", "violators")
MANY = 4
NEAR = 8  # names of the article that may be meant by a sentence without them


@dataclass(frozen=True, slots=True)
class Candidate:
    """One id with the name that it goes by, the clues to its part, and whether the sentence names it."""

    actor: Actor
    clues: frozenset[str]
    here: bool


def candidates(sentence: Sentence, finding: Finding, context: Context) -> list[Candidate]:
    """Return the candidates of an act: those of the sentence in the order of their names, then those of the article."""
    named: dict[str, list[Name]] = {}
    for name in sentence.names:
        named.setdefault(name.id, []).append(name)
    actors = {code: Actor(id=code, name=names[0].text) for code, names in named.items()}
    for role in CAST:
        actors |= {actor.id: actor for actor in getattr(finding, role) if actor.id and actor.id not in actors}
    for actor in (*context.senders, *context.targets, *context.named[-NEAR:]):
        if actor.id:
            actors.setdefault(actor.id, actor)
    speakers = cast.speakers(sentence, context)
    spoken = [{party.actor.id for party in speaker.parties} for speaker in speakers]
    addressed = {party.actor.id for speaker in speakers for party in cast.addressed_by(sentence, speaker.verb, context)}
    order = list(named)
    found = []
    for code, actor in actors.items():
        clues = {
            *_parts(code, finding),
            *_standing(sentence, named.get(code, []), finding),
            *_saying(code, spoken, addressed),
            *_article(code, context, here=code in named),
            *_order(code, order),
        }
        of_kind = (f"{finding.kind} {clue}" for clue in clues)
        found.append(Candidate(actor, frozenset((*clues, *of_kind, f"k {finding.kind}")), code in named))
    return found


def _parts(code: str, finding: Finding) -> Iterator[str]:
    parts = [role for role in CAST if any(actor.id == code for actor in getattr(finding, role))]
    seen = "act" if finding.at >= 0 else "order"
    yield f"r {'+'.join(parts) or 'none'}"
    yield f"r {'+'.join(parts) or 'none'} {seen}"
    for role in ("senders", "targets"):
        others = [actor for actor in getattr(finding, role) if actor.id != code]
        yield f"r other {role} {'id' if any(actor.id for actor in others) else 'null' if others else 'none'}"


def _saying(code: str, spoken: list[set[str | None]], addressed: set[str | None]) -> Iterator[str]:
    speaks = any(code in ids for ids in spoken)
    yield f"s {'speaks' if speaks else 'silent'} {'other speaks' if any(ids - {code, None} for ids in spoken) else ''}"
    if code in addressed:
        yield "s addressed"


def _article(code: str, context: Context, *, here: bool) -> Iterator[str]:
    where = "here" if here else "away"
    yield f"a {where}"
    if any(actor.id == code for actor in context.senders):
        yield f"a {where} sent before"
    if any(actor.id == code for actor in context.targets):
        yield f"a {where} hit before"
    near = [actor.id for actor in reversed(context.named[-NEAR:])]
    if code in near:
        yield f"a {where} named {min(near.index(code), 3)}"
    sending = any(actor.id for actor in context.senders)
    yield f"a {where} {'told' if sending or context.targets else 'nothing told'}"
    if context.topic is not None and context.topic.id == code:
        yield f"a {where} topic"


def _order(code: str, order: list[str]) -> Iterator[str]:
    many = min(len(order), MANY)
    yield f"o of {many}"
    if code in order:
        at = min(order.index(code), MANY)
        yield f"o {at}"
        yield f"o {at} of {many}"
        if order[-1] == code:
            yield "o last"


def _standing(sentence: Sentence, names: list[Name], finding: Finding) -> Iterator[str]:
    """Yield how each name of the candidate stands."""
    yield f"n {min(len(names), 3)}"
    for name in names:
        yield f"f {name.form}"
        before = sentence.words[name.first - 1] if name.first else "^"
        after = sentence.words[name.last + 1] if name.last + 1 < len(sentence.words) else "$"
        yield f"w< {before}"
        yield f"w> {after}"
        if finding.at >= 0:
            yield f"p {'before' if name.last < finding.at else 'after'}"
        yield from _tree(sentence, sentence.doc[name.last], finding)


def _tree(sentence: Sentence, token: Token, finding: Finding) -> Iterator[str]:
    head = token
    while head.dep_ in ("compound", "amod", "nmod", "poss") and head.head.i != head.i:
        yield f"d {head.dep_}"
        head = head.head
    if head.i != token.i:
        yield f"h {head_class(sentence, head)}"
        yield from (f"h {group}" for group in sentence.groups(head.i))
    yield f"d {head.dep_}"
    if head.dep_ == "conj":
        while head.dep_ == "conj":
            head = head.head
        yield f"d conj of {head.dep_}"
    above = head.head
    if head.dep_ == "pobj":
        yield f"d pobj {above.lower_}"
        yield f"d pobj {above.lower_} {'+'.join(sorted(sentence.groups(above.head.i))) or above.head.pos_}"
        above = above.head
    for group in sentence.groups(above.i) or (above.tag_,):
        yield f"v {head.dep_} {group}"
    if finding.at >= 0:
        up = {t.i for t in above.ancestors} | {above.i}
        yield f"v {head.dep_} {'act' if above.i == finding.at else 'above' if finding.at not in up else 'below'}"
