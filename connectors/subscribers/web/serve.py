"""The page as a service: a thread that fills the read model, and a server that shows it, until it is stopped."""

import asyncio
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from typing import Any

import uvicorn
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from connectors.config import Config
from connectors.errors import ConfigError, SanctionwireError
from connectors.subscribers.readmodel.fill import Filler
from connectors.subscribers.readmodel.reading import Reader
from connectors.subscribers.web.access import access_of
from connectors.subscribers.web.app import make_app
from connectors.subscribers.web.live import Hub
from connectors.subscribers.web.site import KafkaWriter, Site, article_in_log
from connectors.subscribers.words import Names
from connectors.telemetry import Meters, Probes, answering
from connectors.watchlists.base import NOBODY, Watch

LOOK_SECS = 0.2
FEEDS_KEPT_SECS = 10.0
Feeds = Callable[[], Sequence[Mapping[str, Any]]]


class Kept:
    """An answer that is asked for once in a while and given to everybody meanwhile."""

    def __init__(self, ask: Feeds, secs: float = FEEDS_KEPT_SECS) -> None:
        self._ask = ask
        self._secs = secs
        self._lock = threading.Lock()
        self._at = -secs
        self._answer: Sequence[Mapping[str, Any]] = ()

    def __call__(self) -> Sequence[Mapping[str, Any]]:
        """Return the answer, asked anew if it is old; what cannot be read is nothing known."""
        with self._lock:
            now = time.monotonic()
            if now - self._at >= self._secs:
                self._at = now
                try:
                    self._answer = self._ask()
                except (SanctionwireError, OSError):
                    self._answer = ()
            return self._answer


def run(
    config: Config,
    names: Names,
    feeds: Feeds,
    say: Callable[[str], None],
    stop: threading.Event,
    *,
    rebuild: bool = False,
    watch: Watch = NOBODY,
) -> None:
    """Fill and serve until `stop` is set.

    Args:
        config: brokers, and the section [web].
        names: reference names of states and unions by id.
        feeds: what is remembered of each feed.
        say: takes narration.
        stop: ends it.
        rebuild: throw the read model away first.
        watch: says who in an alert may be on a watchlist.

    Raises:
        SanctionwireError: brokers or topics fail us, or the address cannot be listened on.
    """
    hub = Hub()
    filler = Filler(config.kafka, config.web.state_path, hub.publish, say, names, watch)
    filler.prepare(rebuild=rebuild)
    reader = Reader(config.web.state_path)
    site = Site(
        reader=reader,
        writer=KafkaWriter(config.kafka, filler),
        hub=hub,
        access=access_of(config.web, secrets.token_bytes(32)),
        article_at=lambda place: article_in_log(config.kafka, place),
        feeds=Kept(feeds),
        backlog=filler.backlog,
        names=names,
        watch=watch,
        watchlists=tuple(one.name for one in config.watchlists.lists),
        false_mutes=config.web.false_mutes,
        episode_gap_hours=config.pipeline.episode_gap_hours,
    )
    ended = threading.Event()
    failed: list[Exception] = []

    def fill() -> None:
        try:
            filler.run(lambda: stop.is_set() or ended.is_set())
        except Exception as error:  # noqa: BLE001 -- whatever it is, the server ends and it is raised there
            failed.append(error)
            ended.set()

    def not_ready() -> tuple[str, ...]:
        left = filler.backlog()
        return (f"{left} records of the backlog are unread",) if left else ()

    registry = CollectorRegistry()
    Meters(registry, version("sanctionwire"))
    thread = threading.Thread(target=fill, name="read model", daemon=True)
    thread.start()
    try:
        with answering(config.telemetry, registry, Probes(is_alive=thread.is_alive, not_ready=not_ready)):
            serve(make_app(site), config.web.host, config.web.port, hub, say, lambda: stop.is_set() or ended.is_set())
    finally:
        ended.set()
        thread.join()
        reader.close()
    if failed:
        raise failed[0]


def serve(app: Starlette, host: str, port: int, hub: Hub, say: Callable[[str], None], is_over: Callable[[], bool]) -> None:
    """Serve an application until `is_over` says so.

    Raises:
        ConfigError: the address cannot be listened on.
    """
    settings = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        limit_concurrency=400,
        timeout_keep_alive=10,
        timeout_graceful_shutdown=2,
        h11_max_incomplete_event_size=64 * 1024,
    )
    try:
        listener = settings.bind_socket()
    except SystemExit as error:  # what uvicorn does when the address is taken
        raise ConfigError("web.port", (f"cannot listen on {host}:{port}",), "choose another [web] host or port") from error
    listener.listen()  # whoever reads the next line may come at once
    say(f"the page is at {address(host, listener.getsockname()[1])}; Ctrl-C ends")
    server = uvicorn.Server(settings)
    asyncio.run(_serve(server, listener, hub, is_over))


async def _serve(server: uvicorn.Server, listener: Any, hub: Hub, is_over: Callable[[], bool]) -> None:
    async def watch() -> None:
        while not is_over():
            await asyncio.sleep(LOOK_SECS)
        hub.close()
        server.should_exit = True

    watching = asyncio.create_task(watch())
    await server._serve([listener])  # without its signal handlers: the caller has its own
    watching.cancel()


def address(host: str, port: int) -> str:
    """Return what to type into a browser."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 -- it is shown, not listened on
    return f"http://{f'[{shown}]' if ':' in shown and not shown.startswith('[') else shown}:{port}/"
