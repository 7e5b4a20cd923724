"""The API: its document is its routes, its lists page, its answers have tags, its errors are problems, its stream streams."""

import asyncio
import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from connectors.messages.alert import Alert
from connectors.messages.codec import from_dict
from connectors.subscribers.readmodel.batch import Changed
from connectors.subscribers.readmodel.filters import Filter
from connectors.subscribers.readmodel.rows import token
from connectors.subscribers.web.api import OPERATIONS, Api
from connectors.subscribers.web.live import QUEUE, Hub, Missed
from tests import builders
from tests.connectors.web.sites import NOW, numbered, staged


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "web.sqlite"


class TestDocument:
    def test_it_names_every_route_and_no_other(self, path: Path) -> None:
        with staged(path) as stage:
            document = stage.client.get("/api/v1/openapi.json").json()
            routes = {(route.path, method.lower()) for route in Api(stage.site).routes() for method in route.methods or ()} - {
                (operation.path, "head") for operation in OPERATIONS
            }
        told = {(path_, method) for path_, methods in document["paths"].items() for method in methods}
        assert told == routes
        assert document["openapi"].startswith("3.1")

    def test_every_get_without_a_name_answers_as_it_says(self, path: Path) -> None:
        with staged(path, [builders.alert(), builders.story(), builders.analysis(), builders.disposition()]) as stage:
            for operation in OPERATIONS:
                if operation.method != "get" or "{" in operation.path or operation.name == "stream":
                    continue
                answer = stage.client.get(f"/api/v1{operation.path}")
                assert answer.status_code == operation.status
                assert answer.headers["content-type"] == operation.media_type
                assert not operation.is_list or "items" in answer.json()

    def test_its_references_lead_somewhere(self, path: Path) -> None:
        with staged(path) as stage:
            document = stage.client.get("/api/v1/openapi.json").json()
        names = re.findall(r"#/components/schemas/(\w+)", json.dumps(document["paths"]))
        assert names
        assert set(names) <= set(document["components"]["schemas"])


class TestRules:
    def test_a_rule_is_as_right_as_the_last_verdicts_say(self, path: Path) -> None:
        judged = [("true", 1), ("false", 2), ("true", 3), ("false", 1)]
        verdicts = [builders.disposition(alert_id=numbered(number).id, verdict=verdict) for verdict, number in judged]
        with staged(path, [*(numbered(number) for number in range(5)), *verdicts]) as stage:
            (rule,) = stage.client.get("/api/v1/rules").json()["items"]
            assert rule["counts"] == {"true": 1, "false": 2, "duplicate": 0, "irrelevant": 0}
            assert rule["precision"] == 1 / 3
            stage.writer.apply(builders.disposition(alert_id=numbered(2).id, verdict="irrelevant"))
            (rule,) = stage.client.get("/api/v1/rules").json()["items"]
            assert rule["precision"] == 2 / 3


