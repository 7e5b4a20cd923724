"""What finished work leaves in the log, and how the source hands out records. With a broker: tests/end_to_end/test_io.py."""

import pickle
from dataclasses import replace

import pytest

from connectors.messages.analysis import Analysis
from connectors.messages.codec import decode, decode_dead_letter
from connectors.topics import ALERT_TOPICS, ANALYSES, DEAD_LETTERS, STORIES
from pipelines.io import ArticleLog, alert_topic, dead_letter_of, outputs
from pipelines.work import Failure, LogRecord, Work
from tests import builders

FAILURE = Failure(stage="Decode", reason="is not UTF-8")
NONE: frozenset[tuple[int, int]] = frozenset()


def topics_of(work: Work, refused: frozenset[tuple[int, int]] = NONE) -> list[str]:
    return [topic.name for topic, _ in outputs(work, refused)]


def test_an_alerting_article_leaves_its_analysis_its_story_and_its_alerts() -> None:
    work = builders.work(story=builders.story(), alerts=(builders.alert(), builders.alert(family="easing", kind="eased")))
    assert topics_of(work) == [ANALYSES.name, STORIES.name, ALERT_TOPICS["threat"].name, ALERT_TOPICS["easing"].name]


def test_the_analysis_names_the_alerts_the_story_and_the_founder() -> None:
    work = builders.work(story=builders.story(), alerts=(builders.alert(),), copy_of="founder", copy_kind="near")
    _, record = next(outputs(work, NONE))
    analysis = decode(Analysis, record.value, record.headers)
    assert (analysis.story_id, analysis.alert_ids) == (builders.story().id, (builders.ALERT_ID,))
    assert (analysis.copy_of, analysis.copy_kind, analysis.position) == ("founder", "near", builders.position())


def test_a_repeat_leaves_nothing() -> None:
    assert topics_of(builders.work(repeat=True)) == []


def test_failed_work_leaves_a_dead_letter_and_nothing_else() -> None:
    work = builders.work(failure=FAILURE, story=builders.story(), alerts=(builders.alert(),))
    ((topic, record),) = outputs(work, NONE)
    letter = decode_dead_letter(record.key, record.value, record.headers)
    assert topic == DEAD_LETTERS
    assert (letter.value, letter.stage, letter.reason, letter.origin) == (b"v", "Decode", "is not UTF-8", builders.position())


def test_a_dead_letter_that_the_log_holds_is_not_written_again() -> None:
    work = builders.work(failure=FAILURE)
    assert topics_of(work, frozenset({(0, 7)})) == []
    assert topics_of(work, frozenset({(1, 7), (0, 8)})) == [DEAD_LETTERS.name]


def test_work_that_has_not_failed_has_no_dead_letter() -> None:
    with pytest.raises(ValueError, match="has not failed"):
        dead_letter_of(builders.work())


def test_alerts_go_to_the_topic_of_their_family() -> None:
    assert [alert_topic(builders.alert(family=family)) for family in ALERT_TOPICS] == list(ALERT_TOPICS.values())


class Shelf:
    """A partition that holds what it is given; offsets between the records hold nothing."""

    def __init__(self, *offsets: int) -> None:
        self.records = [builders.log_record(offset) for offset in offsets]

    def at(self, offset: int) -> LogRecord | None:
        found = next((record for record in self.records if record.position.offset >= offset), None)
        return None if found is None else replace(found, covers_from=offset)


def log(shelf: Shelf) -> ArticleLog:
    return ArticleLog(lambda: {1: 40, 0: 3}, lambda _: shelf)  # type: ignore[arg-type, return-value]


def test_the_log_has_a_part_for_each_partition_in_order() -> None:
    assert [part.partition for part in log(Shelf()).split(1)] == [0, 1]


def test_a_reader_begins_at_the_committed_offset_and_goes_on_from_its_mark() -> None:
    part = log(Shelf(3, 6, 7)).split(1)[0]  # type: ignore[index]
    reader = part.create_reader(None, None)
    assert reader.start()
    assert reader.advance()
    assert reader.get_current().position.offset == 6
    assert reader.get_current().covers_from == 4
    mark = pickle.loads(pickle.dumps(reader.get_checkpoint_mark()))
    resumed = part.create_reader(None, mark)
    assert resumed.start()
    assert (resumed.get_current().position.offset, resumed.get_current().covers_from) == (7, 7)
    assert not resumed.advance()


def test_the_watermark_follows_the_records_and_the_clock_when_there_are_none() -> None:
    reader = log(Shelf(3)).split(1)[0].create_reader(None, None)  # type: ignore[index]
    assert reader.start()
    told = reader.get_watermark()
    assert told == reader.get_current_timestamp()
    assert not reader.advance()
    assert reader.get_watermark() > told
