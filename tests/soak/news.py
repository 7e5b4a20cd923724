"""News without end for a soak: what an hour brings in kinds, though not in words, and on a clock of its own.

Of twenty articles one tells an act, five repeat one of the last hundred texts with another outlet's furniture, and fourteen are
about something else. Every text has names that no other has, as real news does: what a model or an index keeps of each new word
grows here too.

The clock of the news runs `DAYS_A_MINUTE` days in a minute, so that whatever forgets by time (copies after 72 hours and 30 days,
stories after 14 days, alerts after 90) begins to forget within the first ten minutes and goes on forgetting for the rest of the
run. How much each of them holds at full volume is another question, which `bench_copies` and `bench_stories` answer.
"""

import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.messages.article import Article, article_id
from tests.end_to_end.newsroom import DEEDS, KINDS_OF_THINGS, PAIRS, THINGS

DAYS_A_MINUTE = 9.0
ROUND = ("act", *("copy",) * 5, *("else",) * 14)
SYLLABLES = (
    "ba", "dor", "el", "fi", "gan", "ha", "ik", "jo", "kul", "lem", "mar", "nu", "os", "pir", "ru", "sel", "tam", "ur", "ve", "zo",
)  # fmt: skip
ACTS = (
    "{sender} will impose sanctions on {target} if {name} is not released, its foreign minister {other} said.",
    "{sender} imposed sanctions on {target} on Monday over the arrest of {name}, a spokesman said.",
    "{sender} is considering an embargo on arms for {target}, foreign minister {name} told {other}.",
    "{sender} lifted its sanctions on {target} after the release of {name}, the government said.",
    "{sender} froze the assets of {name}, a minister of {target}, over the treatment of {other}.",
)
FURNITURE = "Read more on this in our archive, and follow the live page of {outlet}."


@dataclass
class News:
    """An endless supply.

    Args:
        chance: a seeded random number generator.
        begins_at: when the first article was published, on the clock of the news.
        feed: of the articles.
    """

    chance: random.Random
    begins_at: datetime
    feed: str = "soak"
    texts: deque[str] = field(default_factory=lambda: deque(maxlen=100))
    number: int = 0

    def article(self, passed_secs: float, now: datetime) -> Article:
        """Return the next article.

        Args:
            passed_secs: since the first one, on our clock.
            now: by our clock, as a feed connector would see it.
        """
        self.number += 1
        kind = ROUND[self.number % len(ROUND)]
        outlet = f"outlet{self.chance.randrange(400)}.example"
        text = self._copy(outlet) if kind == "copy" and self.texts else self._new(kind)
        url = f"https://{outlet}/{self.feed}/{self.number}"
        published_at = self.begins_at + timedelta(days=DAYS_A_MINUTE * passed_secs / 60)
        return Article(
            id=article_id(url), feed=self.feed, outlet=outlet, title=f"Report of {self._name()}", text=text, url=url, language="en",
            fetched_at=now, published_at=published_at,
        )  # fmt: skip

    def _copy(self, outlet: str) -> str:
        return f"{self.chance.choice(self.texts)}\n\n{FURNITURE.format(outlet=outlet)}"

    def _new(self, kind: str) -> str:
        paragraphs = [" ".join(self._small_talk() for _ in range(3)) for _ in range(6)]
        if kind == "act":
            sender, target = self.chance.choice(PAIRS)
            act = self.chance.choice(ACTS).format(sender=sender, target=target, name=self._name(), other=self._name())
            paragraphs.insert(1, act)
        text = "\n\n".join(paragraphs)
        self.texts.append(text)
        return text

    def _small_talk(self) -> str:
        (first, second), kind = self.chance.sample(THINGS, 2), self.chance.choice(KINDS_OF_THINGS)
        return f"A {kind} {first} of {self._name()} {self.chance.choice(DEEDS)} the {second} at the house of {self._name()}."

    def _name(self) -> str:
        given, family = ("".join(self.chance.choices(SYLLABLES, k=parts)).capitalize() for parts in (2, 3))
        return f"{given} {family}"


def due(rate: float, passed_secs: float, sent: int) -> Iterator[int]:
    """Yield once for each article that is due and not sent."""
    yield from range(sent, int(rate * passed_secs) + 1)
