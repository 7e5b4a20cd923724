"""Alerts to a chat: Slack's incoming webhooks, what takes the same, and Mattermost's.

Slack gets blocks of `plain_text`, in which nothing is markup and nobody is called; the fallback text has `&`, `<` and `>` escaped,
as Slack's documentation of message text asks. Mattermost has Markdown alone, so each character that could be markup has a
backslash before it, and a space of no width stands after `@` and within `://`, so that nobody is called and nothing becomes a
link.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from connectors.subscribers.http import Poster
from connectors.subscribers.receivers import Notification, Outcome, title
from connectors.subscribers.words import NO_NAMES, Names, describe, headline

MAX_ALERTS = 10
MAX_SECTION = 2_900  # Slack takes 3,000 characters in a section
NO_WIDTH = "\N{ZERO WIDTH SPACE}"
MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>&:$])")


class Chat:
    """Posts notifications as a chat takes them.

    Args:
        poster: knows the address.
        message_of: makes the message: `slack_message` or `mattermost_message`.
        names: reference names by id.
    """

    def __init__(
        self, poster: Poster, message_of: Callable[[Notification, Names], dict[str, Any]], names: Names = NO_NAMES
    ) -> None:
        self._poster = poster
        self._message_of = message_of
        self._names = names

    def notify(self, notification: Notification) -> Outcome | None:
        """Post it."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": notification.idempotency_key}
        return self._poster.post(json.dumps(self._message_of(notification, self._names)).encode(), headers)


def slack_message(notification: Notification, names: Names = NO_NAMES) -> dict[str, Any]:
    """Return the message for Slack."""
    texts = _blocks(notification, names)
    fallback = title(notification, names).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    section = [{"type": "section", "text": {"type": "plain_text", "text": text[:MAX_SECTION], "emoji": False}} for text in texts]
    return {"text": fallback, "blocks": section, "unfurl_links": False, "unfurl_media": False}


def mattermost_message(notification: Notification, names: Names = NO_NAMES) -> dict[str, Any]:
    """Return the message for Mattermost."""
    return {"text": "\n\n".join(_escaped(text[:MAX_SECTION]) for text in _blocks(notification, names))}


def _blocks(notification: Notification, names: Names) -> list[str]:
    shown = [
        "\n".join(
            [
                f"{alert.severity.upper()} {alert.kind}: {headline(alert, names)}",
                *(
                    f"{line.label}: {line.text}" if line.label else line.text
                    for line in describe(alert, notification.received_at, names, notification.watched.get(alert.id, ()))
                ),
            ]
        )
        for alert in notification.alerts[:MAX_ALERTS]
    ]
    more = len(notification.alerts) - MAX_ALERTS
    return [*shown, *([f"and {more} more"] if more > 0 else [])]


def _escaped(text: str) -> str:
    marked = MARKUP.sub(r"\\\1", text.replace("@", f"@{NO_WIDTH}").replace("://", f":{NO_WIDTH}//"))
    return marked.replace("\n", "  \n")
