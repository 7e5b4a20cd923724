"""What keeps words about sanctions from being an act of today: other senses, questions, history, hypotheses, bare nouns.

Theory: silence is decided last, over the whole sentence, since one word far from the act ("Had ...", "?", "last year") can undo it.
"""

from connectors.messages.signal import SignalKind
from pipelines.signals.base import Layer, State
from pipelines.signals.en.actors import Context
from pipelines.signals.en.acts import Act
from pipelines.signals.en.sentence import Sentence

TRIGGERS = frozenset("measure measure_weak punish freeze ban close stop expel lose release dodge dodge_noun".split())


def other_sense(sentence: Sentence, context: Context) -> bool:
    """Tell whether the sentence speaks of sport, courts, companies or approval and of no state against another."""
    states = {name.id for name in sentence.names}
    if sentence.has("sport") and len(states) < 2:
        return not (states and any(name.form in ("office", "institution") for name in sentence.names))
    if not states and not context.active:
        return sentence.has("company", "legal")
    return False


def settle(
    sentence: Sentence, act: Act, state: State, chain: list[Layer], context: Context, *, in_condition: bool
) -> SignalKind | None:
    """Return the kind after all that can silence it has been asked."""
    if in_condition or state.kind == "mention":
        return "mention"
    if is_question(sentence, act):
        return "question"
    if _past(sentence, act, state) or _counterfactual(sentence, chain):
        return "mention"
    if state.kind is None:
        return _pending(sentence, act, state, chain)
    return state.kind


def is_question(sentence: Sentence, act: Act) -> bool:
    """Tell whether the act stands in a question or under somebody's asking."""
    return "?" in sentence.words[act.anchor :] or any(hit.head < act.anchor and hit.group == "asking" for hit in sentence.hits)


def _past(sentence: Sentence, act: Act, state: State) -> bool:
    return state.kind in ("imposed", "eased", "extended", None) and sentence.has("past")


def _counterfactual(sentence: Sentence, chain: list[Layer]) -> bool:
    if sentence.has("counterfactual"):
        return True
    return any(layer.tense == "would" and _perfect(sentence, layer.token) for layer in chain)


def _perfect(sentence: Sentence, token: int) -> bool:
    return any(child.lower_ == "have" and child.dep_ == "aux" for child in sentence.doc[token].children)


def _pending(sentence: Sentence, act: Act, state: State, chain: list[Layer]) -> SignalKind:
    """An act that nothing has asserted: a headline's infinitive announces it, everything else only mentions it."""
    token = sentence.doc[act.anchor]
    headline = (
        token.dep_ in ("ROOT", "relcl", "acl", "xcomp")
        and any(child.lower_ == "to" for child in token.children)
        and len(sentence.words) < 16
    )
    if act.owned and headline and act.kind != "none":
        return "ease_intent" if act.kind == "ease" else "refuse_ease" if act.kind == "keep" else "threat"
    return "mention"
