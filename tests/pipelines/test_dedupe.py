"""Copies are found by what they share, whatever was cut or added; other texts are not."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

import apache_beam as beam
import pytest
from apache_beam.testing.test_pipeline import TestPipeline as BeamPipeline
from apache_beam.testing.test_stream import TestStream as BeamStream
from apache_beam.testing.util import assert_that, equal_to
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.messages.analysis import Analysis
from connectors.messages.article import Article
from connectors.messages.codec import decode, encode
from pipelines.copy_index import COMMON_KEY_GROUPS, CopyIndex, Windows
from pipelines.dedupe import Copies, FindCopies, says_more
from pipelines.fingerprint import fingerprint
from pipelines.guarded import Guarded
from pipelines.unions import Unions
from pipelines.work import Failure, Work, analysis_of
from tests import builders

AT = builders.PUBLISHED_AT
VOCABULARY = [f"{start}{end}" for start in ("ka", "lo", "mi", "nu", "re", "so") for end in "bcdfghjklmnpqrstvwxyz"]
SEEDS = st.integers(0, 10**6)


def text_of(seed: int, words: int = 300) -> str:
    chance = random.Random(seed)
    return " ".join(chance.choice(VOCABULARY) for _ in range(words))


def cut(text: str, start: float, share: float) -> str:
    tokens = text.split()
    length = int(len(tokens) * share)
    begin = int((len(tokens) - length) * start)
    return " ".join(tokens[begin : begin + length])


def article(name: str, text: str, *, at: datetime = AT, version: int = 1) -> Article:
    return builders.article(id=name, text=text, title=name, published_at=at, fetched_at=at, version=version)


def speaks(sentence: str) -> bool:
    return "sanctions" in sentence


def sift(copies: Copies, *articles: Article, language: str = "en") -> Work:
    for told in articles:
        work = copies.sift(builders.work(told, language=language), speaks)
    return work


@settings(deadline=None)
@given(seed=SEEDS, start=st.floats(0, 1), share=st.floats(0.3, 1))
def test_a_cut_text_with_furniture_is_a_copy(seed: int, start: float, share: float) -> None:
    original = text_of(seed)
    edited = f"Read more here today on our site. {cut(original, start, share)} Subscribe to our letter and follow us."
    found = sift(Copies(), article("first", original), article("second", edited))
    assert (found.copy_of, found.copy_kind in ("near", "syndicated"), found.to_read) == ("first", True, False)


@settings(deadline=None)
@given(seed=SEEDS, start=st.floats(0, 1), share=st.floats(0.3, 1))
def test_a_text_that_contains_a_known_one_is_a_copy(seed: int, start: float, share: float) -> None:
    original = text_of(seed)
    found = sift(Copies(), article("first", cut(original, start, share)), article("second", original))
    assert found.copy_of == "first"


@settings(deadline=None)
@given(seeds=st.sets(SEEDS, min_size=2, max_size=2))
def test_different_texts_are_no_copies(seeds: set[int]) -> None:
    first, second = seeds
    assert sift(Copies(), article("first", text_of(first)), article("second", text_of(second))).copy_of is None


@given(words=st.integers(1, 40))
def test_equal_texts_are_exact_copies_however_short(words: int) -> None:
    text = text_of(1, words)
    found = sift(Copies(), article("first", text), article("second", text.replace(" ", "\n") + "!"))
    assert (found.copy_of, found.founder_at, found.copy_kind, found.to_read) == ("first", AT, "exact", False)


def test_a_copy_that_says_more_about_sanctions_is_read() -> None:
    original = text_of(1)
    more = sift(Copies(), article("first", original), article("second", f"{original}. Serious sanctions will follow."))
    assert (more.copy_of, more.to_read) == ("first", True)


def test_a_copy_of_a_copy_names_the_founder() -> None:
    original = text_of(1)
    found = sift(Copies(), article("a", original), article("b", original), article("c", cut(original, 0, 0.8)))
    assert found.copy_of == "a"


def halves(text: str) -> tuple[str, str]:
    return cut(text, 0, 0.45), cut(text, 1, 0.45)


def test_two_halves_that_came_before_their_whole_are_one_group_once_two_texts_hold_both() -> None:
    copies, original = Copies(), text_of(1)
    first, second = halves(original)
    sift(copies, article("first", first), article("second", second, at=AT + timedelta(minutes=1)))
    whole = sift(copies, article("whole", f"{original} end"))
    again = sift(copies, article("again", f"Today {cut(original, 0.5, 0.9)}"))
    assert whole.copy_of == again.copy_of == "first"
    assert (whole.fingerprint and whole.fingerprint.unites, again.fingerprint and again.fingerprint.unites) == ((), ("second",))
    assert sift(copies, article("late", f"Said: {second}")).copy_of == "first"


def test_a_half_that_only_a_longer_text_holds_joins_it_once_another_holds_both() -> None:
    copies, original = Copies(), text_of(1)
    first, second = halves(original)
    found = [sift(copies, article(str(place), text)) for place, text in enumerate((first, f"{original} end", second))]
    assert [one.copy_of for one in found] == [None, "0", None]
    assert sift(copies, article("again", f"Today {original}")).fingerprint.unites == ("2",)


def test_a_digest_ties_no_reports_together() -> None:
    copies, one, other = Copies(), text_of(1), text_of(2)
    sift(copies, article("one", one), article("other", other), article("digest", f"{one} {other}"))
    for number in range(3):
        found = [sift(copies, article(f"{name}{number}", f"{text} end{number}")) for name, text in (("one", one), ("other", other))]
        assert [work.copy_of for work in found] == ["one", "other"]
        assert [work.fingerprint.unites for work in found] == [(), ()]


def test_a_digest_that_came_first_ties_no_reports_together_however_many_cuts_of_them_it_holds() -> None:
    copies, one, other = Copies(), text_of(1), text_of(2)
    sift(copies, article("digest", f"{one} {cut(other, 0, 0.7)}"), article("one", one), article("other", cut(other, 1, 0.4)))
    found = [sift(copies, article(f"{number}", f"{other} {text_of(3 + number, 30)}")) for number in range(3)]
    assert {work.copy_of for work in found} == {"other"}
    assert {work.fingerprint.unites for work in found} == {()}


def test_a_digest_is_no_copy_of_the_report_that_it_holds_less_of() -> None:
    long, short = text_of(1, 900), text_of(2, 120)
    copies = Copies()
    sift(copies, article("short", short), article("long", long))
    assert sift(copies, article("digest", f"{short} {long}")).copy_of == "long"
    assert sift(copies, article("again", f"{short} end")).copy_of == "short"


def test_a_long_report_does_not_join_a_short_one_by_a_digest_of_both() -> None:
    long, short = text_of(1, 900), text_of(2, 120)
    copies = Copies()
    sift(copies, article("short", short), article("digest", f"{short} {long}"))
    assert sift(copies, article("long", long)).copy_of is None
    assert sift(copies, article("again", f"{cut(long, 0, 0.7)} end")).copy_of == "long"


def lines(*lengths: int, seed: int) -> list[str]:
    return [text_of(seed * 100 + place, length) for place, length in enumerate(lengths)]


@settings(deadline=None)
@given(seed=SEEDS, backwards=st.booleans())
def test_a_short_report_under_a_lead_of_its_own_is_a_copy(seed: int, *, backwards: bool) -> None:
    original = lines(32, 28, seed=seed)  # so short that every shingle is a sample
    edited = [text_of(seed * 100 + 50, 34), *original[1:]]
    first, second = (edited, original) if backwards else (original, edited)
    assert sift(Copies(), article("first", "\n\n".join(first)), article("second", "\n\n".join(second))).copy_of == "first"


@settings(deadline=None)
@given(seed=SEEDS)
def test_a_quote_makes_no_copy_of_a_short_report(seed: int) -> None:
    original, quote = lines(35, 35, 25, seed=seed), text_of(seed + 7, 12)
    rival = [text_of(seed + 8, 40), f"{quote}, an official said.", text_of(seed + 9, 40)]
    told = "\n".join([*original, quote])
    assert sift(Copies(), article("first", told), article("second", "\n".join(rival))).copy_of is None
    brief = f"{quote} {text_of(seed + 10, 15)}"
    assert sift(Copies(), article("first", brief), article("second", "\n".join(rival))).copy_of is None


def test_the_same_version_again_is_a_repeat() -> None:
    found = sift(Copies(), article("a", text_of(1)), article("a", text_of(1)))
    assert (found.repeat, found.to_read) == (True, False)


def test_a_new_version_of_an_article_is_not_its_own_copy() -> None:
    found = sift(Copies(), article("a", text_of(1)), article("a", text_of(1) + " and more.", version=2))
    assert (found.repeat, found.copy_of, found.to_read) == (False, None, True)


def test_a_live_page_of_many_versions_still_founds_copies() -> None:
    original = text_of(1)
    versions = [article("live", f"{original} {number}", version=number) for number in range(1, COMMON_KEY_GROUPS + 4)]
    assert sift(Copies(), *versions, article("copy", original)).copy_of == "live"


def test_furniture_that_many_share_makes_no_copies() -> None:
    copies = Copies()
    shared = text_of(99, 60)
    for number in range(COMMON_KEY_GROUPS + 1):  # until then it is indeed most of a short text
        index = copies.indexes.setdefault("en", CopyIndex())
        index.restore(f"a{number}", AT, fingerprint("", f"{shared} {text_of(number, 20)}"), None)
    assert sift(copies, article("next", f"{shared} {text_of(77, 20)}")).copy_of is None


def test_languages_are_apart() -> None:
    copies = Copies()
    sift(copies, article("en", text_of(1)), language="en")
    assert sift(copies, article("ru", text_of(1)), language="ru").copy_of is None


@pytest.mark.parametrize(("hours", "kind"), [(71, "near"), (74, None)])
def test_a_near_copy_is_known_for_three_days(hours: int, kind: str | None) -> None:
    later = AT + timedelta(hours=hours)
    copies = Copies()
    sift(copies, article("first", text_of(1)), article("tick", text_of(2), at=later))
    assert sift(copies, article("second", cut(text_of(1), 0, 0.8), at=later)).copy_kind == kind


@pytest.mark.parametrize(("days", "kind"), [(29, "exact"), (31, None)])
def test_an_exact_copy_is_known_for_thirty_days(days: int, kind: str | None) -> None:
    later = AT + timedelta(days=days)
    copies = Copies()
    sift(copies, article("first", text_of(1)), article("tick", text_of(2), at=later))
    assert sift(copies, article("second", text_of(1), at=later)).copy_kind == kind


def test_what_has_left_its_window_leaves_nothing_behind() -> None:
    copies = Copies(Windows(near=timedelta(hours=1), exact=timedelta(hours=2)))
    for hour in range(60):
        at = AT + timedelta(hours=hour)
        sift(copies, article(f"a{hour}", text_of(hour), at=at), article(f"b{hour}", f"{text_of(hour)} end.", at=at))
    index = copies.indexes["en"]
    assert len(index.queue) == len(index.texts) == len(index.by_article) == len(index.echoed) <= 3
    assert len(index.by_hash) == 2 * len(index.texts), "of each text its words and those of its echo"
    assert len(copies.taken) <= 8
    assert index.unions == Unions()


@settings(deadline=None)
@given(seed=SEEDS, order=st.permutations(range(5)))
def test_memory_from_the_log_sifts_like_memory_that_never_ended(seed: int, order: list[int]) -> None:
    original = text_of(seed)
    pool = [original, cut(original, 0, 0.6), text_of(seed + 1), original + " end.", text_of(seed + 1) + " more"]
    lived, log = Copies(), []
    for place in order[:3]:
        log.append(analysis_of(sift(lived, article(f"a{place}", pool[place]))))
    restored = Copies()
    for message in log:
        restored.absorb(message)
    for place in order[3:]:
        assert sift(restored, article(f"a{place}", pool[place])) == sift(lived, article(f"a{place}", pool[place]))


@settings(deadline=None)
@given(
    seed=SEEDS,
    order=st.permutations(range(6)),
    cut_at=st.integers(0, 6),
    partitions=st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_groups_that_became_one_are_one_after_a_restart(seed: int, order: list[int], cut_at: int, partitions: list[bool]) -> None:
    original = text_of(seed)
    pool = [*halves(original), f"{original} end", f"Today {original}", f"{original} {text_of(seed + 1)}", text_of(seed + 1)]
    lived, log = Copies(), []
    for place in order[:cut_at]:
        log.append(analysis_of(sift(lived, article(f"a{place}", pool[place]))))
    restored = Copies()
    for message, _ in sorted(zip(log, partitions, strict=False), key=lambda one: one[1]):  # one partition after the other
        record = encode(message)
        restored.absorb(decode(Analysis, record.value, record.headers))
    for place in order[cut_at:]:
        assert sift(restored, article(f"a{place}", pool[place])) == sift(lived, article(f"a{place}", pool[place]))


@pytest.mark.parametrize("backwards", [False, True])
def test_an_exact_copy_of_a_copy_is_known_for_a_month_and_after_a_change_of_the_sketch(*, backwards: bool) -> None:
    report = text_of(1)
    told = [report, f"{report} end.", f"{cut(report, 0, 0.6)} {text_of(2, 100)}"]
    lived = Copies()
    log = [analysis_of(sift(lived, article(name, text))) for name, text in zip("abc", told, strict=True)]
    assert [message.copy_kind for message in log] == [None, "near", "syndicated"]
    restored, later = Copies(), AT + timedelta(days=20)
    for message in reversed(log) if backwards else log:
        restored.absorb(replace(message, sketch_version=1))
    again = [sift(restored, article(f"{name}2", text, at=later)) for name, text in zip("abc", told, strict=True)]
    assert [(work.copy_kind, work.copy_of) for work in again] == [("exact", "a")] * 3


def test_a_reprint_of_a_copy_whose_founder_is_forgotten_is_a_copy_of_nobody() -> None:
    """Nobody would ever tell it what its founder said."""
    text, copies = text_of(1), Copies()
    copy = f"{text} {text_of(2, 150)}"
    told = [(text, 0), (copy, 2), (text_of(3), 30.1), (copy, 31)]
    sifted = [
        sift(copies, article(f"n{place}", words, at=AT + days * timedelta(days=1))) for place, (words, days) in enumerate(told)
    ]
    assert [(one.copy_kind, one.copy_of) for one in sifted] == [(None, None), ("near", "n0"), (None, None), (None, None)]


def test_what_is_a_dead_letter_already_only_moves_the_offset_when_it_is_read_again() -> None:
    copies = Copies(refused={(1, 9)})
    again, other = (copies.sift(builders.work(record=builders.log_record(offset, partition=1)), speaks) for offset in (9, 8))
    assert (again.repeat, again.to_read, other.repeat) == (True, False, False)


def test_a_founder_that_was_not_committed_is_new_again_though_its_copy_was() -> None:
    lived, restored = Copies(), Copies()
    sift(lived, article("founder", text_of(1)))
    restored.absorb(analysis_of(sift(lived, article("copy", text_of(1)))))
    assert sift(restored, article("founder", text_of(1))).copy_of is None
    assert sift(restored, article("copy", text_of(1))).repeat


def test_failed_work_passes_by() -> None:
    failed = builders.work(failure=Failure(stage="Decode", reason="x"))
    copies = Copies()
    assert copies.sift(failed, speaks) is failed
    assert copies.taken == {}


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("No word here. But sanctions there.", False),
        ("But  sanctions there! No word here, and nothing more. Rain is due.", False),
        ("No word here. More sanctions there.", True),
        ("The U.S. sanctions here.", True),
    ],
)
def test_a_text_says_more_only_with_a_sentence_on_sanctions_of_its_own(text: str, more: bool) -> None:
    known = fingerprint("", "No word here. But sanctions there. The U.S. went home.").sentences
    assert says_more(text, known, speaks) is more


MEMORY: dict[str, Guarded[Copies]] = {}


def memory() -> Guarded[Copies]:
    return MEMORY["now"]


def lost() -> Copies:
    raise AssertionError("the memory was rebuilt, so a counter was lost")


def test_copies_are_found_over_bundles() -> None:
    MEMORY["now"] = Guarded(Copies(), lost)
    works = [builders.work(article(name, text_of(seed))) for name, seed in (("a", 1), ("b", 1), ("c", 2), ("d", 1))]
    works.append(replace(works[0], language="ru"))
    stream = BeamStream()
    for bundle in ([works[0]], [works[1], works[2]], [works[3], works[4]]):
        stream = stream.add_elements(bundle)
    with BeamPipeline() as pipeline:
        sifted = pipeline | stream.advance_watermark_to_infinity() | FindCopies(memory, speaks)
        found = sifted | beam.Map(lambda work: (work.told.id, work.language, work.copy_of, work.repeat))
        expected = [("a", "en", None, False), ("b", "en", "a", False), ("c", "en", None, False), ("d", "en", "a", False)]
        # Versions taken are known whatever the language, so the same article in another is a repeat.
        assert_that(found, equal_to([*expected, ("a", "ru", None, True)]))
