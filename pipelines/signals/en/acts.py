"""Acts in a sentence: where something is restricted, eased, kept, widened or dodged, before anybody says so.

Two ways lead to an act. A *measure noun* ("embargo"; "waiver" for its opposite) takes its act from the verb that governs it ("lifts the
embargo"). A *direct verb* ("closes", "freezes", "stops selling", "will not buy") is an act when what it bites on is of a class that
restrictions bite on (airspace, assets, goods).
Known to be wrong: idioms without either.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.signals.base import ActKind
from pipelines.signals.en.groups import THINGS, nouns, verb_forms
from pipelines.signals.en.layers import negated
from pipelines.signals.en.sentence import NOUN_TAGS, Sentence, Token, children

OBJECT_PREPOSITIONS = frozenset("with under for on to about of at upon into past around round".split())
AWAY = frozenset("from off out".split())
DIRECT = (
    "review",
    "punish",
    "blockade_verb",
    "freeze",
    "ban",
    "close",
    "stop",
    "expel",
    "lose",
    "release",
    "flow_again",
    "cease",
    "flow_on",
)
CLAUSAL = frozenset({"ccomp", "advcl", "relcl", "parataxis", "csubj"})
PARTIES = frozenset({"person", "firm", "vessel", "sector"})
# what may be done to each class of things by each group of verbs
BITES: dict[str, frozenset[str]] = {
    "blockade_verb": frozenset({"transport", "region"}),
    "review": frozenset({"aid", "agreement", "visas", "arms", "diplo", "finance", "licence", "invest"}),
    "freeze": frozenset({"assets", "aid", "finance", "agreement", "visas", "invest", "goods", "transport"}),
    "ban": frozenset(THINGS) - {"assets"},
    "close": frozenset({"transport", "diplo", "goods", "energy"}),
    "stop": frozenset(THINGS) - {"assets"},
    "expel": frozenset({"diplo"}),
    "lose": frozenset(THINGS),
    "cease": frozenset(THINGS) - {"assets"},
    "flow_on": frozenset({"aid", "energy", "transport", "goods", "arms", "finance"}),
    "flow_again": frozenset(THINGS),
    "release": frozenset(THINGS),
}
EASING = frozenset({"release", "flow_again"})
DENIABLE = frozenset({"visas", "licence", "transport", "aid", "finance", "services", "agreement"})


def _forms(verbs: str) -> frozenset[str]:
    return frozenset(form for verb in verbs.split() for form in verb_forms(verb))


TRADE_OUT = _forms("sell supply export ship deliver send provide issue grant pump share")
TRADE_IN = _forms("buy import purchase take accept receive admit clear land let allow reach")
TRADE_MORE = _forms("lend insure fund finance invest trade deal cross dock enter pay fly sail roll handle serve load roll pass")
TRADE = TRADE_OUT | TRADE_IN | TRADE_MORE
STRONG_PUNISH = _forms("sanction blacklist penalise penalize punish designate embargo")
TRUSTED = frozenset("trusted preferred favoured favored privileged white".split())
KEEPERS = _forms("remain stay keep leave")
DENIERS = _forms("deny refuse reject")
SUSPENDERS = _forms("suspend readmit expel isolate oust exclude")
CLOSED = frozenset(
    "shut closed empty frozen locked banned barred blocked prohibited suspended sealed forbidden dry blacklisted listed unopened idle bolted".split()
)
# what a rule-maker puts its name to: "the ordinance names two tankers"
DECREES = frozenset(
    "ordinance decree order regulation decision list law act announcement edict directive resolution package notice rule rules measures".split()
)
NAMING = _forms("name cover hit target list include affect strike bar ban forbid")
# a weak measure noun that needs a verb of acts as well as a name
WEAKEST = frozenset(
    """list lists listing act acts steps step response answer deadline door pressure package consequence consequences cap caps halt stop stops limit limits duty duties recall regulation
    decree decrees decision decisions rule rules sweep withdrawal regulations squeeze isolation suspension barrier hurdle barriers cut cuts loss denial refusal closing freezing halting blocking sealing stopping barring shutting expelling banning""".split()
)
PLURALS = frozenset("penalties curbs restrictions punishments prohibitions tariffs reprisals".split())
PUNITIVE = frozenset(
    "punitive restrictive retaliatory coercive economic financial diplomatic tough tougher harsh painful serious severe strict heavy strong sweeping unprecedented massive crippling hard hardest harder harsher".split()
)
GERUNDS = frozenset("closing freezing halting blocking sealing stopping banning barring shutting expelling".split())
RELIEF = frozenset(
    "waiver waivers exemption exemptions carve-out carve-outs reprieve relief derogation derogations delisting lifting easing removal".split()
)
LICENCES = frozenset("licence license licences licenses".split())
OBJECT_ACTS: tuple[tuple[str, ActKind], ...] = (
    ("dodge", "dodge"),
    ("lapse", "ease"),
    ("ease", "ease"),
    ("extend", "extend"),
    ("keep", "keep"),
    ("impose", "restrict"),
    ("punish", "restrict"),
    ("light", "restrict"),
)
SUBJECT_ACTS: tuple[tuple[str, ActKind], ...] = (("lapse", "ease"), ("keep", "keep"), ("extend", "extend"), ("begin", "restrict"))
OPERATORS = frozenset("weigh ask threaten refuse retract deny_strong plan file".split())
ANSWERS = frozenset("answer response reply reaction retaliation riposte".split())
ANSWERING = _forms("answer match repay retaliate respond return reciprocate")
COPULAS = frozenset("be is are was were been 's being".split())
SUFFERED = _forms("face suffer risk incur undergo")


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
        closed: the word for the closed state that a verb of keeping keeps.
    """

    kind: ActKind
    anchor: int
    owned: bool
    noun: int | None
    field: tuple[int, ...]
    heads: tuple[int, ...]
    verb_group: str = ""
    flipped: bool = False
    closed: int = -1


