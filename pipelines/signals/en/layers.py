"""From a token up to the root of its sentence: the layers that govern an act, with tense, negation and subject of each."""

from collections.abc import Iterator

from pipelines.signals.base import Layer
from pipelines.signals.en.sentence import NOUN_TAGS, SUBJECTS, Sentence, Token, children

FUTURE = frozenset({"will", "shall", "'ll", "wo", "sha", "’ll", "wont"})
MAY = frozenset({"may", "might", "could", "can", "ca"})
CONDITION_MARKS = frozenset(["if", "unless", "should", "were", "once", "until", "till", "provided", "providing", "lest"])
# how a gerund after a preposition hangs on what stands above: "by barring" is the way it is done, "after imposing" is the time
PREPOSITIONS = {
    "by": "means",
    "after": "adverbial",
    "before": "adverbial",
    "since": "adverbial",
    "despite": "adverbial",
    "without": "adverbial",
}
GOVERNORS = frozenset(
    [
        "ask",
        "ask_noun",
        "threaten",
        "plan",
        "weigh",
        "refuse",
        "impose",
        "file",
        "ready",
        "expect",
        "threat_noun",
        "plan_noun",
        "extend",
        "deny_strong",
    ]
)
VERBAL = frozenset(["ask", "weigh", "impose", "extend", "keep", "ease", "threaten", "light", "report", "begin"])
CLAUSES = frozenset({"ccomp", "xcomp", "parataxis", "csubj", "pcomp", "acl", "dep", "csubjpass"})
FINITE = frozenset({"VBD", "VBZ", "VBP"})
NEGATORS = frozenset(
    ["not", "n't", "never", "no", "nor", "neither", "nobody", "none", "nothing", "without", "hardly", "cannot", "nt"]
)


def layers(sentence: Sentence, token: Token) -> Iterator[Layer]:
    """Yield the layers of a token from the inside out, the token itself first."""
    relation, current, seen = "self", token, {token.i}
    yield layer(sentence, current, relation)
    inherited = ""
    while current.head.i != current.i and current.head.i not in seen:
        relation = inherited or relation_of(current)
        if relation == "conj" and (partner := coordinated(current)).i != current.head.i:
            current = partner
            seen.add(current.i)
            continue
        if relation == "adverbial" and (_infinitive(current) or _adjacent(current)) and sentence.groups(current.head.i) & GOVERNORS:
            relation = "clause"
        if current.dep_ == "pcomp":
            relation = PREPOSITIONS.get(current.head.lower_, relation)
        current = current.head
        seen.add(current.i)
        inherited = relation if current.dep_ == "prep" and relation in ("clause", "means", "adverbial") else ""
        if relation == "conj" or current.dep_ in ("prep", "agent"):
            continue
        yield layer(sentence, current, relation)


def _adjacent(verb: Token) -> bool:
    """ "ruled out using": a gerund right after the verb that governs it."""
    return bool(verb.tag_ == "VBG" and 0 < verb.i - verb.head.i <= 3 and verb.doc[verb.i - 1].text != ",")


def _infinitive(verb: Token) -> bool:
    return any(child.lower_ == "to" for child in children(verb, "aux"))


def coordinated(verb: Token) -> Token:
    """What a conjunct is coordinated with; a finite verb hung on a gerund belongs to the finite verb above it."""
    loose = verb.tag_ in FINITE or (verb.tag_ == "VB" and verb.head.tag_ == "VBG" and not auxiliaries_of(verb))
    if not loose or verb.head.tag_ in (*FINITE, "VB", "VBN", "MD"):
        return verb.head
    return next((above for above in verb.ancestors if above.tag_ in FINITE), verb.head)


def auxiliaries_of(verb: Token) -> list[Token]:
    """Return the auxiliaries that stand by a verb itself."""
    return list(children(verb, "aux", "auxpass"))


def relation_of(token: Token) -> str:
    """Return how a token hangs on its head."""
    dep = token.dep_
    if dep == "conj":
        return "conj"
    if dep == "advcl":
        return "condition" if is_condition(token) else "adverbial"
    if dep == "relcl":
        return "relative"
    if dep in CLAUSES:
        return "clause"
    if dep in SUBJECTS:
        return "subject"
    return "noun" if token.head.tag_ in NOUN_TAGS else "object"


