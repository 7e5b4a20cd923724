"""Runs of equal values in sorted arrays.

For arrays of some hundreds: `numpy.unique` takes several times as long for them.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def begins(ranked: NDArray[Any]) -> NDArray[np.bool_]:
    """Return at which places of an ascending array a value stands for the first time."""
    return np.concatenate(([True], ranked[1:] != ranked[:-1]))[: ranked.size]
