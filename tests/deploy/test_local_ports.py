"""Choosing ports."""

import random
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import StackError
from deploy.local.ports import FIRST, HOST, LAST, choose_port, choose_ports, is_free, is_open, last_port


def always(_port: int) -> bool:
    return True


def test_the_preferred_port_is_taken_when_it_is_free() -> None:
    assert choose_port(set(), 9092, always, random.Random(1), LAST) == 9092


def test_a_busy_preferred_port_gives_way_to_another() -> None:
    assert choose_port(set(), 9092, lambda port: port != 9092, random.Random(1), LAST) in range(FIRST, LAST + 1)


def test_a_port_given_out_before_is_not_given_out_again() -> None:
    first = choose_port(set(), None, always, random.Random(1), LAST)
    assert choose_port({first}, None, always, random.Random(1), LAST) != first


def test_no_free_port_is_an_error() -> None:
    with pytest.raises(StackError, match="no free port"):
        choose_port(set(), 9092, lambda _: False, random.Random(1), LAST)


@given(lowest=st.integers(1_024, 60_000), seed=st.integers(0, 1_000))
def test_a_port_is_outside_the_ephemeral_range_wherever_there_is_room(lowest: int, seed: int) -> None:
    port = choose_port(set(), None, always, random.Random(seed), last_port(f"{lowest}\t60999\n"))
    assert port < lowest or lowest < FIRST + 1_000


def test_an_unknown_ephemeral_range_is_taken_for_the_usual_one() -> None:
    assert last_port("") == LAST


def test_a_port_with_a_listener_is_open_and_not_free() -> None:
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
        assert is_open(port)
        assert not is_free(port)
    assert not is_open(port)
    assert is_free(port)


def test_the_two_ports_of_a_node_differ() -> None:
    port, controller_port = choose_ports(None, random.Random(1))
    assert port != controller_port
