"""What a run left, and how it differs from what an undisturbed one left."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from connectors.messages.alert import Alert
from tests.end_to_end.newsroom import Left


@dataclass(frozen=True)
class Verdict:
    """Figures that have to be 0, and what stands behind them, a line each."""

    lost: int
    doubled: int
    gaps: int
    different: int
    lines: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.doubled or self.gaps or self.different)


def came_to(alert: Alert) -> tuple[object, ...]:
    """Return what an alert came to, without what depends on the order of arrival, which two partitions leave open.

    That are the version numbers, the timeline, who was first, and whether an alert that stands was updated: one whose denial came
    before it is raised contested, in one version.
    """
    return (
        alert.kind,
        alert.status == "retracted",
        alert.superseded_by,
        tuple(sorted(source.article_id for source in alert.sources)),
        tuple(sorted((quote.article_id, quote.quote) for quote in alert.evidence)),
        alert.source_count,
        alert.outlet_count,
        alert.conditions,
        tuple(sorted(contest.quote for contest in alert.contested)),
    )


def judged(calm: Left, rough: Left, poison: list[bytes]) -> Verdict:
    """Compare two runs of the same stream.

    Args:
        calm, rough: undisturbed and disturbed.
        poison: values that have to be dead letters.
    """
    known, found = ({analysis.article_id for analysis in left.analyses} for left in (calm, rough))
    lost = [f"no analysis of {id_}" for id_ in sorted(known - found)] + [f"analysis of a stranger {id_}" for id_ in found - known]
    lost += [f"no dead letter of {value!r}" for value in poison if value not in {letter.value for letter in rough.dead_letters}]
    gaps = [f"versions of {id_} are {versions}" for id_, versions in rough.broken_versions().items()]
    doubled, different = list(_doubled(rough)), list(_different(calm, rough))
    return Verdict(len(lost), len(doubled), len(gaps), len(different), (*lost, *doubled, *gaps, *different))


def _doubled(left: Left) -> Iterator[str]:
    for id_, count in left.doubled().items():
        yield f"{count} analyses of {id_}"
    places = Counter((letter.origin.partition, letter.origin.offset) for letter in left.dead_letters)
    for place, count in places.items():
        if count > 1:
            yield f"{count} dead letters of {place}"


def _different(calm: Left, rough: Left) -> Iterator[str]:
    wanted, found = ({alert.id: came_to(alert) for alert in left.alerts} for left in (calm, rough))
    for id_ in sorted(wanted.keys() | found.keys()):
        if wanted.get(id_) != found.get(id_):
            yield f"alert {id_}: {wanted.get(id_)} undisturbed, {found.get(id_)} disturbed"
