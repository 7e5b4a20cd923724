"""Whose the log is, without a broker; with one: tests/end_to_end/test_claim.py."""

import pickle

import pytest

from connectors.errors import FencedError
from pipelines.claim import LOOK_SECS, Done, Job, check

JOB = Job("mine", ((0, 5), (1, 0)))


class Notes:
    """The group's offsets as they stand at the next look; counts the looks."""

    def __init__(self, offsets: dict[int, int], owner: str) -> None:
        self.offsets, self.owner, self.looks = offsets, owner, 0

    def read(self) -> tuple[dict[int, int], frozenset[str]]:
        self.looks += 1
        return dict(self.offsets), frozenset((self.owner,))


def test_the_log_of_another_job_is_left_alone() -> None:
    with pytest.raises(FencedError, match="taken over from mine"):
        check(frozenset(("another", "mine")), "mine")
    check(frozenset(("mine",)), "mine")
    check(frozenset(), "mine")


def test_what_is_finished_is_looked_up_now_and_then() -> None:
    now, notes = [0.0], Notes({0: 7}, "mine")
    done = Done(notes, JOB, lambda: now[0])  # type: ignore[arg-type]
    assert [done.to(0), done.to(1), done.to(0)] == [7, 0, 7]
    assert notes.looks == 1
    notes.offsets = {0: 9, 1: 4}
    now[0] += LOOK_SECS
    assert [done.to(0), done.to(1)] == [9, 4]
    assert notes.looks == 2


def test_a_reader_of_a_job_whose_time_is_over_finds_out_without_an_article() -> None:
    now, notes = [0.0], Notes({}, "mine")
    done = Done(notes, JOB, lambda: now[0])  # type: ignore[arg-type]
    assert done.to(0) == 5
    notes.owner, now[0] = "another", LOOK_SECS
    with pytest.raises(FencedError):
        done.to(0)


def test_where_a_job_begins_travels_with_the_graph() -> None:
    assert pickle.loads(pickle.dumps(JOB.offsets))() == {0: 5, 1: 0}
