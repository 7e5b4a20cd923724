"""Days of news, generated: events that several outlets tell, each in words of its own. Seeded; no clock.

What makes it hard is what makes news hard: themes share their words, a few states are in every second article, a third of the
events have a *twin* (the same kind of event elsewhere, told in much the same words), some have a *sequel* (the same people and
places, days later), and an outlet knows only some of the facts and may call them otherwise. Texts are made of the words of a
frequency table and of invented names, so nothing here is anybody's report; what is learned on it must be tried on real texts
too.
"""

import random
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from heapq import heappop, heappush

from wordfreq import top_n_list

from connectors.messages.article import Article, article_id, event_time
from connectors.messages.entity import Entity
from pipelines.work import Work
from tests import builders

START = datetime(2026, 3, 2, 6, 0, tzinfo=builders.PUBLISHED_AT.tzinfo)
STATES = (
    "Russia", "China", "Iran", "Ukraine", "Israel", "Turkey", "Belarus", "Venezuela", "Cuba", "Syria", "Serbia", "Georgia", "Mali",
    "Niger", "Sudan", "Myanmar", "Nicaragua", "Eritrea", "Armenia", "Norway", "Canada", "Japan", "Poland", "Estonia", "Spain",
)  # fmt: skip
SYLLABLES = (
    "ka",
    "lo",
    "mir",
    "ten",
    "sav",
    "rud",
    "bel",
    "or",
    "ni",
    "gar",
    "ush",
    "eta",
    "vol",
    "pri",
    "dan",
    "ze",
    "qua",
    "fim",
)
COMMON, THEME_WORDS, RARE = slice(0, 600), slice(1_000, 8_000), slice(4_000, 40_000)


@dataclass(frozen=True)
class Event:
    """What happened: its facts as pairs of words that mean the same, the names in it, the states in it, when it began."""

    number: int
    theme: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    states: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class Telling:
    """One article and the event that it tells."""

    article: Article
    event: int
    entities: tuple[Entity, ...]

    @property
    def work(self) -> Work:
        """The article as it reaches the stories: read by the model."""
        return builders.work(self.article, entities=self.entities)


@lru_cache(maxsize=1)
def _vocabulary() -> tuple[str, ...]:
    return tuple(word for word in top_n_list("en", 50_000) if word.isalpha() and len(word) > 2)


def tellings(seed: int, *, events: int = 150, days: float = 6) -> list[Telling]:
    """Articles of so many events over so many days, in order of publication; about 6.5 articles an event."""
    return list(stream(seed, events=events, days=days))


def stream(seed: int, *, events: int, days: float) -> Iterator[Telling]:
    """The same, one at a time: as many as a week of the world's news."""
    chance = random.Random(seed)
    ahead: list[tuple[datetime, str, Telling]] = []
    for event in sorted(_happened(chance, events, days), key=lambda event: event.at):
        while ahead and ahead[0][0] < event.at:
            yield heappop(ahead)[2]
        for telling in _told(chance, event):
            heappush(ahead, (event_time(telling.article), telling.article.id, telling))
    while ahead:
        yield heappop(ahead)[2]


def interleaved(told: Sequence[Telling], seed: int, *, partitions: int = 4, ahead_hours: float = 3) -> list[Telling]:
    """The same log read otherwise: each partition in its order, mixed at random, none so many hours ahead of another."""
    chance = random.Random(seed)
    queues = [deque(each for each in told if int(each.article.id, 16) % partitions == part) for part in range(partitions)]
    read: list[Telling] = []
    while open_ := [queue for queue in queues if queue]:
        limit = min(event_time(queue[0].article) for queue in open_) + timedelta(hours=ahead_hours)
        queue = chance.choice([queue for queue in open_ if event_time(queue[0].article) <= limit])
        read.append(queue.popleft())
    return read


