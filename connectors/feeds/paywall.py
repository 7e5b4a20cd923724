"""Whether a text is all of its article, or what a stranger is shown of it.

A page is behind a wall when it says so where search engines look (`isAccessibleForFree`, `article:content_tier`), or when a line of
its text asks for a subscription to go on. Such lines are no news and go. A text is truncated when its end says so, when it is much
shorter than the page says that the article is, or when it is what a wall leaves.

Known to be wrong: walls that only a script puts up, behind which the whole text is sent anyway and read here.
"""

import re
from dataclasses import dataclass

from connectors.feeds.jsonld import Described

TEASER_END = re.compile(
    r"(\.\.\.|…|\[…\]|\[\.\.\.\]|read more\W*|continue reading\W*|read the full (story|article)\W*)$", re.IGNORECASE
)
# A line that asks for a subscription before the text goes on, and says nothing else.
WALL_LINE = re.compile(
    r"(?:please |to continue,? |to keep reading,? )*(?:subscribe|sign in|sign up|log in|register|become a (?:member|subscriber))"
    r"(?: now| today| here| or (?:subscribe|sign in|log in|register))*"
    r"(?: to| and)(?: continue| keep| read| unlock| access)(?: reading)?(?: (?:the|this|your|full|our|unlimited|rest of the))*"
    r"(?: (?:article|story|content|access|text|articles|stories))*"
    r"|(?:this|the) (?:article|story|content|text) is (?:only |exclusively )?(?:for|available to|reserved for)"
    r"(?: our| paying| registered)? (?:subscribers|members|readers)(?: only)?"
    r"|(?:subscribers|members)[- ]only(?: content| article)?"
    r"|(?:already (?:a subscriber|a member|subscribed)|have an account)\??(?: (?:sign|log) in(?: here)?)?"
    r"|you have (?:read|reached|used) (?:all |your )?.{0,40}(?:free|monthly) (?:articles|limit).{0,40}"
    r"|(?:dieser|der) artikel ist (?:nur )?für abonnenten.{0,60}"
    r"|(?:cet article|la suite) est réservée? aux abonnés.{0,60}"
    r"|(?:материал|статья) доступ(?:ен|на) только (?:подписчикам|по подписке)",
    re.IGNORECASE,
)
LOCKED_TIERS = frozenset({"locked", "premium", "subscriber", "paid"})
SHARE_OF_WORDS = 0.6  # of `wordCount`, below which a text is taken as cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How much of an article a page shows.

    Attributes:
        text: without the lines that ask for a subscription.
        paywalled: whether the page is behind a wall.
        truncated: whether the text is known to be cut.
    """

    text: str
    paywalled: bool
    truncated: bool


def is_teaser(text: str) -> bool:
    """Say whether a text ends as one that goes on elsewhere."""
    return TEASER_END.search(text.rstrip()[-80:]) is not None


def access_of(text: str, said: Described, tier: str = "") -> Access:
    """Return how much of an article its page shows.

    Args:
        text: paragraphs parted by blank lines.
        said: what the page says in JSON-LD.
        tier: `article:content_tier`, empty where there is none.
    """
    lines = text.split("\n\n")
    kept = [line for line in lines if WALL_LINE.fullmatch(line.strip(" .!:›»→")) is None]
    asked = len(kept) < len(lines)
    kept_text = "\n\n".join(kept)
    paywalled = said.free is False or tier.strip().lower() in LOCKED_TIERS or asked
    short = said.words > 0 and len(kept_text.split()) < SHARE_OF_WORDS * said.words
    return Access(text=kept_text, paywalled=paywalled, truncated=bool(kept_text) and (asked or short or is_teaser(kept_text)))
