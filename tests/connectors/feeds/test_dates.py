"""Times and language codes as publishers write them."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.feeds.dates import finished_day, language_code, parse_time, plausible, time_of_day_known

NOW = datetime(2021, 12, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2021-12-31T10:00:00+03:00", "2021-12-31T10:00:00+03:00"),
        ("2021-12-31T07:00:00Z", "2021-12-31T07:00:00+00:00"),
        ("2021-12-31 07:00:00", "2021-12-31T07:00:00+00:00"),
        ("2021-12-31", "2021-12-31T00:00:00+00:00"),
        ("Fri, 31 Dec 2021 10:00:00 +0300", "2021-12-31T10:00:00+03:00"),
        ("Fri, 31 Dec 2021 07:00:00 GMT", "2021-12-31T07:00:00+00:00"),
        ("31 Dec 2021 07:00 -0000", "2021-12-31T07:00:00+00:00"),
    ],
)
def test_a_time_keeps_its_zone(text: str, iso: str) -> None:
    found = parse_time(text)
    assert found is not None
    assert found.isoformat() == iso


@pytest.mark.parametrize("text", ["", "yesterday", "2021-13-45", "9" * 5000, "Fri, 99 Dec 2021 99:99:99 +9999"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert parse_time(text) is None


@pytest.mark.parametrize(
    "time", [datetime(1970, 1, 1, tzinfo=UTC), NOW + timedelta(days=3), datetime.max.replace(tzinfo=UTC), None]
)
def test_a_time_that_cannot_be_true_is_none(time: datetime | None) -> None:
    assert plausible(time, NOW) is None


def test_a_clock_that_runs_ahead_is_forgiven() -> None:
    assert plausible(NOW + timedelta(hours=1), NOW) == NOW + timedelta(hours=1)


def test_a_day_is_a_time_only_once_it_is_over() -> None:
    assert not time_of_day_known("2021-12-31")
    assert finished_day("2021-12-31", NOW) is None
    assert finished_day("9999-12-31", NOW) is None
    assert finished_day("0001-01-01", NOW) is None
    assert finished_day("2021-12-20", NOW) == datetime(2021, 12, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("codes", "code"),
    [(("en-US",), "en"), ((None, "", "de_AT"), "de"), (("RU",), "ru"), (("english", "x-default", "fr"), "fr"), ((), None)],
)
def test_the_first_language_code_counts(codes: tuple[str | None, ...], code: str | None) -> None:
    assert language_code(*codes) == code
