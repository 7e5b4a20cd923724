"""What analysts' verdicts come to: precision of each rule in the field, gold records, and what a `false` mutes. Pure functions.

A verdict is on an alert; a rule's precision counts each judged alert once for each rule that its quotes come from. `duplicate` says
nothing of a rule, and `irrelevant` says that it was right and of no use.

Gold records follow the annotation guide, one for each quoted sentence of an alert that was judged true or false. A sentence judged
true gets the signals that the analysis found in it; one judged false gets those of another kind than the alert's. Known to be
wrong: the verdict is on the alert, so a sentence that another rule read rightly goes down with the rest.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, get_args

from connectors.messages.alert import Alert, Quote
from connectors.messages.analysis import Analysis
from connectors.messages.codec import to_dict
from connectors.messages.disposition import Disposition, Verdict
from connectors.messages.signal import Signal
from connectors.messages.silence import Matcher, Silence
from connectors.subscribers.labels import MAX_VALUE_CHARACTERS
from connectors.subscribers.matchers import shown
from connectors.subscribers.plain import plain
from connectors.subscribers.silences import MAX_COMMENT, MAX_DURATION, silence_of

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
COMMITTED = frozenset({"threat", "considering", "call_for", "ease_intent"})
MUTED_PARTIES = 5
ROLES_OF_KIND = {"call_for": "callers", "demand_ease": "callers", "breach": "violators", "denial": "deniers"}


@dataclass(frozen=True, slots=True)
class RuleScore:
    """How a rule did: judged alerts by verdict, and the share that it was right in, None where nothing says."""

    rule: str
    counts: Mapping[str, int]
    precision: float | None


def latest(dispositions: Iterable[Disposition]) -> dict[str, Disposition]:
    """Return the last verdict on each alert, of verdicts in the order of their topic."""
    return {one.alert_id: one for one in dispositions}


def precision(judged: Iterable[tuple[str, Iterable[str]]]) -> list[RuleScore]:
    """Return the scores of all rules, those with most verdicts first.

    Args:
        judged: (last verdict, rules of its quotes) of each judged alert.
    """
    return scores((rule, verdict, 1) for verdict, rules in judged for rule in set(rules))


def scores(sums: Iterable[tuple[str, str, int]]) -> list[RuleScore]:
    """Return the scores of all rules, those with most verdicts first.

    Args:
        sums: (rule, verdict, alerts); those of one rule and verdict are added up.
    """
    counts: dict[str, Counter[str]] = {}
    for rule, verdict, amount in sums:
        counts.setdefault(rule, Counter())[verdict] += amount
    made = [RuleScore(rule, {one: found[one] for one in VERDICTS}, _share(found)) for rule, found in counts.items()]
    return sorted(made, key=lambda score: (-sum(score.counts.values()), score.rule))


def _share(found: Counter[str]) -> float | None:
    right = found["true"] + found["irrelevant"]
    return right / (right + found["false"]) if right + found["false"] else None


def rules_of(alert: Alert) -> tuple[str, ...]:
    """Return the rules that an alert's quotes come from."""
    return tuple(sorted({quote.rule for quote in alert.evidence if quote.rule}))


def gold_records(alert: Alert, disposition: Disposition, analyses: Mapping[str, Analysis]) -> list[dict[str, Any]]:
    """Return the gold records that a verdict gives; none for `duplicate` and `irrelevant`.

    Args:
        alert: what was judged.
        disposition: the verdict.
        analyses: of its articles, by article id; a quote without one gives no record.
    """
    if disposition.verdict not in ("true", "false"):
        return []
    records = [
        _record(quote, alert, disposition, analyses[quote.article_id]) for quote in alert.evidence if quote.article_id in analyses
    ]
    return list({record["text"]: record for record in records if record is not None}.values())


