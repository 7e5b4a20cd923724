"""One GET against a server that behaves, and against one that does not."""

import gzip
import threading
import time
import zlib
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from connectors.feeds.base import Validators
from connectors.feeds.failures import OverBudgetError, StoppedError, TimedOutError, UnreachableError
from connectors.feeds.fetch import Budget, Fetcher, Response, redirect_target, refreshed
from connectors.feeds.transport import PACE_SECS
from tests.connectors.feeds.servers import Answer, Asked, Site

SMALL = Budget(max_bytes=100_000, total_secs=1.0, max_redirects=3)


def get(url: str, *, validators: Validators | None = None, budget: Budget = SMALL, stop: threading.Event | None = None) -> Response:
    fetcher = Fetcher(user_agent="sanctionwire/0.1 (+desk@example.org)", stop=stop or threading.Event())
    return fetcher.get(url, validators=validators, allow_private=True, budget=budget)


def test_an_answer_comes_with_its_status_headers_and_body(site: Site) -> None:
    site.give("/feed", "<rss/>", Content_Type="application/rss+xml", ETag='"1"')
    response = get(site.url("/feed"))
    assert (response.status, response.body, response.content_type, response.headers["etag"]) == (
        200,
        b"<rss/>",
        "application/rss+xml",
        '"1"',
    )


def test_the_server_is_told_who_asks_and_whom_to_write_to(site: Site) -> None:
    site.give("/feed", "x")
    get(site.url("/feed"))
    assert site.asked[0].headers["user-agent"] == "sanctionwire/0.1 (+desk@example.org)"


def test_validators_are_sent_back_verbatim(site: Site) -> None:
    site.give("/feed", "", status=304)
    given = Validators(url=site.url("/feed"), etag='W/"a b"', last_modified="Fri, 31 Dec 2021 08:00:00 GMT")
    assert get(site.url("/feed"), validators=given).status == 304
    headers = site.asked[0].headers
    assert headers["if-none-match"] == 'W/"a b"'
    assert headers["if-modified-since"] == "Fri, 31 Dec 2021 08:00:00 GMT"


def test_validators_of_another_address_are_kept_to_ourselves(site: Site) -> None:
    site.give("/feed", "x")
    get(site.url("/feed"), validators=Validators(url=site.url("/old"), etag='"1"'))
    assert "if-none-match" not in site.asked[0].headers


def test_an_etag_alone_is_enough(site: Site) -> None:
    site.answers["/feed"] = lambda asked: Answer(status=304 if asked.headers.get("if-none-match") == '"1"' else 200)
    response = get(site.url("/feed"), validators=Validators(url=site.url("/feed"), etag='"1"'))
    assert response.status == 304
    assert "if-modified-since" not in site.asked[0].headers


def test_a_304_refreshes_the_validators_that_it_names_and_keeps_the_others() -> None:
    old = Validators(url="http://a/", etag='"1"', last_modified="then")
    found = refreshed(old, Response(url="http://a/", status=304, headers={"etag": '"2"'}))
    assert found == Validators(url="http://a/", etag='"2"', last_modified="then")


def test_a_200_without_validators_takes_the_old_ones_away() -> None:
    found = refreshed(Validators(url="http://a/", etag='"1"'), Response(url="http://a/", status=200))
    assert found == Validators(url="http://a/")


def test_redirects_are_followed_and_told(site: Site) -> None:
    site.give("/old", "", status=301, Location="/new#part")
    site.give("/new", "here")
    response = get(site.url("/old"))
    assert (response.url, response.body) == (site.url("/new"), b"here")
    assert [(hop.status, hop.target) for hop in response.hops] == [(301, site.url("/new"))]


def test_a_redirect_loop_ends(site: Site) -> None:
    site.give("/a", "", status=302, Location="/b")
    site.give("/b", "", status=302, Location="/a")
    with pytest.raises(OverBudgetError, match="redirects more than 3 times"):
        get(site.url("/a"))
    assert len(site.asked) == 4


@pytest.mark.parametrize("location", ["file:///etc/passwd", "gopher://127.0.0.1/", "javascript:alert(1)", "http://[bad/"])
def test_a_redirect_to_what_is_not_http_is_refused(location: str) -> None:
    with pytest.raises(UnreachableError, match="redirects to"):
        redirect_target(Response(url="http://a.example/", status=302, headers={"location": location}))


def test_a_body_over_its_bytes_is_broken_off(site: Site) -> None:
    site.give("/feed", b"x" * 100_001)
    with pytest.raises(OverBudgetError, match="longer than 100000 bytes"):
        get(site.url("/feed"))


def test_an_endless_body_is_broken_off(site: Site) -> None:
    site.answers["/feed"] = Answer(endless=b"x" * 65536)
    with pytest.raises(OverBudgetError):
        get(site.url("/feed"))


