"""Who speaks for himself: outlets that print one text, or one wire service's reports, are one voice.

Sources are put together by union-find (Galler and Fischer, "An improved equivalence algorithm", 1964): an article with the article
whose text it repeats, and an article with the agency that it credits. So copies of a credited wire report count with the wire even
where they dropped the credit, and the order in which sources are added does not matter. A voice is named after its earliest source.

Known to be wrong: `agencies` (a wire service that is not named) is taken for one service; a rewritten report without a credit is a
voice of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from connectors.messages.alert import Source


@dataclass(slots=True)
class Voices:
    """The sources of one alert, by voice."""

    parents: dict[str, str] = field(default_factory=dict)
    heads: dict[str, Source] = field(default_factory=dict)

    def add(self, source: Source, unites: Iterable[str] = ()) -> None:
        """Add a source; its `copy_of` is whose text it repeats, as do copies of the articles in `unites`."""
        root = self._find(source.article_id)
        for other in (*(() if source.copy_of is None else (source.copy_of,)), *unites):
            root = self._join(root, self._find(other))
        if source.agency:
            root = self._join(root, self._find(f"agency {source.agency.casefold()}"))
        self.heads[root] = min(self.heads.get(root, source), source, key=by_time)

    def head(self, article_id: str) -> Source:
        """Return the earliest source of the voice that an added source belongs to."""
        return self.heads[self._find(article_id)]

    def outlets(self) -> frozenset[str]:
        """Return the outlets after which the voices are named: the independent ones."""
        return frozenset(head.outlet for head in self.heads.values())

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
        heads = [head for head in (self.heads.get(one), self.heads.pop(other, None)) if head is not None]
        if heads:
            self.heads[one] = min(heads, key=by_time)
        return one


def voices_of(sources: Iterable[tuple[Source, Iterable[str]]]) -> Voices:
    """Return the voices of some sources, each with the articles that it unites."""
    voices = Voices()
    for source, unites in sources:
        voices.add(source, unites)
    return voices


def by_time(source: Source) -> tuple[datetime, str]:
    """Return what sources are sorted by."""
    return source.event_time, source.article_id