def is_condition(verb: Token) -> bool:
    """Tell whether a clause is a condition, by its first words."""
    if verb.head.lower_.startswith(("ask", "wonder", "know", "press", "quer")):
        return False
    marks = {child.lower_ for child in children(verb, "mark", "advmod")}
    first = next(iter(verb.subtree), verb)
    inverted = first.lower_ in ("should", "were", "had") and first.i < verb.i
    return bool(marks & CONDITION_MARKS) or inverted or first.lower_ in CONDITION_MARKS


def layer(sentence: Sentence, token: Token, relation: str) -> Layer:
    """Return what one token says as a layer."""
    owner = subject(token)
    kinds = frozenset() if owner is None else sentence.groups(owner)
    groups = sentence.groups(token.i) - VERBAL if token.tag_ in NOUN_TAGS else sentence.groups(token.i)
    return Layer(token.i, groups, tense(token), negated(token), owner, relation, is_passive(token), kinds)


def auxiliaries(verb: Token) -> list[str]:
    """Return the lower-cased auxiliaries of a verb, those of the first conjunct if it has none ("will freeze and seize")."""
    own = [child.lower_ for child in children(verb, "aux", "auxpass")]
    if not own and verb.dep_ == "conj" and verb.head.tag_.startswith(("VB", "MD")) and verb.head.tag_ == verb.tag_:
        return auxiliaries(verb.head)
    return own


def tense(token: Token) -> str:
    """Return past, present, future, would, may, should or base."""
    aux = auxiliaries(token)
    if any(word in FUTURE for word in aux):
        return "future"
    if "would" in aux or "'d" in aux:
        return "would"
    if any(word in MAY for word in aux):
        return "may"
    if "should" in aux or "must" in aux or "ought" in aux:
        return "should"
    if aux in (["be"], ["been"], ["being"]) or _causative(token) or _subjunctive(token):
        return "base"
    if "to" in aux:
        return "future" if _going_to(token) else "base"
    return _plain_tense(token, aux)


DEMANDS = ("demand", "insist", "urg", "ask", "recommend", "propos", "request", "call", "press", "plead", "want")


def _subjunctive(verb: Token) -> bool:
    """ "demands that Brussels close": the bare form under a verb of demand."""
    bare = verb.tag_ in ("VB", "VBP") and not any(child.dep_ in ("aux", "auxpass") for child in verb.children)
    return (
        verb.dep_ == "ccomp"
        and bare
        and verb.head.lower_.startswith(DEMANDS)
        and any(child.lower_ == "that" for child in children(verb, "mark"))
    )


def _causative(verb: Token) -> bool:
    """ "let lorries cross": the clause under let, see, have and make has no tense of its own."""
    own = list(children(verb, "aux", "auxpass", "mark"))
    return (
        verb.dep_ == "ccomp"
        and not own
        and verb.head.lower_ in ("let", "lets", "letting", "see", "have", "make", "made", "help", "seeing")
    )


def _going_to(token: Token) -> bool:
    """ "is going to ban", "is to ban": a future with other words."""
    head = token.head
    return token.dep_ == "xcomp" and (
        head.lower_ in ("going", "gon", "go", "goes")
        or (
            head.lower_ in ("is", "are", "was", "were", "'s", "'re")
            and not any(child.dep_ in ("acomp", "attr") for child in head.children)
        )
    )


def _plain_tense(token: Token, aux: list[str]) -> str:
    if any(word in ("has", "have", "had", "was", "were", "'ve", "did", "been") for word in aux):
        return "past"
    if any(word in ("is", "are", "am", "'s", "'re", "does", "do", "be", "being", "get", "gets") for word in aux):
        return "ongoing" if token.tag_ == "VBG" else "present"
    if token.tag_ == "VB" and token.dep_ in ("ROOT", "ccomp") and any(child.dep_ == "nsubj" for child in token.children):
        return "present"
    return {"VBD": "past", "VBN": "past", "VBZ": "present", "VBP": "present"}.get(token.tag_, "base")


