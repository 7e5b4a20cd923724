"""Only what is finished without a gap may be committed."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipelines.progress import Prefix, Progress


@given(
    steps=st.lists(st.integers(1, 4), min_size=1, max_size=30),
    start=st.integers(0, 50),
    data=st.data(),
)
def test_the_prefix_is_what_is_finished_without_a_gap(steps: list[int], start: int, data: st.DataObject) -> None:
    edges = [start]
    for step in steps:
        edges.append(edges[-1] + step)
    stretches = list(pairwise(edges))
    prefix, finished = Prefix(start), set()
    for stretch in data.draw(st.permutations(stretches)):
        prefix.finish(*stretch)
        finished.add(stretch)
        expected = next((begin for begin, end in stretches if (begin, end) not in finished), edges[-1])
        assert prefix.done_to == expected
    assert prefix.later == []


def test_what_is_finished_twice_does_not_move_the_prefix_back() -> None:
    prefix = Prefix(5)
    prefix.finish(0, 3)
    prefix.finish(5, 7)
    prefix.finish(5, 6)
    assert prefix.done_to == 7


def test_partitions_are_apart_and_begin_where_reading_began() -> None:
    progress = Progress({0: 10, 1: 20})
    assert progress.finish([(0, 10, 10), (1, 21, 21)]) == {0: 11, 1: 20}
    assert progress.finish([(1, 20, 20)]) == {1: 22}
    assert progress.finish([(2, 0, 0)]) == {2: 1}


def test_offsets_without_articles_are_finished_with_the_record_after_them() -> None:
    progress = Progress({0: 0})
    assert progress.finish([(0, 5, 9)]) == {0: 0}
    assert progress.finish([(0, 0, 4)]) == {0: 10}


def test_nothing_finished_commits_nothing() -> None:
    assert Progress().finish([]) == {}


def test_the_end_of_what_is_finished_is_told_also_where_nothing_was() -> None:
    progress = Progress({0: 10})
    progress.finish([(0, 10, 12), (1, 4, 4)])
    assert [progress.done_to(partition) for partition in (0, 1, 2)] == [13, 0, 0]
