"""A stream of articles that tell acts, as they arrive: copies, wire reports, a day of lateness. Seeded, no clock.

What an article says is given, not read: what is tested with it is what becomes of signals.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from connectors.messages.article import Article, article_id
from connectors.messages.entity import Entity
from connectors.messages.signal import Actor, Condition, Evidence, Signal, SignalKind, signal_id
from connectors.messages.story import Story
from pipelines.alerts.step import RaiseAlerts
from pipelines.work import Work
from tests import builders

START = datetime(2026, 3, 2, 9, 0, tzinfo=builders.PUBLISHED_AT.tzinfo)
STATES = ("USA", "RUS", "CHN", "IRN", "GBR", "FRA", "DEU", "CAN", "JPN", "BLR", "SYR", "VEN", "CUB", "MMR", "PRK", "TUR")
KINDS: tuple[SignalKind, ...] = ("threat", "considering", "imposed", "call_for", "eased")


def actor(id_: str) -> Actor:
    """A state under its code."""
    return Actor(id=id_, name=id_)


def said(kind: SignalKind, sender: str, target: str, text: str = "", commitment: int = 2, condition: str = "") -> Signal:
    """What an article says; a denial is the sender's, of what the target says."""
    quote = f"{text or sender} {kind} {target}."
    parties: dict[str, tuple[Actor, ...]] = (
        {"senders": (), "targets": (), "deniers": (actor(sender),)}
        if kind == "denial"
        else {"senders": (actor(sender),), "targets": (actor(target),)}
    )
    hangs_on = Condition(text=condition, direction="if") if condition else None
    evidence = Evidence(quote=quote, start=0, end=len(quote))
    return replace(builders.signal(kind=kind, commitment=commitment, condition=hangs_on, evidence=evidence), **parties)  # type: ignore[arg-type]


def work(
    name: str,
    signals: Sequence[Signal],
    *,
    at: datetime = START,
    late: timedelta = timedelta(0),
    outlet: str = "",
    copy_of: str | None = None,
    agency: str = "",
    version: int = 1,
    story: str = "s",
    names: Iterable[str] = (),
) -> Work:
    """An article of the outlet, published at `at` and had `late` after it.

    Args:
        name: of the article; its id comes from it.
        signals: what it says.
        at, late, outlet, agency, version: of the article; the outlet is named after the article where none is given.
        copy_of: name of the article whose text it repeats.
        story: id of its story.
        names: ids of further entities that it names.
    """
    article = _article(name, at, late, outlet or name, agency, version)
    own = tuple(
        replace(signal, id=signal_id(article.id, signal.kind, signal.evidence, place)) for place, signal in enumerate(signals)
    )
    named = {one.id for signal in signals for one in (*signal.senders, *signal.targets, *signal.deniers)} | set(names)
    return builders.work(
        article,
        signals=own,
        entities=tuple(Entity(id=id_, type="state", name=id_) for id_ in sorted(filter(None, named))),
        story=_story(story),
        copy_of=None if copy_of is None else id_of(copy_of),
        copy_kind=None if copy_of is None else "near",
    )


def id_of(name: str) -> str:
    """The id of the article of this name."""
    return article_id(f"https://{name}.example/")


def _article(name: str, at: datetime, late: timedelta, outlet: str, agency: str, version: int) -> Article:
    return builders.article(
        id=id_of(name), url=f"https://{name}.example/", feed=outlet, outlet=f"{outlet}.example", title=name,
        text=f"{name} {version}", published_at=at, fetched_at=at + late, agency=agency, version=version,
    )  # fmt: skip


def _story(name: str) -> Story:
    return builders.story(id=name)


def told(works: Iterable[Work], step: RaiseAlerts | None = None) -> RaiseAlerts:
    """A step that was told these works one after another."""
    step = step or RaiseAlerts()
    for one in works:
        step.tell(one)
    return step


def stream(chance: random.Random, stories: int, *, copies: float = 0.3, late: timedelta = timedelta(hours=24)) -> list[Work]:
    """Articles of some stories, in the order of their arrival.

    A story is of one pair of states and has one to three acts, each told by 1 to 20 articles within two days, some of which are
    copies of another (30 %) or of a wire service, and each article arrives up to a day after it was published. A pair of states has
    one story at a time.
    """
    made = [one for number in range(stories) for one in _story_of(chance, number, copies, late)]
    return sorted(made, key=lambda one: (one.told.fetched_at, one.told.id))


def acts_of(works: Iterable[Work]) -> set[tuple[object, ...]]:
    """The (story, kind, senders, targets) that some works tell."""
    return {
        (one.story.id if one.story else "", signal.kind, signal.senders, signal.targets)
        for one in works
        for signal in one.signals
        if signal.kind != "denial"
    }


def ids_of(done: Iterable[Work]) -> set[tuple[str, str]]:
    """The (story, alert id) under which articles that were told went, ids that were given up included."""
    return {(one.story.id if one.story else "", id_) for one in done for id_ in one.alert_ids}


def _story_of(chance: random.Random, number: int, copies: float, late: timedelta) -> list[Work]:
    pairs = [(one, other) for one in STATES for other in STATES if one != other]
    sender, target = pairs[number % len(pairs)]
    begin = START + timedelta(days=12 * (number // len(pairs)), hours=chance.uniform(0, 200))
    made: list[Work] = []
    for kind in chance.sample(KINDS, chance.randint(1, 3)):
        names: list[str] = []
        for place in range(min(20, 1 + int(chance.expovariate(1 / 5)))):
            name = f"n{number}{kind.replace('_', '')}{place}"
            at = begin + timedelta(hours=chance.uniform(0, 48))
            is_copy = bool(names) and chance.random() < copies
            signal = said(
                kind,
                sender,
                target,
                text=f"{number}" if is_copy else name,
                commitment=chance.choice((1, 2, 2, 3)),
                condition=chance.choice(("", "", "if it moves", "if it stays")),
            )
            made.append(
                work(
                    name, [signal], at=at, late=late * chance.random(), story=f"story{number}",
                    outlet=f"outlet{chance.randrange(200)}", copy_of=chance.choice(names) if is_copy else None,
                    agency=chance.choice(("", "", "", "", "Reuters")),
                )
            )  # fmt: skip
            names.append(name)
    if chance.random() < 0.3:
        at = begin + timedelta(hours=chance.uniform(0, 48))
        made.append(work(f"n{number}denier", [said("denial", target, sender)], at=at, story=f"story{number}", names=[sender]))
    return made
