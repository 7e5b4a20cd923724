"""What a verb or measure noun bites on: the heads of its objects, and the tokens in which the things stand."""

from collections.abc import Iterator

from pipelines.signals.en.act_words import CLAUSAL, COPULAS, GERUNDS, HITTING, LISTS, QUANTIFIERS
from pipelines.signals.en.groups import nouns
from pipelines.signals.en.sentence import NOUN_TAGS, Token, children


def is_nominal(token: Token) -> bool:
    if token.lower_ in GERUNDS:
        return token.dep_ in ("dobj", "pobj", "nsubj", "nsubjpass", "ROOT") and any(
            child.lower_ == "of" for child in children(token, "prep")
        )
    if token.tag_ in NOUN_TAGS:
        return token.dep_ not in ("aux",)
    return (
        token.lower_ in nouns("measure")
        and token.tag_ in ("JJ", "VBZ", "VB", "VBP")
        and token.dep_ in ("dobj", "pobj", "compound", "nsubj", "ROOT")
    )


def in_clause(token: Token, top: Token) -> bool:
    while token.i != top.i and token.head.i != token.i:
        if token.dep_ in ("advcl", "ccomp", "relcl"):
            return True
        token = token.head
    return False


def hit_heads(noun: Token) -> Iterator[int]:
    """Heads of the phrases after "on", "against", "for", "to", "from" under a measure noun or the verb that governs it."""
    for owner in (noun, noun.head):
        for prep in children(owner, "prep", "agent", "dative"):
            of_list = prep.lower_ == "of" and owner.i == noun.i and noun.lower_.startswith(LISTS)
            if prep.lower_ in HITTING or of_list:
                yield from (child.i for child in children(prep, "pobj"))
                yield from (head for inner in children(prep, "pcomp") for head in patients(inner))
    for clause in children(noun, "acl"):
        if clause.lower_ in ("targeting", "hitting", "against", "covering", "naming"):
            yield from (child.i for child in children(clause, "dobj"))
    for child in children(noun.head, "dobj", "nsubjpass", "dative"):
        if child.i != noun.i:
            yield child.i


def reach(verb: Token) -> list[int]:
    """Tokens of a verb's objects, preposition phrases, gerunds and passive subject; not of its active subject or finite clauses."""
    found: list[int] = []
    if passive_infinitive(verb):
        found = [t.i for child in children(verb.head, "nsubj") for t in child.subtree if not in_finite(t, child)]
    for child in verb.children:
        if (child.dep_ == "nsubj" and not intransitive(verb)) or child.dep_ in ("punct", "mark", "aux", "neg"):
            continue
        if (child.dep_ in CLAUSAL and not small_clause(child)) or (child.dep_ == "conj" and child.tag_.startswith("VB")):
            continue
        found.extend(t.i for t in child.subtree if not in_finite(t, verb))
    return sorted(found)


def passive_infinitive(verb: Token) -> bool:
    """ "are to be revoked": the subject of "are" is what it is done to."""
    return verb.dep_ == "xcomp" and verb.head.lower_ in COPULAS and any(child.dep_ == "auxpass" for child in verb.children)


def small_clause(verb: Token) -> bool:
    """ "let fuel ships dock", "see aid cut": a clause without tense of its own."""
    return (
        verb.dep_ == "ccomp"
        and verb.tag_ in ("VB", "VBN", "VBG", "VBD", "VBP")
        and not any(child.dep_ in ("aux", "mark", "auxpass") for child in verb.children)
    )


def in_finite(token: Token, top: Token) -> bool:
    while token.i != top.i and token.head.i != token.i:
        if token.dep_ in ("advcl", "relcl"):
            return True
        token = token.head
    return False


def intransitive(verb: Token) -> bool:
    if verb.lower_ in COPULAS:
        return not any(True for _ in children(verb, "nsubjpass"))
    return not any(
        child.dep_ in ("dobj", "nsubjpass", "xcomp") or (child.dep_ == "ccomp" and not child.left_edge.lower_.startswith("what"))
        for child in verb.children
    )


def counted(token: Token) -> int:
    """ "every one of their commanders": the commanders."""
    if token.lower_ in QUANTIFIERS:
        for prep in children(token, "prep"):
            if prep.lower_ == "of":
                return next((int(child.i) for child in children(prep, "pobj")), int(token.i))
    return int(token.i)


def _is_patient(child: Token, verb: Token, *, passive: bool) -> bool:
    if child.dep_ in ("dobj", "nsubjpass", "dative", "oprd", "attr"):
        return True
    small = small_clause(verb) and verb.tag_ in ("VBN", "VBD")
    return child.dep_ == "nsubj" and (small or (not passive and intransitive(verb)))


def patients(verb: Token) -> Iterator[int]:
    """Heads of what a verb is done to: objects, passive subjects, subjects of "close" and "lapse", phrases after prepositions."""
    passive = any(child.dep_ in ("nsubjpass", "auxpass") for child in verb.children)
    if passive_infinitive(verb):
        yield from (counted(child) for child in children(verb.head, "nsubj"))
    for child in verb.children:
        if child.lower_ not in ("which", "that", "who") and _is_patient(child, verb, passive=passive):
            yield counted(child)
    if verb.dep_ == "acl" and verb.tag_ == "VBN":
        yield verb.head.i
    for prep in children(verb, "prep", "dative", "agent"):
        if prep.lower_ == "in" and verb.lower_.startswith("invest"):
            yield from (child.i for child in children(prep, "pobj"))
        if prep.lower_ not in ("by", "in", "after", "before", "since", "during", "over", "as", "at", "until", "within"):
            yield from (child.i for child in children(prep, "pobj"))
        yield from (head for inner in children(prep, "pcomp") for head in patients(inner))
    for inner in children(verb, "xcomp", "ccomp"):
        if inner.dep_ == "xcomp" or small_clause(inner):
            yield from patients(inner)
