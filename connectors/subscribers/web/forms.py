"""What people send: verdicts, silences, and their token when they log in. Each form is checked to come from our page."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from connectors.messages.alert import Alert
from connectors.messages.disposition import Disposition
from connectors.messages.silence import Silence
from connectors.subscribers.dispositions import disposition_of, muting
from connectors.subscribers.readmodel import queries
from connectors.subscribers.silences import expired, silence_of
from connectors.subscribers.web.access import by_token, is_form_ours, session_of
from connectors.subscribers.web.guard import FORM_COOKIE, SESSION_COOKIE, cookie_of, is_secure
from connectors.subscribers.web.pages import Pages
from connectors.subscribers.web.problems import ProblemError
from connectors.subscribers.web.site import Site, person
from connectors.topics import DISPOSITIONS, SILENCES

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


def mute_like_it(site: Site, alert: Alert, disposition: Disposition) -> None:
    """Write the silence that a verdict makes, if it makes one and the configuration wants it."""
    made = muting(alert, disposition, site.episode_gap_hours) if site.false_mutes else None
    if made is not None:
        site.writer.write(SILENCES, made)


def take_verdict(site: Site, alert: Alert, given: Mapping[str, str], name: str, version: str) -> Disposition:
    """Write the verdict that somebody gives, and what it mutes, and return it.

    Args:
        site: where it is given.
        alert: the alert.
        given: `verdict`, `reason`, and `author` where nobody is told apart.
        name: who judges, empty where nobody is told apart.
        version: the one that they saw; what is no number stands for the newest.

    Raises:
        ValueError: something is wrong; the text says what.
    """
    seen = int(version) if version.isdigit() and len(version) < 9 else alert.version
    made = disposition_of(alert.id, seen, {**given, "author": name or given.get("author", "")}, site.now())
    site.writer.write(DISPOSITIONS, made)
    mute_like_it(site, alert, made)
    return made


def silence_given(given: Mapping[str, str], name: str, now: datetime) -> Silence:
    """Return the silence that somebody asks for.

    Args:
        given: `matchers`, `hours`, `comment`, and `author` where nobody is told apart.
        name: who asks, empty where nobody is told apart.
        now: when.

    Raises:
        ValueError: something is wrong; the text says what.
    """
    try:
        duration = timedelta(hours=float(given.get("hours", "")))
    except (ValueError, OverflowError) as error:
        raise ValueError("hours is how long it lasts, a number") from error
    return silence_of(given.get("matchers", ""), name or given.get("author", ""), given.get("comment", ""), duration, now)


def end_silence(site: Site, silence_id: str, by: str) -> Silence:
    """End a silence now, and return it; `by` is who ends it, empty where nobody is told apart.

    Raises:
        ProblemError: there is none of this id, or `by` is no name.
    """
    found = queries.silence(site.reader.database, silence_id)
    if found is None:
        raise ProblemError(404, "No silence has this id.")
    try:
        ended = expired(found, site.now(), by.strip() or None)
    except ValueError as error:
        raise ProblemError(422, f"{error}.") from error
    if ended != found:
        site.writer.write(SILENCES, ended)
    return ended


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
        try:
            take_verdict(self._site, found.alert, given, person(request).name, given.get("version", ""))
        except ValueError as error:
            return self._pages.alert(request, told=f"Not taken: {error}.", status=422)
        return RedirectResponse(f"/alerts/{alert_id}#verdicts", SEE_OTHER)

    async def mute(self, request: Request) -> Response:
        """A new silence."""
        given = await fields_of(self._site, request)
        return await run_in_threadpool(self._mute, request, given)

    def _mute(self, request: Request, given: Mapping[str, str]) -> Response:
        try:
            made = silence_given(given, person(request).name, self._site.now())
        except ValueError as error:
            return self._pages.silences(request, told=f"Not taken: {error}.", status=422)
        self._site.writer.write(SILENCES, made)
        return RedirectResponse("/silences", SEE_OTHER)

    async def unmute(self, request: Request) -> Response:
        """A silence is ended before its time."""
        given = await fields_of(self._site, request)
        return await run_in_threadpool(self._unmute, request, given)

    def _unmute(self, request: Request, given: Mapping[str, str]) -> Response:
        end_silence(self._site, request.path_params["silence_id"], person(request).name or given.get("author", ""))
        return RedirectResponse("/silences", SEE_OTHER)

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
            SESSION_COOKIE, session, httponly=True, samesite="lax", secure=is_secure(site.access, request), path="/"
        )
        return response

    async def log_out(self, request: Request) -> Response:
        """The session ends in this browser."""
        await fields_of(self._site, request)
        response = RedirectResponse("/login", SEE_OTHER)
        response.delete_cookie(SESSION_COOKIE, path="/")
        return response
