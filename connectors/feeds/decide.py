"""What to do in a poll: pure functions from what is known and what came back to what is to be done.

    answer ──decide──► Read | Finish
    Reading + what was seen + what is pending ──choose──► Make | Skip, for each entry
    outcome ──finished──► FeedState, with the next due time

`poller.py` carries it out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connectors.errors import FeedError
from connectors.feeds.adaptive import observed, told, wait_secs
from connectors.feeds.articles import has_full_text
from connectors.feeds.base import FeedSpec, FeedState, Outcome, Reading, Rhythm
from connectors.feeds.failures import outcome_of
from connectors.feeds.fetch import Response, refreshed
from connectors.feeds.identity import Identified, entry_hash
from connectors.feeds.manners import allowed_from, back_off, broker_retry, doubted, fresh_secs, hints_of, moved
from connectors.feeds.statuses import told as told_status
from connectors.feeds.store import Pending

MORE_SECS = 10.0
GOOD = frozenset({Outcome.PUBLISHED, Outcome.NOTHING_NEW, Outcome.NOT_MODIFIED})
# They say nothing of whether the document is there.
NO_WORD = frozenset({Outcome.RATE_LIMITED, Outcome.UNREACHABLE, Outcome.TIMED_OUT, Outcome.NOT_PUBLISHED, Outcome.FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """The answer is a document: read it."""

    response: Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """The poll ends here, with this outcome; `problem` says why, for people."""

    outcome: Outcome
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Make:
    """Make an article of an entry, with its page or without; `attempts` were made before to get the page."""

    identified: Identified
    with_page: bool
    attempts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """Nothing to do for an entry: it is known and unchanged, or belongs to another feed."""

    identified: Identified


def decide(answer: Response | FeedError) -> Read | Finish:
    """Return what an answer to a poll means."""
    if isinstance(answer, FeedError):
        return Finish(outcome=outcome_of(answer), problem=str(answer))
    status = answer.status
    if status == 200:
        return Read(response=answer)
    if status == 304 and answer.conditional:
        return Finish(outcome=Outcome.NOT_MODIFIED)
    return Finish(outcome=_refusal(answer), problem=f"{answer.url}: the server answered {told_status(status)}")


def _refusal(response: Response) -> Outcome:
    status = response.status
    if status == 429 or (status == 503 and "retry-after" in response.headers):
        return Outcome.RATE_LIMITED
    if status == 410:
        return Outcome.GONE
    return Outcome.REFUSED if 400 <= status < 500 else Outcome.SERVER_ERROR


def choose(spec: FeedSpec, found: Iterable[Identified], pending: Mapping[str, Pending]) -> tuple[Make | Skip, ...]:
    """Return what to do for each entry of a poll.

    Args:
        spec: the feed.
        found: the entries, identified.
        pending: by key, those whose pages are still to be had.
    """
    return tuple(_choice(spec, identified, pending.get(identified.keys[0])) for identified in found)


def _choice(spec: FeedSpec, identified: Identified, pending: Pending | None) -> Make | Skip:
    seen, entry = identified.seen, identified.entry
    unchanged = seen is not None and seen.entry_hash == entry_hash(entry)
    if seen is not None and (seen.feed != spec.id or (unchanged and pending is None)):
        return Skip(identified=identified)
    with_page = spec.fetch_pages and bool(identified.url) and not has_full_text(entry)
    return Make(identified=identified, with_page=with_page, attempts=pending.attempts if pending is not None and unchanged else 0)


def finished(
    spec: FeedSpec,
    state: FeedState,
    outcome: Outcome,
    now: datetime,
    *,
    problem: str = "",
    response: Response | None = None,
    reading: Reading | None = None,
    arrived: int = 0,
    more: bool = False,
    quiet_until: datetime | None = None,
    quiet_host: str = "",
) -> FeedState:
    """Return a feed's state after a poll.

    Args:
        spec, state: the feed and what was remembered of it.
        outcome: how the poll ended.
        now: when.
        problem: why it did not end well.
        response: the server's answer, None when there was none.
        reading: the document, None when it was not read.
        arrived: articles in it that were not known before.
        more: whether pages are left for the next poll, which is then due soon.
        quiet_until: when the server of the feed or of its pages wants to be asked again.
        quiet_host: the host that is to be left alone until then as a whole, empty for none.
    """
    if (quiet_until, quiet_host) != (state.quiet_until, state.quiet_host):
        state = replace(state, quiet_until=quiet_until, quiet_host=quiet_host)
    if outcome in GOOD:
        return _after_success(spec, _told(state, reading, arrived, now), outcome, now, response, more=more)
    return _after_failure(spec, state, outcome, now, problem)


def _due_at(state: FeedState, after: timedelta, now: datetime) -> datetime:
    """Return when to poll next: after a wait, not before the server wants it, and in no hour to skip."""
    return allowed_from(max(now + after, state.quiet_until or now), state.hints)


def _after_success(
    spec: FeedSpec,
    state: FeedState,
    outcome: Outcome,
    now: datetime,
    response: Response | None,
    *,
    more: bool,
) -> FeedState:
    fresh = fresh_secs(response.headers, now) if response is not None else 0.0
    wait = MORE_SECS if more else max(wait_secs(spec, state.rhythm, now), fresh, state.hints.wait_secs)
    return replace(
        state,
        validators=refreshed(state.validators, response) if response is not None else state.validators,
        move=moved(spec, state, response, now) if response is not None else state.move,
        last_success_at=now,
        failures=0,
        gone=0,
        last_outcome=outcome,
        next_due_at=_due_at(state, timedelta(seconds=wait), now),
    )


def _rhythm(state: FeedState, reading: Reading | None, arrived: int, now: datetime) -> Rhythm:
    """Return when the feed brings articles: by its entries' times at first, then by what arrived between polls."""
    if state.last_success_at is not None:
        return observed(state.rhythm, state.last_success_at, now, arrived)
    entries = reading.entries if reading is not None else ()
    return told((entry.published_at for entry in entries if entry.published_at is not None), now)


def _told(state: FeedState, reading: Reading | None, arrived: int, now: datetime) -> FeedState:
    """Return the state with what the feed says of itself and has shown of its rhythm."""
    rhythm = _rhythm(state, reading, arrived, now)
    last_new_at = now if arrived or state.last_new_at is None else state.last_new_at
    if reading is None:
        return replace(state, rhythm=rhythm, last_new_at=last_new_at)
    hints = hints_of(reading.hints)
    return replace(state, rhythm=rhythm, last_new_at=last_new_at, hints=hints, link=reading.link, language=reading.language)


def _after_failure(spec: FeedSpec, state: FeedState, outcome: Outcome, now: datetime, problem: str) -> FeedState:
    failures = state.failures + 1
    gone = state.gone + 1 if outcome is Outcome.GONE else state.gone if outcome in NO_WORD else 0
    is_broker = outcome is Outcome.NOT_PUBLISHED
    wait = broker_retry(failures) if is_broker else back_off(spec.poll_interval_secs, failures, gone)
    return replace(
        state,
        move=doubted(state.move),
        last_error_at=now,
        last_error=problem,
        failures=failures,
        gone=gone,
        last_outcome=outcome,
        next_due_at=_due_at(state, wait, now),
    )