def acts(sentence: Sentence, *, known: str = "") -> list[Act]:
    """Return the acts of a sentence in order; a measure noun governed by a direct verb is told once.

    Args:
        sentence: the parsed sentence.
        known: `restrict` or `ease` when the article has told such an act before, so that "it", "the same" and "the request" may mean it.
    """
    by_anchor: dict[int, Act] = {}
    again = _told_again(sentence, known) if known else ()
    kept = {act.closed for act in _kept_acts(sentence)}
    direct = (act for act in _direct_acts(sentence) if act.anchor not in kept)
    for act in (
        *direct,
        *_kept_acts(sentence),
        *_noun_acts(sentence, known=bool(known)),
        *_pronoun_acts(sentence, known=bool(known)),
        *again,
    ):
        other = by_anchor.get(act.anchor)
        if other is None or other.verb_group == "pronoun" or (act.noun is not None and act.owned and other.noun is None):
            by_anchor[act.anchor] = act
    return sorted(by_anchor.values(), key=lambda act: act.anchor)


# ---------------------------------------------------------------- measure nouns


def _noun_acts(sentence: Sentence, *, known: bool) -> Iterator[Act]:
    heads: dict[int, str] = {}
    for hit in sentence.hits_of("measure", "measure_weak"):
        heads[hit.head] = "measure" if hit.group == "measure" else heads.get(hit.head, hit.group)
    asked = sentence.has("ask")
    heads |= {
        i: "relief"
        for i, word in enumerate(sentence.words)
        if word in RELIEF
        or (word in LICENCES and _lets(sentence, i))
        or (asked and word in LICENCES and "ask" in sentence.groups(sentence.doc[i].head.head.i))
    }
    for head, strength in sorted(heads.items()):
        token = sentence.doc[head]
        if sentence.words[head] == "sanctions" and sentence.words[head + 1 : head + 2] in (
            ("the",),
            ("both",),
            ("neither",),
            ("a",),
        ):
            continue
        if _is_nominal(token) and not _inside_measure(sentence, token):
            act = _relief_act(sentence, token) if strength == "relief" else _noun_act(sentence, token)
            if act is not None and (
                strength == "measure" or _supported(sentence, token, act) or (known and _resumed(sentence, token, act))
            ):
                yield act


def _is_nominal(token: Token) -> bool:
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


