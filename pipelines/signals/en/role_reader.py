"""The role reader: a linear model that weighs how each state stands in a sentence against the part that the rules gave it.

Observed: on sentences by writers whom the rules had never met a third of the targets were wrong, most often because the parse
led astray, and in one signal of twenty sender and target were turned round. Where a name stands, who speaks, whom the verb of
saying addresses and what the article told before are each weak hints and together strong ones. So two logistic regressions over
the clues of `role_clues.py`, among them what the rules say, tell how probable it is that a state sends and that it is hit; the
likelier part wins, and no state has both. Where both sides of the rules come out as senders and are in no one list, the one that
the sentence names acts ("Lithuania is to shut the terminal, the transport minister announced"); does it name both, the rules stand.
Learned by `pipelines.signals.learn_roles`; it changes no kind, so it can raise no alert and silence none.

Parties without an id, deniers, callers and violators are those that the encoder hears (`heard_parties.py`), or else those of the
rules. Known to be wrong: one state that sanctions another and is sanctioned back in one sentence, told as a single act.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from math import exp

from connectors.messages.signal import Actor
from pipelines.signals.base import QUIET, Finding, SentenceTrace
from pipelines.signals.en.context import Context
from pipelines.signals.en.encoder import Reading
from pipelines.signals.en.heard_parties import Hearing, may_be_meant, plays, with_other_parts, with_unnamed_targets
from pipelines.signals.en.phrases import head_class, party_name
from pipelines.signals.en.role_clues import Candidate, candidates
from pipelines.signals.en.sentence import Name, Sentence
from pipelines.signals.en.side_by_side import listed, side_by_side
from pipelines.signals.en.together import log_odds, probability

WEIGHTS = "roles.json"
ENOUGH, DOUBTED = 0.5, 0.2  # probabilities
CLUES, ENCODER = 0.7, 0.7  # what each is worth
BEARERS = frozenset({"person", "firm", "vessel", "sector", "region", "private"})


@dataclass(frozen=True, slots=True)
class RoleWeights:
    """What was learned: for sending and for being hit the log-odds without a clue, and what each clue adds to the two."""

    bias: tuple[float, float]
    by_clue: Mapping[str, tuple[float, float]]

    def probabilities(self, seen: frozenset[str]) -> tuple[float, float]:
        """Return how probable it is that a candidate with these clues sends, and that it is hit."""
        rows = [self.by_clue[clue] for clue in seen if clue in self.by_clue]
        sends, hit = (odds + sum(row[part] for row in rows) for part, odds in enumerate(self.bias))
        return 1 / (1 + exp(-sends)), 1 / (1 + exp(-hit))


@dataclass(frozen=True, slots=True)
class RoleReader:
    """Weighs the parts of an act; without weights it leaves them as they are.

    Attributes:
        weights: what was learned.
    """

    weights: RoleWeights

    def cast(
        self, sentence: Sentence, finding: Finding, context: Context, trace: SentenceTrace, reading: Reading | None = None
    ) -> Finding:
        """Return a finding with the parts that are likeliest, and write down what changed."""
        if finding.kind in QUIET or not self.weights.by_clue:
            return finding
        hearing = None if reading is None else Hearing(sentence, reading.of(finding.kind), context)
        known = candidates(sentence, finding, context)
        weighed = side_by_side(sentence, [(one, *self._probable(one, finding, hearing)) for one in known])
        sending = [one for one, sends, hit in weighed if sends >= ENOUGH and sends >= hit]
        struck = [one for one, sends, hit in weighed if hit >= ENOUGH and hit > sends]
        if not struck and _turned(sentence, sending, finding):
            known_here = [one for one in sending if one.here]
            if len(known_here) in (0, len(sending)):
                return finding
            sending = known_here
        targets = _together(struck, finding.targets, nameless=True)
        if hearing is not None:
            targets = with_unnamed_targets(hearing, targets, [one.actor for one in sending])
        free = sorted((item for item in weighed if item[0] not in (*sending, *struck)), key=lambda item: -item[2])
        after = replace(
            finding,
            senders=_together(sending, finding.senders, nameless=not sending or any(actor.id for actor in finding.senders)),
            targets=targets or _borne(sentence, finding, [one for one, *_ in free]) or _left(finding, free) or _likeliest(free),
            reporters=tuple(actor for actor in finding.reporters if actor.id not in {one.actor.id for one in sending}),
        )
        after = after if hearing is None else with_other_parts(hearing, after)
        if (after.senders, after.targets) != (finding.senders, finding.targets):
            trace.actors.extend(f"role reader: {one.actor.id} sends {sends:.2f}, is hit {hit:.2f}" for one, sends, hit in weighed)
        return after

    def _probable(self, one: Candidate, finding: Finding, hearing: Hearing | None) -> tuple[float, float]:
        """Return both probabilities; a state that the sentence does not name has the part that the rules took from the article.

        But it is not hit where the sentence surely names others that are.
        """
        if one.here:
            sends, hit = self.weights.probabilities(one.clues)
            if hearing is None:
                return sends, hit
            return (
                self._with_heard(hearing, "senders", one, finding.senders, sends),
                self._with_heard(hearing, "targets", one, finding.targets, hit),
            )
        sends, hit = (any(actor.id == one.actor.id for actor in parties) for parties in (finding.senders, finding.targets))
        return float(sends), float(hit and (hearing is None or may_be_meant(hearing, one.actor)))

    def _with_heard(self, hearing: Hearing, part: str, one: Candidate, cast: tuple[Actor, ...], mine: float) -> float:
        """Put together what the clues and the encoder say of a part.

        Where the rules cast the state under other words than its name ("the policy chief"), the encoder may raise it but not lower
        it: it learned from names.
        """
        names = [name for name in hearing.sentence.names if name.id == one.actor.id]
        heard = plays(hearing, names, part, one.actor.id)
        both = probability(CLUES * log_odds(mine) + ENCODER * log_odds(heard))
        meant = any(actor.id == one.actor.id and not any(name.text in actor.name for name in names) for actor in cast)
        return max(mine, both) if meant else both


def _turned(sentence: Sentence, sending: Sequence[Candidate], finding: Finding) -> bool:
    """Tell whether both sides of the rules came out as senders: one of them is wrong, since an act against nobody is no act.

    Unless both stand in one list, which the rules did not see.
    """
    chosen = {one.actor.id for one in sending}
    sides = [{actor.id for actor in parties if actor.id in chosen} for parties in (finding.senders, finding.targets)]
    return all(sides) and not any(sides[0] | sides[1] <= codes for codes in listed(sentence))


def _together(chosen: Sequence[Candidate], cast: tuple[Actor, ...], *, nameless: bool) -> tuple[Actor, ...]:
    """Return the chosen states by the names that the rules gave them, with the parties without an id if they are wanted."""
    known: dict[str | None, Actor] = {actor.id: actor for actor in cast if actor.id is not None}
    others = tuple(actor for actor in cast if actor.id is None) if nameless else ()
    return (*(known.get(one.actor.id, one.actor) for one in chosen if one.actor.id), *others)


def _left(finding: Finding, free: Sequence[tuple[Candidate, float, float]]) -> tuple[Actor, ...]:
    """The targets of the rules that are not next to impossible, where the reader knows none that is better."""
    likely = {one.actor.id for one, _, hit in free if hit >= DOUBTED}
    return tuple(actor for actor in finding.targets if actor.id in likely)


def _likeliest(free: Sequence[tuple[Candidate, float, float]]) -> tuple[Actor, ...]:
    """The state of the sentence that is likeliest hit, where nobody else is."""
    return next(((one.actor,) for one, _, hit in free if one.here and hit >= DOUBTED), ())


def _borne(sentence: Sentence, finding: Finding, free: Sequence[Candidate]) -> tuple[Actor, ...]:
    """The party without an id that bears the name of a state which is not hit itself: "a Kinshasa brewer"."""
    doing = {actor.id for actor in (*finding.callers, *finding.deniers, *finding.reporters, *finding.violators)}
    for one in free:
        if one.actor.id in doing:
            continue
        for name in sentence.names:
            bearer = _bearer(sentence, name) if name.id == one.actor.id else None
            if bearer is not None:
                return (bearer,)
    return ()


def _bearer(sentence: Sentence, name: Name) -> Actor | None:
    head = sentence.doc[name.last]
    while head.dep_ in ("compound", "amod", "nmod", "poss") and head.head.i != head.i:
        head = head.head
    inside = head.i == name.last or head.dep_ == "nsubj" or head_class(sentence, head) not in BEARERS
    return None if inside else Actor(id=None, name=party_name(sentence, head))


@lru_cache(maxsize=1)
def role_reader() -> RoleReader:
    """Return the role reader with the weights that ship with the package."""
    raw = json.loads(files(__package__).joinpath(WEIGHTS).read_text(encoding="utf-8"))
    by_clue = {clue: (float(row[0]), float(row[1])) for clue, row in raw["clues"].items()}
    return RoleReader(RoleWeights((float(raw["bias"][0]), float(raw["bias"][1])), by_clue))
