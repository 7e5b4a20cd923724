"""One poll of one feed, carried out as `decide.py` says.

    GET ─► read (worker) ─► identify ─► for each entry: page (GET, worker) ─► article ─► publish, flush, record ─► finish

Order is safety here: articles are published, flushed and only then recorded; the feed's validators are recorded last of all. A poll
that ends early, by a kill or by a broker that is away, leaves its rest to the next one, which asks for the whole document again.

An entry whose page cannot be had for the moment is published with the feed's text, if it has any, and stays pending: when its page
comes, that is the next version. After `MAX_ATTEMPTS` polls it is left as it is.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from connectors.errors import BrokerError, FeedError, MessageError
from connectors.feeds.articles import make_article, next_version, remembered
from connectors.feeds.base import Entry, FeedSpec, FeedState, Outcome, Page, Publisher, Quarantined, Reading
from connectors.feeds.boilerplate import EDGES, WINDOW, edges_of, repeated, without_repeated
from connectors.feeds.decide import GOOD, Finish, Make, Read, choose, decide, finished
from connectors.feeds.documents import Documents, Readers
from connectors.feeds.failures import QuietError, StateError, StoppedError, TimedOutError, UnreachableError, outcome_of
from connectors.feeds.fetch import PAGE_TYPES, Budget, Fetcher, Response, host_of
from connectors.feeds.files import address_of_path
from connectors.feeds.identity import Identified, all_keys, identify, settled
from connectors.feeds.manners import ASKING_FOR_QUIET, about, address_of, retry_after
from connectors.feeds.robots import Robots
from connectors.feeds.scheduler import HostPacer
from connectors.feeds.store import Pending, Seen, Store
from connectors.messages.article import Article

MAX_ENTRIES = 2000  # of one document, the first ones
MAX_PAGES = 50  # in one poll; the next poll of the feed, soon after, goes on
MAX_ATTEMPTS = 4
BUSY = frozenset({429, 503})
BATCH = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """How one poll ended.

    Attributes:
        feed: id of the feed.
        outcome: from the closed list.
        problem: why, when it did not end well; empty otherwise.
        state: what is remembered for the next one.
        status: what the server answered, None when it did not.
        redirects: how many were followed to get there.
        host: who gave the answer after these, or has asked to be left alone; empty when nobody did.
        quiet_until: when the server wants to be asked again, None when it did not say.
        counts: how many `new`, `changed`, `quarantined`, `text_from_page`, `text_from_feed`, `page_failed`,
            `page_forbidden`.
    """

    feed: str
    outcome: Outcome
    problem: str
    state: FeedState
    status: int | None = None
    redirects: int = 0
    host: str = ""
    quiet_until: datetime | None = None
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What polls are carried out with; shared by all threads.

    Attributes:
        fetcher: makes the GETs.
        readers: read documents.
        store: remembers.
        publisher: takes the articles.
        publishing: held while articles are published and recorded, so that two feeds with the same article do not race.
        clock: the time, with a zone.
        budget: for each GET.
        pacer: told of each host that asks to be left alone; None tells nobody.
        robots: says whether a page may be asked for; None asks for every page.
    """

    fetcher: Fetcher
    readers: Readers
    store: Store
    publisher: Publisher
    publishing: AbstractContextManager[object]
    clock: Callable[[], datetime]
    budget: Budget
    pacer: HostPacer | None = None
    robots: Robots | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """An entry's article, None when it has no text, and what to try again."""

    identified: Identified
    article: Article | None
    pending: Pending | None
    edges: str = ""  # of its text, before boilerplate was left out


