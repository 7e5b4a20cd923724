"""Acts in a sentence: where something is restricted, eased, kept, widened or dodged, before anybody says so.

Two ways lead to an act. A *measure noun* ("embargo") takes its act from the verb that governs it ("lifts the embargo"). A *direct verb*
("closes", "freezes", "stops selling") is an act when what it bites on is of a class that restrictions bite on (airspace, assets, goods).
Known to be wrong: idioms without either.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.signals.base import ActKind
from pipelines.signals.en.groups import THINGS, nouns, verb_forms, verbs
from pipelines.signals.en.layers import auxiliaries, negated
from pipelines.signals.en.sentence import NOUN_TAGS, SUBJECTS, Sentence, Token, children

OBJECT_PREPOSITIONS = frozenset("with under for on to about of at upon into past around round".split())
DIRECT = ("punish", "freeze", "ban", "close", "stop", "expel", "lose", "release", "cease", "flow_on")
CLAUSAL = frozenset({"ccomp", "advcl", "relcl", "parataxis", "csubj"})
# what may be done to each class of things by each group of verbs
BITES: dict[str, frozenset[str]] = {
    "freeze": frozenset({"assets", "aid", "finance", "agreement", "visas", "invest"}),
    "ban": frozenset(THINGS) - {"assets"},
    "close": frozenset({"transport", "diplo", "goods", "energy"}),
    "stop": frozenset(THINGS) - {"assets"},
    "expel": frozenset({"diplo"}),
    "lose": frozenset(THINGS),
    "cease": frozenset(THINGS),
    "flow_on": frozenset({"aid", "energy", "transport", "goods", "arms", "finance"}),
    "release": frozenset(THINGS),
}
TRADE_OUT = frozenset(
    form for verb in "sell supply export ship deliver send provide issue grant pump share".split() for form in verb_forms(verb)
)
TRADE_IN = frozenset(
    form for verb in "buy import purchase take accept receive admit clear land let allow".split() for form in verb_forms(verb)
)
TRADE_MORE = frozenset(
    form
    for verb in "lend insure fund finance invest trade deal cross dock enter pay fly sail pass travel move roll handle serve load reach get go".split()
    for form in verb_forms(verb)
)
TRADE = TRADE_OUT | TRADE_IN | TRADE_MORE


@dataclass(frozen=True, slots=True)
class Act:
    """One act.

    Attributes:
        kind: what is done.
        anchor: the token from which layers are counted: the act's own verb, or the noun where no verb of its own carries it.
        owned: the anchor is a verb that realises the act, so its tense counts.
        noun: the measure noun, if there is one.
        field: tokens in which the nouns stand that say what is restricted.
        heads: heads of the noun phrases that are hit, best first.
        verb_group: group of the direct verb, empty for a measure noun.
        flipped: a negation is part of the act ("will not sell").
    """

    kind: ActKind
    anchor: int
    owned: bool
    noun: int | None
    field: tuple[int, ...]
    heads: tuple[int, ...]
    verb_group: str = ""
    flipped: bool = False


def pronoun_acts(sentence: Sentence, *, known: bool) -> Iterator[Act]:
    """Acts upon "it" or "them" after a measure noun of this sentence, or of the article when `known`."""
    for token in sentence.doc:
        if token.lower_ not in ("it", "them", "they", "this", "these", "that", "rest", "those"):
            continue
        noun = next((hit.head for hit in sentence.hits_of("measure", "measure_weak") if hit.head < token.i and hit.phrase not in WEAKEST), None)
        groups = sentence.groups(token.head.i)
        if (noun is None and not known) or not token.head.tag_.startswith("VB"):
            continue
        table = OBJECT_ACTS if token.dep_ in ("dobj", "nsubjpass") else SUBJECT_ACTS if token.dep_ == "nsubj" and _intransitive(token.head) else ()
        kind = next((kind for group, kind in table if group in groups and group in ("ease", "extend", "keep", "lapse")), None)
        if kind is not None:
            yield Act(kind, token.head.i, True, noun, tuple(t.i for t in sentence.doc[noun].subtree) if noun is not None else (), tuple(_hit_heads(sentence.doc[noun])) if noun is not None else (), "pronoun")


def acts(sentence: Sentence, *, known: bool = False) -> list[Act]:
    """Return the acts of a sentence in order; a measure noun governed by a direct verb is told once."""
    found = [*_direct_acts(sentence), *_noun_acts(sentence), *pronoun_acts(sentence, known=known)]
    by_anchor: dict[int, Act] = {}
    for act in found:
        known = by_anchor.get(act.anchor)
        if known is None or (act.noun is not None and act.owned and known.noun is None):
            by_anchor[act.anchor] = act
    return sorted(by_anchor.values(), key=lambda act: act.anchor)


# ---------------------------------------------------------------- measure nouns


def _noun_acts(sentence: Sentence) -> Iterator[Act]:
    heads: dict[int, str] = {}
    for hit in sentence.hits_of("measure", "measure_weak"):
        heads[hit.head] = "measure" if hit.group == "measure" else heads.get(hit.head, hit.group)
    for head, strength in sorted(heads.items()):
        token = sentence.doc[head]
        if _is_nominal(sentence, token) and not _inside_measure(sentence, token):
            act = _noun_act(sentence, token)
            if strength == "measure" or _supported(sentence, token, act):
                yield act


def _is_nominal(sentence: Sentence, token: Token) -> bool:
    if token.lower_ in GERUNDS:
        return token.dep_ in ("dobj", "pobj", "nsubj", "nsubjpass", "ROOT") and any(child.lower_ == "of" for child in children(token, "prep"))
    if token.tag_ in NOUN_TAGS:
        return token.dep_ not in ("aux",)
    return (
        token.lower_ in nouns("measure")
        and token.tag_ in ("JJ", "VBZ", "VB", "VBP")
        and token.dep_ in ("dobj", "pobj", "compound", "nsubj", "ROOT")
    )


def _inside_measure(sentence: Sentence, token: Token) -> bool:
    return token.dep_ in ("compound", "amod", "nmod") and bool(sentence.groups(token.head.i) & {"measure", "measure_weak"})


def _supported(sentence: Sentence, token: Token, act: Act) -> bool:
    """A weak noun is a measure when somebody's name or a thing stands in its phrase and a verb of acts or speech governs it."""
    inside = {t.i for t in token.subtree}
    if any(child.lower_ in PUNITIVE for child in token.lefts):
        return True
    named = any(name.first in inside for name in sentence.names)
    thing = any(hit.head in inside and hit.head != token.i for hit in sentence.hits if hit.group in THINGS)
    if token.lower_ in WEAKEST:
        return act.owned and (named or thing) and token.dep_ != "pobj"
    return named or (thing and bool(sentence.names)) or act.owned and bool(sentence.names)