def _record(quote: Quote, alert: Alert, disposition: Disposition, analysis: Analysis) -> dict[str, Any] | None:
    signals = [signal for signal in analysis.signals if _is_in(signal, quote)]
    if not any(signal.id == quote.signal_id for signal in signals):
        return None
    kept = [signal for signal in signals if disposition.verdict == "true" or signal.kind != alert.kind]
    return {
        "id": f"field-{quote.signal_id[:16]}",
        "case": f"field-{disposition.verdict}",
        "text": quote.quote,
        "signals": [_gold(signal) for signal in kept if signal.kind != "question"],
        "note": f"{disposition.verdict} by {disposition.author}: {disposition.reason}"[:500],
    }


def _is_in(signal: Signal, quote: Quote) -> bool:
    return (signal.evidence.start, signal.evidence.end) == (quote.start, quote.end)


def _gold(signal: Signal) -> dict[str, Any]:
    whole = to_dict(signal)
    role = ROLES_OF_KIND.get(signal.kind)
    length = len(signal.evidence.quote)
    return {
        "kind": signal.kind,
        **{name: whole[name] for name in ("senders", "targets", "reporters")},
        **({role: whole[role]} if role is not None else {}),
        "condition": whole["condition"],
        "deadline": signal.deadline,
        "measures": list(signal.measures),
        **({"commitment": signal.commitment} if signal.kind in COMMITTED else {}),
        "evidence": {"quote": signal.evidence.quote, "start": 0, "end": length},
    }


def like_it(alert: Alert, *, with_rules: bool) -> str:
    """Return the matchers of alerts of the same kind between the same parties, and if wanted by the same rules.

    Where a party's name hides characters or is endless, they are of this alert alone: such a name is nothing to show in a form.
    """
    parties = [
        Matcher(name=role, op="=", value=value)
        for role, actors in (("sender", alert.senders), ("target", alert.targets))
        for value in list(dict.fromkeys(actor.id or actor.name for actor in actors))[:MUTED_PARTIES]
    ]
    shown_ = [one for one in parties if plain(one.value, MAX_VALUE_CHARACTERS) == one.value]
    own = [Matcher(name="alert", op="=", value=alert.id)] if len(shown_) < len(parties) or not parties else []
    rules = "|".join(re.escape(rule) for rule in rules_of(alert) if plain(rule, MAX_VALUE_CHARACTERS) == rule)
    rule = [Matcher(name="rule", op="=~", value=rules)] if with_rules and rules else []
    return shown([Matcher(name="kind", op="=", value=alert.kind), *shown_, *own, *rule])


def muting(alert: Alert, disposition: Disposition, episode_gap_hours: float) -> Silence | None:
    """Return what a verdict `false` mutes: the like of the alert, by the same rules, for the rest of its episode.

    None for other verdicts, for an episode that is over, and for an alert whose parties make no matchers.
    """
    left = alert.last_at + timedelta(hours=episode_gap_hours) - disposition.decided_at
    if disposition.verdict != "false" or left <= timedelta():
        return None
    try:
        return silence_of(
            like_it(alert, with_rules=True),
            disposition.author,
            f"judged false: {disposition.reason}"[:MAX_COMMENT],
            min(left, MAX_DURATION),
            disposition.decided_at,
        )
    except ValueError:
        return None


def disposition_of(alert_id: str, alert_version: int, given: Mapping[str, str], now: datetime) -> Disposition:
    """Return the verdict that somebody gives.

    Args:
        alert_id, alert_version: the alert as they saw it.
        given: `verdict`, `author` and `reason`.
        now: when.

    Raises:
        ValueError: a field is missing, too long, or no verdict; the text says which.
    """
    verdict = next((one for one in VERDICTS if one == given.get("verdict")), None)
    author, reason = given.get("author", "").strip(), given.get("reason", "").strip()
    if verdict is None:
        raise ValueError(f"verdict is one of {', '.join(VERDICTS)}")
    if not 0 < len(author) <= 64:
        raise ValueError("author is your name, in 64 characters at most")
    if not 0 < len(reason) <= 2_000:
        raise ValueError("reason says why, in 2000 characters at most")
    return Disposition(
        alert_id=alert_id, alert_version=alert_version, verdict=verdict, author=author, reason=reason, decided_at=now
    )
