"""How it stands with deliveries, for people: what receivers have, what was given up for them, what still waits; and the wish that
what was given up be told after all.

A wish is the delivery's own record once more with the status `retry`, so it takes the place of what it is about, survives the death
of anybody, and a service that runs sees it at once. All records of one wish are one transaction: what was told in one notification
is asked for as one, so that it comes under the same key.

Known to be lax: `waiting` does not look at inhibitions, for which a running service knows more of the past.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime

from connectors.config import Config, KafkaConfig
from connectors.errors import MessageError, SanctionwireError
from connectors.kafka import Places, Stored, broker_errors, producer, publish, read_all, read_some, topic_name
from connectors.messages.alert import Alert
from connectors.messages.codec import encode
from connectors.messages.delivery import Delivery, delivery_id
from connectors.subscribers.deliveries import Arrival, DeliveryLog, decide
from connectors.subscribers.inhibition import Inhibitors
from connectors.subscribers.labels import labels
from connectors.subscribers.reader import read_messages
from connectors.subscribers.routing import Router, checked_config
from connectors.subscribers.silences import is_usable, silences_of
from connectors.topics import ALERT_TOPICS, DELIVERIES, SILENCES
from connectors.watchlists.base import NOBODY, Watch, names_of

OnBad = Callable[[Stored, MessageError], None]
AT_ONCE = 5_000  # records


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A version that is on its way to a receiver, and since or until when it waits."""

    id: str
    receiver: str
    alert_id: str
    alert_version: int
    due_at: datetime


def read_deliveries(config: KafkaConfig, on_bad: OnBad) -> dict[str, Delivery]:
    """Return the last delivery of each alert to each receiver by id, oldest first.

    Raises:
        TopicError, BrokerError: the topic cannot be read.
    """
    found: dict[str, Delivery] = {}
    for delivery in read_messages(Delivery, read_all(config, [DELIVERIES]), on_bad):
        found.pop(delivery.id, None)
        found[delivery.id] = delivery
    return found


def read_waiting(
    config: Config, deliveries: Iterable[Delivery], now: datetime, on_bad: OnBad, watch: Watch = NOBODY
) -> list[Waiting]:
    """Return what stands on the alert topics and is not delivered yet, by the routes of this configuration.

    Args:
        config: brokers and routes.
        deliveries: what receivers have.
        now: the time.
        on_bad: told of records that cannot be read.
        watch: says who in an alert may be on a watchlist.

    Raises:
        ConfigError: the routes are wrong.
        TopicError, BrokerError: a topic cannot be read.
    """
    router = Router(checked_config(config.subscribers))
    with closing(Places(config.kafka, config.subscribers.group_id)) as held:
        places = held.read(ALERT_TOPICS.values())
    newest: dict[str, Alert] = {}
    while True:
        records, places = read_some(config.kafka, ALERT_TOPICS.values(), places, AT_ONCE)
        newest |= {alert.id: alert for alert in read_messages(Alert, records, on_bad)}
        if not records:
            break
    silences = [one for one in silences_of(read_all(config.kafka, [SILENCES]), on_bad).values() if is_usable(one)]
    log = DeliveryLog()
    for delivery in deliveries:
        log.note(delivery)
    found = []
    for alert in newest.values():
        arrival = Arrival(alert=alert, labels=labels(alert, names_of(watch.matches(alert))), arrived_at=now)
        for one in decide(arrival, router, silences, Inhibitors(), log, now):
            if one.action in ("send", "wait") and one.repeats == 0 and one.receiver:
                known = delivery_id(one.receiver, alert.id)
                found.append(
                    Waiting(id=known, receiver=one.receiver, alert_id=alert.id, alert_version=alert.version, due_at=one.due_at)
                )
    return found


def chosen(deliveries: Mapping[str, Delivery], ids: Sequence[str], receiver: str | None) -> tuple[Delivery, ...]:
    """Return what was given up and is meant, with what was told under the same key.

    Args:
        deliveries: by id, see `read_deliveries`.
        ids: of deliveries or of alerts; empty for all.
        receiver: only what was given up for this one; None for all.

    Raises:
        SanctionwireError: an id is that of nothing that was given up.
    """
    dead = [one for one in deliveries.values() if one.status == "dead" and receiver in (None, one.receiver)]
    for wanted in ids:
        if not any(wanted in (one.id, one.alert_id) for one in dead):
            known = [one.status for one in deliveries.values() if wanted in (one.id, one.alert_id)]
            problem = f"was not given up; it is {known[0]}" if known else "no delivery or alert has this id"
            raise SanctionwireError(wanted, problem, "sanctionwire deliveries list")
    meant = [one for one in dead if not ids or one.id in ids or one.alert_id in ids]
    keys = {one.idempotency_key for one in meant}
    return tuple(one for one in dead if one in meant or (one.idempotency_key and one.idempotency_key in keys))


def ask(config: KafkaConfig, deliveries: Iterable[Delivery], now: datetime) -> None:
    """Ask that these be told after all, in one transaction.

    Raises:
        FencedError: somebody else asks at this moment; nothing was done.
        BrokerError: the brokers cannot be reached; nothing was done.
    """
    topic, now_ms = topic_name(config, DELIVERIES), int(now.timestamp() * 1000)
    with broker_errors(config), closing(producer(config, transactional_id=f"{config.transactional_id}-deliveries")) as kafka:
        kafka.init_transactions()
        kafka.begin_transaction()
        for one in deliveries:
            publish(kafka, topic, encode(replace(one, status="retry", at=now)), now_ms)
        kafka.commit_transaction()
