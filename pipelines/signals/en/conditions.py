# ruff: noqa: E501  (a pattern reads better on one line)
"""The clause that an act hangs on: found in the words, from its connective to the end of the clause, with its direction.

Theory: connectives are few and stand first in their clause, so the text is a surer guide than the tree. The clause ends at the
comma before the main clause, at a quotation mark, or with the sentence.
Known to be wrong: a condition with a comma of its own in the middle of a sentence is cut there.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from connectors.messages.signal import Condition, Direction

END = r"[^,;:.!?\"“”()]*(?:(?<=\d)[.,](?=\d)[^,;:.!?\"“”()]*|(?<=\b[A-Z])\.[^,;:.!?\"“”()]*)*"
# connective, as a regular expression -> the way it points
IF = (
    r"in (?:the )?(?:case|event) (?:if|of|that)|in case|in that case|if and when|even if|only if|if|provided(?: that)?|providing(?: that)?|on condition(?: that| of)?|under the condition that|"
    r"(?:as|so) long as|for as long as|as soon as|(?<!at )once(?! more\b| again\b| the\b)|the moment|the next time|(?<!for )the first time|the (?:day|minute|instant|second) (?:that )?|whenever|the day that|"
    r"in (?:return|exchange) for|in (?:reply|response|answer) to (?:any|another|further|such)|assuming(?: that)?|supposing(?: that)?|given another|with every (?:further|new)|at the (?:first|next|slightest) (?:sign|hint)?|"
    r"conditional on|dependent on|contingent on|subject to|against (?:a )?(?:guarantees?|pledges?|promises?)|of not to|were|had|should"
)
UNLESS = r"unless|barring|short of|absent|without|failing|except if|save if|lest|or else|failing which|but for"
UNTIL = r"until after|until|till that|till|pending|before|as of yet until|so long as .{0,20} not"
STARTS = re.compile(rf"(?<![\w'-])(?:(?P<unless>{UNLESS})|(?P<until>{UNTIL})|(?P<if>{IF}))(?![\w'-])", re.IGNORECASE)
INVERTED = re.compile(r"^(?:should|were|had)\b", re.IGNORECASE)
OR_ELSE = re.compile(r"^(?P<all>(?P<order>[^:]{2,120}?)[,;]?\s+or(?: else)?)\s+(?P<rest>.+)$", re.IGNORECASE | re.DOTALL)
WHICH = re.compile(r"(?P<text>\bto [^,;]{3,160}, (?:failing which|or else|after which|otherwise|failing that))", re.IGNORECASE)
TO_OR = re.compile(
    r"(?P<text>\bto (?!or\b)[^,;:.]{3,140}?,? or)(?= (?:face|see|have|lose|be|risk|do|forget|find|suffer|its|their|the|expect|else|watch|pay|forfeit)\b)",
    re.IGNORECASE,
)
HAS_UNTIL = re.compile(
    r"(?P<text>\b[^,;:.\"“”]{0,60}\b(?:has|have|had) (?:until|till) [^,;]{3,120}?, (?:after which|failing which|or else|or))",
    re.IGNORECASE,
)
SUBJECT = re.compile(
    r"(?P<text>\b(?:an? [A-Z]\w+ (?:\w+ )?(?:ban|freeze|list|embargo|blacklist|tariffs?|curbs?)|any|another|one more|a (?:second|third|fourth|further|new|return|repeat|single|fresh)|further|each (?:new|further)|every (?:new|further)|a single|renewed|continued)\b[^,;:.\"“”]{3,120}?)"
    r"(?= (?:would|will|could|may|might|shall|must|'ll|means|triggers|leads|spells|brings)\b)",
    re.IGNORECASE,
)
AND_THEN = re.compile(
    r"(?P<text>(?:^|(?<=[:\"“])\s?)(?!the |a |an )[A-Za-z][^,;:.\"“”]{4,90}?,? and)(?= (?:[\w' -]{2,50}) (?:will|loses?|is|are|goes?|stops?|shall|can|won't|ends?|would|closes?)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A condition with its place in the sentence."""

    start: int
    end: int
    condition: Condition


@lru_cache(maxsize=64)
def conditions(text: str) -> tuple[Found, ...]:
    """Return the conditions in a sentence's text, in order."""
    found = [*_special(text)]
    for match in STARTS.finditer(text):
        direction = _direction(match)
        if direction is not None and not any(item.start <= match.start() < item.end for item in found):
            item = _clause(text, match, direction)
            if item is not None:
                found.append(item)
    return tuple(sorted(found, key=lambda item: item.start))


def direction_of(clause: str) -> Direction:
    """Return the direction of a condition that is given: by its connective, by the "or" that it ends in, else `if`."""
    match = STARTS.match(clause)
    if match is None:
        return "unless" if ENDS_IN_OR.search(clause) else "if"
    return _direction(match) or "if"


ENDS_IN_OR = re.compile(r"\b(?:or(?: else)?|otherwise|failing which)$", re.IGNORECASE)


def _direction(match: "re.Match[str]") -> Direction | None:
    if match["unless"]:
        return "unless"
    return "until" if match["until"] else "if"


def _clause(text: str, match: "re.Match[str]", direction: Direction) -> Found | None:
    word = match[0].lower()
    first = not text[: match.start()].strip(" \"“”'‘-–—…")
    opens = first or text[: match.start()].rstrip()[-1:] in ',;:"“”—–'
    if word in ("should", "were", "had") and not _inverts(text, match, opens=opens):
        return None
    if (
        word in ("without", "before", "pending", "subject to", "absent", "failing")
        and not opens
        and word != "before"
        and not _clausal(text, match)
    ):
        return None
    if word == "before" and (DAYTIME.match(text, match.end()) or FINITE.search(_body(text, match.end())) is None):
        return None
    body = re.compile(END).match(text, match.end())
    end = body.end() if body is not None else match.end()
    end = _cut(text, match.end(), end) if opens else end
    clause = text[match.start() : end].rstrip()
    if (
        "anonymity" in clause
        or len(clause.split()) < 2
        or (word in ("if", "whether") and ASKED.search(text[: match.start()]) is not None)
    ):
        return None
    return Found(match.start(), match.start() + len(clause), Condition(text=clause, direction=direction))


