"""What a page costs with a million alerts in the read model: lists, filters, searches, deep pages. Run by `make bench`.

The alerts are seeded: 60 states and unions with a skewed share each, all kinds, 90 days, quotes of 12 to 40 words from a vocabulary
with Zipf's shares, so that some words are in nearly every alert and some in a few. The queries are drawn from the same, and the
worst that we could think of are added: frequent filters that meet rarely, phrases of frequent words that never stand together, a
sender of many alerts that never threatens, forty values at once. Each is asked twice: as a visitor does, who is answered after a
moment with what was found so far, and without that, which is what the index costs.

A page costs milliseconds of this process, not of the clock, so that a busy machine does not show in them.

`python -m tests.benchmarks.bench_page [ALERTS [FILE [ASKED]]]` keeps the read model in a file, and asks one that is there.
"""

import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import get_args
from urllib.parse import urlencode

from connectors.messages.alert import ALERT_FAMILIES, Alert, Severity
from connectors.messages.signal import Actor, Condition, Measure
from connectors.subscribers.readmodel.model import Model
from connectors.subscribers.web.limits import Rate
from connectors.subscribers.web.site import SEARCH_SECS
from tests import builders
from tests.connectors.readmodel.stored import stored
from tests.connectors.web.sites import NOW, Stage, staged

SEED = 20261127
ALERTS = 1_000_000
COMMIT_EVERY = 5_000
ASKED = 300
VOCABULARY = [f"{first}{second}{third}" for first in "bdfgklmnprst" for second in ("a", "e", "i", "o", "u") for third in (
    "ban", "rel", "tok", "min", "sur", "vad", "nes", "pol", "gam", "dir")]  # fmt: skip
PARTIES = [f"{first}{second}{third}" for first in "ABCDE" for second in "KLMN" for third in "XYZ"]
NEVER_THREATENS = PARTIES[0]  # and yet acts in more alerts than any other
SHARES = [1 / rank for rank in range(1, len(VOCABULARY) + 1)]
PARTY_SHARES = [1 / rank for rank in range(1, len(PARTIES) + 1)]


def alerts(count: int, chance: random.Random) -> Iterator[Alert]:
    """Yield seeded alerts, oldest first."""
    base, kinds, severities, measures = builders.alert(), list(ALERT_FAMILIES), get_args(Severity), get_args(Measure)
    for number in range(count):
        at = NOW - timedelta(days=90) * (1 - number / count)
        sender, target = chance.choices(PARTIES, PARTY_SHARES, k=2)
        kind = chance.choices(kinds, [9, 8, 4, 1, 7, 3, 1, 2, 2, 2, 1])[0]
        if sender == NEVER_THREATENS and kind == "threat":
            kind = "imposed"
        words = " ".join(chance.choices(VOCABULARY, SHARES, k=chance.randint(12, 40)))
        outlets = min(20, int(chance.paretovariate(1.2)))
        yield replace(
            base,
            id=f"{number:032x}",
            kind=kind,
            family=ALERT_FAMILIES[kind],
            severity=chance.choices(severities, [4, 3, 2, 1])[0],
            senders=(Actor(id=sender, name=f"State {sender}"),),
            targets=(Actor(id=target, name=f"State {target}"),),
            measures=(chance.choice(measures),),
            conditions=(Condition(text=f"if {' '.join(chance.choices(VOCABULARY, SHARES, k=6))}", direction="if"),),
            contested=base.contested if chance.random() < 0.1 else (),
            evidence=(replace(base.evidence[0], quote=words),),
            first_at=at,
            last_at=at,
            outlet_count=outlets + 2,
            independent_outlet_count=outlets,
        )


def fill(path: Path, count: int) -> float:
    """Fill a read model, and return the seconds of this process that it took, the making of the alerts among them."""
    model, began = Model(path), time.process_time()
    for number, alert in enumerate(alerts(count, random.Random(SEED)), start=1):
        model.apply(stored(alert))
        if number % COMMIT_EVERY == 0:
            model.commit()
    model.commit()
    model.close()
    return time.process_time() - began


