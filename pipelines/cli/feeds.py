"""`feeds`: the feeds that are polled, tried, added, removed, and carried in and out as OPML."""

import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, get_args

import click

from connectors.config import Config, FeedConfig, FeedKind, FeedsConfig, broken_in_feeds
from connectors.errors import ConfigError, SanctionwireError
from connectors.settings import read_table
from connectors.subscribers.plain import plain
from pipelines.cli.common import Command, config_option, read_feeds_config, say
from pipelines.cli.trials import (
    address_of_feed,
    found_from,
    is_good,
    iso,
    line_of_candidate,
    lines_of,
    lines_of_memory,
    plain_memory,
    plain_trial,
    refuse_failed,
    spec_of,
    trying,
)

if TYPE_CHECKING:
    from connectors.feeds.base import FeedSpec, FeedState
    from connectors.feeds.opml import Outline
    from connectors.feeds.trial import Trier

KINDS = tuple(kind for kind in get_args(FeedKind) if kind != "directory")
MAX_OPML_BYTES = 50 * 1024 * 1024
TRIED_AT_ONCE = 16
KEPT_AT_ONCE = 100
TELLS = 20  # times that a long import says how far it is
WIDTHS = {"id": 28, "kind": 9, "outcome": 14, "last new": 16, "next poll": 16}


@click.group()
def feeds() -> None:
    """See, try, add and remove the feeds that are polled.

    Feeds stand in the configuration, written by people, and in the file [feeds] list_path, which `add`, `remove` and `import` keep.
    """


def feed_options(command: Command) -> Command:
    """Add the options that say what a feed is."""
    for option in (
        click.option("--allow-private-addresses", is_flag=True, help="The feed and its pages may be in a private network."),
        click.option("--no-pages", is_flag=True, help="Take the feed's text; fetch no pages of articles."),
        click.option("--language", metavar="CODE", help="ISO 639-1 code of its articles, where the feed does not say it."),
        click.option("--selector", metavar="CSS", help="Links to articles on a page; implies --kind page."),
        click.option("--kind", type=click.Choice(KINDS), help="What the feed is; without it, found out."),
    ):
        command = option(command)
    return command


@feeds.command("list", epilog="Example: sanctionwire feeds list --config my.toml")
@config_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each feed, a line each.")
def list_feeds(config_path: Path | None, as_json: bool) -> None:  # noqa: FBT001  (click passes by keyword)
    """List the feeds, how each was polled last, and which have fallen silent."""
    config = read_feeds_config(config_path)
    listed = {feed.id for feed in _in_list(config)}
    if not config.feeds.feed:
        say("no feeds; next: sanctionwire feeds add URL")
    if not as_json and config.feeds.feed:
        click.echo("  ".join(name.ljust(width) for name, width in WIDTHS.items()) + "  address")
    for row in rows(config.feeds, listed, str(config.feeds.list_path), datetime.now(UTC)):
        click.echo(json.dumps(row) if as_json else line_of(row))


def rows(config: FeedsConfig, listed: set[str], list_name: str, now: datetime) -> Iterator[dict[str, Any]]:
    """Yield what there is to say of each feed, as JSON-ready values."""
    from connectors.feeds.adaptive import articles_a_day, poll_interval_secs
    from connectors.feeds.expectations import silence_of
    from connectors.feeds.manners import about
    from connectors.feeds.run import specs_of

    with _states(config.state_path) as state_of:
        for spec in specs_of(config):
            state = about(spec, state_of(spec.id))
            silence = silence_of(spec, state, now)
            yield {
                "id": spec.id,
                "url": spec.url or str(spec.path),
                "kind": spec.kind,
                "from": list_name if spec.id in listed else "configuration",
                "last_outcome": str(state.last_outcome) if state.last_outcome is not None else None,
                "last_success_at": iso(state.last_success_at),
                "last_new_at": iso(state.last_new_at),
                "next_due_at": iso(state.next_due_at),
                "poll_interval_secs": poll_interval_secs(state),
                "articles_a_day": articles_a_day(state.rhythm),
                "last_error_at": iso(state.last_error_at),
                "last_error": state.last_error,
                "failures": state.failures,
                "problem": state.last_error if state.failures else "",
                "silent_since": iso(silence.since) if silence is not None else None,
                "expected": silence.expected if silence is not None else None,
            }


