"""The stages that remember, run in process: copies, carried signals, stories, alerts, as a job that has never run holds them.

The model is replaced by a table of sentences, since what is tested here is what becomes of signals, not how they are found.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

from connectors.config import Config
from connectors.messages.alert import Alert
from connectors.messages.analysis import Analysis
from connectors.messages.article import Article, article_id
from connectors.messages.codec import decode, encode
from connectors.messages.entity import Entity
from connectors.messages.signal import Actor, Condition, Signal, SignalKind, signal_id
from connectors.messages.story import Story
from pipelines.alerts.step import RaiseAlerts
from pipelines.carry import locate
from pipelines.fingerprint import fingerprint
from pipelines.history import History, blank
from pipelines.work import Work, analysis_of
from tests import builders

HOUR = datetime(2022, 1, 10, 9, 0, tzinfo=builders.PUBLISHED_AT.tzinfo)
THREAT = "The United States will impose sanctions on Russia if it invades Ukraine."
FIRMER = "Washington vows crushing sanctions against Moscow unless the troops withdraw."
ALLIES = "The United States and its allies promise sanctions on Russia over gas."
IMPOSED = "The United States imposed sanctions on Russia on Monday."
DENIAL = "Russia rejected the talk of sanctions as hysteria."
FIRM = "An unnamed firm faces sanctions from the Baltic regulator."
NOBODY = "Crushing sanctions are in the air."


def _signal(kind: SignalKind, senders: Sequence[Actor], targets: Sequence[Actor], **more: object) -> Signal:
    none = replace(builders.signal(), senders=(), targets=(), condition=None)
    return replace(none, kind=kind, senders=tuple(senders), targets=tuple(targets), **more)  # type: ignore[arg-type]


USA, RUS = builders.UNITED_STATES, builders.RUSSIA
SAID: dict[str, Signal] = {
    THREAT: _signal("threat", [USA], [RUS], condition=Condition(text="if it invades Ukraine", direction="if"), commitment=2),
    FIRMER: _signal(
        "threat",
        [Actor(id="USA", name="Washington")],
        [Actor(id="RUS", name="Moscow")],
        condition=Condition(text="unless the troops withdraw", direction="unless"),
        commitment=3,
        measures=("finance",),
        deadline="by Friday",
    ),
    ALLIES: _signal("threat", [USA, Actor(id=None, name="its allies")], [RUS], commitment=2),
    IMPOSED: _signal("imposed", [USA], [RUS]),
    DENIAL: _signal("denial", [], [], deniers=(RUS,)),
    FIRM: _signal("threat", [Actor(id=None, name="the Baltic regulator")], [Actor(id=None, name="An unnamed firm")]),
    NOBODY: _signal("threat", [], []),
}


def speaks(sentence: str) -> bool:
    """Whether a sentence is about sanctions."""
    return "sanctions" in sentence


def signals_in(article: Article) -> tuple[Signal, ...]:
    """What the table finds in an article, in the order of the text."""
    found = [(locate(sentence, article.text), signal) for sentence, signal in SAID.items()]
    told = sorted(((place, signal) for place, signal in found if place is not None), key=lambda pair: pair[0].start)
    return tuple(replace(signal, id=signal_id(article.id, signal.kind, place, 0), evidence=place) for place, signal in told)


def report(name: str, *paragraphs: str, minute: int = 0, title: str = "Washington and Moscow", **overrides: object) -> Article:
    """An article of the outlet `name`, some minutes into the hour."""
    url = f"https://{name}.example/1"
    at = HOUR + timedelta(minutes=minute)
    made = builders.article(
        id=article_id(url), url=url, feed=name, outlet=f"{name}.example", title=title, text="\n\n".join(paragraphs),
        published_at=at, fetched_at=at,
    )  # fmt: skip
    return replace(made, **overrides)  # type: ignore[arg-type]


def filler(author: str, number: int = 40) -> str:
    """A paragraph that no other author writes."""
    return " ".join(f"{author}{place}" for place in range(number)) + "."


@dataclass
class Desk:
    """One process of the job, and what it has committed."""

    history: History = field(default_factory=lambda: blank(Config(), count(1)))
    log: list[Analysis | Story | Alert] = field(default_factory=list)
    failed: list[Work] = field(default_factory=list)

    def sift(self, article: Article) -> Work:
        """Take an article through copies and the table."""
        raw = Work(
            record=builders.log_record(), article=article, language="en", fingerprint=fingerprint(article.title, article.text)
        )
        work = self.history.copies.sift(raw, speaks)
        entities = (Entity(id="USA", type="state", name="United States"), Entity(id="RUS", type="state", name="Russia"))
        return replace(work, entities=entities, signals=signals_in(article) if work.to_read else ())

    def tell(self, work: Work) -> None:
        """Take work through the chain, and commit what comes out."""
        for told in self.history.chain.tell(work):
            if told.failure is not None:
                self.failed.append(told)
            elif not told.repeat:
                self.log += [analysis_of(told), *([told.story] if told.story else []), *told.alerts]

    def take(self, articles: Iterable[Article]) -> "Desk":
        """Take articles one after another."""
        for article in articles:
            self.tell(self.sift(article))
        return self

    def restarted(self) -> "Desk":
        """A process that begins with what this one has committed, read back from bytes as a cold start does it."""
        desk = Desk(log=list(self.log))
        for kind in (Alert, Analysis, Story):
            for message in self.log:
                if isinstance(message, kind):
                    record = encode(message)
                    back = decode(kind, record.value, record.headers)
                    desk.history.chain.absorb(back)
                    if isinstance(back, Analysis):
                        desk.history.copies.absorb(back)
        return desk

    @property
    def versions(self) -> dict[str, list[Alert]]:
        """The committed versions of each alert."""
        found: dict[str, list[Alert]] = {}
        for message in self.log:
            if isinstance(message, Alert):
                found.setdefault(message.id, []).append(message)
        return found

    @property
    def step(self) -> RaiseAlerts:
        """The step that raises alerts."""
        return next(step for step in self.history.chain.steps if isinstance(step, RaiseAlerts))

    def final(self) -> dict[str, object]:
        """Each alert as it stands, without what depends on the way there."""
        return final(self.step)


def final(step: RaiseAlerts) -> dict[str, object]:
    """Each alert that goes on as a step knows it, copies counted, without version, timeline and what went before it."""
    return {id_: told_of(step.now(id_)) for id_, alert in step.alerts.items() if not alert.superseded_by}


def told_of(alert: Alert) -> Alert:
    """An alert without what depends on the order in which it was told."""
    status = "retracted" if alert.status == "retracted" else "updated"
    return replace(
        alert, version=1, status=status, timeline=(), supersedes=(), story_ids=(), arrived_at=None, severity="low",
        severity_score=0.0, severity_terms=(), confidence=0.0, confidence_terms=(),
    )  # fmt: skip


def news_of(alert: Alert) -> tuple[object, ...]:
    """What a version is made for, of the last one published."""
    return (
        alert.kind, alert.status == "retracted", alert.measures, alert.conditions, alert.deadlines, alert.commitment,
        [contest.quote for contest in alert.contested], alert.independent_outlet_count, alert.related, alert.followed_by,
    )  # fmt: skip
