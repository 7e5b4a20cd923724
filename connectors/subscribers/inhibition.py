"""Inhibition: while one alert is told, others about the same are not, such as "considering" beside "imposed".

A rule says which alerts inhibit (`source_matchers`), which are inhibited (`target_matchers`), and in which labels the two have to
be equal; a label with several values is equal if the two share one. An alert does not inhibit itself, a retracted one nobody, and
none inhibits what spoke more than `WINDOW` before or after it (times are those of the articles, so a replay decides the same).

Known to be wrong: of the alerts that inhibit by one rule the newest `MAX_SOURCES` are held.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.config import InhibitConfig
from connectors.messages.alert import Alert
from connectors.messages.silence import Matcher
from connectors.subscribers.labels import Labels
from connectors.subscribers.matchers import all_match, parse, shown

WINDOW = timedelta(hours=72)
MAX_SOURCES = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Who mutes whom, and what both have to be about."""

    source: tuple[Matcher, ...]
    target: tuple[Matcher, ...]
    equal: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Source:
    labels: Labels
    last_at: datetime


def rules_of(configs: Iterable[InhibitConfig]) -> tuple[Rule, ...]:
    """Return the rules of the configuration, whose matchers have been checked."""
    return tuple(
        Rule(
            source=parse(one.source_matchers),
            target=parse(one.target_matchers),
            equal=tuple(name.strip() for name in one.equal.split(",") if name.strip()),
        )
        for one in configs
    )


class Inhibitors:
    """The alerts that may inhibit others.

    Args:
        rules: who mutes whom.
    """

    def __init__(self, rules: tuple[Rule, ...] = ()) -> None:
        self._rules = rules
        self._sources: list[dict[str, _Source]] = [{} for _ in rules]

    def note(self, alert: Alert, labels: Labels) -> None:
        """Take the newest version of an alert."""
        for rule, sources in zip(self._rules, self._sources, strict=True):
            sources.pop(alert.id, None)
            if alert.status != "retracted" and all_match(rule.source, labels):
                sources[alert.id] = _Source(labels, alert.last_at)
                if len(sources) > MAX_SOURCES:
                    del sources[next(iter(sources))]

    def reason(self, alert: Alert, labels: Labels) -> str:
        """Return what inhibits an alert, empty when nothing does."""
        for rule, sources in zip(self._rules, self._sources, strict=True):
            if all_match(rule.target, labels):
                for source_id, source in sources.items():
                    if source_id != alert.id and _is_about_the_same(rule, source, alert, labels):
                        return f"inhibited by alert {source_id} ({shown(rule.source)})"
        return ""


def _is_about_the_same(rule: Rule, source: _Source, alert: Alert, labels: Labels) -> bool:
    if abs(source.last_at - alert.last_at) > WINDOW:
        return False
    return all(
        set(source.labels.get(name, ())) & set(labels.get(name, ())) or (name not in source.labels and name not in labels)
        for name in rule.equal
    )
