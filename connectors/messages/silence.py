"""What somebody does not want to hear of for a while."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from connectors.messages.identity import content_id

MatchOp = Literal["=", "!=", "=~", "!~"]
MAX_MATCHERS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """One condition on a label, in Alertmanager's words.

    Attributes:
        name: of the label, such as `target`.
        op: `=` or `!=` a text; `=~` or `!~` a regular expression that has to fit the whole value.
        value: the text or expression.
    """

    name: str
    op: MatchOp
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Alerts that all of its matchers fit are not delivered while it lasts.

    Attributes:
        id: 32 hexadecimal digits, see `silence_id`.
        matchers: one or more.
        author: who mutes.
        comment: why, in the author's words.
        starts_at, ends_at: from when, until when.
        created_at: when it was made.
        expired_at, expired_by: when it was ended before its time, and by whom; None if it was not, or nobody was told apart.
    """

    id: str
    matchers: tuple[Matcher, ...]
    author: str
    comment: str
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    expired_at: datetime | None = None
    expired_by: str | None = None


def silence_id(matchers: Iterable[Matcher], author: str, created_at: datetime) -> str:
    """Return the id of the silence that `author` makes at `created_at`; the order of its matchers does not matter."""
    marks = sorted(f"{matcher.name}{matcher.op}{matcher.value}" for matcher in matchers)
    return content_id("silence", *marks, author, created_at.isoformat())
