"""One act about sanctions found in one article; the fields and kinds of the annotation guide.

CAMEO codes: Schrodt, "CAMEO Conflict and Mediation Event Observations Codebook", version 1.1b3 (2012). PLOVER: Halterman et al.,
"PLOVER and POLECAT" (2023). A kind without a counterpart in a scheme has an empty code.
"""

from dataclasses import dataclass
from typing import Literal

from connectors.messages.identity import content_id

SignalKind = Literal[
    "threat",
    "considering",
    "call_for",
    "imposed",
    "extended",
    "ease_intent",
    "eased",
    "demand_ease",
    "refuse_ease",
    "ruled_out",
    "denial",
    "breach",
    "question",
    "mention",
]
Measure = Literal[
    "asset_freeze",
    "travel_ban",
    "arms_embargo",
    "aid_cut",
    "export_control",
    "import_ban",
    "total_embargo",
    "finance",
    "investment_ban",
    "services_ban",
    "transport",
    "agreement_suspended",
    "diplomatic",
    "blockade",
    "sectoral",
    "secondary",
    "unspecified",
]
Direction = Literal["if", "unless", "until"]

CAMEO: dict[SignalKind, str] = {
    "threat": "1312",
    "considering": "014",
    "call_for": "113",
    "imposed": "163",
    "extended": "163",
    "ease_intent": "0354",
    "eased": "085",
    "demand_ease": "1054",
    "refuse_ease": "1244",
    "ruled_out": "",
    "denial": "016",
    "breach": "128",
    "question": "",
    "mention": "",
}
CAMEO_ULTIMATUM = "139"  # a threat with a deadline and a final demand
PLOVER: dict[SignalKind, str] = {
    "threat": "THREATEN",
    "considering": "",
    "call_for": "ACCUSE",
    "imposed": "SANCTION",
    "extended": "SANCTION",
    "ease_intent": "CONCEDE",
    "eased": "RETREAT",
    "demand_ease": "REQUEST",
    "refuse_ease": "REJECT",
    "ruled_out": "",
    "denial": "REJECT",
    "breach": "REJECT",
    "question": "",
    "mention": "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A party of a signal.

    Attributes:
        id: ISO 3166-1 alpha-3 or the code of a union; None for a person, firm, vessel, sector or unnamed party.
        name: the words of the article.
    """

    id: str | None
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """The clause that the act hangs on, and which way it points.

    Attributes:
        text: verbatim, with its connective.
        direction: `if` the act follows when it comes true, `unless` when it does not, `until` the act lasts till then.
    """

    text: str
    direction: Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The sentence that says it: `article.text[start:end] == quote`.

    Attributes:
        quote: its words.
        start, end: character offsets into the article's text.
    """

    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One named addend of a score, for people who ask why.

    Attributes:
        name: what it stands for.
        value: what it adds.
    """

    name: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One act about economic, financial, diplomatic or arms restrictions, as one sentence tells it.

    Attributes:
        id: 32 hexadecimal digits, see `signal_id`.
        kind: what is said.
        senders: who sanctions, would sanction, or is asked to.
        targets: whom the measures hit or would hit.
        deniers: who denies (`denial` only).
        callers: who asks (`call_for` and `demand_ease` only).
        violators: who dodged or broke the measures (`breach` only).
        reporters: who says that it is so, where that is not the sender.
        condition: what it hangs on.
        deadline: verbatim date or span by which the other side must act.
        measures: which restrictions.
        commitment: 1 hedged, 2 plain, 3 emphatic or specific.
        evidence: the sentence.
        cameo, plover: event codes; empty where the scheme has none.
        rule: name of the rule that found it.
        confidence: how sure, 0 to 1: the sum of `confidence_terms`, cut to that range.
        confidence_terms: what the confidence is made of.
        contests: id of the signal of this article that a denial contests.
        same_as: id of the first signal of this article that tells the same act.
    """

    id: str
    kind: SignalKind
    evidence: Evidence
    senders: tuple[Actor, ...] = ()
    targets: tuple[Actor, ...] = ()
    deniers: tuple[Actor, ...] = ()
    callers: tuple[Actor, ...] = ()
    violators: tuple[Actor, ...] = ()
    reporters: tuple[Actor, ...] = ()
    condition: Condition | None = None
    deadline: str | None = None
    measures: tuple[Measure, ...] = ()
    commitment: int = 2
    cameo: str = ""
    plover: str = ""
    rule: str = ""
    confidence: float = 0.5
    confidence_terms: tuple[Term, ...] = ()
    contests: str | None = None
    same_as: str | None = None


def signal_id(article_id: str, kind: str, evidence: Evidence, ordinal: int) -> str:
    """Return the id of a signal.

    Args:
        article_id: the article that holds it.
        kind: the signal's kind.
        evidence: its sentence.
        ordinal: 0 for the first signal of this kind in this sentence, then 1, 2, ...
    """
    return content_id("signal", article_id, kind, str(evidence.start), str(evidence.end), str(ordinal))
