"""What a denial of an article answers: the act told before that is about the same parties, whose sides and measures it has.

"Tirana bars Serbian buses. ... Belgrade rejects the accusations": who denies is said, and what is denied stands a sentence or ten
before. So where a denial does not name the other side itself, its sender, its targets and its measures are those of the act that
it contests: the last one that hits the denier, else one that hits persons or firms of the denier's, else one that is about it, else
the last one.

Known to be wrong: a denial that answers two acts at once has the sides of the later one.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from connectors.messages.signal import Actor
from pipelines.entities.gazetteer import find_names
from pipelines.signals.base import Finding
from pipelines.signals.en.sentence import Sentence

DENIED = frozenset({"threat", "considering", "imposed", "extended", "call_for", "breach", "refuse_ease"})


def as_answer(finding: Finding, sentence: Sentence, before: Sequence[Finding]) -> Finding:
    """Return a denial with the sides of the act that it answers, and any other finding as it is.

    Args:
        finding: what the sentence tells.
        sentence: where it is told.
        before: what the sentences before it tell, in order.
    """
    acts = [act for act in before if act.kind in DENIED and act.targets]
    denying = {actor.id for actor in finding.deniers} - {None}
    here = {name.id for name in sentence.names} - denying
    if finding.kind != "denial" or not acts or any(actor.id in here for actor in finding.senders):
        return finding
    hitting = (act for act in reversed(acts) if denying & {actor.id for actor in act.targets})
    nearly = (act for act in reversed(acts) if denying & states_of(act.targets))
    about = (act for act in reversed(acts) if denying & states_of((*act.senders, *act.violators)))
    act = next(chain(hitting, nearly, about), acts[-1])
    hit = tuple(actor for actor in act.targets if actor.id in denying) or act.targets
    measures = act.measures if finding.measures == ("unspecified",) else finding.measures
    return replace(finding, senders=act.senders or finding.senders, targets=hit, measures=measures)


def states_of(parties: Sequence[Actor]) -> frozenset[str]:
    """Return the states among parties, and those whose persons or firms are ("Malian carriers")."""
    inside = (name.entity_id for actor in parties if actor.id is None for name in find_names(actor.name))
    return frozenset((*(actor.id for actor in parties if actor.id is not None), *inside))
