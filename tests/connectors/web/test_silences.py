"""Silences on the page and in the API: made, shown where they mute, ended, and made by a verdict where that is configured."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.messages.signal import Actor
from connectors.messages.silence import Silence
from connectors.subscribers.dispositions import like_it, muting
from connectors.subscribers.labels import labels
from connectors.subscribers.silences import is_muted, silence_of
from tests import builders
from tests.connectors.web.sites import HOSTILE, NOW, numbered, staged

ALERT = numbered(1)
PAGE = f"/alerts/{ALERT.id}"
ASKED = {"matchers": 'kind="threat", target="RUS"', "hours": "8", "comment": "Known since Monday.", "author": "anna"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "web.sqlite"


def made(hours: float = 8, matchers: str = 'target="RUS"', comment: str = "Known.") -> Silence:
    return silence_of(matchers, "anna", comment, timedelta(hours=hours), NOW - timedelta(hours=1))


class TestPage:
    def test_one_is_made_from_the_alert_shown_on_it_and_ended(self, path: Path) -> None:
        with staged(path, [ALERT, numbered(2, kind="imposed", family="measure")]) as stage:
            text = stage.client.get(PAGE).text
            assert "kind=&#34;threat&#34;, sender=&#34;USA&#34;, target=&#34;RUS&#34;" in text
            answer = stage.client.post("/silences", data={**ASKED, "token": stage.token(PAGE)})
            assert (answer.status_code, answer.headers["location"]) == (303, "/silences")
            assert stage.client.get("/").text.count(">silenced<") == 1
            assert "silenced by anna" in stage.client.get(PAGE).text
            ((_, silence),) = stage.writer.written
            assert isinstance(silence, Silence)
            stage.client.post(f"/silences/{silence.id}/end", data={"token": stage.token("/silences"), "author": "berta"})
            assert ">silenced<" not in stage.client.get("/").text
            assert "ended by <bdi>berta</bdi>" in stage.client.get("/silences").text

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"matchers": ""}, "needs a matcher"),
            ({"matchers": "colour=red"}, "is no label"),
            ({"hours": "long"}, "hours is"),
            ({"hours": "nan"}, "hours is"),
            ({"hours": "-1"}, "lasts more than nothing"),
            ({"comment": " "}, "comment says why"),
            ({"author": ""}, "author is who mutes"),
        ],
    )
    def test_what_is_wrong_is_said_and_not_written(self, path: Path, change: dict[str, str], told: str) -> None:
        with staged(path, [ALERT]) as stage:
            answer = stage.client.post("/silences", data={**ASKED, **change, "token": stage.token("/silences")})
            assert answer.status_code == 422
            assert told in answer.text
            assert stage.writer.written == []

    def test_one_from_elsewhere_is_refused(self, path: Path) -> None:
        with staged(path, [ALERT, made()]) as stage:
            assert stage.client.post("/silences", data=ASKED).status_code == 403
            assert stage.client.post(f"/silences/{made().id}/end", data={}).status_code == 403

    def test_texts_of_strangers_in_one_stay_texts(self, path: Path) -> None:
        with staged(path, [ALERT, made(matchers='target=~".*<script>.*"', comment=HOSTILE)]) as stage:
            text = stage.client.get("/silences").text
        assert "<script>window" not in text
        assert "\x1b" not in text


class TestApi:
    def test_one_is_made_listed_and_ended(self, path: Path) -> None:
        with staged(path, [ALERT]) as stage:
            answer = stage.client.post("/api/v1/silences", json={**ASKED, "hours": 2})
            assert answer.status_code == 201
            assert answer.json()["author"] == "anna"
            (item,) = stage.client.get("/api/v1/silences").json()["items"]
            ended = stage.client.delete(f"/api/v1/silences/{item['id']}?author=berta")
            assert ended.json()["expired_at"] is not None
            assert ended.json()["expired_by"] == "berta"
            assert stage.client.delete("/api/v1/silences/none").status_code == 404

    def test_a_page_elsewhere_can_neither_make_nor_end_one(self, path: Path) -> None:
        with staged(path, [ALERT, made()]) as stage:
            headers = {"sec-fetch-site": "cross-site"}
            assert stage.client.post("/api/v1/silences", json=ASKED, headers=headers).status_code == 403
            assert stage.client.delete(f"/api/v1/silences/{made().id}", headers=headers).status_code == 403
            assert stage.writer.written == []

    def test_what_is_wrong_is_a_problem(self, path: Path) -> None:
        with staged(path) as stage:
            assert stage.client.post("/api/v1/silences", json={**ASKED, "matchers": "x"}).status_code == 422


class TestFalse:
    verdict = builders.disposition(verdict="false", decided_at=NOW)

    def test_it_mutes_the_like_of_it_by_the_same_rule_for_the_rest_of_the_episode(self) -> None:
        silence = muting(ALERT, self.verdict, 72)
        assert silence is not None
        assert silence.ends_at == ALERT.last_at + timedelta(hours=72)
        assert is_muted(labels(numbered(2)), [silence], NOW) == silence
        other = numbered(3, evidence=(replace(ALERT.evidence[0], rule="another"),))
        assert is_muted(labels(other), [silence], NOW) is None
        assert is_muted(labels(numbered(4, kind="considering")), [silence], NOW) is None

    def test_nothing_else_mutes(self) -> None:
        assert muting(ALERT, builders.disposition(verdict="irrelevant", decided_at=NOW), 72) is None
        assert muting(ALERT, builders.disposition(verdict="false", decided_at=NOW + timedelta(days=9)), 72) is None

    @pytest.mark.parametrize("is_on", [True, False])
    def test_it_does_so_where_that_is_configured(self, path: Path, is_on: bool) -> None:
        given = {"verdict": "false", "reason": "No.", "author": "anna", "version": "1"}
        with staged(path, [ALERT], false_mutes=is_on) as stage:
            stage.client.post(f"{PAGE}/verdict", data={**given, "token": stage.token(PAGE)})
            assert [topic.name for topic, _ in stage.writer.written] == ["dispositions", *(["silences"] if is_on else [])]

    def test_matchers_of_hostile_names_can_be_read_again(self) -> None:
        alert = numbered(1, senders=(Actor(id=None, name='a "b", c=\\"'),))
        silence = silence_of(like_it(alert, with_rules=True), "anna", "x", timedelta(hours=1), NOW)
        assert is_muted(labels(alert), [silence], NOW) == silence

    def test_an_alert_without_a_party_to_name_is_muted_alone(self) -> None:
        for nobody in (numbered(1, senders=(), targets=()), numbered(1, targets=(Actor(id=None, name="a\x1b[2J"),))):
            silence = silence_of(like_it(nobody, with_rules=False), "anna", "x", timedelta(hours=1), NOW)
            assert is_muted(labels(nobody), [silence], NOW) == silence
            assert is_muted(labels(numbered(2, senders=nobody.senders, targets=nobody.targets)), [silence], NOW) is None
