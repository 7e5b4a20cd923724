"""Who in an alert may be on a watchlist: the lists of the configuration, read when they change, and asked for every alert.

An alert's parties are looked for by name. In its quotes and titles IMO numbers are looked for, and names with capitals that stand
there as they do on the list, in whatever spelling and order; a name that is only like a listed one is not looked for there.

A party that is known as a state or a union (it has an id) can be a person or a body of that state by its words, such as a
president's name; it is no ship and no firm, and needs two words.

A file that has changed is read again by a thread of its own, at most once in `LOOK_SECS`, while the old list goes on being asked. A
file that cannot be read again leaves the old list in place, and is told.

Known to be lax: each process holds each list whole, and twice while it is read again.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from connectors.config import WatchlistConfig
from connectors.messages.alert import Alert
from connectors.messages.signal import Actor, Term
from connectors.subscribers.plain import plain
from connectors.watchlists.base import Match, Role
from connectors.watchlists.imo import imo_numbers
from connectors.watchlists.index import Index, Listed, build
from connectors.watchlists.load import Report, entries_of, stamp_of
from connectors.watchlists.names import Name, parse
from connectors.watchlists.score import compare

LOOK_SECS = 10.0
MAX_KEPT = 50_000
MAX_ALERTS_KEPT = 1_000  # the same alert is asked for when it is routed, and when it is handed over
MAX_MATCHES = 20
MAX_QUOTES = 20
MAX_QUOTE = 2_000
MAX_RUNS = 200
LONGEST_RUN = 6
ROLES: tuple[tuple[Role, str], ...] = (
    ("target", "targets"),
    ("sender", "senders"),
    ("caller", "callers"),
    ("violator", "violators"),
    ("reporter", "reporters"),
)


@dataclass(slots=True)
class Watchlist:
    """One list, ready to be asked.

    Attributes:
        config: its name, file and threshold.
        index: its names.
        report: what became of the file.
        stamp: of the file that was read.
    """

    config: WatchlistConfig
    index: Index
    report: Report
    stamp: tuple[int, int, int] | None
    _kept: dict[tuple[str, bool], tuple[Match, ...]] = field(default_factory=dict)

    def ask(self, name: str, role: Role = "asked", *, is_state: bool = False) -> tuple[Match, ...]:
        """Return the entries that a name may mean, the best first, each once.

        Args:
            name: in whatever script, spelling and order.
            role: what it does in the alert.
            is_state: whether it is known to stand for a state or a union.
        """
        known = self._kept.get((name, is_state))
        if known is None:
            if len(self._kept) >= MAX_KEPT:
                self._kept.clear()
            parts = [parse(part) for part in (name, *_parts(name))]
            known = self._kept[name, is_state] = self._best(name, parts, is_state=is_state)
        return tuple(replace(match, role=role) for match in known)

    def scored(self, name: Name, words: str, numbers: Iterable[int]) -> Iterator[Match]:
        """Yield a match for each name of the list, whatever its score."""
        for number in numbers:
            listed = self.index.listed(number)
            score = compare(
                name, parse(listed.text, listed.type), listed.type, is_weak=listed.is_weak, is_common=self.index.is_common
            )
            yield self._match(listed, words, score.value, score.terms)

    def quoted(self, text: str) -> Iterator[Match]:
        """Yield what stands in a text as it does on the list."""
        numbers, runs = _read(text)
        for number in numbers:
            if (entry := self.index.imo.get(number)) is not None:
                term = Term(name="the IMO number", value=1.0)
                yield self._match(self.index.first_of(entry), f"IMO {number}", 1.0, (term,))
        for run, name in runs:
            yield from (found for found in self.scored(name, run, self.index.whole(name)) if self._is_enough(found))

    def _best(self, words: str, names: list[Name], *, is_state: bool) -> tuple[Match, ...]:
        found: dict[str, Match] = {}
        for name in names:
            if is_state and len(name.words) < 2:
                continue
            for match in self.scored(name, words, self.index.candidates(name)):
                if not self._is_enough(match) or (is_state and match.entry_type in ("firm", "vessel")):
                    continue
                if match.entry_id not in found or found[match.entry_id].score < match.score:
                    found[match.entry_id] = match
        return tuple(sorted(found.values(), key=_order)[:MAX_MATCHES])

    def _is_enough(self, match: Match) -> bool:
        return match.score >= self.config.threshold - 1e-9

    def _match(self, listed: Listed, words: str, value: float, terms: tuple[Term, ...]) -> Match:
        return Match(
            watchlist=self.config.name,
            entry_id=listed.entry_id,
            entry_type=listed.type,
            listed=listed.text,
            name=words,
            role="quoted",
            score=value,
            terms=terms,
        )


def load(config: WatchlistConfig) -> Watchlist:
    """Read a list.

    Raises:
        WatchlistError: it cannot be read, or holds nothing.
    """
    stamp, report = stamp_of(config.path), Report()
    index = build(entries_of(config.path, config.format, report))
    return Watchlist(config, index, report, stamp)


class Watcher:
    """Watches for the names of all lists.

    Args:
        lists: read.
        narrate: takes lines for people.
        clock: seconds that only go forward.
    """

    def __init__(
        self,
        lists: Iterable[Watchlist],
        narrate: Callable[[str], None] = lambda _line: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._lists = tuple(lists)
        self._narrate = narrate
        self._clock = clock
        self._looked_at = clock()
        self._reading: threading.Thread | None = None
        self._refused: dict[str, tuple[int, int, int] | None] = {}
        self._kept: dict[int, tuple[Alert, tuple[Match, ...]]] = {}

    def matches(self, alert: Alert) -> tuple[Match, ...]:
        """Return the matches of an alert, the best first: of each entry of each list the best one."""
        self._look()
        kept = self._kept.get(id(alert))
        if kept is not None and kept[0] is alert:
            return kept[1]
        found: dict[tuple[str, str], Match] = {}
        for match in self._all(alert):
            key = match.watchlist, match.entry_id
            if key not in found or found[key].score < match.score:
                found[key] = match
        matches = tuple(sorted(found.values(), key=_order)[:MAX_MATCHES])
        if len(self._kept) >= MAX_ALERTS_KEPT:
            self._kept.clear()
        self._kept[id(alert)] = alert, matches
        return matches

    def wait(self) -> None:
        """Return when no file is being read."""
        if self._reading is not None:
            self._reading.join()

    def _all(self, alert: Alert) -> Iterator[Match]:
        texts = dict.fromkeys([*(quote.quote for quote in alert.evidence), *(source.title for source in alert.sources)])
        for watchlist in self._lists:
            for role, field_name in ROLES:
                actors: tuple[Actor, ...] = getattr(alert, field_name)
                for actor in actors:
                    yield from watchlist.ask(actor.name, role, is_state=actor.id is not None)
            for text in list(texts)[:MAX_QUOTES]:
                yield from watchlist.quoted(text[:MAX_QUOTE])

    def _look(self) -> None:
        """Begin to read what has changed, if it is time to look."""
        now = self._clock()
        if now - self._looked_at < LOOK_SECS or (self._reading is not None and self._reading.is_alive()):
            return
        self._looked_at = now
        stamps = {one.config.name: stamp_of(one.config.path) for one in self._lists}
        changed = [
            one for one in self._lists if stamps[one.config.name] not in (one.stamp, self._refused.get(one.config.name, one.stamp))
        ]
        if changed:
            self._reading = threading.Thread(target=self._read, args=(changed,), name="read watchlists", daemon=True)
            self._reading.start()

    def _read(self, changed: list[Watchlist]) -> None:
        for old in changed:
            stamp = stamp_of(old.config.path)
            try:
                new = load(old.config)
            except Exception as error:  # noqa: BLE001 -- the list that is there goes on, and why is told
                self._refused[old.config.name] = stamp
                self._narrate(f"watchlist {old.config.name} stays as it was: {error}")
                continue
            self._lists = tuple(new if one is old else one for one in self._lists)
            self._kept = {}
            for line in told(new):
                self._narrate(line)


def told(watchlist: Watchlist) -> Iterator[str]:
    """Yield what became of a file, in lines for people."""
    report, name = watchlist.report, watchlist.config.name
    types = ", ".join(f"{count} {type_}" for type_, count in report.types.most_common())
    path = plain(str(watchlist.config.path), 400)
    yield f"watchlist {name}: {report.names} names of {report.entries} entries ({types}) from {path}"
    for why, count in report.passed_over.most_common(8):
        yield f"watchlist {name}: passed over {count}: {plain(why)}"
    if report.bad:
        yield plain(f"watchlist {name}: {report.bad} lines could not be read: {'; '.join(report.told)}", 1_000)


def _order(match: Match) -> tuple[float, bool, str, str]:
    return -match.score, match.role == "quoted", match.watchlist, match.entry_id


@lru_cache(maxsize=4_096)
def _read(text: str) -> tuple[tuple[str, ...], tuple[tuple[str, Name], ...]]:
    """Return the IMO numbers of a text, and what may be names in it."""
    parsed = ((run, parse(run)) for run in _runs(text))
    return imo_numbers(text), tuple((run, name) for run, name in parsed if len(name.keys) > 1)


def _parts(name: str) -> list[str]:
    """Return the runs of capitals in a name that has small words too, such as "the shipowner Ivan Petrov"."""
    return [run for run in _whole_runs(name) if run != name.strip()] if len(name) <= MAX_QUOTE else []


def _whole_runs(text: str) -> list[str]:
    """Return the longest runs of words with capitals."""
    found: list[list[str]] = [[]]
    for word in text[:MAX_QUOTE].split():
        bare = word.strip(",;:()[]\"'“”‘’.!?")
        if bare[:1].isupper() or bare[:1].isdigit():
            found[-1].append(bare)
        else:
            found.append([])
        if word[-1:] in ",;:!?)" and found[-1]:
            found.append([])
    return [" ".join(run) for run in found if len(run) > 1]


def _runs(text: str) -> list[str]:
    """Return the runs of two to `LONGEST_RUN` words that may be a name, of a text as newspapers print it."""
    found: dict[str, None] = {}
    for run in _whole_runs(text):
        words = run.split()
        for size in range(min(LONGEST_RUN, len(words)), 1, -1):
            for start in range(len(words) - size + 1):
                found[" ".join(words[start : start + size])] = None
    return list(found)[:MAX_RUNS]
