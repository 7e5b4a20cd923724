"""The ways in which a feed fails, finer than `connectors.errors`, so that each maps to one outcome.

    FeedError
    ├── FetchError
    │   ├── UnreachableError     no address, no connection, or broken off
    │   ├── TimedOutError        the time budget was used up
    │   ├── OverBudgetError      too many bytes or redirects, or packed too tightly
    │   ├── QuietError           the host has asked not to be asked yet
    │   └── StoppedError         we were asked to stop
    ├── UnsafeAddressError
    ├── UnreadableError          the bytes are not a feed or page that we can read, or must not be parsed
    └── StateError               the file that remembers what was seen cannot be used

The names above them are those of `connectors.errors`.
"""

from connectors.errors import FeedError, FetchError, UnsafeAddressError
from connectors.feeds.base import Outcome


class UnreachableError(FetchError):
    """The host has no address, does not answer, or broke off."""


class TimedOutError(FetchError):
    """The time budget was used up."""


class OverBudgetError(FetchError):
    """The answer has too many bytes or redirects, or is packed too tightly."""


class QuietError(FetchError):
    """The host has asked not to be asked yet; nothing was sent. `secs` is how long that lasts still."""

    def __init__(self, host: str, secs: float) -> None:
        super().__init__(host, f"has asked to be left alone for another {secs:.0f} s", "wait")
        self.secs = secs

    def __reduce__(self) -> tuple[type["QuietError"], tuple[str, float]]:
        return type(self), (self.subject, self.secs)


class StoppedError(FetchError):
    """We were asked to stop in the middle."""


class UnreadableError(FeedError):
    """The bytes are not a feed or page that we can read, or must not be parsed."""


class StateError(FeedError):
    """The file that remembers what was seen cannot be used."""


# The first row that fits decides.
OUTCOMES: tuple[tuple[type[FeedError], Outcome], ...] = (
    (StoppedError, Outcome.STOPPED),
    (QuietError, Outcome.RATE_LIMITED),
    (TimedOutError, Outcome.TIMED_OUT),
    (OverBudgetError, Outcome.OVER_BUDGET),
    (UnsafeAddressError, Outcome.UNSAFE_ADDRESS),
    (UnreadableError, Outcome.UNREADABLE),
    (FetchError, Outcome.UNREACHABLE),
)


def outcome_of(error: FeedError) -> Outcome:
    """Return the outcome that an error stands for."""
    return next((outcome for kind, outcome in OUTCOMES if isinstance(error, kind)), Outcome.FAILED)
