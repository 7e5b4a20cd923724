"""The actors of an act whose kind the second reader decided.

Three ways, best first: the act that the finding hangs on is cast anew for its new kind by the same rules that cast every other
act; else any act that the rules saw in the sentence; else, where the tree shows none, the order of names is all there is: who
speaks or stands first sends, the next party is hit, and the article fills in what is missing.
"""

from dataclasses import replace

from connectors.messages.signal import Actor, SignalKind
from pipelines.signals.base import Finding
from pipelines.signals.en.act import Act
from pipelines.signals.en.acts import acts
from pipelines.signals.en.cast import as_actor, speakers
from pipelines.signals.en.commitment import commitment
from pipelines.signals.en.conditions import conditions
from pipelines.signals.en.context import Context
from pipelines.signals.en.deadline import deadline
from pipelines.signals.en.measures import verb_measures
from pipelines.signals.en.sentence import Sentence
from pipelines.signals.en.verdict import DATED_KINDS, recast

EASING = frozenset({"ease_intent", "eased", "demand_ease", "refuse_ease"})
ASKING = frozenset({"call_for", "demand_ease"})
DONE = frozenset({"imposed", "eased", "extended", "breach", "denial"})
RULE = "second reader"


def cast_as(sentence: Sentence, kind: SignalKind, context: Context, like: Finding | None) -> Finding:
    """Return a finding of a kind.

    Args:
        sentence: where it is told.
        kind: what it is.
        context: what the article has said before.
        like: the finding that it takes the place of, if there is one.
    """
    act = _act(sentence, kind, context, like)
    if act is not None:
        return recast(sentence, act, kind, RULE, context)
    return _relabelled(like, kind) if like is not None and (like.senders or like.targets) else _in_order(sentence, kind, context)


def _act(sentence: Sentence, kind: SignalKind, context: Context, like: Finding | None) -> Act | None:
    found = acts(sentence, known=context.act if context.active else "")
    if like is not None and like.at >= 0:
        return next((act for act in found if act.anchor == like.at), None)
    wanted = "ease" if kind in EASING - {"refuse_ease"} else "restrict"
    return next((act for act in found if act.kind == wanted), found[0] if found else None)


def _relabelled(like: Finding, kind: SignalKind) -> Finding:
    deniers = (like.deniers or like.targets) if kind == "denial" else ()
    return replace(like, kind=kind, rule=RULE, deniers=deniers, callers=like.callers if kind in ASKING else ())


def _in_order(sentence: Sentence, kind: SignalKind, context: Context) -> Finding:
    """Cast by word order alone."""
    named = list(dict.fromkeys(as_actor(name) for name in sentence.names))
    spoken = [party.actor for speaker in speakers(sentence, context) for party in speaker.parties if party.actor.id or not named]
    parties = _distinct([*spoken[:1], *named])
    callers = tuple(parties[:1]) if kind in ASKING and len(parties) > 1 else ()
    rest = parties[len(callers) :]
    senders, targets = tuple(rest[:1]) or context.senders, tuple(rest[1:2]) or context.targets
    if len(rest) == 1 and not spoken and context.senders and rest[0].id in {actor.id for actor in context.targets}:
        senders, targets = context.senders, tuple(rest)
    if kind == "denial":
        senders, targets = tuple(parties[1:2]) or context.senders, tuple(parties[:1])
    condition = next((found.condition for found in conditions(sentence.text)), None) if kind not in DONE else None
    due = deadline(sentence.text, None if condition is None else condition.text) if kind in DATED_KINDS else None
    return Finding(
        kind=kind,
        rule=RULE,
        commitment=commitment(kind, 1 if kind == "considering" else 2, sentence.text, deadline=due is not None, fragment=False),
        senders=senders,
        targets=targets,
        deniers=targets if kind == "denial" else (),
        callers=callers,
        condition=condition,
        deadline=due,
        measures=verb_measures(sentence, 0, "", range(len(sentence.words)), ()),
    )


def _distinct(actors: list[Actor]) -> list[Actor]:
    return list({actor.id or actor.name: actor for actor in reversed(actors)}.values())[::-1]
