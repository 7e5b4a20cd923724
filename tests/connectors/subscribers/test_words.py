"""An alert in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from connectors.messages.alert import ALERT_FAMILIES, Alert, Source
from connectors.messages.signal import Actor, Measure
from connectors.subscribers.words import FIRMNESS, MEASURE_WORDS, PHRASES, describe, headline, in_words, listed, told_by

NOW = datetime(2026, 3, 2, 9, 0, 2, tzinfo=UTC)


NAMES = {"NOR": "Kingdom of Norway", "TCD": "Chad"}


def _text(alert: Alert, label: str) -> str:
    return "\n".join(line.text for line in describe(alert, NOW) if line.label == label)


def _raised(alert: Alert) -> Alert:
    return replace(alert, version=1, status="raised", timeline=())


def test_a_headline_says_who_does_what_to_whom(alert: Alert) -> None:
    assert headline(alert) == "Norway (NOR) and its allies threaten Chad (TCD) with an asset freeze"


def test_a_party_under_two_names_is_told_once(alert: Alert) -> None:
    assert "Oslo" not in headline(alert)


def test_reference_names_stand_for_the_words_of_articles(alert: Alert) -> None:
    assert headline(alert, NAMES).startswith("Kingdom of Norway (NOR) and its allies threaten Chad (TCD)")


def test_one_sender_takes_the_singular(alert: Alert) -> None:
    assert "Norway (NOR) threatens" in headline(replace(alert, senders=alert.senders[:1]))


@pytest.mark.parametrize(
    ("name", "verb"),
    [
        ("two managers", "threaten"),
        ("Several ministries", "threaten"),
        ("27 states", "threaten"),
        ("Tenerife", "threatens"),
        ("1 firm", "threatens"),
    ],
)
def test_one_party_that_is_several_takes_the_plural(alert: Alert, name: str, verb: str) -> None:
    assert f"{name[:1].upper()}{name[1:]} {verb} Chad" in headline(replace(alert, senders=(Actor(id=None, name=name),)))


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


def test_conditions_deadlines_firmness_and_denials_are_told_of_a_new_alert(alert: Alert) -> None:
    alert = _raised(alert)
    assert _text(alert, "firmness") == "plain words (2 of 3); confidence 0.81"
    assert _text(alert, "if") == "“if the lake is dammed”"
    assert _text(alert, "by") == "“the end of April”"
    assert _text(alert, "contested") == "by N'Djamena (TCD): “Nobody dams anything.”"


def test_denials_of_one_party_are_one_line(alert: Alert) -> None:
    twice = (*alert.contested, replace(alert.contested[0], quote="We dam nothing."))
    assert _text(_raised(replace(alert, contested=twice)), "contested") == "by N'Djamena (TCD): “Nobody dams anything.”"


@pytest.mark.parametrize(
    ("news", "labels"),
    [
        ("outlets: 2", {"new", "told by", "delay", "alert"}),
        ("conditions: +1", {"new", "if", "told by", "delay", "alert"}),
        ("deadlines: +1", {"new", "by", "told by", "delay", "alert"}),
        ("firmer: 1 to 2", {"new", "firmness", "told by", "delay", "alert"}),
        ("contested: +1", {"new", "contested", "told by", "delay", "alert"}),
    ],
)
def test_an_update_tells_what_is_new_and_nothing_else(alert: Alert, news: str, labels: set[str]) -> None:
    update = replace(alert, timeline=(replace(alert.timeline[0], what=(news,)),))
    assert {line.label for line in describe(update, NOW)} == labels
    assert _text(update, "new") == news


def test_an_update_quotes_words_that_nobody_had_before(alert: Alert) -> None:
    first, second = alert.evidence
    assert _text(alert, "quote") == ""
    assert (
        _text(replace(alert, evidence=(first, replace(second, quote="Oslo means it."))), "quote")
        == "“Oslo means it.” — lake.example"
    )


def test_a_quote_that_two_outlets_carry_is_printed_once_with_both(alert: Alert) -> None:
    assert (
        _text(_raised(alert), "quote")
        == "“Norway will freeze the accounts of Chad's ministers if the lake is dammed.” — fjord.example, lake.example"
    )


def test_a_dateline_makes_no_other_quote(alert: Alert) -> None:
    first, second = alert.evidence
    dated = replace(second, quote=f"OSLO, March 2 - {second.quote}")
    assert _text(_raised(replace(alert, evidence=(first, dated))), "quote").count("freeze") == 1


def test_quotes_beyond_the_listed_ones_are_counted(alert: Alert) -> None:
    evidence = tuple(replace(alert.evidence[0], quote=f"{letter}: {letter * 9}") for letter in "abcdef")
    assert _text(_raised(replace(alert, evidence=evidence)), "") == "and 3 more"


def test_words_that_bring_their_quotation_marks_get_no_others(alert: Alert) -> None:
    assert _text(_raised(replace(alert, deadlines=('"Monday," they said',))), "by") == '"Monday," they said'


def test_outlets_are_counted_and_copies_marked(alert: Alert) -> None:
    assert told_by(alert) == "2 outlets, 1 independent: fjord.example, lake.example (copy)"


def test_an_outlet_with_words_of_its_own_is_no_copy(alert: Alert) -> None:
    own = Source(article_id="c", outlet="lake.example", title="Three", event_time=alert.last_at)
    assert "lake.example (copy)" not in told_by(replace(alert, sources=(*alert.sources, own)))


def test_what_comes_from_a_wire_service_names_it(alert: Alert) -> None:
    wire = tuple(replace(source, agency="Reuters") for source in alert.sources)
    assert told_by(replace(alert, sources=wire)) == "2 outlets, 1 independent: fjord.example (Reuters), lake.example (Reuters)"


def test_an_alert_names_what_it_follows_and_what_followed_it(alert: Alert) -> None:
    assert _text(_raised(replace(alert, related=("1a", "1b"))), "follows") == "alert 1a\nalert 1b"
    followed = replace(alert, followed_by=("2c",), timeline=(replace(alert.timeline[0], what=("escalated: imposed",)),))
    assert (_text(followed, "new"), _text(followed, "then"), _text(followed, "follows")) == ("escalated: imposed", "alert 2c", "")


def test_many_outlets_are_cut_and_counted(alert: Alert) -> None:
    sources = tuple(replace(alert.sources[0], outlet=f"outlet{number}.example") for number in range(30))
    assert told_by(replace(alert, sources=sources, outlet_count=30)).endswith("outlet7.example and 22 more")


def test_the_delay_counts_from_the_article_that_made_the_version(alert: Alert) -> None:
    assert _text(alert, "delay") == "2.0 s from publication to alert"
    assert _text(replace(alert, timeline=(), last_at=NOW - timedelta(hours=5)), "delay").startswith("5 h ")


def test_id_version_status_and_severity_stand_last(alert: Alert) -> None:
    assert describe(alert, NOW)[-1].text == f"{alert.id} version 2, updated, severity high"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-5, "0.0 s"), (1.84, "1.8 s"), (119, "119.0 s"), (180, "3 min"), (7_200, "2 h"), (172_800, "2 days")],
)
def test_spans_are_told_in_the_unit_that_suits_them(seconds: float, words: str) -> None:
    assert in_words(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(("words", "sentence"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_lists_read_as_english(words: list[str], sentence: str) -> None:
    assert listed(words) == sentence
