# ruff: noqa: E501  (a pattern reads better on one line)
"""Veiled threats: nothing is named, everybody understands.

Theory: a speaker for one state tells another that something will cost it. The turns of phrase are few kinds: an answer
announced, a price named, a memory jogged, a right reserved, patience ended, a favour that can be withdrawn, an order with what
follows it. They count only between two parties that are states or unions, or one in an article that has told an act; a coach or
an army chief says the same words.
Known to be wrong: purely military threats in the same words, where no word of arms gives them away.
"""

import re
from collections.abc import Sequence

from pipelines.signals.base import Finding
from pipelines.signals.en import cast
from pipelines.signals.en.conditions import conditions, subject_condition
from pipelines.signals.en.context import Context, Ref
from pipelines.signals.en.measures import goods, things
from pipelines.signals.en.sentence import Sentence

TURNS: tuple[tuple[str, str, int], ...] = (
    # an answer is announced
    (
        "answer",
        r"\b(?:answer|response|reply|reaction|retaliation|countermeasures?|reprisals?)\b[^.;]{0,40}\b(?:will|would|shall|is to|are to)\b[^.;]{0,20}\b(?:be|come|follow|touch|hurt|not be|not make|arrive|match)",
        3,
    ),
    (
        "answer",
        r"\b(?:will|would|shall|ready to|going to|prepared to)\b[^.;]{0,25}\b(?:respond|retaliate|reciprocate|hit back|strike back|react|answer|reply|repay)\b(?! (?:to )?(?:questions?|the letter|journalists|reporters))",
        2,
    ),
    (
        "answer",
        r"\b(?:vow|promis|threaten|pledg|warn|swear|swore)\w* (?:to|that)\b[^.;]{0,40}\b(?:answer|respond|retaliat|hit back|strike back|reply|reciprocat|match)\w*",
        2,
    ),
    ("answer", r"\b(?:will|would) be (?:matched|answered|returned|repaid|reciprocated|mirrored|paid back|met)\b", 2),
    # consequences, a price, a bill
    (
        "price",
        r"\b(?:will|would|shall|must|should expect to|can expect to|is going to|are going to)\b[^.;]{0,30}\b(?:pay|reap|regret|rue|feel (?:it|the)|suffer|bear the (?:cost|consequences)|face (?:the |serious |grave |dire |severe )?consequences|find out)\b",
        2,
    ),
    (
        "price",
        r"\b(?:had|has|have|comes? with|carr(?:y|ies)) an? (?:cost|price|price tag)\b|\bcome at a (?:cost|price)\b|\bbill (?:will|would) (?:come|arrive|be sent)|\bwould come in hard currency",
        2,
    ),
    (
        "price",
        r"\b(?:not (?:be|go|remain|stay)|won't (?:be|go)) (?:without (?:consequences?|an answer|a response)|unanswered|unpunished|cost-free|free of charge)|\bthere (?:will|would) be (?:serious |grave |dire |economic |severe )*(?:consequences|a price|a cost|a reckoning|repercussions)",
        2,
    ),
    (
        "price",
        r"\b(?:consequences|repercussions|fallout)\b[^.;]{0,40}\b(?:for (?:trade|ties|relations|cooperation|aid|exports|imports)|economic)|\b(?:economic|trade|financial|serious) consequences\b[^.;]{0,30}\b(?:if|unless|should|for)\b",
        2,
    ),
    # a memory is jogged, a thought suggested
    (
        "reminder",
        r"\bwould (?:do well|be wise|be well advised|be smart|be foolish not) to (?:remember|recall|bear|consider|think|ask|note|keep|reflect|look)\b|\bshould (?:remember|recall|bear in mind|not forget|ask itself|consider) (?:who|whose|how|where|that|what|on whom)\b|\b(?:had|'d) better (?:remember|think|not)\b",
        1,
    ),
    (
        "reminder",
        r"\bshould not (?:think|imagine|expect|assume|believe|be surprised|take (?:it )?for granted|count on)\b|\bcan(?:not|'t| not) (?:expect|take (?:it )?for granted|count on)\b|\bmust not (?:expect|think|assume)\b|\b(?:ought to |should |must |had better )?think twice\b",
        2,
    ),
    # a right, a list, a door kept open
    (
        "right",
        r"\breserves? (?:itself )?the right to\b|\b(?:will|would|may|might|could) (?:have to )?(?:reconsider|rethink|revisit|review|re-examine|reassess|re-evaluate|look again at|take another look at|take a fresh look at|draw (?:its|the|our) (?:own )?conclusions)\b",
        1,
    ),
    (
        "right",
        r"\bcan be (?:refused|stopped|closed|cut|withdrawn|taken away|undone|torn up|revoked|cancelled) as (?:easily|quickly|fast)\b|\b(?:would|will|could|might|may) be (?:the )?next\b|\b(?:and|but) (?:some|it|they|one) can (?:close|be closed|stop|dry up)\b|\bswitch is (?:on|of|in) (?:this|our)\b",
        1,
    ),
    (
        "right",
        r"\bcan (?:live|do|cope|manage|get by) (?:very well |just as well |perfectly well )?without\b|\b(?:might|may|could|can|would|will) find (?:an)?other (?:buyers?|markets?|customers?|suppliers?|friends)\b|\bplenty of other (?:buyers|suppliers|markets)\b",
        1,
    ),
    # options left open: weighed, not threatened
    (
        "options",
        r"\b(?:nothing|no (?:option|tool|measure|step|instrument))\b[^.;]{0,30}\b(?:off the table|ruled out|excluded|toolbox|out of reach)|\b(?:all|every|several) (?:the )?(?:options?|tools?|levers?|cards?)\b[^.;]{0,40}\b(?:table|open|hand|available|disposal|deck|looked at|considered|examined|studied)",
        1,
    ),
    ("reminder", r"\bknows? (?:very well |full well )?(?:what (?:follows|comes|awaits)|who (?:pays|buys|feeds))", 1),
    # patience
    (
        "patience",
        r"\bpatience\b[^.;]{0,30}\b(?:at an end|run out|running out|wearing thin|limits?|exhausted|over)\b|\brunning out of patience\b|\b(?:lost|losing) patience\b",
        2,
    ),
    ("patience", r"\b(?:time|clock)\b[^.;]{0,15}\b(?:running out|ticking)\b|\blast (?:warning|chance)\b", 2),
)
PATTERNS = tuple((name, re.compile(pattern, re.IGNORECASE), commitment) for name, pattern, commitment in TURNS)
MILITARY = re.compile(
    r"\b(?:shell(?:ing|ed)?|army chief|missiles?|troops|strikes?|military|bomb\w*|drones?|rockets?|soldiers?|artillery|battlefield|air force|general staff|nuclear)\b",
    re.IGNORECASE,
)
TRADE = re.compile(
    r"\b(?:trade|trading|econom\w+|tariff\w*|exports?|imports?|visas?|aid|markets?|gas|oil|transit|ties|relations|sanction\w*|penalt\w+|curbs?|ban|banned|embargo|privileges?|preferences|ports?|currency|loans?|grants?|cargo|fertiliser|goods)\b",
    re.IGNORECASE,
)


