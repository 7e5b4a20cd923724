"""What links the signals of one article: a denial and what it contests, an act and its first telling."""

from collections.abc import Sequence
from dataclasses import replace

from connectors.messages.signal import Actor, Signal

CONTESTABLE = ("threat", "imposed", "considering", "extended", "call_for", "breach", "mention")
QUIET = frozenset({"mention", "question", "denial"})


def linked(signals: Sequence[Signal]) -> tuple[Signal, ...]:
    """Return the signals with `contests` and `same_as` filled in."""
    return tuple(
        replace(signal, contests=_contested(signal, signals), same_as=_first_telling(signal, signals)) for signal in signals
    )


def _contested(denial: Signal, signals: Sequence[Signal]) -> str | None:
    """The nearest signal about the same parties: in the same sentence, else before, else after."""
    if denial.kind != "denial":
        return None
    others = [signal for signal in signals if signal.kind in CONTESTABLE and _about(denial, signal)]
    rank = {kind: order for order, kind in enumerate(CONTESTABLE)}
    best = min(others, key=lambda signal: (rank[signal.kind] == len(rank) - 1, _distance(denial, signal)), default=None)
    return None if best is None else best.id


def _distance(denial: Signal, other: Signal) -> int:
    gap = denial.evidence.start - other.evidence.start
    return gap if gap >= 0 else 100_000 - gap


def _about(denial: Signal, other: Signal) -> bool:
    """The denier, or whom the denied act hits, is a party of the other signal, and the denier is not its accuser alone."""
    mine = keys((*denial.deniers, *denial.targets))
    theirs = keys((*other.targets, *other.senders))
    return bool(mine & theirs) or (bool(keys(denial.senders) & keys(other.senders)))


def _first_telling(signal: Signal, signals: Sequence[Signal]) -> str | None:
    """The first signal of this kind with the same senders and targets and no other measure."""
    if signal.kind in QUIET:
        return None
    for earlier in signals:
        if earlier.id == signal.id:
            return None
        if earlier.kind == signal.kind and _same(earlier, signal):
            return earlier.id
    return None


def _same(one: Signal, other: Signal) -> bool:
    return keys(one.senders) == keys(other.senders) and keys(one.targets) == keys(other.targets) and _measures_agree(one, other)


def _measures_agree(one: Signal, other: Signal) -> bool:
    mine, theirs = set(one.measures) - {"unspecified"}, set(other.measures) - {"unspecified"}
    return not mine or not theirs or bool(mine & theirs)


def keys(actors: Sequence[Actor]) -> frozenset[str]:
    """Return what tells actors apart: the id, or the name in lower case."""
    return frozenset(actor.id or actor.name.casefold() for actor in actors)
