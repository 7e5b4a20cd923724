"""Which group of copies a text belongs to: the texts of one language that the stream has seen.

Observed: a cut copy may come before the report that it was cut from, and two cuts of one report may share nothing; a digest holds
two reports that have nothing to do with each other. Whom a text is compared with must not hang on who came first, and one long text
must not tie two reports together.

Theory: every text that is not the echo of a known one is remembered, and a text is compared with all of them by *containment*: the
share of the smaller sample that the larger one holds (Broder, "On the resemblance and containment of documents", 1997). A member
that shares half or more is believed if it is the whole group, if it is about as long as the text, if another text has echoed it (it
is a report, then, and no digest), or if a second member shares a fifth with the text as well.

A sample that stands in more than four groups tells nothing (a site's furniture, a stock phrase) and counts on neither side. A short
text keeps samples from more of the range of hashes than a long one does, so two texts are compared on the range that both keep.

Known to be wrong: of a report in two cuts that share nothing and came first, one keeps a group of its own; whether a sample is
common is known only once its fifth group has come.
"""

from array import array
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import sqrt

from connectors.messages.analysis import CopyKind
from pipelines.fingerprint import SAMPLE_FLOOR, SAMPLE_LIMIT
from pipelines.postings import Postings
from pipelines.work import Fingerprint