def _inside_measure(sentence: Sentence, token: Token) -> bool:
    return token.dep_ in ("compound", "amod", "nmod") and bool(sentence.groups(token.head.i) & {"measure", "measure_weak"})


def _supported(sentence: Sentence, token: Token, act: Act) -> bool:
    """A weak noun is a measure when a name or a thing stands in its phrase, or a verb of acts governs it beside a name."""
    inside = {t.i for t in token.subtree}
    named = any(name.first in inside for name in sentence.names)
    if token.lower_ in PLURALS and sentence.names or any(child.lower_ in PUNITIVE for child in token.lefts):
        return True
    thing = any(hit.head in inside and hit.head != token.i for hit in sentence.hits if hit.group in THINGS)
    governed = act.owned or negated(token) or any(sentence.groups(above.i) & OPERATORS for above in list(token.ancestors)[:2])
    if token.lower_ in WEAKEST:
        return governed and (named or thing)
    return named or (thing and (bool(sentence.names) or governed)) or (act.owned and bool(sentence.names))


RESUMED = frozenset(
    "measures curbs restrictions ban bans rule rules list package step steps decision limits listings sanctions tariffs freeze closure order".split()
)


def _resumed(sentence: Sentence, token: Token, act: Act) -> bool:
    """ "the measures", "that rule" in an article that has told them, under a verb of acts or operators."""
    return token.lower_ in RESUMED and (act.owned or bool(sentence.groups(token.head.i) & OPERATORS)) and not sentence.has("past")


def _noun_act(sentence: Sentence, token: Token) -> Act:
    kind, anchor, owned = _governed(sentence, token)
    field = tuple(sorted({t.i for t in token.subtree if not _in_clause(t, token)} | _compound_field(token)))
    heads = list(_hit_heads(token))
    if owned and token.head.lower_ in AWAY:
        verb = sentence.doc[anchor]
        heads = [_counted(child) for child in children(verb, "dobj", "nsubjpass")] or heads
    if owned and sentence.words[anchor] in SUFFERED:
        heads = [child.i for child in children(sentence.doc[anchor], "nsubj")] + heads
    return Act(kind, anchor, owned, token.i, field, tuple(heads))


def _lets(sentence: Sentence, licence: int) -> bool:
    """ "the licence under which oil had been sold", "that lets a company pump": a licence that is an exception."""
    after = sentence.words[licence + 1 : licence + 5]
    return (
        "under" in after
        or bool(set(after) & {"that", "which", "letting", "allowing", "permitting", "shielding"})
        or sentence.words[max(0, licence - 1)] == "general"
    )


def _relief_act(sentence: Sentence, token: Token) -> Act | None:
    """ "waiver", "exemption": asking for it is asking to ease, granting it eases, taking it away tightens."""
    _, anchor, owned = _governed(sentence, token)
    governor = token.head.head if token.head.dep_ == "prep" else token.head
    groups = sentence.groups(governor.i)
    field, heads = tuple(t.i for t in token.subtree), tuple(_hit_heads(token))
    if token.dep_ in ("dobj", "nsubjpass") and groups & {"stop", "ease"}:
        return Act("extend", token.head.i, True, token.i, field, heads)
    if (
        token.dep_ in ("dobj", "nsubjpass")
        and groups & {"impose", "extend"}
        or sentence.words[token.head.i] in _forms("grant issue give receive get win")
    ):
        return Act("ease", token.head.i, True, token.i, field, heads)
    if token.dep_ == "nsubj" and "lapse" in groups:
        return Act("extend", token.head.i, True, token.i, field, heads)
    return None if owned or not groups & OPERATORS else Act("ease", anchor, False, token.i, field, heads)


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


LISTS = ("list", "black", "expulsion", "recall", "designation", "sanctioning", "freez", "listing", "waiver", "exemption")
COMPOUNDED = frozenset({"measure", "measure_weak", "bill", "plan_noun", "threat_noun", "ask_noun"})
HITTING = frozenset("on against for over to from upon towards toward at".split())