@dataclass(slots=True)
class _Work:
    """What one poll gathers until it is recorded."""

    counts: Counter[str] = field(default_factory=Counter)
    quarantined: list[Quarantined] = field(default_factory=list)
    waiting: list[_Made] = field(default_factory=list)
    reading: Reading | None = None  # the document, once it was read
    pages: int = 0  # asked for in this poll
    pages_refused: bool = False  # the site asked us to come later
    deferred: bool = False  # pages are left for the next poll
    quiet_until: datetime | None = None  # when the server wants to be asked again
    quiet_host: str = ""  # which host is to be left alone until then, empty when it is about the feed alone
    boilerplate: frozenset[str] | None = None  # what the feed puts around its texts, once it was looked up


def poll(tools: Tools, spec: FeedSpec) -> Poll:
    """Poll a feed once. What a server, a document or the broker does wrong is the outcome and no exception.

    Raises:
        StateError: the store cannot be used, so nothing can be done for any feed.
    """
    state = about(spec, tools.store.feed(spec.id))
    work = _Work()
    documents = Documents(tools.fetcher, tools.readers, tools.budget, spec, lambda response: _heed(tools, response, work))
    answer = _ask(tools, spec, state, documents)
    response = answer if isinstance(answer, Response) else None
    if response is not None:
        _heed(tools, response, work)
    elif isinstance(answer, QuietError):
        work.quiet_until, work.quiet_host = tools.clock() + timedelta(seconds=answer.secs), answer.subject
    end = _carry_out(tools, spec, state, decide(answer), documents, work)
    if end.outcome is not Outcome.STOPPED:
        followed = documents.followed if end.outcome in GOOD else state.followed
        state = _finish(tools, spec, replace(state, followed=followed), response, end, work)
    work.counts["quarantined"] += len(work.quarantined)
    return Poll(
        feed=spec.id,
        outcome=end.outcome,
        problem=end.problem,
        state=state,
        status=response.status if response is not None else None,
        redirects=len(response.hops) if response is not None else 0,
        host=host_of(response.url) if response is not None else work.quiet_host,
        quiet_until=work.quiet_until,
        counts=dict(work.counts),
    )


def _finish(tools: Tools, spec: FeedSpec, state: FeedState, response: Response | None, end: Finish, work: _Work) -> FeedState:
    """Record how a poll ended."""
    now = tools.clock()
    if end.outcome is Outcome.NOT_MODIFIED:
        tools.store.touch_last(spec.id, now.date())
    state = finished(
        spec,
        state,
        end.outcome,
        now,
        problem=end.problem,
        response=response,
        reading=work.reading,
        arrived=work.counts["new"],
        more=work.deferred,
        quiet_until=work.quiet_until,
        quiet_host=work.quiet_host,
    )
    tools.store.finish(state, quarantined=work.quarantined, now=now)
    return state


def _heed(tools: Tools, response: Response, work: _Work) -> None:
    """Take note of `Retry-After`, whoever sends it."""
    now = tools.clock()
    asked = retry_after(response.headers.get("retry-after"), now)
    if asked is None:
        return
    is_of_host = response.status in ASKING_FOR_QUIET
    if work.quiet_until is None or asked > work.quiet_until:
        work.quiet_until, work.quiet_host = asked, host_of(response.url) if is_of_host else ""
    if is_of_host and tools.pacer is not None:
        tools.pacer.close(host_of(response.url), (asked - now).total_seconds())


def _ask(tools: Tools, spec: FeedSpec, state: FeedState, documents: Documents) -> Response | FeedError:
    url = address_of_path(spec.path) if spec.path is not None else address_of(spec, state, tools.clock())
    return documents.get(url, state.validators)


