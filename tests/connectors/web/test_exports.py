"""The page's feeds and the API's files: the filter of the page, the right types, tags and times, pages that lead through all."""

import base64
import csv
import io
import json
import re
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from connectors.feeds.rss_atom import RssAtom
from connectors.subscribers.exports.formats import FORMATS
from connectors.subscribers.web.access import Access, read_tokens
from connectors.subscribers.web.app import make_app
from tests import builders
from tests.connectors.web.sites import BASE, EU, KEY, NOW, hostile, numbered, staged

FEEDS = pytest.mark.parametrize("address", ["/feed.atom", "/feed.rss", "/api/v1/alerts.atom", "/api/v1/alerts.rss"])
ALL = ["/feed.atom", "/feed.rss", *(f"/api/v1/alerts.{name}" for name in FORMATS)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "web.sqlite"


def rows(answer: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer)))


class TestFeeds:
    @FEEDS
    def test_it_holds_the_alerts_of_its_filter_newest_first(self, path: Path, address: str) -> None:
        alerts = [numbered(1), numbered(2, senders=(EU,)), numbered(3), numbered(4, kind="imposed", family="measure")]
        with staged(path, alerts) as stage:
            answer = stage.client.get(f"{address}?kind=threat&sender=USA")
        reading = RssAtom().read(answer.content, url=BASE, content_type=answer.headers["content-type"])
        assert [entry.guid[-32:] for entry in reading.entries] == [f"{3:032x}", f"{1:032x}"]
        assert reading.entries[0].link == f"{BASE}/alerts/{3:032x}"
        assert reading.title == "Sanctionwire: kind threat, sender USA"

    def test_the_page_links_to_the_feeds_and_files_of_its_filter(self, path: Path) -> None:
        with staged(path, [numbered(1)]) as stage:
            page = stage.client.get("/?kind=threat&q=sanctions").text
            head = page.partition("</head>")[0]
            alternates = re.findall(r'<link rel="alternate" type="([^"]+)" title="[^"]+" href="([^"]+)">', head)
            shown = re.findall(r'href="([^"]+)"', page.partition('<p class="exports">')[2].partition("</p>")[0])
            assert [type_ for type_, _ in alternates] == ["application/atom+xml", "application/rss+xml"]
            assert len(shown) == 6
            for address in (*(href for _, href in alternates), *shown):
                assert "kind=threat" in address
                assert stage.client.get(address.replace("&amp;", "&")).status_code == 200

    @pytest.mark.parametrize("address", ALL)
    def test_hostile_alerts_are_answered_as_what_they_are(self, path: Path, address: str) -> None:
        with staged(path, [hostile(1), hostile(2, 400_000)]) as stage:
            answer = stage.client.get(address)
        assert answer.status_code == 200
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert b"\x1b" not in answer.content
        assert b"<script" not in answer.content or "html" not in answer.headers["content-type"]


class TestFiles:
    @pytest.mark.parametrize("name", list(FORMATS))
    def test_each_format_has_its_media_type_and_its_name_as_a_file(self, path: Path, name: str) -> None:
        with staged(path, [numbered(1)]) as stage:
            answer = stage.client.get(f"/api/v1/alerts.{name}")
        assert answer.headers["content-type"] == FORMATS[name].media_type
        disposition = answer.headers.get("content-disposition", "")
        assert disposition == ("" if FORMATS[name].is_feed else f'attachment; filename="{FORMATS[name].file_name}"')

    def test_pages_lead_through_all_once(self, path: Path) -> None:
        with staged(path, [numbered(number) for number in range(7)]) as stage:
            link, seen = "/api/v1/alerts.csv?limit=3&kind=threat", []
            while link:
                answer = stage.client.get(link)
                seen += [row["id"] for row in rows(answer.text)]
                found = re.fullmatch(r'<([^>]+)>; rel="next"', answer.headers.get("link", ""))
                link = found[1] if found else ""
        assert seen == [f"{number:032x}" for number in reversed(range(7))]

    def test_stix_is_a_bundle_and_followthemoney_lines_of_entities(self, path: Path) -> None:
        with staged(path, [builders.alert()], names={"USA": "United States", "RUS": "Russia"}) as stage:
            bundle = stage.client.get("/api/v1/alerts.stix").json()
            entities = [json.loads(line) for line in stage.client.get("/api/v1/alerts.ftm").text.splitlines()]
        assert bundle["type"] == "bundle"
        assert "United States" in [one.get("name") for one in bundle["objects"]]
        assert {"Event", "PublicBody"} <= {one["schema"] for one in entities}

    @pytest.mark.parametrize("query", ["kind=war", "limit=0", "limit=201", "before=x"])
    @pytest.mark.parametrize("address", ["/feed.atom", "/api/v1/alerts.csv"])
    def test_errors_are_problems(self, path: Path, address: str, query: str) -> None:
        with staged(path) as stage:
            answer = stage.client.get(f"{address}?{query}")
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


