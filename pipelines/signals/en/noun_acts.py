"""Acts told by a measure noun ("embargo"; "waiver" for its opposite) and the verb that governs it."""

from collections.abc import Iterator

from pipelines.signals.base import ActKind
from pipelines.signals.en.act import Act
from pipelines.signals.en.act_words import (
    ANSWERING,
    ANSWERS,
    AWAY,
    COMPOUNDED,
    COPULAS,
    LICENCES,
    OBJECT_ACTS,
    OBJECT_PREPOSITIONS,
    OPERATORS,
    PLURALS,
    PUNITIVE,
    RELIEF,
    RESUMED,
    SUBJECT_ACTS,
    SUFFERED,
    WEAKEST,
    forms,
)
from pipelines.signals.en.groups import THINGS
from pipelines.signals.en.layers import negated
from pipelines.signals.en.reach import counted, hit_heads, in_clause, is_nominal
from pipelines.signals.en.sentence import NOUN_TAGS, Sentence, Token, children

CUTTING = forms("cut slash reduce halve trim lower shrink")
MAX_NOUNS = 16  # measure nouns of one sentence that are looked at


def noun_acts(sentence: Sentence, *, known: bool) -> Iterator[Act]:
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
    for head, strength in sorted(heads.items())[:MAX_NOUNS]:
        token = sentence.doc[head]
        if sentence.words[head] == "sanctions" and sentence.words[head + 1 : head + 2] in (
            ("the",),
            ("both",),
            ("neither",),
            ("a",),
        ):
            continue
        if is_nominal(token) and not _inside_measure(sentence, token):
            act = _relief_act(sentence, token) if strength == "relief" else _noun_act(sentence, token)
            if act is not None and (
                strength == "measure" or _supported(sentence, token, act) or (known and _resumed(sentence, token, act))
            ):
                yield act


def _inside_measure(sentence: Sentence, token: Token) -> bool:
    return token.dep_ in ("compound", "amod", "nmod") and bool(sentence.groups(token.head.i) & {"measure", "measure_weak"})


def _supported(sentence: Sentence, token: Token, act: Act) -> bool:
    """A weak noun is a measure when a name or a thing stands in its phrase, or a verb of acts governs it beside a name."""
    inside = {t.i for t in token.subtree}
    named = any(name.first in inside for name in sentence.names)
    if (token.lower_ in PLURALS and sentence.names) or any(child.lower_ in PUNITIVE for child in token.lefts):
        return True
    thing = any(hit.head in inside and hit.head != token.i for hit in sentence.hits if hit.group in THINGS)
    governed = act.owned or negated(token) or any(sentence.groups(above.i) & OPERATORS for above in list(token.ancestors)[:2])
    if token.lower_ in WEAKEST:
        return governed and (named or thing)
    return named or (thing and (bool(sentence.names) or governed)) or (act.owned and bool(sentence.names))


def _resumed(sentence: Sentence, token: Token, act: Act) -> bool:
    """ "the measures", "that rule" in an article that has told them, under a verb of acts or operators."""
    return token.lower_ in RESUMED and (act.owned or bool(sentence.groups(token.head.i) & OPERATORS)) and not sentence.has("past")


def _noun_act(sentence: Sentence, token: Token) -> Act:
    kind, anchor, owned = _governed(sentence, token)
    field = tuple(sorted({t.i for t in token.subtree if not in_clause(t, token)} | _compound_field(token)))
    heads = list(hit_heads(token))
    if owned and token.head.lower_ in AWAY:
        verb = sentence.doc[anchor]
        heads = [counted(child) for child in children(verb, "dobj", "nsubjpass")] or heads
    if owned and sentence.words[anchor] in SUFFERED:
        heads = [child.i for child in children(sentence.doc[anchor], "nsubj")] + heads
    return Act(kind, anchor, owned=owned, noun=token.i, field=field, heads=tuple(heads))


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
    field, heads = tuple(t.i for t in token.subtree), tuple(hit_heads(token))
    if token.dep_ in ("dobj", "nsubjpass") and groups & {"stop", "ease"}:
        return Act("extend", token.head.i, owned=True, noun=token.i, field=field, heads=heads)
    if (token.dep_ in ("dobj", "nsubjpass") and groups & {"impose", "extend"}) or sentence.words[token.head.i] in forms(
        "grant issue give receive get win"
    ):
        return Act("ease", token.head.i, owned=True, noun=token.i, field=field, heads=heads)
    if token.dep_ == "nsubj" and "lapse" in groups:
        return Act("extend", token.head.i, owned=True, noun=token.i, field=field, heads=heads)
    return None if owned or not groups & OPERATORS else Act("ease", anchor, owned=False, noun=token.i, field=field, heads=heads)


def _compound_field(token: Token) -> set[int]:
    if token.dep_ in ("compound", "amod", "nmod") and token.head.tag_ in NOUN_TAGS:
        return {t.i for t in token.head.subtree}
    return set()


def _governed(sentence: Sentence, noun: Token) -> tuple[ActKind, int, bool]:
    """Return (act, anchor, owned) for a measure noun."""
    if noun.dep_ == "compound" and noun.head.tag_ in NOUN_TAGS and not sentence.groups(noun.head.i) & COMPOUNDED:
        return "none", noun.i, False
    current = noun
    for _ in range(12):
        head = current.head
        if head.i == current.i:
            return "restrict", noun.i, False
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


def _verbish(sentence: Sentence, token: Token) -> bool:
    return token.tag_ in ("VBN", "VBD", "JJ") and bool(sentence.groups(token.i) & {"impose", "ease", "extend", "keep", "dodge"})


def _by_verb(sentence: Sentence, noun: Token, current: Token, verb: Token) -> tuple[ActKind, int, bool]:
    groups = sentence.groups(verb.i)
    if current.dep_ in ("nsubj", "csubj"):
        return _as_subject(verb, groups, noun)
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
    if verb.lower_ in COPULAS or ("report" in groups and negated(noun)):
        return "restrict", noun.i, False
    if noun.lower_ in ("quota", "quotas") and sentence.words[verb.i] in CUTTING:
        return "restrict", verb.i, True
    for group, kind in OBJECT_ACTS:
        if group in groups and not (
            group in ("impose", "keep", "extend", "light")
            and (groups & {"weigh", "ask"} or (groups & {"threaten"} and not groups & {"hint"}))
        ):
            return kind, verb.i, True
    return ("restrict", noun.i, False) if groups & OPERATORS else ("none", noun.i, False)


def _as_subject(verb: Token, groups: frozenset[str], noun: Token) -> tuple[ActKind, int, bool]:
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
