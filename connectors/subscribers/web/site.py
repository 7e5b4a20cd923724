"""What every page and every call of the API is given: the read model, the log, the clock, and the words of the configuration."""

import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from starlette.requests import Request

from connectors.config import KafkaConfig
from connectors.errors import MessageError
from connectors.kafka import publish_one, read_at
from connectors.messages.article import Article
from connectors.messages.codec import Message, decode, encode
from connectors.subscribers.readmodel.fill import Filler
from connectors.subscribers.readmodel.reading import Reader
from connectors.subscribers.web.access import Access, Person
from connectors.subscribers.web.guard import FORM_COOKIE, cookie_of
from connectors.subscribers.web.live import Hub
from connectors.subscribers.words import NO_NAMES, Names
from connectors.topics import ARTICLES, Topic
from connectors.watchlists.base import NOBODY, Watch

SEEN_WITHIN_SECS = 3.0
SEARCH_SECS = 0.05  # after which a search that has found too little is given up for this page; it leads on from there


class Writer(Protocol):
    """Puts what people say on its topic."""

    def write(self, topic: Topic, message: Message) -> None:
        """Return when it is safe, and if all goes well when the read model has it.

        Raises:
            BrokerError: it is not safe.
        """


class KafkaWriter:
    """Writes to Kafka, one message at a time; verdicts and silences are few.

    Args:
        config: the brokers.
        filler: whose read model shows it a moment later.
    """

    def __init__(self, config: KafkaConfig, filler: Filler) -> None:
        self._config = config
        self._filler = filler
        self._lock = threading.Lock()

    def write(self, topic: Topic, message: Message) -> None:
        """Publish a message and wait until it is safe and, for a moment, until it is seen."""
        now_ms = int(datetime.now(UTC).timestamp() * 1000)
        with self._lock:
            place = publish_one(self._config, topic, encode(message), now_ms)
        self._filler.wait_for(place, SEEN_WITHIN_SECS)


def article_in_log(config: KafkaConfig, place: Mapping[str, Any]) -> Article | None:
    """Return the article that stands at a place of the log; None if it is gone, or is none.

    Raises:
        BrokerError: the brokers cannot be reached.
    """
    for stored in read_at(config, ARTICLES, [(int(place["partition"]), int(place["offset"]))]):
        try:
            return decode(Article, stored.value, stored.headers)
        except MessageError:
            return None
    return None


@dataclass(frozen=True, kw_only=True)
class Site:
    """All of it.

    Attributes:
        reader: the read model.
        writer: takes verdicts and silences.
        hub: hands changes to who looks on.
        access: who may come in.
        article_at: the article that stands at a place of the log, None if it is gone.
        feeds: what is remembered of each feed, as `feeds list --json` has it; empty where nothing is known here.
        backlog: records that the read model has still to read.
        names: reference names of states and unions by id.
        false_mutes: whether a verdict `false` mutes the like of it for the rest of the episode.
        episode_gap_hours: hours of silence after which the same act is a new alert.
        now: the time, with a zone.
        watch: says who in an alert may be on a watchlist.
        watchlists: names of the lists.
        search_secs: after which a search is given up for a page.
    """

    reader: Reader
    writer: Writer
    hub: Hub
    access: Access
    article_at: Callable[[Mapping[str, Any]], Article | None] = lambda _place: None
    feeds: Callable[[], Sequence[Mapping[str, Any]]] = lambda: ()
    backlog: Callable[[], int] = lambda: 0
    names: Names = field(default_factory=lambda: NO_NAMES)
    false_mutes: bool = False
    episode_gap_hours: float = 72.0
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    watch: Watch = NOBODY
    watchlists: tuple[str, ...] = ()
    search_secs: float = SEARCH_SECS

    def until_late(self) -> Callable[[], bool]:
        """Return what says whether a search that begins now has lasted long enough."""
        until = time.monotonic() + self.search_secs
        return lambda: time.monotonic() >= until


def person(request: Request) -> Person:
    """Return who asks, as the guard found it."""
    found: Person = request.state.person
    return found


def form_cookie(request: Request) -> str:
    """Return the cookie that the visitor's forms are bound to; a new one for a new visitor."""
    return cookie_of(request.headers, FORM_COOKIE) or secrets.token_urlsafe(18)
