"""The demonstration, whole: real Kafka, real Beam engine, real processes, and an article of somebody else's."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from connectors.messages.alert import Alert
from connectors.messages.fields import from_dict
from connectors.messages.signal import Actor

SEED = Path(__file__).parents[1] / "data" / "generico-2021-12-31.txt"
LIMIT_SECS = 240
pytestmark = [pytest.mark.e2e, pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(LIMIT_SECS + 60)]


@dataclass(frozen=True)
class Shown:
    """One run of the demonstration: how it ended, what it printed, what it left behind."""

    code: int
    alerts: tuple[Alert, ...]
    narration: str
    files: tuple[str, ...]
    processes: tuple[str, ...]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """The demonstration with the seed article added; of each alert the last version."""
    directory = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "pipelines.cli", "demo", "--json", "--article", str(SEED)]
    env = {**os.environ, "TMPDIR": str(directory)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_SECS, env=env)
    versions = [from_dict(Alert, json.loads(line)) for line in done.stdout.splitlines()]
    return Shown(
        code=done.returncode,
        alerts=tuple({alert.id: alert for alert in sorted(versions, key=lambda alert: alert.version)}.values()),
        narration=done.stderr,
        files=tuple(path.name for path in directory.iterdir()),
        processes=tuple(process.name() for process in psutil.process_iter() if _works_in(process, str(directory))),
    )


def _works_in(process: psutil.Process, directory: str) -> bool:
    """Whether a process belongs to the demonstration that was told to use this folder, and not to another test."""
    try:
        return directory in " ".join([process.environ().get("TMPDIR", ""), *process.cmdline()])
    except psutil.Error:
        return False


def _ids(actors: Sequence[Actor]) -> set[str | None]:
    return {actor.id for actor in actors}


def test_it_can_be_left_up_with_its_alerts_on_a_page(tmp_path: Path) -> None:
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "pipelines.cli", "demo", "--json", "--keep"]
    with (tmp_path / "out").open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE, text=True, env=env)
        assert process.stderr is not None
        line = next(line for line in process.stderr if "open http://" in line)
        with urlopen(re.search(r"http://\S+/", line)[0] + "api/v1/alerts", timeout=10) as answer:  # type: ignore[index]
            kinds = {item["kind"] for item in json.load(answer)["items"]}
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert {"threat", "imposed", "eased", "breach"} <= kinds
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_it_goes_as_the_press_foresaw(shown: Shown) -> None:
    assert "not as foreseen" not in shown.narration
    assert shown.code == 0, shown.narration[-4000:]
    assert "18 from 6 outlets, 18 analysed, 3 of them copies" in shown.narration
    assert "dead letters  0" in shown.narration


def test_it_leaves_no_file_and_no_process_behind(shown: Shown) -> None:
    assert shown.files == ()
    assert shown.processes == ()


def test_one_report_of_four_outlets_and_one_of_its_own_are_one_contested_alert(shown: Shown) -> None:
    (border,) = [alert for alert in shown.alerts if _ids(alert.targets) == {"BLR"}]
    assert (border.kind, _ids(border.senders)) == ("threat", {"EU"})
    assert (border.outlet_count, border.independent_outlet_count) == (5, 2)
    assert [change.what[0].partition(":")[0] for change in border.timeline] == ["first told", "measures", "contested"]
    assert {denier.id for contest in border.contested for denier in contest.deniers} == {"BLR"}


def test_the_seed_article_gives_the_threat_with_its_fragment_and_contest_and_nothing_else(shown: Shown) -> None:
    told = [alert for alert in shown.alerts if "generico-2021-12-31.example" in {source.outlet for source in alert.sources}]
    assert [(alert.kind, _ids(alert.targets), alert.commitment) for alert in told] == [("threat", {"RUS"}, 3)] * len(told)
    assert all("USA" in _ids(alert.senders) for alert in told)
    assert all({"RUS"} == {denier.id for contest in alert.contested for denier in contest.deniers} for alert in told)
    conditions = {condition.text for alert in told for condition in alert.conditions}
    assert "if the plans attributed to it are carried out" in conditions
    assert any(text.startswith("in case of aggravation of the situation") for text in conditions)


def test_neither_the_press_question_nor_the_comment_form_raises_anything(shown: Shown) -> None:
    quotes = " ".join(quote.quote for alert in shown.alerts for quote in alert.evidence)
    assert "In response to a question" not in quotes
    assert "enter your" not in quotes
