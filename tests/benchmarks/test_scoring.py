"""The scorer of gold files counts what it says it counts."""

from typing import Any

from connectors.messages.signal import Actor, Condition, Evidence, Signal, SignalKind
from tests.benchmarks.damage import FORMS, lower, out_of_order, with_form, without_articles
from tests.benchmarks.score_gold import cases, errors, table
from tests.benchmarks.scoring import score, swaps

NOR, KEN = Actor(id="NOR", name="Norway"), Actor(id="KEN", name="Kenya")


def told(kind: SignalKind, sender: Actor, target: Actor, start: int = 0, **more: Any) -> Signal:
    evidence = Evidence(quote="x", start=start, end=start + 1)
    return Signal(id="a", kind=kind, evidence=evidence, senders=(sender,), targets=(target,), **more)


def wanted(kind: str, sender: str, target: str, start: int = 0, **more: Any) -> dict[str, Any]:
    place = {"start": start, "end": start + 1}
    actors = {"senders": [{"id": sender, "name": sender}], "targets": [{"id": target, "name": target}]}
    return {"kind": kind, "evidence": place, **actors, **more}


def record(*signals: dict[str, Any], case: str = "x") -> dict[str, Any]:
    return {"id": "r", "case": case, "text": "The text of a record about a ban.", "signals": list(signals)}


def test_a_kind_is_found_once_and_quiet_kinds_count_as_none() -> None:
    gold = [record(wanted("threat", "NOR", "KEN"), wanted("mention", "NOR", "KEN"))]
    result = score(gold, [[told("threat", NOR, KEN), told("threat", NOR, KEN), told("question", NOR, KEN)]])
    assert (result.alerts.hit, result.alerts.found, result.alerts.gold) == (1, 2, 1)
    assert (result.alerts.precision, result.alerts.recall, round(result.alerts.f1, 2)) == (0.5, 1.0, 0.67)


def test_evidence_elsewhere_is_another_act_unless_the_words_were_moved() -> None:
    gold, found = [record(wanted("threat", "NOR", "KEN", start=50))], [[told("threat", NOR, KEN)]]
    assert score(gold, found).alerts.hit == 0
    assert score(gold, found, placed=False).alerts.hit == 1


def test_of_two_acts_of_a_kind_each_meets_the_one_with_its_own_actors() -> None:
    gold = [record(wanted("threat", "NOR", "KEN"), wanted("threat", "KEN", "NOR"))]
    found = [[told("threat", KEN, NOR), told("threat", NOR, KEN)]]
    assert score(gold, found).roles["senders"].f1 == 1.0
    assert swaps(gold, found) == (0, 2)


def test_roles_turned_round_are_counted() -> None:
    assert swaps([record(wanted("threat", "NOR", "KEN"))], [[told("threat", KEN, NOR)]]) == (1, 1)


def test_an_alert_in_a_silent_record_is_a_false_one() -> None:
    result = score([record(), record(wanted("mention", "NOR", "KEN"))], [[told("threat", NOR, KEN)], []])
    assert (result.alarmed, result.silent) == (1, 2)


def test_conditions_are_compared_by_words_and_direction() -> None:
    gold = [record(wanted("threat", "NOR", "KEN", condition={"text": "if the port shuts", "direction": "if"}))]
    found = [[told("threat", NOR, KEN, condition=Condition(text="if the port opens", direction="unless"))]]
    result = score(gold, found)
    assert round(result.condition_overlap[0], 2) == 0.67
    assert result.direction == [0.0]


def test_a_party_without_an_id_is_found_by_its_words() -> None:
    bank = {"senders": [], "targets": [{"id": None, "name": "the Bank of Lamu"}]}
    gold = [record({**wanted("imposed", "NOR", "KEN"), **bank})]
    found = [[told("imposed", NOR, Actor(id=None, name="Bank of Lamu"))], [told("imposed", NOR, KEN)]]
    assert [score(gold, [one]).names.recall for one in found] == [1.0, 0.0]


def test_cases_come_worst_first_and_errors_show_both_sides() -> None:
    gold = [record(case="easy"), record(wanted("threat", "NOR", "KEN"), case="hard")]
    result = score(gold, [[], []])
    assert [line.split()[0] for line in cases(result)] == ["case", "hard", "easy"]
    assert any("threat NOR > KEN" in line for line in errors(result, 1))
    assert any(line.startswith("alerts") for line in table(result))


def test_texts_are_spoilt_the_same_way_each_time() -> None:
    text = "The bloc said on Monday that it will ban a grain from the port. An hour passed."
    one = {"id": "r", "text": text}
    assert lower(one) == text.lower()
    assert without_articles(one) == "bloc said on Monday that it will ban grain from port. hour passed."
    assert out_of_order(one) == out_of_order(one) != text
    assert sorted(out_of_order(one).split()) == sorted(text.split())
    assert out_of_order(one).endswith("An hour passed.")
    assert with_form([one] * 5) == [text + form for form in (*FORMS, FORMS[0])]