GERUNDS = frozenset("closing freezing halting blocking sealing stopping banning barring shutting expelling".split())
PUNITIVE = frozenset("punitive restrictive retaliatory coercive economic financial financial diplomatic further new tough tougher harsh painful additional".split())
WEAKEST = frozenset(
    """list lists listing act acts steps step response answer deadline door pressure package consequence consequences cap caps halt stop stops limit limits duty duties recall regulation
decree decrees sweep withdrawal regulations squeeze isolation suspension barrier hurdle barriers""".split()
)


def _noun_act(sentence: Sentence, token: Token) -> Act:
    kind, anchor, owned = _governed(sentence, token)
    field = tuple(sorted({t.i for t in token.subtree if not _in_clause(t, token)} | _compound_field(token)))
    return Act(kind, anchor, owned, token.i, field, tuple(_hit_heads(token)))


def _compound_field(token: Token) -> set[int]:
    if token.dep_ in ("compound", "amod", "nmod") and token.head.tag_ in NOUN_TAGS:
        return {t.i for t in token.head.subtree}
    return set()


def _in_clause(token: Token, top: Token) -> bool:
    while token.i != top.i and token.head.i != token.i:
        if token.dep_ in ("advcl", "ccomp", "relcl"):
            return True
        token = token.head
    return False


def _hit_heads(noun: Token) -> Iterator[int]:
    """Heads of the phrases after "on", "against", "for", "to", "from" under a measure noun or the verb that governs it."""
    for owner in (noun, noun.head):
        for prep in children(owner, "prep", "agent", "dative"):
            of_list = prep.lower_ == "of" and owner.i == noun.i and noun.lower_.startswith(("list", "black", "expulsion", "recall", "designation", "sanctioning", "freez"))
            if prep.lower_ in ("on", "against", "for", "over", "to", "from", "upon", "towards", "toward", "at") or of_list:
                yield from (child.i for child in children(prep, "pobj"))
    for child in children(noun.head, "dobj", "nsubjpass", "dative"):
        if child.i != noun.i:
            yield child.i


