# ruff: noqa: E501  (a pattern reads better on one line)
"""Headlines and ellipses without a verb of acts: "Off the EU list: ...", "Tripoli to Valletta: ... or no more gas".

Theory: a headline drops verbs, not roles. What stands before the colon is the owner or speaker, what stands after it the news.
A handful of shapes cover what the parse cannot see.
"""

import re
from collections.abc import Sequence

from connectors.messages.signal import Actor, SignalKind
from pipelines.signals.base import Finding
from pipelines.signals.en import cast
from pipelines.signals.en.actors import refs
from pipelines.signals.en.conditions import conditions
from pipelines.signals.en.context import Context
from pipelines.signals.en.measures import goods, things
from pipelines.signals.en.sentence import Sentence

OFF = re.compile(
    r"^(?:(?:now|just|finally|newly) )?(?:off|gone from|struck from|no longer on|dropped from|removed from|deleted from)\b[^:]{2,60}\b(?:list|register|blacklist)s?\b[^:]{0,40}:",
    re.IGNORECASE,
)
ON = re.compile(
    r"^(?:(?:now|newly|also|just|new) )?(?:on|added to|in|entered on|listed in|new names on|under)\b[^:]{2,60}\b(?:list|register|blacklist|sanctions)s?\b[^:]{0,40}:",
    re.IGNORECASE,
)
LONGER = re.compile(
    r":\s*(?:another |a further |for |until |till |to )?(?:\w+ )?(?:\w+ )?(?:more |further )?(?:months?|years?|weeks?|days?)(?: (?:more|longer|extra))?\W*$",
    re.IGNORECASE,
)
NO_MORE = re.compile(
    r"\b(?:no more|no further|no|not one more|nothing|zero|goodbye|farewell)\s+(?P<what>[\w' -]{3,60})", re.IGNORECASE
)
FAREWELL = re.compile(r"\?\s*(?:not any ?more|no longer|no more|forget it|not for now|not again)", re.IGNORECASE)
SHUT = re.compile(
    r"\b(?:door|gate|gates|market|tap|taps|skies|airspace|ports?|border)\s+(?:shut|closed|slammed|sealed|bolted|off[- ]limits)\b",
    re.IGNORECASE,
)


def headline(sentence: Sentence, context: Context, found: Sequence[Finding]) -> Finding | None:
    """Return what a verbless sentence tells, if any and if it holds no plainer act."""
    if any(one.kind != "mention" for one in found) or not (sentence.names or context.active):
        return None
    shape = _shape(sentence)
    return None if shape is None else _finding(sentence, context, *shape)


def _shape(sentence: Sentence) -> tuple[SignalKind, str] | None:
    text = sentence.text
    if OFF.search(text):
        return "eased", "headline: off the list"
    if ON.search(text):
        return "imposed", "headline: on the list"
    if LONGER.search(text) and sentence.has("measure", "measure_weak"):
        return "extended", "headline: longer"
    return _no_more(sentence)


def _no_more(sentence: Sentence) -> tuple[SignalKind, str] | None:
    text = sentence.text
    if FAREWELL.search(text):
        return "imposed", "headline: not any more"
    if SHUT.search(text) and len(sentence.words) < 14:
        return "imposed", "headline: shut"
    match = NO_MORE.search(text)
    if match is None or not _restricts(sentence, match) or any(item.start <= match.start() < item.end for item in conditions(text)):
        return None
    ordered = [item for item in conditions(text) if item.condition.direction == "unless" and item.end <= match.start()]
    if ordered or any(item.condition.direction == "if" for item in conditions(text)):
        return "threat", "headline: or no more"
    return (
        ("imposed", "headline: no more")
        if match[0].lower().startswith(("no more", "no further")) and (":" in text[: match.start()] or ", says" in text)
        else None
    )


def _restricts(sentence: Sentence, match: "re.Match[str]") -> bool:
    start, end = match.span("what")
    return any(
        start <= sentence.spans[hit.head][0] < end
        for hit in sentence.hits_of("goods", "energy", "arms", "aid", "visas", "finance", "transport", "tech", "agreement")
    )


def _finding(sentence: Sentence, context: Context, kind: SignalKind, rule: str) -> Finding:
    senders, targets = _roles(sentence, context, kind)
    colon = next((i for i, word in enumerate(sentence.words) if word == ":"), -1)
    field = list(range(colon + 1 if rule != "headline: longer" else 0, len(sentence.words)))
    listed = rule.endswith("list")
    measures = ("unspecified",) if listed else goods(sentence, things(sentence, field), [*field]) or ("unspecified",)
    if "no more" in rule and measures == ("import_ban",):
        measures = ("export_control",)
    condition = next((item.condition for item in conditions(sentence.text)), None) if kind == "threat" else None
    return Finding(kind=kind, rule=rule, commitment=2, senders=senders, targets=targets, measures=measures[:1], condition=condition)


def _roles(sentence: Sentence, context: Context, kind: SignalKind) -> tuple[tuple[Actor, ...], tuple[Actor, ...]]:
    if not sentence.names:
        return tuple(context.senders), tuple(context.targets)
    first = sentence.names[0]
    colon = next((i for i, word in enumerate(sentence.words) if word == ":"), len(sentence.words))
    listed = [token for token in sentence.doc[colon + 1 :] if token.dep_ in ("ROOT", "appos", "dobj", "nsubj", "attr", "npadvmod")]
    if kind in ("eased", "imposed") and listed and any("list" in word for word in sentence.words[:colon]):
        parties = [party.actor for token in listed[:1] for party in refs(sentence, token.i, context, role="hit")]
        return (cast.as_actor(first),), tuple(parties)
    other = cast.other_name(sentence, first.last + 1, {first.id})
    return (cast.as_actor(first),), (cast.as_actor(other),) if other is not None else ()
