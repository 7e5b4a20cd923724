"""Acts told by a verb alone: "closes its ports", "will not buy", "stays shut", "the ordinance names ..."."""

from collections.abc import Iterator, Sequence

from pipelines.signals.en.act import Act
from pipelines.signals.en.act_words import (
    BITES,
    CLOSED,
    DECREES,
    DENIABLE,
    DENIERS,
    DIRECT,
    EASING,
    IDIOMS,
    KEEPERS,
    NAMING,
    PARTIES,
    STRONG_PUNISH,
    SUSPENDERS,
    TRADE,
    TRADE_LOOSE,
    TRUSTED,
)
from pipelines.signals.en.groups import THINGS
from pipelines.signals.en.layers import negated
from pipelines.signals.en.reach import in_finite, intransitive, is_nominal, patients, reach
from pipelines.signals.en.sentence import Sentence, Token, children


def kept_acts(sentence: Sentence) -> Iterator[Act]:
    """ "stays shut", "remain banned", "keep the tap closed": a verb of keeping with a closed thing."""
    for index, word in enumerate(sentence.words):
        if word not in KEEPERS:
            continue
        verb = sentence.doc[index]
        closed = next((t for t in sentence.doc[index + 1 : index + 9] if t.lower_ in CLOSED and _belongs(verb, t)), None)
        if closed is None or not (sentence.names and (sentence.has(*THINGS) or sentence.has("vessel", "person"))):
            continue
        main = closed if verb.dep_ in ("auxpass", "aux") else verb
        field = sorted({t.i for t in main.subtree if not in_finite(t, main)})
        yield Act(
            "keep",
            main.i,
            owned=True,
            noun=None,
            field=tuple(field),
            heads=tuple(patients(main)) or tuple(patients(closed)),
            verb_group="keep",
            closed=closed.i,
        )


def _belongs(verb: Token, closed: Token) -> bool:
    return bool(closed.head.i == verb.i or verb.head.i == closed.i or closed.head.head.i == verb.i)


# what a verb of motion must move to be a verb of trade
LADEN = frozenset({"goods", "energy", "tech", "arms", "vessel", "transport"})
MAX_VERBS = 24  # verbs of one sentence that are looked at


def direct_acts(sentence: Sentence) -> Iterator[Act]:
    tokens = {hit.head for hit in sentence.hits_of(*DIRECT)} | {
        i for i, word in enumerate(sentence.words) if word in TRADE or word in NAMING or word in TRADE_LOOSE
    }
    for index in sorted(tokens)[:MAX_VERBS]:
        token = sentence.doc[index]
        token = token.head if token.dep_ in ("aux", "auxpass") and sentence.groups(index) & {"cease"} else token
        if _is_verbal(sentence, token):
            act = _direct_act(sentence, token)
            if act is not None:
                yield act


def _is_verbal(sentence: Sentence, token: Token) -> bool:
    if token.tag_.startswith("VB"):
        return bool(token.dep_ not in ("amod", "compound") or (token.tag_ == "VBG" and token.dep_ != "amod"))
    return (
        token.tag_ in ("NN", "NNS", "NNP", "JJ")
        and token.i > 0
        and sentence.name_at(token.i - 1) is not None
        and token.dep_ == "ROOT"
    )


def _direct_act(sentence: Sentence, verb: Token) -> Act | None:
    copula = next((child.i for child in children(verb, "aux", "auxpass") if "cease" in sentence.groups(child.i)), verb.i)
    groups, field = sentence.groups(verb.i) | (sentence.groups(copula) & {"cease"}), reach(verb)
    classes = {hit.group for hit in sentence.hits if hit.group in THINGS and hit.head in set(field)}
    heads = tuple(dict.fromkeys(patients(verb)))
    if groups & {"weigh", "ask", "threaten", "report"} and not classes:
        return None
    if any(
        sentence.groups(child.i) & {"plan_noun", "bill", "threat_noun"}
        and any(True for _ in children(child, "acl", "relcl", "prep"))
        for child in children(verb, "dobj", "nsubjpass")
    ):
        return None
    if any(
        is_nominal(child) and sentence.groups(child.i) & {"measure", "measure_weak"} and not sentence.groups(child.i) & set(THINGS)
        for child in children(verb, "dobj", "nsubjpass")
    ):
        return None
    for group in DIRECT:
        if group == "cease" and negated(verb):
            continue
        if group in groups and _bites(sentence, verb, group, classes, field, heads):
            back = "back" in sentence.words[verb.i + 1 : verb.i + 5] and "list" in sentence.words
            easing = group in EASING or (group == "punish" and (back or bool(set(sentence.words) & TRUSTED)))
            shut = easing and negated(verb) and _never_was(sentence, verb)
            return Act(
                "ease" if easing and not shut else "restrict",
                verb.i,
                owned=True,
                noun=None,
                field=(*field, verb.i),
                heads=heads,
                verb_group=group,
                flipped=shut,
            )
    return _trade_act(sentence, verb, classes, field, heads) or _decree_act(sentence, verb, field, heads)


