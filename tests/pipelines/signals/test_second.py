"""The second reader: what it decides from probabilities, what it weighs, and how it learns."""

from dataclasses import replace
from functools import cache

import pytest

from connectors.messages.signal import Actor
from pipelines.annotator import load_model
from pipelines.signals.base import Finding, SentenceTrace
from pipelines.signals.en.clues import clues, stem
from pipelines.signals.en.context import Context
from pipelines.signals.en.second import AMONG, Opinion, SecondReader, Weights, clear, opinion, quiet, second_reader
from pipelines.signals.en.sentence import Sentence, read
from pipelines.signals.fitting import as_json, fitted, kinds_alone
from pipelines.signals.learn import KINDS, Example, learned, swapped, told_in

pytestmark = pytest.mark.model

TEXT = "Kenya turned its back on Ugandan milk exports."


@cache
def sentence(text: str = TEXT) -> Sentence:
    doc = load_model().make_doc(text)
    return read(doc, doc, 0)


def found(kind: str, rule: str = "a rule") -> Finding:
    return Finding(kind=kind, rule=rule, commitment=2, senders=(Actor(id="KEN", name="Kenya"),))  # type: ignore[arg-type]


def test_a_likely_finding_stays_and_an_impossible_one_goes() -> None:
    assert opinion(["threat"], {"threat": 0.6}) == Opinion(("threat",), ())
    assert opinion(["threat"], {"threat": 0.05}) == Opinion((None,), ())


def test_an_improbable_finding_takes_the_likelier_kind_that_nobody_saw() -> None:
    assert opinion(["imposed"], {"imposed": 0.3, "ruled_out": 0.8}) == Opinion(("ruled_out",), ())


def test_a_probable_finding_keeps_its_kind_and_the_other_is_added() -> None:
    assert opinion(["imposed"], {"imposed": 0.7, "denial": 0.8}) == Opinion(("imposed",), ("denial",))


def test_background_is_left_alone() -> None:
    assert opinion(["mention", "question"], {"threat": 0.1}) == Opinion(("mention", "question"), ())


def test_more_is_asked_where_the_rules_found_nothing() -> None:
    assert opinion(["mention"], {"threat": 0.35}).added == ("threat",)
    assert opinion([], {"threat": 0.35}).added == ()
    assert opinion([], {"threat": 0.42}).added == ("threat",)
    assert opinion([], {"threat": 0.42}, AMONG).added == ()


def test_an_article_in_which_only_words_speak_must_speak_clearly() -> None:
    words = found("threat", "second reader")
    assert not clear([[replace(words, probability=0.8)], [found("mention")], []])
    assert clear([[replace(words, probability=0.99)], []])
    assert clear([[replace(words, probability=0.8)], [found("imposed")]])
    assert not clear([])


def test_background_is_what_stays_of_an_article_that_is_not_clear() -> None:
    assert quiet([found("threat"), found("mention")]) == [found("mention")]


def test_a_sentence_that_cannot_speak_of_an_act_gets_none() -> None:
    reader = SecondReader(Weights({"threat": 9.0}, {}))
    assert reader.revised(sentence("Nobody slept well that night."), [], Context(), SentenceTrace(TEXT, 0)) == ([], None)


def test_probabilities_are_the_logistic_of_bias_and_clues() -> None:
    weights = Weights({"threat": -1.0}, {"w milk": {"threat": 1.0}, "w tea": {"threat": 9.0}})
    assert weights.probabilities(frozenset({"w milk"})) == {"threat": 0.5}
    assert weights.strongest(frozenset({"w milk"}), "threat") == ["'w milk' +1.00"]


def test_words_alone_add_an_act_that_the_rules_did_not_see_and_the_trace_says_why() -> None:
    reader, trace = SecondReader(Weights({"imposed": -3.0}, {"w milk": {"imposed": 5.0}})), SentenceTrace(TEXT, 0)
    (added,), _ = reader.revised(sentence(), [], Context(), trace)
    assert (added.kind, added.rule, added.probability) == ("imposed", "second reader", 0.881)
    assert [actor.id for actor in (*added.senders, *added.targets)] == ["KEN", "UGA"]
    assert "unseen by the rules" in trace.fired[0]
    assert "'w milk' +5.00" in trace.fired[0]


