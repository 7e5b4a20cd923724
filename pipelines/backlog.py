"""How long a backlog lasts: when more waits than is usual, and how many seconds it took until it was read.

A burst, a restart after a long pause and a machine that is too small look alike at first: articles wait in Kafka. What tells them
apart is whether the number falls, and how long that takes. Memory is no part of it, since at most `pipelines.io.MAX_IN_FLIGHT`
articles of a partition are taken out of Kafka before they are finished.

Decision: there is no fast lane for texts with words on sanctions, and nothing is read out of the order of its partition. Reading
the newest first would keep the one analysis for each article (what was read is known by its id), but it would break what else the
order carries:

- A corrected text has the key of the first one, and would be overtaken by it, so that the correction is undone.
- The first to print a text is its founder, and names the story. With another order at each restart within a burst, founders and
  stories would depend on when somebody pulled the plug.
- An alert's id goes by its first article, so alerts would be raised under one id, withdrawn and raised under another for as long as
  older articles follow.

What a lane would bring is less than it seems. An article without such words is never shown to the model and does not wait for those
that are, so most of what stands before an alert in a burst is the cheap part. Whoever needs a lane can have one that is sound: an
installation of its own, under another `topic_prefix`, for the feeds that matter.
"""

from dataclasses import dataclass

BEGINS_AT = 1_000  # articles that wait
ENDS_AT = 100


@dataclass(slots=True)
class Backlog:
    """The backlog of a job, if it has one.

    Attributes:
        began_at: seconds since 1970; None while there is none.
        most: articles that waited at its height.
        last_secs: how long the last one took.
    """

    began_at: float | None = None
    most: int = 0
    last_secs: float = 0.0

    def note(self, waiting: int, now: float) -> str:
        """Take how many articles wait; return what there is to say, usually nothing.

        Args:
            waiting: articles between the committed offsets and the end of the log.
            now: seconds since 1970.
        """
        if self.began_at is None:
            return self._began(waiting, now) if waiting >= BEGINS_AT else ""
        self.most = max(self.most, waiting)
        if waiting > ENDS_AT:
            return ""
        self.last_secs, self.began_at = max(0.0, now - self.began_at), None
        return f"caught up: the backlog of up to {self.most} articles took {self.last_secs:.0f} s"

    def seconds(self, now: float) -> float:
        """Return how long the present backlog has lasted, else how long the last one did."""
        return self.last_secs if self.began_at is None else max(0.0, now - self.began_at)

    def _began(self, waiting: int, now: float) -> str:
        self.began_at, self.most = now, waiting
        return f"{waiting} articles wait; they are in Kafka, and are read in their order"
