"""A made press: reports, and what outlets do to them. All of it is drawn from a seed, so a suite is the same on every machine.

An original is prose of made-up sentences over English words by their frequency, among stock phrases that every report has, with the
names of its event. Around each event there are *rivals*: reports by other authors on the same event, which share its names, a quote
and the stock phrases, and are no copies. An edit makes a copy of an original as outlets do; `EDITS` is the list.

Known to be wrong: made prose repeats itself less than real prose, and no edit rewrites as freely as an editor with time.
"""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from wordfreq import top_n_list

STOCK = (
    "officials said on Monday that", "according to people familiar with the matter", "declined to comment on the report",
    "did not immediately respond to a request", "in a statement on its website", "told reporters after the meeting",
    "the foreign ministry said in a statement", "for the first time since the beginning of the year",
)  # fmt: skip
DIGEST_EVERY = 14  # reports: then one outlet carries two of them as one text
LENGTHS = (90, 180, 350, 700, 1200)  # words
Edit = Callable[[random.Random, "Report"], str]
SITES = 30
TWO_IN_ONE = "two reports in one"  # with the original before it; it counts as a copy of its first part


@dataclass(frozen=True)
class Report:
    """A text in paragraphs, and the names that its event has."""

    paragraphs: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def text(self) -> str:
        """The whole of it."""
        return "\n\n".join(self.paragraphs)


@dataclass(frozen=True)
class Told:
    """One article of the suite: its text, which original it repeats, by which edit, and what share of its words it keeps."""

    id: str
    outlet: str
    text: str
    group: str
    edit: str
    share: float


@lru_cache(maxsize=1)
def _words() -> list[str]:
    return [word for word in top_n_list("en", 12_000) if word.isalpha() and len(word) > 1]


@lru_cache(maxsize=1)
def _weights() -> list[float]:
    return [1 / (rank + 20) for rank in range(len(_words()))]


def sentence(chance: random.Random, names: Sequence[str]) -> str:
    """One made-up sentence with a name of the event, now and then with a stock phrase."""
    made = chance.choices(_words(), _weights(), k=chance.randint(8, 26))
    made.insert(chance.randrange(len(made)), chance.choice(names))
    if chance.random() < 0.25:
        made.insert(chance.randrange(len(made)), chance.choice(STOCK))
    return " ".join(made).capitalize() + "."


def report(chance: random.Random, names: Sequence[str], length: int) -> Report:
    """A report of about so many words."""
    paragraphs, words = [], 0
    while words < length:
        paragraph = " ".join(sentence(chance, names) for _ in range(chance.randint(1, 3)))
        paragraphs.append(paragraph)
        words += len(paragraph.split())
    return Report(tuple(paragraphs), tuple(names))


def rival(chance: random.Random, original: Report) -> Report:
    """Another author's report on the same event: its names and one sentence quoted, all else in other words."""
    own = report(chance, original.names, len(original.text.split()))
    quoted = " ".join(chance.choice(original.paragraphs).split(". ")[0].split(" ")[:12])
    place = chance.randrange(len(own.paragraphs))
    return Report((*own.paragraphs[:place], f'"{quoted}," an official said.', *own.paragraphs[place:]), original.names)


def furniture(site: int) -> tuple[str, str]:
    """What a site puts before and after each text."""
    chance = random.Random(f"site {site}")
    words = chance.choices(_words(), k=40)
    return " ".join(words[:12]).capitalize() + ".", "Read more: " + " ".join(words[12:]) + ". Subscribe to our newsletter."


def _cut(chance: random.Random, told: Report, share: float, *, from_start: bool) -> str:
    words = re.findall(r"\S+\s*", told.text)
    length = max(20, ceil(share * len(words)))
    start = 0 if from_start else chance.randrange(max(1, len(words) - length))
    return "".join(words[start : start + length]).rstrip()


def _typos(chance: random.Random, text: str, share: float) -> str:
    words = text.split(" ")
    for place in chance.sample(range(len(words)), int(share * len(words))):
        word = words[place]
        at = chance.randrange(len(word)) if word else 0
        words[place] = word[:at] + chance.choice("aeiorstn") + word[at + 1 :]
    return " ".join(words)


def _reworded(chance: random.Random, text: str, share: float) -> str:
    """Words replaced as a translation there and back replaces them: in runs, so that whole stretches stay."""
    words = text.split(" ")
    place = 0
    while place < len(words):
        place += chance.randint(4, int(2 / share))
        if place < len(words):
            words[place] = chance.choices(_words(), _weights())[0]
    return " ".join(words)


def _moved(chance: random.Random, told: Report) -> str:
    paragraphs = list(told.paragraphs)
    chance.shuffle(paragraphs)
    return "\n\n".join(paragraphs)


