"""Articles of a bundle are read as one batch, and nothing is lost on the way."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import apache_beam as beam
import pytest
from apache_beam.testing.test_pipeline import TestPipeline as BeamPipeline
from apache_beam.testing.util import assert_that, equal_to

from pipelines.annotate import Annotate, annotated, text_of
from pipelines.annotator import Annotation, ArticleText
from pipelines.readers import Readers, Reading
from pipelines.work import Failure
from tests import builders


def test_the_model_gets_the_language_that_was_found() -> None:
    work = builders.work(builders.article(language=None), language="ru")
    assert text_of(work) == ArticleText(id=builders.ARTICLE_ID, title=builders.TITLE, text=builders.TEXT, language="ru")


def test_what_was_found_is_kept_and_notes_are_added() -> None:
    found = Annotation(language="en", signals=(builders.signal(),), notes=("new",))
    work = annotated(builders.work(notes=("old",)), found)
    assert (work.signals, work.notes, work.failure) == ((builders.signal(),), ("old", "new"), None)


def test_what_could_not_be_read_is_failed_work() -> None:
    failure = Failure(stage="Annotate", reason="too slow")
    assert annotated(builders.work(), failure) == builders.work(failure=failure)


class Notes:
    """Stands where the pool stands."""

    def read(self, texts: Sequence[ArticleText]) -> list[Annotation | Failure]:
        return [Annotation(language="en", notes=(text.id,)) for text in texts]


def notes() -> Notes:
    return Notes()


def test_copies_that_say_nothing_new_and_failures_pass_by_unread() -> None:
    works = [
        builders.work(builders.article(id="read")),
        builders.work(builders.article(id="copy"), to_read=False),
        builders.work(builders.article(id="failed"), failure=Failure(stage="Decode", reason="x")),
    ]
    with BeamPipeline() as pipeline:
        found = pipeline | beam.Create(works) | Annotate(notes)  # type: ignore[arg-type]
        expected = [("read", ("read",)), ("copy", ()), ("failed", ())]
        assert_that(found | beam.Map(lambda work: (work.told.id, work.notes)), equal_to(expected))


@lru_cache(maxsize=1)
def real() -> Readers:
    return Readers(Reading("en_core_web_md", timeout_secs=120))


@pytest.fixture
def real_readers() -> Iterator[None]:
    yield
    real().close()


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.usefixtures("real_readers")
def test_the_real_pool_finds_the_threat() -> None:
    with BeamPipeline() as pipeline:
        works = pipeline | beam.Create([builders.work()]) | Annotate(real)
        kinds = works | beam.Map(lambda work: (work.failure, "threat" in {signal.kind for signal in work.signals}))
        assert_that(kinds, equal_to([(None, True)]))
