"""The application: which address leads to which page, and how an error becomes an answer."""

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from connectors.errors import BrokerError
from connectors.subscribers.web.api import Api
from connectors.subscribers.web.export_links import FEED_PATHS
from connectors.subscribers.web.exports import Exports
from connectors.subscribers.web.forms import Forms
from connectors.subscribers.web.guard import Guard
from connectors.subscribers.web.limits import READS, Rate
from connectors.subscribers.web.pages import HERE, Pages
from connectors.subscribers.web.problems import ProblemError, as_json
from connectors.subscribers.web.site import Site

FOR_PROGRAMS = ("/api/", *FEED_PATHS.values())  # where an error is answered as JSON, and never by a page


def make_app(site: Site, reads: Rate = READS) -> Starlette:
    """Return the application of a site; `reads` is how often one visitor may read."""
    pages = Pages(site)
    forms = Forms(site, pages)

    def answer(request: Request, problem: ProblemError) -> Response:
        if request.url.path.startswith(FOR_PROGRAMS):
            return as_json(problem, request.url.path)
        if problem.status == 401 and request.method == "GET" and site.access.tokens:
            return RedirectResponse("/login", 303)
        if not hasattr(request.state, "person"):
            return as_json(problem, request.url.path)
        return pages.problem(request, problem)

    async def on_problem(request: Request, error: Exception) -> Response:
        problem = error if isinstance(error, ProblemError) else ProblemError(500, "A defect of ours; please report it.")
        return await run_in_threadpool(answer, request, problem)

    async def on_http(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        detail = "Nothing is here." if status == 404 else "That cannot be done here."
        return await on_problem(request, ProblemError(status, detail))

    async def on_broker(request: Request, error: Exception) -> Response:
        return await on_problem(request, ProblemError(503, f"Kafka did not take it: {error}"))

    def log_in_page(request: Request) -> Response:
        return pages.render(request, "login.html", told="")

    routes = [
        Route("/", pages.alerts),
        Route("/alerts/{alert_id}", pages.alert),
        Route("/alerts/{alert_id}/raw", pages.raw),
        Route("/alerts/{alert_id}/verdict", forms.judge, methods=["POST"]),
        Route("/articles/{article_id}", pages.article),
        Route("/overview", pages.overview),
        Route("/feeds", pages.feeds),
        Route("/verdicts", pages.verdicts),
        Route("/trail", pages.trail),
        Route("/silences", pages.silences),
        Route("/silences", forms.mute, methods=["POST"]),
        Route("/silences/{silence_id}/end", forms.unmute, methods=["POST"]),
        Route("/login", log_in_page),
        Route("/login", forms.log_in, methods=["POST"]),
        Route("/logout", forms.log_out, methods=["POST"]),
        *Exports(site).feed_routes(),
        Mount("/api/v1", routes=Api(site).routes()),
        Mount("/static", StaticFiles(directory=HERE / "static"), name="static"),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(Guard, access=site.access, answer=answer, clock=lambda: site.now().timestamp(), reads=reads)],
        exception_handlers={
            ProblemError: on_problem,
            HTTPException: on_http,
            BrokerError: on_broker,
            Exception: on_problem,
        },
    )
