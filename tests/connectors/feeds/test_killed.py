"""`kill -9` at every state between poll, publish and record, in a real process."""

import json
import random
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from connectors.feeds.run import run
from tests.connectors.feeds.documents import PARAGRAPH, item, page, rss
from tests.connectors.feeds.dying import STEPS, config
from tests.connectors.feeds.filing import FilePublisher
from tests.connectors.feeds.servers import Answer, Asked, Site

STATES = {f"{when} {name}" for _, name in STEPS for when in ("before", "after")}
KILLED = -9
MOST_STEPS = 80


def killed_at(step: int, site: Site, path: Path) -> int:
    """Poll in a process that dies at a step; return its exit code."""
    file = path / "articles.jsonl"
    command = [sys.executable, "-m", "tests.connectors.feeds.dying", site.url("/feed"), str(path / "state"), str(file), str(step)]
    return subprocess.run(command, stdout=subprocess.DEVNULL, timeout=60, check=False).returncode


def published(site: Site, path: Path) -> list[tuple[str, int, str]]:
    """Poll once more with nobody dying; return every article of both lives as (id, version, title)."""
    publisher = FilePublisher(path / "articles.jsonl")
    run(
        config(site.url("/feed"), path / "state"),
        publisher,
        stop=threading.Event(),
        say=lambda _: None,
        once=True,
        host_gap_secs=0.0,
    )
    lines = (json.loads(line) for line in (path / "articles.jsonl").read_text().splitlines())
    return [(article_id, version, title) for article_id, version, title, _ in lines]


def conditional(asked: Asked) -> Answer:
    """A feed that answers 304 to whoever has it."""
    if asked.headers.get("if-none-match") == '"1"':
        return Answer(status=304)
    content = rss(item(title="One", link="/1", text="A teaser."), item(title="Two", link=""), item(title="Three", link="/3"))
    return Answer(headers={"ETag": '"1"'}, body=content.encode())


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_killed_at_any_step_nothing_is_lost_and_repeats_have_the_same_key(site: Site, tmp_path: Path) -> None:
    site.answers["/feed"] = conditional
    site.give("/1", page(title="One"))
    site.give("/3", page(title="Three"))
    reached: set[str] = set()
    repeated = 0
    for step in range(1, MOST_STEPS):
        path = tmp_path / str(step)
        path.mkdir()
        code = killed_at(step, site, path)
        found = published(site, path)
        assert {title for _, _, title in found} == {"One", "Two", "Three"}, f"lost at step {step}"
        assert len({article_id for article_id, _, _ in found}) == 3, f"another key at step {step}"
        assert {version for _, version, _ in found} == {1}, f"a new version at step {step}"
        repeated += sum(times - 1 for times in Counter(found).values())
        reached |= set((path / "articles.jsonl.steps").read_text().splitlines()[-1:]) if code == KILLED else set()
        if code == 0:
            break
    assert code == 0
    assert reached >= STATES
    assert repeated > 0
    print(f"{step - 1} deaths in {len(reached)} states: 0 lost, {repeated} repeated under the same key")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_killed_while_a_changed_text_goes_out_it_is_one_further_version_and_no_other(site: Site, tmp_path: Path) -> None:
    """A good life; the feed changes one text, and a page that was away comes back; a death at a drawn step; a last life."""
    dice, repeated, deaths = random.Random(5), 0, 0
    for step in sorted(dice.sample(range(1, 40), 12)):
        path = tmp_path / str(step)
        path.mkdir()
        site.give("/feed", rss(item(title="One", link="/1", text="A teaser."), item(title="Two", link="", guid="2")))
        site.give("/1", "", status=503)
        published(site, path)
        site.give(
            "/feed",
            rss(item(title="One", link="/1", text="A teaser."), item(title="Two", link="", guid="2", text=PARAGRAPH + " More.")),
        )
        site.give("/1", page(title="One"))
        code = killed_at(step, site, path)
        published(site, path)
        found = published(site, path)  # nothing is left to do
        versions = Counter(found)
        assert {(title, version) for _, version, title in versions} == {("One", 1), ("One", 2), ("Two", 1), ("Two", 2)}, (
            f"step {step}"
        )
        assert len({article_id for article_id, _, _ in versions}) == 2, f"another key at step {step}"
        repeated += sum(times - 1 for times in versions.values())
        deaths += code == KILLED
    assert deaths > 6
    print(f"{deaths} deaths while versions went out: 0 lost, {repeated} repeated under the same key and version")
