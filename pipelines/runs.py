"""Runs of equal values in sorted arrays.

For arrays of some hundreds: `numpy.unique` takes several times as long for them.
"""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)


def begins(ranked: NDArray[Any]) -> NDArray[np.bool_]:
    """Return at which places of an ascending array a value stands for the first time."""
    return np.concatenate(([True], ranked[1:] != ranked[:-1]))[: ranked.size]


def counted(values: NDArray[Number]) -> tuple[NDArray[Number], NDArray[np.intp]]:
    """Return the distinct values, ascending, and how often each is there."""
    ranked = np.sort(values)
    starts = begins(ranked).nonzero()[0]
    return ranked[starts], np.concatenate((starts[1:], [ranked.size])) - starts
