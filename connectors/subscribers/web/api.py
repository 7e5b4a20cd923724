"""The API under /api/v1: the same as the pages, for programs.

A list answers `items` and `next`, the address of the following page or null. A search that finds little in the time that it has
answers what it found so far, perhaps nothing, and its `next` goes on from there: only a null is the end. Every answer to a GET has
an ETag, a hash of its body, so an answer that has not changed costs no bytes. Errors are problem+json. A body must be JSON, and not
from another site's page.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from connectors.messages.codec import to_dict
from connectors.subscribers.dispositions import scores
from connectors.subscribers.readmodel import queries
from connectors.subscribers.readmodel.batch import Changed
from connectors.subscribers.readmodel.filters import NAMES, params_of
from connectors.subscribers.web.exports import Exports, limit_of, operations
from connectors.subscribers.web.forms import end_silence, silence_given, take_verdict
from connectors.subscribers.web.live import MISSED_AT_A_TIME
from connectors.subscribers.web.openapi import Operation, document
from connectors.subscribers.web.pages import cursor, filter_of
from connectors.subscribers.web.problems import ProblemError
from connectors.subscribers.web.site import Site, person
from connectors.topics import SILENCES
from connectors.watchlists.base import as_dict

PREFIX = "/api/v1"
FILTERS = {
    **dict.fromkeys(NAMES, "Only alerts with this value; may be given more than once."),
    "q": "Words, all of them; words in quotation marks stand together.",
    "since": "A date or time: least time of the last word.",
    "until": "A date (whole) or time: the last word is before it.",
}
PAGING = {"limit": "Rows at most, 200 or fewer.", "before": "The cursor of a page's `next`."}
JUDGING = {
    "alert_id": "The alert.",
    "alert_version": "The version that was looked at; left out: the newest.",
    "verdict": "true, false, duplicate or irrelevant.",
    "reason": "Why.",
    "author": "Who judges, where the request does not say it.",
}
MUTING = {
    "matchers": 'Which alerts, such as kind="threat", target=~"RUS|BLR".',
    "hours": "How long, from now.",
    "comment": "Why.",
    "author": "Who mutes, where the request does not say it.",
}
OWN: tuple[Operation, ...] = (
    Operation(method="get", path="/openapi.json", name="openapi", summary="This document."),
    Operation(
        method="get", path="/alerts", name="alerts", summary="Alerts, newest first.", query={**FILTERS, **PAGING}, is_list=True
    ),
    Operation(
        method="get",
        path="/alerts/{id}",
        name="alert",
        summary="One alert, as it stands on its topic, with `watchlists` where somebody may be on one.",
        answers="Alert",
    ),
    Operation(method="get", path="/stories", name="stories", summary="Stories, newest first.", query=PAGING, is_list=True),
    Operation(method="get", path="/stories/{id}", name="story", summary="One story, without its index."),
    Operation(
        method="get", path="/articles", name="articles", summary="Analysed articles, newest first.", query=PAGING, is_list=True
    ),
    Operation(
        method="get", path="/articles/{id}", name="article", summary="What was found in an article, and its text from the log."
    ),
    Operation(method="get", path="/feeds", name="feeds", summary="Feeds as their poller remembers them.", is_list=True),
    Operation(
        method="get",
        path="/dispositions",
        name="dispositions",
        summary="Verdicts, last first.",
        query=PAGING,
        answers="Disposition",
        is_list=True,
    ),
    Operation(
        method="post",
        path="/dispositions",
        name="judge",
        summary="Give a verdict on an alert.",
        body=JUDGING,
        answers="Disposition",
        status=201,
    ),
    Operation(
        method="get", path="/silences", name="silences", summary="Silences, ended ones too.", answers="Silence", is_list=True
    ),
    Operation(method="post", path="/silences", name="mute", summary="Make a silence.", body=MUTING, answers="Silence", status=201),
    Operation(
        method="delete",
        path="/silences/{id}",
        name="unmute",
        summary="End a silence now.",
        query={"author": "Who ends it, where the request does not say it."},
        answers="Silence",
    ),
    Operation(
        method="get", path="/rules", name="rules", summary="How right each rule is, by the last verdicts on alerts.", is_list=True
    ),
    Operation(
        method="get",
        path="/stream",
        name="stream",
        summary="Alerts as they change, as server-sent events; Last-Event-ID goes on where a client was.",
        query={name: words for name, words in FILTERS.items() if name in NAMES},
        media_type="text/event-stream",
    ),
)
EXPORTS = operations({**FILTERS, **PAGING})
OPERATIONS = (*OWN, *EXPORTS)


def answer(request: Request, body: Any, status: int = 200) -> Response:
    """Return a JSON answer with an ETag, or 304 where the client has it already."""
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"etag": etag, "cache-control": "private, no-cache"}
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    if status == 200 and (etag in known or "*" in known):
        return Response(status_code=304, headers=headers)
    return Response(content, status, headers, "application/json")


class Api:
    """Answers the operations of the table."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[Route]:
        """Return a route for each operation."""
        own = [
            Route(operation.path, getattr(self, operation.name), methods=[operation.method.upper()], name=operation.name)
            for operation in OWN
        ]
        return [*own, *Exports(self._site).api_routes()]

    @property
    def _database(self) -> sqlite3.Connection:
        return self._site.reader.database

    def openapi(self, request: Request) -> Response:
        """The document."""
        return answer(request, document(OPERATIONS, version("sanctionwire")))

    def alerts(self, request: Request) -> Response:
        """A page of alerts."""
        wanted = filter_of(request)
        page = queries.alerts_page(
            self._database, wanted, before=cursor(request, "before"), size=limit_of(request), is_over=self._site.until_late()
        )
        items = [{**row.summary, "href": f"{PREFIX}/alerts/{row.summary['id']}"} for row in page.rows]
        return answer(request, _page("alerts", items, params_of(wanted), request, page.older))

    def alert(self, request: Request) -> Response:
        """One alert."""
        found = queries.alert(self._database, request.path_params["id"])
        if found is None:
            raise ProblemError(404, "No alert has this id.")
        watched = [as_dict(match) for match in self._site.watch.matches(found.alert)]
        return answer(request, to_dict(found.alert) | ({"watchlists": watched} if watched else {}))

    def stories(self, request: Request) -> Response:
        """A page of stories."""
        return self._timed(request, "stories", queries.stories_page, "id")

    def story(self, request: Request) -> Response:
        """One story."""
        return self._one(request, queries.story(self._database, request.path_params["id"]), "story")

    def articles(self, request: Request) -> Response:
        """A page of articles."""
        return self._timed(request, "articles", queries.articles_page, "article_id")

    def article(self, request: Request) -> Response:
        """One article with its text, null where the log has it no more."""
        found = queries.article(self._database, request.path_params["id"])
        told = None if found is None else self._site.article_at(found["position"])
        text = told.text if told is not None and found is not None and told.id == found["article_id"] else None
        return self._one(request, None if found is None else {**found, "text": text}, "article")

    def feeds(self, request: Request) -> Response:
        """The feeds."""
        return answer(request, {"items": list(self._site.feeds()), "next": None})

    def dispositions(self, request: Request) -> Response:
        """A page of verdicts."""
        size = limit_of(request)
        page = queries.dispositions_page(self._database, cursor(request, "before"), size + 1)
        place = page[size - 1][0] if len(page) > size else None
        return answer(request, _page("dispositions", [value for _, value in page[:size]], [], request, place))

    async def judge(self, request: Request) -> Response:
        """Take a verdict."""
        given = await self._body(request)
        return await run_in_threadpool(self._judge, request, given)

    def _judge(self, request: Request, given: Mapping[str, Any]) -> Response:
        fields = {name: str(value) for name, value in given.items() if isinstance(value, str | int)}
        found = queries.alert(self._database, fields.get("alert_id", ""))
        if found is None:
            raise ProblemError(422, "alert_id is the id of an alert.")
        try:
            made = take_verdict(self._site, found.alert, fields, person(request).name, fields.get("alert_version", ""))
        except ValueError as error:
            raise ProblemError(422, f"{error}.") from error
        return answer(request, to_dict(made), 201)

    def silences(self, request: Request) -> Response:
        """The silences."""
        return answer(request, {"items": [to_dict(one) for one in queries.silences(self._database)], "next": None})

    async def mute(self, request: Request) -> Response:
        """Take a silence."""
        given = await self._body(request)
        return await run_in_threadpool(self._mute, request, given)

    def _mute(self, request: Request, given: Mapping[str, Any]) -> Response:
        fields = {name: str(value) for name, value in given.items() if isinstance(value, str | int | float)}
        try:
            made = silence_given(fields, person(request).name, self._site.now())
        except ValueError as error:
            raise ProblemError(422, f"{error}.") from error
        self._site.writer.write(SILENCES, made)
        return answer(request, to_dict(made), 201)

    def unmute(self, request: Request) -> Response:
        """End a silence."""
        self._refuse_other_sites(request)
        by = person(request).name or request.query_params.get("author", "")
        return answer(request, to_dict(end_silence(self._site, request.path_params["id"], by)))

    def rules(self, request: Request) -> Response:
        """The precision of each rule in the field."""
        return answer(request, {"items": [asdict(one) for one in scores(queries.verdicts_by_rule(self._database))], "next": None})

    async def stream(self, request: Request) -> Response:
        """Alerts as they change."""
        wanted = filter_of(request)
        if wanted.words or wanted.since or wanted.until:
            raise ProblemError(400, "A stream is filtered by labels, not by q, since or until.")
        if self._site.hub.is_full:
            raise ProblemError(503, "As many listen as can.", {"retry-after": "10"})
        last = request.headers.get("last-event-id", "")
        had = int(last) if last.isdigit() and len(last) < 18 else None
        events = self._site.hub.events(wanted, had, lambda revision: run_in_threadpool(self._missed, revision))
        return StreamingResponse(events, media_type="text/event-stream", headers={"x-accel-buffering": "no"})

    def _missed(self, revision: int) -> Sequence[Changed]:
        """Return what a client missed first; one whose revision is not of this read model has missed nothing that we know of."""
        return [Changed(*row) for row in queries.changes_after(self._database, revision, MISSED_AT_A_TIME)]

    async def _body(self, request: Request) -> Mapping[str, Any]:
        """Return the JSON object that was sent.

        Raises:
            ProblemError: it is none, or another site's page may have sent it.
        """
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise ProblemError(415, "Send application/json.")
        self._refuse_other_sites(request)
        try:
            given = json.loads(await request.body())
        except (ValueError, RecursionError) as error:
            raise ProblemError(400, "The body is no JSON.") from error
        if not isinstance(given, dict):
            raise ProblemError(400, "The body is a JSON object.")
        return given

    def _refuse_other_sites(self, request: Request) -> None:
        if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            raise ProblemError(403, "Another site's page may not write here.")

    def _one(self, request: Request, found: Mapping[str, Any] | None, what: str) -> Response:
        if found is None:
            raise ProblemError(404, f"No {what} has this id.")
        return answer(request, found)

    def _timed(
        self,
        request: Request,
        name: str,
        page_of: Callable[[sqlite3.Connection, tuple[int, str] | None, int], list[tuple[int, queries.Json]]],
        id_name: str,
    ) -> Response:
        size = limit_of(request)
        rows = page_of(self._database, _place(request), size + 1)
        place = f"{rows[size - 1][0]}.{rows[size - 1][1][id_name]}" if len(rows) > size else None
        return answer(request, _page(name, [value for _, value in rows[:size]], [], request, place))


def _place(request: Request) -> tuple[int, str] | None:
    text = request.query_params.get("before", "")
    ms, _, id_ = text.partition(".")
    if not text:
        return None
    if not (ms.isascii() and ms.isdigit() and len(ms) < 18 and id_):
        raise ProblemError(400, "before is a cursor that a page has given.")
    return int(ms), id_


def _page(
    name: str, items: Sequence[Mapping[str, Any]], kept: Sequence[tuple[str, str]], request: Request, place: int | str | None
) -> Mapping[str, Any]:
    given = [("limit", request.query_params["limit"])] if "limit" in request.query_params else []
    following = None if place is None else f"{PREFIX}/{name}?{urlencode([*kept, *given, ('before', str(place))])}"
    return {"items": list(items), "next": following}
