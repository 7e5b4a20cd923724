"""Alerts for the exports: an ordinary one, many of them, and hostile ones."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.messages.alert import Alert, Change, Contest, Quote
from connectors.messages.signal import Actor, Condition, Term
from connectors.subscribers.exports.common import Setting
from tests import builders

NAMES = {"USA": "United States", "RUS": "Russia", "BLR": "Belarus", "EU": "European Union"}
SETTING = Setting(names=NAMES, page="https://desk.example", query="kind=threat&target=RUS", address="https://desk.example/feed")
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
ALLIES = Actor(id=None, name="its allies")
FIRM = Actor(id=None, name="Northern Shipping Company")
HOSTILE = (
    "=cmd|'/c calc'!A1 <script>alert(1)</script>]]><![CDATA[ <!ENTITY x SYSTEM 'file:///etc/passwd'> &x; "
    "&amp;lt; \x00\x01\x08\x0b\x1b[2J\ud800 \ufffe \uffff "
    "\u202egnp.exe\u202c \u2028 \x85 \"'; =1+1 +1 -1 @SUM(A1) </title></item></entry></channel> %s {0}"
)


def full(**overrides: Any) -> Alert:
    """An alert with something in every field."""
    made = builders.alert(
        version=3,
        status="updated",
        senders=(builders.UNITED_STATES, ALLIES),
        targets=(builders.RUSSIA, FIRM),
        callers=(Actor(id="EU", name="Brussels"),),
        measures=("asset_freeze", "unspecified"),
        deadlines=("within two weeks",),
        timeline=(
            Change(version=1, event_time=builders.PUBLISHED_AT, article_id=builders.ARTICLE_ID, what=("raised",)),
            Change(version=3, event_time=builders.PUBLISHED_AT, article_id=builders.ARTICLE_ID, what=("deadlines: +1",)),
        ),
    )
    return replace(made, **overrides)


def numbered(number: int, **overrides: Any) -> Alert:
    """One of many alerts, the later the greater its number."""
    at = NOW + timedelta(minutes=number)
    made = builders.alert(id=f"{number:032x}", first_at=at, last_at=at, episode_started_at=at, timeline=())
    return replace(made, **overrides)


def hostile(size: int = 0, text: str = HOSTILE) -> Alert:
    """An alert whose every text is an attack, `size` characters longer than that."""
    words = text + "A" * size
    evil = Actor(id=None, name=words)
    quote = Quote(
        article_id=builders.ARTICLE_ID,
        signal_id="s",
        quote=words,
        start=0,
        end=len(words),
        commitment=3,
        rule=words,
        reporters=(evil,),
    )
    return numbered(
        1,
        version=2,
        status="updated",
        senders=(evil, Actor(id=words, name=words)),
        targets=(evil,),
        callers=(evil,),
        conditions=(Condition(text=words, direction="if"),),
        deadlines=(words,),
        evidence=(quote,),
        contested=(Contest(deniers=(evil,), article_id=builders.ARTICLE_ID, quote=words),),
        severity_terms=(Term(name=words, value=0.5),),
        sources=(
            builders.source(outlet=words, title=words, url="javascript:alert(1)", agency=words),
            builders.source(article_id="b", outlet=words, title=words, url=f"https://news.example/{words}"),
        ),
        timeline=(Change(version=2, event_time=NOW, article_id=builders.ARTICLE_ID, what=(words,)),),
    )
