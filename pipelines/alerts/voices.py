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

from connectors.messages.alert import Source


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
    _changed: set[str] = field(default_factory=set)

    def add(self, source: Source, unites: Iterable[str] = ()) -> bool:
        """Add a source, and return whether the independent outlets are others than before; its cost does not grow with them.

        Args:
            source: its `copy_of` is whose text it repeats.
            unites: articles whose copies repeat the same text.
        """
        self._changed.clear()
        root = self._find(source.article_id)
        for other in (*(() if source.copy_of is None else (source.copy_of,)), *unites):
            root = self._join(root, self._find(other))
        if source.agency:
            root = self._join(root, self._find(f"agency {source.agency.casefold()}"))
        self._name(root, [*self._unnamed(root), source])
        return bool(self._changed)

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

    def _join(self, one: str, other: str) -> str:
        if one == other:
            return one
        self.parents[other] = one
        self._name(one, [*self._unnamed(one), *self._unnamed(other)])
        return one

    def _name(self, root: str, sources: Iterable[Source]) -> None:
        """Name a voice after the earliest of these, if there are any."""
        head = min(sources, key=by_time, default=None)
        if head is not None:
            self.heads[root] = head
            self._count(head.outlet, 1)

    def _unnamed(self, root: str) -> Iterable[Source]:
        """Take a voice's name from it, and return it, if it had one."""
        head = self.heads.pop(root, None)
        if head is None:
            return ()
        self._count(head.outlet, -1)
        return (head,)

    def _count(self, outlet: str, change: int) -> None:
        before = self.outlets[outlet]
        self.outlets[outlet] = before + change
        if not before + change:
            del self.outlets[outlet]
        if not before or not before + change:  # it came or went; coming back undoes that
            self._changed ^= {outlet}


def voices_of(sources: Iterable[tuple[Source, Iterable[str]]]) -> Voices:
    """Return the voices of some sources, each with the articles that it unites."""
    voices = Voices()
    for source, unites in sources:
        voices.add(source, unites)
    return voices


def by_time(source: Source) -> tuple[datetime, str]:
    """Return what sources are sorted by."""
    return source.event_time, source.article_id