def test_a_reader_that_learned_nothing_drops_nothing_likely() -> None:
    told = [found("threat")]
    (kept,), _ = SecondReader(Weights({"threat": 0.0}, {})).revised(sentence(), told, Context(), SentenceTrace(TEXT, 0))
    assert (kept.kind, kept.senders, kept.probability) == ("threat", told[0].senders, 0.5)


def test_clues_tell_words_names_and_what_the_rules_found() -> None:
    seen = clues(sentence(), [found("threat", "threat: announced")], Context(active=True))
    assert {"w milk", "u ACTOR", "r threat by threat: announced", "r threat parties 10", "c active told", "c names 2"} <= seen


def test_clues_tell_stems_and_never_a_name() -> None:
    seen = clues(sentence(), [], Context(alone=True))
    assert {"x milk export", "y turn back", "c alone no act"} <= seen
    assert not [clue for clue in seen if "kenya" in clue or "ugandan" in clue]


def test_clues_tell_the_tense_negation_and_subject_of_verbs() -> None:
    doc = load_model()("Kenya will not buy milk.")
    seen = clues(read(doc, doc, 0), [], Context())
    assert {"v future not nsubj ACTOR ROOT", "v future not ROOT"} <= seen


@pytest.mark.parametrize("word", ["halted", "halting", "halts", "halt"])
def test_forms_of_a_word_have_one_stem(word: str) -> None:
    assert stem(word) == "halt"


def test_kinds_alone_are_records_of_a_line_or_of_an_article() -> None:
    assert [one["signals"] for one in kinds_alone("k", "threat\tA.\n\tB.\n")] == [
        [{"kind": "threat", "evidence": {"start": 0, "end": 2}}],
        [],
    ]
    (first, second) = kinds_alone("k", "\tA b.\nimposed,denial\tC.\n\n\tD.\n")
    assert (first["id"], first["text"], second["text"]) == ("k-0", "A b. C.", "D.")
    assert [(one["kind"], one["evidence"]["start"]) for one in first["signals"]] == [("imposed", 5), ("denial", 5)]


def test_the_same_seed_swaps_the_same_neighbours_and_loses_no_word() -> None:
    text = "one two three four five six seven eight"
    assert swapped(text, "a") == swapped(text, "a") != text
    assert sorted(swapped(text, "a").split()) == sorted(text.split())
    assert swapped("too short to swap", "a") == "too short to swap"


def test_gold_is_told_in_the_sentence_of_its_evidence_only() -> None:
    record = {
        "text": TEXT,
        "signals": [
            {"kind": "imposed", "evidence": {"start": 0, "end": 5}},
            {"kind": "denial", "evidence": {"start": 900, "end": 950}},
            {"kind": "breach"},
            {"kind": "mention"},
        ],
    }
    assert told_in(record, sentence()) == {"imposed", "breach"}


def test_what_is_learned_tells_its_examples_apart() -> None:
    shown = [Example(frozenset({f"w {kind}", "w the"}), frozenset({kind})) for kind in KINDS] * 4
    model = learned(shown)
    assert model["kinds"] == list(KINDS)
    for at, kind in enumerate(KINDS):
        assert model["clues"][f"w {kind}"][str(at)] > 0


@pytest.mark.parametrize("seen", [1, 2])
def test_a_clue_must_stand_in_enough_examples(seen: int) -> None:
    _, weights = fitted(
        [frozenset({"w a"}), frozenset({"w b"}), frozenset({"w b"})], [[True, False, False]], strength=1.0, seen=seen
    )
    assert set(weights) == ({"w a", "w b"} if seen == 1 else {"w b"})


def test_weights_are_printed_one_clue_a_line() -> None:
    assert as_json({"bias": [0.5], "clues": {"w a": [1.0]}}) == '{"bias":[0.5],\n"clues":{\n"w a":[1.0]\n}}\n'


def test_the_weights_that_ship_know_every_kind_that_raises_an_alert() -> None:
    assert set(second_reader()._weights.bias) == set(KINDS)