def questions(chance: random.Random, asked: int = ASKED) -> dict[str, list[str]]:
    """Return addresses of pages by what they ask for, so many of each kind."""

    def party() -> str:
        return chance.choices(PARTIES, PARTY_SHARES)[0]

    def words(count: int) -> str:
        return " ".join(chance.choices(VOCABULARY, SHARES, k=count))

    kinds, measures = list(ALERT_FAMILIES), get_args(Measure)
    found: dict[str, list[list[tuple[str, str]]]] = {
        "newest": [[]],
        "one filter": [[(chance.choice(("sender", "target")), party())] for _ in range(asked)],
        "three filters": [
            [("sender", party()), ("kind", chance.choice(kinds)), ("measure", chance.choice(measures))] for _ in range(asked)
        ],
        "five filters": [
            [("sender", party()), ("target", party()), ("kind", chance.choice(kinds)), ("severity", "critical"), ("outlets", "5")]
            for _ in range(asked)
        ],
        "one word": [[("q", words(1))] for _ in range(asked)],
        "three words": [[("q", words(3))] for _ in range(asked)],
        "six words": [[("q", words(6))] for _ in range(asked)],
        "words and filters": [[("q", words(2)), ("sender", party()), ("kind", chance.choice(kinds))] for _ in range(asked)],
        "rare words": [[("q", f"{chance.choice(VOCABULARY[-60:])} {chance.choice(VOCABULARY[-60:])}")] for _ in range(asked)],
        "phrases": [[("q", f'"{words(2)}"')] for _ in range(asked)],
        "frequent words that never stand together": [
            [("q", f'"{VOCABULARY[first]} {VOCABULARY[second]} {VOCABULARY[first]} {VOCABULARY[second]}"')]
            for first in range(6)
            for second in range(6)
            if first != second
        ],
        "frequent filters that never meet": [
            [("sender", PARTIES[0]), ("target", PARTIES[1]), ("kind", "threat"), ("severity", "low"), ("outlets", "20"),
             ("contested", "yes"), ("measure", measure)]
            for measure in measures
        ],
        "nothing": [[("q", f"{words(2)} absentword")] for _ in range(20)],
        "a sender that never threatens": [
            [("sender", NEVER_THREATENS), ("kind", "threat"), *more] for more in ([], [("q", words(1))], [("severity", "low")])
        ],
        "forty values": [
            [*(("sender", party) for party in PARTIES[:20]), *(("target", party) for party in PARTIES[20:40]), ("q", words(1))]
            for _ in range(20)
        ],
        "days without an alert": [[("since", "2025-01-01"), ("until", "2025-02-01"), ("q", words(1))] for _ in range(20)],
        "deep searches": [[("q", f'"{words(2)}"'), ("before", str(place(chance)))] for _ in range(50)],
        "days": [[("since", day), ("until", day), ("sender", party())] for day in ("2026-09-03", "2026-10-11") for _ in range(50)],
    }  # fmt: skip
    return {name: [f"/?{urlencode(pairs)}" for pairs in several] for name, several in found.items()}


def main(count: int, path: Path, asked: int) -> None:
    """Fill a read model where there is none, ask it, and print the figures."""
    if not path.exists():
        seconds = fill(path, count)
        size = sum(file.stat().st_size for file in path.parent.iterdir()) / 2**20
        print(f"  {count} alerts filled in {seconds:.0f} s, {count / seconds:.0f} a second, {size:.0f} MB")
    for name, search_secs in (("as a visitor", SEARCH_SECS), ("until all is found", 1e9)):
        print(f"  {name}:")
        with staged(path, reads=Rate(1e9, 1e9), search_secs=search_secs) as stage:
            stage.client.get("/")
            for what, addresses in questions(random.Random(SEED), asked).items():
                show(what, *ask(stage, addresses))
            show("deep pages", *ask(stage, deep()))
            show("one alert", *ask(stage, [f"/alerts/{random.Random(SEED).randrange(count):032x}" for _ in range(50)]))
            show("overview", *ask(stage, ["/overview?days=90", "/overview?days=30", "/overview?days=7&family=threat"]))


def place(chance: random.Random) -> int:
    """Return a place anywhere in the order."""
    return int((NOW - timedelta(days=chance.random() * 90)).timestamp()) << 24


def deep() -> list[str]:
    """Return addresses of pages at places all over the order."""
    chance = random.Random(SEED)
    return [f"/?{name}={place(chance)}" for name in ("before", "after") for _ in range(100)]


def ask(stage: Stage, addresses: list[str]) -> tuple[list[float], int]:
    """Return the milliseconds of each page, and the bytes of the heaviest."""
    spent, heaviest = [], 0
    for address in addresses:
        began = time.process_time()
        answer = stage.client.get(address, headers={"host": "localhost"})
        spent.append(1000 * (time.process_time() - began))
        answer.raise_for_status()
        heaviest = max(heaviest, len(answer.content))
    return spent, heaviest


def show(name: str, spent: list[float], heaviest: int) -> None:
    """Print one line."""
    ordered = sorted(spent)
    middle, late = ordered[len(ordered) // 2], ordered[max(0, -(-95 * len(ordered) // 100) - 1)]
    print(f"  {name:<42} p50 {middle:6.1f} ms  p95 {late:6.1f} ms  longest {ordered[-1]:6.1f} ms  {heaviest / 1000:5.1f} kB")


def run(words: Sequence[str]) -> None:
    """Run with the words of a command line."""
    with tempfile.TemporaryDirectory() as folder:
        count = int(words[0]) if words else ALERTS
        path = Path(words[1]) if len(words) > 1 else Path(folder) / "web.sqlite"
        main(count, path, int(words[2]) if len(words) > 2 else ASKED)


if __name__ == "__main__":
    run(sys.argv[1:])
