"""A feed tried once without any consequence: nothing is published, nothing is remembered.

    address ──► answer ──► reading (and what it follows) ──► the newest few entries, with their pages ──► Trial

The steps are those of a poll, by the same functions, so that a trial says what a poll would do: how it would end, what articles
would come of it, what is wrong, and when the next poll would be and why.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from connectors.errors import FeedError
from connectors.feeds.adaptive import wait_secs
from connectors.feeds.articles import has_full_text, make_article
from connectors.feeds.base import Allowed, Entry, FeedKind, FeedSpec, FeedState, Outcome, Page, Quarantined, Reading
from connectors.feeds.decide import GOOD, Finish, Read, decide, finished
from connectors.feeds.documents import Documents, Readers
from connectors.feeds.failures import QuietError, StoppedError, outcome_of
from connectors.feeds.fetch import PAGE_TYPES, Budget, Fetcher, Response
from connectors.feeds.files import address_of_path
from connectors.feeds.identity import Identified, all_keys, identify
from connectors.feeds.manners import fresh_secs, retry_after
from connectors.feeds.robots import Robots
from connectors.messages.article import Article

SHOWN = 3  # articles whose pages are fetched
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The article that one of the newest entries would be; `article` is None when there would be none, and `problem` says why."""

    title: str
    url: str
    article: Article | None
    text_from: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a poll would come to.

    Attributes:
        url: what was asked.
        answered_by: where the answer came from, after redirects; empty when there was none.
        status: of the answer, None when there was none.
        outcome: how the poll would end.
        kind: what it proved to be, None when it could not be read.
        title, language: what the feed says of itself.
        entries: how many it has, in all its documents.
        documents: how many further documents it named.
        hub: where it can be subscribed to; empty for nowhere.
        newest: the newest few.
        problems: what was wrong, one clause each.
        next_poll_at: when the next poll would be.
        why: what decides that, the weightiest first.
    """

    url: str
    answered_by: str
    status: int | None
    outcome: Outcome
    kind: FeedKind | None
    title: str
    language: str | None
    entries: int
    documents: int
    hub: str
    newest: tuple[Made, ...]
    problems: tuple[str, ...]
    next_poll_at: datetime
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trier:
    """Tries feeds; may be used by many threads at once.

    Attributes:
        fetcher, readers, robots, budget, clock: as in `poller.Tools`.
    """

    fetcher: Fetcher
    readers: Readers
    robots: Robots
    budget: Budget
    clock: Callable[[], datetime]

    def get(self, url: str, *, allow_private: Allowed = False) -> Response:
        """Fetch an address; raise `FeedError` when it cannot be."""
        return self.fetcher.get(url, allow_private=allow_private, budget=self.budget)

    def read(self, answer: Response) -> Reading:
        """Read an answer as a feed of any kind; raise `FeedError` when it is none."""
        return self.readers.read_feed("auto", answer.body, url=answer.url, content_type=answer.content_type)

    def trial(self, spec: FeedSpec, *, shown: int = SHOWN) -> Trial:
        """Try a feed.

        Args:
            spec: the feed.
            shown: of how many entries to make articles.

        Raises:
            StoppedError: we were asked to stop.
        """
        documents = Documents(self.fetcher, self.readers, self.budget, spec, lambda _: None)
        url = address_of_path(spec.path) if spec.path is not None else spec.url
        answer = documents.get(url, None)
        if isinstance(answer, StoppedError):
            raise answer
        intent = decide(answer)
        end, readings = self._read(documents, intent) if isinstance(intent, Read) else (intent, ())
        entries = [(entry, reading) for reading in readings for entry in reading.entries]
        newest = tuple(self._made(spec, entry, reading) for entry, reading in _newest(entries, shown))
        return _told(spec, url, answer, end, readings, documents, newest, self.clock())

    def _read(self, documents: Documents, intent: Read) -> tuple[Finish, tuple[Reading, ...]]:
        try:
            first = documents.read(intent.response)
            readings = (first, *documents.further(first.follow, {}))
        except StoppedError:
            raise
        except FeedError as error:
            return Finish(outcome=outcome_of(error), problem=str(error)), ()
        if documents.count and len(documents.problems) == documents.count:
            return next(iter(documents.problems.values())), readings
        has_entries = any(reading.entries for reading in readings)
        return Finish(outcome=Outcome.PUBLISHED if has_entries else Outcome.NOTHING_NEW), readings

    def _made(self, spec: FeedSpec, entry: Entry, reading: Reading) -> Made:
        (identified,) = identify(spec.id, all_keys(spec.id, [entry]), {})
        page, problem = self._page(spec, identified)
        made = make_article(spec, reading, identified, page, self.clock())
        if made is None:
            problem = problem or "has no text, in the feed or on its page"
            return Made(title=entry.title, url=identified.url, article=None, problem=problem)
        article, text_from = made
        return Made(title=article.title, url=article.url or "", article=article, text_from=text_from, problem=problem)

    def _page(self, spec: FeedSpec, identified: Identified) -> tuple[Page | None, str]:
        """Return an entry's page, None when it is not wanted or cannot be had; and what is wrong with it."""
        if not spec.fetch_pages or not identified.url or has_full_text(identified.entry):
            return None, ""
        url, private = identified.entry.link, spec.allow_private_addresses
        try:
            if not self.robots.allows(url, allow_private=private):
                return None, "its page must not be fetched, says the site's robots.txt"
            answer = self.fetcher.get(url, accept=PAGE_TYPES, allow_private=private, budget=self.budget)
            if answer.status != 200:
                return None, f"its page was answered with {answer.status}"
            return self.readers.read_page(answer.body, url=answer.url, content_type=answer.content_type), ""
        except StoppedError:
            raise
        except FeedError as error:
            return None, f"its page: {error}"