def line_of(row: dict[str, Any]) -> str:
    """Return one feed as a line, with a second one for what is wrong."""
    cells = (
        row["id"],
        row["kind"],
        row["last_outcome"] or "never polled",
        _minute(row["last_new_at"]),
        _minute(row["next_due_at"]),
    )
    line = "  ".join(plain(cell, 100).ljust(width) for cell, width in zip(cells, WIDTHS.values(), strict=True))
    line = f"{line}  {plain(row['url'])}"
    if row["silent_since"] is not None:
        line += f"\n  SILENT since {_minute(row['silent_since'])}; expected {row['expected']}"
    return line + (f"\n  failed {row['failures']} times: {plain(row['problem'])}" if row["problem"] else "")


@feeds.command(epilog="Examples: sanctionwire feeds add https://news.example/   sanctionwire feeds add URL --selector 'main h2 a'")
@click.argument("url")
@config_option
@feed_options
@click.option("--id", "feed_id", metavar="NAME", help="Short name of the feed; without it, made of outlet and title.")
@click.option("--expected-every-hours", type=float, metavar="HOURS", help="Hours without anything new that are an alarm.")
@click.option("--no-test", is_flag=True, help="Add it without trying it.")
def add(
    url: str,
    config_path: Path | None,
    kind: FeedKind | None,
    selector: str | None,
    language: str | None,
    no_pages: bool,  # noqa: FBT001
    allow_private_addresses: bool,  # noqa: FBT001
    feed_id: str | None,
    expected_every_hours: float | None,
    no_test: bool,  # noqa: FBT001
) -> None:
    """Try a feed and add it to the list; the next start of `run feeds` polls it.

    URL is the feed's address, or that of a page of the site: its feeds are found from there.
    """
    from connectors.feeds.feed_list import add as add_to_list
    from connectors.feeds.opml import Outline, new_id

    config = read_feeds_config(config_path)
    wanted = _wanted(url, kind, selector, language, no_pages=no_pages, allow_private=allow_private_addresses)
    title = ""
    if not no_test:
        with trying(config.feeds) as trier:
            wanted = replace(wanted, url=address_of_feed(trier, wanted))
            trial = trier.trial(spec_of(wanted, config.feeds), shown=1)
        for line in lines_of(trial):
            say(line)
        title = trial.title
        refuse_failed(trial)
    taken = [feed.id for feed in config.feeds.feed]
    name = feed_id or new_id(Outline(url=wanted.url or "", title=title), taken)
    feed = _checked(replace(wanted, id=name, expected_every_hours=expected_every_hours), config.feeds)
    add_to_list(config.feeds.list_path, [feed])
    click.echo(feed.id)
    say(f"added to {config.feeds.list_path}; a running `run feeds` takes it up when it is started again")


@feeds.command(epilog="Example: sanctionwire feeds remove example-world")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@config_option
def remove(ids: tuple[str, ...], config_path: Path | None) -> None:
    """Remove feeds from the list by their ids; what they brought is still remembered."""
    from connectors.feeds.feed_list import remove as remove_from_list

    config = read_feeds_config(config_path)
    listed = {feed.id for feed in _in_list(config)}
    for name in ids:
        if name not in listed:
            raise _not_listed(name, config, config_path)
    for name in remove_from_list(config.feeds.list_path, ids):
        click.echo(name)


def _not_listed(name: str, config: Config, config_path: Path | None) -> SanctionwireError:
    if any(feed.id == name for feed in config.feeds.feed):
        return SanctionwireError(name, "stands in the configuration", f"delete its [[feeds.feed]] table in {config_path}")
    return SanctionwireError(name, "is no feed", "sanctionwire feeds list shows them")