INVERSION = re.compile(
    r"(?:should|were|had)\s+(?:the |a |an |its |their |any |another |one |our )?[\w'’-]+(?: [\w'’-]+){0,4}?\s", re.IGNORECASE
)
DAYTIME = re.compile(
    r"\s+(?:the |this |next )?(?:weekend|week|month|year|summer|winter|spring|autumn|end|dawn|dusk|noon|midnight|\d|[A-Z][a-z]+day)"
)
FINITE = re.compile(r"\b(?:\w{3,}s|\w+ed|is|are|has|have|was|were|sits|gives)\b(?=\s)")
VERBLESS = frozenset(["be", "have", "not", "been", "to"])


def _body(text: str, start: int) -> str:
    """The words of a clause after its connective."""
    found = re.compile(END).match(text, start)
    return "" if found is None else found[0] + " "


ASKED = re.compile(r"\b(?:ask(?:s|ed|ing)?|wonder(?:s|ed|ing)?|know|knows|see|unclear|say|said|question|about)\s+$", re.IGNORECASE)
MAIN = re.compile(
    r"\s(?=(?:it|he|she|they|we|you|our [\w-]+|the (?:answer|response|reply|decision))\s+(?:will|shall|would|'ll|won't|may|might|could)\b)|\s(?=[A-Z][\w'’-]+ (?:stands|will|would|intends|plans|vows)\b)"
)


def _cut(text: str, start: int, end: int) -> int:
    """Where the main clause begins without a comma: "if Norway blocks our sardines we shall ..."."""
    match = MAIN.search(text, start, end)
    return match.start() if match is not None and len(text[start : match.start()].split()) >= 2 else end


def _inverts(text: str, match: "re.Match[str]", *, opens: bool) -> bool:
    """ "Should Minsk refuse": at the head of a clause, or after a word that cannot be its subject."""
    following = text[match.end() :].split(maxsplit=1)
    if not following or following[0].lower().strip(",.") in VERBLESS | {"been", "never", "n't", "also", "still", "already", "no"}:
        return False
    before = text[: match.start()].rstrip()[-1:]
    if match[0].lower() in ("were", "had") and before in (",", ":"):
        return False
    if opens:
        return INVERSION.match(text, match.start()) is not None
    return match[0] == "should" and following[0][:1].isupper() | (
        following[0].lower() in ("the", "its", "their", "any", "another", "his", "her", "a")
    )


def _clausal(text: str, match: "re.Match[str]") -> bool:
    return match[0].lower() in ("without",) and " by " in text[match.end() : match.end() + 60]


def _special(text: str) -> list[Found]:
    for pattern in (WHICH, HAS_UNTIL, TO_OR):
        match = pattern.search(text)
        if match is not None:
            return [_unless(text, match.start("text"), match.end("text"))]
    return _ordered(text)


def _unless(text: str, start: int, end: int) -> Found:
    while text[start : start + 1].isspace():
        start += 1
    return Found(start, end, Condition(text=text[start:end], direction="unless"))


COLON = re.compile(r"^(?:[^:\"“]{2,70}:\s+|[\"“])?")
IMPERATIVE_STOP = frozenset(
    [
        "the",
        "a",
        "an",
        "this",
        "that",
        "these",
        "its",
        "his",
        "her",
        "our",
        "their",
        "no",
        "it",
        "he",
        "she",
        "they",
        "we",
        "who",
        "what",
        "when",
        "there",
        "in",
        "on",
        "at",
        "as",
        "for",
        "after",
        "by",
        "not",
    ]
)


def _ordered(text: str) -> list[Found]:
    """ "Free them or face curbs": an order, then "or" and what comes otherwise; at the start or after a colon or quote."""
    lead = COLON.match(text)
    start = lead.end() if lead is not None else 0
    match = OR_ELSE.match(text[start:])
    if match is None or not _looks_like_order(match["order"]) or "," in match["order"].strip(","):
        return []
    return [_unless(text, start, start + match.end("all"))]


def _looks_like_order(clause: str) -> bool:
    words = clause.strip(" \"“'").split()
    return 2 <= len(words) <= 20 and words[0].lower() not in IMPERATIVE_STOP and " said" not in clause


def subject_condition(text: str, before: int) -> Found | None:
    """Return a subject that is a condition by itself: "any attack would be met with ...", standing before an offset."""
    for match in SUBJECT.finditer(text):
        if match.start() < before:
            return Found(match.start("text"), match.end("text"), Condition(text=match["text"].strip(), direction="if"))
    return None


def imperative_condition(text: str) -> Found | None:
    """Return "sign it, and ..." at the start of a sentence or quote."""
    match = AND_THEN.search(text)
    if match is None or not _looks_like_order(match["text"].strip()):
        return None
    clause = match["text"].strip()
    start = text.index(clause, match.start())
    return Found(start, start + len(clause), Condition(text=clause, direction="if"))


WHEN = re.compile(r"\bwhen (?!asked|it comes|the talk|pressed)[^,;.\"“”]{6,120}")


def when_clause(text: str) -> Found | None:
    """Return a clause with "when", which is a condition only for what is still to come ("will buy again when ...")."""
    match = WHEN.search(text)
    return None if match is None else Found(match.start(), match.end(), Condition(text=match[0].strip(), direction="if"))