def _carry_out(tools: Tools, spec: FeedSpec, state: FeedState, intent: Read | Finish, documents: Documents, work: _Work) -> Finish:
    """Do what the answer asks for, and what is still pending; return how the poll ends."""
    if isinstance(intent, Finish) and intent.outcome is not Outcome.NOT_MODIFIED:
        return intent
    try:
        if isinstance(intent, Read):
            reading = work.reading = documents.read(intent.response)
        else:
            reading = Reading(kind=spec.kind, entries=(), link=state.link, language=state.language)
        _make_all(tools, spec, reading, tools.store.pending(spec.id), work)
        addresses = reading.follow if isinstance(intent, Read) else tuple(state.followed)
        for further in documents.further(addresses, state.followed):
            _make_all(tools, spec, further, (), work)
    except StateError:
        raise
    except FeedError as error:
        return Finish(outcome=outcome_of(error), problem=str(error))
    except BrokerError as error:
        return Finish(outcome=Outcome.NOT_PUBLISHED, problem=str(error))
    work.quarantined += [Quarantined(key=url[:500], reason=one.problem) for url, one in documents.problems.items()]
    if work.counts["new"] or work.counts["changed"]:
        return Finish(outcome=Outcome.PUBLISHED)
    if documents.problems and len(documents.problems) == documents.count:
        return next(iter(documents.problems.values()))
    return intent if isinstance(intent, Finish) and not documents.count else Finish(outcome=Outcome.NOTHING_NEW)


def _within_limit(spec: FeedSpec, reading: Reading, work: _Work) -> tuple[Entry, ...]:
    """Return the entries of a document that are read; what is on this machine was given to be read whole."""
    if spec.path is not None or len(reading.entries) <= MAX_ENTRIES:
        return reading.entries
    count = len(reading.entries) - MAX_ENTRIES
    work.quarantined.append(Quarantined(key="", reason=f"{count} entries beyond the first {MAX_ENTRIES} were not read"))
    return reading.entries[:MAX_ENTRIES]


def _make_all(tools: Tools, spec: FeedSpec, reading: Reading, waiting: Iterable[Pending], work: _Work) -> None:
    """Make, publish and record the articles of a document and of the entries still pending."""
    work.quarantined += reading.quarantined
    pending = {one.key: one for one in waiting}
    found = _identified(tools, spec, _within_limit(spec, reading, work), pending)
    today = tools.clock().date()
    tools.store.touch([one.article_id for one in found if one.seen is not None and one.seen.seen_on != today], today)
    for intent in choose(spec, found, pending):
        if isinstance(intent, Make):
            _make(tools, spec, reading, intent, work)
        if len(work.waiting) >= BATCH:
            _publish(tools, spec, work)
    _publish(tools, spec, work)


def _identified(tools: Tools, spec: FeedSpec, entries: tuple[Entry, ...], pending: Mapping[str, Pending]) -> tuple[Identified, ...]:
    """Return the entries of a document, then those pending ones that are no longer in it."""
    keyed = all_keys(spec.id, entries)
    present = {keys[0] for _, keys in keyed}
    keyed += all_keys(spec.id, (one.entry for one in pending.values() if one.key not in present))
    return identify(spec.id, keyed, tools.store.seen(key for _, keys in keyed for key in keys))


def _make(tools: Tools, spec: FeedSpec, reading: Reading, intent: Make, work: _Work) -> None:
    """Get the page where it is wanted, make the article, and put it to those that wait for publication."""
    identified = intent.identified
    if intent.with_page and work.pages >= MAX_PAGES:
        later = Pending(key=identified.keys[0], entry=identified.entry, attempts=intent.attempts)
        work.waiting.append(_Made(identified=identified, article=None, pending=later))
        work.deferred = True
        return
    asked = work.pages
    page, again = _page(tools, spec, intent, work) if intent.with_page else (None, False)
    attempts = intent.attempts + work.pages - asked
    identified = settled(identified, page, tools.store.seen) if page is not None else identified
    made = make_article(spec, reading, identified, page, tools.clock())
    pending = None
    if again and attempts < MAX_ATTEMPTS:
        pending = Pending(key=identified.keys[0], entry=identified.entry, attempts=attempts)
    if made is not None:
        work.counts[f"text_from_{made[1]}"] += 1
    elif pending is None:
        work.quarantined.append(Quarantined(key=identified.keys[0][:500], reason="has no text, in the feed or on its page"))
    article = _bare(tools, spec, made[0], work) if made is not None else None
    edges = edges_of(made[0].text) if made is not None else ""
    work.waiting.append(_Made(identified=identified, article=article, pending=pending, edges=edges))
    if page is not None:
        _publish(tools, spec, work)  # a page took a second or more: do not let its article wait for the next one


