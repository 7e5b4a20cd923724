"""`watchlists`: lists are read and names are tried from the command line, as the README shows. All names are invented."""

import json
import re
from pathlib import Path

import pytest

from connectors.config import Config, WatchlistConfig, WatchlistsConfig
from pipelines.cli.checks import lists_can_be_read, tried
from pipelines.cli.tree import run

README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def names(tmp_path: Path) -> Path:
    path = tmp_path / "names.txt"
    path.write_text("Viktor Sergeevich Zubkovets\nZorbel Shipping Ltd\n", encoding="utf-8")
    return path


def test_the_example_prints_what_the_readme_shows(names: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = re.search(r"watchlists match --file names.txt (.*)\n((?:.+\n)+?)```", README)
    assert shown is not None
    assert names.read_text(encoding="utf-8") == re.findall(r"printf '(.*)' > names.txt", README)[0].replace("\\n", "\n")
    assert run(["watchlists", "match", "--file", str(names), *re.findall(r"'([^']+)'", shown[1])]) == 0
    assert capsys.readouterr().out == shown[2]


def test_a_name_that_means_nobody_is_told_and_is_exit_code_1(names: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["watchlists", "match", "--file", str(names), "--json", "Viktor Zubkovets", "Igor Zubkovets"]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["listed"] == "Viktor Sergeevich Zubkovets"
    assert told.err == "Igor Zubkovets: nobody\n"


def test_the_lists_of_the_configuration_are_read_with_their_thresholds(
    names: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "my.toml"
    config.write_text(f'[[watchlists.lists]]\nname = "desk"\npath = "{names}"\nthreshold = 0.99\n', encoding="utf-8")
    assert run(["watchlists", "match", "--config", str(config), "V. Zubkovets"]) == 1
    assert run(["watchlists", "match", "--config", str(config), "--threshold", "0.8", "V. Zubkovets"]) == 0
    assert run(["watchlists", "check", "--config", str(config)]) == 0
    assert f"watchlist desk: 2 names of 2 entries (2 any) from {names}\n" in capsys.readouterr().out


def test_a_list_that_cannot_be_used_fails_the_check_and_the_others_are_read(
    names: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["watchlists", "check", "--file", str(tmp_path / "none.txt"), "--file", str(names)]) == 1
    told = capsys.readouterr()
    assert "none.txt: cannot be read: No such file or directory (name a file that is there in [watchlists])" in told.err
    assert "2 names of 2 entries" in told.out


def test_without_a_list_the_next_step_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["watchlists", "check"]) == 1
    assert "no list is configured" in capsys.readouterr().err


def test_two_lists_of_one_name_are_refused(names: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "my.toml"
    config.write_text(f'[[watchlists.lists]]\nname = "desk"\npath = "{names}"\n' * 2, encoding="utf-8")
    assert run(["watchlists", "check", "--config", str(config)]) == 1
    assert "watchlists.lists[1].name: 'desk' is also the name of another list" in capsys.readouterr().err


def test_check_reads_the_lists_too(names: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = Config(watchlists=WatchlistsConfig(lists=(WatchlistConfig(name="desk", path=names),)))
    assert tried("lists", lambda: lists_can_be_read(config)).detail == f"watchlist desk: 2 names of 2 entries (2 any) from {names}"
    gone = Config(watchlists=WatchlistsConfig(lists=(WatchlistConfig(name="desk", path=tmp_path / "none.txt"),)))
    assert tried("lists", lambda: lists_can_be_read(gone)).verdict == "failed"


def test_an_unknown_list_is_refused_by_tail(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tail", "--watchlist", "nowhere"]) == 2
    assert "nowhere is no list of [watchlists]" in capsys.readouterr().err
