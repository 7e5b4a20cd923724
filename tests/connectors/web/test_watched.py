"""Who may be on a watchlist, on the page and in its API. All names are invented."""

from datetime import timedelta
from pathlib import Path

import pytest

from connectors.messages.signal import Actor
from connectors.subscribers.silences import silence_of
from connectors.watchlists.base import Entry, Match
from connectors.watchlists.watch import Watcher
from tests.connectors.watchlists.asking import a_list
from tests.connectors.web.sites import HOSTILE, NOW, Stage, numbered, staged

ZORBEL = Entry(id="C-1", type="firm", names=("Zorbel Shipping LLC",))
WATCHED = numbered(1, targets=(Actor(id=None, name="Zorbel Shipping"),))
OTHER = numbered(2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "web.sqlite"


def watcher() -> Watcher:
    return Watcher((a_list(ZORBEL, name="desk"),))


def ids(stage: Stage, address: str) -> list[str]:
    return [item["id"] for item in stage.client.get(address).json()["items"]]


def test_the_detail_says_who_may_be_whom_with_score_and_reasons(path: Path) -> None:
    with staged(path, [WATCHED, OTHER], watch=watcher()) as stage:
        text = stage.client.get(f"/alerts/{WATCHED.id}").text
        other = stage.client.get(f"/alerts/{OTHER.id}").text
    for words in (
        "On watchlists",
        "<bdi>Zorbel Shipping LLC</bdi>",
        "firm of",
        "<code>C-1</code>",
        "<b>1.00</b>",
        "the name agrees +1.00",
    ):
        assert words in text
    assert 'href="/?watchlist=desk"' in text
    assert "On watchlists" not in other


def test_lists_mark_the_alert_and_filter_by_the_list(path: Path) -> None:
    with staged(path, [WATCHED, OTHER], watch=watcher(), watchlists=("desk", "ships")) as stage:
        everything, chosen = stage.client.get("/").text, stage.client.get("/?watchlist=desk").text
        assert everything.count("watched: desk") == 1
        assert f'data-id="{WATCHED.id}"' in chosen
        assert f'data-id="{OTHER.id}"' not in chosen
        assert "watchlist: desk" in chosen
        assert '<option value="desk" selected>desk</option>' in chosen
        assert '<option value="ships">ships</option>' in everything
        assert ids(stage, "/api/v1/alerts?watchlist=desk") == [WATCHED.id]
        assert ids(stage, "/api/v1/alerts?watchlist=nowhere") == []


def test_the_api_adds_the_matches_to_the_message_where_there_are_any(path: Path) -> None:
    with staged(path, [WATCHED, OTHER], watch=watcher()) as stage:
        (match,) = stage.client.get(f"/api/v1/alerts/{WATCHED.id}").json()["watchlists"]
        assert (match["watchlist"], match["entry_id"], match["role"], match["score"]) == ("desk", "C-1", "target", 1.0)
        assert "watchlists" not in stage.client.get(f"/api/v1/alerts/{OTHER.id}").json()


def test_a_silence_of_a_list_is_shown_where_it_mutes(path: Path) -> None:
    silence = silence_of("watchlist=desk", "ann", "known", timedelta(hours=1), NOW - timedelta(minutes=1))
    with staged(path, [WATCHED, OTHER, silence], watch=watcher()) as stage:
        assert "silenced by ann" in stage.client.get(f"/alerts/{WATCHED.id}").text
        assert "silenced by ann" not in stage.client.get(f"/alerts/{OTHER.id}").text


def test_names_of_strangers_are_escaped(path: Path) -> None:
    class Anybody:
        """Takes whoever is named for everybody."""

        def matches(self, alert: object) -> tuple[Match, ...]:
            return (
                Match(
                    watchlist="desk",
                    entry_id=HOSTILE,
                    entry_type="any",
                    listed=HOSTILE,
                    name=HOSTILE,
                    role="target",
                    score=0.9,
                    terms=(),
                ),
            )

    with staged(path, [WATCHED], watch=Anybody()) as stage:
        text = stage.client.get(f"/alerts/{WATCHED.id}").text
    assert "<script>alert" not in text
    assert "\u202e" not in text
