"""What finished work leaves in the log, and what the metrics count of it."""

import pytest

from connectors.messages.analysis import Analysis
from connectors.messages.codec import decode, decode_dead_letter
from connectors.topics import ALERT_TOPICS, ANALYSES, DEAD_LETTERS, STORIES
from pipelines.finish import Finished, finished
from pipelines.work import Failure, Work
from tests import builders

FAILURE = Failure(stage="Decode", reason="is not UTF-8")


def topics_of(work: Work) -> list[str]:
    return [topic for topic, _ in finished(work).records]


def test_an_alerting_article_leaves_its_analysis_its_story_and_its_alerts() -> None:
    work = builders.work(story=builders.story(), alerts=(builders.alert(), builders.alert(family="easing", kind="eased")))
    assert topics_of(work) == [ANALYSES.name, STORIES.name, ALERT_TOPICS["threat"].name, ALERT_TOPICS["easing"].name]


def test_the_analysis_names_the_alerts_the_story_and_the_founder() -> None:
    work = builders.work(
        story=builders.story(), alerts=(builders.alert(),), alert_ids=(builders.ALERT_ID,), copy_of="founder", copy_kind="near"
    )
    _, record = finished(work).records[0]
    analysis = decode(Analysis, record.value, record.headers)
    assert (analysis.story_id, analysis.alert_ids) == (builders.story().id, (builders.ALERT_ID,))
    assert (analysis.copy_of, analysis.copy_kind, analysis.position) == ("founder", "near", builders.position())


def test_what_the_metrics_count_is_told() -> None:
    work = builders.work(copy_kind="exact", signals=(builders.signal(),), alerts=(builders.alert(status="updated"),))
    told = finished(work)
    assert (told.outcome, told.copy_kind, told.event_time) == ("analysed", "exact", builders.PUBLISHED_AT)
    assert (told.signals, told.alerts) == (("threat",), (("threat", "updated"),))


def test_a_repeat_leaves_nothing() -> None:
    told = finished(builders.work(repeat=True))
    assert (told.outcome, told.records) == ("repeated", ())


def test_failed_work_leaves_a_dead_letter_and_nothing_else() -> None:
    told = finished(builders.work(failure=FAILURE, story=builders.story(), alerts=(builders.alert(),)))
    ((topic, record),) = told.records
    letter = decode_dead_letter(record.key, record.value, record.headers)
    assert (told.outcome, told.stage, topic) == ("refused", "Decode", DEAD_LETTERS.name)
    assert (letter.value, letter.stage, letter.reason, letter.origin) == (b"v", "Decode", "is not UTF-8", builders.position())


def test_a_failed_repeat_is_refused() -> None:
    assert finished(builders.work(repeat=True, failure=FAILURE)).outcome == "refused"


@pytest.mark.parametrize("overrides", [{}, {"repeat": True}, {"failure": FAILURE, "article": None}])
def test_every_outcome_says_which_offsets_are_finished(overrides: dict[str, object]) -> None:
    told: Finished = finished(builders.work(record=builders.log_record(9, covers_from=5), sequence=4, **overrides))
    assert (told.sequence, told.position.offset, told.covers_from) == (4, 9, 5)


def test_work_that_was_never_decoded_cannot_be_analysed() -> None:
    with pytest.raises(ValueError, match="has no article"):
        finished(builders.work(article=None))