def _hit_heads(noun: Token) -> Iterator[int]:
    """Heads of the phrases after "on", "against", "for", "to", "from" under a measure noun or the verb that governs it."""
    for owner in (noun, noun.head):
        for prep in children(owner, "prep", "agent", "dative"):
            of_list = prep.lower_ == "of" and owner.i == noun.i and noun.lower_.startswith(LISTS)
            if prep.lower_ in HITTING or of_list:
                yield from (child.i for child in children(prep, "pobj"))
                yield from (head for inner in children(prep, "pcomp") for head in _patients(inner))
    for clause in children(noun, "acl"):
        if clause.lower_ in ("targeting", "hitting", "against", "covering", "naming"):
            yield from (child.i for child in children(clause, "dobj"))
    for child in children(noun.head, "dobj", "nsubjpass", "dative"):
        if child.i != noun.i:
            yield child.i


def _governed(sentence: Sentence, noun: Token) -> tuple[ActKind, int, bool]:
    """Return (act, anchor, owned) for a measure noun."""
    if noun.dep_ == "compound" and noun.head.tag_ in NOUN_TAGS and not sentence.groups(noun.head.i) & COMPOUNDED:
        return "none", noun.i, False
    current = noun
    for _ in range(12):
        head = current.head
        if head.i == current.i:
            return _ungoverned(sentence, noun)
        if current.dep_ == "conj" or (current.dep_ == "pobj" and head.lower_ == "including"):
            current = head
            continue
        if head.lower_ == "including":
            current = head.head
            continue
        if head.tag_.startswith(("VB", "MD")) or _verbish(sentence, head):
            return _by_verb(sentence, noun, current, head)
        current = head
        if current.tag_ in NOUN_TAGS and current.i != noun.i:
            return "restrict", noun.i, False
    return "restrict", noun.i, False


def _ungoverned(sentence: Sentence, noun: Token) -> tuple[ActKind, int, bool]:
    return "restrict", noun.i, False


def _verbish(sentence: Sentence, token: Token) -> bool:
    return token.tag_ in ("VBN", "VBD", "JJ") and bool(sentence.groups(token.i) & {"impose", "ease", "extend", "keep", "dodge"})


def _by_verb(sentence: Sentence, noun: Token, current: Token, verb: Token) -> tuple[ActKind, int, bool]:
    groups = sentence.groups(verb.i)
    if current.dep_ in ("nsubj", "csubj"):
        return _as_subject(sentence, verb, groups, noun)
    if current.dep_ == "prep" and current.lower_ in AWAY and groups & {"release", "ease"}:
        return "ease", verb.i, True
    if current.dep_ == "agent":
        finite = verb.dep_ not in ("acl", "advcl", "amod")
        return (
            ("restrict", verb.i, True)
            if finite and verb.lower_ in ("hit", "targeted", "struck", "covered", "affected", "named")
            else ("none", noun.i, False)
        )
    if current.dep_ == "prep" and current.lower_ not in OBJECT_PREPOSITIONS:
        return "none", noun.i, False
    return _as_object(sentence, verb, groups, noun, current)


def _as_object(sentence: Sentence, verb: Token, groups: frozenset[str], noun: Token, current: Token) -> tuple[ActKind, int, bool]:
    if sentence.words[verb.i] in ANSWERING and current.dep_ in ("dobj", "nsubjpass"):
        return "none", noun.i, False
    if verb.lower_ in COPULAS and any(child.lower_ in ANSWERS for child in children(verb, "nsubj")):
        return "restrict", verb.i, True
    if verb.lower_ in COPULAS or "report" in groups and negated(noun):
        return "restrict", noun.i, False
    for group, kind in OBJECT_ACTS:
        if group in groups and not (
            group in ("impose", "keep", "extend", "light")
            and (groups & {"weigh", "ask"} or groups & {"threaten"} and not groups & {"hint"})
        ):
            return kind, verb.i, True
    return ("restrict", noun.i, False) if groups & OPERATORS else ("none", noun.i, False)


def _as_subject(sentence: Sentence, verb: Token, groups: frozenset[str], noun: Token) -> tuple[ActKind, int, bool]:
    if "report" in groups and negated(noun):
        return "restrict", noun.i, False
    for group, kind in SUBJECT_ACTS:
        if group in groups and not ("begin" in groups and kind == "restrict" and _is_economic(verb)):
            return kind, verb.i, True
    return "none" if verb.lower_ not in COPULAS else "restrict", noun.i, False


