"""One article, explained: every sentence that the rules looked at, what they saw in it and what they made of it.

The annotator is that of the stream, and so is the run: the trace is what its rules wrote down while they decided. Nothing is worked
out here but the layout.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from connectors.messages.alert import ALERT_FAMILIES
from connectors.messages.fields import to_dict
from connectors.messages.signal import Actor, Signal
from connectors.subscribers.plain import plain
from pipelines.annotator import Annotation, Annotator, ArticleText
from pipelines.scores import severity
from pipelines.signals.base import SentenceTrace, Trace

ROLES = ("senders", "targets", "deniers", "callers", "violators", "reporters")


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was understood of an article, and how."""

    article: ArticleText
    annotation: Annotation
    trace: Trace


def explain(annotator: Annotator, article: ArticleText) -> Explanation:
    """Annotate one article and keep the trace."""
    ((annotation, trace),) = annotator.explain([article])
    return Explanation(article, annotation, trace)


def as_lines(explanation: Explanation) -> Iterator[str]:
    """Yield the explanation for people, every text of the article fit for a terminal."""
    annotation = explanation.annotation
    kinds = [signal.kind for signal in annotation.signals]
    yield f"language {annotation.language}; {len(kinds)} signals{': ' if kinds else ''}{', '.join(kinds)}"
    yield from (f"note: {plain(note)}" for note in annotation.notes)
    names = {entity.id: entity.name for entity in annotation.entities}
    for entity_id in dict.fromkeys(mention.entity_id for mention in annotation.mentions):
        forms = dict.fromkeys(plain(mention.name, 60) for mention in annotation.mentions if mention.entity_id == entity_id)
        yield f"entity {plain(entity_id, 80)} {plain(names.get(entity_id, ''), 80)}: {', '.join(forms)}"
    for sentence in explanation.trace.sentences:
        yield ""
        yield from _sentence(sentence, annotation)


def as_dict(explanation: Explanation) -> dict[str, Any]:
    """Return the explanation as JSON-ready values."""
    annotation = explanation.annotation
    return {
        "id": explanation.article.id,
        "language": annotation.language,
        "notes": list(annotation.notes),
        "entities": [to_dict(entity) for entity in annotation.entities],
        "mentions": [to_dict(mention) for mention in annotation.mentions],
        "signals": [_with_severity(signal) for signal in annotation.signals],
        "sentences": [
            {
                "text": sentence.text,
                "start": sentence.start,
                "triggers": list(sentence.triggers),
                "fired": list(sentence.fired),
                "passed": list(sentence.passed),
                "actors": list(sentence.actors),
                "terms": list(sentence.terms),
            }
            for sentence in explanation.trace.sentences
        ],
    }


def _with_severity(signal: Signal) -> dict[str, Any]:
    """Return a signal as JSON-ready values, with what an alert on it alone would weigh, if it raises one."""
    if signal.kind not in ALERT_FAMILIES:
        return to_dict(signal)
    score, level, terms = severity(signal)
    return to_dict(signal) | {"severity": {"level": level, "score": score, "terms": [to_dict(term) for term in terms]}}


def _sentence(sentence: SentenceTrace, annotation: Annotation) -> Iterator[str]:
    yield f"[{sentence.start}] {plain(sentence.text)}"
    for label, decisions in (
        ("saw", sentence.triggers),
        ("fired", sentence.fired),
        ("passed", sentence.passed),
        ("actor", sentence.actors),
        ("term", sentence.terms),
    ):
        yield from (f"    {label:8} {plain(decision)}" for decision in decisions)
    for signal in annotation.signals:
        if sentence.start <= signal.evidence.start < sentence.start + max(1, len(sentence.text)):
            yield from _signal(signal)


def _signal(signal: Signal) -> Iterator[str]:
    parties = "; ".join(f"{role} {_named(getattr(signal, role))}" for role in ROLES if getattr(signal, role))
    yield f"    SIGNAL   {signal.kind}, commitment {signal.commitment}, {', '.join(signal.measures) or 'no measure'}; {parties}"
    if signal.condition is not None:
        yield f"    {signal.condition.direction:8} {plain(signal.condition.text)}"
    if signal.deadline is not None:
        yield f"    by       {plain(signal.deadline)}"
    terms = ", ".join(f"{term.name} {term.value:+.2f}" for term in signal.confidence_terms)
    yield f"    rule     {signal.rule}; confidence {signal.confidence:.2f}{f' = {terms}' if terms else ''}"
    if signal.kind in ALERT_FAMILIES:
        score, level, weighed = severity(signal)
        yield f"    severity {level}, {score:.2f} = {', '.join(f'{term.name} {term.value:+.2f}' for term in weighed)}"


def _named(actors: tuple[Actor, ...]) -> str:
    return ", ".join(f"{plain(actor.name, 80)} ({actor.id or 'no id'})" for actor in actors)
