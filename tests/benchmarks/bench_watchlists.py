"""What a list of a million names costs: time to read, memory, look-ups a second, against looking at every name with `rapidfuzz`.

Run by `make bench`; `NAMES` in the environment is another number of names. The names are invented, so their words are less often
shared than those of real lists are: the given names come from a short list, which is the worst case, and the surnames from many.
"""

import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from rapidfuzz.fuzz import token_sort_ratio
from rapidfuzz.process import extract

from connectors.config import WatchlistConfig
from connectors.watchlists.watch import Watchlist, load
from tests.connectors.watchlists import made

SEED = 20261127
SIZE = int(os.environ.get("NAMES", "1000000"))
ASKED, BRUTE_ASKED, BRUTE_NAMES = 4_000, 10, 100_000
SURNAMES = 150_000


def rss_mb() -> float:
    """The most memory that this process has had, in MB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1024 if sys.platform != "darwin" else most / 1024 / 1024


def surnames(dice: random.Random) -> list[str]:
    """Surnames of syllables, in Latin letters."""
    ends = [made.written(end, 0).casefold() for end in made.ENDINGS] + list(made.ARABIC_ENDS)
    return [
        "".join(dice.choice(made.SYLLABLES) for _ in range(dice.choice((2, 2, 3)))).title() + dice.choice(ends)
        for _ in range(SURNAMES)
    ]


def names(dice: random.Random, count: int) -> Iterator[tuple[str, str]]:
    """Yield schema and name: persons, two thirds, half of them with a patronymic; firms and ships."""
    given = [made.written(name, 0) for name in made.CYRILLIC_GIVEN] + list(made.ARABIC_GIVEN)
    fathers = [made.written(name, 0) for name in made.FATHERS]
    last = surnames(dice)
    for number in range(count):
        if number % 6 == 4:
            yield "Company", f"{dice.choice(last)} {dice.choice(made.FIRM_ENDS)} {dice.choice(made.FORMS)}"
        elif number % 6 == 5:
            yield "Vessel", f"{dice.choice(made.COLOURS)} {dice.choice(last)} {dice.choice(made.SHIP_ENDS)}"
        else:
            middle = f"{dice.choice(fathers)} " if number % 2 else ""
            yield "Person", f"{dice.choice(given)} {middle}{dice.choice(last)}"


def questions(dice: random.Random, known: list[str]) -> list[str]:
    """Names of the list with a slip or in another order, and as many that are not on it."""
    asked = []
    for name in dice.sample(known, ASKED // 2):
        first, *_, last = name.split()
        asked.append(dice.choice((f"{last}, {first}", f"{first} {made.slip(dice, last)}", name, f"{first} {last}")))
        asked.append(f"{first} {dice.choice(known).split()[-1][::-1].title()}")
    return asked


def rate(watchlist: Watchlist, asked: list[str]) -> tuple[float, list[float]]:
    """Look-ups a second of processor time, and the seconds of each."""
    seconds = []
    began = time.process_time()
    for name in asked:
        at = time.process_time()
        watchlist.ask(name)
        seconds.append(time.process_time() - at)
    return len(asked) / (time.process_time() - began), sorted(seconds)


def main() -> None:
    """Write a list, read it, ask it, and print the figures."""
    dice = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        path, known = Path(folder) / "entities.ftm.json", []
        with path.open("w", encoding="utf-8") as file:
            for number, (schema, name) in enumerate(names(dice, SIZE)):
                file.write(json.dumps({"id": f"E{number}", "schema": schema, "properties": {"name": [name]}}) + "\n")
                if number < BRUTE_NAMES:
                    known.append(name)
        before, began = rss_mb(), time.process_time()
        watchlist = load(WatchlistConfig(name="bench", path=path))
        took = time.process_time() - began
    print(f"{len(watchlist.index):,} names read in {took:.1f} s of processor time; {rss_mb() - before:.0f} MB more memory at most")
    asked = questions(dice, known)
    per_second, seconds = rate(watchlist, asked)
    again, _ = rate(watchlist, asked)
    print(f"look-ups: {per_second:,.0f}/s, and {again:,.0f}/s of what was asked before")
    print(f"a look-up: p50 {seconds[ASKED // 2] * 1e3:.2f} ms, p99 {seconds[ASKED * 99 // 100] * 1e3:.2f} ms")
    began = time.process_time()
    for name in asked[:BRUTE_ASKED]:
        extract(name, known, scorer=token_sort_ratio, score_cutoff=85, limit=5)
    brute = (time.process_time() - began) / BRUTE_ASKED * len(watchlist.index) / len(known)
    print(f"token_sort_ratio with every name: {brute * 1e3:,.0f} ms, {brute * per_second:,.0f} times as long")


if __name__ == "__main__":
    main()
