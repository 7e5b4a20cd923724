"""The pool outlives whatever an article does to its processes."""

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import ModelError
from pipelines.annotator import Annotation, ArticleText
from pipelines.readers import BATCH, Readers, Reading, shares
from pipelines.work import Failure
from tests.pipelines import reading


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    pool = Readers(Reading("tiny", processes=1, timeout_secs=2), reading.read)
    pool.warm_up()  # importing the annotator takes seconds, and counts against the first article else
    yield pool
    pool.close()


def article(name: str, text: str = "calm") -> ArticleText:
    return ArticleText(id=name, title="", text=text)


def read_by(name: str) -> Annotation:
    return Annotation(language="en", notes=(f"{name} read by tiny",))


def test_articles_are_read_in_their_order(readers: Readers) -> None:
    assert readers.read([article("a"), article("b")]) == [read_by("a"), read_by("b")]


@pytest.mark.parametrize("times", [1, 2, 3])
def test_what_went_with_the_process_that_took_it_is_read_again(
    times: int, readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.readers.LOOK_SECS", 0.5)
    asked, schedule = [0], readers._pool.schedule

    def losing(function: Any, **how: Any) -> Any:
        asked[0] += function is reading.read
        return Future() if function is reading.read and asked[0] <= times else schedule(function, **how)

    monkeypatch.setattr(readers._pool, "schedule", losing)
    assert readers.read([article("a"), article("b")]) == [read_by("a"), read_by("b")]
    assert asked[0] == times + 2  # together, and then each alone


@pytest.mark.parametrize(
    ("number", "processes", "sizes"),
    [
        (0, 2, []),
        (1, 2, [1]),
        (2, 2, [1, 1]),
        (3, 2, [1, 1, 1]),
        (24, 2, [6, 5, 4, 3, 2, 1, 1, 1, 1]),
        (10 * BATCH, 2, [*(BATCH,) * 7, 6, 5, 4, 3, 2, 1, 1, 1, 1]),
        (5, 1, [5]),
        (3, 64, [1, 1, 1]),
        (2 * BATCH + 1, 1, [BATCH, BATCH, 1]),
    ],
)
def test_articles_are_shared_out_among_the_processes(number: int, processes: int, sizes: list[int]) -> None:
    texts = [article(str(each)) for each in range(number)]
    shared = shares(texts, processes)
    assert [len(share) for share in shared] == sizes
    assert [text for share in shared for text in share] == texts


@pytest.mark.slow
def test_two_processes_read_one_bundle_side_by_side(tmp_path: Path) -> None:
    pool = Readers(Reading("tiny", processes=2), reading.read)
    waiting = [ArticleText(id=name, title="meet", text=str(tmp_path)) for name in ("a", "b")]  # each for another process to come
    try:
        assert pool.read(waiting) == [Annotation(language="en", notes=("2",))] * 2
    finally:
        pool.close()


def test_no_articles_are_read(readers: Readers) -> None:
    assert readers.read([]) == []


@pytest.mark.parametrize(("poison", "reason"), [("break", "ZeroDivisionError: a bug in a rule"), ("refuse", "tiny: is not there")])
def test_an_article_that_fails_is_the_only_one_that_does(readers: Readers, poison: str, reason: str) -> None:
    first, failed, last = readers.read([article("a"), article("b", poison), article("c")])
    assert (first, last) == (read_by("a"), read_by("c"))
    assert failed == Failure(stage="Annotate", reason=reason)


@pytest.mark.slow
def test_an_article_that_kills_its_process_is_the_only_one_that_fails() -> None:
    pool = Readers(Reading("tiny", timeout_secs=60), reading.read)
    try:
        first, failed, last = pool.read([article("a"), article("b", "die"), article("c")])
    finally:
        pool.close()
    assert (first, last) == (read_by("a"), read_by("c"))
    assert isinstance(failed, Failure)
    assert "ProcessExpired" in failed.reason


@pytest.mark.slow
def test_an_article_that_hangs_is_ended_and_the_pool_goes_on() -> None:
    pool = Readers(Reading("tiny", timeout_secs=8), reading.read)
    try:
        pool.warm_up()
        (failed,) = pool.read([article("a", "hang")])
        (last,) = pool.read([article("b")])
    finally:
        pool.close()
    assert failed == Failure(stage="Annotate", reason="took more than 8 s to read")
    assert last == read_by("b")


@pytest.mark.slow
def test_a_pool_that_has_broken_is_replaced() -> None:
    pool = Readers(Reading("tiny"), reading.read)
    try:
        pool.warm_up()
        pool._pool.stop()  # as pebble does itself when its own threads meet an error
        pool._pool.join()
        assert pool.read([article("a")]) == [read_by("a")]
    finally:
        pool.close()


def test_a_model_that_is_not_there_is_told_at_the_start() -> None:
    pool = Readers(Reading("absent"), reading.no_model)
    try:
        with pytest.raises(ModelError, match="is not installed"):
            pool.warm_up()
    finally:
        pool.close()
