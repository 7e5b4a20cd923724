"""What routing costs: 10,000 routes and alerts by the thousand, on one core. Run by `make bench`."""

import random
import time

from connectors.config import RouteConfig, SubscribersConfig
from connectors.messages.alert import Alert
from connectors.messages.signal import Actor
from connectors.subscribers.deliveries import Arrival, DeliveryLog, decide
from connectors.subscribers.inhibition import Inhibitors
from connectors.subscribers.labels import labels
from connectors.subscribers.routing import Router, tree_of
from tests import builders

SEED = 20261127
ROUTES, ALERTS, ALWAYS = 10_000, 5_000, 20
KINDS = ("threat", "considering", "imposed", "eased")


def a_route(dice: random.Random, number: int) -> RouteConfig:
    """A desk for a country or two, of which few ask with an expression that no index can hold."""
    one, two = dice.randrange(2_000), dice.randrange(2_000)
    if number % (ROUTES // ALWAYS) == 0:
        return RouteConfig(matchers=f'target=~"S1{number % 10}.*"', receiver=f"desk{number}", continues=True)
    text = f'target=~"S{one}|S{two}", kind={dice.choice(KINDS)}' if number % 2 else f"sender=S{one}, target=S{two}, severity!=low"
    return RouteConfig(matchers=text, receiver=f"desk{number}", continues=number % 3 == 0)


def an_alert(dice: random.Random, number: int) -> Alert:
    """An act between two of two thousand parties."""
    one, two = (Actor(id=f"S{dice.randrange(2_000)}", name=f"Party {dice.randrange(2_000)}") for _ in range(2))
    return builders.alert(id=f"{number:032x}", kind=dice.choice(KINDS), senders=(one,), targets=(two,))


def test_ten_thousand_routes() -> None:
    dice = random.Random(SEED)
    began = time.perf_counter()
    config = SubscribersConfig(receiver="rest", routes=tuple(a_route(dice, number) for number in range(ROUTES)))
    router = Router(tree_of(config))
    built = time.perf_counter() - began
    alerts = [an_alert(dice, number) for number in range(ALERTS)]
    began = time.process_time()
    taken = sum(len(router.routes_of(labels(alert))) for alert in alerts)
    routed = time.process_time() - began
    log, inhibitors = DeliveryLog(), Inhibitors()
    began = time.process_time()
    for alert in alerts:
        decide(Arrival(alert=alert, labels=labels(alert), arrived_at=alert.last_at), router, (), inhibitors, log, alert.last_at)
    decided = time.process_time() - began
    print(f"\n{ROUTES} routes, {ALWAYS} of them without an index, built in {built:.1f} s; {taken / ALERTS:.1f} receivers an alert")
    print(f"labels and routes: {ALERTS / routed:,.0f} alerts/s; whole decision: {ALERTS / decided:,.0f} alerts/s (target: 1,000)")
