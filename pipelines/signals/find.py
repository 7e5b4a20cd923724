"""The entry point of signal extraction: from the parsed sentences of one article to its signals.

The sentences of an article are read in order, each with what the ones before it have made plain (`Context`). What links signals
to one another, a denial to what it contests and an act to its first telling, is done last (`article.py`). A trace written down
by the same run is what `explain` prints.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from connectors.messages.signal import CAMEO, CAMEO_ULTIMATUM, PLOVER, Actor, Evidence, Signal, signal_id
from pipelines.signals.article import linked
from pipelines.signals.base import Finding, SentenceTrace, Trace
from pipelines.signals.confidence import confidence
from pipelines.signals.en.answers import as_answer
from pipelines.signals.en.cast import speakers
from pipelines.signals.en.context import Context
from pipelines.signals.en.encoder import Reader, Reading
from pipelines.signals.en.epithets import offices, regional
from pipelines.signals.en.filling import filled_in
from pipelines.signals.en.phrases import is_subject
from pipelines.signals.en.role_reader import role_reader
from pipelines.signals.en.second import clear, quiet
from pipelines.signals.en.sentence import Sentence, names_of
from pipelines.signals.en.together import with_condition, with_measures
from pipelines.signals.en.verdict import findings

ACTS_OF_TODAY = frozenset(
    {
        "threat",
        "considering",
        "imposed",
        "extended",
        "call_for",
        "eased",
        "ease_intent",
        "refuse_ease",
        "breach",
        "denial",
        "demand_ease",
    }
)


OPENING = 3  # words before a name that a sentence still begins with
REMEMBERED = 40  # names and offices of an article, the latest
EASING = frozenset({"eased", "ease_intent", "demand_ease", "refuse_ease"})


class Reviser(Protocol):
    """Who looks again at what the rules found in a sentence: the second reader, or whoever learns from it."""

    def revised(
        self, sentence: Sentence, told: Sequence[Finding], context: Context, trace: SentenceTrace, reader: Reader | None, /
    ) -> tuple[list[Finding], Reading | None]:
        """Return what the sentence says after all, and what the reader told of it if it was asked."""


def find_signals(
    sentences: Sequence[Sentence],
    article_id: str,
    context: Context,
    trace: Trace | None = None,
    reviser: Reviser | None = None,
    reader: Reader | None = None,
) -> tuple[Signal, ...]:
    """Return the signals of an article.

    Args:
        sentences: the parsed sentences, in order of the text; a title comes first and is only context.
        article_id: goes into the ids of the signals.
        context: what is known before the first sentence.
        trace: is filled with every decision when given.
        reviser: looks again at what the rules found in each sentence; None leaves it as it is.
        reader: reads a sentence as a whole; asked only where there is something to say.
    """
    trace = Trace() if trace is None else trace
    heard: list[tuple[Sentence, list[Finding]]] = []
    before: list[Finding] = []
    context = replace(context, alone=len(sentences) == 1)
    for sentence in sentences:
        on = trace.on(sentence.text, sentence.start)
        context = reminded(context, sentence)
        told = findings(sentence, context, on)
        reading: Reading | None = None
        if reviser is not None:
            told, reading = reviser.revised(sentence, told, context, on, reader)
        on.triggers += [] if reading is None else reading.lines()
        told = _agreed([role_reader().cast(sentence, finding, context, on, reading) for finding in told])
        told = with_condition(sentence.text, with_measures(told, reading), reading)
        told = [filled_in(as_answer(one, sentence, before), context, before) for one in told]
        before += told
        if sentence.lead >= 0:
            heard.append((sentence, told))
        context = after(context, sentence, told)
    sure = reviser is None or context.alone or clear([told for _, told in heard])
    found = (_signals(sentence, told if sure else quiet(told), article_id) for sentence, told in heard)
    return linked(tuple(signal for signals in found for signal in signals))


def _signals(sentence: Sentence, told: Sequence[Finding], article_id: str) -> list[Signal]:
    seen: dict[str, int] = {}
    signals = []
    for finding in told:
        ordinal = seen.get(finding.kind, 0)
        seen[finding.kind] = ordinal + 1
        signals.append(_signal(sentence, finding, article_id, ordinal))
    return signals


def _signal(sentence: Sentence, finding: Finding, article_id: str, ordinal: int) -> Signal:
    evidence = Evidence(quote=sentence.dateline + sentence.text, start=sentence.lead, end=sentence.start + len(sentence.text))
    total, terms = confidence(finding)
    return Signal(
        id=signal_id(article_id, finding.kind, evidence, ordinal),
        kind=finding.kind,
        evidence=evidence,
        senders=finding.senders,
        targets=finding.targets,
        deniers=finding.deniers,
        callers=finding.callers,
        violators=finding.violators,
        reporters=finding.reporters,
        condition=finding.condition,
        deadline=finding.deadline,
        measures=finding.measures,
        commitment=finding.commitment,
        cameo=CAMEO_ULTIMATUM
        if finding.kind == "threat" and finding.deadline is not None and finding.condition is not None
        else CAMEO[finding.kind],
        plover=PLOVER[finding.kind],
        rule=finding.rule,
        confidence=total,
        confidence_terms=terms,
    )


def _agreed(told: Sequence[Finding]) -> list[Finding]:
    """A denial beside the act that it contests has its sender and target, where whom the act hits is who denies."""
    acts = [one for one in told if one.kind in ACTS_OF_TODAY - {"denial"} and one.senders and one.targets]
    return [_as_contested(one, acts) if one.kind == "denial" else one for one in told]


def _as_contested(denial: Finding, acts: Sequence[Finding]) -> Finding:
    mine = {actor.id for actor in denial.deniers} - {None}
    for act in acts:
        if mine & {actor.id for actor in act.targets} and not mine & {actor.id for actor in act.senders}:
            return replace(denial, senders=act.senders, targets=act.targets)
    return denial


def _accused(sentence: Sentence, told: Sequence[Finding]) -> frozenset[str | None]:
    """Whom the acts hit; for a party without an id, the states that its phrase names too ("Malian carriers")."""
    today = [finding for finding in told if finding.kind in ACTS_OF_TODAY]
    hit = {actor.id or actor.name for finding in today for actor in finding.targets}
    senders = {actor.id for finding in today for actor in finding.senders}
    near = {name.id for name in sentence.names if any(name.text in actor.name for finding in today for actor in finding.targets)}
    return frozenset((hit | near) - senders)


def reminded(context: Context, sentence: Sentence) -> Context:
    """Return what is known before a sentence: whom the one in front of it named, should that not have been read."""
    if not sentence.before or sentence.before == context.read:
        return context
    names = names_of(sentence.before)
    named = tuple(Actor(id=name.entity_id, name=name.text) for name in names)
    begins = named[0] if names and len(sentence.before[: names[0].start].split()) <= OPENING else None
    return replace(context, named=(*context.named, *named)[-REMEMBERED:], topic=begins)


def after(context: Context, sentence: Sentence, told: Sequence[Finding]) -> Context:
    """Return what is known after a sentence: its actors come to mind first, those of its acts above all."""
    named = (*regional(sentence.text), *(Actor(id=name.id, name=name.text) for name in sentence.names))
    first = next((name for name in sentence.names[:1] if is_subject(sentence, name)), None)
    topic = Actor(id=first.id, name=first.text) if first is not None else None
    context = replace(context, topic=topic, read=sentence.dateline + sentence.text)
    acted = [finding for finding in told if finding.senders or finding.targets]
    resolved = tuple(actor for finding in told for actor in (*finding.targets, *finding.senders) if actor.id is not None)
    context = replace(
        context,
        named=(*context.named, *named, *resolved)[-REMEMBERED:],
        offices=(*context.offices, *offices(sentence, [actor for one in told for actor in (*one.senders, *one.callers)]))[
            -REMEMBERED:
        ],
    )
    if any(finding.kind in ACTS_OF_TODAY for finding in told):
        context = replace(context, active=True, accused=context.accused | _accused(sentence, told))
    said = [party.actor for speaker in speakers(sentence, context) for party in speaker.parties if party.actor.id]
    context = replace(context, speaker=said[-1] if said else context.speaker)
    if not acted:
        return context
    last = next((finding for finding in acted if finding.kind != "denial"), acted[0])
    return replace(
        context,
        act=context.act if last.kind in ("denial", "question") else "ease" if last.kind in EASING else "restrict",
        senders=last.senders or context.senders,
        targets=last.targets or context.targets,
        measures=last.measures if last.measures != ("unspecified",) else context.measures or last.measures,
    )
