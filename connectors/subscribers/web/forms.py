"""What people send: verdicts, silences, and their token when they log in. Each form is checked to come from our page."""

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from connectors.subscribers.dispositions import disposition_of
from connectors.subscribers.readmodel import queries
from connectors.subscribers.web.access import by_token, is_form_ours, session_of
from connectors.subscribers.web.guard import FORM_COOKIE, SESSION_COOKIE, cookie_of, is_secure
from connectors.subscribers.web.pages import Pages
from connectors.subscribers.web.problems import ProblemError
from connectors.subscribers.web.site import Site, person
from connectors.topics import DISPOSITIONS

SEE_OTHER = 303


async def fields_of(site: Site, request: Request) -> Mapping[str, str]:
    """Return the fields of a form that was sent from our page.

    Raises:
        ProblemError: it came from elsewhere, or its page is too old.
    """
    form = await request.form(max_files=0, max_fields=50)
    fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    cookie = cookie_of(request.headers, FORM_COOKIE)
    if not is_form_ours(site.access, cookie, person(request), fields.get("token", ""), request.headers.get("sec-fetch-site", "")):
        raise ProblemError(403, "This form is too old, or does not come from here. Go back, reload the page, and send it again.")
    return fields


class Forms:
    """Takes the forms of a site."""

    def __init__(self, site: Site, pages: Pages) -> None:
        self._site = site
        self._pages = pages

    async def judge(self, request: Request) -> Response:
        """A verdict on an alert."""
        given = await fields_of(self._site, request)
        return await run_in_threadpool(self._judge, request, given)

    def _judge(self, request: Request, given: Mapping[str, str]) -> Response:
        alert_id = request.path_params["alert_id"]
        found = queries.alert(self._site.reader.database, alert_id)
        if found is None:
            raise ProblemError(404, "No alert has this id; alerts are kept for 90 days.")
        author = person(request).name or given.get("author", "")
        version = given.get("version", "")
        seen = int(version) if version.isdigit() and len(version) < 9 else found.alert.version
        try:
            disposition = disposition_of(alert_id, seen, {**given, "author": author}, self._site.now())
        except ValueError as error:
            return self._pages.alert(request, told=f"Not taken: {error}.", status=422)
        self._site.writer.write(DISPOSITIONS, disposition)
        return RedirectResponse(f"/alerts/{alert_id}#verdicts", SEE_OTHER)

    async def log_in(self, request: Request) -> Response:
        """Whoever has a token gets a session."""
        site = self._site
        given = await fields_of(site, request)
        who = by_token(site.access, given.get("secret", "").strip())
        if who is None:
            return self._pages.render(request, "login.html", 401, told="No such token.")
        response = RedirectResponse("/", SEE_OTHER)
        session = session_of(site.access, who, site.now().timestamp())
        response.set_cookie(
            SESSION_COOKIE, session, httponly=True, samesite="strict", secure=is_secure(site.access, request), path="/"
        )
        return response

    async def log_out(self, request: Request) -> Response:
        """The session ends in this browser."""
        await fields_of(self._site, request)
        response = RedirectResponse("/login", SEE_OTHER)
        response.delete_cookie(SESSION_COOKIE, path="/")
        return response
