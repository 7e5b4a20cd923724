"""Denials: the accused side rejects the conduct that the sanctions are about, or somebody denies having threatened.

Theory: four signs. A strong verb of denial; a verdict of falsehood ("called the report a fable", "is a forgery"); a verb of
saying over a negated clause or quote that is no act itself; a negated verb of threatening in the past. What stands under the
denial by the denier's own hand is denied with it. A denied threat has the denier as its sender unless it is told whose it was,
denied conduct has the denier as its target.
Known to be wrong: a negated clause in an article about sanctions may be about something else.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from connectors.messages.signal import Actor
from pipelines.signals.base import Finding
from pipelines.signals.en import cast
from pipelines.signals.en.actors import refs
from pipelines.signals.en.context import Context, Ref
from pipelines.signals.en.layers import negated, tense
from pipelines.signals.en.sentence import Name, Sentence, Token, children

OBJECTS = frozenset({"dobj", "ccomp", "xcomp", "pcomp", "prep", "oprd", "attr"})
BEFORE = frozenset({"previously", "earlier", "formerly"})
ABOUT = ("threat", "considering", "imposed", "call_for", "extended", "breach", "mention", "refuse_ease")
NEGATIVE = frozenset(["not", "n't", "no", "never", "none", "nobody", "nothing", "neither", "nor", "nowhere"])
HAVING = frozenset(["had", "has", "have", "is", "was", "are", "were"])  # "had one word, 'fiction', for the report"
NEGATED = "refusing: negated"
SAYING = frozenset({"report", "deny"})
OWN_THREAT = re.compile(r"(?:['’]s?)\s+(?:\w+\s+){0,2}?(?:threats?|warnings?|ultimatums?)\b", re.IGNORECASE)
THREAT_BY = re.compile(r"\b(?:threats?|warnings?|ultimatums?)\b(?:\s+of\s+\w+)?\s+(?:by|from|of)\s+(?:the\s+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Denied:
    """A verb of denial and the tokens that stand under it; `threat` when what is denied is a threat."""

    verb: int
    first: int
    last: int
    threat: bool


def conduct(sentence: Sentence, context: Context, found: Sequence[Finding]) -> tuple[list[Finding], Finding | None]:
    """Return the findings that stand beside a denial, and the denial, if any."""
    if (
        any(one.kind == "question" for one in found)
        or BEFORE & set(sentence.words)
        or not _about_sanctions(sentence, context, found)
    ):
        return list(found), None
    denied = next((one for token in sentence.doc if (one := _denied(sentence, token, found)) is not None), None)
    if denied is None:
        return list(found), None
    deniers = _deniers(sentence, sentence.doc[denied.verb], context)
    if not deniers or not _accused(deniers, context, sentence, found):
        return list(found), None
    ids = {party.actor.id for party in deniers}
    inside = [one for one in found if denied.first <= one.at <= denied.last and _own(one, ids)]
    beside = [one for one in found if one not in inside and one.kind != "denial" and not _loose(one, denied)]
    threat = denied.threat or any(one.kind in ("threat", "considering") for one in inside)
    build = _threat_denial if threat else _conduct_denial
    return [one for one in beside if one.kind != "mention" or not threat], build(sentence, deniers, inside, beside, context)


def _loose(finding: Finding, denied: Denied) -> bool:
    """A measure that hangs loosely under the denied clause ("..., the charge behind the ban") is not ruled out by it."""
    return finding.rule == NEGATED and denied.first <= finding.at <= denied.last


def _own(finding: Finding, ids: set[str | None]) -> bool:
    senders = {actor.id for actor in finding.senders}
    return not senders - ids or not senders or finding.kind == "mention"


def _about_sanctions(sentence: Sentence, context: Context, found: Sequence[Finding]) -> bool:
    return (
        any(one.kind in ABOUT or one.kind == "denial" for one in found)
        or context.active
        or (len({name.id for name in sentence.names}) > 1 and _threatens(sentence))
    )


def _threatens(sentence: Sentence) -> bool:
    return any(
        hit.phrase.split()[0] in ("threaten", "warn", "threat", "warning", "ultimatum", "set", "give")
        for hit in sentence.hits_of("threaten", "threat_noun")
    )


def _accused(deniers: Sequence[Ref], context: Context, sentence: Sentence, found: Sequence[Finding]) -> bool:
    """In a sentence without sanctions of its own, only a party of the article's acts can deny."""
    private = all(party.actor.id is None and party.cls in ("private", "person") for party in deniers)
    if private and not any(word.startswith(("deny", "deni", "reject", "said", "say")) for word in sentence.words):
        return False
    if any(one.kind in ABOUT or one.kind == "denial" for one in found) or _threatens(sentence):
        return True
    ids = {party.actor.id for party in deniers} - {None}
    senders = {actor.id for actor in context.senders}
    if sentence.has("deny_strong") or sentence.has("false"):
        return not ids & senders or bool(ids & context.accused)
    return bool(ids & context.accused) or (not ids and any(party.actor.name in context.accused for party in deniers))


