"""What an article fills in where a sentence names no sender, no target, or only the side that answers back.

A sender that is nowhere said stays empty by the guide only where the article does not make it plain; whoever speaks, or acted
last, mostly is it. And whoever was hit, or whose firms were, and now acts ("Mogadishu said it had been about to answer in kind"),
acts against those who hit. Somebody new to the article who does likewise, asks for it or will have no part in it ("Italy saw no
reason for measures of its own") means those whom the article is about, not who was hit last. And who asks for an end to measures
that an act of the article took against others ("China asked Warsaw to reopen the line", which was closed to Belarus) asks for
those.

Known to be wrong: a third state with a quarrel of its own that the article has not told before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from connectors.messages.signal import Actor
from pipelines.signals.base import QUIET, Finding
from pipelines.signals.en.answers import DENIED, states_of
from pipelines.signals.en.context import Context

RESTRICTING = DENIED - {"breach"}
ANSWERED = frozenset({"denial", "breach"})  # kinds whose parties are not told by who acts


def filled_in(finding: Finding, context: Context, before: Sequence[Finding]) -> Finding:
    """Return a finding with what the sentence leaves out.

    Args:
        finding: what the sentence tells.
        context: what the article has said before it.
        before: what the sentences before it tell, in order.
    """
    if finding.kind in QUIET | ANSWERED:
        return finding
    if finding.kind == "demand_ease" and (hit := _asked_for(finding, before)):
        return replace(finding, targets=hit)
    turned = _turned(finding, context)
    if set(turned.targets) <= set(context.targets):
        turned = replace(turned, targets=_first_hit(turned, before) or turned.targets)
    asking = turned.callers if finding.kind == "call_for" else ()
    senders = turned.senders or _others(_acting(context, finding), (*turned.targets, *turned.callers))
    targets = turned.targets or _others(context.targets, (*senders, *asking)) or _answered(senders, context)
    return replace(turned, senders=senders, targets=targets)


def _first_hit(finding: Finding, before: Sequence[Finding]) -> tuple[Actor, ...]:
    """Return whom the first act of an article hits, where the senders have had no part in it yet; the state, if one was named."""
    acts = [act for act in before if act.kind in RESTRICTING and act.targets]
    acting = {actor.id for actor in finding.senders} - {None}
    if not acts or not acting or any(acting & states_of((*act.senders, *act.targets)) for act in acts):
        return ()
    first = [act for act in acts if {actor.id for actor in act.senders} & {actor.id for actor in acts[0].senders}]
    return next((act.targets for act in first if any(actor.id for actor in act.targets)), acts[0].targets)


def _asked_for(finding: Finding, before: Sequence[Finding]) -> tuple[Actor, ...]:
    """Return whom the owners of measures hit last, where the one who asks for an end to them seems to be hit and never was."""
    asking, owners = ({actor.id for actor in actors} - {None} for actors in (finding.callers, finding.senders))
    acts = [act for act in before if act.kind in RESTRICTING and act.targets and owners & {actor.id for actor in act.senders}]
    named_others = any(actor.id not in asking for actor in finding.targets)
    if not finding.targets or named_others or any(asking & states_of(act.targets) for act in acts):
        return ()
    return acts[-1].targets if acts else ()


def _acting(context: Context, finding: Finding) -> tuple[Actor, ...]:
    """Return who acts where nobody is named: who acted last, else of a threat who spoke last."""
    speaking = () if context.speaker is None or finding.kind != "threat" else (context.speaker,)
    return context.senders or speaking


def _turned(finding: Finding, context: Context) -> Finding:
    """Return a finding turned round whose target was taken over from the act before, although that target acts now."""
    taken_over = bool(finding.targets) and set(finding.targets) <= set(context.targets)
    back = _answered(finding.senders, context) if taken_over else ()
    return replace(finding, targets=back) if back else finding


def _answered(senders: Sequence[Actor], context: Context) -> tuple[Actor, ...]:
    """Return whom the senders answer: who acted last, if that hit them."""
    acting = {actor.id for actor in senders} - {None}
    is_answer = acting & states_of(context.targets) and not acting & states_of(context.senders)
    return context.senders if is_answer else ()


def _others(actors: Iterable[Actor], taken: Sequence[Actor]) -> tuple[Actor, ...]:
    used = {actor.id or actor.name for actor in taken}
    return tuple(actor for actor in actors if (actor.id or actor.name) not in used)