def _governed(sentence: Sentence, noun: Token) -> tuple[ActKind, int, bool]:
    """Return (act, anchor, owned) for a measure noun."""
    current = noun
    for _ in range(12):
        head = current.head
        if head.i == current.i:
            return "restrict", noun.i, False
        if current.dep_ == "conj":
            current = head
            continue
        if head.tag_.startswith(("VB", "MD")) or _verbish(sentence, head):
            return _by_verb(sentence, noun, current, head)
        if head.dep_ == "prep" or current.dep_ == "prep" or head.tag_ in NOUN_TAGS or head.tag_ == "IN":
            current = head
            if current.tag_ in NOUN_TAGS and current.i != noun.i:
                return "restrict", noun.i, False
            continue
        return "restrict", noun.i, False
    return "restrict", noun.i, False


def _verbish(sentence: Sentence, token: Token) -> bool:
    return token.tag_ in ("VBN", "VBD", "JJ") and bool(sentence.groups(token.i) & {"impose", "ease", "extend", "keep", "dodge"})


def _by_verb(sentence: Sentence, noun: Token, current: Token, verb: Token) -> tuple[ActKind, int, bool]:
    groups = sentence.groups(verb.i)
    if current.dep_ in ("nsubj", "csubj"):
        return _as_subject(verb, groups, noun)
    if current.dep_ == "prep" and current.lower_ not in OBJECT_PREPOSITIONS and not (current.lower_ == "by" and groups & {"begin"}):
        return "none", noun.i, False
    if current.dep_ == "agent":
        return (
            ("restrict", verb.i, True)
            if verb.lower_ in ("hit", "targeted", "struck", "covered", "affected", "named")
            else ("none", noun.i, False)
        )
    return _as_object(verb, groups, noun)


OBJECT_ACTS: tuple[tuple[str, ActKind], ...] = (
    ("dodge", "dodge"),
    ("lapse", "ease"),
    ("ease", "ease"),
    ("extend", "extend"),
    ("keep", "keep"),
    ("impose", "restrict"),
    ("punish", "restrict"),
)
SUBJECT_ACTS: tuple[tuple[str, ActKind], ...] = (("lapse", "ease"), ("keep", "keep"), ("extend", "extend"), ("begin", "restrict"))
OPERATORS = frozenset("weigh ask threaten refuse retract deny_strong plan file".split())


def _as_object(verb: Token, groups: frozenset[str], noun: Token) -> tuple[ActKind, int, bool]:
    if verb.lower_ in ("be", "is", "are", "was", "were", "'s"):
        return "restrict", noun.i, False
    for group, kind in OBJECT_ACTS:
        if group in groups and not (group in ("impose", "keep", "extend") and groups & {"weigh", "ask"}):
            return kind, verb.i, True
    return ("restrict", noun.i, False) if groups & OPERATORS else ("none", noun.i, False)


def _as_subject(verb: Token, groups: frozenset[str], noun: Token) -> tuple[ActKind, int, bool]:
    for group, kind in SUBJECT_ACTS:
        if group in groups:
            return kind, verb.i, True
    return "none" if verb.lower_ not in ("be", "is", "are", "was", "were") else "restrict", noun.i, False


# ---------------------------------------------------------------- direct verbs


def _direct_acts(sentence: Sentence) -> Iterator[Act]:
    tokens = sorted({hit.head for hit in sentence.hits_of(*DIRECT)} | {i for i, word in enumerate(sentence.words) if word in TRADE})
    for index in tokens:
        token = sentence.doc[index]
        if _is_verbal(sentence, token):
            act = _direct_act(sentence, token)
            if act is not None:
                yield act


def _is_verbal(sentence: Sentence, token: Token) -> bool:
    if token.tag_.startswith("VB"):
        return token.dep_ not in ("amod", "compound") or token.tag_ == "VBG"
    return (
        token.tag_ in ("NN", "NNS", "NNP", "JJ")
        and token.i > 0
        and sentence.name_at(token.i - 1) is not None
        and token.dep_ == "ROOT"
    )


def reach(verb: Token) -> list[int]:
    """Tokens of a verb's objects, preposition phrases, gerunds and passive subject; not of its active subject or finite clauses."""
    found: list[int] = []
    for child in verb.children:
        if child.dep_ == "nsubj" and not _intransitive(verb) or child.dep_ in ("punct", "mark", "aux", "neg"):
            continue
        if child.dep_ in CLAUSAL and not _small_clause(child) or child.dep_ == "conj" and child.tag_.startswith("VB"):
            continue
        found.extend(t.i for t in child.subtree if not _in_finite(t, verb))
    return sorted(found)


