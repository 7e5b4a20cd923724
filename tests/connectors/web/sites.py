"""The page over a read model without a broker: what is written is applied at once."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Queue
from threading import Event, Thread
from typing import Any

from starlette.testclient import TestClient

from connectors.messages.alert import Alert, Quote
from connectors.messages.article import Article
from connectors.messages.codec import Message
from connectors.messages.signal import Actor, Condition, Term
from connectors.subscribers.readmodel.model import Model
from connectors.subscribers.readmodel.reading import Reader
from connectors.subscribers.web.access import Access
from connectors.subscribers.web.app import make_app
from connectors.subscribers.web.limits import READS, Rate
from connectors.subscribers.web.live import Hub
from connectors.subscribers.web.serve import serve
from connectors.subscribers.web.site import Site
from connectors.topics import Topic
from connectors.watchlists.base import NOBODY
from tests import builders
from tests.connectors.readmodel.stored import stored

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
KEY = b"k" * 32
BASE = "http://127.0.0.1:8088"
EU = Actor(id="EU", name="The European Union")
BELARUS = Actor(id="BLR", name="Belarus")


class AppliedAtOnce:
    """A writer that gives the read model what it is given, and keeps it."""

    def __init__(self, model: Model, hub: Hub) -> None:
        self.written: list[tuple[Topic, Message]] = []
        self._model = model
        self._hub = hub

    def write(self, topic: Topic, message: Message) -> None:
        """Apply a message."""
        self.written.append((topic, message))
        self.apply(message)

    def apply(self, *messages: Message) -> None:
        """Apply messages as if they came from their topics."""
        for message in messages:
            self._model.apply(stored(message))
        self._hub.publish(self._model.commit())


@dataclass
class Stage:
    """A site and what is behind it."""

    site: Site
    writer: AppliedAtOnce
    client: TestClient

    def token(self, path: str) -> str:
        """The form token of a page."""
        return self.client.get(path).text.split('name="token" value="')[1].split('"')[0]


@contextmanager
def staged(
    path: Path,
    messages: Sequence[Message] = (),
    *,
    access: Access | None = None,
    article: Article | None = None,
    feeds: Sequence[Mapping[str, Any]] = (),
    peer: str = "127.0.0.1",
    reads: Rate = READS,
    **more: Any,
) -> Iterator[Stage]:
    """Give a site with these messages in its read model."""
    hub = Hub()
    names = {"USA": "United States", "RUS": "Russia", "BLR": "Belarus", "EU": "European Union"}
    model = Model(path, names, watch=more.get("watch", NOBODY))
    writer = AppliedAtOnce(model, hub)
    writer.apply(*messages)
    reader = Reader(path)
    site = Site(
        reader=reader,
        writer=writer,
        hub=hub,
        access=access or Access(key=KEY),
        article_at=lambda _place: article,
        feeds=lambda: feeds,
        now=lambda: NOW,
        **more,
    )
    with TestClient(make_app(site, reads), base_url=BASE, client=(peer, 50_000), follow_redirects=False) as client:
        yield Stage(site, writer, client)
    reader.close()
    model.close()


@contextmanager
def served(stage: Stage) -> Iterator[str]:
    """Give the address at which a site is served to browsers."""
    said: Queue[str] = Queue()
    over = Event()
    app = make_app(stage.site, Rate(1e6, 1e6))
    thread = Thread(target=serve, args=(app, "127.0.0.1", 0, stage.site.hub, said.put, over.is_set))
    thread.start()
    try:
        yield said.get(timeout=10).split(" at ")[1].split(";")[0].rstrip("/")
    finally:
        over.set()
        thread.join()


def numbered(number: int, **overrides: Any) -> Alert:
    """One of many alerts, the later the greater its number."""
    at = NOW - timedelta(minutes=1_000 - number)
    made = builders.alert(id=f"{number:032x}", first_at=at, last_at=at, episode_started_at=at)
    return replace(made, **overrides)


HOSTILE = (
    "<script>window.hacked=1</script><img src=x onerror=window.hacked=1> \x1b[2J\x1b[31m \u202egnp.exe\u202c {{ 7*7 }} "
    '"><svg/onload=window.hacked=1> javascript:window.hacked=1 \u0300' + "\u0301" * 200
)


def hostile(number: int = 1, size: int = 0) -> Alert:
    """An alert whose every text is an attack."""
    text = HOSTILE + "A" * size
    quote = Quote(
        article_id=builders.ARTICLE_ID, signal_id="s", quote=text, start=0, end=len(text), commitment=3, rule=HOSTILE, reporters=()
    )
    evil = Actor(id=None, name=text)
    return numbered(
        number,
        senders=(evil,),
        targets=(evil,),
        conditions=(Condition(text=text, direction="if"),),
        deadlines=(text,),
        evidence=(quote,),
        severity_terms=(Term(name=text, value=0.5),),
        sources=(builders.source(outlet=text, title=text, url="javascript:window.hacked=1", agency=text),),
    )
