"""The alerts of a filter as feeds and files: `/feed.atom` and `/feed.rss` for feed readers, all formats below `/api/v1`.

Each holds a page of alerts, newest first, and where there are more a `Link` header names the next one (RFC 8288). Every answer has
an ETag. `Last-Modified` is when this process first saw the read model as it is now, so whatever changes an answer moves it; it is
sent once a second has passed since, as a later change within that second would not be seen.
"""

import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.messages.alert import Alert
from connectors.subscribers.exports.common import Setting
from connectors.subscribers.exports.formats import FORMATS, Format
from connectors.subscribers.readmodel import queries
from connectors.subscribers.readmodel.filters import Filter, params_of
from connectors.subscribers.web.export_links import API_PATHS, FEED_PATHS
from connectors.subscribers.web.guard import is_secure
from connectors.subscribers.web.openapi import Operation
from connectors.subscribers.web.pages import cursor, filter_of
from connectors.subscribers.web.problems import ProblemError
from connectors.subscribers.web.site import Site


def operations(query: Mapping[str, str]) -> tuple[Operation, ...]:
    """Return the rows that these addresses have in the API's table.

    Args:
        query: the parameters of a list of alerts.
    """
    return tuple(
        Operation(
            method="get",
            path=API_PATHS[row.name],
            name=f"export_{row.name}",
            summary=f"Alerts as {row.words}, newest first; a Link header names the next page.",
            query=dict(query),
            media_type=row.media_type,
        )
        for row in FORMATS.values()
    )


def limit_of(request: Request) -> int:
    """Return how many rows are asked for.

    Raises:
        ProblemError: more than are given at once, or no number.
    """
    text = request.query_params.get("limit", str(queries.PAGE_SIZE))
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 0 < int(text) <= queries.MAX_PAGE_SIZE):
        raise ProblemError(400, f"limit is 1 to {queries.MAX_PAGE_SIZE}.")
    return int(text)


class Exports:
    """Answers these addresses."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._seen = Seen()

    def feed_routes(self) -> list[Route]:
        """Return the routes of the page's feeds."""
        return [Route(path, self._endpoint(FORMATS[name])) for name, path in FEED_PATHS.items()]

    def api_routes(self) -> list[Route]:
        """Return the routes of the API, without its prefix."""
        return [Route(path, self._endpoint(FORMATS[name]), name=f"export_{name}") for name, path in API_PATHS.items()]

    def _endpoint(self, row: Format) -> Callable[[Request], Response]:
        def endpoint(request: Request) -> Response:
            return self.answer(request, row)

        return endpoint

    def answer(self, request: Request, row: Format) -> Response:
        """Return a page of alerts in a format, or 304 where the client has it already."""
        wanted, database, now = filter_of(request), self._site.reader.database, self._site.now()
        modified = self._seen.at(queries.revision(database), now)
        page = queries.alerts_page(database, wanted, before=cursor(request, "before"), size=limit_of(request))
        alerts = queries.messages(database, [listed.summary["id"] for listed in page.rows])
        body = written(row, alerts, self._setting(request, wanted))
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {"etag": etag, "cache-control": "private, no-cache", **_dated(modified, now), **_next(request, page.older)}
        if is_known(request, etag, modified):
            return Response(status_code=304, headers=headers)
        if not row.is_feed:
            headers["content-disposition"] = f'attachment; filename="{row.file_name}"'
        return Response(body, 200, headers, row.media_type)

    def _setting(self, request: Request, wanted: Filter) -> Setting:
        scheme = "https" if is_secure(self._site.access, request) else "http"
        page = f"{scheme}://{request.headers.get('host', '')}"
        query = urlencode(params_of(wanted))
        path = f"{page}{request.url.path}"
        return Setting(names=self._site.names, page=page, query=query, address=f"{path}?{query}" if query else path)


class Seen:
    """When each state of the read model was first seen here."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._revision = -1
        self._at = datetime(1970, 1, 1, tzinfo=UTC)

    def at(self, revision: int, now: datetime) -> datetime:
        """Return when this revision was first seen, to the second below."""
        with self._lock:
            if revision != self._revision:
                self._revision, self._at = revision, now.astimezone(UTC).replace(microsecond=0)
            return self._at


def written(row: Format, alerts: Iterable[Alert], setting: Setting) -> bytes:
    """Return alerts in a format.

    Raises:
        ProblemError: the library that writes it is not installed.
    """
    try:
        return b"".join(row.write(alerts, setting))
    except ModuleNotFoundError as error:
        raise ProblemError(501, "This needs the extra [export] here: pip install 'sanctionwire[export]'.") from error


def is_known(request: Request, etag: str, modified: datetime) -> bool:
    """Say whether the client has this answer: by its tag, and without one by its time (RFC 9110, section 13.2.2)."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return etag in known or "*" in known
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except (ValueError, OverflowError):
        return False
    return since.tzinfo is not None and modified <= since


def _dated(modified: datetime, now: datetime) -> dict[str, str]:
    is_over = now - modified >= timedelta(seconds=1)
    return {"last-modified": format_datetime(modified, usegmt=True)} if is_over else {}


def _next(request: Request, place: int | None) -> dict[str, str]:
    if place is None:
        return {}
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "before"]
    return {"link": f'<{request.url.path}?{urlencode([*kept, ("before", str(place))])}>; rel="next"'}