def _is_economic(verb: Token) -> bool:
    """ "sanctions hit profits": a verb of harm with an object of its own is news of the economy."""
    return verb.lemma_ in ("hit", "bite", "target") or verb.lower_ in (
        "hit",
        "hits",
        "bite",
        "bites",
        "start",
        "starts",
        "began",
        "begin",
    )


# ---------------------------------------------------------------- pronouns that stand for measures

PRONOUN_GROUPS = frozenset("ease extend keep lapse".split())
LOOSE = _forms("cut trim pull stop halt bury axe go be die fall end disappear cover")
SIGNING = _forms("sign adopt approve impose enact apply introduce")


def _pronoun_acts(sentence: Sentence, *, known: bool) -> Iterator[Act]:
    """Acts upon "it" or "them" where a measure noun stands elsewhere in this sentence, or in the article when `known`."""
    measures = [hit.head for hit in sentence.hits_of("measure", "measure_weak") if sentence.words[hit.head] not in WEAKEST]
    for token in sentence.doc:
        if token.lower_ in (
            "it",
            "them",
            "they",
            "this",
            "these",
            "those",
            "rest",
            "everything",
            "all",
        ) and token.head.tag_.startswith("VB"):
            noun = next((m for m in measures if m < token.i), None)
            cataphor = next((m for m in measures if m > token.i), None)
            act = _pronoun_act(sentence, token, noun if noun is not None else cataphor, known=known)
            if act is not None and (noun is not None or known or cataphor is not None):
                yield act


def _pronoun_act(sentence: Sentence, token: Token, noun: int | None, *, known: bool) -> Act | None:
    verb, groups = token.head, sentence.groups(token.head.i)
    table = (
        OBJECT_ACTS
        if token.dep_ in ("dobj", "nsubjpass")
        else SUBJECT_ACTS
        if token.dep_ == "nsubj" and _intransitive(verb)
        else ()
    )
    kind = next((kind for group, kind in table if group in groups and group in PRONOUN_GROUPS), None)
    if sentence.words[verb.i] in LOOSE:
        kind = None
    if kind is None and noun is not None and token.dep_ in ("dobj", "nsubjpass") and sentence.words[verb.i] in SIGNING:
        kind = "restrict"
    if kind is None or sentence.words[verb.i] in ("hold", "held", "stand", "stood", "keeps") and not known:
        return None
    field = tuple(t.i for t in sentence.doc[noun].subtree) if noun is not None else ()
    heads = tuple(_hit_heads(sentence.doc[noun])) if noun is not None else ()
    return Act(kind, verb.i, True, noun, field, heads, "pronoun")


REQUESTS = frozenset("request plea appeal demand bid petition".split())


def _told_again(sentence: Sentence, known: str) -> Iterator[Act]:
    """The act of the sentences before: "did the same", "turned the request down", "no such plans"."""
    for hit in sentence.hits_of("likewise"):
        token = sentence.doc[hit.head]
        if token.tag_.startswith("VB") and (" " in hit.phrase or _intransitive(token)):
            yield Act("ease" if known == "ease" else "restrict", hit.head, True, None, (), (), "pronoun")
    for token in sentence.doc:
        if token.lower_ in REQUESTS and token.dep_ in ("dobj", "nsubjpass") and "refuse" in sentence.groups(token.head.i):
            if not any(sentence.groups(t.i) & set(DIRECT) for t in token.subtree):
                yield Act(
                    "ease" if known == "ease" or sentence.has("ease") else "restrict", token.i, False, None, (), (), "pronoun"
                )
        if token.lower_ == "such" and token.head.lower_ in (
            "plan",
            "plans",
            "step",
            "steps",
            "move",
            "measure",
            "measures",
            "intention",
        ):
            yield Act("ease" if known == "ease" else "restrict", token.head.i, False, None, (), (), "pronoun")


# ---------------------------------------------------------------- what stays shut


