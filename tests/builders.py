"""Messages for tests: sensible, fixed, and every field open to an override. No clock and no random number.

The story they tell is the seed article's: on 31 December 2021 the United States threatens Russia with sanctions.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.messages.alert import Alert, Change, Contest, Quote, Source, alert_id
from connectors.messages.analysis import Analysis, Position
from connectors.messages.article import Article, article_id
from connectors.messages.dead_letter import DeadLetter
from connectors.messages.delivery import Delivery, delivery_id
from connectors.messages.disposition import Disposition
from connectors.messages.entity import Entity, Mention
from connectors.messages.signal import Actor, Condition, Evidence, Signal, Term, signal_id
from connectors.messages.silence import Matcher, Silence, silence_id
from connectors.messages.story import Story, story_id
from pipelines.fingerprint import fingerprint
from pipelines.work import LogRecord, Work

URL = "https://news.example/politics/biden-warns-moscow"
PUBLISHED_AT = datetime(2021, 12, 31, 8, 0, tzinfo=UTC)
FETCHED_AT = datetime(2021, 12, 31, 8, 2, 30, tzinfo=UTC)
ARTICLE_ID = article_id(URL)
TITLE = "Biden warns Moscow"
QUOTE = "The United States will impose serious sanctions on Russia if it invades Ukraine."
TEXT = f"Biden spoke on Friday.\n\n{QUOTE} Moscow denies any such plans."
START = TEXT.index(QUOTE)
UNITED_STATES = Actor(id="USA", name="The United States")
RUSSIA = Actor(id="RUS", name="Russia")


def article(**overrides: Any) -> Article:
    """One article with a threat in its second paragraph."""
    made = Article(
        id=ARTICLE_ID,
        feed="news",
        outlet="news.example",
        title=TITLE,
        text=TEXT,
        fetched_at=FETCHED_AT,
        url=URL,
        language="en",
        published_at=PUBLISHED_AT,
    )
    return replace(made, **overrides)


def position(offset: int = 7, *, topic: str = "articles", partition: int = 0) -> Position:
    """Where the article stands in the log."""
    return Position(topic=topic, partition=partition, offset=offset)


def evidence(quote: str = QUOTE, start: int = START) -> Evidence:
    """The sentence that says it."""
    return Evidence(quote=quote, start=start, end=start + len(quote))


def signal(**overrides: Any) -> Signal:
    """The threat of the article."""
    found = overrides.get("evidence", evidence())
    kind = overrides.get("kind", "threat")
    made = Signal(
        id=signal_id(ARTICLE_ID, kind, found, 0),
        kind="threat",
        evidence=evidence(),
        senders=(UNITED_STATES,),
        targets=(RUSSIA,),
        condition=Condition(text="if it invades Ukraine", direction="if"),
        measures=("unspecified",),
        commitment=3,
        cameo="1312",
        plover="THREATEN",
        rule="will_impose",
        confidence=0.8,
        confidence_terms=(Term(name="modal verb", value=0.5), Term(name="named parties", value=0.3)),
    )
    return replace(made, **overrides)


def analysis(**overrides: Any) -> Analysis:
    """All that was found in the article."""
    made = Analysis(
        article_id=ARTICLE_ID,
        article_version=1,
        position=position(),
        event_time=PUBLISHED_AT,
        outlet="news.example",
        title=TITLE,
        language="en",
        url=URL,
        story_id=story_id(ARTICLE_ID),
        text_hash="0" * 32,
        sketch=(3, 5, 2**64 - 1),
        sketch_common=(1,),
        spoken=(11,),
        entities=(Entity(id="RUS", type="state", name="Russia"), Entity(id="USA", type="state", name="United States")),
        mentions=(
            Mention(name="The United States", start=START, end=START + 17, entity_id="USA"),
            Mention(name="Russia", start=TEXT.index("Russia"), end=TEXT.index("Russia") + 6, entity_id="RUS"),
        ),
        signals=(signal(),),
        alert_ids=(ALERT_ID,),
    )
    return replace(made, **overrides)


def story(**overrides: Any) -> Story:
    """The story that the article began."""
    made = Story(
        id=story_id(ARTICLE_ID),
        version=1,
        title=TITLE,
        language="en",
        founder_id=ARTICLE_ID,
        article_count=1,
        outlet_count=1,
        outlets=("news.example",),
        started_at=PUBLISHED_AT,
        last_at=PUBLISHED_AT,
        terms={"moscow": 2.5, "sanctions": 1.25},
    )
    return replace(made, **overrides)


ALERT_ID = alert_id("threat", ["USA"], ["RUS"], "economic", PUBLISHED_AT)


def source(**overrides: Any) -> Source:
    """The article as a source of an alert."""
    made = Source(article_id=ARTICLE_ID, outlet="news.example", title=TITLE, event_time=PUBLISHED_AT, url=URL)
    return replace(made, **overrides)


def alert(**overrides: Any) -> Alert:
    """The alert that the signal raised."""
    found = signal()
    quote = Quote(
        article_id=ARTICLE_ID, signal_id=found.id, quote=QUOTE, start=START, end=START + len(QUOTE), commitment=3, rule=found.rule
    )
    made = Alert(
        id=ALERT_ID,
        version=1,
        status="raised",
        kind="threat",
        family="threat",
        measure_family="economic",
        episode_started_at=PUBLISHED_AT,
        first_at=PUBLISHED_AT,
        last_at=PUBLISHED_AT,
        senders=(UNITED_STATES,),
        targets=(RUSSIA,),
        measures=("unspecified",),
        conditions=(Condition(text="if it invades Ukraine", direction="if"),),
        commitment=3,
        severity="high",
        severity_score=0.7,
        severity_terms=(Term(name="emphatic", value=0.7),),
        confidence=0.8,
        confidence_terms=(Term(name="modal verb", value=0.8),),
        contested=(Contest(deniers=(RUSSIA,), article_id=ARTICLE_ID, quote="Moscow denies any such plans."),),
        sources=(source(),),
        outlet_count=1,
        independent_outlet_count=1,
        evidence=(quote,),
        evidence_count=1,
        story_ids=(story_id(ARTICLE_ID),),
        timeline=(Change(version=1, event_time=PUBLISHED_AT, article_id=ARTICLE_ID, what=("raised",)),),
    )
    return replace(made, **overrides)


def disposition(**overrides: Any) -> Disposition:
    """An analyst's verdict on the alert."""
    made = Disposition(
        alert_id=ALERT_ID,
        alert_version=1,
        verdict="true",
        author="an.analyst",
        reason="The quoted words are in the broadcast.",
        decided_at=datetime(2022, 1, 2, 9, 30, tzinfo=UTC),
    )
    return replace(made, **overrides)