FAR_ZONE = "Thu, 26 Nov 2026 12:00:00 +99999999999999"


class TestUnchanged:
    @pytest.mark.parametrize("address", ALL)
    def test_what_has_not_changed_costs_no_bytes(self, path: Path, address: str) -> None:
        with staged(path, [numbered(1)]) as stage:
            first = stage.client.get(address)
            again = stage.client.get(address, headers={"if-none-match": f"W/{first.headers['etag']}"})
            assert (again.status_code, again.content) == (304, b"")
            stage.writer.apply(numbered(2))
            assert stage.client.get(address, headers={"if-none-match": first.headers["etag"]}).status_code == 200

    def test_a_time_serves_where_there_is_no_tag_once_a_second_is_over(self, path: Path) -> None:
        clock = [NOW]
        with staged(path, [numbered(1)]) as stage:
            app = make_app(replace(stage.site, now=lambda: clock[0]))
            with TestClient(app, base_url=BASE, client=("127.0.0.1", 1)) as client:
                assert "last-modified" not in client.get("/feed.atom").headers
                clock[0] += timedelta(seconds=2)
                modified = client.get("/feed.atom").headers["last-modified"]
                assert modified == "Thu, 26 Nov 2026 12:00:00 GMT"
                assert client.get("/feed.atom", headers={"if-modified-since": modified}).status_code == 304
                stage.writer.apply(builders.disposition(alert_id=numbered(1).id))
                assert client.get("/feed.atom", headers={"if-modified-since": modified}).status_code == 200

    @pytest.mark.parametrize("time", ["", "nonsense", "Thu, 26 Nov 2026 12:00:00 -0000", "Fri, 99 Dec 9999 99:99:99 GMT", FAR_ZONE])
    def test_a_time_that_is_none_asks_for_everything(self, path: Path, time: str) -> None:
        with staged(path) as stage:
            assert stage.client.get("/feed.atom", headers={"if-modified-since": time}).status_code == 200


def test_a_library_that_is_not_installed_is_named_with_its_extra(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("feed", "stix"):
        monkeypatch.setitem(sys.modules, f"connectors.subscribers.exports.{module}", None)
    with staged(path, [numbered(1)]) as stage:
        for address in ("/feed.atom", "/api/v1/alerts.stix"):
            answer = stage.client.get(address)
            assert (answer.status_code, "[export]" in answer.json()["detail"]) == (501, True)
        assert stage.client.get("/api/v1/alerts.csv").status_code == 200


class TestTokens:
    access = Access(key=KEY, tokens=read_tokens("ann:0123456789abcdef"), hosts=())

    def test_a_feed_reader_without_a_token_is_told_so_and_not_sent_to_a_form(self, path: Path) -> None:
        with staged(path, [numbered(1)], access=self.access) as stage:
            refused = stage.client.get("/feed.atom")
            let_in = stage.client.get("/feed.atom", headers={"authorization": "Bearer 0123456789abcdef"})
            other = stage.client.get("/api/v1/alerts").headers["www-authenticate"]
        assert (refused.status_code, refused.headers["content-type"]) == (401, "application/problem+json")
        assert "Basic" in refused.headers["www-authenticate"]
        assert "Basic" not in other
        assert let_in.status_code == 200

    @pytest.mark.parametrize(("password", "status"), [("0123456789abcdef", 200), ("", 401), ("0123456789abcdeX", 401)])
    def test_a_token_is_a_password_for_reading(self, path: Path, password: str, status: int) -> None:
        basic = {"authorization": f"Basic {base64.b64encode(f'whoever:{password}'.encode()).decode()}"}
        body = {"alert_id": builders.ALERT_ID, "verdict": "true", "reason": "Yes.", "author": "me"}
        with staged(path, [builders.alert()], access=self.access) as stage:
            assert stage.client.get("/feed.atom", headers=basic).status_code == status
            assert stage.client.post("/api/v1/dispositions", json=body, headers=basic).status_code in (401, 403)
            assert stage.writer.written == []

    @pytest.mark.parametrize("credentials", ["", "====", "w6k", "/////w==", "bm9jb2xvbg=="])
    def test_credentials_that_are_none_let_nobody_in(self, path: Path, credentials: str) -> None:
        with staged(path, access=self.access) as stage:
            assert stage.client.get("/feed.rss", headers={"authorization": f"Basic {credentials}"}).status_code == 401