def _small_clause(verb: Token) -> bool:
    """ "let fuel ships dock", "see aid cut": a clause without tense of its own."""
    return verb.dep_ == "ccomp" and verb.tag_ in ("VB", "VBN", "VBG") and not any(child.dep_ in ("aux", "mark", "auxpass") for child in verb.children)


def _in_finite(token: Token, top: Token) -> bool:
    while token.i != top.i and token.head.i != token.i:
        if token.dep_ in ("advcl", "relcl") and token.dep_ != "acl":
            return True
        token = token.head
    return False


def _intransitive(verb: Token) -> bool:
    return not any(child.dep_ in ("dobj", "nsubjpass", "xcomp", "ccomp") for child in verb.children)


def _direct_act(sentence: Sentence, verb: Token) -> Act | None:
    groups = sentence.groups(verb.i)
    field = reach(verb)
    classes = {hit.group for hit in sentence.hits if hit.group in THINGS and hit.head in set(field)}
    heads = tuple(_patients(verb))
    trades = [t for t in field if sentence.words[t] in TRADE and t != verb.i]
    if groups & {"weigh", "ask", "threaten", "report"} and not classes:
        return None
    for group in DIRECT:
        if group in ("cease", "flow_on") and not _intransitive(verb):
            continue
        if group in groups and _bites(sentence, verb, group, classes, field, heads, trades):
            kind: ActKind = "ease" if group == "release" else "restrict"
            return Act(kind, verb.i, True, None, (*field, verb.i), heads, group)
    if sentence.words[verb.i] in TRADE and negated(verb) and (classes or _foreign(sentence, field)):
        return Act("restrict", verb.i, True, None, (*field, verb.i), heads, "trade", flipped=True)
    return None


def _foreign(sentence: Sentence, field: list[int]) -> bool:
    return any(name.first in set(field) for name in sentence.names)


def _bites(
    sentence: Sentence, verb: Token, group: str, classes: set[str], field: list[int], heads: tuple[int, ...], trades: list[int]
) -> bool:
    if not sentence.names and group != "freeze":
        return bool(classes & BITES.get(group, frozenset()))
    if group == "punish":
        return _punishable(sentence, verb, heads, field)
    if group in ("ban", "stop") and trades:
        return True
    if group == "ban" and _foreign(sentence, field) and any(sentence.groups(head) & {"person", "firm", "vessel"} for head in heads):
        return True
    if group == "expel" and _foreign(sentence, field) and any(sentence.groups(head) & {"diplo"} for head in heads):
        return True
    if group in ("expel",):
        return any("diplo" in sentence.groups(head) for head in heads)
    return bool(classes & BITES.get(group, frozenset()))


STRONG_PUNISH = frozenset(
    form for verb in "sanction blacklist penalise penalize punish designate embargo".split() for form in verb_forms(verb)
)


def _punishable(sentence: Sentence, verb: Token, heads: tuple[int, ...], field: list[int]) -> bool:
    if sentence.words[verb.i] in STRONG_PUNISH:
        return True
    return _foreign(sentence, field) or any(sentence.groups(head) & {"person", "firm", "vessel"} for head in heads)


def _patients(verb: Token) -> Iterator[int]:
    passive = any(child.dep_ in ("nsubjpass", "auxpass") for child in verb.children)
    for child in verb.children:
        if child.dep_ in ("dobj", "nsubjpass", "dative", "oprd", "attr") or (
            child.dep_ == "nsubj" and not passive and _intransitive(verb)
        ):
            yield from _with_owner(child)
    if verb.dep_ in ("acl",):
        yield from _with_owner(verb.head)
    for prep in children(verb, "prep", "dative", "agent"):
        if prep.lower_ != "by":
            yield from (child.i for child in children(prep, "pobj"))
    for inner in children(verb, "xcomp", "pcomp", "advcl"):
        yield from _patients(inner)
    for prep in children(verb, "prep"):
        for inner in children(prep, "pcomp"):
            yield from _patients(inner)


def _with_owner(token: Token) -> Iterator[int]:
    yield token.i


def unused_auxiliaries(verb: Token) -> list[str]:
    """Return the auxiliaries of a verb."""
    return auxiliaries(verb)


_ = (SUBJECTS, verbs)