def silence(**overrides: Any) -> Silence:
    """What an analyst does not want to hear of for a day."""
    matchers = (Matcher(name="target", op="=~", value="RUS|BLR"),)
    made = Silence(
        id=silence_id(matchers, "an.analyst", PUBLISHED_AT),
        matchers=matchers,
        author="an.analyst",
        comment="A known exercise.",
        starts_at=PUBLISHED_AT,
        ends_at=PUBLISHED_AT + timedelta(days=1),
        created_at=PUBLISHED_AT,
    )
    return replace(made, **overrides)


def delivery(**overrides: Any) -> Delivery:
    """That a receiver has the alert."""
    made = Delivery(
        id=delivery_id("desk", ALERT_ID),
        receiver="desk",
        alert_id=ALERT_ID,
        alert_version=1,
        group=ALERT_ID,
        status="sent",
        at=PUBLISHED_AT,
        idempotency_key="0" * 32,
    )
    return replace(made, **overrides)


def dead_letter(**overrides: Any) -> DeadLetter:
    """Bytes that the decoder refused."""
    made = DeadLetter(
        key=b"k", value=b"\xff\x00not text", stage="Decode", reason="Article: is not UTF-8 at byte 0", origin=position()
    )
    return replace(made, **overrides)


def log_record(offset: int = 7, *, partition: int = 0, covers_from: int | None = None, **overrides: Any) -> LogRecord:
    """A record of the `articles` topic; its value is of no account unless it is given."""
    made = LogRecord(
        position=position(offset, partition=partition),
        covers_from=offset if covers_from is None else covers_from,
        key=b"k",
        value=b"v",
        headers=(),
        timestamp_ms=int(PUBLISHED_AT.timestamp() * 1000),
    )
    return replace(made, **overrides)


def work(told: Article | None = None, **overrides: Any) -> Work:
    """The article on its way, decoded and not yet sifted."""
    about = article() if told is None else told
    made = Work(record=log_record(), article=about, language="en", fingerprint=fingerprint(about.title, about.text))
    return replace(made, **overrides)
