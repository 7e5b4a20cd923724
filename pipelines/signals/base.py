"""What the rules of every language share: how a finding, a decision and a trace look.

A sentence is read as *acts* (something is restricted, eased, kept, widened, dodged). Each act stands under *layers*, the verbs
and nouns that govern it from the inside out ("said it would / consider / lifting / the ban"). A rule family looks at the state
reached so far and at the next layer, and either says what the act becomes or passes. The fold over all layers is the kind of
the signal. That is why "refuses to lift", "threatens to refuse to lift" and "denied that it would lift" need no rules of their
own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from connectors.messages.signal import Actor, Condition, Measure, SignalKind

QUIET = frozenset({"mention", "question"})  # kinds that raise no alert
ActKind = Literal["restrict", "ease", "keep", "extend", "dodge", "none"]


@dataclass(frozen=True, slots=True)
class State:
    """How far the fold has come.

    Attributes:
        act: what is done to whom, before anything is said about it.
        kind: the kind reached; None while nothing asserts the act ("to lift the ban").
        commitment: 1 to 3, see the guide.
        sender, target, caller, denier: token indexes whose phrases hold that role, in the order they were met.
        rule: name of the rule that decided last.
    """

    act: ActKind
    kind: SignalKind | None = None
    commitment: int = 2
    rule: str = ""
    roles: tuple[tuple[str, int], ...] = ()

    def to(self, kind: SignalKind | None, rule: str, *, commitment: int | None = None) -> "State":
        """Return the state after `rule` made it `kind`."""
        return replace(self, kind=kind, rule=rule, commitment=self.commitment if commitment is None else commitment)

    def casting(self, role: str, token: int | None) -> "State":
        """Return the state with one more phrase in a role."""
        return self if token is None else replace(self, roles=(*self.roles, (role, token)))


@dataclass(frozen=True, slots=True)
class Layer:
    """One verb or noun above the act.

    Attributes:
        token: its index in the sentence.
        groups: the word groups that it belongs to.
        tense: `past`, `present`, `future`, `would`, `may`, `should`, `base` (infinitive, gerund, headline noun).
        negated: under a negation of its own.
        subject: index of the head of its subject, if any.
        relation: how the layer below hangs on it: `object`, `subject`, `clause`, `condition`, `relative`, `noun`, `self`.
        passive: its grammatical subject is what it is done to.
        subject_groups: the word groups of the head of its subject.
    """

    token: int
    groups: frozenset[str]
    tense: str
    negated: bool
    subject: int | None
    relation: str
    passive: bool = False
    subject_groups: frozenset[str] = frozenset()


class RuleFamily(Protocol):
    """A family of rules: one file, one theory of how one kind of signal is told."""

    def __call__(self, state: State, layer: Layer) -> State | None:
        """Return what the act becomes under this layer, or None if the family has nothing to say."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One signal before it has ids and offsets.

    `at` is the token that its act hangs on, `probability` what the second reader thinks of its kind, where it was asked.
    """

    kind: SignalKind
    rule: str
    commitment: int
    at: int = -1
    senders: tuple[Actor, ...] = ()
    targets: tuple[Actor, ...] = ()
    deniers: tuple[Actor, ...] = ()
    callers: tuple[Actor, ...] = ()
    violators: tuple[Actor, ...] = ()
    reporters: tuple[Actor, ...] = ()
    condition: Condition | None = None
    deadline: str | None = None
    measures: tuple[Measure, ...] = ()
    probability: float | None = None


@dataclass(slots=True)
class SentenceTrace:
    """Every decision on one sentence, for `explain`; lines in the order in which they were made."""

    text: str
    start: int
    triggers: list[str] = field(default_factory=list)
    fired: list[str] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    actors: list[str] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Trace:
    """What `explain` prints: the same run, written down."""

    sentences: list[SentenceTrace] = field(default_factory=list)

    def on(self, text: str, start: int) -> SentenceTrace:
        """Begin a sentence and return its trace."""
        self.sentences.append(SentenceTrace(text, start))
        return self.sentences[-1]


def first(families: Sequence[RuleFamily], state: State, layer: Layer) -> State | None:
    """Return the verdict of the first family that has one."""
    verdicts = (family(state, layer) for family in families)
    return next((verdict for verdict in verdicts if verdict is not None), None)
