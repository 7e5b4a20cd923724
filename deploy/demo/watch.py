"""What the demonstration sees on the topics, and what it makes of it: pure bookkeeping, no Kafka and no clock.

An article counts as done when it has an analysis. What a printed piece should give is known beforehand, so the report can say what
is missing and what spoke that should have been silent.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connectors.feeds.canonical import canonical_url
from connectors.kafka import Stored
from connectors.messages.alert import ALERT_FAMILIES, Alert
from connectors.messages.analysis import Analysis
from connectors.messages.article import article_id
from connectors.messages.codec import decode, decode_dead_letter
from connectors.messages.dead_letter import DeadLetter
from connectors.messages.signal import Actor
from connectors.subscribers.words import listed
from connectors.topics import ANALYSES, DEAD_LETTERS
from deploy.demo.press import Piece, Printed

QUIET = frozenset({"question", "mention"})


@dataclass(slots=True)
class Watch:
    """What was printed and what came of it.

    Attributes:
        printed: articles on the sites, by article id.
        analyses: what the pipeline found, by article id.
        alerts: the latest version of each alert, by alert id.
        dead_letters: what was refused.
        delays: seconds from printing to each alert version that a printed article made.
    """

    printed: dict[str, Printed] = field(default_factory=dict)
    analyses: dict[str, Analysis] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)
    dead_letters: list[DeadLetter] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)

    def add(self, printed: Iterable[Printed]) -> None:
        """Expect an analysis of each of these."""
        self.printed |= {article_id(canonical_url(one.link)): one for one in printed}

    def see(self, stored: Stored, now: datetime) -> Alert | None:
        """Take one record; return the alert if it is a version that was not seen before."""
        if stored.topic == DEAD_LETTERS:
            self.dead_letters.append(decode_dead_letter(stored.key, stored.value, stored.headers))
            return None
        if stored.topic == ANALYSES:
            analysis = decode(Analysis, stored.value, stored.headers)
            self.analyses[analysis.article_id] = analysis
            return None
        return self._alert(decode(Alert, stored.value, stored.headers), now)

    def _alert(self, alert: Alert, now: datetime) -> Alert | None:
        before = self.alerts.get(alert.id)
        if before is not None and before.version >= alert.version:
            return None
        self.alerts[alert.id] = alert
        makers = [change.article_id for change in alert.timeline if change.version == alert.version]
        self.delays += [(now - self.printed[maker].published_at).total_seconds() for maker in makers[:1] if maker in self.printed]
        return alert

    @property
    def is_complete(self) -> bool:
        """Whether every printed article has its analysis."""
        return self.printed.keys() <= self.analyses.keys()

    def missing(self) -> list[str]:
        """Return the links of printed articles without an analysis."""
        return [printed.link for key, printed in self.printed.items() if key not in self.analyses]


def kinds_of(analysis: Analysis) -> frozenset[str]:
    """Return the kinds of acts that an article was found to tell, background and questions left out."""
    return frozenset(signal.kind for signal in analysis.signals if signal.kind not in QUIET)


def faults(watch: Watch) -> list[str]:
    """Return what went otherwise than the press foresaw, one line each."""
    return [
        *(f"{link} has no analysis" for link in watch.missing()),
        *(f"dead letter of {letter.stage}: {letter.reason}" for letter in watch.dead_letters),
        *(
            fault
            for key, printed in watch.printed.items()
            if key in watch.analyses
            for fault in _surprises(printed, watch.analyses[key])
        ),
        *_uncontested(watch),
    ]


def _uncontested(watch: Watch) -> Iterator[str]:
    contesting = {contest.article_id for alert in watch.alerts.values() for contest in alert.contested}
    for key, printed in watch.printed.items():
        if "denial" in (printed.piece.expect or ()) and key in watch.analyses and key not in contesting:
            yield f"{printed.piece.slug} should contest an alert and contests none"


def _surprises(printed: Printed, analysis: Analysis) -> Iterator[str]:
    piece, found = printed.piece, kinds_of(analysis)
    if piece.expect is None:
        return
    told = listed(sorted(found)) or "nothing"
    if found != set(piece.expect):
        yield f"{piece.slug} should tell {listed(sorted(piece.expect)) or 'nothing'} and tells {told}"
    yield from _wrong_parties(piece, analysis)
    if (piece.copy is None) != (analysis.copy_of is None):
        yield f"{piece.slug} {'is' if analysis.copy_of else 'is not'} taken for a copy"


def _wrong_parties(piece: Piece, analysis: Analysis) -> Iterator[str]:
    if piece.senders is None or piece.targets is None:
        return
    wanted = _arrow(piece.senders, piece.targets)
    for signal in analysis.signals:
        told = _arrow(_ids(signal.senders), _ids(signal.targets))
        if signal.kind in (piece.expect or ()) and told != wanted:
            yield f"{piece.slug} should tell {signal.kind} of {wanted} and tells it of {told}"


def _ids(actors: Iterable[Actor]) -> frozenset[str]:
    return frozenset(actor.id for actor in actors if actor.id is not None)


def _arrow(senders: Iterable[str], targets: Iterable[str]) -> str:
    return f"{' '.join(sorted(senders)) or 'nobody'} > {' '.join(sorted(targets)) or 'nobody'}"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least `share` of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def summary(watch: Watch) -> list[str]:
    """Return what the demonstration comes to, one line each."""
    analyses = watch.analyses.values()
    outlets = {printed.piece.outlet.host for printed in watch.printed.values()}
    copies = sum(analysis.copy_of is not None for analysis in analyses)
    silent = [analysis for analysis in analyses if not kinds_of(analysis)]
    without_rules = sum("language_without_rules" in analysis.notes for analysis in silent)
    kinds = _counted(alert.kind for alert in watch.alerts.values())
    topics = _counted(f"alerts.{ALERT_FAMILIES[alert.kind]}" for alert in watch.alerts.values())
    versions = sum(alert.version for alert in watch.alerts.values())
    contested = sum(bool(alert.contested) for alert in watch.alerts.values())
    return [
        f"articles      {len(watch.printed)} from {len(outlets)} outlets, {len(watch.analyses)} analysed, {copies} of them copies",
        f"alerts        {len(watch.alerts)} in {versions} versions, {contested} contested: {kinds}",
        f"topics        {topics}",
        f"silent        {len(silent)} articles without an act about sanctions, {without_rules} of them in a language without rules",
        f"dead letters  {len(watch.dead_letters)}",
        *_delay_line(watch.delays),
    ]


def _counted(names: Iterable[str]) -> str:
    return listed([f"{count} {name}" for name, count in Counter(names).most_common()]) or "none"


def _delay_line(delays: Sequence[float]) -> list[str]:
    if not delays:
        return []
    middle, late = percentile(delays, 0.5), percentile(delays, 0.95)
    return [f"delay         from publication to alert p50 {middle:.1f} s, p95 {late:.1f} s, longest {max(delays):.1f} s"]
