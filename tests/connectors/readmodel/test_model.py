"""The read model: what is applied is found, whatever is told twice changes nothing, and what was not committed never was."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import MessageError
from connectors.kafka import Stored
from connectors.messages.alert import Alert, Change
from connectors.messages.analysis import Position
from connectors.messages.signal import Actor
from connectors.subscribers.readmodel import queries
from connectors.subscribers.readmodel.fill import starts
from connectors.subscribers.readmodel.filters import Filter, FilterError, match_of, params_of, phrases_of, read_filter
from connectors.subscribers.readmodel.model import Model
from connectors.subscribers.readmodel.rows import place_of, time_at, token
from connectors.subscribers.readmodel.schema import open_for_reading
from connectors.topics import ALERTS_THREAT
from tests import builders
from tests.connectors.readmodel.stored import raw, stored

START = datetime(2026, 11, 1, tzinfo=UTC)
FRANCE = Actor(id="FRA", name="France")
MALI = Actor(id="MLI", name="Mali")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "web.sqlite"


@pytest.fixture
def model(path: Path) -> Iterator[Model]:
    made = Model(path, {"USA": "United States"})
    yield made
    made.close()


def numbered(number: int, **overrides: object) -> Alert:
    at = START + timedelta(minutes=number)
    made = builders.alert(id=f"{number:032x}", first_at=at, last_at=at)
    return replace(made, **overrides)  # type: ignore[arg-type]


def fill(model: Model, path: Path, *alerts: Alert) -> sqlite3.Connection:
    for alert in alerts:
        model.apply(stored(alert))
    model.commit()
    return open_for_reading(path)


def ids(database: sqlite3.Connection, wanted: Filter = Filter(), **place: int) -> list[str]:  # noqa: B008
    return [row.summary["id"] for row in queries.alerts_page(database, wanted, **place).rows]


def asked(query: str) -> Filter:
    return read_filter([tuple(part.split("=", 1)) for part in query.split("&")])  # type: ignore[misc]


class TestList:
    def test_the_newest_stand_first(self, model: Model, path: Path) -> None:
        alerts = [numbered(2), numbered(3), numbered(1)]
        assert ids(fill(model, path, *alerts)) == [numbered(3).id, numbered(2).id, numbered(1).id]

    def test_pages_of_any_size_hold_each_alert_once_in_both_directions(self, model: Model, path: Path) -> None:
        database = fill(model, path, *(numbered(number // 3) if number % 3 else numbered(number) for number in range(50)))
        everything = ids(database, size=200)
        for size in (1, 2, 7):
            seen, page = [], queries.alerts_page(database, Filter(), size=size)
            while True:
                seen += [row.summary["id"] for row in page.rows]
                if page.older is None:
                    break
                page = queries.alerts_page(database, Filter(), before=page.older, size=size)
            assert seen == everything
            back = [row.summary["id"] for row in page.rows]
            while page.newer is not None:
                page = queries.alerts_page(database, Filter(), after=page.newer, size=size)
                back = [row.summary["id"] for row in page.rows] + back
            assert back == everything

    def test_an_alert_that_is_updated_moves_up_and_is_listed_once(self, model: Model, path: Path) -> None:
        later = numbered(1, version=2, status="updated", last_at=START + timedelta(days=1))
        assert ids(fill(model, path, numbered(1), numbered(2), later)) == [numbered(1).id, numbered(2).id]

    def test_an_older_version_changes_nothing(self, model: Model, path: Path) -> None:
        database = fill(model, path, numbered(1, version=2, severity="low"), numbered(1, severity="critical"))
        assert queries.alerts_page(database, Filter()).rows[0].summary["severity"] == "low"

    def test_alerts_of_one_moment_have_places_of_their_own(self, model: Model, path: Path) -> None:
        alerts = [numbered(number, last_at=START) for number in range(30)]
        assert sorted(ids(fill(model, path, *alerts))) == sorted(alert.id for alert in alerts)

    def test_a_tombstone_takes_an_alert_away(self, model: Model, path: Path) -> None:
        fill(model, path, numbered(1), numbered(2))
        model.apply(raw(ALERTS_THREAT, numbered(1).id.encode(), None))
        model.commit()
        database = open_for_reading(path)
        assert ids(database) == [numbered(2).id]
        assert ids(database, asked("q=sanctions")) == [numbered(2).id]


class TestLongSearches:
    """Two alerts a week for ten weeks; the search is given up after each part of the index."""

    @pytest.fixture
    def database(self, model: Model, path: Path) -> sqlite3.Connection:
        weeks = [START + timedelta(days=7 * number // 2) for number in range(20)]
        return fill(model, path, *(numbered(number, last_at=at, first_at=at) for number, at in enumerate(weeks)))

    @pytest.mark.parametrize("size", [1, 3, 40])
    def test_pages_that_were_given_up_lead_on_until_all_is_found_in_both_directions(
        self, database: sqlite3.Connection, size: int
    ) -> None:
        wanted, pages = asked("q=sanctions"), 0
        everything = ids(database, wanted, size=200)
        seen: list[str] = []
        before: int | None = None
        while True:
            page = queries.alerts_page(database, wanted, before=before, size=size, is_over=lambda: True)
            seen, pages, before = seen + [row.summary["id"] for row in page.rows], pages + 1, page.older
            if before is None:
                break
        assert seen == everything
        assert len(everything) == 20
        assert pages >= 10
        back: list[str] = []
        after: int | None = 0
        while after is not None:
            page = queries.alerts_page(database, wanted, after=after, size=size, is_over=lambda: True)
            back, after = [row.summary["id"] for row in page.rows] + back, page.newer
        assert back == everything

    def test_what_was_given_up_says_how_far_it_came(self, database: sqlite3.Connection) -> None:
        page = queries.alerts_page(database, asked("q=absent"), is_over=lambda: True)
        assert page.rows == ()
        assert page.searched_to == page.older
        assert page.searched_to is not None
        assert START + timedelta(days=56) < time_at(page.searched_to) < START + timedelta(days=70)
        assert queries.alerts_page(database, asked("q=absent")).searched_to is None


class TestBatches:
    def test_an_alert_told_often_in_a_transaction_is_told_on_once_and_as_it_is_last(self, model: Model) -> None:
        for version in (1, 3, 2):
            model.apply(stored(numbered(1, version=version)))
        (changed,) = model.commit()
        assert changed.summary["version"] == 3

    def test_a_verdict_in_the_same_transaction_counts_whichever_comes_first(self, model: Model, path: Path) -> None:
        model.apply(stored(builders.disposition(alert_id=numbered(1).id, verdict="false")))
        for number in (1, 2):
            model.apply(stored(numbered(number)))
        model.apply(stored(builders.disposition(alert_id=numbered(2).id, verdict="true")))
        model.commit()
        model.apply(stored(builders.disposition(alert_id=numbered(2).id, verdict="irrelevant", reason="Old.")))
        model.commit()
        database = open_for_reading(path)
        assert ids(database, asked("verdict=false")) == [numbered(1).id]
        assert ids(database, asked("verdict=irrelevant")) == [numbered(2).id]
        assert ids(database, asked("verdict=true")) == []

    def test_what_is_taken_away_and_told_again_in_one_transaction_is_there_once(self, model: Model, path: Path) -> None:
        fill(model, path, numbered(1, version=5))
        model.apply(raw(ALERTS_THREAT, numbered(1).id.encode(), None))
        model.apply(stored(numbered(1)))
        model.apply(stored(numbered(2)))
        model.apply(raw(ALERTS_THREAT, numbered(2).id.encode(), None))
        model.commit()
        database = open_for_reading(path)
        assert ids(database) == [numbered(1).id] == ids(database, asked("q=sanctions"))
        assert sum(amount for _, _, amount in queries.days_since(database, 0)) == 1

    def test_a_part_of_the_index_in_which_nothing_stands_any_more_is_dropped(self, model: Model, path: Path) -> None:
        old = numbered(1, last_at=START - timedelta(days=60))
        fill(model, path, old, numbered(2))
        model.apply(stored(replace(old, version=2, last_at=START)))
        model.commit()
        model.prune(0, 0)
        database = open_for_reading(path)
        assert len(database.execute("SELECT * FROM parts").fetchall()) == 1
        assert len(ids(database, asked("q=sanctions"))) == 2


class TestFilters:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("kind=threat", [3, 1]),
            ("kind=threat&kind=imposed", [3, 2, 1]),
            ("kind=threat&sender=fra", [3]),
            ("sender=United States&kind=imposed", [2]),
            ("sender=The united states", [2, 1]),
            ("severity=critical", [3]),
            ("target=MLI", [3]),
            ("target=Mali&severity=low", []),
            ("measure=asset_freeze", [2]),
            ("sender=USA&target=RUS", [2, 1]),
            ("sender=USA&target=MLI", []),
            ("sender=USA&sender=FRA&target=MLI&target=RUS&kind=threat", [3, 1]),
            ("sender=USA&target=Russia&kind=imposed", [2]),
            ("outlets=3", [2]),
            ("contested=yes", [2, 1]),
            ("q=bamako", [3]),
            ("q=SANCTION russia", [2, 1]),
            ('q="serious sanctions on Russia"', [2, 1]),
            ('q="sanctions serious"', []),
            ("q=Bamako&kind=imposed", []),
            ("since=2026-11-01&until=2026-11-01", [3, 2, 1]),
            ("until=2026-10-31", []),
            ("since=2026-11-01T00:02:00Z", [3, 2]),
            ("q=***", []),
        ],
    )
    def test_each_finds_what_it_names(self, model: Model, path: Path, query: str, found: list[int]) -> None:
        mali = builders.source(title="Bamako is warned")
        database = fill(
            model,
            path,
            numbered(1),
            numbered(2, kind="imposed", family="measure", measures=("asset_freeze",), independent_outlet_count=4),
            numbered(3, senders=(FRANCE,), targets=(MALI,), severity="critical", contested=(), evidence=(), sources=(mali,)),
        )
        assert ids(database, asked(query)) == [numbered(number).id for number in found]

    @pytest.mark.parametrize("query", ["kind=war", "outlets=4", "since=yesterday", "contested=perhaps"])
    def test_a_value_that_is_none_is_refused(self, query: str) -> None:
        with pytest.raises(FilterError):
            asked(query)

    @given(st.text(max_size=60))
    @settings(max_examples=60, deadline=None)
    def test_whatever_is_typed_is_a_query_that_the_index_takes(self, text: str) -> None:
        database = sqlite3.connect(":memory:")
        database.execute("CREATE VIRTUAL TABLE search USING fts5(labels, words)")
        match = match_of(Filter(words=text, labels=(("sender", (text or "x",)),)))
        assert database.execute("SELECT * FROM search WHERE search MATCH ?", (match,)).fetchall() == []

    def test_a_filter_survives_its_url(self) -> None:
        for query in ("q=a b&kind=threat&sender=USA&since=2026-11-01&until=2026-11-02", "until=2026-11-02T10:00:00Z&outlets=5"):
            assert read_filter(params_of(asked(query))) == asked(query)

    def test_quoted_words_are_one_phrase(self) -> None:
        assert phrases_of('asset "Bank of  X" a-b "" * ') == ["asset", "Bank of X", "a b"]

    @given(st.text())
    def test_a_token_is_one_word_of_the_index(self, value: str) -> None:
        assert token("sender", value).removeprefix("x").isdigit()


class TestVerdicts:
    @pytest.mark.parametrize("alert_first", [True, False])
    def test_a_verdict_is_shown_and_filtered_by_in_whatever_order_they_come(
        self, model: Model, path: Path, alert_first: bool
    ) -> None:
        records = [stored(builders.alert()), stored(builders.disposition(verdict="false"))]
        for record in records if alert_first else reversed(records):
            model.apply(record)
        model.commit()
        database = open_for_reading(path)
        assert ids(database, asked("verdict=false")) == [builders.ALERT_ID]
        assert ids(database, asked("verdict=none")) == []
        assert ids(database, asked("q=sanctions")) == [builders.ALERT_ID]

    def test_the_last_verdict_counts_and_all_are_kept(self, model: Model, path: Path) -> None:
        first, last = builders.disposition(verdict="true"), builders.disposition(verdict="duplicate", author="b")
        for record in (stored(builders.alert()), stored(first), stored(last), stored(last)):
            model.apply(record)
        model.commit()
        found = queries.alert(open_for_reading(path), builders.ALERT_ID)
        assert found is not None
        assert [verdict["verdict"] for verdict in found.dispositions] == ["duplicate", "true"]
        assert found.summary["verdict"] == "duplicate"


class TestSums:
    def test_charts_count_each_alert_once_whatever_its_versions(self, model: Model, path: Path) -> None:
        moved = numbered(1, version=2, last_at=START + timedelta(days=2))
        database = fill(model, path, numbered(1), numbered(2), moved)
        assert queries.pairs_since(database, 0) == [("USA", "RUS", 2)]
        assert sum(amount for _, _, amount in queries.days_since(database, 0)) == 2

    def test_what_is_retracted_counts_for_none(self, model: Model, path: Path) -> None:
        database = fill(model, path, numbered(1), numbered(1, version=2, status="retracted"))
        assert queries.pairs_since(database, 0) == []
        assert queries.days_since(database, 0) == []

    def test_stories_and_articles_are_found_and_hold_no_index_of_the_pipeline(self, model: Model, path: Path) -> None:
        model.apply(stored(builders.story()))
        model.apply(stored(builders.analysis()))
        model.commit()
        database = open_for_reading(path)
        story = queries.story(database, builders.story().id)
        article = queries.article(database, builders.ARTICLE_ID)
        assert story is not None
        assert article is not None
        assert "terms" not in story
        assert "sketch" not in article
        assert [value["id"] for _, value in queries.stories_page(database, None, 5)] == [story["id"]]
        assert queries.outlets(database)[0][:2] == ("news.example", 1)


class TestRestart:
    def test_what_was_not_committed_never_was(self, path: Path) -> None:
        first = Model(path)
        first.apply(stored(numbered(1), offset=0))
        first.commit()
        first.apply(stored(numbered(2), offset=1))
        first.close()
        again = Model(path)
        assert again.positions() == (Position(topic="alerts.threat", partition=0, offset=1),)
        again.apply(stored(numbered(2), offset=1))
        again.commit()
        assert ids(open_for_reading(path)) == [numbered(2).id, numbered(1).id]
        again.close()

    def test_a_record_that_is_no_message_is_passed_over_and_told(self, path: Path) -> None:
        told: list[tuple[Stored, MessageError]] = []
        model = Model(path, on_bad=lambda record, error: told.append((record, error)))
        model.apply(raw(ALERTS_THREAT, b"k", b"\x1b[2J", offset=4))
        model.commit()
        assert len(told) == 1
        assert model.positions()[0].offset == 5
        model.close()

    def test_it_begins_where_it_stopped_and_at_the_first_record_of_what_it_does_not_know(self) -> None:
        known = [Position(topic="a", partition=0, offset=5)]
        assert starts(known, {("a", 0): (2, 9), ("a", 1): (3, 9)}) == (
            Position(topic="a", partition=0, offset=5),
            Position(topic="a", partition=1, offset=3),
        )

    @pytest.mark.parametrize("there", [{("a", 0): (0, 4)}, {("b", 0): (0, 9)}])
    def test_positions_beyond_what_is_there_mean_other_topics(self, there: dict[tuple[str, int], tuple[int, int]]) -> None:
        assert starts([Position(topic="a", partition=0, offset=5)], there) is None

    def test_a_file_of_another_schema_is_thrown_away(self, path: Path) -> None:
        Model(path).close()
        other = sqlite3.connect(path)
        other.execute("PRAGMA user_version=99")
        other.close()
        fresh = Model(path)
        assert fresh.positions() == ()
        fresh.close()

    def test_what_the_topics_have_forgotten_is_pruned(self, model: Model, path: Path) -> None:
        model.apply(stored(numbered(1), stamped_ms=1_000))
        model.apply(stored(numbered(2), stamped_ms=3_000))
        model.commit()
        assert model.prune(2_000, 2_000) == 1
        assert ids(open_for_reading(path)) == [numbered(2).id]


def test_a_place_grows_with_time() -> None:
    assert place_of(START, "b") < place_of(START + timedelta(seconds=1), "a")
    assert place_of(datetime(1, 1, 1, tzinfo=UTC), "a") < 1 << 24


def test_changes_are_told_in_order(model: Model) -> None:
    model.apply(stored(numbered(1)))
    model.apply(stored(numbered(2, timeline=(Change(version=1, event_time=START, article_id="a", what=("raised",)),))))
    changed = model.commit()
    assert [one.summary["id"] for one in changed] == [numbered(1).id, numbered(2).id]
    assert token("kind", "threat") in changed[0].labels
    assert model.commit() == ()
