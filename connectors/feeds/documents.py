"""The documents of one feed: the one at its address, and those that it names (`Reading.follow`).

Each further document is asked for with validators of its own, so that one that has not changed costs a 304. When the first document
itself has not changed, those that it named last are asked for: an index of sitemaps stays as it is while its sitemaps grow. A
document that cannot be had is noted in `problems` and left to the next poll; the others are read.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol

from connectors.errors import FeedError
from connectors.feeds import files
from connectors.feeds.base import FeedKind, FeedSpec, Outcome, Page, Reading, Validators
from connectors.feeds.decide import Finish, Read, decide
from connectors.feeds.failures import StoppedError, outcome_of
from connectors.feeds.fetch import Budget, Fetcher, Response, refreshed

MAX_DOCUMENTS = 20  # of one feed, the first left out; a directory has no limit


class Readers(Protocol):
    """What reads documents: `workers.Workers`, or something with its methods."""

    def read_feed(self, kind: FeedKind, body: bytes, *, url: str, content_type: str, selector: str | None = None) -> Reading:
        """See `kinds.read_feed`."""

    def read_page(self, body: bytes, *, url: str, content_type: str) -> Page:
        """See `page.read_page`."""


class Documents:
    """Gets and reads the documents of one poll.

    Args:
        fetcher, readers, budget: see `poller.Tools`.
        spec: the feed.
        heed: told of each answer, for what it says of when to come again.

    Attributes:
        followed: the validators of further documents, those of failed ones as they were.
        count: how many further documents were asked for.
        problems: how further documents ended that could not be had, by address.
    """

    def __init__(
        self, fetcher: Fetcher, readers: Readers, budget: Budget, spec: FeedSpec, heed: Callable[[Response], None]
    ) -> None:
        self._fetcher = fetcher
        self._readers = readers
        self._budget = budget
        self._spec = spec
        self._heed = heed
        self.followed: dict[str, Validators] = {}
        self.problems: dict[str, Finish] = {}
        self.count = 0

    def get(self, url: str, validators: Validators | None) -> Response | FeedError:
        """Return the answer of an address, or why there is none."""
        try:
            if self._spec.path is not None:
                return files.get(url, validators=validators)
            private = self._spec.allow_private_addresses
            return self._fetcher.get(url, validators=validators, allow_private=private, budget=self._budget)
        except FeedError as error:
            return error

    def read(self, response: Response) -> Reading:
        """Return what a document says; raise `FeedError` when it cannot be read."""
        kind, selector = self._spec.kind, self._spec.selector
        return self._readers.read_feed(kind, response.body, url=response.url, content_type=response.content_type, selector=selector)

    def further(self, addresses: Iterable[str], known: Mapping[str, Validators]) -> Iterator[Reading]:
        """Yield each further document that is new, as it comes.

        Args:
            addresses: what the first document names, or named before when it has not changed.
            known: the validators of those that were followed before, by address.

        Raises:
            StoppedError: we were asked to stop.
        """
        waiting, seen = deque(addresses), set[str]()
        while waiting and (self._spec.path is not None or len(seen) < MAX_DOCUMENTS):
            url = waiting.popleft()
            if url in seen:
                continue
            seen.add(url)
            self.count += 1
            reading = self._one(url, known.get(url, Validators()))
            if reading is not None:
                yield reading
                waiting.extend(reading.follow)

    def _one(self, url: str, validators: Validators) -> Reading | None:
        """Return a further document, None when it has not changed or cannot be had."""
        self._keep(url, validators)
        answer = self.get(url, validators)
        if isinstance(answer, StoppedError):
            raise answer
        if isinstance(answer, Response):
            self._heed(answer)
        intent = decide(answer)
        if isinstance(intent, Finish) and intent.outcome is not Outcome.NOT_MODIFIED:
            self.problems[url] = intent
        if not isinstance(answer, Response) or url in self.problems:
            return None
        try:
            reading = self.read(answer) if isinstance(intent, Read) else None
        except StoppedError:
            raise
        except FeedError as error:
            self.problems[url] = Finish(outcome=outcome_of(error), problem=str(error))
            return None
        self._keep(url, refreshed(validators, answer))
        return reading

    def _keep(self, url: str, validators: Validators) -> None:
        if self._spec.path is None:  # a directory knows by its position what is new
            self.followed[url] = validators
