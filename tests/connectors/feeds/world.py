"""A world of feeds on a clock of its own, whose servers misbehave in every known way and write down what is done to them.

The poller's own code decides: `Plan`, `HostPacer`, `Fetcher.get` with its redirects and conditions, `decide`, `finished`. Only the
wire (`Fetcher._ask`), the reading of documents and the threads are replaced; polls overlap as they would with `THREADS` of them.
"""

import heapq
import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from connectors.errors import FeedError, UnsafeAddressError
from connectors.feeds.base import Entry, FeedSpec, FeedState, Outcome, Reading
from connectors.feeds.decide import Finish, Read, decide, finished
from connectors.feeds.failures import OverBudgetError, QuietError, TimedOutError, UnreachableError, UnreadableError, outcome_of
from connectors.feeds.fetch import Budget, Fetcher, Response, host_of
from connectors.feeds.manners import (
    ASKING_FOR_QUIET,
    BURST_QUIET,
    BURST_TIMES,
    BURST_WINDOW,
    PERMANENT,
    about,
    address_of,
    allowed_from,
    retry_after,
)
from connectors.feeds.plan import Plan
from connectors.feeds.poller import Poll
from connectors.feeds.scheduler import Evenness, HostPacer

START = datetime(2021, 11, 1, tzinfo=UTC)
HOUR, DAY = 3600.0, 86400.0
GAP_SECS = 1.0
THREADS = 16
BUDGET = Budget(max_redirects=1)  # a circle of as many as we follow would fill minutes of five requests
OUTAGE = (12 * DAY, 12 * DAY + 3 * HOUR)  # nothing can be reached
PAUSE = (20 * DAY, 20 * DAY + 6 * HOUR)  # we do not run, and begin anew from what is remembered
BROKER_AWAY = (25 * DAY, 25 * DAY + 4 * HOUR)  # nothing can be published
LATE_SECS = 60.0  # a poll under way may still ask a host that has just had enough
HEADS: tuple[Mapping[str, str], ...] = (
    {"ttl": "90"},
    {"updatePeriod": "daily", "updateFrequency": "4"},
    {"skipHours": "0 1 2 3 4 5 22 23"},
    {"skipDays": "Saturday Sunday"},
    {"skipHours": "9 10 11 12 13 14 15", "skipDays": "Friday"},
)
CACHES: tuple[Mapping[str, str], ...] = (
    {"cache-control": "max-age=1800"},
    {"cache-control": "no-cache"},
    {"expires": "Mon, 01 Nov 2021 02:00:00 GMT", "date": "Mon, 01 Nov 2021 01:00:00 GMT"},
)
FAULTS = (
    *("301", "301 and back", "302", "308", "loop", "304 to all", "403", "404", "410", "410 for a week", "429", "500", "503"),
    *("503 soon", "timeout", "unreachable", "dead", "unreadable", "too long", "unsafe", "new tag"),
)
LASTING = frozenset({"301", "302", "308", "403", "404", "410", "dead", "loop", "new tag", "unsafe"})
NONSENSE = ("soon", "-5", "Thu, 01 Jan 1970 00:00:00 GMT", "")
REFUSALS = ("429", "429 date", "503", "403", "403 secs", "429 bare")


@dataclass(slots=True)
class Document:
    """A feed's address."""

    host: str
    fault: str = ""
    fault_from: float = math.inf
    fault_until: float = math.inf
    target: str = ""
    rate: float = 0.3  # articles an hour
    peak: float = 12.0
    validators: str = "both"
    hints: Mapping[str, str] = field(default_factory=dict)
    cache: Mapping[str, str] = field(default_factory=dict)
    count: int = 20
    counted_at: float = 0.0


@dataclass(slots=True)
class Server:
    """A host: how slow it is, when it is overloaded and how it says so; and what was done to it."""

    latency: float
    overloaded: tuple[tuple[float, float], ...] = ()
    refusal: str = "429"
    rested_at: float = 0.0
    quiet_until: float = 0.0
    refusals: tuple[float, ...] = ()  # without a time at which to come again
    burst_at: float = -math.inf


