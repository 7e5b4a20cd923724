"""The model that tuning begins from, as its package holds it."""

import zipfile
from typing import Any

import numpy as np

from pipelines.signals.en.encoder import CUTTING, base_archive

USED = ("embeddings.", "encoder.")


def base() -> tuple[dict[str, Any], Any]:
    """Return the weights of the base model by their names, and its tokenizer.

    Raises:
        ModelError: its package is not installed.
    """
    from safetensors.numpy import load
    from tokenizers import Tokenizer

    with zipfile.ZipFile(base_archive()) as archive:
        weights = load(archive.read("model.safetensors"))
        cutting = Tokenizer.from_str(archive.read(CUTTING).decode("utf-8"))
    cutting.no_padding()
    cutting.no_truncation()
    used = {
        name: value.astype(np.float32) for name, value in weights.items() if name.startswith(USED) and "position_ids" not in name
    }
    return used, cutting
