"""What an act is: one thing done to somebody, before anybody says so."""

from dataclasses import dataclass

from pipelines.signals.base import ActKind


@dataclass(frozen=True, slots=True)
class Act:
    """One act.

    Attributes:
        kind: what is done.
        anchor: the token from which layers are counted: the act's own verb, or the noun where no verb of its own carries it.
        owned: the anchor is a verb that realises the act, so its tense counts.
        noun: the measure noun, if there is one.
        field: tokens in which the nouns stand that say what is restricted.
        heads: heads of the noun phrases that are hit, best first.
        verb_group: group of the direct verb, empty for a measure noun.
        flipped: a negation is part of the act ("will not sell").
        closed: the word for the closed state that a verb of keeping keeps.
    """

    kind: ActKind
    anchor: int
    owned: bool
    noun: int | None
    field: tuple[int, ...]
    heads: tuple[int, ...]
    verb_group: str = ""
    flipped: bool = False
    closed: int = -1
