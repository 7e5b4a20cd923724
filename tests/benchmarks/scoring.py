"""How well found signals agree with gold records, counted as the annotation guide asks.

A found signal matches a gold one of its kind, in the same record, whose evidence overlaps; of several the one whose senders and
targets agree best, and each is matched once. `mention` and `question` count as no alert. Actors are compared by id, those without
an id by the words of their names.

Assumes gold records as `tests/data/README.md` describes them and signals as their JSON-ready values.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from connectors.messages.fields import to_dict
from connectors.messages.signal import Signal

QUIET = frozenset({"mention", "question"})
ROLES = ("senders", "targets", "deniers", "callers", "violators", "reporters")
SMALL_WORDS = frozenset({"the", "a", "an", "its", "his", "her", "their", "of", "and", "s"})
SAME_NAME = 0.5  # share of words that two names without an id have in common at least
Record = Mapping[str, Any]
Records = Sequence[Record]
Pairs = list[tuple[Record, Record]]


@dataclass(slots=True)
class Tally:
    """What was found, what there was, and what of it agrees."""

    hit: float = 0
    found: float = 0
    gold: float = 0

    def add(self, hit: float, found: float, gold: float) -> None:
        self.hit, self.found, self.gold = self.hit + hit, self.found + found, self.gold + gold

    @property
    def precision(self) -> float:
        return self.hit / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.hit / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.hit / (self.found + self.gold) if self.found + self.gold else 0.0


@dataclass(slots=True)
class Case:
    """The records of one case: how many, how many with the right kinds, how many with the right states as well."""

    records: int = 0
    kinds_right: int = 0
    all_right: int = 0


@dataclass(slots=True)
class Score:
    """The agreement of all records.

    Attributes:
        kinds: by kind.
        roles: ids of actors on matched signals, by role.
        names: recall of senders and targets without an id, on matched signals.
        condition, measures: on matched signals.
        condition_overlap: shared words of matched conditions, 0 to 1 each.
        direction: 1 where the direction of matched conditions agrees, else 0.
        cases: by case.
        silent, alarmed: records without an alert in the gold, and those of them in which one was found.
        matched, turned: matched signals, and those of them in which a sender became a target and a target a sender.
        wrong: the records with a wrong kind or state, each with what was wanted and what was found.
    """

    kinds: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    roles: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    names: Tally = field(default_factory=Tally)
    condition: Tally = field(default_factory=Tally)
    measures: Tally = field(default_factory=Tally)
    condition_overlap: list[float] = field(default_factory=list)
    direction: list[float] = field(default_factory=list)
    cases: dict[str, Case] = field(default_factory=lambda: defaultdict(Case))
    silent: int = 0
    alarmed: int = 0
    matched: int = 0
    turned: int = 0
    wrong: list[tuple[Record, list[str], list[str]]] = field(default_factory=list)

    @property
    def alerts(self) -> Tally:
        """All kinds that raise alerts together."""
        total = Tally()
        for tally in self.kinds.values():
            total.add(tally.hit, tally.found, tally.gold)
        return total

    @property
    def macro_f1(self) -> float:
        """The mean F1 of the kinds that the gold has."""
        found = [tally.f1 for tally in self.kinds.values() if tally.gold]
        return sum(found) / len(found) if found else 0.0


def score(gold: Records, found: Sequence[Sequence[Signal]], *, placed: bool = True) -> Score:
    """Compare gold records with the signals found in each, in the same order.

    Args:
        gold: the records.
        found: the signals of each record.
        placed: evidence must overlap; False for texts whose words have been moved since they were labelled.
    """
    result = Score()
    for record, told in zip(gold, found, strict=True):
        wanted = [signal for signal in record["signals"] if signal["kind"] not in QUIET]
        alerts = [to_dict(signal) for signal in told if signal.kind not in QUIET]
        _add(result, record, wanted, alerts, _pairs(wanted, alerts, placed=placed))
    return result


def swaps(gold: Records, found: Sequence[Sequence[Signal]]) -> tuple[int, int]:
    """Return how many matched signals have their roles turned round, and how many match."""
    result = score(gold, found, placed=False)
    return result.turned, result.matched


def _add(
    result: Score, record: Record, wanted: Sequence[Record], told: Sequence[Record], pairs: list[tuple[Record, Record]]
) -> None:
    for kind, hit, found, there in _by_kind(wanted, told, pairs):
        result.kinds[kind].add(hit, found, there)
    for want, got in pairs:
        _add_pair(result, want, got)
    kinds = Counter(signal["kind"] for signal in wanted) == Counter(signal["kind"] for signal in told)
    right = kinds and all(_ids(want, role) == _ids(got, role) for want, got in pairs for role in ("senders", "targets"))
    case = result.cases[record.get("case", "article")]
    case.records, case.kinds_right, case.all_right = case.records + 1, case.kinds_right + kinds, case.all_right + right
    result.silent += not wanted
    result.alarmed += not wanted and bool(told)
    if not right:
        result.wrong.append((record, [_brief(signal) for signal in wanted], [_brief(signal) for signal in told]))


def _by_kind(wanted: Records, told: Records, pairs: Pairs) -> list[tuple[str, int, int, int]]:
    there, found, hit = (Counter(signal["kind"] for signal in signals) for signals in (wanted, told, [one for one, _ in pairs]))
    return [(kind, hit[kind], found[kind], there[kind]) for kind in {*there, *found}]


def _add_pair(result: Score, want: Record, got: Record) -> None:
    result.matched += 1
    result.turned += _is_turned(want, got)
    for role in ROLES:
        one, other = _ids(want, role), _ids(got, role)
        result.roles[role].add(len(one & other), len(other), len(one))
    for role in ("senders", "targets"):
        for actor in want.get(role, ()):
            if not actor["id"]:
                near = any(_overlap(_words(actor["name"]), _words(one["name"])) >= SAME_NAME for one in got.get(role, ()))
                result.names.add(near, 0, 1)
    clause, read = want.get("condition"), got.get("condition")
    result.condition.add(bool(clause and read), bool(read), bool(clause))
    if clause and read:
        result.condition_overlap.append(_overlap(_words(clause["text"]), _words(read["text"])))
        result.direction.append(float(clause["direction"] == read["direction"]))
    measures, found = set(want.get("measures", ())), set(got.get("measures", ()))
    result.measures.add(len(measures & found), len(found), len(measures))


def _pairs(wanted: Records, told: Records, *, placed: bool) -> Pairs:
    """Match signals of one record, those that agree best first."""
    options = [
        (_agreement(want, got), -i, -j)
        for (i, want), (j, got) in product(enumerate(wanted), enumerate(told))
        if want["kind"] == got["kind"] and (not placed or _near(want, got))
    ]
    pairs, used_wanted, used_told = [], set[int](), set[int]()
    for _, i, j in sorted(options, reverse=True):
        if -i not in used_wanted and -j not in used_told:
            used_wanted.add(-i)
            used_told.add(-j)
            pairs.append((wanted[-i], told[-j]))
    return pairs


def _agreement(want: Record, got: Record) -> float:
    return sum(_overlap(_ids(want, role), _ids(got, role)) for role in ("senders", "targets"))


def _near(want: Record, got: Record) -> bool:
    one, other = want.get("evidence"), got.get("evidence")
    return not one or not other or (one["start"] < other["end"] and other["start"] < one["end"])


def _is_turned(want: Record, got: Record) -> bool:
    senders, targets = _ids(want, "senders"), _ids(want, "targets")
    return bool((senders - targets) & _ids(got, "targets")) and bool((targets - senders) & _ids(got, "senders"))


def _ids(signal: Record, role: str) -> frozenset[str]:
    return frozenset(actor["id"] for actor in signal.get(role, ()) if actor["id"])


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.lower())) - SMALL_WORDS


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 1.0


def _brief(signal: Record) -> str:
    condition = (signal.get("condition") or {}).get("text", "")
    parties = f"{'+'.join(sorted(_ids(signal, 'senders'))) or '-'} > {'+'.join(sorted(_ids(signal, 'targets'))) or '-'}"
    return f"{signal['kind']} {parties}{f' [{condition}]' if condition else ''}"
