"""Independent outlets: counted on the way, and the same as counted from all sources."""

import random
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from connectors.messages.alert import Source
from pipelines.alerts.voices import Voices, voices_of
from tests import builders

NAMES = "abcdefgh"
SOURCES = st.builds(
    lambda article_id, outlet, copy_of, agency, minute: replace(
        builders.source(),
        article_id=article_id,
        outlet=outlet,
        copy_of=copy_of,
        agency=agency,
        event_time=builders.PUBLISHED_AT + timedelta(minutes=minute),
    ),
    st.sampled_from(NAMES),
    st.sampled_from(("one", "two", "three")),
    st.sampled_from((None, *NAMES)),
    st.sampled_from(("", "Wire", "wire", "Press")),
    st.integers(0, 9),
)
ADDED = st.lists(
    st.tuples(SOURCES, st.lists(st.sampled_from(NAMES), max_size=2)), max_size=10, unique_by=lambda one: one[0].article_id
)


def named(voices: Voices) -> set[str]:
    return {head.outlet for head in voices.heads.values()}


@given(added=ADDED)
def test_each_source_says_whether_the_independent_outlets_are_others_by_it(added: list[tuple[Source, list[str]]]) -> None:
    voices = Voices()
    for source, unites in added:
        before = named(voices)
        assert voices.add(source, unites) == (named(voices) != before)
        assert set(voices.outlets) == named(voices)
        assert sum(voices.outlets.values()) == len(voices.heads)


@given(added=ADDED, chance=st.randoms(use_true_random=False))
def test_the_order_of_sources_does_not_matter(added: list[tuple[Source, list[str]]], chance: random.Random) -> None:
    shuffled = list(added)
    chance.shuffle(shuffled)
    assert voices_of(shuffled).outlets == voices_of(added).outlets
