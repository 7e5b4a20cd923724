"""Acts that point back: "lifted it", "did the same", "turned the request down"."""

from collections.abc import Iterator, Sequence

from pipelines.signals.base import ActKind
from pipelines.signals.en.act import Act
from pipelines.signals.en.act_words import DIRECT, LOOSE, OBJECT_ACTS, PRONOUN_GROUPS, REQUESTS, SIGNING, SUBJECT_ACTS, WEAKEST
from pipelines.signals.en.reach import hit_heads, intransitive
from pipelines.signals.en.sentence import Sentence, Token


def pronoun_acts(sentence: Sentence, *, known: bool) -> Iterator[Act]:
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
        OBJECT_ACTS if token.dep_ in ("dobj", "nsubjpass") else SUBJECT_ACTS if token.dep_ == "nsubj" and intransitive(verb) else ()
    )
    kind = next((kind for group, kind in table if group in groups and group in PRONOUN_GROUPS), None)
    if sentence.words[verb.i] in LOOSE:
        kind = None
    if kind is None and noun is not None and token.dep_ in ("dobj", "nsubjpass") and sentence.words[verb.i] in SIGNING:
        kind = "restrict"
    if kind is None or (sentence.words[verb.i] in ("hold", "held", "stand", "stood", "keeps") and not known):
        return None
    field = tuple(t.i for t in sentence.doc[noun].subtree) if noun is not None else ()
    heads = tuple(hit_heads(sentence.doc[noun])) if noun is not None else ()
    return Act(kind, verb.i, owned=True, noun=noun, field=field, heads=heads, verb_group="pronoun")


def told_again(sentence: Sentence, known: str, told: Sequence[Act]) -> Iterator[Act]:
    """The act told before, in this sentence or the ones before it: "did the same", "turned the request down", "no such plans".

    Args:
        sentence: the parsed sentence.
        known: what the sentences before have told, empty for nothing.
        told: the acts that this sentence tells by themselves.
    """
    for hit in sentence.hits_of("likewise"):
        token = sentence.doc[hit.head]
        before = _before(told, token.i) or ("restrict" if known and "next" in hit.phrase else known)
        doer = any(child.dep_ == "nsubj" for child in token.children)
        if before and token.tag_.startswith("VB") and (" " in hit.phrase or (intransitive(token) and doer and token.tag_ != "VBN")):
            yield Act(
                "ease" if before == "ease" else "restrict", hit.head, owned=True, noun=None, field=(), heads=(), verb_group="again"
            )
    yield from _demurs(sentence, told)
    if not known:
        return
    for token in sentence.doc:
        easing = known == "ease" or (token.lower_ in REQUESTS and sentence.has("ease"))
        noun = (
            token.head if token.lower_ == "such" and token.head.lower_ in SUCH else token if _is_refused(sentence, token) else None
        )
        if noun is not None:
            kind: ActKind = "ease" if easing else "restrict"
            yield Act(kind, noun.i, owned=False, noun=None, field=(), heads=(), verb_group="pronoun")


def _demurs(sentence: Sentence, told: Sequence[Act]) -> Iterator[Act]:
    """ "the Commission said no", "Tokyo wants no part of it", "Washington: no": an answer to what was asked or done just before."""
    for hit in sentence.hits_of("demur"):
        token, before = sentence.doc[hit.head], _before(told, hit.start)
        alone = " " in hit.phrase or (intransitive(token) and _ends(sentence, token.i))
        if before and alone and token.tag_.startswith(("VB", "MD")):
            yield Act(
                "ease" if before == "ease" else "restrict", token.i, owned=True, noun=None, field=(), heads=(), verb_group="demur"
            )
    for token in sentence.doc[1:]:
        before = _before(told, token.i)
        if (
            before == "ease"
            and token.lower_ in ("no", "not")
            and sentence.words[token.i - 1] in NO_BEFORE
            and _ends(sentence, token.i)
        ):
            yield Act("ease", token.i, owned=True, noun=None, field=(), heads=(), verb_group="demur")


NO_BEFORE = frozenset([":", "was", "said", "says", "answered", "replied"])


def _ends(sentence: Sentence, at: int) -> bool:
    """Tell whether a word closes its clause."""
    after = sentence.words[at + 1 : at + 3]
    return not after or after[0] in (".", ",", ";", "and", "but", "before", "until", "till", "unless", "yet", '"', "”")


def _before(told: Sequence[Act], at: int) -> str:
    """Kind of the act told last before a token; empty if there is none."""
    return next((act.kind for act in sorted(told, key=lambda act: -act.anchor) if act.anchor < at and act.kind != "none"), "")


SUCH = frozenset(["plan", "plans", "step", "steps", "move", "measure", "measures", "intention"])


def _is_refused(sentence: Sentence, token: Token) -> bool:
    """ "turned the request down": a request that the sentence does not spell out."""
    refused = token.lower_ in REQUESTS and token.dep_ in ("dobj", "nsubjpass") and "refuse" in sentence.groups(token.head.i)
    return refused and not any(sentence.groups(t.i) & set(DIRECT) for t in token.subtree)
