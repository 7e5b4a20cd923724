"""How often somebody may ask: a bucket of tokens for each of them, filled at a steady rate. Pure, but for the dictionary."""

from dataclasses import dataclass

MOST_KEYS = 20_000


@dataclass(frozen=True, slots=True)
class Rate:
    """What one may ask: `burst` at once, then `per_minute`."""

    per_minute: float
    burst: float


@dataclass(frozen=True, slots=True)
class Bucket:
    """What somebody has left, and when that was worked out."""

    left: float
    at: float


READS = Rate(per_minute=600, burst=200)
WRITES = Rate(per_minute=30, burst=20)
LOGINS = Rate(per_minute=6, burst=6)


def take(bucket: Bucket | None, rate: Rate, now: float) -> tuple[Bucket, float]:
    """Return the bucket after one request, and the seconds to wait: 0 if the request may go on.

    Args:
        bucket: None for somebody new.
        rate: what they may ask.
        now: monotonic seconds.
    """
    before = Bucket(rate.burst, now) if bucket is None else bucket
    left = min(rate.burst, before.left + (now - before.at) * rate.per_minute / 60)
    if left >= 1:
        return Bucket(left - 1, now), 0.0
    return Bucket(left, now), (1 - left) * 60 / rate.per_minute


class Limiter:
    """The buckets of everybody; used by one thread.

    Of very many visitors the one who has been away longest is forgotten.
    """

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, Rate], Bucket] = {}

    def wait_secs(self, who: str, rate: Rate, now: float) -> float:
        """Count one request; return the seconds to wait, 0 if it may go on."""
        key = (who, rate)
        bucket, wait = take(self._buckets.pop(key, None), rate, now)
        self._buckets[key] = bucket
        if len(self._buckets) > MOST_KEYS:
            del self._buckets[next(iter(self._buckets))]
        return wait
