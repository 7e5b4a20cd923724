"""The encoder as JAX computes it while it learns: BERT's layers (Devlin et al., "BERT: Pre-training of Deep Bidirectional
Transformers for Language Understanding", NAACL 2019) and what is read off the last of them.

Weights go by the names that they have in the base model's file; those of the heads are ours. Each kind and each measure has an eye
of its own, a weighted mean of the pieces of the sentence; kinds look at the plain mean as well. Each piece is told its parts, and
the first of them, senders and targets, once more for each kind of act: what was learned of the part, and what the kind adds to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pipelines.signals.en.encoder import ROLES

WIDTH, HEADS, LAYERS = 384, 12, 6
DROPPED = 0.1  # of the values, while learning
NORM = 1e-12
FAR = -1e9
Weights = Mapping[str, Any]
OURS = ("kind eye", "kind", "kind mean", "kind bias", "part", "part bias", "act part", "measure eye", "measure", "measure bias")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many kinds, parts, parts of acts and measures there are to tell."""

    kinds: int
    parts: int
    parts_of_acts: int
    measures: int


def new_heads(sizes: Sizes, seed: int) -> dict[str, Any]:
    """Return the weights of the heads before anything is learned: next to nothing, and a bias that says no."""
    chance = np.random.default_rng(seed)
    shapes = {
        "kind eye": (WIDTH, sizes.kinds),
        "kind": (sizes.kinds, WIDTH),
        "kind mean": (WIDTH, sizes.kinds),
        "part": (WIDTH, sizes.parts),
        "act part": (WIDTH, sizes.parts_of_acts),
        "measure eye": (WIDTH, sizes.measures),
        "measure": (sizes.measures, WIDTH),
    }
    biases = {
        "kind bias": np.full(sizes.kinds, -2.5),
        "part bias": np.full(sizes.parts, -3.0),
        "measure bias": np.full(sizes.measures, -2.5),
    }
    return {**{name: chance.normal(0, 0.02, shape) for name, shape in shapes.items()}, **biases}


def layer_name(at: int, what: str) -> str:
    """Return the name of a layer's weight in the base model's file."""
    return f"encoder.layer.{at}.{what}"


def encoded(weights: Weights, pieces: Any, segments: Any, there: Any, key: Any = None) -> Any:
    """Return the last layer, (batch, length, width).

    Args:
        weights: those of the base model and of the heads.
        pieces, segments: (batch, length), numbers of word pieces, and 0 in the sentence, 1 in what stands before.
        there: (batch, length), 1.0 for a piece, 0.0 for padding.
        key: of JAX's randomness while learning; None drops nothing.
    """
    table = "embeddings"
    state = weights[f"{table}.word_embeddings.weight"][pieces] + weights[f"{table}.token_type_embeddings.weight"][segments]
    state = _norm(weights, f"{table}.LayerNorm", state + weights[f"{table}.position_embeddings.weight"][None, : pieces.shape[1]])
    keys = [None] * (2 * LAYERS) if key is None else list(jax.random.split(key, 2 * LAYERS))
    bias = (1 - there)[:, None, None, :] * FAR
    for at in range(LAYERS):
        state = _layer(weights, at, state, bias, keys[2 * at : 2 * at + 2])
    return state


def _layer(weights: Weights, at: int, state: Any, bias: Any, keys: list[Any]) -> Any:
    def linear(what: str, given: Any) -> Any:
        return given @ weights[layer_name(at, f"{what}.weight")].T + weights[layer_name(at, f"{what}.bias")]

    batch, length, _ = state.shape
    query, known, value = (
        linear(f"attention.self.{what}", state).reshape(batch, length, HEADS, WIDTH // HEADS).transpose(0, 2, 1, 3)
        for what in ("query", "key", "value")
    )
    looks = jax.nn.softmax(query @ known.transpose(0, 1, 3, 2) / np.sqrt(WIDTH // HEADS) + bias, -1)
    seen = linear("attention.output.dense", (looks @ value).transpose(0, 2, 1, 3).reshape(batch, length, WIDTH))
    state = _norm(weights, layer_name(at, "attention.output.LayerNorm"), state + _some(seen, keys[0]))
    thought = linear("output.dense", jax.nn.gelu(linear("intermediate.dense", state), approximate=False))
    return _norm(weights, layer_name(at, "output.LayerNorm"), state + _some(thought, keys[1]))


def _norm(weights: Weights, name: str, state: Any) -> Any:
    away = state - state.mean(-1, keepdims=True)
    even = away / jnp.sqrt((away**2).mean(-1, keepdims=True) + NORM)
    return even * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def _some(values: Any, key: Any) -> Any:
    if key is None:
        return values
    return jnp.where(jax.random.bernoulli(key, 1 - DROPPED, values.shape), values / (1 - DROPPED), 0.0)


def told(weights: Weights, state: Any, own: Any) -> tuple[Any, Any, Any]:
    """Return the log-odds of kinds (batch, kinds), parts (batch, length, all parts) and measures (batch, measures).

    Args:
        weights: as above.
        state: the last layer.
        own: (batch, length), 1.0 for a piece of the sentence itself.
    """
    mean = (state * own[..., None]).sum(1) / jnp.maximum(own.sum(1, keepdims=True), 1)
    kinds = _eyes(weights, "kind", state, own) + mean @ weights["kind mean"]
    table, bias = part_table(weights)
    return kinds, state @ table + bias, _eyes(weights, "measure", state, own)


def part_table(weights: Weights) -> tuple[Any, Any]:
    """Return what tells all parts: (width, all parts), and a bias for each."""
    parts, bias, added = weights["part"], weights["part bias"], weights["act part"]
    again = np.arange(added.shape[1]) % len(ROLES)
    return jnp.concatenate([parts, parts[:, again] + added], 1), jnp.concatenate([bias, bias[again]])


def _eyes(weights: Weights, what: str, state: Any, own: Any) -> Any:
    looks = jax.nn.softmax(state @ weights[f"{what} eye"] + (1 - own)[..., None] * FAR, axis=1)
    seen = jnp.einsum("blk,bld->bkd", looks, state)
    return jnp.einsum("bkd,kd->bk", seen, weights[what]) + weights[f"{what} bias"]
