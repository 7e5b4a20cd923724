"""The pages: each gathers what its template shows. Nothing here depends on JavaScript."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from connectors.messages.silence import Silence
from connectors.subscribers.dispositions import like_it, scores
from connectors.subscribers.labels import NAMES, labels
from connectors.subscribers.matchers import shown
from connectors.subscribers.plain import plain
from connectors.subscribers.readmodel import queries
from connectors.subscribers.readmodel.filters import CHOICES, Filter, FilterError, params_of, read_filter
from connectors.subscribers.readmodel.rows import DAY_SECS, first_place, time_at
from connectors.subscribers.silences import is_active, is_muted, is_usable
from connectors.subscribers.web import charts, present
from connectors.subscribers.web.access import form_token
from connectors.subscribers.web.export_links import export_links
from connectors.subscribers.web.guard import FORM_COOKIE, is_secure
from connectors.subscribers.web.problems import ProblemError
from connectors.subscribers.web.site import Site, form_cookie, person
from connectors.subscribers.web.trail import trail
from connectors.watchlists.base import NOBODY, names_of

HERE = Path(__file__).parent
SPANS = (7, 30, 90)
LISTED_PARTIES = 160
LIKE_IT = 5
ARTICLE_LIMIT = 40_000
SPARK_DAYS = 14
TRAIL = 200
NAVIGATION = (
    ("/", "Alerts", "a"),
    ("/overview", "Overview", "o"),
    ("/feeds", "Feeds", "f"),
    ("/silences", "Silences", "s"),
    ("/verdicts", "Verdicts", "v"),
)
DURATIONS = ((1, "1 hour"), (8, "8 hours"), (24, "1 day"), (72, "3 days"), (168, "1 week"), (720, "30 days"))
VERDICTS = (
    ("true", "True", "the words say it"),
    ("false", "False", "the words do not say it"),
    ("duplicate", "Duplicate", "another alert tells it"),
    ("irrelevant", "Irrelevant", "true, and of no use"),
)


def environment() -> Environment:
    """Return the templates: everything is escaped, and a name that is not given is an error."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"navigation": NAVIGATION, "kind_words": present.KIND_WORDS}
    made.filters |= {"plain": plain, "when": _when, "measure": present.measure_words}
    return made


def _when(text: str) -> str:
    """Return a time as people write it."""
    return datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M UTC")


def cursor(request: Request, name: str) -> int | None:
    """Return a cursor of the URL.

    Raises:
        ProblemError: it is none.
    """
    text = request.query_params.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise ProblemError(400, f"{name} is a cursor that a page has given.")
    return int(text)


def filter_of(request: Request) -> Filter:
    """Return the filter of the URL.

    Raises:
        ProblemError: a value is none that its filter knows.
    """
    try:
        return read_filter(request.query_params.multi_items())
    except FilterError as error:
        raise ProblemError(400, f"{error}.") from error


