"""Who is given the beacon. With brokers and processes that die: tests/end_to_end/test_standby.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.beacon import WANTS, Claim, Verdict, verdict

CLAIMS = st.dictionaries(
    st.text("abc", min_size=1, max_size=3),
    st.builds(Claim, st.sampled_from(WANTS), st.integers(0, 5), st.integers(0, 5)),
    min_size=1,
)


def test_who_holds_it_keeps_it_and_its_term_while_others_wait() -> None:
    assert verdict({"a": Claim("wait", 3, 1), "b": Claim("hold", 3, 9)}) == Verdict("b", 3)


def test_of_those_that_wait_the_one_that_has_waited_longest_is_given_it_in_a_new_term() -> None:
    assert verdict({"a": Claim("wait", 3, 8), "b": Claim("wait", 2, 7)}) == Verdict("b", 4)


def test_a_start_without_standby_takes_it_from_who_holds_it() -> None:
    assert verdict({"a": Claim("hold", 3, 1), "b": Claim("take", 0, 9), "c": Claim("wait", 3, 0)}) == Verdict("b", 4)


def test_a_holder_that_was_away_and_replaced_does_not_get_it_back() -> None:
    assert verdict({"old": Claim("hold", 3, 1), "new": Claim("hold", 4, 2)}) == Verdict("new", 4)


@given(CLAIMS)
def test_one_is_given_it_and_no_term_is_given_twice(claims: dict[str, Claim]) -> None:
    found = verdict(claims)
    assert found.holder in claims
    if claims[found.holder].want == "hold":
        assert found.term == max(claim.term for claim in claims.values() if claim.want == "hold")
    else:
        assert found.term > max(claim.term for claim in claims.values())


@given(st.builds(Claim, st.sampled_from(WANTS), st.integers(0, 2**40), st.integers(0, 2**60)))
def test_a_claim_is_carried_as_it_is(claim: Claim) -> None:
    assert Claim.decoded(claim.encoded()) == claim


@pytest.mark.parametrize("data", [b"", b"[]", b'["rule", 1, 1]', b'["hold", "x", 1]', b"\xff"])
def test_a_claim_that_makes_no_sense_waits_last_of_all(data: bytes) -> None:
    assert verdict({"a": Claim.decoded(data), "b": Claim("wait", 0, 10**13)}).holder == "b"
