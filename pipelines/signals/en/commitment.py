"""How firm an act still to come is: 1 hedged, 2 plain, 3 emphatic or specific.

Theory: the fold over the layers knows hedges ("may", "weigh"); words of emphasis and dates make the rest specific. Counts for
threats, options, calls and promises of easing only; an act that is done is as firm as it gets and stays 2.
"""

import re

from connectors.messages.signal import SignalKind

COUNTED = frozenset({"threat", "considering", "call_for", "ease_intent"})
EMPHASIS = re.compile(
    r"\b(?:unprecedented|crippling|devastating|massive|harshest|toughest|strongest|sweeping|very painful|at once|immediately"
    r"|the same day|without delay|for good|never again|not one|no choice|once and for all|every last|without conditions?|on my desk"
    r"|is ready|are ready|already (?:signed|drafted|typed)|whatever|hard and)\b",
    re.IGNORECASE,
)
DATED = re.compile(
    r"\b(?:on|from|by|before|as of|after|this|next) (?:\w+ )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|weekend"
    r"|week|month|\d{1,2} [A-Z]\w+|[A-Z]\w+ \d{1,2}|midnight)\b|\b(?:tomorrow|tonight|within days|within hours)\b",
    re.IGNORECASE,
)


def commitment(kind: SignalKind, reached: int, text: str, *, deadline: bool, fragment: bool) -> int:
    """Return the commitment of a signal.

    Args:
        kind: the signal's kind.
        reached: what the layers say.
        text: the sentence.
        deadline: the other side has been given one.
        fragment: a lost sentence of its speaker (ruling 10).
    """
    if kind not in COUNTED:
        return 2
    if fragment or (deadline and reached > 1):
        return 3
    specific = EMPHASIS.search(text) is not None or (kind in ("threat", "ease_intent") and DATED.search(text) is not None)
    return 3 if specific and reached > 1 else reached