class Pages:
    """Makes the pages of a site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._templates = environment()

    def render(self, request: Request, template: str, status: int = 200, **shown: Any) -> Response:
        """Return a page; a new visitor gets the cookie that forms are bound to."""
        cookie, site, who = form_cookie(request), self._site, person(request)
        text = self._templates.get_template(template).render(
            **shown,
            path=request.url.path,
            person=who,
            token=form_token(site.access, cookie, who),
            backlog=site.backlog(),
            can_log_out=bool(site.access.tokens) and bool(who.name),
        )
        response = HTMLResponse(text, status)
        response.set_cookie(FORM_COOKIE, cookie, httponly=True, samesite="lax", secure=is_secure(site.access, request), path="/")
        return response

    def problem(self, request: Request, problem: ProblemError) -> Response:
        """Return the page of an error."""
        response = self.render(request, "problem.html", problem.status, problem=problem)
        response.headers.update(problem.headers)
        return response

    def alerts(self, request: Request) -> Response:
        """The list."""
        wanted, site, database = filter_of(request), self._site, self._site.reader.database
        page = queries.alerts_page(
            database, wanted, before=cursor(request, "before"), after=cursor(request, "after"), is_over=site.until_late()
        )
        now = site.now()
        base = params_of(wanted)
        return self.render(
            request,
            "alerts.html",
            wanted=wanted,
            choices=CHOICES,
            chips=chips(wanted),
            rows=[present.row(one.summary, now) for one in page.rows],
            muted=self.muted([one.summary["id"] for one in page.rows]),
            older=_link(base, "before", page.older),
            newer=_link(base, "after", page.newer),
            searched_to="" if page.searched_to is None else time_at(page.searched_to).isoformat(),
            is_upwards=request.query_params.get("after") is not None,
            is_first=request.query_params.get("before") is None and request.query_params.get("after") is None,
            parties=queries.parties(database, LISTED_PARTIES),
            watchlists=site.watchlists,
            recent=queries.recent_count(database, first_place(now - timedelta(days=1))),
            stream=f"/api/v1/stream?{urlencode([pair for pair in base if pair[0] not in ('q', 'since', 'until')])}",
            exports=export_links(wanted),
            since=dict(base).get("since", ""),
            until=dict(base).get("until", ""),
        )

    def muted(self, ids: Sequence[str]) -> Mapping[str, Silence]:
        """Return which of these alerts a silence mutes now, and which silence that is."""
        now, database = self._site.now(), self._site.reader.database
        active = [one for one in queries.silences(database, int(now.timestamp() * 1000)) if is_usable(one)]
        by_lists = any(matcher.name == "watchlist" for one in active for matcher in one.matchers)
        watch = self._site.watch if by_lists else NOBODY
        found = {
            alert.id: is_muted(labels(alert, names_of(watch.matches(alert))), active, now)
            for alert in queries.messages(database, ids if active else ())
        }
        return {id_: silence for id_, silence in found.items() if silence is not None}

    def silences(self, request: Request, *, told: str = "", status: int = 200) -> Response:
        """What is muted, and a form for more."""
        now = self._site.now()
        shown_ = [
            {
                "id": silence.id,
                "matchers": plain(shown(silence.matchers), 400),
                "author": silence.author,
                "comment": silence.comment,
                "starts_at": silence.starts_at.isoformat(),
                "ends_at": (silence.expired_at or silence.ends_at).isoformat(),
                "is_active": is_active(silence, now),
                "expired_by": silence.expired_by,
            }
            for silence in queries.silences(self._site.reader.database)
        ]
        return self.render(request, "silences.html", status, silences=shown_, durations=DURATIONS, labels=NAMES, told=told)

    def alert(self, request: Request, *, told: str = "", status: int = 200) -> Response:
        """One alert in full."""
        site, database = self._site, self._site.reader.database
        found = queries.alert(database, request.path_params["alert_id"])
        if found is None:
            raise ProblemError(404, "No alert has this id; alerts are kept for 90 days.")
        alert, now = found.alert, site.now()
        others = queries.alerts_page(database, like(alert.kind, found.summary), size=LIKE_IT + 1, is_over=site.until_late()).rows
        return self.render(
            request,
            "alert.html",
            status,
            alert=alert,
            row=present.row(found.summary, now),
            roles=present.roles(alert, site.names),
            quotes=present.quotes(alert),
            sources=present.sources(alert, now),
            timeline=present.timeline(alert),
            contests=present.contests(alert, site.names),
            watched=present.watched(site.watch.matches(alert)),
            severity_bars=present.bars(alert.severity_terms),
            confidence_bars=present.bars(alert.confidence_terms),
            related=self._rows(alert.related, now),
            followed_by=self._rows((*alert.followed_by, *([alert.superseded_by] if alert.superseded_by else [])), now),
            like_it=[present.row(one.summary, now) for one in others if one.summary["id"] != alert.id][:LIKE_IT],
            stories=[story for story in (queries.story(database, id_) for id_ in alert.story_ids[:10]) if story is not None],
            verdicts=found.dispositions,
            choices=VERDICTS,
            muted=self.muted([alert.id]).get(alert.id),
            durations=DURATIONS,
            like_it_matchers=like_it(alert, with_rules=False),
            raw=present.raw_text(alert),
            told=told,
            false_mutes=site.false_mutes,
            last_author=found.dispositions[0]["author"] if found.dispositions else "",
        )

    def _rows(self, ids: tuple[str, ...], now: datetime) -> list[dict[str, Any]]:
        return [present.row(summary, now) for summary in queries.summaries(self._site.reader.database, ids[:20])]

    def raw(self, request: Request) -> Response:
        """The message as it came."""
        found = queries.alert(self._site.reader.database, request.path_params["alert_id"])
        if found is None:
            raise ProblemError(404, "No alert has this id; alerts are kept for 90 days.")
        return Response(found.raw, media_type="application/json")

    def article(self, request: Request) -> Response:
        """The text of an article, from the log, with what was found in it marked where it stands."""
        found = queries.article(self._site.reader.database, request.path_params["article_id"])
        if found is None:
            raise ProblemError(404, "No article has this id; analyses are kept for 30 days.")
        article = self._site.article_at(found["position"])
        is_it = article is not None and article.id == found["article_id"]
        text = article.text[:ARTICLE_LIMIT] if article is not None and is_it else ""
        return self.render(
            request,
            "article.html",
            found=found,
            url=present.link(found["url"]),
            paragraphs=paragraphs(text, found["signals"]),
            alerts=self._rows(tuple(found["alert_ids"]), self._site.now()),
            is_cut=article is not None and len(article.text) > ARTICLE_LIMIT,
        )

    def overview(self, request: Request) -> Response:
        """Who threatens whom, and when."""
        text = request.query_params.get("days", "30")
        days = int(text) if text in {str(span) for span in SPANS} else 30
        database, today = self._site.reader.database, int(self._site.now().timestamp()) // DAY_SECS
        asked = request.query_params.get("family", "")
        family = asked if asked in CHOICES["family"] else ""
        pairs = queries.pairs_since(database, today - days + 1, family)
        matrix = charts.matrix(pairs)
        return self.render(
            request,
            "overview.html",
            days=days,
            spans=SPANS,
            family=family,
            families=CHOICES["family"],
            matrix=matrix,
            names=queries.party_names(database, {*matrix.senders, *matrix.targets}),
            line=charts.time_line(queries.days_since(database, today - days + 1), today, days),
            since=charts.date_of(today - days + 1),
            size=(charts.CELL, charts.LEFT, charts.TOP, charts.WIDTH, charts.HEIGHT, charts.FLOOR),
        )

    def feeds(self, request: Request) -> Response:
        """The feeds as their poller remembers them, and the outlets as the topics show them."""
        now, database = self._site.now(), self._site.reader.database
        today = int(now.timestamp()) // DAY_SECS
        outlets = []
        for outlet, amount, last_ms in queries.outlets(database):
            by_day = queries.outlet_days(database, outlet, today - SPARK_DAYS + 1)
            outlets.append(
                {
                    "outlet": outlet,
                    "amount": amount,
                    "age": present.age(_iso(last_ms, now), now),
                    "spark": charts.spark(by_day, today, SPARK_DAYS),
                    "a_day": present.figure(sum(by_day.get(today - number, 0) for number in range(1, 8)) / 7),
                }
            )
        feeds = [present.feed(feed, now) for feed in self._site.feeds()]
        return self.render(request, "feeds.html", feeds=feeds, outlets=outlets, spark_days=SPARK_DAYS)

    def verdicts(self, request: Request) -> Response:
        """What analysts said, and how right each rule was."""
        database = self._site.reader.database
        page = queries.dispositions_page(database, cursor(request, "before"), queries.PAGE_SIZE)
        return self.render(
            request,
            "verdicts.html",
            rules=scores(queries.verdicts_by_rule(database)),
            verdicts=[value for _, value in page],
            older=f"/verdicts?before={page[-1][0]}" if len(page) == queries.PAGE_SIZE else "",
            headlines=self._headlines({value["alert_id"] for _, value in page}),
        )

    def trail(self, request: Request) -> Response:
        """Who did what: verdicts and silences, last first."""
        database = self._site.reader.database
        verdicts = [value for _, value in queries.dispositions_page(database, None, TRAIL)]
        steps = trail(verdicts, queries.silences(database))[:TRAIL]
        return self.render(request, "trail.html", steps=steps, headlines=self._headlines({step.alert_id for step in steps}))

    def _headlines(self, ids: Iterable[str]) -> dict[str, str]:
        """Return the headlines of those of the alerts that are still kept."""
        return {summary["id"]: summary["headline"] for summary in queries.summaries(self._site.reader.database, ids)}


def like(kind: str, summary: Mapping[str, Any]) -> Filter:
    """Return the filter of alerts of the same kind between the same parties."""
    parties = [
        (role, (str(summary[f"{role}s"][0]["id"] or summary[f"{role}s"][0]["name"]),))
        for role in ("sender", "target")
        if summary[f"{role}s"]
    ]
    return Filter(labels=(("kind", (kind,)), *parties))


def chips(wanted: Filter) -> list[tuple[str, str]]:
    """Return (words, link without it) of each filter that is on."""
    pairs = params_of(wanted)
    return [(_words(name, value), _link([pair for pair in pairs if pair != (name, value)], "", None)) for name, value in pairs]


def _words(name: str, value: str) -> str:
    if name == "q":
        return f"“{plain(value, 60)}”"
    if name == "kind":
        return present.KIND_WORDS[value]
    shown = present.measure_words(value) if name == "measure" else plain(value, 60)
    return f"{ {'outlets': 'independent outlets at least'}.get(name, name) }: {shown}"


def _link(pairs: list[tuple[str, str]], name: str, place: int | None) -> str:
    if name and place is None:
        return ""
    query = urlencode([*pairs, *([(name, str(place))] if name else [])])
    return f"/?{query}" if query else "/"


def _iso(ms: int, now: datetime) -> str:
    return datetime.fromtimestamp(ms / 1000, now.tzinfo).isoformat()


def paragraphs(text: str, signals: list[dict[str, Any]]) -> list[list[tuple[str, str]]]:
    """Return the paragraphs of an article as (text, kind of the signal whose quote it is, or empty).

    Args:
        text: the article's, as it was analysed.
        signals: as an analysis has them.
    """
    spans: list[tuple[int, int, str]] = []
    for signal in sorted(signals, key=lambda one: (one["kind"] in ("mention", "question"), one["evidence"]["start"])):
        start, end = signal["evidence"]["start"], signal["evidence"]["end"]
        if all(end <= other or start >= until for other, until, _ in spans):
            spans.append((start, end, signal["kind"]))
    pieces, at = [], 0
    for start, end, kind in sorted(spans):
        pieces += [(text[at:start], ""), (text[start:end], kind)]
        at = max(at, end)
    pieces.append((text[at:], ""))
    found: list[list[tuple[str, str]]] = [[]]
    for piece, kind in pieces:
        for number, part in enumerate(piece.split("\n\n")):
            if number:
                found.append([])
            shown = plain(part, ARTICLE_LIMIT)
            if shown:
                found[-1].append((shown, kind))
    return [paragraph for paragraph in found if paragraph]
