"""Feeds tried from the command line: with what, how a site's feeds are found, and how a trial is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from connectors.config import FeedConfig, FeedsConfig
from connectors.errors import FeedError
from connectors.subscribers.plain import plain
from pipelines.cli.common import say, stopping

if TYPE_CHECKING:
    from connectors.feeds.base import FeedSpec, FeedState
    from connectors.feeds.discover import Candidate
    from connectors.feeds.trial import Made, Trial, Trier

TEXT_SHOWN = 160


@contextmanager
def trying(config: FeedsConfig) -> "Iterator[Trier]":
    """Give what tries feeds, under the manners of the poller; Ctrl-C breaks trials off."""
    from connectors.feeds.fetch import Budget, Fetcher
    from connectors.feeds.robots import Robots
    from connectors.feeds.run import HOST_GAP_SECS, now_utc, user_agent
    from connectors.feeds.scheduler import HostPacer
    from connectors.feeds.trial import Trier
    from connectors.feeds.workers import Workers

    with stopping() as stop, Workers() as workers:
        pacer = HostPacer(HOST_GAP_SECS, stop)
        fetcher = Fetcher(user_agent=user_agent(config), stop=stop, pacer=pacer)
        yield Trier(
            fetcher=fetcher,
            readers=workers,
            robots=Robots(fetcher, config.user_agent, slow=pacer.slow),
            budget=Budget(max_bytes=config.max_bytes, total_secs=config.timeout_secs),
            clock=now_utc,
        )


def spec_of(feed: FeedConfig, config: FeedsConfig) -> "FeedSpec":
    from connectors.feeds.run import specs_of

    (spec,) = specs_of(replace(config, feed=(feed,)))
    return spec


def is_good(trial: "Trial") -> bool:
    from connectors.feeds.decide import GOOD

    return trial.outcome in GOOD


def refuse_failed(trial: "Trial") -> None:
    if not is_good(trial):
        problem = trial.problems[0] if trial.problems else str(trial.outcome)
        raise FeedError(
            trial.url, f"was not added, for a poll would end as {trial.outcome}: {problem}", "--no-test adds it all the same"
        )


def address_of_feed(trier: "Trier", wanted: FeedConfig) -> str:
    """Return the address of a feed, or of the only one of the site.

    Raises:
        FeedError: there is none, or there are several.
    """
    url = wanted.url or ""
    if wanted.kind not in ("auto", "websub"):
        return url
    found = found_from(trier, wanted)
    if len(found) == 1:
        return found[0].url if not _same(found[0].url, url) else url
    if not found:
        raise FeedError(url, "has no feed that we can find", "name the feed itself, or watch the page with --selector")
    for one in found:
        say(line_of_candidate(one))
    raise FeedError(url, f"has {len(found)} feeds", f"sanctionwire feeds add {found[0].url}")


def _same(one: str, other: str) -> bool:
    from connectors.feeds.canonical import canonical_url

    return canonical_url(one) == canonical_url(other)


def found_from(trier: "Trier", wanted: FeedConfig) -> "tuple[Candidate, ...]":
    from connectors.feeds.discover import discover

    return discover(wanted.url or "", lambda url: trier.get(url, allow_private=wanted.leave), trier.read)


def lines_of(trial: "Trial") -> Iterator[str]:
    """Yield a trial as lines for people."""
    yield f"address    {plain(trial.url)}"
    status = f"status {trial.status}, " if trial.status is not None else ""
    yield f"answer     {status}a poll would end as {trial.outcome}"
    if trial.kind is not None:
        further = f" in {trial.documents} further documents" if trial.documents else ""
        yield f"format     {trial.kind}, {trial.entries} entries{further}"
        yield f"name       {plain(trial.title) or 'not said'}, language {plain(trial.language or 'not said')}"
    if trial.hub:
        yield f"hub        {plain(trial.hub)} (use it with kind = websub)"
    for made in trial.newest:
        yield from _lines_of_made(made)
    for problem in trial.problems:
        yield f"problem    {plain(problem, 2_000)}"
    yield f"next poll  {trial.next_poll_at:%Y-%m-%d %H:%M:%S %Z}"
    for reason in trial.why:
        yield f"  because  {plain(reason)}"


def lines_of_memory(state: "FeedState | None") -> Iterator[str]:
    """Yield what the poller remembers of a feed, which decides when it really asks next; nothing for one that it does not know."""
    if state is None:
        return
    if state.last_outcome is None:
        yield "poller     has not polled it yet"
        return
    yield f"poller     polled it last as {state.last_outcome}, last well {_minute(state.last_success_at)}"
    yield f"           last brought something {_minute(state.last_new_at)}, asks next {_minute(state.next_due_at)}"
    if state.failures:
        yield f"           failed {state.failures} times: {plain(state.last_error)}"
    if state.quiet_until is not None and state.quiet_host:
        yield f"           {plain(state.quiet_host)} has asked to be left alone until {_minute(state.quiet_until)}"


def plain_memory(state: "FeedState") -> dict[str, Any]:
    """Return the same, ready for JSON."""
    return {
        "last_outcome": str(state.last_outcome) if state.last_outcome is not None else None,
        "last_success_at": iso(state.last_success_at),
        "last_new_at": iso(state.last_new_at),
        "next_due_at": iso(state.next_due_at),
        "quiet_until": iso(state.quiet_until),
        "failures": state.failures,
        "problem": state.last_error if state.failures else "",
    }


def _minute(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M %Z}" if time is not None else "never"


def _lines_of_made(made: "Made") -> Iterator[str]:
    yield f"article    {plain(made.title) or '(no title)'}"
    if made.url:
        yield f"           {plain(made.url)}"
    article = made.article
    if article is None:
        yield "           would not be published"
        return
    at = f"{article.published_at:%Y-%m-%d %H:%M %Z}" if article.published_at is not None else "time not said"
    yield (
        f"           {at}, {article.language or 'language not said'}, {plain(article.outlet)}, "
        f"{len(article.text)} characters from the {made.text_from}{', cut' * article.truncated}{', paywalled' * article.paywalled}"
    )
    yield f"           “{plain(article.text, TEXT_SHOWN)}”"


def line_of_candidate(found: "Candidate") -> str:
    newest = f", newest {found.newest_at:%Y-%m-%d %H:%M %Z}" if found.newest_at is not None else ""
    return f"feed       {plain(found.url)}  {found.kind}, {found.entries} entries{newest}  {plain(found.title, 80)}"


def plain_trial(trial: "Trial") -> dict[str, Any]:
    from connectors.messages.fields import to_dict

    newest = [{**asdict(made), "article": to_dict(made.article) if made.article is not None else None} for made in trial.newest]
    return {**asdict(replace(trial, newest=())), "newest": newest, "next_poll_at": iso(trial.next_poll_at)}


def iso(time: datetime | None) -> str | None:
    return time.isoformat() if time is not None else None
