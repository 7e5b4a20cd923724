"""Which group of copies a text belongs to: the texts of one language that the stream has seen.

Observed: a cut copy may come before the report that it was cut from, and two cuts of one report may share nothing; a digest holds
two reports that have nothing to do with each other. Whom a text is compared with must not hang on who came first, and one long text
must not tie two reports together.

Theory: every text that is not the echo of a known one is remembered, and a text is compared with all of them by *containment*: the
share of the smaller sample that the larger one holds (Broder, "On the resemblance and containment of documents", 1997), or by a
passage of paragraphs that they have in common (`pipelines.passages`). A member that shares half or more is believed if it is the
whole group, if another text has echoed it (all but a twentieth of the longer of the two: it is a report, then, and no digest), or
if a second member shares a fifth with the text as well. To be as long as the text is not enough: a digest of a long and a short
report is about as long as the long one, and would tie the two together. Of several groups a text joins the one of the member that
it is most like, so a digest stands with its longer report.

A sample that stands in more than four groups (a stock phrase), or in what the text's own site prints around everything
(`pipelines.sites`), tells nothing and counts on neither side. A short text keeps samples from more of the range of hashes than a
long one does, so two texts are compared on the range that both keep.

Two cuts of one report that share nothing and come first found two groups. A text that holds half of either is the report itself, or
a digest of two; a second such text says that it is the report, and the groups become one (`pipelines.unions`).

Known to be wrong: a digest that comes before its reports founds one group for both, and one that two outlets print in two forms
ties them together; whether a sample is common is known only once its fifth group has come. The first texts of a site that are each
mostly its furniture (forty words around fifty) may be taken for copies: they share two fifths, and twenty samples do not tell that
from three fifths. A text that is tied to its group only by texts that come after it founds one of its own until two of them have
come. All this makes the groups hang on the order, in one suite of twenty by more than .002 of B-cubed F1 (of 60 reports;
`tests.benchmarks.bench_copies` prints by how much).
"""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

import numpy as np

from connectors.messages.analysis import CopyKind, CopyLink
from pipelines.fingerprint import shingles_within
from pipelines.kinship import (
    NEAR_CONTAINMENT,
    PARTIAL_CONTAINMENT,
    SYNDICATED_CONTAINMENT,
    Asked,
    Group,
    Heard,
    Text,
    asked,
    kind_of,
)
from pipelines.postings import Found, Postings
from pipelines.sites import Sites
from pipelines.unions import Unions
from pipelines.work import Fingerprint

COMMON_KEY_GROUPS = 4
FADED = 2  # windows of near copies after which only the hash of a text is known: a late article may still be compared in the second


@dataclass(frozen=True, slots=True)
class Windows:
    """How long a text is remembered, in event time."""

    near: timedelta = timedelta(hours=72)
    exact: timedelta = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Match:
    """What a text repeats: the group's founder, how, and the hashes of the founder's sentences."""

    founder_id: str
    founder_at: datetime
    kind: CopyKind
    sentences: Collection[int]


@dataclass(frozen=True, slots=True)
class Placed:
    """What was found of a text.

    Attributes:
        match: what it repeats; None for nothing.
        print_: its fingerprint with what a cold start needs beside: the samples that told nothing, and whose echo it is.
    """

    match: Match | None
    print_: Fingerprint


