"""The alarm that a feed has fallen silent: polls go well, or ever less well, and nothing new comes.

A feed breaks without an error in many ways: an empty document, a cached copy that is served for weeks, a page whose layout has
changed. So what counts is the time since it last brought something new, whatever its polls say.

- With `expected_every_hours` the alarm is raised after so many hours.
- Without, a busy feed is known by its rhythm (`adaptive.py`): the articles that it would have brought since then, by hour of the
  day and day of the week, are added up, and more than `MANY_MISSED` of them are an alarm. If arrivals were independent, chance
  would leave out so many once in 10^5 times; they are not, and a public holiday will raise it.
- A feed that is seldom heard of, or that we have watched for less than a few days, raises none.

Known to be wrong: a feed that has never been read and for which something is expected is counted from the start of the poller, so
each restart gives it that time again.
"""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.feeds.adaptive import rate_at
from connectors.feeds.base import FeedSpec, FeedState, Rhythm

MANY_MISSED = 12.0
LEAST_SILENCE = timedelta(hours=6)  # of a feed without an expectation of its own
LEAST_WATCHED_HOURS = 72.0
LEAST_ARTICLES = 20.0
MOST_SUMMED_HOURS = 14 * 24
LOOK_AFTER = timedelta(seconds=1)  # the moment itself is not too late yet
LOOK_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A feed that has brought nothing new for longer than it may.

    Attributes:
        feed: its id.
        since: when it last brought something.
        expected: what was expected, in words.
    """

    feed: str
    since: datetime
    expected: str


def silence_of(spec: FeedSpec, state: FeedState, now: datetime) -> Silence | None:
    """Return the silence of a feed that has lasted too long, None when it has not."""
    since = state.last_new_at
    if since is None:
        return None
    if spec.expected_every_hours is not None:
        is_silent = now - since > timedelta(hours=spec.expected_every_hours)
        expected = f"something new every {spec.expected_every_hours:g} hours"
        return Silence(feed=spec.id, since=since, expected=expected) if is_silent else None
    if now - since < LEAST_SILENCE or not is_busy(state.rhythm):
        return None
    count = missed(state.rhythm, since, now)
    return Silence(feed=spec.id, since=since, expected=f"about {count:.0f} articles since then") if count > MANY_MISSED else None


def is_busy(rhythm: Rhythm) -> bool:
    """Say whether enough is known of a feed to expect something of it."""
    return sum(rhythm.watched_by_day) >= LEAST_WATCHED_HOURS and sum(rhythm.by_day) >= LEAST_ARTICLES


def missed(rhythm: Rhythm, since: datetime, now: datetime) -> float:
    """Return how many articles a feed of this rhythm brings in a time, up to two weeks of it."""
    hours = min(int((now - since).total_seconds() // 3600), MOST_SUMMED_HOURS)
    return sum(rate_at(rhythm, since + timedelta(hours=hour + 0.5)) for hour in range(hours))


class Watch:
    """Which feeds are silent now, to tell of each change once. Used by one thread.

    It is told of what is remembered (`note`), at the start and after every poll, and asked at any time (`look`): a feed that is
    asked ever more rarely, since its server is away or says that it is gone, falls silent between two of its polls.

    Args:
        specs: the feeds.
        begun: since when we watch: a feed with an expectation that has never been read is silent from then on.
    """

    def __init__(self, specs: Iterable[FeedSpec], begun: datetime) -> None:
        self._specs = {spec.id: spec for spec in specs}
        self._begun = begun
        self._known: dict[str, FeedState] = {}  # of those that may fall silent, what that depends on
        self._silent: dict[str, Silence] = {}
        self._looks: list[tuple[datetime, str]] = []  # a heap
        self._next_look: dict[str, datetime] = {}

    def silent_secs(self, feed: str, now: datetime) -> float:
        """Return for how long a feed has been silent, 0 for one that is not."""
        silence = self._silent.get(feed)
        return (now - silence.since).total_seconds() if silence is not None else 0.0

    def note(self, feed: str, state: FeedState, now: datetime) -> str:
        """Take note of what is known of a feed; return what to say of it, "" when nothing has changed."""
        expects = self._specs[feed].expected_every_hours is not None
        since = state.last_new_at if state.last_new_at is not None else self._begun
        if expects or is_busy(state.rhythm):
            rhythm = Rhythm() if expects else state.rhythm
            self._known[feed] = FeedState(feed=feed, last_new_at=since, rhythm=rhythm)
        else:
            self._known.pop(feed, None)
        return self._judge(feed, now)

    def look(self, now: datetime) -> tuple[tuple[str, str], ...]:
        """Return the feeds whose time has come, each with what to say of it, "" when nothing has changed."""
        looked = []
        while self._looks and self._looks[0][0] <= now:
            at, feed = heapq.heappop(self._looks)
            if self._next_look.get(feed) == at:
                looked.append((feed, self._judge(feed, now)))
        return tuple(looked)

    def _judge(self, feed: str, now: datetime) -> str:
        spec, state = self._specs[feed], self._known.get(feed)
        silence = silence_of(spec, state, now) if state is not None else None
        was_silent = self._silent.pop(feed, None) is not None
        if silence is not None:
            self._silent[feed] = silence
        self._plan(feed, now)
        if silence is not None and not was_silent:
            return f"{feed}: ALARM, silent since {silence.since:%Y-%m-%d %H:%M %Z}; expected {silence.expected}"
        return f"{feed}: no longer silent" if was_silent and silence is None else ""

    def _plan(self, feed: str, now: datetime) -> None:
        """Choose when to look at a feed again, whatever its polls do meanwhile."""
        spec, state = self._specs[feed], self._known.get(feed)
        if state is None or state.last_new_at is None:
            self._next_look.pop(feed, None)
            return
        hours = spec.expected_every_hours
        alarm = state.last_new_at + (timedelta(hours=hours) if hours is not None else LEAST_SILENCE) + LOOK_AFTER
        at = alarm if alarm > now else now + LOOK_EVERY
        if self._next_look.get(feed) != at:
            self._next_look[feed] = at
            heapq.heappush(self._looks, (at, feed))
