"""What verdicts come to: precision of rules, gold records, and what a verdict must say."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connectors.subscribers.dispositions import disposition_of, gold_records, latest, precision, rules_of
from tests import builders

NOW = datetime(2026, 11, 26, tzinfo=UTC)
ANALYSES = {builders.ARTICLE_ID: builders.analysis()}


def test_the_last_verdict_on_an_alert_counts() -> None:
    first, last = builders.disposition(verdict="true"), builders.disposition(verdict="false")
    assert latest([first, last]) == {builders.ALERT_ID: last}


def test_precision_is_the_share_of_what_was_right() -> None:
    scores = precision([("true", ["a", "b"]), ("irrelevant", ["a"]), ("false", ["a", "a"]), ("duplicate", ["b", "c"])])
    assert [(score.rule, score.precision) for score in scores] == [("a", 2 / 3), ("b", 1.0), ("c", None)]
    assert scores[0].counts == {"true": 1, "false": 1, "duplicate": 0, "irrelevant": 1}


def test_the_rules_of_an_alert_are_those_of_its_quotes() -> None:
    assert rules_of(builders.alert()) == ("will_impose",)


def test_a_sentence_judged_true_is_a_gold_record_with_its_signals() -> None:
    (record,) = gold_records(builders.alert(), builders.disposition(), ANALYSES)
    (signal,) = record["signals"]
    assert record["text"] == builders.QUOTE
    assert signal["kind"] == "threat"
    assert signal["senders"] == [{"id": "USA", "name": "The United States"}]
    quote = signal["evidence"]
    assert record["text"][quote["start"] : quote["end"]] == quote["quote"]
    for role in ("senders", "targets"):
        assert all(actor["name"] in record["text"] for actor in signal[role])


def test_a_sentence_judged_false_keeps_only_acts_of_other_kinds() -> None:
    other = builders.signal(id="o", kind="imposed")
    analyses = {builders.ARTICLE_ID: builders.analysis(signals=(builders.signal(), other))}
    (record,) = gold_records(builders.alert(), builders.disposition(verdict="false"), analyses)
    assert [signal["kind"] for signal in record["signals"]] == ["imposed"]
    assert record["case"] == "field-false"


@pytest.mark.parametrize("verdict", ["duplicate", "irrelevant"])
def test_other_verdicts_give_none(verdict: str) -> None:
    assert gold_records(builders.alert(), builders.disposition(verdict=verdict), ANALYSES) == []


def test_a_quote_that_no_analysis_bears_out_gives_none() -> None:
    assert gold_records(builders.alert(), builders.disposition(), {}) == []
    other = replace(builders.analysis(), signals=())
    assert gold_records(builders.alert(), builders.disposition(), {builders.ARTICLE_ID: other}) == []


def test_a_verdict_says_who_and_why() -> None:
    given = {"verdict": "true", "author": " anna ", "reason": " yes "}
    made = disposition_of("a", 2, given, NOW)
    assert (made.author, made.reason, made.decided_at, made.alert_version) == ("anna", "yes", NOW, 2)
    for missing in given:
        with pytest.raises(ValueError, match=missing):
            disposition_of("a", 2, {**given, missing: ""}, NOW)
