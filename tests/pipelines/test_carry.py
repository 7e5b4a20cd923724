"""What a founder said goes over to its copies, in their own words."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.messages.analysis import Analysis
from connectors.messages.signal import Signal
from pipelines import carry
from pipelines.carry import CarryOver, carry_over, locate
from pipelines.work import Failure, Work
from tests import builders

FOUNDER = builders.article(id="founder")
COPY = builders.article(id="copy", text="Our lead.\n\n" + builders.QUOTE.replace(" ", "\n"))


def copy_work(**overrides: object) -> Work:
    made = builders.work(COPY, copy_of="founder", founder_at=builders.PUBLISHED_AT, copy_kind="near", to_read=False)
    return replace(made, **overrides)  # type: ignore[arg-type]


def founder_work(**overrides: object) -> Work:
    return replace(builders.work(FOUNDER, signals=(builders.signal(),)), **overrides)  # type: ignore[arg-type]


@given(
    words=st.lists(st.text("ab.*+?[](){}\\^$|", min_size=1, max_size=4), min_size=1, max_size=6), before=st.text("cd ", max_size=9)
)
def test_a_quote_is_found_whatever_the_white_space(words: list[str], before: str) -> None:
    text = before + "\n \t".join(words) + " end"
    found = locate(" ".join(words), text)
    assert found is not None
    assert text[found.start : found.end] == found.quote
    assert found.quote.split() == words


def test_a_quote_is_found_whatever_the_punctuation_between_its_words_and_not_in_another_case() -> None:
    found = locate("It's a ban, said Oslo.", "He wrote: It\u2019s a ban \u2013 said Oslo!\u201d And left.")
    assert found is not None
    assert found.quote == "It\u2019s a ban \u2013 said Oslo!\u201d"
    assert locate("It's a ban.", "it's a ban.") is None


def test_no_words_and_other_words_are_not_found() -> None:
    assert locate("", "some text") is None
    assert locate(" \n", "some text") is None
    assert locate("other", "some text") is None


def test_a_carried_signal_stands_where_the_copy_has_it() -> None:
    (carried,) = carry_over([builders.signal()], "copy", COPY.text)
    assert COPY.text[carried.evidence.start : carried.evidence.end] == carried.evidence.quote
    assert carried.id != builders.signal().id


def test_a_cut_copy_says_less_and_links_to_what_is_gone_are_cut() -> None:
    gone = builders.signal(id="gone", evidence=builders.evidence("Not in the copy.", 0))
    linked = builders.signal(id="linked", contests="gone", same_as="gone")
    (carried,) = carry_over([gone, linked], "copy", COPY.text)
    assert (carried.contests, carried.same_as) == (None, None)


def test_links_between_carried_signals_are_kept() -> None:
    first, second = builders.signal(id="one"), builders.signal(id="two", kind="denial", contests="one")
    carried = carry_over([first, second], "copy", COPY.text)
    assert carried[1].contests == carried[0].id


def test_two_signals_of_one_sentence_have_two_ids() -> None:
    carried = carry_over([builders.signal(id="one"), builders.signal(id="two")], "copy", COPY.text)
    assert len({signal.id for signal in carried}) == 2


def test_a_copy_waits_for_its_founder_and_leaves_after_it() -> None:
    step = CarryOver()
    assert step.tell(copy_work()) == []
    founder, copy = step.tell(founder_work())
    assert (founder.told.id, copy.told.id) == ("founder", "copy")
    assert [signal.kind for signal in copy.signals] == ["threat"]
    assert step.waiting == {}


def test_a_copy_of_a_known_founder_does_not_wait() -> None:
    step = CarryOver()
    step.absorb(builders.analysis(article_id="founder"))
    (copy,) = step.tell(copy_work())
    assert len(copy.signals) == 1


def test_the_signals_of_a_copy_are_no_founders() -> None:
    step = CarryOver()
    message: Analysis = builders.analysis(article_id="founder", copy_of="another")
    step.absorb(message)
    assert step.tell(copy_work()) == []


def test_a_failed_founder_fails_the_copies_that_wait_and_those_that_come() -> None:
    step = CarryOver()
    step.tell(copy_work())
    _, waited = step.tell(founder_work(failure=Failure(stage="Annotate", reason="too slow")))
    (late,) = step.tell(copy_work())
    for copy in (waited, late):
        assert copy.failure == Failure(stage="Carry over", reason="its founder founder failed: too slow")


def test_a_copy_whose_founder_has_been_forgotten_goes_on_with_a_note() -> None:
    step = CarryOver(timedelta(days=1))
    later = builders.PUBLISHED_AT + timedelta(days=3)
    step.tell(builders.work(builders.article(id="other", published_at=later, fetched_at=later)))
    (copy,) = step.tell(copy_work())
    assert copy.notes == ("founder_forgotten",)


def test_copies_that_were_read_repeats_and_failures_pass_by() -> None:
    step = CarryOver()
    for work in (
        copy_work(to_read=True),
        copy_work(repeat=True),
        copy_work(failure=Failure(stage="x", reason="y")),
        builders.work(article=None),
    ):
        assert step.tell(work) == [work]


def test_founders_outside_the_window_are_forgotten() -> None:
    step = CarryOver(timedelta(days=1))
    for day in range(50):
        at = builders.PUBLISHED_AT + timedelta(days=day)
        step.tell(builders.work(builders.article(id=f"a{day}", published_at=at, fetched_at=at)))
    assert len(step.said) <= 3


def test_a_copy_that_fails_takes_neither_its_founder_nor_other_copies_along(monkeypatch: pytest.MonkeyPatch) -> None:
    carries = carry.carry_over

    def breaks(signals: Sequence[Signal], article_id: str, text: str) -> tuple[Signal, ...]:
        if article_id == "broken":
            raise ValueError("no way")
        return carries(signals, article_id, text)

    monkeypatch.setattr(carry, "carry_over", breaks)
    step = CarryOver()
    others = [copy_work(article=replace(COPY, id=name)) for name in ("broken", "whole")]
    assert [told for one in others for told in step.tell(one)] == []
    founder, broken, whole = step.tell(founder_work())
    assert (founder.failure, broken.failure, whole.failure) == (
        None,
        Failure(stage="Carry over", reason="ValueError: no way"),
        None,
    )
    assert len(whole.signals) == 1


def test_a_version_with_an_earlier_date_lets_no_copy_of_the_first_wait_for_ever() -> None:
    step = CarryOver()
    earlier = replace(FOUNDER, version=2, published_at=builders.PUBLISHED_AT - timedelta(days=40))
    later = builders.article(id="other", published_at=builders.PUBLISHED_AT + timedelta(days=1))
    for work in (founder_work(), founder_work(article=earlier), builders.work(later)):
        step.tell(work)
    (told,) = step.tell(copy_work())
    assert len(told.signals) == 1