def _kept_acts(sentence: Sentence) -> Iterator[Act]:
    """ "stays shut", "remain banned", "keep the tap closed": a verb of keeping with a closed thing."""
    for index, word in enumerate(sentence.words):
        if word not in KEEPERS:
            continue
        verb = sentence.doc[index]
        closed = next((t for t in sentence.doc[index + 1 : index + 9] if t.lower_ in CLOSED and _belongs(verb, t)), None)
        if closed is None or not (sentence.names and (sentence.has(*THINGS) or sentence.has("vessel", "person"))):
            continue
        main = closed if verb.dep_ in ("auxpass", "aux") else verb
        field = sorted({t.i for t in main.subtree if not _in_finite(t, main)})
        yield Act(
            "keep", main.i, True, None, tuple(field), tuple(_patients(main)) or tuple(_patients(closed)), "keep", closed=closed.i
        )


def _belongs(verb: Token, closed: Token) -> bool:
    return closed.head.i == verb.i or verb.head.i == closed.i or closed.head.head.i == verb.i


# ---------------------------------------------------------------- direct verbs


def _direct_acts(sentence: Sentence) -> Iterator[Act]:
    tokens = {hit.head for hit in sentence.hits_of(*DIRECT)} | {
        i for i, word in enumerate(sentence.words) if word in TRADE or word in NAMING
    }
    for index in sorted(tokens):
        token = sentence.doc[index]
        token = token.head if token.dep_ in ("aux", "auxpass") and sentence.groups(index) & {"cease"} else token
        if _is_verbal(sentence, token):
            act = _direct_act(sentence, token)
            if act is not None:
                yield act


def _is_verbal(sentence: Sentence, token: Token) -> bool:
    if token.tag_.startswith("VB"):
        return token.dep_ not in ("amod", "compound") or (token.tag_ == "VBG" and token.dep_ != "amod")
    return (
        token.tag_ in ("NN", "NNS", "NNP", "JJ")
        and token.i > 0
        and sentence.name_at(token.i - 1) is not None
        and token.dep_ == "ROOT"
    )


def reach(verb: Token) -> list[int]:
    """Tokens of a verb's objects, preposition phrases, gerunds and passive subject; not of its active subject or finite clauses."""
    found: list[int] = []
    if _passive_infinitive(verb):
        found = [t.i for child in children(verb.head, "nsubj") for t in child.subtree if not _in_finite(t, child)]
    for child in verb.children:
        if (child.dep_ == "nsubj" and not _intransitive(verb)) or child.dep_ in ("punct", "mark", "aux", "neg"):
            continue
        if (child.dep_ in CLAUSAL and not _small_clause(child)) or (child.dep_ == "conj" and child.tag_.startswith("VB")):
            continue
        found.extend(t.i for t in child.subtree if not _in_finite(t, verb))
    return sorted(found)


def _passive_infinitive(verb: Token) -> bool:
    """ "are to be revoked": the subject of "are" is what it is done to."""
    return verb.dep_ == "xcomp" and verb.head.lower_ in COPULAS and any(child.dep_ == "auxpass" for child in verb.children)


def _small_clause(verb: Token) -> bool:
    """ "let fuel ships dock", "see aid cut": a clause without tense of its own."""
    return (
        verb.dep_ == "ccomp"
        and verb.tag_ in ("VB", "VBN", "VBG", "VBD", "VBP")
        and not any(child.dep_ in ("aux", "mark", "auxpass") for child in verb.children)
    )


def _in_finite(token: Token, top: Token) -> bool:
    while token.i != top.i and token.head.i != token.i:
        if token.dep_ in ("advcl", "relcl"):
            return True
        token = token.head
    return False


def _intransitive(verb: Token) -> bool:
    return not any(
        child.dep_ in ("dobj", "nsubjpass", "xcomp") or (child.dep_ == "ccomp" and not child.left_edge.lower_.startswith("what"))
        for child in verb.children
    )