@dataclass(slots=True)
class CopyIndex:
    """The texts of one language, by hash and by sampled shingle.

    It names articles rather than holding a set of hashes: after a crash the founder may come again, and must still count as new.

    Attributes:
        texts: those that are remembered, by number, in the order of their coming.
        by_hash: the text that has these words, or that a text with these words echoes; of several the first.
        by_article: the text of an article that founded a group or stands in one by itself.
        echoed: numbers of texts that another one of their length repeats, each with the hashes of those that do.
        waiting: what the log tells of copies before their originals, by article or hash of these: it is read a partition at a time.
        members: of each group, beside its founder.
        faded: texts before this number are known by their hash only.
        unions: which groups have turned out to be one.
        sites: what each outlet printed last.
    """

    windows: Windows = field(default_factory=Windows)
    texts: dict[int, Text] = field(default_factory=dict)
    by_hash: dict[str, int] = field(default_factory=dict)
    by_article: dict[str, int] = field(default_factory=dict)
    echoed: dict[int, set[str]] = field(default_factory=dict)
    waiting: defaultdict[str, list[Callable[[], object]]] = field(default_factory=lambda: defaultdict(list))
    members: Counter[int] = field(default_factory=Counter)
    postings: Postings = field(default_factory=Postings)
    queue: deque[int] = field(default_factory=deque)
    newest: datetime | None = None
    next_number: int = 0
    faded: int = 0
    unions: Unions = field(default_factory=Unions)
    sites: Sites = field(default_factory=Sites)

    def exact(self, article_id: str, print_: Fingerprint) -> Match | None:
        """Return whose words this text repeats one by one, or None."""
        number = self.by_hash.get(print_.text_hash, -1)
        text = self.texts.get(number)
        founder = None if text is None else self.texts.get(self.unions.root(text.founder))
        if text is None or founder is None or article_id in (text.article_id, founder.article_id):
            return None
        self._echo(number, print_.text_hash)
        # Its words are the founder's then, wherever the full stops stand.
        said = print_.sentences if founder is text and text.text_hash == print_.text_hash else founder.sentences
        return Match(founder.article_id, founder.at, "exact", said)

    def place(self, article_id: str, at: datetime, print_: Fingerprint, words: str = "", framed: Collection[int] = ()) -> Placed:
        """Return what a text repeats with edits; remember it, and forget what has left its window.

        Args:
            article_id, at, print_: the text.
            words: itself, by paragraphs; without it a report with another lead may be missed.
            framed: hashes of those of its sentences that are its site's furniture, and so do not count.
        """
        self.waiting.clear()  # what the log has not told by now it never will
        text = self._asked(article_id, at, print_, words, _places(print_, words, framed))
        groups = self._groups(text)
        match = self._match(groups)
        links = self._links(text, groups, match)
        echo_of = ""
        if match is None or match.kind == "partial":
            self._found(text)
        else:
            echo_of = self._follow(text, groups, match.founder_id)
        unites = self._tie(text, match, links)
        return Placed(match, replace(print_, common=text.common, links=links, echo_of=echo_of, unites=unites))

    def _links(self, text: Asked, groups: Mapping[int, Group], match: Match | None) -> tuple[CopyLink, ...]:
        """Return the texts that stand in two groups: this one, or longer ones that hold it and were not believed.

        A digest may hold many texts of one report; it is the digest that stands in two groups then, and not each of them.
        """
        own = None if match is None or match.kind == "partial" else self._root_of(match.founder_id)
        links = [
            CopyLink(text_hash=hash_, founder_id=self.texts[root].article_id)
            for root, group in groups.items()
            if root != own
            for hash_ in (self._both(text, groups, own, root) if own is not None and group.is_believed else self._holders(group))
        ]
        return tuple(sorted(links, key=lambda link: (link.founder_id, link.text_hash)))

    def _holders(self, group: Group) -> set[str]:
        """Return the hashes of a group's texts that share half with a text."""
        return {self.texts[one.number].text_hash for one in group.heard if one.containment >= SYNDICATED_CONTAINMENT}

    def _both(self, text: Asked, groups: Mapping[int, Group], one: int, other: int) -> set[str]:
        """Return the text's hash if each of two groups has a member that shares half with it and is not in the other as well."""
        both = self.unions.texts_in(one, other)
        return {text.print_.text_hash} if all(self._holders(groups[root]) - both for root in (one, other)) else set()

    def _tie(self, text: Asked, match: Match | None, links: Collection[CopyLink]) -> tuple[str, ...]:
        """Remember the texts that stand in two groups; return the founders of groups that turn out to be one with its own."""
        own = text.article_id if match is None or match.kind == "partial" else match.founder_id
        return tuple(link.founder_id for link in links if self._united(link, own))

    def _united(self, link: CopyLink, own: str) -> bool:
        """Remember that a text stands in two groups, that of `own` and the link's; return whether they become one by it."""
        one, other = self._root_of(own), self._root_of(link.founder_id)
        if one is None or other is None or one == other or not self.unions.tie(link.text_hash, one, other):
            return False
        first, second = sorted((one, other), key=lambda number: (self.texts[number].at, self.texts[number].article_id))
        self.unions.join(first, second)
        self.members[first] += self.members.pop(second, 0) + 1
        return True

    def _root_of(self, article_id: str) -> int | None:
        """Return the group of an article that founded one, or stands in one by itself."""
        known = self.texts.get(self.by_article.get(article_id, -1))
        root = None if known is None else self.unions.root(known.founder)
        return root if root in self.texts else None

    def restore(self, article_id: str, at: datetime, print_: Fingerprint, copy_of: tuple[str, CopyKind] | None) -> None:
        """Remember a text that was placed before, as the log tells it.

        Args:
            article_id, at, print_: the text; what an earlier release did not write of it is found again.
            copy_of: its founder and how it repeats it; None if it was no copy.
        """
        missing = self._missing(print_, copy_of)
        if missing:
            self.waiting[missing].append(partial(self.restore, article_id, at, print_, copy_of))
            return
        if copy_of is not None and copy_of[1] == "exact":
            self._echo(self.by_hash[print_.text_hash], print_.text_hash)
        elif print_.echo_of:
            self._echo(self.by_hash[print_.echo_of], print_.text_hash)
        else:
            self._restore_text(article_id, at, print_, copy_of)
        for link in print_.links:
            self._restore_link(link, article_id if copy_of is None else copy_of[0])
        for known in (article_id, print_.text_hash):
            for waited in self.waiting.pop(known, ()):
                waited()

    def _missing(self, print_: Fingerprint, copy_of: tuple[str, CopyKind] | None) -> str:
        """Return what must be known before a copy can be restored, by article or by hash; empty if all is."""
        original = print_.text_hash if copy_of is not None and copy_of[1] == "exact" else print_.echo_of
        if original:
            return "" if original in self.by_hash else original
        return copy_of[0] if copy_of is not None and self._root_of(copy_of[0]) is None else ""

    def _restore_text(self, article_id: str, at: datetime, print_: Fingerprint, copy_of: tuple[str, CopyKind] | None) -> None:
        text = self._asked(article_id, at, print_) if print_.common is None else asked(article_id, at, print_, print_.common)
        if copy_of is None:
            self._found(text)
        elif print_.common is None:
            self._follow(text, self._groups(text), copy_of[0])
        else:
            self._stay(text, copy_of[0])

    def _restore_link(self, link: CopyLink, own: str) -> None:
        if self._root_of(link.founder_id) is None:
            self.waiting[link.founder_id].append(partial(self._united, link, own))
        else:
            self._united(link, own)

    def _asked(self, article_id: str, at: datetime, print_: Fingerprint, words: str = "", furniture: tuple[int, ...] = ()) -> Asked:
        """Look up a text's samples, and leave out those that tell nothing."""
        places, numbers = found = self.postings.found(print_.sketch)
        if not places.size:
            return asked(article_id, at, print_, furniture, words)
        common = tuple(sorted({*furniture, *self._common(found)}))
        if common:
            numbers = numbers[~np.isin(places, common)]
            places = found[0][~np.isin(found[0], common)]
        return asked(article_id, at, print_, common, words, (places, numbers))

    def _common(self, found: Found) -> tuple[int, ...]:
        """Return the places of samples of so many groups that they tell nothing; versions of an article are one group."""
        places, numbers = found
        often = np.flatnonzero(np.bincount(places) > COMMON_KEY_GROUPS).tolist()
        return tuple(place for place in often if self._groups_of(numbers[places == place].tolist()) > COMMON_KEY_GROUPS)

    def _groups_of(self, numbers: Collection[int]) -> int:
        return len({self.unions.root(text.founder) for number in numbers if (text := self.texts.get(number)) is not None})

    def _match(self, groups: Mapping[int, Group]) -> Match | None:
        """Return the text's own group (`Group.rank`); of several, the one founded first."""
        ranked = [(*group.rank, self.texts[number].at, self.texts[number].article_id, number) for number, group in groups.items()]
        if not ranked or -min(ranked)[0] < PARTIAL_CONTAINMENT:
            return None
        *_, number = min(ranked)
        founder = self.texts[number]
        return Match(founder.article_id, founder.at, kind_of(groups[number].containment), founder.sentences)

    def _groups(self, text: Asked) -> dict[int, Group]:
        """Return the groups that share enough with a text, by the number of their founder."""
        groups: dict[int, Group] = {}
        for number, count in text.shared.items():
            known = self.texts.get(number)
            if known is None or number < self.faded or abs(text.at - known.at) > self.windows.near:
                continue
            root = self.unions.root(known.founder)
            founder = self.texts.get(root)
            if founder is not None and text.article_id not in (known.article_id, founder.article_id):
                groups.setdefault(root, Group(self.members[root] == 0)).heard.append(self._heard(text, number, known, count))
        return groups

    def _heard(self, text: Asked, number: int, known: Text, count: int) -> Heard:
        """Return what a known text says of one that shares so many samples with it."""
        containment = text.containment(known, count)
        if containment < SYNDICATED_CONTAINMENT and text.has_passage_of(number, known, count):
            containment = SYNDICATED_CONTAINMENT
        return Heard(number, containment, text.resemblance(known, count), number in self.echoed)

    def _found(self, text: Asked) -> None:
        """Keep a text that is no copy; a version of a known article stays in its group."""
        known = self.texts.get(self.by_article.get(text.article_id, -1))
        self.by_article[text.article_id] = self.next_number
        self._keep(text, self.next_number if known is None else known.founder)

    def _follow(self, text: Asked, groups: Mapping[int, Group], founder_id: str) -> str:
        """Keep a copy that is not the echo of a member: later copies may share what only this one has, or hasn't.

        Returns:
            The hash of the text whose echo it is; empty if it is kept.
        """
        root = self._root_of(founder_id)
        closest = groups[root].closest if root is not None and root in groups else None
        if closest is not None and closest.resemblance >= NEAR_CONTAINMENT:
            self._echo(closest.number, text.print_.text_hash)
            return self.texts[closest.number].text_hash
        self._stay(text, founder_id)
        return ""

    def _stay(self, text: Asked, founder_id: str) -> None:
        """Keep a copy in the group of its founder, unless that was never committed."""
        root = self._root_of(founder_id)
        if root is not None:
            self._keep(text, root)

    def _echo(self, number: int, text_hash: str) -> None:
        """Remember that a text was repeated, and in which words."""
        echoes = self.echoed.setdefault(number, set())
        if self.by_hash.setdefault(text_hash, number) == number and text_hash != self.texts[number].text_hash:
            echoes.add(text_hash)

    def _keep(self, text: Asked, founder: int) -> None:
        number = self.next_number
        self.next_number += 1
        self.texts[number] = text.as_text(founder)
        self.by_hash.setdefault(text.print_.text_hash, number)
        if founder != number:
            self.members[self.unions.root(founder)] += 1
        self.postings.add(number, text.print_.sketch, text.at)
        self.queue.append(number)
        self.newest = text.at if self.newest is None else max(self.newest, text.at)
        self._expire(self.newest)

    def _expire(self, now: datetime) -> None:
        self.postings.forget_before(now - self.windows.near)
        while (old := self.texts.get(self.faded)) is not None and old.at < now - FADED * self.windows.near:
            self.texts[self.faded] = replace(old, heads=b"", said=b"")
            self.faded += 1
        while self.queue and self.texts[self.queue[0]].at < now - self.windows.exact:
            self._forget(self.queue.popleft())

    def _forget(self, number: int) -> None:
        old = self.texts.pop(number)
        self.faded = max(self.faded, number + 1)
        for text_hash in (old.text_hash, *self.echoed.pop(number, ())):
            if self.by_hash.get(text_hash) == number:
                del self.by_hash[text_hash]
        self.members.pop(number, None)
        self.unions.forget(number)
        if self.by_article.get(old.article_id) == number:
            del self.by_article[old.article_id]


def _places(print_: Fingerprint, words: str, framed: Collection[int]) -> tuple[int, ...]:
    """Return the places of the samples that stand within some sentences of a text."""
    if not framed:
        return ()
    return tuple(np.flatnonzero(np.isin(np.array(print_.sketch, np.uint64), shingles_within(words, framed))).tolist())
