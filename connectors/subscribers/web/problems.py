"""Errors as answers: RFC 9457 `application/problem+json` for programs, a page with the next step for people."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import JSONResponse, Response


class ProblemError(Exception):
    """A request that cannot be answered as asked.

    Attributes:
        status: the HTTP status.
        detail: what is wrong, and what would be right.
        headers: to send along.
    """

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})

    @property
    def title(self) -> str:
        """The status in words."""
        return HTTPStatus(self.status).phrase


def as_json(problem: ProblemError, path: str) -> Response:
    """Return the answer for programs."""
    body = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": path,
    }
    return JSONResponse(body, problem.status, problem.headers, media_type="application/problem+json")