def negated(token: Token) -> bool:
    """Tell whether a verb or noun is negated by a word of its own; "not only" and its like do not negate."""
    if token.head.lower_ in ("going", "go", "goes") and token.dep_ == "xcomp" and negated(token.head):
        return True
    if _never(token) or (token.dep_ == "acomp" and any(child.dep_ == "neg" for child in token.head.children)):
        return True
    for child in token.children:
        if _negates(child) and not not_only(child):
            return True
    subjects = [child for child in token.children if child.dep_ in SUBJECTS]
    if token.dep_ == "xcomp" and token.head.lower_ in ("is", "are", "was", "were"):
        subjects += [child for child in token.head.children if child.dep_ in SUBJECTS]
    return any(_none(child) for child in subjects)


def _negates(child: Token) -> bool:
    return child.dep_ == "neg" or (
        child.lower_ in NEGATORS and child.dep_ in ("det", "advmod", "preconj", "cc", "neg", "nsubj", "nsubjpass", "dobj")
    )


def _none(noun: Token) -> bool:
    """ "no plum", "not one crate", "no more bananas", "nothing", "neither Oslo nor Bern"."""
    before = noun.doc[noun.left_edge.i : noun.i + 1][:3]
    if before and before[0].lower_ in ("neither", "not") and _but(before[0]):
        return False
    return any(
        token.lower_ in ("no", "none", "neither", "nobody", "nothing", "nor") or (token.lower_ == "not" and not not_only(token))
        for token in before
    )


def _but(negator: Token) -> bool:
    """ "not the sons alone but their tutor", "neither a ban nor a freeze alone, but the pair of them"."""
    after = [token.lower_ for token in negator.doc[negator.i + 1 : negator.i + 18]]
    return "alone" in after and "but" in after[after.index("alone") :]


def _never(verb: Token) -> bool:
    """ "at no time", "never again", "no longer", "under no circumstances" among the modifiers of a verb."""
    for child in children(verb, "advmod", "prep", "npadvmod"):
        words = {token.lower_ for token in child.subtree}
        if words & {"never"} or ("no" in words and words & {"time", "longer", "circumstances", "way", "account", "more"}):
            return True
    return False


def not_only(negator: Token) -> bool:
    """Tell whether "not" is part of "not only", "not just", "not merely", "not alone"."""
    after = negator.doc[negator.i + 1 : negator.i + 4]
    return any(token.lower_ in ("only", "just", "merely", "simply", "solely", "alone") for token in after)


def is_passive(verb: Token) -> bool:
    """Tell whether a verb is passive: "was lifted", "to be lifted", or a bare participle after a noun."""
    if any(child.dep_ in ("nsubjpass", "auxpass") for child in verb.children):
        return True
    return verb.tag_ == "VBN" and verb.dep_ in ("acl", "amod") and not any(child.dep_ == "aux" for child in verb.children)


def subject(token: Token) -> int | None:
    """Return the head of a verb's subject: its own, that of the verb that controls it, or the noun that it modifies."""
    own = next(children(token, *SUBJECTS), None)
    if own is not None:
        return _antecedent(token) if own.lower_ in ("which", "that", "who") and token.dep_ == "relcl" else int(own.i)
    if token.tag_ in NOUN_TAGS:
        return None
    if token.dep_ == "ROOT":
        return _led_by_place(token)
    if token.dep_ == "conj":
        partner = coordinated(token)
        return subject(partner) if partner.i != token.i else None
    if token.dep_ in ("xcomp", "advcl", "pcomp"):
        return _controller(token)
    return _antecedent(token) if token.dep_ == "acl" and token.head.i != token.i else None


def _led_by_place(verb: Token) -> int | None:
    """ "In Riga promised to close the border": machine translation leaves the subject in a phrase with "in"."""
    first = verb.doc[0]
    if first.lower_ != "in" or first.i > verb.i or verb.tag_ not in ("VBD", "VBZ", "VBN"):
        return None
    return next((int(child.i) for child in children(first, "pobj")), None)


def _antecedent(verb: Token) -> int | None:
    return int(verb.head.i)


def _controller(verb: Token) -> int | None:
    """The object of the governing verb if it has one ("urged Oslo to ban"), else its subject ("plans to ban")."""
    head = verb.head.head if verb.dep_ == "pcomp" else verb.head
    if head.tag_ in NOUN_TAGS or head.i == verb.i:
        return None
    if verb.dep_ in ("xcomp", "ccomp") or (verb.dep_ == "pcomp" and verb.head.lower_ in ("of", "from", "for")):
        thing = next(children(head, "dobj", "dative"), None)
        if thing is not None and thing.i < verb.i:
            return int(thing.i)
    return subject(head)
