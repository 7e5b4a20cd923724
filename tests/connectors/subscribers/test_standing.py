"""What was given up, and which of it somebody means."""

import pytest

from connectors.errors import SanctionwireError
from connectors.messages.delivery import Delivery, delivery_id
from connectors.subscribers.standing import chosen
from pipelines.cli.deliveries import as_dict, as_line, state_of
from tests import builders


def delivery(receiver: str, number: int, status: str = "dead", key: str = "") -> Delivery:
    alert = f"{number:032x}"
    return builders.delivery(
        id=delivery_id(receiver, alert),
        receiver=receiver,
        alert_id=alert,
        status=status,
        reason="answered 400",
        idempotency_key=key or f"{receiver} {alert}",
    )


KNOWN = {
    one.id: one
    for one in (
        delivery("desk", 1, key="together"),
        delivery("desk", 2, key="together"),
        delivery("desk", 3),
        delivery("chat", 3),
        delivery("desk", 4, "sent", key="together"),
        delivery("desk", 5, "retry"),
    )
}


def meant(*ids: str, receiver: str | None = None) -> set[tuple[str, int]]:
    return {(one.receiver, int(one.alert_id, 16)) for one in chosen(KNOWN, ids, receiver)}


def test_without_an_id_it_is_all_that_was_given_up() -> None:
    assert meant() == {("desk", 1), ("desk", 2), ("desk", 3), ("chat", 3)}
    assert meant(receiver="chat") == {("chat", 3)}
    assert meant(receiver="nobody") == set()


def test_an_id_is_that_of_a_delivery_or_of_an_alert() -> None:
    assert meant(delivery_id("desk", f"{3:032x}")) == {("desk", 3)}
    assert meant(f"{3:032x}") == {("desk", 3), ("chat", 3)}
    assert meant(f"{3:032x}", receiver="chat") == {("chat", 3)}


def test_what_was_told_under_one_key_is_meant_as_one_and_what_arrived_is_not() -> None:
    assert meant(f"{1:032x}") == {("desk", 1), ("desk", 2)}


@pytest.mark.parametrize(("number", "problem"), [(4, "it is sent"), (5, "it is retry"), (9, "no delivery or alert")])
def test_what_was_not_given_up_is_refused(number: int, problem: str) -> None:
    with pytest.raises(SanctionwireError, match=problem):
        chosen(KNOWN, [f"{number:032x}"], None)


def test_a_line_says_why_and_nothing_that_steers_a_terminal() -> None:
    dead = delivery("desk", 1)
    hostile = builders.delivery(status="dead", reason="\x1b[2J\u202enot so", attempts=8)
    assert "after 1 tries: answered 400" in as_line(dead, builders.PUBLISHED_AT)
    assert not set("\x1b\u202e") & set(as_line(hostile, builders.PUBLISHED_AT))
    assert (state_of(dead), as_dict(dead)["status"]) == ("dead", "dead")