def test_a_server_that_drips_is_left_when_the_time_is_over(site: Site) -> None:
    site.answers["/feed"] = Answer(body=b"x" * 1000, pause_secs=0.05)
    started = time.monotonic()
    with pytest.raises(TimedOutError):
        get(site.url("/feed"))
    assert time.monotonic() - started < 5  # the whole body would take 50


def test_a_server_that_drips_is_left_long_before_its_time_is_over(site: Site) -> None:
    site.answers["/feed"] = Answer(body=b"x" * 1000, pause_secs=0.05)
    started = time.monotonic()
    with pytest.raises(TimedOutError, match="drips: it sent"):
        get(site.url("/feed"), budget=Budget(total_secs=30))
    assert time.monotonic() - started < 5


def test_a_server_that_thinks_long_and_then_speaks_is_heard(site: Site) -> None:
    def think(_: Asked) -> Answer:
        time.sleep(PACE_SECS + 0.5)
        return Answer(body=b"<rss/>")

    site.answers["/feed"] = think
    assert get(site.url("/feed"), budget=Budget(total_secs=30)).body == b"<rss/>"


def test_a_slow_line_is_fast_enough(site: Site) -> None:
    site.answers["/feed"] = Answer(body=b"x" * 5_000, pause_secs=0.001)
    assert len(get(site.url("/feed"), budget=Budget(total_secs=60)).body) == 5_000


def test_it_is_told_whether_the_server_may_say_that_nothing_changed(site: Site) -> None:
    site.give("/feed", "x")
    known = Validators(url=site.url("/feed"), etag='"1"')
    assert [get(site.url("/feed"), validators=one).conditional for one in (None, Validators(), known)] == [False, False, True]


def test_a_server_that_never_answers_is_left_when_the_time_is_over(site: Site) -> None:
    def sleep(_: Asked) -> Answer:
        time.sleep(3)
        return Answer()

    site.answers["/feed"] = sleep
    with pytest.raises(TimedOutError):
        get(site.url("/feed"))


def test_a_stop_ends_a_get_at_once(site: Site) -> None:
    site.answers["/feed"] = Answer(body=b"x" * 1000, pause_secs=0.05)
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    started = time.monotonic()
    with pytest.raises(StoppedError):
        get(site.url("/feed"), stop=stop, budget=Budget(total_secs=20))
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_packed_bodies_are_unpacked(site: Site, pack: object) -> None:
    coding = "gzip" if pack is gzip.compress else "deflate"
    site.give("/feed", pack(b"words " * 100), Content_Encoding=coding)  # type: ignore[operator]
    assert get(site.url("/feed")).body == b"words " * 100


def test_a_gzip_bomb_is_broken_off_before_it_unpacks(site: Site) -> None:
    site.give("/feed", gzip.compress(bytes(50_000_000)), Content_Encoding="gzip")
    with pytest.raises(OverBudgetError, match="unpacks to more than 100 times"):
        get(site.url("/feed"), budget=Budget(max_bytes=100_000_000, total_secs=10))


@pytest.mark.parametrize("coding", ["gzip, gzip", "br", "zstd", "compress"])
def test_a_packing_that_was_not_asked_for_is_refused(site: Site, coding: str) -> None:
    site.give("/feed", b"x", Content_Encoding=coding)
    with pytest.raises(OverBudgetError, match="was not asked for"):
        get(site.url("/feed"))


def test_a_broken_packing_is_a_failure_of_the_server(site: Site) -> None:
    site.give("/feed", b"not gzip at all", Content_Encoding="gzip")
    with pytest.raises(UnreachableError):
        get(site.url("/feed"))


def test_a_body_shorter_than_promised_is_a_failure(site: Site) -> None:
    site.answers["/feed"] = Answer(headers={"Content-Length": "100"}, body=b"short")
    with pytest.raises(UnreachableError, match="connection failed"):
        get(site.url("/feed"))


def test_a_closed_port_is_unreachable() -> None:
    with pytest.raises(UnreachableError):
        get("http://127.0.0.1:9/")


def test_the_body_of_an_error_is_not_read(site: Site) -> None:
    site.answers["/feed"] = Answer(status=500, endless=b"x" * 65536)
    assert get(site.url("/feed")).body == b""


@pytest.mark.parametrize(
    "url", ["http://", "http:///feed", "http://exa mple/", "http://[::1", "nothing", "http://a\x00b/", "http://" + "a" * 70 + "/"]
)
def test_what_is_not_a_url_is_unreachable(url: str) -> None:
    with pytest.raises(UnreachableError):
        get(url)


def test_the_date_of_a_header_is_sent_as_it_came(site: Site) -> None:
    then = format_datetime(datetime(2021, 12, 31, tzinfo=UTC), usegmt=True)
    site.give("/feed", "x")
    get(site.url("/feed"), validators=Validators(url=site.url("/feed"), last_modified=then))
    assert site.asked[0].headers["if-modified-since"] == then
