"""What a silence mutes, and when."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.messages.codec import from_dict, to_dict
from connectors.messages.silence import Matcher, Silence
from connectors.subscribers.labels import labels
from connectors.subscribers.silences import expired, is_active, is_muted, is_usable, silence_of
from tests import builders

NOW = builders.PUBLISHED_AT
DAY = timedelta(days=1)
LABELS = labels(builders.alert())


def test_a_silence_mutes_what_all_its_matchers_fit() -> None:
    silence = silence_of('target=~"RUS|BLR", kind=threat', "ann", "an exercise", DAY, NOW)
    assert is_muted(LABELS, [silence], NOW) == silence
    assert is_muted({**LABELS, "kind": ("imposed",)}, [silence], NOW) is None


@given(st.integers(-100_000, 200_000))
def test_it_mutes_from_its_start_until_its_end(seconds: int) -> None:
    silence = silence_of("kind=threat", "ann", "an exercise", DAY, NOW)
    assert is_active(silence, NOW + timedelta(seconds=seconds)) == (0 <= seconds < DAY.total_seconds())


def test_an_expired_one_mutes_no_longer_and_keeps_its_first_end() -> None:
    ended = expired(silence_of("kind=threat", "ann", "an exercise", DAY, NOW), NOW + DAY / 2)
    assert is_active(ended, NOW + DAY / 4)
    assert not is_active(ended, NOW + DAY / 2)
    assert expired(ended, NOW + 0.75 * DAY) == ended


def test_who_ended_it_is_kept_and_a_message_without_it_is_read() -> None:
    silence = silence_of("kind=threat", "ann", "an exercise", DAY, NOW)
    assert expired(silence, NOW + DAY / 2, " ben ").expired_by == "ben"
    assert expired(silence, NOW + DAY / 2).expired_by is None
    old = {name: value for name, value in to_dict(silence).items() if name != "expired_by"}
    assert from_dict(Silence, old) == silence
    with pytest.raises(ValueError, match="author"):
        expired(silence, NOW, "  ")


@pytest.mark.parametrize(
    "matchers",
    [
        (Matcher(name="mood", op="!=", value="good"),),
        (Matcher(name="kind", op="=~", value="("),),
        (Matcher(name="kind", op="=", value="threat"), Matcher(name="kind", op="!~", value="[")),
        (),
    ],
)
def test_a_matcher_of_another_release_is_known_for_one_when_it_is_taken_in(matchers: tuple[Matcher, ...]) -> None:
    assert not is_usable(builders.silence(matchers=matchers))
    assert is_usable(builders.silence())


@pytest.mark.parametrize(
    ("matchers", "author", "comment", "duration"),
    [("", "a", "c", DAY), ("kind=threat", " ", "c", DAY), ("kind=threat", "a", "", DAY), ("kind=threat", "a", "c", -DAY)],
)
def test_one_without_matchers_author_comment_or_time_is_refused(
    matchers: str, author: str, comment: str, duration: timedelta
) -> None:
    with pytest.raises(ValueError, match=r"silence|author|comment"):
        silence_of(matchers, author, comment, duration, NOW)
