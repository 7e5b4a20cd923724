"""An alert in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from connectors.messages.alert import ALERT_FAMILIES, Alert, Source
from connectors.messages.signal import Actor, Measure
from connectors.subscribers.words import FIRMNESS, MEASURE_WORDS, PHRASES, describe, headline, in_words, listed, told_by

NOW = datetime(2026, 3, 2, 9, 0, 2, tzinfo=UTC)


def _text(alert: Alert, label: str) -> str:
    return "\n".join(line.text for line in describe(alert, NOW) if line.label == label)


def test_a_headline_says_who_does_what_to_whom(alert: Alert) -> None:
    assert headline(alert) == "Norway (NOR) and its allies threaten Chad (TCD) with an asset freeze"


def test_a_party_under_two_names_is_told_once(alert: Alert) -> None:
    assert "Oslo" not in headline(alert)


def test_one_sender_takes_the_singular(alert: Alert) -> None:
    assert "Norway (NOR) threatens" in headline(replace(alert, senders=alert.senders[:1]))


def test_a_sender_that_nobody_names_is_said_to_be_unnamed(alert: Alert) -> None:
    assert headline(replace(alert, senders=())).startswith("A party not named threatens")


def test_sanctions_without_a_measure_are_sanctions(alert: Alert) -> None:
    assert headline(replace(alert, measures=("unspecified",))).endswith("with sanctions")


def test_a_call_names_caller_and_sender(alert: Alert) -> None:
    call = replace(alert, kind="call_for", callers=(Actor(id="PER", name="Peru"),))
    assert headline(call) == "Peru (PER) calls on Norway (NOR) and its allies to impose an asset freeze on Chad (TCD)"


def test_every_kind_that_raises_an_alert_has_a_phrase() -> None:
    assert set(PHRASES) == set(ALERT_FAMILIES)


def test_every_measure_and_firmness_has_words() -> None:
    assert set(MEASURE_WORDS) == set(get_args(Measure))
    assert set(FIRMNESS) == {1, 2, 3}


def test_conditions_deadlines_and_denials_are_quoted(alert: Alert) -> None:
    assert _text(alert, "if") == "“if the lake is dammed”"
    assert _text(alert, "by") == "“the end of April”"
    assert _text(alert, "contested") == "by N'Djamena (TCD): “Nobody dams anything.”"


def test_a_quote_that_two_outlets_carry_is_printed_once_with_both(alert: Alert) -> None:
    assert _text(alert, "quote").endswith("dammed.” — fjord.example, lake.example")
    assert _text(alert, "") == ""


def test_quotes_beyond_the_listed_ones_are_counted(alert: Alert) -> None:
    assert _text(replace(alert, evidence_count=9), "") == "and 7 more quotes"


def test_outlets_are_counted_and_copies_marked(alert: Alert) -> None:
    assert told_by(alert) == "2 outlets, 1 independent: fjord.example, lake.example (copy)"


def test_an_outlet_with_words_of_its_own_is_no_copy(alert: Alert) -> None:
    own = Source(article_id="c", outlet="lake.example", title="Three", event_time=alert.last_at)
    assert "lake.example (copy)" not in told_by(replace(alert, sources=(*alert.sources, own)))


def test_many_outlets_are_cut_and_counted(alert: Alert) -> None:
    sources = tuple(replace(alert.sources[0], outlet=f"outlet{number}.example") for number in range(30))
    assert told_by(replace(alert, sources=sources, outlet_count=30)).endswith("outlet7.example and 22 more")


def test_the_delay_counts_from_the_article_that_made_the_version(alert: Alert) -> None:
    assert _text(alert, "delay") == "2.0 s from publication to alert"
    assert _text(replace(alert, timeline=(), last_at=NOW - timedelta(hours=5)), "delay").startswith("5 h ")


def test_the_version_says_what_it_brought(alert: Alert) -> None:
    assert _text(alert, "alert").endswith("version 2, updated: outlet lake.example")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-5, "0.0 s"), (1.84, "1.8 s"), (119, "119.0 s"), (180, "3 min"), (7_200, "2 h"), (172_800, "2 days")],
)
def test_spans_are_told_in_the_unit_that_suits_them(seconds: float, words: str) -> None:
    assert in_words(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(("words", "sentence"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_lists_read_as_english(words: list[str], sentence: str) -> None:
    assert listed(words) == sentence
