"""What a long run's samples come to."""

import math
import random

import pytest

from tests.soak.judge import MB, Sample, blocks, judged, line_through, lines_of, together

HOUR = 3600.0


def series(
    mb_an_hour: float = 0.0, noise_mb: float = 0.0, minutes: float = 60, name: str = "pipeline", **other: int
) -> list[Sample]:
    chance = random.Random(5)
    return [
        Sample(
            at, name, other.get("pid", 1), round((100 + mb_an_hour * at / HOUR + chance.gauss(0, noise_mb)) * MB),
            other.get("files", 9), other.get("sockets", 3), other.get("threads", 5),
        )
        for at in (10.0 * number for number in range(int(minutes * 6)))
    ]  # fmt: skip


def verdicts(samples: list[Sample], warm_up_secs: float = 0.0) -> list[str]:
    return [row.verdict for row in judged(samples, warm_up_secs, limit_mb=1.0)]


@pytest.mark.parametrize(
    ("mb_an_hour", "noise_mb", "verdict"),
    [(0.0, 2.0, "flat"), (0.9, 0.0, "flat"), (1.2, 0.0, "grows"), (20.0, 2.0, "grows"), (-9.0, 2.0, "flat")],
)
def test_a_process_grows_when_its_slope_is_above_the_limit(mb_an_hour: float, noise_mb: float, verdict: str) -> None:
    assert verdicts(series(mb_an_hour, noise_mb)) == [verdict]


def test_a_slope_above_the_limit_that_could_be_chance_is_not_called_flat() -> None:
    assert verdicts(series(30.0, 5.0, minutes=3)) == ["unclear"]


def test_the_warm_up_is_left_out() -> None:
    rising = series(600.0, minutes=10)
    steady = [Sample(600 + one.at, one.name, one.pid, 200 * MB, one.files, one.sockets, one.threads) for one in series(minutes=20)]
    assert verdicts([*rising, *steady]) == ["grows"]
    assert verdicts([*rising, *steady], warm_up_secs=600) == ["flat"]


@pytest.mark.parametrize("what", ["files", "sockets", "threads"])
def test_more_open_files_sockets_or_threads_is_growth_and_one_more_is_not(what: str) -> None:
    few, late = series(minutes=30), [(one.at + 1800, one) for one in series(minutes=30)]

    def with_more(more: int) -> list[Sample]:
        return few + [
            Sample(
                at,
                one.name,
                one.pid,
                one.rss,
                *(getattr(one, each) + (more if each == what else 0) for each in ("files", "sockets", "threads")),
            )
            for at, one in late
        ]

    assert verdicts(with_more(1)) == ["flat"]
    assert verdicts(with_more(2)) == ["grows"]


def test_a_process_that_was_started_again_is_not_flat() -> None:
    assert verdicts([*series(minutes=5), Sample(300, "pipeline", 2, 100 * MB, 9, 3, 5)]) == ["restarted"]


def test_the_slope_is_that_of_the_line() -> None:
    line = line_through([(hour / 10, 5 + 3 * hour / 10) for hour in range(20)])
    assert line.each == pytest.approx(3)
    assert line.uncertainty == pytest.approx(0, abs=1e-6)
    assert math.isinf(line_through([(0, 1), (1, 2)]).uncertainty)


def test_blocks_are_minutes_of_a_long_run_and_parts_of_a_short_one() -> None:
    assert len(blocks([(second / HOUR, 1.0) for second in range(0, 3600, 10)])) == 60
    assert len(blocks([(second / HOUR, 1.0) for second in range(0, 60, 2)])) in (15, 16)
    assert blocks([]) == []


def test_processes_are_summed_moment_by_moment() -> None:
    both = together([*series(name="a", files=2), *series(name="b", files=3)], "both")
    assert {(one.name, one.files, one.rss) for one in both} == {("both", 5, 200 * MB)}
    assert len(both) == len(series())


def test_the_table_has_a_line_for_each_process() -> None:
    rows = judged([*series(name="a"), *series(2.0, name="b")], 0.0, 1.0)
    assert [line.split()[0] for line in lines_of(rows)] == ["process", "a", "b"]
    assert lines_of(rows)[2].endswith("grows")
