"""How well one partition of articles agrees with another, and a plain one to compare with."""

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

Labels = Sequence[Hashable]


def b_cubed(gold: Labels, found: Labels) -> float:
    """B-cubed F1 of a partition (Bagga and Baldwin, "Entity-based cross-document coreferencing", 1998)."""
    both, golds, founds = Counter(zip(gold, found, strict=True)), Counter(gold), Counter(found)
    precision = sum(number**2 / founds[pair[1]] for pair, number in both.items()) / len(gold)
    recall = sum(number**2 / golds[pair[0]] for pair, number in both.items()) / len(gold)
    return 2 * precision * recall / (precision + recall)


def same_company(one: Labels, other: Labels) -> float:
    """Share of articles whose cluster holds exactly the same articles in both partitions."""
    return sum(a == b for a, b in zip(_company(one), _company(other), strict=True)) / len(one)


def _company(labels: Labels) -> list[frozenset[int]]:
    members: dict[Hashable, list[int]] = defaultdict(list)
    for place, label in enumerate(labels):
        members[label].append(place)
    sets = {label: frozenset(places) for label, places in members.items()}
    return [sets[label] for label in labels]


def plain_clusters(texts: Sequence[str], threshold: float) -> list[int]:
    """Plain TF-IDF clustering: each text joins the cluster with the nearest sum by cosine, or begins one.

    It knows the document frequencies of the whole set in advance, which a stream does not.
    """
    vectors = TfidfVectorizer(sublinear_tf=True, stop_words="english").fit_transform(texts).toarray().astype(np.float32)
    sums, lengths = np.zeros_like(vectors), np.ones(len(vectors), dtype=np.float32)
    labels: list[int] = []
    known = 0
    for vector in vectors:
        near = (sums[:known] @ vector) / lengths[:known]
        best = int(np.argmax(near)) if known else -1
        if best < 0 or near[best] < threshold:
            best, known = known, known + 1
        sums[best] += vector
        lengths[best] = np.linalg.norm(sums[best])
        labels.append(best)
    return labels


def cosine(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    """Cosine of two vectors of length 1, term by term: what the packed one is compared with."""
    return sum(value * b.get(word, 0.0) for word, value in a.items())


def unit(terms: Mapping[str, float]) -> dict[str, float]:
    """Return the terms scaled to length 1."""
    length = math.sqrt(sum(value * value for value in terms.values())) or 1.0
    return {word: round(value / length, 6) for word, value in terms.items()}