def _bare(tools: Tools, spec: FeedSpec, article: Article, work: _Work) -> Article:
    """Return an article without what its feed puts around every text."""
    if work.boilerplate is None:
        work.boilerplate = repeated(tools.store.prints(spec.id, EDGES, WINDOW))
    return replace(article, text=without_repeated(article.text, work.boilerplate))


def _page(tools: Tools, spec: FeedSpec, intent: Make, work: _Work) -> tuple[Page | None, bool]:
    """Return an entry's page, None when it cannot be had; and whether to try again at the next poll."""
    if work.pages_refused:
        return None, True
    url = intent.identified.entry.link
    allowed = _allowed(tools, spec, url, work)
    if not allowed:
        return None, allowed is None
    work.pages += 1
    try:
        response = tools.fetcher.get(url, accept=PAGE_TYPES, allow_private=spec.allow_private_addresses, budget=tools.budget)
        if response.status == 200:
            return tools.readers.read_page(response.body, url=response.url, content_type=response.content_type), False
    except StoppedError:
        raise
    except QuietError:
        work.pages_refused = True
        return None, True
    except (TimedOutError, UnreachableError):
        work.counts["page_failed"] += 1
        return None, True
    except FeedError:
        work.counts["page_failed"] += 1
        return None, False
    work.counts["page_failed"] += 1
    work.pages_refused = response.status in BUSY
    _heed(tools, response, work)
    return None, response.status == 429 or response.status >= 500


def _allowed(tools: Tools, spec: FeedSpec, url: str, work: _Work) -> bool | None:
    """Return whether a page may be asked for by its site's robots.txt, None when that cannot be known now."""
    if tools.robots is None:
        return True
    allowed = tools.robots.allows(url, allow_private=spec.allow_private_addresses)
    if not allowed:
        work.counts["page_forbidden" if allowed is False else "page_failed"] += 1
        work.pages += allowed is None  # it counts as an attempt
    return allowed


def _publish(tools: Tools, spec: FeedSpec, work: _Work) -> None:
    """Publish what waits, see it safe, and record it.

    What is known is looked at again under the lock, since another feed may have brought the same article meanwhile.
    """
    with tools.publishing:
        known = tools.store.articles(made.identified.article_id for made in work.waiting)
        outcomes = [_settled(tools, spec, made, known, work) for made in work.waiting]
        published = [article for article, _ in outcomes if article is not None]
        if published:
            tools.publisher.flush()
        tools.store.record(
            spec.id,
            seen=[seen for _, seen in outcomes if seen is not None],
            pending=[made.pending for made in work.waiting if made.pending is not None],
            settled=[made.identified.keys[0] for made in work.waiting if made.pending is None],
        )
    work.counts["new"] += sum(article.version == 1 for article in published)
    work.counts["changed"] += sum(article.version > 1 for article in published)
    work.waiting.clear()


def _settled(
    tools: Tools, spec: FeedSpec, made: _Made, known: Mapping[str, Seen], work: _Work
) -> tuple[Article | None, Seen | None]:
    """Hand the version that is due to the publisher; return it, if there was one, and what to remember once it is safe.

    An article belongs to the feed that brought it first.
    """
    identified = made.identified
    seen = known.get(identified.article_id)
    if seen is not None and seen.feed != spec.id:
        return None, replace(seen, keys=identified.keys)
    version = next_version(made.article, seen) if made.article is not None else None
    try:
        if version is not None:
            tools.publisher.publish(version)
    except MessageError as error:  # the article breaks the contract: its fault alone
        work.quarantined.append(Quarantined(key=identified.keys[0][:500], reason=str(error)))
        version = None
    return version, remembered(spec, identified, seen, version, tools.clock().date(), made.edges)
