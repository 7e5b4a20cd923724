"""A known stream of any length: rounds of articles about one act each, most of them about something else, and a few that are none.

A round is what an hour's news is like, on a small scale: two reporters of their own, a copy word by word, a copy with furniture, a
denial, and small talk that the model is never shown, so that ten thousand articles take minutes. All articles of a round speak
within one hour, so an alert's id does not hang on which of them came first. Names make every text its own. No clock, and no random
number without a seed.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import permutations

from connectors.messages.article import Article, article_id
from tests.end_to_end.newsroom import DEEDS, FURNITURE, KINDS_OF_THINGS, PAIRS, THINGS

ROUND = 25
POISON_EVERY = 400
HOURS = 20
SYLLABLES = (
    "ba", "dor", "el", "fi", "gan", "ha", "ik", "jo", "kul", "lem", "mar", "nu", "os", "pir", "ru", "sel", "tam", "ur", "ve", "zo",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stream:
    """Articles, by the number of their round.

    Attributes:
        number: how many articles.
        seed: of the words and of who acts against whom.
        begins_at: the full hour of the first round; two days before now, so that the last article is not ahead of its time.
    """

    number: int
    seed: int
    begins_at: datetime

    def articles(self) -> Iterator[Article]:
        """Yield the articles in the order in which they are published."""
        chance = random.Random(self.seed)
        countries = sorted({name for pair in PAIRS for name in pair})
        acts = list(permutations(countries, 2))
        chance.shuffle(acts)
        for place in range(self.number):
            round_, turn = divmod(place, ROUND)
            if turn == 0:
                texts = list(_round(chance, round_, *acts[round_ % len(acts)]))
            yield _article(round_, turn, texts[turn], self._at(round_, turn))

    def poison(self) -> list[bytes]:
        """Return values that are no articles, some for every few hundred that are."""
        return [f'{{"no": "article", "number": {number}}}'.encode() for number in range(self.number // POISON_EVERY + 1)]

    def last(self) -> Article:
        """Return an article of the next day, with which the counts of all alerts are published."""
        text = f"Nothing was heard of {_name(random.Random(self.seed))} in the morning."
        return _article(self.number, 0, text, self.begins_at + timedelta(hours=HOURS + 24))

    def _at(self, round_: int, turn: int) -> datetime:
        """Return when an article was published: the rounds share `HOURS` hours."""
        hour = round_ * HOURS * ROUND // max(self.number, HOURS * ROUND)
        return self.begins_at + timedelta(hours=hour, minutes=turn * 2)


def _article(round_: int, turn: int, text: str, at: datetime) -> Article:
    outlet = f"outlet{(round_ * 7 + turn) % 300}.example"
    url = f"https://{outlet}/{round_}/{turn}"
    return Article(
        id=article_id(url), feed="chaos", outlet=outlet, title=f"Round {round_}", text=text, url=url, language="en",
        fetched_at=at + timedelta(minutes=5), published_at=at,
    )  # fmt: skip


def _round(chance: random.Random, number: int, sender: str, target: str) -> Iterator[str]:
    """Yield the texts of one round; only the first five speak of an act."""
    act = f"{sender} will impose sanctions on {target} if {_name(chance)} is not released, its foreign minister said."
    report = "\n\n".join([f"The talks of {sender} and {target} ended without a result.", act, _prose(chance), _prose(chance)])
    yield report
    yield report
    yield f"{report}\n\n{FURNITURE.format(outlet=f'daily{number}.example')}"
    asset = f"{sender} is weighing whether to freeze the assets of officials from {target}, a spokesman for its government said."
    yield "\n\n".join([_prose(chance), asset, _prose(chance)])
    answer = f"{target} rejected the accusations, and its foreign ministry called the threat of {_name(chance)} baseless."
    yield "\n\n".join([_prose(chance), act, answer, _prose(chance)])
    calm = ""
    for turn in range(5, ROUND):
        calm = calm if turn % 5 == 0 and calm else _prose(chance)
        yield calm


def _prose(chance: random.Random) -> str:
    return " ".join(_small_talk(chance) for _ in range(3))


def _small_talk(chance: random.Random) -> str:
    (first, second), kind = chance.sample(THINGS, 2), chance.choice(KINDS_OF_THINGS)
    return f"A {kind} {first} of {_name(chance)} {chance.choice(DEEDS)} the {second} at the house of {_name(chance)}."


def _name(chance: random.Random) -> str:
    given, family = ("".join(chance.choices(SYLLABLES, k=parts)).capitalize() for parts in (2, 3))
    return f"{given} {family}"