@feeds.command(epilog="Examples: sanctionwire feeds test https://news.example/   sanctionwire feeds test example-world")
@click.argument("url", metavar="URL|ID")
@config_option
@feed_options
@click.option("--json", "as_json", is_flag=True, help="The findings as one JSON object.")
@click.pass_context
def test(
    context: click.Context,
    url: str,
    config_path: Path | None,
    kind: FeedKind | None,
    selector: str | None,
    language: str | None,
    no_pages: bool,  # noqa: FBT001
    allow_private_addresses: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
) -> None:
    """Try a feed: how it answers, what it is, its newest articles, what is wrong, when the next poll would be and why.

    Nothing is published or remembered. The exit code is 1 if a poll would fail. Of a page that is no feed, its feeds are found; of
    a feed given by its ID, what the poller remembers is told as well.
    """
    config = read_feeds_config(config_path)
    configured = next((feed for feed in config.feeds.feed if feed.id == url), None)
    wanted = configured or _wanted(url, kind, selector, language, no_pages=no_pages, allow_private=allow_private_addresses)
    with trying(config.feeds) as trier:
        trial = trier.trial(spec_of(wanted, config.feeds))
        found = found_from(trier, wanted) if trial.kind is None and trial.status == 200 and wanted.kind == "auto" else ()
    state = _remembered(config.feeds, spec_of(wanted, config.feeds)) if configured is not None else None
    if as_json:
        memory = {"remembered": plain_memory(state)} if state is not None else {}
        click.echo(
            json.dumps(
                {**plain_trial(trial), **memory, "feeds": [asdict(one) | {"newest_at": iso(one.newest_at)} for one in found]}
            )
        )
    else:
        for line in (*lines_of(trial), *lines_of_memory(state), *map(line_of_candidate, found)):
            click.echo(line)
    context.exit(0 if is_good(trial) else 1)


@feeds.command(
    "import", epilog="Examples: sanctionwire feeds import list.opml   cat list.opml | sanctionwire feeds import - --no-test"
)
@click.argument("source", metavar="FILE|-", type=click.File("rb"))
@config_option
@click.option("--no-test", is_flag=True, help="Add all of them without trying them.")
def import_feeds(source: BinaryIO, config_path: Path | None, no_test: bool) -> None:  # noqa: FBT001
    """Add the feeds of an OPML list, those that are known already left out.

    Each is tried first, many hosts at once; one that fails is left out and printed with the reason, and the exit code is 1 then.
    Broken off, an import keeps what it has added; started again, it goes on with the rest.
    """
    from connectors.feeds.canonical import canonical_url, link_key
    from connectors.feeds.opml import read_opml

    config = read_feeds_config(config_path)
    outlines = read_opml(_bounded(source), source.name)
    known = {link_key(canonical_url(feed.url or "")) for feed in config.feeds.feed}
    new = [outline for outline in outlines if link_key(canonical_url(outline.url)) not in known]
    say(f"{len(outlines)} feeds in the list, {len(outlines) - len(new)} known already")
    added, left_out = _import(config, new, no_test=no_test)
    for outline, problem in left_out:
        click.echo(f"{plain(outline.url)}: {plain(problem)}")
    say(f"{added} added to {config.feeds.list_path}, {len(left_out)} left out")
    if added + len(left_out) < len(new):
        raise SanctionwireError(source.name, "was broken off", "start it again to go on with the rest")
    if left_out:
        step = "--no-test adds those too, if they are only away for now"
        raise SanctionwireError(source.name, f"{len(left_out)} of {len(new)} feeds were left out", step)


def _bounded(source: BinaryIO) -> bytes:
    body = source.read(MAX_OPML_BYTES + 1)
    if len(body) > MAX_OPML_BYTES:
        raise SanctionwireError(source.name, f"has more than {MAX_OPML_BYTES} bytes", "split it")
    return body