def veiled(sentence: Sentence, context: Context, found: Sequence[Finding]) -> Finding | None:
    """Return the veiled threat that a sentence holds, if any and if it holds no plainer act."""
    if any(one.kind not in ("mention",) for one in found) or "?" in sentence.text:
        return None
    turn = next(
        ((name, match, firm) for name, pattern, firm in PATTERNS if (match := pattern.search(sentence.text)) is not None), None
    )
    if (
        turn is None
        or (not context.active and MILITARY.search(sentence.text) and not TRADE.search(sentence.text))
        or sentence.has("sport")
    ):
        return None
    return _finding(sentence, context, turn[0], turn[2])


def _finding(sentence: Sentence, context: Context, name: str, commitment: int) -> Finding | None:
    said = [party for speaker in cast.speakers(sentence, context) for party in speaker.parties if party.actor.id]
    ids = {named.id for named in sentence.names}
    if len(ids) < 2 and not (context.active and (ids or said)):
        return None
    senders: tuple[Ref, ...] = tuple(said[-1:]) or _speaking(sentence, context)
    taken = {party.actor.id for party in senders}
    other = cast.other_name(sentence, 0, taken)
    targets = (cast.as_actor(other),) if other is not None else tuple(actor for actor in context.targets if actor.id not in taken)
    condition = next((item.condition for item in conditions(sentence.text)), None) or next(
        (item.condition for item in [subject_condition(sentence.text, len(sentence.text))] if item), None
    )
    field = list(range(len(sentence.words)))
    measures = goods(sentence, things(sentence, field), field)[:1] or ("unspecified",)
    if not senders or not targets:
        return None
    return Finding(
        kind="considering" if name == "options" else "threat",
        rule=f"veiled: {name}",
        commitment=commitment,
        senders=tuple(party.actor for party in senders),
        targets=targets,
        condition=condition,
        measures=measures,
    )


def _speaking(sentence: Sentence, context: Context) -> tuple[Ref, ...]:
    known = context.speaker or (context.senders[0] if context.senders else None)
    first = next(iter(sentence.names), None)
    if first is not None and first.form != "demonym":
        return (Ref(first.first, cast.as_actor(first), "name", "the first name of the sentence"),)
    return () if known is None else (Ref(0, known, "context", "who spoke last"),)
