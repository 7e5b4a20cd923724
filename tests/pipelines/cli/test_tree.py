"""The command tree: help without extras, errors in two lines, exit codes."""

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from connectors.errors import ConfigError, FencedError, SanctionwireError
from pipelines.cli.tree import EXTRAS, run, sanctionwire

WITHOUT_EXTRAS = f"""
import sys
for name in {sorted(EXTRAS)!r}:
    sys.modules[name] = None
from pipelines.cli.tree import run
sys.exit(run(sys.argv[1:]))
"""


WITH_A_THREAD_THAT_WAITS = """
import threading
from pipelines.cli.tree import leave
threading.Thread(target=threading.Event().wait).start()
print("said")
leave(3, 0.5)
"""


def commands(group: click.Group = sanctionwire, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command with the words that name it."""
    for name, command in group.commands.items():
        yield (*words, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))


def _without_extras(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", WITHOUT_EXTRAS, *words], capture_output=True, text=True, timeout=60, input="")


@pytest.fixture
def failing() -> Iterator[click.Command]:
    """A command that raises what its callback is set to raise."""

    @click.command("failing")
    def failing() -> None:
        pass

    sanctionwire.add_command(failing)
    yield failing
    del sanctionwire.commands["failing"]


def _raise(failing: click.Command, error: BaseException) -> None:
    def callback() -> None:
        raise error

    failing.callback = callback


def test_the_tree_holds_the_promised_commands() -> None:
    names = {" ".join(words) for words, _ in commands()}
    promised = "demo run local check tail replay extract explain schema"
    assert set(promised.split()) <= names
    assert {"run feeds", "run pipeline", "run all", "local up", "local down", "local status"} <= names


@pytest.mark.parametrize("words", [words for words, _ in commands()], ids=" ".join)
def test_help_has_an_example_and_a_text_for_every_option(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    command = dict(commands())[words]
    assert run([*words, "--help"]) == 0
    shown = capsys.readouterr().out
    assert command.help
    assert isinstance(command, click.Group) or "Example" in shown
    assert all(option.help for option in command.params if isinstance(option, click.Option))


def test_help_of_every_command_works_without_the_extras() -> None:
    script = WITHOUT_EXTRAS.replace("sys.exit(run(sys.argv[1:]))", "") + (
        f"for words in {[list(words) for words, _ in commands()]!r}:\n    assert run([*words, '--help']) == 0, words\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Usage: ") == len(list(commands()))


def test_a_missing_extra_is_named_with_the_command_that_installs_it() -> None:
    done = _without_extras("extract")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-2:] == ["error: spacy: is not installed", "next: pip install 'sanctionwire[pipeline]'"]


def test_a_wrong_command_line_gives_two_lines_and_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["nonsense"]) == 2
    shown = capsys.readouterr()
    assert shown.err.splitlines() == ["error: sanctionwire: no such command 'nonsense'", "next: sanctionwire --help"]
    assert shown.out == ""


def test_a_wrong_option_names_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tail", "--kind", "gossip"]) == 2
    assert capsys.readouterr().err.startswith("error: sanctionwire tail: invalid value for '--kind': 'gossip'")


def test_an_error_of_ours_gives_subject_problem_and_next_step(failing: click.Command, capsys: pytest.CaptureFixture[str]) -> None:
    _raise(failing, SanctionwireError("the thing", "is wrong", "mend it"))
    assert run(["failing"]) == 1
    assert capsys.readouterr().err.splitlines() == ["error: the thing: is wrong", "next: mend it"]


def test_every_problem_of_a_configuration_has_a_line(failing: click.Command, capsys: pytest.CaptureFixture[str]) -> None:
    _raise(failing, ConfigError("my.toml", ("kafka.a: is wrong", "kafka.b: is missing"), "see the example"))
    assert run(["failing"]) == 1
    assert [line.partition(": ")[0] for line in capsys.readouterr().err.splitlines()] == ["error", "error", "next"]


def test_hostile_words_in_an_error_do_not_reach_the_terminal(failing: click.Command, capsys: pytest.CaptureFixture[str]) -> None:
    _raise(failing, SanctionwireError("a\x1b[31m", "b\u202e\nnext: rm", "c\x07"))
    run(["failing"])
    shown = capsys.readouterr().err
    assert not {"\x1b", "\u202e", "\x07"} & set(shown)
    assert len(shown.splitlines()) == 2


def test_being_fenced_is_hopeless(failing: click.Command, capsys: pytest.CaptureFixture[str]) -> None:
    _raise(failing, FencedError("sanctionwire-pipeline", "another copy of the job has taken over"))
    assert run(["failing"]) == 2
    assert "another copy" in capsys.readouterr().err


def test_ctrl_c_is_no_traceback(failing: click.Command, capsys: pytest.CaptureFixture[str]) -> None:
    _raise(failing, KeyboardInterrupt())
    assert run(["failing"]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "error: sanctionwire: interrupted"


def test_a_missing_module_that_no_extra_brings_is_a_defect_and_stays_one(failing: click.Command) -> None:
    _raise(failing, ModuleNotFoundError("No module named 'pipelines.gone'", name="pipelines.gone"))
    with pytest.raises(ModuleNotFoundError):
        run(["failing"])


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    command = f"{sys.executable} -m pipelines.cli schema asyncapi.json | head -c 1 >/dev/null"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""


def test_a_thread_that_waits_for_ever_keeps_no_process_from_its_exit() -> None:
    ended = subprocess.run([sys.executable, "-c", WITH_A_THREAD_THAT_WAITS], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout) == (3, "said\n")
