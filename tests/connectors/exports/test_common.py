"""Parties, times and links: what holds in every form of export."""

from datetime import timedelta

import pycountry
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.messages.alert import Change
from connectors.messages.signal import Actor
from connectors.subscribers.exports.common import countries, is_name, link_of, made_at, parties_of
from pipelines.entities.tables import rows
from tests import builders
from tests.connectors.exports.alerts import NAMES, numbered


class TestParties:
    def test_a_coded_party_is_the_same_in_every_alert_whatever_it_is_called(self) -> None:
        (one,) = parties_of(numbered(1), [Actor(id="RUS", name="Moscow"), Actor(id="RUS", name="Russia")], NAMES)
        (other,) = parties_of(numbered(2), [Actor(id="RUS", name="the Kremlin")], NAMES)
        assert one == other
        assert (one.name, one.country) == ("Russia", "RU")

    def test_a_name_is_the_same_in_every_alert_and_a_description_is_not(self) -> None:
        firm, allies = Actor(id=None, name="Northern Shipping Company"), Actor(id=None, name="its allies")
        first, second = (parties_of(numbered(number), [firm, allies], NAMES) for number in (1, 2))
        assert first[0] == second[0]
        assert first[1].key != second[1].key

    @pytest.mark.parametrize("words", ["Rosneft", "Bank of China", "the Wagner group"])
    def test_these_are_names(self, words: str) -> None:
        assert is_name(words)

    @pytest.mark.parametrize("words", ["its allies", "Its allies", "the company", "them"])
    def test_these_are_descriptions(self, words: str) -> None:
        assert not is_name(words)

    def test_a_party_without_words_has_a_name(self) -> None:
        (party,) = parties_of(numbered(1), [Actor(id=None, name="\x00 ")], NAMES)
        assert party.name

    def test_the_table_of_countries_is_that_of_iso_and_has_every_state_that_we_know(self) -> None:
        iso = {country.alpha_3: country.alpha_2 for country in pycountry.countries}
        assert countries() == iso | {"XKX": "XK"}
        assert {row[0] for row in rows("states.tsv")} <= set(countries())


class TestTimes:
    @settings(deadline=None)
    @given(st.lists(st.integers(0, 10**6), min_size=1, max_size=8))
    def test_each_version_is_later_than_the_one_before_it(self, seconds: list[int]) -> None:
        alert, changes = builders.alert(timeline=()), []
        times = []
        for version, offset in enumerate(seconds, start=1):
            at = builders.PUBLISHED_AT + timedelta(seconds=offset)
            changes.append(Change(version=version, event_time=at, article_id="a", what=()))
            told = builders.alert(version=version, timeline=tuple(changes), last_at=max(alert.last_at, at))
            times.append(made_at(told))
        assert times == sorted(set(times))


class TestLinks:
    @pytest.mark.parametrize("url", ["https://news.example/a?b=c&d=e#f", "http://[::1]/é"])
    def test_an_address_of_the_web_is_followed(self, url: str) -> None:
        assert link_of(url) == url

    @pytest.mark.parametrize(
        "url",
        [
            "javascript:alert(1)",
            "",
            "data:text/html,x",
            "https://a.example/\x00",
            "https://a.example/\u202e",
            'https://a/"onclick=',
            "https://a/ b",
            "https://a/" + "b" * 5_000,
        ],
    )
    def test_what_else_there_is_is_not(self, url: str) -> None:
        assert link_of(url) == ""