class World:
    """All hosts and their documents."""

    def __init__(self, feeds: int, hosts: int, seed: int) -> None:
        self.dice = random.Random(seed)
        self.now = 0.0
        self.servers = {f"h{number}.example": self._server() for number in range(hosts)}
        self._crowd()
        self.documents: dict[str, Document] = {}
        self.specs = tuple(self._feed(number, hosts) for number in range(feeds))
        self.wrongs: Counter[str] = Counter()
        self.statuses: Counter[str] = Counter()
        self.minutes: Counter[int] = Counter()
        self.skips: dict[str, FeedState] = {}
        self.last_read: dict[str, tuple[str, bool]] = {}  # by feed: which address was read last, and whether it gave validators
        self.bursts = 0
        self.gone: dict[str, tuple[int, float]] = {}  # by feed: how often in a row it was told that it is gone, and when last

    def _crowd(self) -> None:
        """Make the first two hosts, on which a third of all feeds is, refuse without saying until when."""
        for number, refusal in ((0, "403"), (1, "429 bare")):
            begin = (3 + number) * DAY
            self.servers[f"h{number}.example"] = Server(latency=0.3, refusal=refusal, overloaded=((begin, begin + 12 * HOUR),))

    def _server(self) -> Server:
        dice = self.dice
        begins = sorted(dice.uniform(0, 30 * DAY) for _ in range(3)) if dice.random() < 0.6 else []
        overloaded = tuple((begin, begin + dice.uniform(0.5, 12) * HOUR) for begin in begins)
        return Server(latency=math.exp(dice.gauss(-1.2, 0.8)), overloaded=overloaded, refusal=dice.choice(REFUSALS))

    def _feed(self, number: int, hosts: int) -> FeedSpec:
        dice = self.dice
        url = f"http://h{number % 2 if number % 3 == 0 else number % hosts}.example/{number}"
        made = Document(
            host=host_of(url),
            rate=min(math.exp(dice.gauss(-1.5, 1.3)), 10.0),
            peak=dice.uniform(0, 24),
            validators=dice.choice(["both", "both", "etag", "date", "none"]),
            hints=dice.choice(HEADS) if dice.random() < 0.2 else {},
            cache=dice.choice(CACHES) if dice.random() < 0.2 else {},
        )
        if dice.random() < 0.3:
            self._break(made, number, hosts)
        self.documents[url] = made
        secs = HOUR if number % 100 == 0 else 1.25 * DAY
        return FeedSpec(
            id=str(number), url=url, poll_interval_secs=secs, min_poll_interval_secs=secs / 20, max_poll_interval_secs=4 * secs
        )

    def _break(self, made: Document, number: int, hosts: int) -> None:
        dice = self.dice
        made.fault, made.fault_from = dice.choice(FAULTS), dice.uniform(0, 20 * DAY)
        if made.fault in {"410 for a week", "301 and back"}:
            made.fault_until = made.fault_from + 7 * DAY
        elif made.fault not in LASTING:
            made.fault_until = made.fault_from + dice.uniform(0.1, 10) * DAY
        if made.fault[:3] in {"301", "302", "308"}:
            made.target = f"http://h{dice.randrange(hosts)}.example/moved/{number}"
            ends = made.fault_until if made.fault == "301 and back" else math.inf
            self.documents[made.target] = replace(
                made, host=host_of(made.target), fault="404", fault_from=ends, fault_until=math.inf
            )

    def answer(self, feed: str, url: str, headers: Mapping[str, str]) -> Response:
        """Take a request: write down what is wrong with it, let its time pass, and answer."""
        document, server = self.documents[url], self.servers[host_of(url)]
        self._judge(feed, url, server, headers)
        self.minutes[int(self.now // 60)] += 1
        self.now += server.latency
        server.rested_at = self.now + max(GAP_SECS, min(2 * server.latency, 30.0))
        try:
            response = self._respond(document, server, url, headers)
        except FeedError as error:
            self.statuses[type(error).__name__] += 1
            raise
        self.statuses[str(response.status)] += 1
        self._note(feed, server, response)
        return response

    def _note(self, feed: str, server: Server, response: Response) -> None:
        """Remember what an answer lets the server expect of us."""
        named = retry_after(response.headers.get("retry-after"), START + timedelta(seconds=self.now))
        is_refusal = response.status in ASKING_FOR_QUIET
        if response.status in {200, 304}:
            server.refusals = ()
        if is_refusal and (named is None or named <= START + timedelta(seconds=self.now)):
            since = self.now - BURST_WINDOW.total_seconds()
            server.refusals = (*(one for one in server.refusals if one > since), self.now)
            if len(server.refusals) >= BURST_TIMES:
                server.refusals, server.burst_at = (), self.now
                self.bursts += 1
        if response.status == 410:
            self.gone[feed] = (self.gone.get(feed, (0, 0.0))[0] + 1, self.now)
        elif response.status not in {301, 302, 308, 429} and not (response.status == 503 and "retry-after" in response.headers):
            self.gone.pop(feed, None)

    def restarted(self) -> None:
        """Expect nothing that is not remembered over a restart."""
        for server in self.servers.values():
            server.refusals, server.burst_at = (), -math.inf

    def _judge(self, feed: str, url: str, server: Server, headers: Mapping[str, str]) -> None:
        if self.now < server.rested_at - 1e-6:
            self.wrongs["host not rested"] += 1
        if self.now < server.quiet_until - 1e-6:
            self.wrongs["before Retry-After"] += 1
        moment = START + timedelta(seconds=self.now)
        known = self.skips.get(feed)
        # A moment of waiting for the host's turn is not a poll in a skipped hour.
        if known is not None and allowed_from(moment - timedelta(seconds=60), known.hints) > moment:
            self.wrongs["in an hour or day to skip"] += 1
        if server.burst_at + LATE_SECS < self.now < server.burst_at + BURST_QUIET.total_seconds() - 1:
            self.wrongs["after a burst of refusals"] += 1
        times, at = self.gone.get(feed, (0, 0.0))
        if times >= 2 and self.now < at + 29 * DAY:
            self.wrongs["gone for good"] += 1
        if self.last_read.get(feed) == (url, True) and not {"If-None-Match", "If-Modified-Since"} & set(headers):
            self.wrongs["unconditional again"] += 1

    def _respond(self, document: Document, server: Server, url: str, headers: Mapping[str, str]) -> Response:
        if OUTAGE[0] <= self.now < OUTAGE[1]:
            raise UnreachableError(url, "the network is down")
        for begin, end in server.overloaded:
            if begin <= self.now < end:
                return self._refuse(server, url, end)
        is_broken = document.fault_from <= self.now < document.fault_until and document.fault != "new tag"
        if is_broken and (document.fault != "500" or self.dice.random() < 0.5):
            return self._fail(document, url)
        return self._give(document, url, headers)

    def _refuse(self, server: Server, url: str, end: float) -> Response:
        if server.refusal in {"403", "429 bare"}:
            return Response(url=url, status=int(server.refusal[:3]))
        opens = min(end, self.now + 6 * HOUR)
        secs = math.ceil(opens - self.now)
        server.quiet_until = math.floor(self.now) + secs if server.refusal == "429 date" else self.now + secs
        when = format_datetime(START + timedelta(seconds=math.floor(self.now) + secs), usegmt=True)
        return Response(
            url=url, status=int(server.refusal[:3]), headers={"retry-after": when if "date" in server.refusal else str(secs)}
        )

    def _fail(self, document: Document, url: str) -> Response:
        kind = document.fault
        if kind == "timeout":
            self.now += 20.0
            self.servers[document.host].rested_at = self.now + 30.0
            raise TimedOutError(url, "took longer than its time budget")
        if kind in {"unreachable", "dead"}:
            raise UnreachableError(url, "the connection failed")
        if kind == "too long":
            raise OverBudgetError(url, "is longer than it may be")
        if kind == "unsafe":
            raise UnsafeAddressError(url, "must not be reached from here")
        if kind == "loop":
            return Response(url=url, status=302, headers={"location": url})
        if kind == "unreadable":
            return Response(url=url, status=200, headers={"etag": '"broken"'}, body=b"<html>")
        headers = {"location": document.target} if document.target else {}
        if kind == "503 soon":
            headers["retry-after"] = self.dice.choice(NONSENSE)
        return Response(url=url, status=int(kind[:3]), headers=headers)

    def _give(self, document: Document, url: str, headers: Mapping[str, str]) -> Response:
        before = document.count
        document.count += self._arrived(document)
        is_new = document.fault == "new tag" and self.now >= document.fault_from
        etag = f'"{document.count}{self.dice.random() if is_new else ""}"'
        is_dated = document.validators in {"both", "date"}
        date = format_datetime(START + timedelta(minutes=document.count), usegmt=True) if is_dated else ""
        own = {"etag": etag} if document.validators in {"both", "etag"} else {}
        own |= {"last-modified": date} if is_dated else {}
        asked = headers.get("If-None-Match", headers.get("If-Modified-Since"))
        status = 304 if asked in {etag, date} and asked in own.values() else 200
        # Every third 304 names its validators again, as servers do or do not.
        shown = own if status == 200 or before % 3 == 0 else {}
        return Response(url=url, status=status, headers={**shown, **document.cache}, body=b"feed" if status == 200 else b"")

    def _arrived(self, document: Document) -> int:
        hours = (self.now - document.counted_at) / HOUR
        document.counted_at = self.now
        day = 1 + 0.8 * math.cos((self.now / HOUR - document.peak) / 24 * 2 * math.pi)
        mean = document.rate * hours * (day if hours < 6 else 1.0)
        return int(self.dice.gauss(mean, math.sqrt(mean)) + 0.5) if mean > 20 else _poisson(self.dice, mean)


def _poisson(dice: random.Random, mean: float) -> int:
    count, left = 0, math.exp(-mean)
    product = dice.random()
    while product > left:
        count += 1
        product *= dice.random()
    return count


class WorldFetcher(Fetcher):
    """The real fetcher on the world's wire."""

    def __init__(self, world: World, pacer: HostPacer) -> None:
        super().__init__(user_agent="simulated", stop=_Never(world), pacer=pacer, monotonic=lambda: world.now)  # type: ignore[arg-type]
        self._world = world
        self.feed = ""

    def _ask(self, url: str, headers: Mapping[str, str], *_: object, **__: object) -> Response:
        return self._world.answer(self.feed, url, headers)


class _Never:
    """A stop that never comes, and whose waiting lets the world's time pass."""

    def __init__(self, world: World) -> None:
        self._world = world

    def is_set(self) -> bool:
        return False

    def wait(self, secs: float) -> bool:
        self._world.now += secs
        return False


@dataclass
class Month:
    """A poller in a world.

    Attributes:
        world: the servers.
        even: see `Evenness`; less than its default, since in minutes of five requests each one counts.
        states: what is remembered, by feed.
        outcomes: polls by how they ended.
    """

    world: World
    even: float = 1.15
    states: dict[str, FeedState] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    outcomes: Counter[Outcome] = field(default_factory=Counter)

    def run(self, until: float) -> None:
        """Poll until a time, with the pause in between."""
        for begin, end in ((0.0, min(PAUSE[0], until)), (PAUSE[1], until)):
            if begin < end:
                self._run(begin, end)

    def _run(self, begin: float, end: float) -> None:
        world = self.world
        world.now = now = begin
        world.restarted()
        pacer = HostPacer(GAP_SECS, _Never(world), lambda: world.now)  # type: ignore[arg-type]
        fetcher = WorldFetcher(world, pacer)
        plan = Plan(world.specs, world.dice.random, Evenness(0.01, self.even), pacer.close)
        plan.begin(self._state, _at(now))
        under_way: list[tuple[float, str, Poll]] = []
        while now < end:
            moment = _at(now)
            spec = plan.take(moment) if len(under_way) < THREADS else None
            if spec is not None:
                world.now = now
                ended = self._poll(spec, fetcher, pacer)
                heapq.heappush(under_way, (world.now, spec.id, ended))
                continue
            wait = plan.wait_secs(moment) if len(under_way) < THREADS else None
            ready = now + max(wait, 1e-3) if wait is not None else math.inf
            if under_way and under_way[0][0] <= ready:
                now, feed, ended = heapq.heappop(under_way)
                world.now = now
                plan.ended(ended, _at(now), rest_secs=pacer.rest_secs(plan.host(feed)))
            else:
                now = ready

    def _state(self, spec: FeedSpec) -> FeedState:
        return about(spec, self.states.get(spec.id, FeedState(feed=spec.id)))

    def _poll(self, spec: FeedSpec, fetcher: WorldFetcher, pacer: HostPacer) -> Poll:
        """The skeleton of `poller.poll`."""
        state = self._state(spec)
        fetcher.feed = spec.id
        answer: Response | FeedError
        try:
            answer = fetcher.get(address_of(spec, state, _at(self.world.now)), validators=state.validators, budget=BUDGET)
        except FeedError as error:
            answer = error
        quiet, quiet_host = self._quiet(answer, pacer)
        response = answer if isinstance(answer, Response) else None
        end, reading, arrived = self._read(spec, decide(answer))
        if end.outcome is Outcome.PUBLISHED and BROKER_AWAY[0] <= self.world.now < BROKER_AWAY[1]:
            self.counts[spec.id] -= arrived
            end, reading, arrived = Finish(outcome=Outcome.NOT_PUBLISHED), None, 0
        state = finished(
            spec,
            state,
            end.outcome,
            _at(self.world.now),
            response=response,
            reading=reading,
            arrived=arrived,
            quiet_until=quiet,
            quiet_host=quiet_host,
        )
        self._note(spec, state, end, response)
        return Poll(
            feed=spec.id,
            outcome=end.outcome,
            problem="",
            state=state,
            status=response.status if response is not None else None,
            redirects=len(response.hops) if response is not None else 0,
            host=host_of(response.url) if response is not None else quiet_host,
            quiet_until=quiet,
        )

    def _quiet(self, answer: Response | FeedError, pacer: HostPacer) -> tuple[datetime | None, str]:
        """`poller._heed`."""
        now = _at(self.world.now)
        if isinstance(answer, QuietError):
            return now + timedelta(seconds=answer.secs), answer.subject
        asked = retry_after(answer.headers.get("retry-after"), now) if isinstance(answer, Response) else None
        if asked is None or not isinstance(answer, Response) or answer.status not in ASKING_FOR_QUIET:
            return asked, ""
        pacer.close(host_of(answer.url), (asked - now).total_seconds())
        return asked, host_of(answer.url)

    def _read(self, spec: FeedSpec, intent: Read | Finish) -> tuple[Finish, Reading | None, int]:
        if isinstance(intent, Finish):
            return intent, None, 0
        if intent.response.body != b"feed":
            return Finish(outcome=outcome_of(UnreadableError("x", "y"))), None, 0
        document = self.world.documents[intent.response.url]
        arrived = document.count - self.counts.get(spec.id, document.count)
        self.counts[spec.id] = document.count
        now = _at(self.world.now)
        is_first = spec.id not in self.states or self.states[spec.id].last_success_at is None
        times = (now - timedelta(hours=number / document.rate) for number in range(1, 11)) if is_first else ()
        entries = tuple(Entry(published_at=one) for one in times)
        reading = Reading(kind="rss", entries=entries, hints=document.hints)
        return Finish(outcome=Outcome.PUBLISHED if arrived > 0 else Outcome.NOTHING_NEW), reading, max(arrived, 0)

    def _note(self, spec: FeedSpec, state: FeedState, end: Finish, response: Response | None) -> None:
        self.outcomes[end.outcome] += 1
        self.states[spec.id] = state
        if end.outcome in {Outcome.PUBLISHED, Outcome.NOTHING_NEW} and response is not None:
            given = bool({"etag", "last-modified"} & set(response.headers))
            self.world.last_read[spec.id] = (response.url, given)
            self.world.skips[spec.id] = state


def _at(secs: float) -> datetime:
    return START + timedelta(seconds=secs)


def busiest(minutes: Mapping[int, int], whole: Iterable[int]) -> tuple[int, float]:
    """Return the requests of the largest minute, and the mean over the minutes in which we ran."""
    numbers = list(whole)
    return max(minutes.values()), sum(minutes.values()) / len(numbers)


def permanent(month: Month) -> int:
    """Return how many feeds have adopted a move."""
    moved: defaultdict[str, bool] = defaultdict(bool)
    for spec in month.world.specs:
        state = month.states.get(spec.id)
        if state is not None and address_of(spec, state, _at(month.world.now)) != spec.url:
            moved[spec.id] = month.world.documents[spec.url].fault[:3] in {str(status) for status in PERMANENT}
    return sum(moved.values())
