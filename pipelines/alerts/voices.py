"""Who speaks for himself: outlets that print one text, or one wire service's reports, are one voice.

Sources are put together by union-find (Galler and Fischer, "An improved equivalence algorithm", 1964): an article with the article
whose text it repeats, and an article with the agency that it credits. So copies of a credited wire report count with the wire even
where they dropped the credit, and the order in which sources are added does not matter. A voice is named after its earliest source.

Known to be wrong: `agencies` (a wire service that is not named) is taken for one service; a rewritten report without a credit is a
voice of its own.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from connectors.messages.alert import Source

T = TypeVar("T")


@dataclass(slots=True)
class Voices:
    """The sources of one alert, by voice.

    Attributes:
        parents: union-find over article ids and agencies.
        heads: the earliest source of each voice, by its root.
        outlets: the outlets after which the voices are named, the independent ones, and how many voices each names.
    """

    parents: dict[str, str] = field(default_factory=dict)
    heads: dict[str, Source] = field(default_factory=dict)
    outlets: Counter[str] = field(default_factory=Counter)

    def add(self, source: Source, unites: Iterable[str] = ()) -> bool:
        """Add a source, and return whether the independent outlets are others than before; its cost does not grow with them.

        Args:
            source: its `copy_of` is whose text it repeats.
            unites: articles whose copies repeat the same text.
        """
        names = [source.article_id, *(() if source.copy_of is None else (source.copy_of,)), *unites]
        if source.agency:
            names.append(f"agency {source.agency.casefold()}")
        roots = list(dict.fromkeys(map(self._find, names)))
        heads = [self.heads.pop(root) for root in roots if root in self.heads]
        touched = {head.outlet for head in (*heads, source)}
        before = touched & self.outlets.keys()
        for head in heads:
            less(self.outlets, head.outlet)
        self.parents.update(dict.fromkeys(roots, roots[0]))
        self.heads[roots[0]] = head = min([*heads, source], key=by_time)
        self.outlets[head.outlet] += 1
        return before != touched & self.outlets.keys()

    def head(self, article_id: str) -> Source:
        """Return the earliest source of the voice that an added source belongs to."""
        return self.heads[self._find(article_id)]

    def _find(self, name: str) -> str:
        parents = self.parents
        parents.setdefault(name, name)
        while parents[name] != name:
            parents[name] = parents[parents[name]]
            name = parents[name]
        return name


def voices_of(sources: Iterable[tuple[Source, Iterable[str]]]) -> Voices:
    """Return the voices of some sources, each with the articles that it unites."""
    voices = Voices()
    for source, unites in sources:
        voices.add(source, unites)
    return voices


def less(counter: Counter[T], value: T) -> None:
    """Count one less of a value, and forget it with the last."""
    counter[value] -= 1
    if not counter[value]:
        del counter[value]


def by_time(source: Source) -> tuple[datetime, str]:
    """Return what sources are sorted by."""
    return source.event_time, source.article_id