def _import(config: Config, outlines: "list[Outline]", *, no_test: bool) -> "tuple[int, list[tuple[Outline, str]]]":
    """Add feeds in batches, as their trials end; return how many, and those that failed with the reason."""
    from connectors.feeds.feed_list import add as add_to_list
    from connectors.feeds.opml import feeds_of

    taken = {feed.id for feed in config.feeds.feed}
    waiting: list[Outline] = []
    left_out: list[tuple[Outline, str]] = []
    added = 0

    def keep() -> None:
        nonlocal added
        batch = feeds_of(waiting, taken)
        add_to_list(config.feeds.list_path, batch)
        taken.update(feed.id for feed in batch)
        added += len(batch)
        waiting.clear()

    for done, (outline, problem) in enumerate(_tried(config, outlines, no_test=no_test), start=1):
        if problem:
            left_out.append((outline, problem))
        else:
            waiting.append(outline)
        if len(waiting) >= KEPT_AT_ONCE:
            keep()
        if not no_test and done % max(1, len(outlines) // TELLS) == 0:
            say(f"{done} of {len(outlines)} tried, {len(left_out)} of them fail")
    keep()
    return added, left_out


def _tried(config: Config, outlines: "list[Outline]", *, no_test: bool) -> "Iterator[tuple[Outline, str]]":
    """Yield each feed with what is wrong with it, in the order in which trials end."""
    from connectors.feeds.opml import feeds_of

    if no_test:
        yield from ((outline, "") for outline in outlines)
        return
    with trying(config.feeds) as trier, ThreadPoolExecutor(TRIED_AT_ONCE) as pool:
        jobs = {pool.submit(_problem_of, trier, feeds_of([one], ())[0], config.feeds): one for one in outlines}
        try:
            for job in as_completed(jobs):
                problem = job.result()
                if problem is None:
                    return
                yield jobs[job], problem
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _problem_of(trier: "Trier", feed: FeedConfig, config: FeedsConfig) -> str | None:
    """Return why a poll of a feed would fail, "" when it would not, None when we were asked to stop."""
    from connectors.feeds.failures import StoppedError

    try:
        trial = trier.trial(spec_of(feed, config), shown=0)
    except StoppedError:
        return None
    return "" if is_good(trial) else (trial.problems or (str(trial.outcome),))[0]


@feeds.command(epilog="Example: sanctionwire feeds export > feeds.opml")
@config_option
def export(config_path: Path | None) -> None:
    """Print all feeds that have an address as an OPML list."""
    from connectors.feeds.opml import write_opml

    config = read_feeds_config(config_path)
    sys.stdout.write(write_opml(config.feeds.feed, {}).decode())


def _wanted(
    url: str, kind: FeedKind | None, selector: str | None, language: str | None, *, no_pages: bool, allow_private: bool
) -> FeedConfig:
    """Return the feed that options describe, without an id yet."""
    address = url if "://" in url else f"https://{url}"
    chosen: FeedKind = kind or ("page" if selector is not None else "auto")
    return FeedConfig(
        id="new",
        url=address,
        kind=chosen,
        selector=selector,
        language=language,
        fetch_pages=not no_pages,
        allow_private_addresses=allow_private,
    )


def _checked(feed: FeedConfig, config: FeedsConfig) -> FeedConfig:
    """Return a feed that may stand in the list.

    Raises:
        ConfigError: one of its keys is wrong, or its id or address is known.
    """
    problems: list[str] = []
    given = {name: value for name, value in asdict(feed).items() if value is not None}
    read_table(FeedConfig, given, "", problems)
    problems += [problem.partition("].")[2] for problem in broken_in_feeds(FeedsConfig(feed=(feed,)))]
    problems += [f"id: {feed.id!r} is the id of another feed" for other in config.feed if other.id == feed.id]
    problems += [f"url: is that of the feed {other.id!r}" for other in config.feed if other.url == feed.url]
    if problems:
        raise ConfigError(feed.url or feed.id, tuple(problems), "sanctionwire feeds add --help")
    return feed


def _in_list(config: Config) -> tuple[FeedConfig, ...]:
    from connectors.feeds.feed_list import read_list

    return read_list(config.feeds.list_path)


def _minute(text: str | None) -> str:
    return text[:16].replace("T", " ") if text is not None else "-"


def _remembered(config: FeedsConfig, spec: "FeedSpec") -> "FeedState":
    """Return what the poller remembers of a feed."""
    from connectors.feeds.manners import about

    with _states(config.state_path) as state_of:
        return about(spec, state_of(spec.id))


@contextmanager
def _states(path: Path) -> "Iterator[Callable[[str], FeedState]]":
    """Give what is remembered of a feed; nothing is, and no file is made, before the first poll."""
    from connectors.feeds.base import FeedState
    from connectors.feeds.store import Store

    if not path.exists():
        yield lambda feed: FeedState(feed=feed)
        return
    store = Store(path)
    try:
        yield store.feed
    finally:
        store.close()
