"""Acts in a sentence: where something is restricted, eased, kept, widened or dodged, before anybody says so.

Two ways lead to an act. A *measure noun* ("embargo"; "waiver" for its opposite) takes its act from the verb that governs it
("lifts the embargo"). A *direct verb* ("closes", "freezes", "stops selling", "will not buy") is an act when what it bites on is
of a class that restrictions bite on (airspace, assets, goods).
Known to be wrong: idioms without either.
"""

from pipelines.signals.en.act import Act
from pipelines.signals.en.back_acts import pronoun_acts, told_again
from pipelines.signals.en.noun_acts import noun_acts
from pipelines.signals.en.sentence import Sentence
from pipelines.signals.en.verb_acts import direct_acts, kept_acts

MAX_ACTS = 12  # of one sentence; a list of hundreds of words of restriction is no sentence


def acts(sentence: Sentence, *, known: str = "") -> list[Act]:
    """Return the acts of a sentence in order; a measure noun governed by a direct verb is told once.

    Args:
        sentence: the parsed sentence.
        known: `restrict` or `ease` when the article has told such an act, which "it", "the same" and "the request" may then mean.
    """
    by_anchor: dict[int, Act] = {}
    kept = {act.closed for act in kept_acts(sentence)}
    direct = (act for act in direct_acts(sentence) if act.anchor not in kept)
    plain = [
        *direct,
        *kept_acts(sentence),
        *noun_acts(sentence, known=bool(known)),
        *pronoun_acts(sentence, known=bool(known)),
    ]
    for act in (*plain, *told_again(sentence, known, plain)):
        other = by_anchor.get(act.anchor)
        if other is None or other.verb_group == "pronoun" or (act.noun is not None and act.owned and other.noun is None):
            by_anchor[act.anchor] = act
    return sorted(by_anchor.values(), key=lambda act: act.anchor)[:MAX_ACTS]
