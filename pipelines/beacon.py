"""Which copy of the job works: the brokers tell, by a group of which every copy is a member.

Observed: a dead process does not say so, and asking it would need a way to it. The brokers know within seconds who still answers,
and they keep groups for whoever wants one.

Theory: each copy joins the group `GROUP_ID.copies` and says what it wants: to wait, to take over now (a start without standby, a
replay), or to keep what it holds. The group's rule gives the beacon to one of them: to one that takes it; else to who holds it;
else to who has waited longest. Each handing over has a number, the term, one above any that a member has heard of, so a holder that
was away for a while and comes back learns that it has been replaced. No clock decides, except between copies that wait.

The beacon says who *should* work. That two never write is not its business: Kafka's fencing sees to that (`pipelines.io`), and a
beacon that is wrong costs a restart. No partition is handed out and nothing is read; the group needs a topic, and takes `articles`.

Known to be wrong: a copy of a release without the beacon is not seen, and a standby takes over from it at once.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal

import structlog
from kafka.coordinator.assignors.abstract import (
    AbstractPartitionAssignor,
    ConsumerProtocolAssignment,
    ConsumerProtocolSubscription,
)
from kafka.errors import AuthorizationError, KafkaError

from connectors.config import KafkaConfig
from connectors.errors import BrokerError
from connectors.kafka import broker_errors, member, topic_name
from connectors.topics import ARTICLES

Want = Literal["take", "hold", "wait"]

SESSION_SECS = 6.0  # the least that a broker allows as it comes; a dead copy is noticed within it
HEARTBEAT_SECS = 1.0
POLL_MS = 250
POLL_LIMIT_SECS = 15.0
JOIN_SECS = 15.0
RETRY_SECS = 1.0
WANTS: tuple[Want, ...] = ("take", "hold", "wait")
LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Claim:
    """What one copy says of itself.

    Attributes:
        want: the beacon now; to keep it; or to wait for it.
        term: the highest that it has heard of; of a holder, its own.
        since_ms: when it began to wait, milliseconds since 1970.
    """

    want: Want
    term: int = 0
    since_ms: int = 0

    def encoded(self) -> bytes:
        """Return it as the group carries it."""
        return json.dumps([self.want, self.term, self.since_ms]).encode()

    @classmethod
    def decoded(cls, data: bytes) -> "Claim":
        """Return the claim of another copy; one that makes no sense waits, last of all."""
        try:
            want, term, since_ms = json.loads(data)
            return cls(WANTS[WANTS.index(want)], int(term), int(since_ms))
        except (ValueError, TypeError):
            return cls("wait", 0, 2**62)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who has the beacon, and in which term."""

    holder: str
    term: int


def verdict(claims: Mapping[str, Claim]) -> Verdict:
    """Return who is given the beacon.

    Args:
        claims: of each member, by its id; at least one.
    """

    def rank(member_id: str) -> tuple[int, int, int, str]:
        claim = claims[member_id]
        return WANTS.index(claim.want), -claim.term if claim.want == "hold" else 0, claim.since_ms, member_id

    holder = min(claims, key=rank)
    heard = max(claim.term for claim in claims.values())
    return Verdict(holder, claims[holder].term if claims[holder].want == "hold" else heard + 1)


class _OneHolds(AbstractPartitionAssignor):  # type: ignore[misc]
    """The rule of the group: carries claims to the member that decides, and its verdict to all."""

    name = "sanctionwire-one"

    def __init__(self, claim: Callable[[], Claim], told: Callable[[bool, int], None]) -> None:
        self._claim = claim
        self._told = told

    def metadata(self, topics: Any) -> Any:
        return ConsumerProtocolSubscription(0, sorted(topics), self._claim().encoded())

    def assign(self, cluster: Any, members: Any) -> dict[str, Any]:  # noqa: ARG002 -- the client's signature
        given = verdict({each.member_id: Claim.decoded(each.metadata.user_data or b"") for each in members})
        return {
            each.member_id: ConsumerProtocolAssignment(0, [], json.dumps([each.member_id == given.holder, given.term]).encode())
            for each in members
        }

    def on_assignment(self, assignment: Any, generation: Any) -> None:  # noqa: ARG002 -- the client's signature
        is_ours, term = json.loads(assignment.user_data)
        self._told(bool(is_ours), int(term))


class Beacon:
    """This copy's place among the copies; `close` it, which tells the others that it has gone.

    Args:
        config: the brokers, and the group of the job.
        want: whether to take over or to wait.

    Attributes:
        held: set once it is ours.
        lost: set when another copy has taken it from us.
        failure: why the group cannot be asked; None while it can.

    Raises:
        BrokerError: no broker answers, or it refuses us.
    """

    def __init__(self, config: KafkaConfig, want: Want) -> None:
        self.held, self.lost = threading.Event(), threading.Event()
        self.failure: BrokerError | None = None
        self._config = config
        self._claim = Claim(want, since_ms=time.time_ns() // 1_000_000)
        self._stop = threading.Event()
        self._member = member(
            config,
            f"{config.group_id}.copies",
            _OneHolds(lambda: self._claim, self._told),
            session_secs=SESSION_SECS,
            heartbeat_secs=HEARTBEAT_SECS,
            poll_limit_secs=POLL_LIMIT_SECS,
        )
        self._member.subscribe([topic_name(config, ARTICLES)])
        self._thread = threading.Thread(target=self._attend, name="beacon", daemon=True)
        self._thread.start()

    def wait(self, secs: float = JOIN_SECS) -> bool:
        """Wait until it is ours; false if it is not so in time. The place of a dead copy is kept for `SESSION_SECS`."""
        return self.held.wait(secs)

    def close(self) -> None:
        """Leave the group: a copy that waits is given the beacon at once."""
        self._stop.set()
        self._thread.join(2 * SESSION_SECS)

    def _told(self, is_ours: bool, term: int) -> None:  # noqa: FBT001 -- called by position
        """Hear a verdict."""
        if is_ours:
            self._claim = replace(self._claim, want="hold", term=term)
            self.held.set()
        elif self._claim.want == "hold":
            self.lost.set()
        else:
            self._claim = replace(self._claim, term=max(term, self._claim.term))

    def _attend(self) -> None:
        with closing(self._member):
            while not self._stop.is_set():
                try:
                    with broker_errors(self._config):
                        self._member.poll(timeout_ms=POLL_MS)
                except BrokerError as error:
                    if isinstance(error.__cause__, AuthorizationError):
                        self.failure = error
                        return
                    LOG.warning("the group of copies cannot be asked", problem=error.problem)
                    self._stop.wait(RETRY_SECS)
            self._leave()

    def _leave(self) -> None:
        try:
            self._member.unsubscribe()
        except KafkaError as error:
            LOG.warning("the group of copies was not told that we leave", problem=str(error))


@contextmanager
def taken(config: KafkaConfig) -> Iterator[Beacon]:
    """Hold the beacon while something else than the job writes with its transactional id."""
    with closing(Beacon(config, "take")) as beacon:
        beacon.wait()
        yield beacon