def _happened(chance: random.Random, number: int, days: float) -> list[Event]:
    themes = [tuple(chance.sample(_vocabulary()[THEME_WORDS], 60)) for _ in range(max(12, number // 20))]
    made: list[Event] = []
    while len(made) < number:
        at = START + timedelta(hours=chance.uniform(0, 24 * days))
        kind = chance.random()
        if made and kind < 0.3:
            made.append(_twin(chance, chance.choice(made), len(made), at))
        elif made and kind < 0.4:
            made.append(_sequel(chance, chance.choice(made), len(made)))
        else:
            made.append(Event(len(made), chance.choice(themes), _facts(chance, 16), _names(chance, 4), _states(chance), at))
    return made


def _twin(chance: random.Random, of: Event, number: int, at: datetime) -> Event:
    facts = (*chance.sample(of.facts, 6), *_facts(chance, 10))
    return replace(of, number=number, facts=facts, names=_names(chance, 4), states=_states(chance), at=at)


def _sequel(chance: random.Random, of: Event, number: int) -> Event:
    facts = (*chance.sample(of.facts, 4), *_facts(chance, 12))
    names = (*chance.sample(of.names, 2), *_names(chance, 2))
    return replace(of, number=number, facts=facts, names=names, at=of.at + timedelta(hours=chance.uniform(80, 140)))


def _facts(chance: random.Random, number: int) -> tuple[tuple[str, str], ...]:
    words = chance.sample(_vocabulary()[RARE], 2 * number)
    return tuple(zip(words[::2], words[1::2], strict=True))


def _names(chance: random.Random, number: int) -> tuple[str, ...]:
    return tuple("".join(chance.sample(SYLLABLES, chance.randint(2, 4))).capitalize() for _ in range(number))


def _states(chance: random.Random) -> tuple[str, ...]:
    """Two or three states, the first of the list far more often than the last."""
    return tuple(dict.fromkeys(STATES[min(int(chance.expovariate(0.2)), len(STATES) - 1)] for _ in range(3)))


def _told(chance: random.Random, event: Event) -> list[Telling]:
    number = min(30, 1 + int(chance.expovariate(0.17)))
    return [_telling(chance, event, place) for place in range(number)]


def _telling(chance: random.Random, event: Event, place: int) -> Telling:
    known = chance.sample(event.facts, round(len(event.facts) * chance.uniform(0.5, 0.9)))
    facts = [chance.choices(pair, (3, 1))[0] for pair in known]
    names = chance.sample(event.names, chance.randint(2, len(event.names)))
    states = chance.sample(event.states, max(1, len(event.states) - chance.randint(0, 1)))
    paragraphs = "\n\n".join(_paragraph(chance, event, facts, [*names, *states]) for _ in range(chance.randint(3, 7)))
    title = " ".join([*chance.sample(facts, 3), chance.choice(names), chance.choice(states), chance.choice(event.theme)])
    at = event.at + timedelta(hours=min(60, chance.expovariate(0.12)))
    outlet = f"outlet{chance.randrange(60)}.example"
    url = f"https://{outlet}/{event.number}/{place}"
    article = builders.article(
        id=article_id(url), url=url, feed=outlet, outlet=outlet, title=title.capitalize(), text=paragraphs, published_at=at,
        fetched_at=at + timedelta(minutes=chance.uniform(1, 20)),
    )  # fmt: skip
    people = [Entity(id=f"person:{name.casefold()}", type="person", name=name) for name in names]
    return Telling(article, event.number, (*people, *(Entity(id=name[:3].upper(), type="state", name=name) for name in states)))


def _paragraph(chance: random.Random, event: Event, facts: Sequence[str], names: Sequence[str]) -> str:
    """Some forty words: half of them common, the rest of the theme, the facts, names, and the outlet's own."""
    words = []
    for _ in range(chance.randint(25, 50)):
        draw = chance.random()
        if draw < 0.55:
            words.append(_vocabulary()[int(600 * chance.random() ** 2)])
        elif draw < 0.72:
            words.append(chance.choice(event.theme))
        elif draw < 0.82:
            words.append(chance.choice(facts))
        elif draw < 0.88:
            words.append(chance.choice(names))
        else:
            words.append(_vocabulary()[int(600 + 39_000 * chance.random() ** 2)])
    return f"{' '.join(words).capitalize()}."