def _denied(sentence: Sentence, token: Token, found: Sequence[Finding]) -> Denied | None:
    groups = sentence.groups(token.i)
    if not token.tag_.startswith("VB") or token.dep_ == "amod":
        return None
    if (
        "threaten" in groups
        and not any(c.dep_ == "nsubjpass" for c in token.children)
        and negated(token)
        and tense(token) == "past"
        and sentence.words[token.i].startswith(("threat", "warn"))
    ):
        return Denied(token.i, token.i, token.right_edge.i, threat=True)
    if (
        "deny_strong" in groups
        and not negated(token)
        and not any(one.at == token.i for one in found)
        and not any(child.lower_ == "to" for child in children(token, "aux"))
        and not any(child.dep_ in ("nsubjpass", "auxpass") for child in token.children)
    ):
        return _strong(sentence, token)
    if sentence.words[token.i] in HAVING and any("charge" in sentence.groups(t.i) for t in token.subtree):
        return _false(sentence, token)
    if groups & SAYING:
        return _false(sentence, token) or _negative(sentence, token, found)
    return None


def _strong(sentence: Sentence, token: Token) -> Denied | None:
    objects = [child for child in token.children if child.dep_ in OBJECTS]
    heads = [child for child in objects if child.dep_ == "dobj"]
    if not objects or any(
        sentence.groups(child.i) & {"ask_noun", "measure"} and not sentence.groups(child.i) & {"charge"} for child in heads
    ):
        return None
    first, last = objects[0].left_edge.i, max(child.right_edge.i for child in objects)
    return Denied(token.i, first, last, _threat_inside(sentence, first, last))


def _threat_inside(sentence: Sentence, first: int, last: int) -> bool:
    return any(
        first <= hit.head <= last
        and (hit.group == "threat_noun" or hit.phrase in ("threaten", "vow", "warn"))
        and hit.phrase not in ("promise", "pledge")
        for hit in sentence.hits
    )


def _false(sentence: Sentence, token: Token) -> Denied | None:
    word = next((hit for hit in sentence.hits_of("false")), None)
    if word is None or word.head not in {t.i for t in token.subtree}:
        return None
    first, last = token.left_edge.i, token.right_edge.i
    return Denied(
        token.i,
        first,
        last,
        _threat_inside(sentence, first, last)
        and any("charge" in sentence.groups(t.i) or t.lower_ in ("letter", "post", "talk") for t in token.subtree),
    )


def _negative(sentence: Sentence, token: Token, found: Sequence[Finding]) -> Denied | None:
    """ "said that it had never ...": a negated statement of fact that no act of sanctions stands in."""
    fronted = [token.head] if token.dep_ == "conj" and token.i > token.head.i and sentence.words[token.i - 1] == "," else []
    for clause in (*children(token, "ccomp", "parataxis"), *fronted):
        first, last = clause.left_edge.i, clause.right_edge.i
        last = token.left_edge.i - 1 if clause in fronted else last
        last = min([last, *(child.left_edge.i - 1 for child in children(clause, "conj"))])
        if any(first <= one.at <= last and one.kind not in ("mention", "imposed") and one.rule != NEGATED for one in found):
            continue
        if _undecided(sentence, clause):
            continue
        lead = {sentence.words[i] for i in range(first, min(clause.i + 2, last + 1))}
        if any(first <= one.at <= last and one.kind == "mention" and _gerund(sentence, one) for one in found):
            continue
        lead |= {sentence.words[i] for i in range(first, min(clause.i + 7, last + 1))} - {"not", "n't"}
        if lead & OPEN:
            continue
        if sentence.words[token.i].startswith(("maintain", "insist", "swear", "swore", "assert")):
            lead |= {"not"} if lead & {"only", "merely", "just"} else set()
        if (
            (lead & NEGATIVE or negated(clause))
            and tense(clause) in ("past", "present", "ongoing", "base")
            and not sentence.has("asking")
        ):
            return Denied(token.i, first, last, threat=False)
    return None


def _gerund(sentence: Sentence, finding: Finding) -> bool:
    """ "is not in the business of freezing funds": what is denied is an act."""
    return bool(sentence.doc[finding.at].tag_ == "VBG")


OPEN = frozenset(["date", "decision", "comment", "detail", "details", "answer", "reason", "timetable", "word", "talks", "step"])


def _undecided(sentence: Sentence, clause: Token) -> bool:
    """ "no date was given", "nothing is off the table": a negated clause about the measures, not about conduct."""
    own = [child.lower_ for child in children(clause, "nsubj", "nsubjpass")]
    inside = range(clause.left_edge.i, clause.right_edge.i + 1)
    planned = bool(sentence.groups(clause.i) & {"plan", "weigh"})
    return planned or any(word in OPEN for word in own) or any(hit.start in inside for hit in sentence.hits_of("weighed"))