def _trade_act(sentence: Sentence, verb: Token, classes: set[str], field: list[int], heads: tuple[int, ...]) -> Act | None:
    """ "will not sell", "no plum will clear customs": trade under a negation."""
    loose = sentence.words[verb.i] not in TRADE
    if loose and (sentence.words[verb.i] not in TRADE_LOOSE or not (negated(verb) or _nothing(sentence, verb))):
        return None
    if not (negated(verb) or _nothing(sentence, verb)):
        again = "again" in sentence.words[verb.i + 1 : verb.i + 9]
        return (
            Act("ease", verb.i, owned=True, noun=None, field=(*field, verb.i), heads=heads, verb_group="release")
            if again and classes and sentence.names
            else None
        )
    subject = [child.i for child in children(verb, "nsubj", "nsubjpass")] + [
        child.i for child in children(verb.head, "nsubj") if verb.dep_ == "xcomp"
    ]
    own = {t.i for i in subject for t in sentence.doc[i].subtree}
    thing = {hit.group for hit in sentence.hits if hit.group in (*THINGS, "vessel") and hit.head in own}
    two = len({name.id for name in sentence.names}) > 1 and bool(subject)
    if loose and not (thing & LADEN and len({name.id for name in sentence.names}) > 1):
        return None
    if not (classes or thing or two or _foreign(sentence, [*field, *own])):
        return None
    if any(
        sentence.words[i] in ("tool", "tools", "option", "options", "step", "steps", "decision", "card", "cards") for i in subject
    ):
        return None
    takes = tuple(i for i in subject if sentence.groups(i) & {*THINGS, "vessel"} or sentence.words[i] == "nothing")
    return Act(
        "restrict",
        verb.i,
        owned=True,
        noun=None,
        field=(*field, *sorted(own), verb.i),
        heads=(*takes, *heads),
        verb_group="trade",
        flipped=True,
    )


RETURNING = frozenset(["again", "back", "anew", "re", "resume", "resumed", "return", "restored"])


def _never_was(sentence: Sentence, verb: Token) -> bool:
    """ "are no longer let in", "will not be let through": a door shut, where "will not be let back in" is one that stays shut."""
    near = sentence.words[max(0, verb.i - 3) : verb.i + 7]
    letting = sentence.words[verb.i].startswith(("let", "admit", "wav", "open"))
    return ("longer" in near or letting) and not RETURNING & set(near)


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
        "restrict",
        verb.i,
        owned=True,
        noun=next(child.i for child in subjects if child.lower_ in DECREES),
        field=(*field, verb.i),
        heads=heads,
        verb_group="decree",
    )


def _foreign(sentence: Sentence, field: Sequence[int]) -> bool:
    inside = set(field)
    return any(name.first in inside for name in sentence.names)


def _bites(sentence: Sentence, verb: Token, group: str, classes: set[str], field: list[int], heads: tuple[int, ...]) -> bool:
    """Tell whether a verb of this group restricts (or frees) what stands in its reach."""
    word = sentence.words[verb.i]
    hits = BITES.get(group, frozenset()) & classes
    if group in ("cease", "flow_on", "flow_again") and not (
        intransitive(verb) or any(hit.head == verb.i and hit.group == group and " " in hit.phrase for hit in sentence.hits)
    ):
        return False
    if group in IDIOMS:
        return _foreign(sentence, field) or (bool(sentence.names) and (bool(classes) or _party(sentence, heads)))
    if word in DENIERS:
        things = [child.i for child in children(verb, "dobj", "nsubjpass", "dative", "oprd", "appos")]
        return any(sentence.groups(thing) & DENIABLE and not sentence.groups(thing) & {"charge"} for thing in things) and not any(
            child.dep_ in ("xcomp", "ccomp") for child in verb.children
        )
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
        turned = any(hit.head == verb.i and " " in hit.phrase for hit in sentence.hits_of("expel"))
        return (
            any(sentence.groups(head) & {"diplo"} for head in heads)
            or (turned and "diplo" in classes)
            or (word in SUSPENDERS and _names_head(sentence, heads))
        )
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