def _led(chance: random.Random, told: Report) -> str:
    return "\n\n".join([" ".join(sentence(chance, told.names) for _ in range(2)), *told.paragraphs[1:]])


def _updated(chance: random.Random, told: Report) -> str:
    added = [" ".join(sentence(chance, told.names) for _ in range(2)) for _ in range(max(1, len(told.paragraphs) // 6))]
    return "UPDATE 2. " + "\n\n".join([*told.paragraphs[:1], *added, *told.paragraphs[1:]])


def _merged(chance: random.Random, told: Report) -> str:
    """The report with a shorter one on another event below it."""
    other = report(chance, ("Elsewhere", "Otherland"), max(40, len(told.text.split()) // 2))
    return f"{told.text}\n\nIn other news. {other.text}"


EDITS: dict[str, Edit] = {
    "verbatim": lambda _, told: told.text,
    "other case and quotes": lambda _, told: told.text.upper().replace("'", "\u2019"),
    "byline": lambda _, told: f"By our correspondent, with agency inputs. {told.text} (Reporting by J. Doe)",
    "furniture": lambda _, told: told.text,
    "first 70 %": lambda chance, told: _cut(chance, told, 0.7, from_start=True),
    "first half": lambda chance, told: _cut(chance, told, 0.5, from_start=True),
    "first 30 %": lambda chance, told: _cut(chance, told, 0.3, from_start=True),
    "a middle half": lambda chance, told: _cut(chance, told, 0.5, from_start=False),
    "half within furniture": lambda chance, told: _cut(chance, told, 0.5, from_start=True),
    "lead rewritten": _led,
    "paragraphs moved": _moved,
    "typos": lambda chance, told: _typos(chance, told.text, 0.03),
    "reworded": lambda chance, told: _reworded(chance, told.text, 0.08),
    "updated": _updated,
    "merged with another": _merged,
}
FRAMED = frozenset({"furniture", "half within furniture"})  # by the furniture of the outlet, which is one of `SITES`


def _within_furniture(site: int, text: str) -> str:
    before, after = furniture(site)
    return f"{before}\n\n{text}\n\n{after}"


def suite(seed: int, originals: int, copies: int = 8) -> list[Told]:
    """Return originals with copies of each by edits drawn in turn, and a rival of each, in no order."""
    chance, told = random.Random(f"syndication {seed}"), []
    edits, before = list(EDITS), ""
    for number in range(originals):
        names = [word.capitalize() for word in chance.choices(_words()[2_000:], k=4)]
        original = report(chance, names, LENGTHS[number % len(LENGTHS)])
        group = f"g{number}"
        told.append(Told(f"{group}-0", "wire", original.text, group, "original", 1.0))
        for copy in range(copies):
            name = edits[(number * copies + copy) % len(edits)]
            text, site = EDITS[name](chance, original), chance.randrange(SITES)
            text = _within_furniture(site, text) if name in FRAMED else text
            told.append(Told(f"{group}-{copy + 1}", f"site{site}", text, group, name, kept(text, original.text)))
        if before and number % DIGEST_EVERY == 0:
            told.append(Told(f"{group}-d", "digest", f"{original.text}\n\n{before}", group, TWO_IN_ONE, 1.0))
        before = original.text
        other = rival(chance, original)
        told.append(Told(f"{group}-r", "rival", other.text, f"{group}-rival", "rival", 1.0))
    chance.shuffle(told)
    return told


def kept(text: str, original: str) -> float:
    """Return the share of an original's words that stand in a text, each in a run of three that both have.

    The lead of a report of three paragraphs may be nearly all of it, so what an edit keeps is measured and not named.
    """
    runs, words = set(_runs(text)), len(original.split())
    held = {place + step for place, run in enumerate(_runs(original)) if run in runs for step in range(3)}
    return len(held) / words


def _runs(text: str) -> list[tuple[str, ...]]:
    words = [word.strip('",.').casefold() for word in text.split()]
    return [tuple(words[place : place + 3]) for place in range(len(words) - 2)]


def b_cubed(found: dict[str, str], gold: dict[str, str]) -> tuple[float, float, float]:
    """Return precision, recall and F1 of a grouping (Bagga and Baldwin, 1998), each article weighing the same."""
    by_found: dict[str, list[str]] = {}
    by_gold: dict[str, list[str]] = {}
    for name, group in found.items():
        by_found.setdefault(group, []).append(name)
        by_gold.setdefault(gold[name], []).append(name)
    precision = recall = 0.0
    for name, group in found.items():
        alike = sum(gold[other] == gold[name] for other in by_found[group])
        precision += alike / len(by_found[group])
        recall += alike / len(by_gold[gold[name]])
    precision, recall = precision / len(found), recall / len(found)
    return precision, recall, 2 * precision * recall / (precision + recall)