def _direct_act(sentence: Sentence, verb: Token) -> Act | None:
    copula = next((child.i for child in children(verb, "aux", "auxpass") if "cease" in sentence.groups(child.i)), verb.i)
    groups, field = sentence.groups(verb.i) | (sentence.groups(copula) & {"cease"}), reach(verb)
    classes = {hit.group for hit in sentence.hits if hit.group in THINGS and hit.head in set(field)}
    heads = tuple(dict.fromkeys(_patients(verb)))
    if groups & {"weigh", "ask", "threaten", "report"} and not classes:
        return None
    if any(
        sentence.groups(child.i) & {"plan_noun", "bill", "threat_noun"}
        and any(True for _ in children(child, "acl", "relcl", "prep"))
        for child in children(verb, "dobj", "nsubjpass")
    ):
        return None
    if any(
        _is_nominal(child) and sentence.groups(child.i) & {"measure", "measure_weak"} and not sentence.groups(child.i) & set(THINGS)
        for child in children(verb, "dobj", "nsubjpass")
    ):
        return None
    for group in DIRECT:
        if group == "cease" and negated(verb):
            continue
        if group in groups and _bites(sentence, verb, group, classes, field, heads):
            back = "back" in sentence.words[verb.i + 1 : verb.i + 5] and "list" in sentence.words
            easing = group in EASING or (group == "punish" and (back or bool(set(sentence.words) & TRUSTED)))
            return Act("ease" if easing else "restrict", verb.i, True, None, (*field, verb.i), heads, group)
    return _trade_act(sentence, verb, classes, field, heads) or _decree_act(sentence, verb, field, heads)


def _trade_act(sentence: Sentence, verb: Token, classes: set[str], field: list[int], heads: tuple[int, ...]) -> Act | None:
    """ "will not sell", "no plum will clear customs": trade under a negation."""
    if sentence.words[verb.i] not in TRADE:
        return None
    if not (negated(verb) or _nothing(sentence, verb)):
        again = "again" in sentence.words[verb.i + 1 : verb.i + 9]
        return Act("ease", verb.i, True, None, (*field, verb.i), heads, "release") if again and classes and sentence.names else None
    subject = [child.i for child in children(verb, "nsubj", "nsubjpass")] + [
        child.i for child in children(verb.head, "nsubj") if verb.dep_ == "xcomp"
    ]
    own = {t.i for i in subject for t in sentence.doc[i].subtree}
    thing = {hit.group for hit in sentence.hits if hit.group in (*THINGS, "vessel") and hit.head in own}
    two = len({name.id for name in sentence.names}) > 1 and bool(subject)
    if not (classes or thing or two or _foreign(sentence, [*field, *own])):
        return None
    takes = tuple(i for i in subject if sentence.groups(i) & {*THINGS, "vessel"} or sentence.words[i] == "nothing")
    return Act("restrict", verb.i, True, None, (*field, *sorted(own), verb.i), (*takes, *heads), "trade", flipped=True)


def _nothing(sentence: Sentence, verb: Token) -> bool:
    """ "nothing French is to be bought": the negation stands before the verb where the tree lost it."""
    before = sentence.words[max(0, verb.i - 7) : verb.i]
    return bool(set(before) & {"nothing", "nobody"}) and verb.tag_ in ("VBN", "VB")


def _decree_act(sentence: Sentence, verb: Token, field: list[int], heads: tuple[int, ...]) -> Act | None:
    """ "the ordinance names two tankers", "were hit by the decision": a decree is the subject or the agent."""
    if sentence.words[verb.i] not in NAMING:
        return None
    subjects = [*children(verb, "nsubj"), *(child for by in children(verb, "agent") for child in children(by, "pobj"))]
    if not any(child.lower_ in DECREES for child in subjects) or not sentence.names:
        return None
    return Act(
        "restrict", verb.i, True, next(child.i for child in subjects if child.lower_ in DECREES), (*field, verb.i), heads, "decree"
    )


def _foreign(sentence: Sentence, field: Sequence[int]) -> bool:
    inside = set(field)
    return any(name.first in inside for name in sentence.names)


