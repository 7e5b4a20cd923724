"""Which groups of copies are one: groups that two texts or more have in common.

Union-find (Galler and Fischer, "An improved equivalence algorithm", 1964) over the numbers of founders. What an article was said to
be a copy of stays as it was said; whoever counts voices puts the two together by `Analysis.unites`.
"""

from dataclasses import dataclass, field

ENOUGH = 2  # texts that stand in both of two groups; one may be a digest of two reports


@dataclass(slots=True)
class Unions:
    """Groups by the number of their founder.

    Attributes:
        parents: of a group that was united with another, the other.
        ties: hashes of the texts that stand in both of two groups, which are not one yet; the lower number first.
        tied: groups that each has a tie with.
    """

    parents: dict[int, int] = field(default_factory=dict)
    ties: dict[tuple[int, int], set[str]] = field(default_factory=dict)
    tied: dict[int, set[int]] = field(default_factory=dict)

    def root(self, number: int) -> int:
        """Return the group that a group goes under."""
        while number in self.parents:
            number = self.parents[number]
        return number

    def texts_in(self, one: int, other: int) -> set[str]:
        """Return the hashes of the texts that are known to stand in both of two groups."""
        return self.ties.get(_pair(one, other), set())

    def tie(self, text_hash: str, one: int, other: int) -> bool:
        """Remember a text that stands in both of two groups; return whether there are enough of them."""
        pair = _pair(one, other)
        self.ties.setdefault(pair, set()).add(text_hash)
        self.tied.setdefault(one, set()).add(other)
        self.tied.setdefault(other, set()).add(one)
        return len(self.ties[pair]) >= ENOUGH

    def join(self, root: int, number: int) -> None:
        """Let a group go under another; what ties it to a third ties the other to that."""
        self.parents[number] = root
        for third in self.tied.get(number, set()) - {root}:
            for text_hash in self.texts_in(number, third):
                self.tie(text_hash, root, third)
        self._untie(number)

    def forget(self, number: int) -> None:
        """Forget a group whose founder is forgotten."""
        self.parents.pop(number, None)
        self._untie(number)

    def _untie(self, number: int) -> None:
        for other in self.tied.pop(number, ()):
            self.ties.pop(_pair(number, other), None)
            self.tied[other].discard(number)
            if not self.tied[other]:
                del self.tied[other]


def _pair(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)