class TestReading:
    def test_an_alert_is_the_message(self, path: Path) -> None:
        with staged(path, [builders.alert()]) as stage:
            answer = stage.client.get(f"/api/v1/alerts/{builders.ALERT_ID}").json()
        assert from_dict(Alert, answer) == builders.alert()

    def test_an_article_has_its_text_where_the_log_has_it(self, path: Path) -> None:
        with staged(path, [builders.analysis()], article=builders.article()) as stage:
            assert stage.client.get(f"/api/v1/articles/{builders.ARTICLE_ID}").json()["text"] == builders.TEXT
        with staged(path) as stage:
            assert stage.client.get(f"/api/v1/articles/{builders.ARTICLE_ID}").json()["text"] is None

    @pytest.mark.parametrize("what", ["alerts", "stories", "articles", "dispositions"])
    def test_pages_lead_through_all_once(self, path: Path, what: str) -> None:
        made = {
            "alerts": [numbered(number) for number in range(7)],
            "stories": [builders.story(id=str(number), last_at=NOW) for number in range(7)],
            "articles": [builders.analysis(article_id=str(number)) for number in range(7)],
            "dispositions": [builders.disposition(alert_id=str(number)) for number in range(7)],
        }[what]
        with staged(path, made) as stage:  # type: ignore[arg-type]
            link, seen = f"/api/v1/{what}?limit=3", []
            while link is not None:
                page = stage.client.get(link).json()
                seen += [json.dumps(item) for item in page["items"]]
                link = page["next"]
        assert len(seen) == len(set(seen)) == 7

    def test_filters_go_along_with_the_pages(self, path: Path) -> None:
        with staged(path, [numbered(number) for number in range(5)]) as stage:
            link = stage.client.get("/api/v1/alerts?limit=2&kind=threat&q=sanctions").json()["next"]
        assert "kind=threat" in link
        assert "q=sanctions" in link

    def test_what_has_not_changed_costs_no_bytes(self, path: Path) -> None:
        with staged(path, [numbered(1)]) as stage:
            first = stage.client.get("/api/v1/alerts")
            again = stage.client.get("/api/v1/alerts", headers={"if-none-match": first.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")
            stage.writer.apply(numbered(2))
            assert stage.client.get("/api/v1/alerts", headers={"if-none-match": first.headers["etag"]}).status_code == 200

    @pytest.mark.parametrize(
        ("address", "status"),
        [
            ("/api/v1/alerts/none", 404),
            ("/api/v1/nothing", 404),
            ("/api/v1/alerts?kind=war", 400),
            ("/api/v1/alerts?limit=0", 400),
            ("/api/v1/alerts?limit=0000000019999", 400),
            (f"/api/v1/alerts?limit=000000001{'0' * 20}", 400),
            ("/api/v1/alerts?until=0001-01-01T00:00:00", 400),
            ("/api/v1/alerts?since=0001-01-01T00:00:00%2B23:59", 400),
            ("/api/v1/alerts?limit=201", 400),
            ("/api/v1/alerts?before=x", 400),
            ("/api/v1/stories?before=1", 400),
            ("/api/v1/stream?q=words", 400),
        ],
    )
    def test_errors_are_problems(self, path: Path, address: str, status: int) -> None:
        with staged(path) as stage:
            answer = stage.client.get(address)
        assert answer.status_code == answer.json()["status"] == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]


class TestWriting:
    @pytest.mark.parametrize(
        "change", [{"alert_id": "none"}, {"verdict": "x"}, {"reason": ""}, {"author": "a" * 65}, {"reason": ["no text"]}]
    )
    def test_what_is_wrong_is_said_and_not_written(self, path: Path, change: dict[str, object]) -> None:
        body = {"alert_id": builders.ALERT_ID, "verdict": "true", "reason": "Yes.", "author": "me", **change}
        with staged(path, [builders.alert()]) as stage:
            assert stage.client.post("/api/v1/dispositions", json=body).status_code == 422
            assert stage.writer.written == []

    @pytest.mark.parametrize("content", [b"", b"[]", b"{", b"[" * 60_000])
    def test_a_body_that_is_no_object_is_said(self, path: Path, content: bytes) -> None:
        with staged(path) as stage:
            headers = {"content-type": "application/json"}
            assert stage.client.post("/api/v1/dispositions", content=content, headers=headers).status_code == 400


def changed(revision: int, kind: str = "threat") -> Changed:
    return Changed(revision, frozenset({token("kind", kind)}), {"id": str(revision), "text": "a\nb"})


def pages_of(missed: Sequence[Changed], size: int = 2) -> Missed:
    """A read model that gives so many changes at a time."""

    async def after(revision: int) -> Sequence[Changed]:
        return [one for one in missed if one.revision > revision][:size]

    return after


async def heard(hub: Hub, wanted: Filter, missed: list[Changed], told: list[Changed], count: int) -> list[bytes]:
    """What a client that had revision 1 hears: `count` events after the greeting."""
    events = hub.events(wanted, 1, pages_of(missed))
    found = [await anext(events)]
    hub.publish(told)
    while len(found) <= count:
        found.append(await anext(events))
    await events.aclose()  # type: ignore[attr-defined]
    return found[1:]


class TestStream:
    def test_a_client_hears_what_it_asked_for_in_order(self) -> None:
        wanted = Filter(labels=(("kind", ("threat",)),))
        found = asyncio.run(heard(Hub(), wanted, [], [changed(2), changed(3, "imposed"), changed(4)], 2))
        assert [event.split(b"\n")[0] for event in found] == [b"id: 2", b"id: 4"]

    def test_what_it_missed_comes_first_and_once(self) -> None:
        found = asyncio.run(heard(Hub(), Filter(), [changed(4)], [changed(4), changed(5)], 2))
        assert [event.split(b"\n")[0] for event in found] == [b"id: 4", b"id: 5"]

    def test_all_that_it_missed_comes_however_much_it_is_and_whatever_it_does_not_want(self) -> None:
        missed = [changed(number, "threat" if number % 3 else "imposed") for number in range(2, 12)]
        wanted = Filter(labels=(("kind", ("threat",)),))
        found = asyncio.run(heard(Hub(), wanted, missed, [changed(12, "imposed"), changed(13)], 8))
        assert [event.split(b"\n")[0] for event in found] == [f"id: {number}".encode() for number in (2, 4, 5, 7, 8, 10, 11, 13)]

    def test_what_changes_while_it_is_told_what_it_missed_comes_too(self) -> None:
        async def listen() -> list[bytes]:
            hub = Hub()

            async def missed(revision: int) -> Sequence[Changed]:
                if revision > 1:
                    return []
                hub.publish([changed(3)])
                return [changed(2)]

            events = hub.events(Filter(), 1, missed)
            found = [await anext(events) for _ in range(3)]
            await events.aclose()  # type: ignore[attr-defined]
            return found[1:]

        assert [event.split(b"\n")[0] for event in asyncio.run(listen())] == [b"id: 2", b"id: 3"]

    def test_no_text_breaks_an_event_apart(self) -> None:
        (event,) = asyncio.run(heard(Hub(), Filter(), [], [changed(2)], 1))
        assert event.count(b"\n") == 4

    def test_a_client_that_does_not_keep_up_is_sent_away(self) -> None:
        async def listen() -> list[bytes]:
            hub = Hub()
            events = hub.events(Filter(), None, pages_of([]))
            await anext(events)
            hub.publish([changed(number) for number in range(1, 2 * QUEUE)])
            return [event async for event in events]

        assert asyncio.run(listen()) == []

    def test_all_are_sent_away_in_the_end(self) -> None:
        async def listen() -> list[bytes]:
            hub = Hub()
            events = hub.events(Filter(), None, pages_of([]))
            await anext(events)
            hub.close()
            assert hub.is_full
            return [event async for event in events]

        assert asyncio.run(listen()) == []

    def test_a_client_that_comes_back_is_told_from_the_read_model(self, path: Path) -> None:
        with staged(path, [numbered(1), numbered(2, kind="imposed", family="measure"), numbered(3)]) as stage:
            missed = Api(stage.site)._missed(1)
        assert [(one.revision, token("kind", "threat") in one.labels) for one in missed] == [(2, False), (3, True)]
