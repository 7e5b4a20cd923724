"""Denials of conduct: the accused side rejects what the sanctions are about.

Theory: a strong verb of denial, a verb of saying over a negated clause, or a verdict of falsehood ("called the report a fable"), spoken
by somebody who is not the sender, in a sentence or article about sanctions.
"""

from collections.abc import Sequence

from pipelines.signals.base import Finding
from pipelines.signals.en import cast
from pipelines.signals.en.actors import Context, Ref
from pipelines.signals.en.layers import negated
from pipelines.signals.en.sentence import Sentence, Token, children


def conduct(sentence: Sentence, context: Context, found: Sequence[Finding]) -> Finding | None:
    """Return the denial of conduct that a sentence holds, if any."""
    if any(one.kind == "denial" for one in found):
        return None
    about = next((one for one in found if one.kind in ("mention", "threat", "considering", "imposed")), None)
    if about is None and not context.active:
        return None
    verb = next((token for token in sentence.doc if _denies(sentence, token)), None)
    if verb is None:
        return None
    deniers = _deniers(sentence, verb, context)
    return None if not deniers else _denial(sentence, deniers, about, context)


def _denies(sentence: Sentence, token: Token) -> bool:
    groups = sentence.groups(token.i)
    if not token.tag_.startswith("VB"):
        return False
    if "deny_strong" in groups and not negated(token):
        objects = [child.i for child in children(token, "dobj", "ccomp", "xcomp", "pcomp", "prep")]
        return bool(objects) and not any("ask_noun" in sentence.groups(i) for i in objects)
    if sentence.has("false") and groups & {"report"}:
        return True
    return bool(groups & {"report", "deny"}) and any(negated(child) and _never(child) for child in children(token, "ccomp"))


def _never(clause: Token) -> bool:
    words = {token.lower_ for token in clause.subtree}
    return bool(words & {"never", "not", "no", "none", "n't"}) and clause.tag_ in ("VBD", "VBN", "VBZ", "VBP")


def _deniers(sentence: Sentence, verb: Token, context: Context) -> tuple[Ref, ...]:
    subject = next(children(verb, "nsubj"), None)
    if subject is None and verb.dep_ in ("conj", "advcl"):
        subject = next(children(verb.head, "nsubj"), None)
    return tuple(party for party in cast.refs(sentence, None if subject is None else subject.i, context, role="speaks"))


def _denial(sentence: Sentence, deniers: tuple[Ref, ...], about: Finding | None, context: Context) -> Finding:
    ids = {party.actor.id for party in deniers}
    senders = about.senders if about is not None and about.senders else context.senders
    targets = about.targets if about is not None and about.targets else tuple(party.actor for party in deniers)
    if about is not None and {actor.id for actor in about.senders} & ids:
        senders, targets = about.targets, tuple(party.actor for party in deniers)
    return Finding(
        kind="denial",
        rule="denial: conduct",
        commitment=2,
        senders=tuple(actor for actor in senders if actor.id not in ids or actor.id is None),
        targets=targets,
        deniers=tuple(party.actor for party in deniers),
        measures=about.measures if about is not None else ("unspecified",),
    )
