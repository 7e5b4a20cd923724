"""Sift a made press in process, and say how well its copies were found."""

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from pipelines.dedupe import Copies
from tests import builders
from tests.pipelines.syndication import TWO_IN_ONE, Told, b_cubed

HOUR = timedelta(hours=1)


def shuffled(told: Sequence[Told], order: int) -> list[Told]:
    """The articles in another order of arrival."""
    again = list(told)
    random.Random(f"order {order}").shuffle(again)
    return again


def groups(told: Sequence[Told], start: datetime = builders.PUBLISHED_AT, span: timedelta = 24 * HOUR) -> dict[str, str]:
    """Return the founder of each article, as the log tells it when all were sifted in this order within a span of time.

    Groups that an article says to be one go under one founder, those told of before it as well.
    """
    copies, found, united = Copies(), dict[str, str](), dict[str, str]()
    for place, one in enumerate(told):
        at = start + span * (place / len(told))
        article = builders.article(id=one.id, text=one.text, title=one.id, published_at=at, fetched_at=at, outlet=one.outlet)
        work = copies.sift(builders.work(article), lambda _: False)
        found[one.id] = work.copy_of or one.id
        for other in work.fingerprint.unites if work.fingerprint is not None else ():
            united[root_of(other, united)] = root_of(found[one.id], united)
    return {name: root_of(founder, united) for name, founder in found.items()}


def root_of(founder: str, united: dict[str, str]) -> str:
    """Return the founder under which a founder's group goes."""
    while united.get(founder, founder) != founder:
        founder = united[founder]
    return founder


def recall_by_edit(told: Sequence[Told], found: dict[str, str], keeps: float = 0.3) -> dict[str, float]:
    """Return for each edit how many of its articles stand in the group in which most of their original's copies stand.

    Args:
        told, found: the suite, and the founder of each article.
        keeps: share of the original's words that an article must keep to count.
    """
    members: dict[str, list[str]] = defaultdict(list)
    for one in told:
        members[one.group].append(found[one.id])
    home = {group: max(set(founders), key=founders.count) for group, founders in members.items()}
    hits: dict[str, list[bool]] = defaultdict(list)
    for one in told:
        if one.share >= keeps:
            hits[one.edit].append(found[one.id] == home[one.group])
    return {edit: sum(right) / len(right) for edit, right in hits.items()}


def rivals_taken(told: Sequence[Told], found: dict[str, str]) -> list[str]:
    """Return the rivals whose group has an article by another author."""
    members: dict[str, set[str]] = defaultdict(set)
    for one in told:
        members[found[one.id]].add(one.group)
    return [one.id for one in told if one.edit == "rival" and len(members[found[one.id]]) > 1]


def score(told: Sequence[Told], found: dict[str, str]) -> tuple[float, float, float]:
    """B-cubed precision, recall and F1 against the originals; a text of two of them belongs to either and is not scored."""
    gold = {one.id: one.group for one in told if one.edit != TWO_IN_ONE}
    return b_cubed({name: found[name] for name in gold}, gold)
