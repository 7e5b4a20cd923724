"""A reader that does what the text says: for the processes of the pool, which import it by name."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

from connectors.errors import ModelError
from pipelines.annotator import Annotation, ArticleText


def read(model: str, texts: Sequence[ArticleText]) -> list[Annotation]:
    """Note the model's name for each text, unless the text wants something else."""
    return [_read_one(model, text) for text in texts]


def _read_one(model: str, text: ArticleText) -> Annotation:
    if text.text == "die":
        os._exit(9)
    if text.text == "hang":
        time.sleep(600)
    if text.title == "meet":
        return Annotation(language="en", notes=(_met(Path(text.text)),))
    if text.text == "break":
        raise ZeroDivisionError("a bug in a rule")
    if text.text == "refuse":
        raise ModelError(model, "is not there")
    return Annotation(language="en", notes=(f"{text.id} read by {model}",))


def _met(place: Path) -> str:
    """Return how many processes stand in a folder, once there are two."""
    (place / str(os.getpid())).touch()
    while len(found := list(place.iterdir())) < 2:
        time.sleep(0.01)
    return str(len(found))


def no_model(model: str, texts: Sequence[ArticleText]) -> list[Annotation]:
    """Fail as a model that is not installed does."""
    raise ModelError(model, "is not installed", "install it")
