"""What robots.txt lets us ask for."""

import threading

import pytest

from connectors.feeds import robots
from connectors.feeds.fetch import Fetcher
from connectors.feeds.robots import FRESH_SECS, GIVE_UP_SECS, RETRY_SECS, Robots
from tests.connectors.feeds.servers import Site


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def slowed() -> list[tuple[str, float]]:
    return []


@pytest.fixture
def rules(clock: Clock, slowed: list[tuple[str, float]]) -> Robots:
    fetcher = Fetcher(user_agent="sanctionwire/0.1 (+desk@example.org)", stop=threading.Event())
    return Robots(fetcher, "sanctionwire/0.1", slow=lambda host, secs: slowed.append((host, secs)), monotonic=clock)


def asked(rules: Robots, site: Site, path: str) -> bool | None:
    return rules.allows(site.url(path), allow_private=True)


def test_the_rules_for_everybody_are_ours(rules: Robots, site: Site) -> None:
    site.give("/robots.txt", "User-agent: *\nDisallow: /private/\nAllow: /private/open")
    assert [asked(rules, site, path) for path in ("/a", "/private/a", "/private/open/a")] == [True, False, True]


def test_the_rules_for_our_name_win(rules: Robots, site: Site) -> None:
    site.give("/robots.txt", "User-agent: *\nDisallow: /\n\nUser-agent: Sanctionwire\nDisallow: /not-us")
    assert [asked(rules, site, path) for path in ("/a", "/not-us")] == [True, False]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_site_without_rules_allows_everything(rules: Robots, site: Site, status: int) -> None:
    site.give("/robots.txt", "User-agent: *\nDisallow: /", status=status)
    assert asked(rules, site, "/a") is True


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_site_that_cannot_say_is_left_alone_until_it_can(rules: Robots, site: Site, clock: Clock, status: int) -> None:
    site.give("/robots.txt", "", status=status)
    assert asked(rules, site, "/a") is None
    site.give("/robots.txt", "")
    assert asked(rules, site, "/a") is None
    clock.now += RETRY_SECS
    assert asked(rules, site, "/a") is True


def test_rules_that_were_known_stay_in_force_while_they_cannot_be_had(rules: Robots, site: Site, clock: Clock) -> None:
    site.give("/robots.txt", "User-agent: *\nDisallow: /b")
    asked(rules, site, "/a")
    site.give("/robots.txt", "", status=500)
    clock.now += FRESH_SECS
    assert [asked(rules, site, path) for path in ("/a", "/b")] == [True, False]


def test_a_site_that_cannot_say_for_a_month_allows_everything(rules: Robots, site: Site, clock: Clock) -> None:
    site.give("/robots.txt", "", status=500)
    asked(rules, site, "/a")
    clock.now += GIVE_UP_SECS + 1
    assert asked(rules, site, "/a") is True


def test_rules_are_asked_for_once_a_day(rules: Robots, site: Site, clock: Clock) -> None:
    site.give("/robots.txt", "")
    for _ in range(5):
        asked(rules, site, "/a")
    assert site.paths() == ["/robots.txt"]
    clock.now += FRESH_SECS
    asked(rules, site, "/a")
    assert len(site.asked) == 2


def test_a_delay_that_is_asked_for_is_passed_on(rules: Robots, site: Site, slowed: list[tuple[str, float]]) -> None:
    site.give("/robots.txt", "User-agent: *\nCrawl-delay: 7")
    asked(rules, site, "/a")
    assert slowed == [(f"127.0.0.1:{site.port}", 7.0)]


@pytest.mark.parametrize(
    "body", [b"\xff\xfe\x00", b"User-agent", b"Disallow: /\n" * 10, b"Crawl-delay: -1\nUser-agent: *\nCrawl-delay: x"]
)
def test_no_text_breaks_it(rules: Robots, site: Site, body: bytes) -> None:
    site.give("/robots.txt", body)
    assert asked(rules, site, "/a") is True


def test_it_remembers_no_more_hosts_than_it_may(rules: Robots, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robots, "MAX_HOSTS", 2)
    site.give("/robots.txt", "")
    for host in ("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.1"):
        rules.allows(f"http://{host}:{site.port}/a", allow_private=True)
    assert len(rules._known) == 2
