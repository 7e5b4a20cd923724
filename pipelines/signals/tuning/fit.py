"""Learning: AdamW (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019) over all layers but the table of word
pieces; the rate rises for a tenth of the way and falls as a cosine. The heads begin from nothing and learn ten times as fast.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from pipelines.signals.en.encoder import ROLES
from pipelines.signals.tuning.batches import Batch, Cut, batches, cut
from pipelines.signals.tuning.lessons import KINDS, MEASURES, PARTS, PARTS_OF_ACTS, Lesson
from pipelines.signals.tuning.model import OURS, Sizes, Weights, encoded, new_heads, told
from pipelines.signals.tuning.variants import names_met, told_otherwise

SIZES = Sizes(len(KINDS), len(PARTS), len(PARTS_OF_ACTS), len(MEASURES))
OF_PARTS, OF_ACTS, OF_MEASURES = 2.0, 1.0, 0.5  # what their losses count beside that of kinds
FROZEN = "embeddings."


@dataclass(frozen=True, slots=True)
class Course:
    """How to learn.

    Attributes:
        rounds: how often every lesson comes up.
        rate: of learning, at its highest, for the layers.
        size: lessons in a batch.
        seed: of all that is random.
    """

    rounds: int = 7
    rate: float = 1e-4
    size: int = 16
    seed: int = 0


def tuned(base: Weights, lessons: Sequence[Lesson], cutting: Any, course: Course, say: Callable[[str], None]) -> dict[str, Any]:
    """Return all weights after the course.

    Args:
        base: weights of the base model.
        lessons: what to learn from.
        cutting: a tokenizer.
        course: how.
        say: is told of each round.
    """
    frozen = {name: jnp.asarray(value) for name, value in base.items() if name.startswith(FROZEN)}
    moving = {**{name: value for name, value in base.items() if name not in frozen}, **new_heads(SIZES, course.seed)}
    moving = {name: jnp.asarray(value, jnp.float32) for name, value in moving.items()}
    chance, names = Random(course.seed), names_met(lessons)  # noqa: S311 - no secret hangs on it
    optimiser = _optimiser(moving, course, len(lessons))
    step, state, key = _step(frozen, optimiser), optimiser.init(moving), jax.random.PRNGKey(course.seed)
    for number in range(course.rounds):
        cuts: list[Cut] = [cut(told_otherwise(lesson, names, chance), cutting) for lesson in lessons]
        losses = []
        for batch in batches(cuts, course.size, chance):
            key, of_this = jax.random.split(key)
            moving, state, loss = step(moving, state, batch, of_this)
            losses.append(float(loss))
        say(f"round {number + 1} of {course.rounds}: loss {sum(losses) / len(losses):.3f}")
    return {name: np.asarray(value, np.float32) for name, value in {**frozen, **moving}.items()}


def _optimiser(moving: Weights, course: Course, lessons: int) -> Any:
    steps = max(2, course.rounds * lessons // course.size)
    shape = optax.warmup_cosine_decay_schedule(0.0, 1.0, max(1, steps // 10), steps, 0.02)
    kinds = {name: "heads" if name in OURS else "layers" for name in moving}
    rates = {"heads": 10 * course.rate, "layers": course.rate}
    each = {name: optax.adamw(lambda at, rate=rate: shape(at) * rate, weight_decay=0.01) for name, rate in rates.items()}
    return optax.chain(optax.clip_by_global_norm(1.0), optax.multi_transform(each, kinds))


def _step(frozen: Weights, optimiser: Any) -> Any:
    def step(moving: Weights, state: Any, batch: Batch, key: Any) -> tuple[Any, Any, Any]:
        loss, slopes = jax.value_and_grad(_loss)(moving, frozen, batch, key)
        changes, state = optimiser.update(slopes, state, moving)
        return optax.apply_updates(moving, changes), state, loss

    return jax.jit(step)


def _loss(moving: Weights, frozen: Weights, batch: Batch, key: Any) -> Any:
    weights = {**frozen, **moving}
    own = batch["there"] * (1 - batch["segments"])
    state = encoded(weights, batch["pieces"], batch["segments"], batch["there"], key)
    kinds, parts, measures = told(weights, state, own)
    of_kinds = _mean(_surprise(kinds, batch["kinds"]), batch["counts"])
    known = own * batch["whole"][:, None]
    pooled, of_kind = (np.s_[..., : len(PARTS)], np.s_[..., len(PARTS) :])
    of_parts = _mean(_surprise(parts[pooled], batch["parts"][pooled]), known)
    of_known = jnp.repeat(batch["kinds"], len(ROLES), axis=-1)[:, None]  # of acts that nobody tells there is nothing to learn
    of_acts = _mean(_surprise(parts[of_kind], batch["parts"][of_kind], of_known), known)
    of_measures = _mean(_surprise(measures, batch["measures"]), batch["acts"])
    return of_kinds + OF_PARTS * of_parts + OF_ACTS * of_acts + OF_MEASURES * of_measures


def _surprise(odds: Any, truth: Any, counts: Any = 1.0) -> Any:
    return (optax.sigmoid_binary_cross_entropy(odds, truth) * counts).sum(-1)


def _mean(values: Any, counts: Any) -> Any:
    return (values * counts).sum() / jnp.maximum(counts.sum(), 1)
