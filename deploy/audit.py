"""Ask whether a locked package has a known vulnerability: `python -m deploy.audit`; `make audit` does, and `make check` if it can.

pip-audit is put into an environment of its own, `.venv-audit`: it is no part of what we lock, and brings packages that must not
move ours. It reads the hash-locked files and installs none of what stands in them.

An answer counts only if it names every locked package. A service that cannot be reached, an answer that cannot be read and one
that leaves packages out are all the same: nothing is known, which is neither a pass nor a fault. Exit code 0 is a pass, 1 a
vulnerability, 3 that nothing is known; with `--if-reachable` the last is said and is 0, for `make check` on a machine without the
network.
"""

import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements/dev.txt", "requirements/run.txt", "requirements/model.txt", "requirements/bench.txt")
TOOL = "pip-audit>=2.7,<3"
SERVICE = "https://api.osv.dev/"
PROBE_SECS = 5.0
TOOL_SECS = 600
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", re.MULTILINE)
Verdict = Literal["clean", "vulnerable", "unknown"]
CODES: dict[Verdict, int] = {"clean": 0, "vulnerable": 1, "unknown": 3}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an audit comes to, and the lines that say so."""

    verdict: Verdict
    lines: tuple[str, ...]


def locked(text: str) -> dict[str, str]:
    """Return the packages of a lock with their versions, by normalised name."""
    return {normal(name): version for name, version in LOCKED.findall(text)}


def normal(name: str) -> str:
    """Return a package's name as the index compares it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def unknown(why: str) -> Outcome:
    """Return the outcome of an audit that did not take place."""
    return Outcome(
        "unknown", (f"not audited: {why}", "nothing is known about vulnerabilities; run `make audit` where the service answers")
    )


def judged(answer: str, wanted: Mapping[str, str]) -> Outcome:
    """Return what an answer of pip-audit comes to.

    Args:
        answer: its JSON.
        wanted: the locked packages.
    """
    try:
        rows: list[dict[str, Any]] = json.loads(answer)["dependencies"]
        asked = {normal(row["name"]): row for row in rows if "skip_reason" not in row}
        found = [f"{name} {asked[name]['version']}: {_words(row)}" for name in asked for row in asked[name]["vulns"]]
    except (ValueError, KeyError, TypeError):
        return unknown("pip-audit gave no answer that can be read")
    missing = sorted(set(wanted) - set(asked))
    if found:
        return Outcome("vulnerable", (*found, f"{len(found)} known vulnerabilities in {len(wanted)} locked packages"))
    if missing:
        return unknown(f"pip-audit left out {', '.join(missing[:5])}{' and others' if len(missing) > 5 else ''}")
    return Outcome("clean", (f"no known vulnerability in {len(wanted)} locked packages",))


def _words(row: Mapping[str, Any]) -> str:
    mended = ", ".join(row.get("fix_versions", ())) or "no release"
    return f"{row['id']} (mended in {mended})"


def reaches(url: str = SERVICE) -> bool:
    """Return whether the service answers at all."""
    try:
        with urllib.request.urlopen(url, timeout=PROBE_SECS):  # noqa: S310 -- the constant above
            return True
    except urllib.error.HTTPError:
        return True  # it has no page there, and it is there
    except OSError:
        return False


def ask(environment: Path) -> str:
    """Return what pip-audit says of the locks, as JSON; it is installed first where it is not.

    Raises:
        OSError, subprocess.SubprocessError: it cannot be installed or does not end.
    """
    python = environment / "bin" / "python"
    if not (environment / "bin" / "pip-audit").exists():
        _run([sys.executable, "-m", "venv", str(environment)], check=True)
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", TOOL], check=True)
    files = [word for lock in LOCKS for word in ("--requirement", str(ROOT / lock))]
    options = [
        "--disable-pip",
        "--require-hashes",
        "--vulnerability-service",
        "osv",
        "--format",
        "json",
        "--progress-spinner",
        "off",
    ]
    return _run([str(python), "-m", "pip_audit", *options, *files], check=False).stdout


def _run(command: Sequence[str], *, check: bool) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, timeout=TOOL_SECS, check=check)  # noqa: S603 -- our own words


def audit(asked: Callable[[], str], is_reached: Callable[[], bool]) -> Outcome:
    """Return the outcome.

    Args:
        asked: asks pip-audit.
        is_reached: whether the service answers.
    """
    if not is_reached():
        return unknown("the vulnerability service cannot be reached from here")
    wanted = {name: version for lock in LOCKS for name, version in locked((ROOT / lock).read_text(encoding="utf-8")).items()}
    try:
        return judged(asked(), wanted)
    except (OSError, subprocess.SubprocessError) as error:
        return unknown(f"pip-audit could not be run ({type(error).__name__})")


def main(words: Sequence[str]) -> int:
    """Print the outcome and return the exit code."""
    outcome = audit(lambda: ask(ROOT / ".venv-audit"), reaches)
    for line in outcome.lines:
        print(f"    {line}", flush=True)  # noqa: T201 -- a command of its own
    return 0 if outcome.verdict == "unknown" and "--if-reachable" in words else CODES[outcome.verdict]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
