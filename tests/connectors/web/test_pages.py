"""The pages: what they show, that strangers' texts stay texts, and that no page is heavy."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.messages.alert import Change
from connectors.subscribers.silences import silence_of
from connectors.subscribers.web.access import Access
from tests import builders
from tests.connectors.web.sites import BELARUS, EU, HOSTILE, KEY, NOW, hostile, numbered, staged

PAGES = ("/", "/overview", "/feeds", "/silences", "/verdicts", "/trail", "/login")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "web.sqlite"


def test_a_row_says_who_does_what_to_whom_when_and_by_how_many_voices(path: Path) -> None:
    with staged(path, [numbered(1, independent_outlet_count=2, outlet_count=5)]) as stage:
        text = stage.client.get("/").text
    for words in ("high", "United States (USA) threatens Russia (RUS) with sanctions", "USA → RUS", "<b>2</b> independent of 5"):
        assert words in text
    assert "if it invades Ukraine" in text
    assert "17 h ago" in text


def test_filters_and_words_of_the_url_are_in_the_form_and_can_be_taken_away(path: Path) -> None:
    with staged(path, [numbered(1), numbered(2, targets=(BELARUS,), senders=(EU,))]) as stage:
        text = stage.client.get("/?target=BLR&q=sanctions").text
    assert text.count('class="alert ') == 1
    assert 'value="sanctions"' in text
    assert 'href="/?q=sanctions"' in text
    assert 'href="/?target=BLR"' in text


def test_older_and_newer_lead_through_all_alerts(path: Path) -> None:
    with staged(path, [numbered(number) for number in range(95)]) as stage:
        link, seen = "/", []
        while link:
            text = stage.client.get(link).text
            seen += re.findall(r'data-id="(\w+)"', text)
            found = re.search(r'href="([^"]+)" rel="next"', text)
            link = found[1].replace("&amp;", "&") if found else ""
        assert seen == [numbered(number).id for number in reversed(range(95))]
        assert 'rel="prev"' in text


def test_the_detail_highlights_the_words_and_says_why(path: Path) -> None:
    other = numbered(2)
    told = builders.alert(related=(other.id,), timeline=(Change(version=1, event_time=NOW, article_id="a", what=("raised",)),))
    with staged(path, [told, other, builders.story()]) as stage:
        text = stage.client.get(f"/alerts/{builders.ALERT_ID}").text
    assert '<mark class="condition">if it invades Ukraine</mark>' in text
    assert '<mark class="party">The United States</mark>' in text
    for words in ("emphatic", "+0.70", "modal verb", "will_impose", "Moscow denies any such plans.", "Raw message", "Escalates"):
        assert words in text
    assert f'href="/alerts/{other.id}"' in text


def test_the_raw_message_is_what_came(path: Path) -> None:
    with staged(path, [builders.alert()]) as stage:
        answer = stage.client.get(f"/alerts/{builders.ALERT_ID}/raw")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["id"] == builders.ALERT_ID


def test_an_article_is_shown_from_the_log_with_its_sentences_marked(path: Path) -> None:
    with staged(path, [builders.analysis()], article=builders.article()) as stage:
        text = stage.client.get(f"/articles/{builders.ARTICLE_ID}").text
    assert f'<mark class="act" title="threat">{builders.QUOTE}</mark>' in text
    assert "Moscow denies any such plans." in text


def test_an_article_that_the_log_has_no_more_says_so(path: Path) -> None:
    with staged(path, [builders.analysis()]) as stage:
        assert "no longer in the log" in stage.client.get(f"/articles/{builders.ARTICLE_ID}").text


def test_the_charts_link_to_what_they_count(path: Path) -> None:
    with staged(path, [numbered(1), numbered(2)]) as stage:
        text = stage.client.get("/overview?days=7").text
        assert "<title>United States against Russia: 2</title>" in text
        found = re.search(r'href="(/\?sender=USA[^"]+)"', text)
        assert found is not None
        assert stage.client.get(found[1].replace("&amp;", "&")).text.count('class="alert ') == 2


def test_a_search_that_takes_too_long_is_given_up_says_how_far_it_came_and_leads_on(path: Path) -> None:
    old = NOW - timedelta(days=60)
    messages = [numbered(1), numbered(2, last_at=old, severity="critical")]
    with staged(path, messages, search_secs=0.0) as stage:
        text = stage.client.get("/?severity=critical").text
        assert "No alert matches so far" in text
        assert re.search(r"Searched back to 2026-10-0\d", text)
        found = re.search(r'href="([^"]+)"[^>]*>Search on', text)
        assert found is not None
        assert stage.client.get(found[1].replace("&amp;", "&")).text.count('class="alert ') == 1
        answer = stage.client.get("/api/v1/alerts?severity=critical").json()
        assert answer["items"] == []
        assert len(stage.client.get(answer["next"]).json()["items"]) == 1


def test_the_feeds_page_says_what_is_known_and_what_is_not(path: Path) -> None:
    feed = {
        "id": "f", "url": "https://f.example/", "kind": "rss", "last_outcome": "server_error", "last_success_at": None,
        "last_new_at": NOW.isoformat(), "failures": 3, "problem": "503", "silent_since": NOW.isoformat(), "expected": "every 2 h",
        "poll_interval_secs": 300.0, "articles_a_day": 3.44, "last_error": "503", "last_error_at": NOW.isoformat(),
    }  # fmt: skip
    with staged(path, [builders.analysis()], feeds=[feed]) as stage:
        text = stage.client.get("/feeds").text
    for words in ("failing", "server error", "failed 3 times", "503", "silent", "every 5 min", "3.4 a day", "news.example"):
        assert words in text
    with staged(path.with_name("other")) as stage:
        assert "Nothing is known of feeds here" in stage.client.get("/feeds").text


def test_an_outlet_s_rate_is_that_of_the_week_before_today_and_an_article_counts_once(path: Path) -> None:
    days = [builders.analysis(article_id=f"{number:032x}", event_time=NOW - timedelta(days=number % 7 + 1)) for number in range(21)]
    again = builders.analysis(article_id=f"{1:032x}", article_version=2, event_time=NOW - timedelta(days=2))
    with staged(path, [*days, again, builders.analysis(event_time=NOW)]) as stage:
        text = stage.client.get("/feeds").text
    assert "<td>3</td><td>22</td>" in text
    assert text.count('class="spark"') == 1


def test_the_trail_says_who_did_what_last_first(path: Path) -> None:
    silence = silence_of('kind="threat"', "anna", "Known.", timedelta(hours=8), NOW - timedelta(hours=3))
    verdict = builders.disposition(alert_id=numbered(1).id, author="carl", decided_at=NOW - timedelta(hours=2), reason=HOSTILE)
    ended = replace(silence, expired_at=NOW - timedelta(hours=1), expired_by="berta")
    with staged(path, [numbered(1), verdict, ended]) as stage:
        text = stage.client.get("/trail").text
    found = [text.index(words) for words in ("berta</bdi> <b>ended a silence", "carl</bdi> <b>judged", "anna</bdi> <b>silenced")]
    assert found == sorted(found)
    assert "<script>window" not in text


@pytest.mark.parametrize("page", ["/alerts/none", "/articles/none", "/nowhere"])
def test_what_is_not_there_is_said_with_a_way_on(path: Path, page: str) -> None:
    with staged(path) as stage:
        answer = stage.client.get(page)
    assert answer.status_code == 404
    assert 'href="/"' in answer.text


def test_a_wrong_filter_is_said(path: Path) -> None:
    with staged(path) as stage:
        answer = stage.client.get("/?kind=war")
    assert answer.status_code == 400
    assert "kind is one of" in answer.text


class TestHostile:
    @pytest.mark.parametrize("size", [0, 1_000_000])
    def test_no_text_of_a_stranger_becomes_markup_or_hides(self, path: Path, size: int) -> None:
        analysis = builders.analysis(outlet=HOSTILE, title=HOSTILE, url="javascript:window.hacked=1")
        article = builders.article(text=HOSTILE + "A" * size, title=HOSTILE)
        with staged(path, [hostile(size=size // 4), analysis], article=article) as stage:
            pages = [f"/alerts/{hostile().id}", f"/articles/{builders.ARTICLE_ID}", *PAGES]
            for page in pages:
                text = stage.client.get(page).text
                assert "<script>window" not in text
                assert "<img src=x" not in text
                assert "<svg/onload" not in text
                assert 'href="javascript' not in text
                assert not re.search("[\x1b\u202e\u202c]", text)
                assert "\u0301" * 5 not in text

    def test_a_page_of_them_weighs_no_more_than_it_may(self, path: Path) -> None:
        with staged(path, [hostile(number, size=20_000) for number in range(60)]) as stage:
            assert len(stage.client.get("/").content) <= 100_000
            assert len(stage.client.get(f"/alerts/{hostile(3).id}").content) <= 100_000

    def test_an_ordinary_page_is_light_and_loads_nothing_from_elsewhere(self, path: Path) -> None:
        with staged(path, [numbered(number) for number in range(60)]) as stage:
            for page in (*PAGES, f"/alerts/{numbered(3).id}", "/static/page.css", "/static/page.js"):
                answer = stage.client.get(page)
                assert answer.status_code == 200
                assert len(answer.content) <= 100_000
                assert not re.search(r'(src|href|url)\s*[=(]\s*"?(https?:)?//(?!news\.example|www\.w3)', answer.text)
                assert " style=" not in answer.text
                assert " onclick" not in answer.text


class TestHeaders:
    def test_every_answer_has_a_strict_policy(self, path: Path) -> None:
        with staged(path) as stage:
            for page in (*PAGES, "/nowhere", "/api/v1/alerts", "/static/page.css"):
                headers = stage.client.get(page).headers
                policy = headers["content-security-policy"]
                assert policy.startswith("default-src 'none'")
                assert "unsafe" not in policy
                assert headers["x-content-type-options"] == "nosniff"

    def test_a_name_that_is_not_ours_is_not_answered(self, path: Path) -> None:
        with staged(path) as stage:
            assert stage.client.get("/", headers={"host": "evil.example"}).status_code == 421
            assert stage.client.get("/", headers={"host": "localhost:8088"}).status_code == 200

    def test_too_much_is_refused_unread(self, path: Path) -> None:
        with staged(path) as stage:
            assert stage.client.post("/alerts/a/verdict", content=b"x" * 70_000).status_code == 413

    def test_too_often_is_told_when_to_come_again(self, path: Path) -> None:
        with staged(path, access=Access(key=KEY)) as stage:
            answers = [stage.client.post("/login") for _ in range(8)]
        assert answers[-1].status_code == 429
        assert int(answers[-1].headers["retry-after"]) > 0
