"""One poll of one feed, against a server, with what goes wrong at each step."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import BrokerError, WrongValueError
from connectors.feeds import poller
from connectors.feeds.base import FeedSpec, ListPublisher, Outcome
from connectors.feeds.fetch import Budget, Fetcher
from connectors.feeds.poller import MAX_ATTEMPTS, Poll, Tools, poll
from connectors.feeds.store import Store
from connectors.feeds.workers import Workers
from connectors.messages.article import Article, article_id
from tests.connectors.feeds.documents import PARAGRAPH, item, page, rss
from tests.connectors.feeds.servers import Answer, Asked, Site

NOW = datetime(2021, 12, 31, 12, tzinfo=UTC)


class KilledError(BaseException):
    """Stands for the end of the process at one point: nothing catches it."""


@dataclass
class Desk:
    """A poller with everything that it needs, whose process can be ended and begun again."""

    spec: FeedSpec
    path: Path
    workers: Workers
    publisher: Any = field(default_factory=ListPublisher)
    now: datetime = NOW

    @contextmanager
    def tools(self) -> Iterator[Tools]:
        store = Store(self.path)
        try:
            yield Tools(
                fetcher=Fetcher(user_agent="test", stop=threading.Event()),
                readers=self.workers,
                store=store,
                publisher=self.publisher,
                publishing=threading.Lock(),
                clock=lambda: self.now,
                budget=Budget(total_secs=5),
            )
        finally:
            store.close()

    def poll(self) -> Poll:
        with self.tools() as tools:
            return poll(tools, self.spec)

    @property
    def articles(self) -> list[Article]:
        return list(self.publisher.articles)


@pytest.fixture
def desk(site: Site, tmp_path: Path, workers: Workers) -> Desk:
    spec = FeedSpec(id="news", url=site.url("/feed"), allow_private_addresses=True, fetch_pages=False)
    return Desk(spec=spec, path=tmp_path / "feeds.sqlite", workers=workers)


def with_pages(desk: Desk) -> Desk:
    desk.spec = replace(desk.spec, fetch_pages=True)
    return desk


def keys(articles: list[Article]) -> list[tuple[str, int]]:
    return [(article.id, article.version) for article in articles]


def test_a_304_is_asked_for_with_the_validators_of_the_last_document(site: Site, desk: Desk) -> None:
    site.give("/feed", rss(item()), ETag='"1"', Last_Modified="Fri, 31 Dec 2021 08:00:00 GMT")
    assert desk.poll().outcome is Outcome.PUBLISHED
    site.give("/feed", "", status=304, ETag='"2"')
    assert desk.poll().outcome is Outcome.NOT_MODIFIED
    desk.poll()
    assert [asked.headers.get("if-none-match") for asked in site.asked] == [None, '"1"', '"2"']
    assert site.asked[2].headers["if-modified-since"] == "Fri, 31 Dec 2021 08:00:00 GMT"


def test_a_changed_text_is_a_new_version_with_the_changed_fields_named(site: Site, desk: Desk) -> None:
    site.give("/feed", rss(item()))
    desk.poll()
    site.give("/feed", rss(item(title="Biden warns Moscow again", text=PARAGRAPH + " Moscow denies it.")))
    assert desk.poll().counts["changed"] == 1
    first, second = desk.articles
    assert (second.id, second.version, second.changed) == (first.id, 2, ("title", "text"))


def test_flipped_guids_and_dates_publish_nothing(site: Site, desk: Desk) -> None:
    for number in range(3):
        date = f"<pubDate>Fri, 31 Dec 2021 1{number}:00:00 GMT</pubDate>"
        site.give("/feed", rss(item(more=f'<guid isPermaLink="false">{number}</guid>{date}')))
        desk.poll()
    assert len(desk.articles) == 1


def test_a_feed_that_gives_every_article_the_same_guid_loses_none(site: Site, desk: Desk) -> None:
    for number in range(3):
        guid = '<guid isPermaLink="false">post</guid>'
        site.give("/feed", rss(item(title=f"Title {number}", link=f"/{number}", text=f"{PARAGRAPH} {number}", more=guid)))
        desk.poll()
    assert [(article.title, article.version) for article in desk.articles] == [(f"Title {number}", 1) for number in range(3)]


def test_a_feed_that_numbers_its_entries_by_place_loses_and_repeats_none(site: Site, desk: Desk) -> None:
    for newest in range(3, 8):
        places = enumerate(range(newest, newest - 3, -1))
        site.give(
            "/feed",
            rss(
                *(
                    item(title=f"T{n}", link=f"/{n}", text=f"{PARAGRAPH} {n}", guid=f"http://n.example/#{place}")
                    for place, n in places
                )
            ),
        )
        desk.poll()
    assert sorted((article.title, article.version) for article in desk.articles) == [(f"T{number}", 1) for number in range(1, 8)]


def test_an_edited_address_is_a_new_version_of_the_same_article(site: Site, desk: Desk) -> None:
    guid = '<guid isPermaLink="false">1</guid>'
    site.give("/feed", rss(item(link="/a", more=guid)))
    desk.poll()
    site.give("/feed", rss(item(link="/a-edited", text=f"{PARAGRAPH} Edited.", more=guid)))
    desk.poll()
    first, second = desk.articles
    assert (second.id, second.version, second.changed) == (first.id, 2, ("text", "url"))


def test_links_through_a_counter_lead_to_one_article(site: Site, desk: Desk) -> None:
    own = f"http://localhost:{site.port}/a"
    site.give("/feed", rss(item(link="/counter/1", text="A teaser.")))
    site.give("/counter/1", "", status=302, Location=f"{own}?utm_source=counter")
    site.give("/a", page(head=f'<link rel="canonical" href="{own}">'))
    site.answers["/a?utm_source=counter"] = site.answers["/a"]
    with_pages(desk).poll()
    desk.spec = replace(desk.spec, id="other", url=site.url("/other"))
    site.give("/other", rss(item(link="/counter/2", text="Another teaser."), item(link=own, text="A third.")))
    site.give("/counter/2", "", status=302, Location=own)
    for _ in range(2):
        assert desk.poll().outcome is Outcome.NOTHING_NEW
    (article,) = desk.articles
    assert (article.id, article.url) == (article_id(own), own)
    assert site.paths().count("/counter/2") == 1


def test_an_article_brought_by_two_feeds_is_published_once(site: Site, desk: Desk) -> None:
    site.give("/feed", rss(item()))
    desk.poll()
    desk.spec = replace(desk.spec, id="other", url=site.url("/other"))
    site.give("/other", rss(item(text="Another teaser.")))
    assert desk.poll().outcome is Outcome.NOTHING_NEW
    assert len(desk.articles) == 1


def test_entries_without_words_are_quarantined_with_a_reason_and_once(site: Site, desk: Desk) -> None:
    site.give("/feed", rss(item(text=""), item(title="Two", link="/b")))
    assert desk.poll().counts["quarantined"] == 1
    assert desk.poll().counts["quarantined"] == 0
    with desk.tools() as tools:
        (one,) = tools.store.quarantined("news")
    assert "has no text" in one.reason
    assert [article.title for article in desk.articles] == ["Two"]


def test_an_article_that_breaks_the_contract_is_quarantined_alone(site: Site, desk: Desk) -> None:
    class Strict(ListPublisher):
        def publish(self, article: Article) -> None:
            if article.title == "Bad":
                raise WrongValueError("Article.title", "is bad")
            super().publish(article)

    desk.publisher = Strict()
    site.give("/feed", rss(item(title="Bad"), item(title="Good", link="/b")))
    found = desk.poll()
    assert (found.outcome, found.counts["quarantined"], len(desk.articles)) == (Outcome.PUBLISHED, 1, 1)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(status=404), Outcome.REFUSED),
        (Answer(status=410), Outcome.GONE),
        (Answer(status=500), Outcome.SERVER_ERROR),
        (Answer(status=429, headers={"Retry-After": "7200"}), Outcome.RATE_LIMITED),
        (Answer(body=b"<html>Not a feed</html>"), Outcome.UNREADABLE),
        (Answer(body=b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss/>"), Outcome.UNREADABLE),
        (Answer(endless=b"<rss>" * 10_000), Outcome.OVER_BUDGET),
        (Answer(status=302, headers={"Location": "http://169.254.169.254/"}), Outcome.UNSAFE_ADDRESS),
        (Answer(status=302, headers={"Location": "/feed"}), Outcome.OVER_BUDGET),
        (Answer(headers={"Content-Length": "99999"}, body=b"<rss>"), Outcome.UNREACHABLE),
    ],
)
def test_what_goes_wrong_is_the_outcome_and_is_remembered(site: Site, desk: Desk, answer: Answer, outcome: Outcome) -> None:
    site.answers["/feed"] = answer
    found = desk.poll()
    assert found.outcome is outcome
    assert (found.state.failures, found.state.last_error_at, found.state.last_outcome) == (1, NOW, outcome)
    assert found.problem


def test_a_server_that_asks_us_to_come_later_is_obeyed(site: Site, desk: Desk) -> None:
    site.give("/feed", "", status=429, Retry_After="7200")
    assert desk.poll().state.next_due_at == NOW + timedelta(seconds=7200)


def test_a_feed_that_moved_for_good_is_asked_at_its_new_address_and_comes_back(site: Site, desk: Desk) -> None:
    site.give("/feed", "", status=301, Location="/new")
    site.give("/new", rss(item()))
    for _ in range(4):
        assert desk.poll().outcome in {Outcome.PUBLISHED, Outcome.NOTHING_NEW}
    assert site.paths() == ["/feed", "/new"] * 3 + ["/new"]
    site.give("/new", "", status=404)
    site.give("/feed", rss(item()))
    assert [desk.poll().outcome for _ in range(2)] == [Outcome.REFUSED, Outcome.NOTHING_NEW]
    assert desk.poll().state.move is None
    assert site.paths()[-3:] == ["/new", "/feed", "/feed"]


def test_a_feed_says_when_it_does_not_want_to_be_asked(site: Site, desk: Desk) -> None:
    site.give("/feed", rss(item(), head="<skipHours><hour>12</hour><hour>13</hour></skipHours>"))
    assert desk.poll().state.next_due_at == NOW.replace(hour=14)


def test_a_page_that_cannot_be_had_leaves_the_text_of_the_feed_and_is_tried_again(site: Site, desk: Desk) -> None:
    site.give("/feed", rss(item(text="A teaser.")), ETag='"1"')
    site.give("/a", "", status=500)
    assert with_pages(desk).poll().counts["text_from_feed"] == 1
    site.give("/feed", "", status=304)
    site.give("/a", page())
    assert desk.poll().outcome is Outcome.PUBLISHED
    first, second = desk.articles
    assert (first.text, second.id, second.version) == ("A teaser.", first.id, 2)
    assert "text" in second.changed
    assert second.text.count(PARAGRAPH) == 3
    desk.poll()
    assert site.paths().count("/a") == 2


def test_a_page_that_comes_late_is_of_the_same_outlet_and_language(site: Site, desk: Desk) -> None:
    site.give(
        "/feed",
        rss(item(text="A teaser."), head="<language>fr</language>").replace("<link>/<", "<link>http://paper.example/<"),
        ETag='"1"',
    )
    site.give("/a", "", status=500)
    with_pages(desk).poll()
    site.give("/feed", "", status=304)
    site.give("/a", page())
    desk.poll()
    assert [(article.outlet, article.language) for article in desk.articles] == [("paper.example", "fr")] * 2
    assert desk.articles[1].changed == ("text",)


def test_pages_that_were_not_asked_for_are_not_counted_as_tried(site: Site, desk: Desk) -> None:
    site.give("/feed", rss(item(link="/a", text="A teaser."), item(title="Two", link="/b", text="A teaser.")))
    site.give("/a", "", status=429)
    site.give("/b", page(title="Two"))
    for _ in range(MAX_ATTEMPTS):
        with_pages(desk).poll()
    assert "/b" not in site.paths()
    desk.poll()
    assert desk.articles[-1].title == "Two"
    assert desk.articles[-1].text.startswith("First.")


def test_a_page_that_never_comes_is_given_up(site: Site, desk: Desk) -> None:
    site.give("/feed", rss(item(text="")))
    site.give("/a", "", status=500)
    quarantined = [with_pages(desk).poll().counts["quarantined"] for _ in range(MAX_ATTEMPTS + 2)]
    assert quarantined == [0] * (MAX_ATTEMPTS - 1) + [1, 0, 0]
    assert site.paths().count("/a") == MAX_ATTEMPTS


def test_a_page_that_is_not_there_is_not_asked_for_again(site: Site, desk: Desk) -> None:
    site.give("/feed", rss(item(text="A teaser.")))
    with_pages(desk).poll()
    desk.poll()
    assert site.paths().count("/a") == 1
    assert [article.text for article in desk.articles] == ["A teaser."]


def test_a_site_that_asks_us_to_come_later_is_asked_for_no_more_pages_in_this_poll(site: Site, desk: Desk) -> None:
    site.give("/feed", rss(*(item(title=str(number), link=f"/{number}", text="A teaser.") for number in range(5))))
    site.give("/0", "", status=429)
    with_pages(desk).poll()
    assert site.paths() == ["/feed", "/0"]
    assert len(desk.articles) == 5


def test_a_feed_with_many_pages_is_read_in_portions(site: Site, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poller, "MAX_PAGES", 2)
    site.give("/feed", rss(*(item(title=str(number), link=f"/{number}", text="A teaser.") for number in range(5))), ETag='"1"')
    for number in range(5):
        site.give(f"/{number}", page(title=str(number)))
    first = with_pages(desk).poll()
    assert (first.counts["new"], first.state.next_due_at) == (2, NOW + timedelta(seconds=10))
    site.give("/feed", "", status=304)
    assert [desk.poll().counts["new"] for _ in range(3)] == [2, 1, 0]
    assert [(article.title, article.version) for article in desk.articles] == [(str(number), 1) for number in range(5)]
    assert all(article.text.startswith("First.") for article in desk.articles)


def test_entries_beyond_the_limit_are_told_of(site: Site, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poller, "MAX_ENTRIES", 2)
    site.give("/feed", rss(*(item(title=str(number), link=f"/{number}") for number in range(5))))
    assert desk.poll().counts["new"] == 2
    with desk.tools() as tools:
        assert tools.store.quarantined("news")[0].reason == "3 entries beyond the first 2 were not read"


def test_a_site_that_says_when_to_come_for_pages_is_obeyed(site: Site, desk: Desk) -> None:
    site.give("/feed", rss(item(text="A teaser.")))
    site.give("/a", "", status=503, Retry_After="7200")
    assert with_pages(desk).poll().state.next_due_at == NOW + timedelta(seconds=7200)


def test_no_page_is_fetched_for_an_entry_that_did_not_change(site: Site, desk: Desk) -> None:
    site.give("/feed", rss(item(text="A teaser.")))
    site.give("/a", page())
    with_pages(desk).poll()
    desk.poll()
    assert site.paths() == ["/feed", "/a", "/feed"]


def test_a_page_behind_a_private_address_is_not_fetched(site: Site, desk: Desk) -> None:
    site.give("/feed", rss(item(link="http://169.254.169.254/latest/meta-data/", text="A teaser.")))
    assert with_pages(desk).poll().counts["page_failed"] == 1


class Unsteady(ListPublisher):
    """A publisher at which something ends the process, or the broker fails, at the `at`-th step."""

    def __init__(self, at: int, error: BaseException) -> None:
        super().__init__()
        self.steps = 0
        self.at = at
        self.error = error

    def _step(self) -> None:
        self.steps += 1
        if self.steps == self.at:
            raise self.error

    def publish(self, article: Article) -> None:
        self._step()
        super().publish(article)

    def flush(self) -> None:
        self._step()


ITEMS = [item(title=str(number), link=f"/{number}", text=f"{PARAGRAPH} {number}") for number in range(6)]


def answered(site: Site) -> None:
    """A feed that answers 304 to whoever shows its validator."""
    document = rss(*ITEMS).encode()

    def feed(asked: Asked) -> Answer:
        known = asked.headers.get("if-none-match") == '"1"'
        return Answer(status=304) if known else Answer(headers={"ETag": '"1"'}, body=document)

    site.answers["/feed"] = feed


@pytest.mark.parametrize("at", range(1, 9))
@pytest.mark.parametrize("error", [KilledError(), BrokerError("broker", "is away")], ids=["killed", "broker away"])
def test_an_end_between_publishing_and_recording_loses_nothing_and_repeats_under_the_same_key(
    site: Site, desk: Desk, at: int, error: BaseException
) -> None:
    answered(site)
    desk.publisher = Unsteady(at, error)
    try:
        assert desk.poll().outcome in {Outcome.NOT_PUBLISHED, Outcome.PUBLISHED}
    except KilledError:
        assert isinstance(error, KilledError)
    desk.poll()
    assert set(keys(desk.articles)) == {(article.id, 1) for article in desk.articles}
    assert {article.title for article in desk.articles} == {str(number) for number in range(6)}
    before = len(desk.articles)
    desk.poll()
    assert len(desk.articles) == before


class Failing:
    """A store that ends the process at the `at`-th write."""

    def __init__(self, store: Store, at: int) -> None:
        self._store = store
        self.left = at

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if name in {"record", "finish", "touch"}:
            self.left -= 1
            if self.left == 0:
                raise KilledError
        return found


@pytest.mark.parametrize("at", range(1, 10))
def test_a_kill_at_any_write_loses_no_page(site: Site, desk: Desk, at: int) -> None:
    site.give("/feed", rss(*(item(title=str(number), link=f"/{number}", text="A teaser.") for number in range(5))))
    for number in range(5):
        site.give(f"/{number}", page(title=str(number)), status=200 if number % 2 else 500)
    with with_pages(desk).tools() as tools, suppress(KilledError):
        failing: Any = Failing(tools.store, at)
        for _ in range(3):
            poll(replace(tools, store=failing), desk.spec)
    assert failing.left <= 0
    for number in range(5):
        site.give(f"/{number}", page(title=str(number)))
    desk.poll()
    latest = {article.title: article.text for article in desk.articles}
    assert sorted(latest) == ["0", "1", "2", "3", "4"]
    assert all(text.count(PARAGRAPH) == 3 for text in latest.values())


def test_what_a_feed_puts_after_every_text_is_learned_and_left_out(site: Site, desk: Desk) -> None:
    foot = "Follow us on the Telegram channel of the paper, and read the news before others do."
    for number in range(8):
        text = f"<p>{PARAGRAPH} {number}</p><p>And more of {number}.</p><p>{foot}</p>"
        site.give("/feed", rss(item(title=f"Title {number}", link=f"/{number}", text=text)))
        desk.poll()
        desk.now += timedelta(days=1)
    assert [foot in article.text for article in desk.articles] == [True] * 5 + [False] * 3
    assert desk.poll().counts["changed"] == 0