def _deniers(sentence: Sentence, verb: Token, context: Context) -> tuple[Ref, ...]:
    subject = next(children(verb, "nsubj", "nsubjpass"), None)
    if subject is None:
        subject = _after(sentence, verb)
    if subject is None and verb.dep_ in ("conj", "advcl", "xcomp"):
        subject = next(children(verb.head, "nsubj", "nsubjpass"), None)
    found = refs(sentence, None if subject is None else subject.i, context, role="speaks")
    said = [party for speaker in cast.speakers(sentence, context) for party in speaker.parties]
    return found or tuple(said[:1])


def _after(sentence: Sentence, verb: Token) -> Token | None:
    """ "..., insisted the ports authority": a subject after its verb, which the parse takes for an object."""
    if verb.i == 0 or sentence.words[verb.i - 1] not in (",", '"', "”", "''"):
        return None
    thing = next(children(verb, "dobj"), None)
    if thing is not None and thing.i > verb.i:
        return thing
    name = next((name for name in sentence.names if verb.i < name.first <= verb.i + 3), None)
    return None if name is None else sentence.doc[name.last]


def _threat_denial(
    sentence: Sentence, deniers: tuple[Ref, ...], inside: Sequence[Finding], beside: Sequence[Finding], context: Context
) -> Finding:
    about = next(iter(inside), None)
    senders, targets = _sides(sentence, deniers, about, context)
    return _denial("denial: threat", deniers, senders, targets, about or next(iter(beside), None), context)


def _sides(
    sentence: Sentence, deniers: tuple[Ref, ...], about: Finding | None, context: Context
) -> tuple[tuple[Actor, ...], tuple[Actor, ...]]:
    """Return who sends a threat that is denied, and whom it would hit: the deniers, where it is told whose it was."""
    ids, denying = {party.actor.id for party in deniers}, tuple(party.actor for party in deniers)
    threatener = _threatener(sentence, ids)
    if threatener is not None:
        return (cast.as_actor(threatener),), denying
    senders = about.senders if about is not None and about.senders else denying
    targets = tuple(actor for actor in about.targets if actor.id not in ids or actor.id is None) if about is not None else ()
    if not targets:
        name = cast.other_name(sentence, 0, ids)
        targets = (cast.as_actor(name),) if name is not None else tuple(actor for actor in context.targets if actor.id not in ids)
    return senders, targets


def _threatener(sentence: Sentence, deniers: set[str | None]) -> Name | None:
    """Return whose threat it is that somebody else denies: "rejected Norway's threat", "the ultimatum from Rabat"."""
    for name in sentence.names:
        first, last = sentence.spans[name.first][0], sentence.spans[name.last][1]
        if name.id not in deniers and (OWN_THREAT.match(sentence.text, last) or THREAT_BY.search(sentence.text[:first])):
            return name
    return None


def _conduct_denial(
    sentence: Sentence, deniers: tuple[Ref, ...], inside: Sequence[Finding], beside: Sequence[Finding], context: Context
) -> Finding:
    ids = {party.actor.id for party in deniers} - {None}
    about = next(
        (one for one in (*beside, *inside) if one.kind in ABOUT and {actor.id for actor in one.senders} - ids), None
    ) or next(iter((*beside, *inside)), None)
    senders = tuple(actor for actor in about.senders if actor.id not in ids) if about is not None else ()
    countered = tuple(
        actor
        for one in beside
        if one.kind == "threat"
        for actor in one.targets
        if actor.id is not None and {a.id for a in one.senders} & ids
    )
    senders = (
        senders
        or countered
        or tuple(actor for actor in context.senders if actor.id not in ids)
        or _owner_of_measure(sentence, ids, context)
    )
    named = tuple(actor for actor in (about.targets if about is not None else ()) if actor.id is None)
    return _denial("denial: conduct", deniers, senders, named or tuple(party.actor for party in deniers), about, context)


def _owner_of_measure(sentence: Sentence, ids: set[str | None], context: Context) -> tuple[Actor, ...]:
    """Whose measure it is that the sentence names, else the name that stands nearest to it."""
    nouns = [hit.head for hit in sentence.hits_of("measure", "measure_weak")]
    for noun in nouns:
        found = tuple(
            party.actor
            for party in cast.owner(sentence, sentence.doc[noun], context, ())
            if party.actor.id not in ids and party.actor.id
        )
        if found:
            return found
    free = [name for name in sentence.names if name.id not in ids]
    near = min(free, key=lambda name: abs(name.first - nouns[0]), default=None) if nouns else None
    return () if near is None else (cast.as_actor(near),)


def _denial(
    rule: str,
    deniers: tuple[Ref, ...],
    senders: tuple[Actor, ...],
    targets: tuple[Actor, ...],
    about: Finding | None,
    context: Context,
) -> Finding:
    measures = about.measures if about is not None else context.measures or ("unspecified",)
    return Finding(
        kind="denial",
        rule=rule,
        commitment=2,
        senders=senders,
        targets=targets,
        deniers=tuple(party.actor for party in deniers),
        measures=measures,
    )
