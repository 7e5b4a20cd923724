"""What an article has said before the sentence at hand, and one party with how it was found out."""

from dataclasses import dataclass

from connectors.messages.signal import Actor, Measure

UNIONS = frozenset(
    {"EU", "UN", "NATO", "G7", "OSCE", "AU", "ECOWAS", "ASEAN", "ARAB_LEAGUE", "GCC", "OAS", "EAEU", "CSTO", "BRICS"}
)


@dataclass(frozen=True, slots=True)
class Ref:
    """One party: the head token of its phrase, the actor, the class of its head and how it was resolved."""

    token: int
    actor: Actor
    cls: str
    how: str


@dataclass(frozen=True, slots=True)
class Context:
    """What the article has said before the sentence at hand.

    Attributes:
        senders, targets: of the last signal, for what a sentence leaves out.
        named: ids and names of states and unions, latest last; subjects of clauses come after mere mentions.
        measures: of the last signal.
        speaker: who spoke last.
        active: an act of today has been told.
        act: `restrict` or `ease`: which way the last one went.
        accused: ids of whom the acts so far hit, and whose conduct they are about.
        title: the headline.
        topic: the party that the sentence just before begins with, if any.
        alone: the article is this one sentence.
        offices: phrases for bodies and officials ("agriculture minister") with whom they spoke for, latest last.
        read: the sentence that this was learned from last; between it and the one at hand others may stand, which nobody parsed.
    """

    senders: tuple[Actor, ...] = ()
    targets: tuple[Actor, ...] = ()
    named: tuple[Actor, ...] = ()
    measures: tuple[Measure, ...] = ()
    speaker: Actor | None = None
    active: bool = False
    act: str = ""
    accused: frozenset[str | None] = frozenset()
    title: str = ""
    topic: Actor | None = None
    alone: bool = False
    offices: tuple[tuple[str, Actor], ...] = ()
    read: str = ""

    def last(self, *, union: bool) -> Actor | None:
        """Return the union, or state, that was named last."""
        return next((actor for actor in reversed(self.named) if (actor.id in UNIONS) == union), None)