MIN_SHARED_KEYS = 4
COMMON_KEY_GROUPS = 4
NEAR_CONTAINMENT = 0.95
SYNDICATED_CONTAINMENT = 0.5
PARTIAL_CONTAINMENT = 0.3
SURE_KEYS = 16  # of so many samples the share is taken as it is
SECOND_SHARE = 0.2  # what another member shares with a text that belongs to its group
HEAD_SHIFT = 48
ALIKE = 0.75  # two texts are about as long if the shorter has this share of the longer


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
class Text:
    """What is remembered of a text.

    Attributes:
        article_id, at: the article that brought it first, and its event time.
        text_hash: of all its words.
        founder: number of the text that founded its group; its own if it did so itself.
        size: samples that told something when it came.
        heads: the first 16 bits of each of them, ascending, if its sample reaches beyond the range that every text keeps.
        reach: its samples are all of its hashes up to here.
        sentences: hashes of its sentences.
    """

    article_id: str
    at: datetime
    text_hash: str
    founder: int
    size: int
    heads: "array[int]"
    reach: int
    sentences: "array[int]"

    def size_within(self, reach: int) -> int:
        """Return how many of its samples are below `reach`."""
        return self.size if reach >= self.reach else bisect_right(self.heads, reach >> HEAD_SHIFT)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A text that is looked for.

    Attributes:
        article_id, at, print_: whose it is, and what tells it.
        keys: its samples that tell something, ascending.
        holders: beside each, the numbers of the texts that hold it.
        reach: its samples are all of its hashes up to here.
    """

    article_id: str
    at: datetime
    print_: Fingerprint
    keys: tuple[int, ...]
    holders: tuple[Sequence[int], ...]
    reach: int

    def containment(self, text: Text, shared: int) -> float:
        """Return the share of the smaller of the two that the larger one holds, on the range that both sample.

        Of few samples it is what is sure, or a quote would make a copy of a short text now and then.
        """
        reach = min(self.reach, text.reach)
        smaller = max(MIN_SHARED_KEYS, min(bisect_right(self.keys, reach), text.size_within(reach)))
        share = min(1.0, shared / smaller)
        return share if smaller >= SURE_KEYS else sure_share(share, smaller)

    def is_alike(self, text: Text) -> bool:
        """Whether the two are about as long."""
        own, other = len(self.keys) / self.reach, text.size / text.reach
        return min(own, other) >= ALIKE * max(own, other)

    def as_text(self, founder: int) -> Text:
        """Return what is remembered of it."""
        heads = array("H", (key >> HEAD_SHIFT for key in self.keys) if self.reach > SAMPLE_LIMIT else ())
        said = array("I", self.print_.sentences)
        return Text(self.article_id, self.at, self.print_.text_hash, founder, len(self.keys), heads, self.reach, said)


@dataclass(frozen=True, slots=True)
class _Heard:
    """What one member says of a text: how much they share, whether they are about as long, whether another text echoed it."""

    number: int
    containment: float
    is_alike: bool
    is_echoed: bool


@dataclass(slots=True)
class _Group:
    """What the members of a group say of a text.

    Attributes:
        is_single: whether the group has one member.
        heard: those that share something with it.
    """

    is_single: bool
    heard: list[_Heard] = field(default_factory=list)

    @property
    def best(self) -> _Heard:
        """The member that shares most and is believed, else the one that shares most."""
        return max(self.heard, key=lambda one: (self._is_believed(one), one.containment, -one.number))

    @property
    def containment(self) -> float:
        """How near the text is: without a member that is believed it shares a part at most."""
        best = self.best
        return best.containment if self._is_believed(best) else min(best.containment, SYNDICATED_CONTAINMENT - 1e-9)

    def _is_believed(self, one: _Heard) -> bool:
        if one.containment < SYNDICATED_CONTAINMENT:
            return False
        return self.is_single or one.is_alike or one.is_echoed or self._has_second(one)

    def _has_second(self, one: _Heard) -> bool:
        return any(other is not one and other.containment >= SECOND_SHARE for other in self.heard)


@dataclass(slots=True)
class CopyIndex:
    """The texts of one language, by hash and by sampled shingle.

    It names articles rather than holding a set of hashes: after a crash the founder may come again, and must still count as new.
    """

    windows: Windows = field(default_factory=Windows)
    texts: dict[int, Text] = field(default_factory=dict)
    by_hash: dict[str, int] = field(default_factory=dict)
    by_article: dict[str, int] = field(default_factory=dict)
    echoed: set[int] = field(default_factory=set)
    members: Counter[int] = field(default_factory=Counter)
    postings: Postings = field(default_factory=Postings)
    queue: deque[int] = field(default_factory=deque)
    newest: datetime | None = None
    next_number: int = 0

    def exact(self, article_id: str, print_: Fingerprint) -> Match | None:
        """Return whose words this text repeats one by one, or None."""
        number = self.by_hash.get(print_.text_hash, -1)
        text = self.texts.get(number)
        founder = None if text is None else self.texts.get(text.founder, text)
        if text is None or founder is None or article_id in (text.article_id, founder.article_id):
            return None
        self.echoed.add(number)
        # Its words are the founder's then, wherever the full stops stand.
        said = print_.sentences if founder is text else founder.sentences
        return Match(founder.article_id, founder.at, "exact", said)

    def place(self, article_id: str, at: datetime, print_: Fingerprint) -> Match | None:
        """Return what a text repeats with edits, or None; remember it, and forget what has left its window."""
        asked = self._asked(article_id, at, print_)
        groups = self._groups(asked)
        match = self._match(groups)
        if match is None or match.kind == "partial":
            self._found(asked)
        else:
            self._follow(asked, groups, match.founder_id, match.kind)
        return match

    def restore(self, article_id: str, at: datetime, print_: Fingerprint, copy_of: tuple[str, CopyKind] | None) -> None:
        """Remember a text that was placed before, as the log tells it.

        Args:
            article_id, at, print_: the text.
            copy_of: its founder and how it repeats it; None if it was no copy.
        """
        asked = self._asked(article_id, at, print_)
        if copy_of is None:
            self._found(asked)
        else:
            if copy_of[1] == "exact":
                self.echoed.add(self.by_hash.get(print_.text_hash, -1))
            self._follow(asked, self._groups(asked), *copy_of)

    def _asked(self, article_id: str, at: datetime, print_: Fingerprint) -> _Asked:
        """Look up a text's samples, and leave out those that tell nothing."""
        found = zip(print_.sketch, self.postings.holders(print_.sketch), strict=True)
        told = [(key, numbers) for key, numbers in found if not self._is_common(numbers)]
        keys, holders = (tuple(key for key, _ in told), tuple(numbers for _, numbers in told))
        return _Asked(article_id, at, print_, keys, holders, reach_of(print_.sketch))

    def _match(self, groups: Mapping[int, _Group]) -> Match | None:
        """Return the group that shares most; of several, the one founded first."""
        ranked = [
            (-group.containment, self.texts[number].at, self.texts[number].article_id, number) for number, group in groups.items()
        ]
        if not ranked or -min(ranked)[0] < PARTIAL_CONTAINMENT:
            return None
        share, *_, number = min(ranked)
        founder = self.texts[number]
        return Match(founder.article_id, founder.at, kind_of(-share), founder.sentences)

    def _groups(self, asked: _Asked) -> dict[int, _Group]:
        """Return the groups that share enough with a text, by the number of their founder."""
        shared = Counter(number for numbers in asked.holders for number in numbers)
        groups: dict[int, _Group] = {}
        for number, count in shared.items():
            text = self.texts.get(number)
            if count < MIN_SHARED_KEYS or text is None or abs(asked.at - text.at) > self.windows.near:
                continue
            founder = self.texts.get(text.founder)
            if founder is not None and asked.article_id not in (text.article_id, founder.article_id):
                heard = _Heard(number, asked.containment(text, count), asked.is_alike(text), number in self.echoed)
                groups.setdefault(text.founder, _Group(self.members[text.founder] == 1)).heard.append(heard)
        return groups

    def _found(self, asked: _Asked) -> None:
        """Keep a text that is no copy; a version of a known article stays in its group."""
        known = self.texts.get(self.by_article.get(asked.article_id, -1))
        self.by_article[asked.article_id] = self.next_number
        self._keep(asked.as_text(self.next_number if known is None else known.founder), asked.print_)

    def _follow(self, asked: _Asked, groups: Mapping[int, _Group], founder_id: str, kind: CopyKind) -> None:
        """Keep a copy that is not the echo of a member: later copies may share what only this one has, or hasn't."""
        known = self.texts.get(self.by_article.get(founder_id, -1))
        founder = None if known is None else self.texts.get(known.founder)
        if known is None or founder is None:
            return
        best = groups[known.founder].best if known.founder in groups else None
        if best is not None and best.is_alike and kind == "near":
            self.echoed.add(best.number)
        elif kind != "exact":
            self._keep(asked.as_text(known.founder), asked.print_)

    def _keep(self, text: Text, print_: Fingerprint) -> None:
        number = self.next_number
        self.next_number += 1
        self.texts[number] = text
        self.by_hash.setdefault(text.text_hash, number)
        self.members[text.founder] += 1
        self.postings.add(number, print_.sketch, text.at)
        self.queue.append(number)
        self.newest = text.at if self.newest is None else max(self.newest, text.at)
        self._expire(self.newest)

    def _is_common(self, numbers: Sequence[int]) -> bool:
        """Whether a sample stands in so many groups that it tells nothing; the versions of one article are one group."""
        if len(numbers) <= COMMON_KEY_GROUPS:
            return False
        return len({text.founder for number in numbers if (text := self.texts.get(number)) is not None}) > COMMON_KEY_GROUPS

    def _expire(self, now: datetime) -> None:
        self.postings.forget_before(now - self.windows.near)
        while self.queue and self.texts[self.queue[0]].at < now - self.windows.exact:
            number = self.queue.popleft()
            old = self.texts.pop(number)
            self.echoed.discard(number)
            self.members.pop(number, None)
            if self.by_hash.get(old.text_hash) == number:
                del self.by_hash[old.text_hash]
            if self.by_article.get(old.article_id) == number:
                del self.by_article[old.article_id]


def sure_share(share: float, number: int) -> float:
    """Return the lower bound of a share that was seen in so many samples (Wilson, JASA 22, 1927; one standard deviation)."""
    spread = sqrt(share * (1 - share) / number + 1 / (4 * number**2))
    return (share + 1 / (2 * number) - spread) / (1 + 1 / number)


def kind_of(containment: float) -> CopyKind:
    """Return the name of so much in common."""
    if containment >= NEAR_CONTAINMENT:
        return "near"
    return "syndicated" if containment >= SYNDICATED_CONTAINMENT else "partial"


def reach_of(sketch: Sequence[int]) -> int:
    """Return up to where a sketch holds all hashes of its text: one of few samples, up to the last of them."""
    return SAMPLE_LIMIT if len(sketch) > SAMPLE_FLOOR or not sketch else max(SAMPLE_LIMIT, sketch[-1])
