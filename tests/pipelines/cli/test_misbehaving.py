"""What a new user reads of feeds that misbehave: each message names the thing, what is wrong, and the next step."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.config import FeedConfig, FeedsConfig
from connectors.feeds.base import ListPublisher, Outcome
from connectors.feeds.decide import GOOD
from connectors.feeds.poller import Poll
from connectors.feeds.run import run
from pipelines.cli.trials import found_from, line_of_candidate, lines_of, spec_of, trying
from tests.connectors.feeds.misbehaving import CASES, Case, misbehave
from tests.connectors.feeds.servers import Site, serving

AT_ONCE = 20
TIMEOUT_SECS = 12.0  # twenty at once on a busy machine: who drips must be found out before it is over
LEAVE = "127.0.0.1, ::1"  # and 10.0.0.1 is not among them


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FeedsConfig]:
    """Every case as a feed on a host of its own, as all names under `localhost` are this machine."""
    with serving() as site:
        misbehave(site)
        feeds = tuple(feed_of(site, case) for case in CASES)
        state = tmp_path_factory.mktemp("feeds") / "state.sqlite"
        yield FeedsConfig(feed=feeds, state_path=state, timeout_secs=TIMEOUT_SECS, contact="desk@example.org")


def feed_of(site: Site, case: Case) -> FeedConfig:
    name = case.path.strip("/")
    return FeedConfig(id=name, url=f"http://{name}.localhost:{site.port}{case.path}", allow_addresses=LEAVE)


@pytest.fixture(scope="module")
def told(config: FeedsConfig) -> dict[str, str]:
    """What `feeds test` prints of each."""
    with trying(config) as trier, ThreadPoolExecutor(AT_ONCE) as pool:

        def test(feed: FeedConfig) -> str:
            trial = trier.trial(spec_of(feed, config))
            found = found_from(trier, feed) if trial.kind is None and trial.status == 200 else ()
            return "\n".join([*lines_of(trial), *map(line_of_candidate, found)])

        return dict(zip((feed.id for feed in config.feed), pool.map(test, config.feed), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=[case.path for case in CASES])
def test_a_trial_says_what_is_wrong_and_what_to_do(case: Case, told: dict[str, str]) -> None:
    text = told[case.path.strip("/")]
    assert f"a poll would end as {case.outcome}" in text
    assert f".localhost:{text.split('.localhost:')[1].split('/')[0]}{case.path}" in text.splitlines()[0]
    place = 0
    for words in case.words:
        place = text.find(words, place)
        assert place >= 0, f"{words!r} is not in its place in:\n{text}"
    if case.outcome not in GOOD:
        (problem, *_) = [line for line in text.splitlines() if line.startswith("problem")]
        assert "localhost" in problem or "10.0.0.1" in problem or "169.254" in problem
        assert problem.endswith(")"), f"no next step in: {problem}"


@pytest.mark.slow
def test_a_run_takes_what_there_is_tells_the_rest_and_repeats_nothing(config: FeedsConfig, tmp_path: Path) -> None:
    publisher, lines, polls = ListPublisher(), [], dict[str, Poll]()

    def once() -> None:
        stop = threading.Event()
        run(
            replace(config, state_path=tmp_path / "state"),
            publisher,
            stop=stop,
            say=lines.append,
            once=True,
            host_gap_secs=0.0,
            polled=lambda poll: polls.update({poll.feed: poll}),
        )

    once()
    assert {name: str(poll.outcome) for name, poll in polls.items()} == {case.path.strip("/"): str(case.outcome) for case in CASES}
    for case in CASES:
        name = case.path.strip("/")
        assert len([one for one in publisher.articles if one.feed == name]) == case.articles, case.path
        if case.outcome not in GOOD:
            assert [line for line in lines if line.startswith(f"{name}: {case.outcome}: ") and line.endswith(")")], case.path
    before, told = len(publisher.articles), len(lines)
    polls.clear()
    once()
    assert publisher.articles[before:] == []
    assert polls["guids"].outcome is Outcome.NOTHING_NEW
    assert polls["hesitant"].outcome is Outcome.NOT_MODIFIED
    assert polls["gone"].outcome is Outcome.GONE
    for name in ("too-often", "busy"):
        assert name not in polls
        assert any(line.startswith(f"{name}: not polled") for line in lines[told:])
