"""The audit of locked packages never passes on an answer that it did not get."""

import json
import subprocess

import pytest

from deploy import audit
from deploy.audit import Outcome, judged, locked

WANTED = {"click": "8.1.7", "typing-extensions": "4.12.0"}
CLEAN = [{"name": "click", "version": "8.1.7", "vulns": []}, {"name": "typing_extensions", "version": "4.12.0", "vulns": []}]


def answer(rows: list[dict[str, object]]) -> str:
    return json.dumps({"dependencies": rows, "fixes": []})


def test_a_lock_is_read_with_its_hashes_and_comments() -> None:
    first = "click==8.1.7 \\\n    --hash=sha256:00 \\\n    # via x==1\n"
    text = f"{first}kafka-python[crc32c]==3.0.12 \\\n# note==2\nTyping_Extensions==4.12.0\n"
    assert locked(text) == {"click": "8.1.7", "kafka-python": "3.0.12", "typing-extensions": "4.12.0"}


def test_every_lock_of_ours_names_packages() -> None:
    assert all(locked((audit.ROOT / lock).read_text(encoding="utf-8")) for lock in audit.LOCKS)


def test_it_is_clean_when_every_locked_package_was_asked_about_and_has_none() -> None:
    assert judged(answer(CLEAN), WANTED).verdict == "clean"


def test_a_vulnerability_is_named_with_what_mends_it() -> None:
    bad = {
        "name": "click",
        "version": "8.1.7",
        "vulns": [{"id": "X-1", "fix_versions": ["8.1.8"]}, {"id": "X-2", "fix_versions": []}],
    }
    outcome = judged(answer([bad, CLEAN[1]]), WANTED)
    assert outcome.verdict == "vulnerable"
    assert outcome.lines[:2] == ("click 8.1.7: X-1 (mended in 8.1.8)", "click 8.1.7: X-2 (mended in no release)")


SKIPPED = {"name": "typing-extensions", "skip_reason": "not found"}


@pytest.mark.parametrize(
    "text",
    ["", "nothing", "[]", '{"dependencies": 7}', answer([{"name": "click"}]), answer(CLEAN[:1]), answer([CLEAN[0], SKIPPED])],
)
def test_an_answer_that_is_not_whole_is_no_pass(text: str) -> None:
    outcome = judged(text, WANTED)
    assert outcome.verdict == "unknown"
    assert outcome.lines[0].startswith("not audited: ")


def fails() -> str:
    raise subprocess.TimeoutExpired("pip-audit", 1)


def test_a_service_that_is_away_and_a_tool_that_fails_are_said_and_are_no_pass() -> None:
    assert audit.audit(lambda: answer(CLEAN), lambda: False).verdict == "unknown"
    assert audit.audit(fails, lambda: True).verdict == "unknown"


@pytest.mark.parametrize(("verdict", "codes"), [("clean", (0, 0)), ("vulnerable", (1, 1)), ("unknown", (3, 0))])
def test_only_a_check_may_go_on_without_an_answer(
    verdict: audit.Verdict, codes: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "audit", lambda *_: Outcome(verdict, ("words",)))
    assert (audit.main([]), audit.main(["--if-reachable"])) == codes
