"""Feeds of several documents, polled from a real server, and from files."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.feeds.base import FeedKind, FeedSpec, ListPublisher, Outcome
from connectors.feeds.documents import MAX_DOCUMENTS
from connectors.feeds.fetch import Budget, Fetcher
from connectors.feeds.poller import Tools, poll
from connectors.feeds.store import Store
from connectors.feeds.workers import Workers
from tests.connectors.feeds.documents import PARAGRAPH
from tests.connectors.feeds.servers import Answer, Asked, Site

NOW = datetime(2021, 12, 31, 8, tzinfo=UTC)
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


@pytest.fixture
def tools(tmp_path: Path, workers: Workers) -> Iterator[Tools]:
    store = Store(tmp_path / "state.sqlite")
    yield Tools(
        fetcher=Fetcher(user_agent="test", stop=threading.Event()),
        readers=workers,
        store=store,
        publisher=ListPublisher(),
        publishing=threading.Lock(),
        clock=lambda: NOW,
        budget=Budget(),
    )
    store.close()


def published(tools: Tools) -> list[str]:
    assert isinstance(tools.publisher, ListPublisher)
    return [article.title for article in tools.publisher.articles]


def spec(site: Site, path: str, kind: FeedKind = "auto") -> FeedSpec:
    return FeedSpec(id="news", url=site.url(path), kind=kind, allow_private_addresses=True)


def index(site: Site, *paths: str) -> str:
    return (
        f"<sitemapindex {NAMESPACE}>{''.join(f'<sitemap><loc>{site.url(path)}</loc></sitemap>' for path in paths)}</sitemapindex>"
    )


def sitemap(site: Site, *titles: str) -> str:
    for title in titles:
        site.give(f"/{title}", f"<html><article><h1>{title}</h1><p>{title}. {PARAGRAPH}</p><p>{PARAGRAPH}</p></article></html>")
    places = (f"<url><loc>{site.url('/' + one)}</loc><news:news><news:title>{one}</news:title></news:news></url>" for one in titles)
    return f"<urlset {NAMESPACE}>{''.join(places)}</urlset>"


def conditional(body: str, tag: str) -> Answer:
    return Answer(headers={"ETag": tag}, body=body.encode())


def test_the_sitemaps_of_an_index_are_one_feed(tools: Tools, site: Site) -> None:
    site.give("/index.xml", index(site, "/one.xml", "/two.xml"))
    site.give("/one.xml", sitemap(site, "A", "B"))
    site.give("/two.xml", sitemap(site, "C"))
    assert poll(tools, spec(site, "/index.xml")).outcome is Outcome.PUBLISHED
    assert sorted(published(tools)) == ["A", "B", "C"]


def test_what_has_not_changed_costs_a_304_and_a_grown_sitemap_is_read_under_an_index_that_stays(tools: Tools, site: Site) -> None:
    bodies = {"/index.xml": index(site, "/one.xml", "/two.xml"), "/one.xml": sitemap(site, "A"), "/two.xml": sitemap(site, "B")}
    answered: list[int] = []

    def answer(asked: Asked) -> Answer:
        tag = f'"{len(bodies[asked.path])}"'
        found = Answer(status=304) if asked.headers.get("if-none-match") == tag else conditional(bodies[asked.path], tag)
        answered.append(found.status)
        return found

    site.answers |= dict.fromkeys(bodies, answer)
    poll(tools, spec(site, "/index.xml"))
    bodies["/two.xml"] = sitemap(site, "B", "C")
    answered.clear()
    assert poll(tools, spec(site, "/index.xml")).outcome is Outcome.PUBLISHED
    assert sorted(answered) == [200, 304, 304]
    assert sorted(published(tools)) == ["A", "B", "C"]


def test_a_sitemap_that_fails_is_told_and_the_others_are_read(tools: Tools, site: Site) -> None:
    site.give("/index.xml", index(site, "/gone.xml", "/good.xml", "/broken.xml"))
    site.give("/good.xml", sitemap(site, "A"))
    site.give("/broken.xml", "<html>Not found</html>")
    ended = poll(tools, spec(site, "/index.xml"))
    assert (ended.outcome, ended.counts["quarantined"]) == (Outcome.PUBLISHED, 2)
    assert any("answered 404" in one.reason for one in tools.store.quarantined("news"))


def test_when_every_sitemap_fails_so_does_the_poll(tools: Tools, site: Site) -> None:
    site.give("/index.xml", index(site, "/one.xml", "/two.xml"))
    ended = poll(tools, spec(site, "/index.xml"))
    assert (ended.outcome, ended.state.failures) == (Outcome.REFUSED, 1)


def test_indexes_that_name_one_another_without_end_are_left(tools: Tools, site: Site) -> None:
    numbers = iter(range(1000))
    site.give("/index.xml", index(site, "/index.xml", "/0.xml"))
    site.answers |= {f"/{n}.xml": lambda _: Answer(body=index(site, f"/{next(numbers)}.xml").encode()) for n in range(100)}
    poll(tools, spec(site, "/index.xml"))
    assert len(site.asked) <= MAX_DOCUMENTS + 1


def test_an_index_cannot_lead_to_files_of_this_machine(tools: Tools, site: Site, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Secret")
    site.give("/index.xml", index(site).replace("</", f"<sitemap><loc>{secret.as_uri()}</loc></sitemap></"))
    assert poll(tools, spec(site, "/index.xml")).outcome is Outcome.NOTHING_NEW
    assert published(tools) == []


def test_a_watched_page_is_a_feed(tools: Tools, site: Site) -> None:
    sitemap(site, "A", "B")
    site.give(
        "/world",
        "<html><nav><a href=/about>About us</a></nav><main><h2><a href=/A>A</a></h2><h2><a href=/B>B</a></h2></main></html>",
    )
    watched = FeedSpec(id="news", url=site.url("/world"), kind="page", selector="main h2 > a", allow_private_addresses=True)
    assert poll(tools, watched).outcome is Outcome.PUBLISHED
    assert published(tools) == ["A", "B"]
    assert poll(tools, watched).outcome is Outcome.NOTHING_NEW


def test_a_directory_is_published_once_and_then_what_is_new(tools: Tools, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.jsonl").write_text("".join(json.dumps({"title": f"T{n}", "text": f"Words {n}"}) + "\n" for n in range(2500)))
    (folder / "b.xml").write_text("<!DOCTYPE x [<!ENTITY a 'b'>]><rss/>")
    files = FeedSpec(id="files", kind="directory", path=folder)
    ended = poll(tools, files)
    assert (ended.outcome, ended.counts["new"], ended.counts["quarantined"]) == (Outcome.PUBLISHED, 2500, 1)
    assert poll(tools, files).outcome is Outcome.NOT_MODIFIED
    (folder / "c.txt").write_text("Title\n\nWords of a later day")
    assert poll(tools, files).counts["new"] == 1
    assert published(tools)[-1] == "Title"


def test_a_directory_that_is_not_there_says_so(tools: Tools, tmp_path: Path) -> None:
    ended = poll(tools, FeedSpec(id="files", kind="directory", path=tmp_path / "nowhere"))
    assert ended.outcome is Outcome.UNREACHABLE
    assert "No such file" in ended.problem


def test_another_path_is_another_directory(tools: Tools, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    (tmp_path / "two" / "old.txt").write_text("Older")
    (tmp_path / "one" / "a.txt").write_text("Newer")
    poll(tools, FeedSpec(id="files", kind="directory", path=tmp_path / "one"))
    assert poll(tools, FeedSpec(id="files", kind="directory", path=tmp_path / "two")).counts["new"] == 1