def _newest(entries: Iterable[tuple[Entry, Reading]], count: int) -> Iterator[tuple[Entry, Reading]]:
    return islice(sorted(entries, key=lambda one: one[0].published_at or LONG_AGO, reverse=True), count)


def _told(
    spec: FeedSpec,
    url: str,
    answer: Response | FeedError,
    end: Finish,
    readings: tuple[Reading, ...],
    documents: Documents,
    newest: tuple[Made, ...],
    now: datetime,
) -> Trial:
    response = answer if isinstance(answer, Response) else None
    first = readings[0] if readings else None
    quiet = _quiet_until(answer, now)
    state = finished(spec, FeedState(feed=spec.id), end.outcome, now, response=response, reading=first, quiet_until=quiet)
    return Trial(
        url=url,
        answered_by=response.url if response is not None else "",
        status=response.status if response is not None and spec.path is None else None,
        outcome=end.outcome,
        kind=first.kind if first is not None else None,
        title=first.title if first is not None else "",
        language=first.language if first is not None else None,
        entries=sum(len(reading.entries) for reading in readings),
        documents=documents.count,
        hub=first.hub if first is not None else "",
        newest=newest,
        problems=tuple(_problems(end, response, readings, documents, newest)),
        next_poll_at=state.next_due_at if state.next_due_at is not None else now,
        why=reasons(spec, state, response, now, quiet),
    )


def _quiet_until(answer: Response | FeedError, now: datetime) -> datetime | None:
    if isinstance(answer, QuietError):
        return now + timedelta(seconds=answer.secs)
    return retry_after(answer.headers.get("retry-after"), now) if isinstance(answer, Response) else None


def _problems(
    end: Finish, response: Response | None, readings: tuple[Reading, ...], documents: Documents, newest: tuple[Made, ...]
) -> Iterator[str]:
    if end.problem:
        yield end.problem
    if response is not None and response.hops:
        codes = ", ".join(str(hop.status) for hop in response.hops)
        yield f"redirects ({codes}) to {response.url}; take that address if it is meant to stay"
    quarantined = [one for reading in readings for one in reading.quarantined]
    yield from islice(map(_of_quarantined, quarantined), MOST_PROBLEMS)
    if len(quarantined) > MOST_PROBLEMS:
        yield f"{len(quarantined) - MOST_PROBLEMS} more entries cannot be read"
    yield from (one.problem for one in documents.problems.values() if one is not end)
    entries = [entry for reading in readings for entry in reading.entries]
    if readings and not entries:
        yield "has no entries; open it in a browser: it may be new, or the site may have another feed"
    if (
        entries
        and all(entry.published_at is None for entry in entries)
        and not any(one.article is not None and one.article.published_at is not None for one in newest)
    ):
        yield "gives no times of publication: arrival counts instead"
    yield from (f"{one.title or one.url or 'an entry without title and link'}: {one.problem}" for one in newest if one.problem)


def _of_quarantined(one: Quarantined) -> str:
    return f"entry {one.key or 'without a key'}: {one.reason}"


def reasons(spec: FeedSpec, state: FeedState, response: Response | None, now: datetime, quiet: datetime | None) -> tuple[str, ...]:
    """Return what decides when the next poll is, the longest wait first.

    Args:
        spec: the feed.
        state: after the poll.
        response: the answer.
        now: when it was polled.
        quiet: when the server wants to be asked again, None when it did not say.
    """
    if state.last_outcome in GOOD:
        rhythm = wait_secs(spec, state.rhythm, now)
        waits = [(rhythm, f"its rhythm, within {spec.min_poll_interval_secs:g} to {spec.max_poll_interval_secs:g} s")]
        waits.append((fresh_secs(response.headers, now) if response is not None else 0.0, "the server's Cache-Control or Expires"))
        waits.append((state.hints.wait_secs, "the feed's ttl or sy:updatePeriod"))
    else:
        back_off = ((state.next_due_at or now) - now).total_seconds() if quiet is None else 0.0
        waits = [(back_off, "it failed; the wait doubles with each failure")]
    waits.append(((quiet - now).total_seconds() if quiet is not None else 0.0, "the server's Retry-After"))
    told = [f"{reason}: {secs:.0f} s" for secs, reason in sorted(waits, reverse=True) if secs > 0]
    if state.hints.skip_hours or state.hints.skip_days:
        told.append("the feed's skipHours and skipDays leave times out")
    return tuple(told)
