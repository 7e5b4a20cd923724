"""Who may import whom: the contracts of `.importlinter`, and what they cannot say."""

import ast
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

import connectors

ROOT = Path(__file__).parents[2]
CONTRACTS = ROOT / ".importlinter"
MESSAGES = ROOT / "connectors" / "messages"
PACKAGES = ("connectors", "pipelines", "deploy")
BASE_OF_MESSAGES = {"connectors.errors", "connectors.topics"}


def imports(path: Path) -> Iterator[str]:
    """Yield every module that a file imports, in functions too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield node.module or ""


def sections() -> ConfigParser:
    parser = ConfigParser()
    parser.read(CONTRACTS)
    return parser


def test_every_contract_is_kept(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    code = lint_imports(config_filename=str(CONTRACTS), no_cache=True)
    assert code == 0, capsys.readouterr().out


@pytest.mark.parametrize("path", sorted(MESSAGES.glob("*.py")), ids=lambda path: path.stem)
def test_the_contract_of_the_topics_needs_the_standard_library_alone(path: Path) -> None:
    ours = {name for name in imports(path) if name.startswith("connectors.messages")} | BASE_OF_MESSAGES
    assert [name for name in imports(path) if name not in ours and name.partition(".")[0] not in sys.stdlib_module_names] == []


@pytest.mark.parametrize("module", sorted(BASE_OF_MESSAGES))
def test_so_does_what_it_rests_on(module: str) -> None:
    path = ROOT / f"{module.replace('.', '/')}.py"
    assert [name for name in imports(path) if name.partition(".")[0] not in sys.stdlib_module_names] == []


def test_the_clients_contract_names_every_module_but_the_one() -> None:
    listed = set(sections()["importlinter:contract:client"]["source_modules"].split())
    package = Path(connectors.__file__).parent
    there = {
        f"connectors.{path.stem}"
        for path in package.iterdir()
        if path.suffix == ".py" or (path.is_dir() and any(path.glob("*.py")))
    }
    assert listed == there - {"connectors.__init__", "connectors.kafka"}


def test_no_module_reads_the_environment_on_import() -> None:
    readers = {path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if _reads_on_import(path)}
    assert readers == set()


def test_a_reader_of_the_environment_is_found(tmp_path: Path) -> None:
    (tmp_path / "reader.py").write_text("import os\nclass Paths:\n    HOME = os.environ['HOME']\n")
    (tmp_path / "later.py").write_text("import os\ndef home():\n    return os.environ['HOME']\n")
    assert [_reads_on_import(tmp_path / name) for name in ("reader.py", "later.py")] == [True, False]


def _reads_on_import(path: Path) -> bool:
    """Say whether code outside of functions names the environment."""
    waiting: list[ast.AST] = [ast.parse(path.read_text())]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}:
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)
    return False