def _bites(sentence: Sentence, verb: Token, group: str, classes: set[str], field: list[int], heads: tuple[int, ...]) -> bool:
    """Tell whether a verb of this group restricts (or frees) what stands in its reach."""
    word = sentence.words[verb.i]
    hits = BITES.get(group, frozenset()) & classes
    if group in ("cease", "flow_on", "flow_again") and not (
        _intransitive(verb) or any(hit.head == verb.i and hit.group == group and " " in hit.phrase for hit in sentence.hits)
    ):
        return False
    if word in DENIERS:
        return bool(classes & DENIABLE) and not any(child.dep_ in ("xcomp", "ccomp") for child in verb.children)
    if group == "punish" and any(
        prep.lower_ == "by" and any(True for _ in children(prep, "pcomp")) for prep in children(verb, "prep")
    ):
        return False
    if group == "punish" and word.startswith("sanction") and any("approve_object" in sentence.groups(head) for head in heads):
        return False
    if group == "punish":
        return word in STRONG_PUNISH or _foreign(sentence, field) or bool(classes) or _party(sentence, heads)
    if (
        group == "release"
        and sentence.names
        and any(
            hit.head == verb.i
            and hit.phrase.endswith((" back in", " in again", " again", " back", " back into"))
            and hit.end - hit.start > 2
            for hit in sentence.hits_of("release")
        )
    ):
        return True
    if group == "release" and any(hit.head == verb.i and hit.phrase.endswith("list") for hit in sentence.hits_of("release")):
        return True
    if group == "expel":
        return any(sentence.groups(head) & {"diplo"} for head in heads) or (word in SUSPENDERS and _names_head(sentence, heads))
    if group in ("ban", "stop") and any(sentence.words[token] in TRADE and token != verb.i for token in field):
        return True
    if group in ("stop", "release") and word in SUSPENDERS and _names_head(sentence, heads):
        return True
    if group == "blockade_verb" and sentence.names and any(sentence.groups(head) & {"region", "transport"} for head in heads):
        return True
    if (
        group in ("freeze", "ban")
        and any(sentence.words[head] in ("one", "ones", "same") for head in heads)
        and _foreign(sentence, field)
    ):
        return True
    if (
        group in ("ban", "release", "blockade_verb")
        and _foreign(sentence, field)
        and (_party(sentence, heads) or any(sentence.groups(head) & {"region"} for head in heads))
    ):
        return True
    return bool(hits)


def _party(sentence: Sentence, heads: Sequence[int]) -> bool:
    return any(sentence.groups(head) & PARTIES for head in heads)


def _names_head(sentence: Sentence, heads: Sequence[int]) -> bool:
    return any(sentence.name_at(head) is not None or "body" in sentence.groups(head) for head in heads[:1])


QUANTIFIERS = frozenset("one all some many most dozens hundreds both several none each members scores".split())


def _counted(token: Token) -> int:
    """ "every one of their commanders": the commanders."""
    if token.lower_ in QUANTIFIERS:
        for prep in children(token, "prep"):
            if prep.lower_ == "of":
                return next((int(child.i) for child in children(prep, "pobj")), int(token.i))
    return int(token.i)


def _patients(verb: Token) -> Iterator[int]:
    """Heads of what a verb is done to: objects, passive subjects, subjects of "close" and "lapse", phrases after prepositions."""
    passive = any(child.dep_ in ("nsubjpass", "auxpass") for child in verb.children)
    if _passive_infinitive(verb):
        yield from (_counted(child) for child in children(verb.head, "nsubj"))
    for child in verb.children:
        small = child.dep_ == "nsubj" and _small_clause(verb) and verb.tag_ in ("VBN", "VBD")
        if (
            child.dep_ in ("dobj", "nsubjpass", "dative", "oprd", "attr")
            or small
            or (child.dep_ == "nsubj" and not passive and _intransitive(verb))
        ):
            if child.lower_ not in ("which", "that", "who"):
                yield _counted(child)
    if verb.dep_ == "acl" and verb.tag_ == "VBN":
        yield verb.head.i
    for prep in children(verb, "prep", "dative", "agent"):
        if prep.lower_ == "in" and verb.lower_.startswith("invest"):
            yield from (child.i for child in children(prep, "pobj"))
        if prep.lower_ not in ("by", "in", "after", "before", "since", "during", "over", "as", "at", "until", "within"):
            yield from (child.i for child in children(prep, "pobj"))
        yield from (head for inner in children(prep, "pcomp") for head in _patients(inner))
    for inner in children(verb, "xcomp", "ccomp"):
        if inner.dep_ == "xcomp" or _small_clause(inner):
            yield from _patients(inner)
