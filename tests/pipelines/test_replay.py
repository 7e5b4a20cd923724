"""A stretch of the log read again: nothing changes by itself, and what changes is told, written once, and under the same ids."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import combinations, count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.config import Config
from connectors.errors import SanctionwireError
from connectors.kafka import Stored
from connectors.messages.alert import Alert
from connectors.messages.analysis import Analysis, Position
from connectors.messages.article import Article
from connectors.messages.codec import Record, decode, encode
from connectors.messages.entity import Entity
from connectors.messages.story import Story
from connectors.topics import ALERT_TOPICS, ANALYSES, ARTICLES, STORIES, Topic
from pipelines.annotate import annotated, text_of
from pipelines.annotator import Annotation, ArticleText
from pipelines.decode import prepared
from pipelines.history import blank
from pipelines.replay.again import Remembered, Told, tell_again
from pipelines.replay.differences import Outcome, as_dict, as_lines, outcome_of, records_of
from pipelines.replay.log import Log, Range, read_log
from pipelines.work import Failure, LogRecord, analysis_of
from tests.pipelines.telling import DENIAL, FIRMER, HOUR, IMPOSED, THREAT, filler, report, signals_in, speaks

FURNITURE = "Subscribe to our newsletter and follow the live page of the echo."
MINUTE_MS = 60_000
ENTITIES = (Entity(id="RUS", type="state", name="Russia"), Entity(id="USA", type="state", name="United States"))
START_MS = int(HOUR.timestamp() * 1000)


@dataclass
class Reader:
    """The table of sentences instead of the model; sentences that it does not know are not found."""

    blind_to: frozenset[str] = frozenset()
    broken: frozenset[str] = frozenset()
    read: list[str] = field(default_factory=list)

    def __call__(self, texts: Sequence[ArticleText]) -> list[Annotation | Failure]:
        self.read += [text.id for text in texts]
        return [self._one(text) for text in texts]

    def _one(self, text: ArticleText) -> Annotation | Failure:
        if text.id in self.broken:
            return Failure(stage="Annotate", reason="took too long")
        found = signals_in(text)  # type: ignore[arg-type]  # it has the id and the text that are looked at
        kept = tuple(signal for signal in found if signal.evidence.quote not in self.blind_to)
        return Annotation(language="en", entities=ENTITIES, signals=kept)


def article(name: str, minute: int, *sentences: str) -> Article:
    return report(name, filler(name), *sentences, minute=minute)


NEWS = [
    article("wire", 0, THREAT),
    article("gazette", 10, THREAT, DENIAL),
    article("courier", 20, FIRMER),
    article("herald", 30, IMPOSED),
    article("mail", 40),
]


def log_record(place: int, told: Article, partitions: int = 2) -> LogRecord:
    """Where a feed put it: partitions in turn, a minute for each minute of its time."""
    record = encode(told)
    position = Position(topic="articles", partition=place % partitions, offset=place // partitions)
    stamp = START_MS + int((told.fetched_at - HOUR).total_seconds() * 1000)
    return LogRecord(position, position.offset, record.key, record.value, record.headers, stamp)


@dataclass
class Topics:
    """What Kafka would hold: read as `read_all` reads it."""

    stored: list[Stored] = field(default_factory=list)

    def put(self, topic: Topic, record: Record, at_ms: int, position: Position | None = None) -> None:
        place = position or Position(topic=topic.name, partition=0, offset=len(self.stored))
        self.stored.append(Stored(topic, place, at_ms, record.key, record.value, record.headers))

    def read(self, _kafka: object, topics: Iterable[Topic], *, since: datetime | None) -> Iterator[Stored]:
        wanted = tuple(topics)
        first = 0 if since is None else since.timestamp() * 1000
        return (one for one in self.stored if one.topic in wanted and one.timestamp_ms >= first)

    def of(self, kind: type) -> list[object]:
        rows = {Analysis: (ANALYSES,), Story: (STORIES,), Alert: tuple(ALERT_TOPICS.values())}[kind]
        return [decode(kind, one.value, one.headers) for one in self.stored if one.topic in rows]


def lived(
    news: Sequence[Article], reader: Reader, refused: Iterable[str] = (), order: Callable[[list[int]], list[int]] = list
) -> Topics:
    """The log that a live job has written of the news; it has refused some, and may have read one partition before another."""
    topics, history = Topics(), blank(Config(), count(1))
    for place in order(list(range(len(news)))):
        told = news[place]
        record = log_record(place, told)
        topics.put(ARTICLES, Record(record.key, record.value, record.headers), record.timestamp_ms, record.position)
        if told.id in refused:
            continue
        work = history.copies.sift(prepared(record), speaks)
        if work.to_read:
            work = annotated(work, reader([text_of(work)])[0])
        for done in history.chain.tell(work):
            topics.put(ANALYSES, encode(analysis_of(done)), record.timestamp_ms + 1)
            assert done.story is not None
            topics.put(STORIES, encode(done.story), record.timestamp_ms + 1)
            for alert in done.alerts:
                topics.put(ALERT_TOPICS[alert.family], encode(alert), record.timestamp_ms + 1)
    return topics


def replayed(topics: Topics, reader: Reader, first: int = 0, last: int = 60) -> tuple[Log, Told, Outcome]:
    """What a replay of some minutes comes to."""
    range_ = Range(HOUR + timedelta(minutes=first), HOUR + timedelta(minutes=last))
    log = read_log(Config(), range_, topics.read)
    told = tell_again(log, Config(), Remembered(reader), speaks)
    return log, told, outcome_of(log, told)


def written(topics: Topics, log: Log, outcome: Outcome) -> Topics:
    """The log after a real replay."""
    after = Topics(list(topics.stored))
    for topic, record in records_of(log, outcome):
        after.put(topic, record, START_MS + 60 * MINUTE_MS)
    return after


def how(outcome: Outcome) -> list[tuple[str, str]]:
    return sorted((each.how, each.now.kind) for each in outcome.differences)


@settings(deadline=None, max_examples=20)
@given(first=st.integers(0, 40), last=st.integers(1, 60))
def test_what_is_read_by_the_same_rules_is_told_as_it_stands(first: int, last: int) -> None:
    topics = lived(NEWS, Reader())
    if not any(first <= told.fetched_at.minute < first + last for told in NEWS):
        return
    log, _, outcome = replayed(topics, Reader(), first, first + last)
    assert (outcome.differences, outcome.analyses, outcome.kept, outcome.refused) == ((), (), 0, 0)
    assert list(records_of(log, outcome)) == []


COPIED = [
    article("wire", 0, THREAT),
    report("mirror", filler("wire"), THREAT, minute=5),
    article("gazette", 10, THREAT, DENIAL),
    report("echo", filler("wire"), THREAT, FURNITURE, minute=15),
    report("post", filler("gazette"), THREAT, DENIAL, minute=20),
    article("herald", 30, IMPOSED),
    report("planet", filler("herald"), IMPOSED, minute=40),
    article("mail", 45),
    report("letter", filler("mail"), minute=50),
]


@pytest.mark.parametrize("late", [0, 1])
def test_what_a_live_job_read_partition_by_partition_is_told_as_it_stands(late: int) -> None:
    topics = lived(COPIED, Reader(), order=lambda places: sorted(places, key=lambda place: (place % 2 == late, place)))
    copies = {one.article_id: one.copy_of for one in topics.of(Analysis)}  # type: ignore[attr-defined]
    assert (copies[COPIED[0].id], copies[COPIED[1].id]) == [(None, COPIED[0].id), (COPIED[1].id, None)][1 - late]
    for first, last in combinations([*(told.fetched_at.minute for told in COPIED), 60], 2):
        _, told, outcome = replayed(topics, Reader(), first, last)
        assert (outcome.differences, outcome.analyses, outcome.kept, outcome.refused) == ((), (), 0, 0), (first, last)
        assert [work.repeat for work in told.works] == [False] * outcome.articles


def test_a_rule_that_finds_more_raises_an_alert() -> None:
    topics = lived(NEWS, Reader(blind_to=frozenset({IMPOSED})))
    _, _, outcome = replayed(topics, Reader(), 30, 31)
    assert how(outcome) == [("added", "imposed")]
    (difference,) = outcome.differences
    assert (difference.now.version, difference.now.status, difference.standing) == (1, "raised", None)
    assert difference.now.id in {alert.id for alert in lived(NEWS, Reader()).of(Alert)}  # type: ignore[attr-defined]


def test_a_rule_that_finds_less_takes_an_alert_back() -> None:
    topics = lived(NEWS, Reader())
    log, _, outcome = replayed(topics, Reader(blind_to=frozenset({IMPOSED})))
    assert how(outcome) == [("gone", "imposed")]
    (difference,) = outcome.differences
    assert (difference.now.status, difference.now.version) == ("retracted", log.alerts[difference.now.id].version + 1)
    assert difference.now.timeline[-1].what == ("no longer told", "read again")


def test_words_that_are_read_otherwise_change_an_alert_and_the_rest_of_it_stays() -> None:
    topics = lived(NEWS, Reader(blind_to=frozenset({FIRMER, DENIAL})))
    log, _, outcome = replayed(topics, Reader(), 10, 30)
    assert how(outcome) == [("changed", "threat")]
    (difference,) = outcome.differences
    assert {what.partition(":")[0] for what in difference.what} >= {"conditions", "deadlines", "contested", "firmer"}
    assert difference.standing is not None
    assert difference.now.version == log.alerts[difference.now.id].version + 1
    assert {source.outlet for source in difference.now.sources} == {"wire.example", "gazette.example", "courier.example"}


@pytest.mark.parametrize("blind", [{IMPOSED}, {THREAT}, {FIRMER, DENIAL}, {THREAT, FIRMER}])
@pytest.mark.parametrize("before", [True, False])
def test_what_was_written_is_not_written_again_and_versions_have_no_gap(blind: set[str], before: bool) -> None:
    readers = (Reader(frozenset(blind)), Reader())[:: 1 if before else -1]
    topics = lived(NEWS, readers[0])
    log, _, outcome = replayed(topics, readers[1])
    assert outcome.differences
    after = written(topics, log, outcome)
    log, _, again = replayed(after, readers[1])
    assert (again.differences, again.analyses) == ((), ())
    versions: dict[str, list[int]] = {}
    for alert in after.of(Alert):
        versions.setdefault(alert.id, []).append(alert.version)  # type: ignore[attr-defined]
    assert all(seen == list(range(1, len(seen) + 1)) for seen in versions.values())


def test_a_denial_that_is_no_longer_found_contests_nothing() -> None:
    topics = lived([NEWS[0], article("tribune", 35, DENIAL)], Reader())
    _, _, outcome = replayed(topics, Reader(blind_to=frozenset({DENIAL})), 35, 36)
    assert [(each.how, each.now.kind, each.what) for each in outcome.differences] == [("changed", "threat", ("contested: -1",))]


def test_a_real_replay_gives_what_the_job_would_have_given() -> None:
    topics = lived(NEWS, Reader(blind_to=frozenset({THREAT, DENIAL, IMPOSED})))
    log, _, outcome = replayed(topics, Reader())
    live = {alert.id: alert for alert in lived(NEWS, Reader()).of(Alert)}  # type: ignore[attr-defined]
    after = {alert.id: alert for alert in written(topics, log, outcome).of(Alert)}  # type: ignore[attr-defined]
    for id_, alert in live.items():
        assert (after[id_].conditions, after[id_].sources) == (alert.conditions, alert.sources)  # type: ignore[attr-defined]
    assert {id_ for id_, alert in after.items() if alert.status != "retracted"} == set(live)  # type: ignore[attr-defined]


def test_an_article_that_was_refused_is_told_and_gets_its_analysis_and_story() -> None:
    topics = lived(NEWS, Reader(), refused={NEWS[3].id})
    log, _, outcome = replayed(topics, Reader(), 25, 35)
    assert how(outcome) == [("added", "imposed")]
    assert [work.told.id for work in outcome.analyses] == [NEWS[3].id]
    assert [topic for topic, _ in records_of(log, outcome)] == [ANALYSES, STORIES, ALERT_TOPICS["measure"]]


def test_an_article_that_cannot_be_read_now_is_told_as_the_log_has_it() -> None:
    topics = lived(NEWS, Reader())
    _, _, outcome = replayed(topics, Reader(broken=frozenset({NEWS[3].id})))
    assert (outcome.differences, outcome.kept, outcome.refused) == ((), 1, 0)


def test_an_article_that_nobody_could_ever_read_is_counted_as_refused() -> None:
    topics = lived(NEWS, Reader(), refused={NEWS[3].id})
    _, _, outcome = replayed(topics, Reader(broken=frozenset({NEWS[3].id})))
    assert (outcome.differences, outcome.kept, outcome.refused) == ((), 0, 1)


def test_articles_stay_in_their_stories() -> None:
    topics = lived(NEWS, Reader())
    _, told, _ = replayed(topics, Reader())
    stories = {analysis.article_id: analysis.story_id for analysis in topics.of(Analysis)}  # type: ignore[attr-defined]
    assert {work.told.id: work.story.id for work in told.works if work.story} == stories


@settings(deadline=None, max_examples=20)
@given(order=st.permutations(range(len(NEWS))))
def test_how_partitions_are_interleaved_does_not_matter(order: list[int]) -> None:
    topics = lived(NEWS, Reader(blind_to=frozenset({FIRMER})))
    articles = [one for one in topics.stored if one.topic == ARTICLES]
    shuffled = Topics([*(articles[place] for place in order), *(one for one in topics.stored if one.topic != ARTICLES)])
    assert as_dict(replayed(shuffled, Reader())[2]) == as_dict(replayed(topics, Reader())[2])


def test_a_log_without_any_results_is_told_as_if_it_were_live() -> None:
    topics = lived(NEWS, Reader())
    bare = Topics([one for one in topics.stored if one.topic == ARTICLES])
    log, _, outcome = replayed(bare, Reader())
    after = written(bare, log, outcome)
    ids = {alert.id for alert in topics.of(Alert)}  # type: ignore[attr-defined]
    assert {alert.id for alert in after.of(Alert)} == ids  # type: ignore[attr-defined]
    stories = {analysis.article_id: analysis.story_id for analysis in topics.of(Analysis)}  # type: ignore[attr-defined]
    assert {analysis.article_id: analysis.story_id for analysis in after.of(Analysis)} == stories  # type: ignore[attr-defined]


def test_alerts_with_sources_older_than_what_is_looked_back_on_are_left_alone() -> None:
    topics = lived(NEWS, Reader())
    lost = {NEWS[0].id.encode()}
    kept = Topics([one for one in topics.stored if one.key not in lost])
    _, _, outcome = replayed(kept, Reader(blind_to=frozenset({IMPOSED, FIRMER})), 5)
    assert how(outcome) == [("gone", "imposed")]
    assert outcome.too_old == 1


def test_only_the_range_is_read_anew_and_each_text_once() -> None:
    topics, reader = lived(NEWS, Reader()), Reader()
    range_ = Range(HOUR + timedelta(minutes=10), HOUR + timedelta(minutes=30))
    log, remembered = read_log(Config(), range_, topics.read), Remembered(reader)
    tell_again(log, Config(), remembered, speaks)
    tell_again(log, Config(), remembered, speaks)
    assert reader.read == [NEWS[1].id, NEWS[2].id]


def test_no_article_in_the_range_is_an_error_with_the_next_step() -> None:
    with pytest.raises(SanctionwireError, match=r"no article between .*--from"):
        replayed(lived(NEWS, Reader()), Reader(), 50, 60)


def test_the_diff_can_be_read_and_parsed() -> None:
    topics = lived(NEWS, Reader(blind_to=frozenset({FIRMER, IMPOSED})))
    _, _, outcome = replayed(topics, Reader(blind_to=frozenset({DENIAL})))
    lines = list(as_lines(outcome))
    assert lines[-2] == "alerts: 1 added, 1 changed, 0 gone, 0 unchanged"
    assert lines[-1].startswith("articles: 5 read again, 3 understood otherwise, 0 taken as the log has them, 0 refused")
    text = "\n".join(lines)
    assert "+ added    imposed  USA -> RUS, 2022-01-10 09:30" in text
    assert "~ changed  threat  USA -> RUS, 2022-01-10 09:00" in text
    assert "    + conditions: unless the troops withdraw" in text
    assert f"    - contested: {DENIAL}" in text
    parsed = json.loads(json.dumps(as_dict(outcome)))
    assert [len(parsed[name]) for name in ("added", "changed", "gone")] == [1, 1, 0]
    assert parsed["changed"][0]["changes"]["commitment"] == {"before": ["2"], "after": ["3"]}


def test_text_of_hostile_feeds_cannot_reach_the_terminal() -> None:
    topics = lived(NEWS, Reader(blind_to=frozenset({FIRMER})))
    _, _, outcome = replayed(topics, Reader())
    (difference,) = outcome.differences
    hostile = replace(difference.now, deadlines=("\x1b[2J now",))
    lines = "\n".join(as_lines(replace(outcome, differences=(replace(difference, now=hostile),))))
    assert "\x1b" not in lines
