"""`replay` refuses what cannot be meant, and says how far it is."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count

import click
import pytest

from pipelines.annotator import Annotation, ArticleText
from pipelines.cli.replay import BATCH, Time, in_batches
from pipelines.cli.tree import run


@pytest.mark.parametrize(
    ("word", "time"),
    [
        ("2026-11-25", datetime(2026, 11, 25, tzinfo=UTC)),
        ("2026-11-25T06:30", datetime(2026, 11, 25, 6, 30, tzinfo=UTC)),
        ("2026-11-25T06:30Z", datetime(2026, 11, 25, 6, 30, tzinfo=UTC)),
        ("2026-11-25T06:30+02:00", datetime(2026, 11, 25, 4, 30, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_utc(word: str, time: datetime) -> None:
    assert Time().convert(word, None, None) == time


def test_what_is_no_time_is_refused() -> None:
    with pytest.raises(click.BadParameter, match="no time such as"):
        Time().convert("yesterday", None, None)


def test_an_end_before_the_beginning_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["replay", "--from", "2026-11-26", "--to", "2026-11-25"]) == 1
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "error: --from: 2026-11-26T00:00:00+00:00 is not before --to 2026-11-25T00:00:00+00:00"
    assert told[1] == "next: exchange the two"


def test_both_ends_are_needed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["replay", "--from", "2026-11-26"]) == 2
    assert "--to" in capsys.readouterr().err


class Echo:
    """Readers that note the size of each batch."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def read(self, texts: Sequence[ArticleText]) -> list[Annotation]:
        self.sizes.append(len(texts))
        return [Annotation(language="en", notes=(text.id,)) for text in texts]


def test_texts_are_read_in_batches_in_order_and_progress_is_told() -> None:
    echo, said, clock = Echo(), list[str](), count(0, 3)
    texts = [ArticleText(id=str(number), title="", text="x") for number in range(3 * BATCH + 1)]
    found = in_batches(echo, 2, said.append, lambda: next(clock))(texts)  # type: ignore[arg-type]
    assert [annotation.notes[0] for annotation in found if isinstance(annotation, Annotation)] == [text.id for text in texts]
    assert sorted(echo.sizes) == [1, BATCH, BATCH, BATCH]
    assert said
    assert all(line.endswith("of 97 articles read") for line in said)
