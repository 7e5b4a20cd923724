"""A morning's alerts, as a desk would see them: for browsers and for screenshots. All of it is made up."""

from dataclasses import replace
from datetime import timedelta

from connectors.messages.alert import ALERT_FAMILIES, Alert, Change, Contest, Quote, Source
from connectors.messages.article import article_id
from connectors.messages.signal import Actor, Condition, Direction, Term
from tests import builders
from tests.connectors.web.sites import NOW

EU, BELARUS = Actor(id="EU", name="The European Union"), Actor(id="BLR", name="Belarus")
SAUDI, LEBANON = Actor(id="SAU", name="Saudi Arabia"), Actor(id="LBN", name="Lebanon")
CANADA, VENEZUELA = Actor(id="CAN", name="Canada"), Actor(id="VEN", name="Venezuela")
KENYA, SUDAN = Actor(id="KEN", name="Kenya"), Actor(id="SDN", name="Sudan")
JAPAN, MYANMAR = Actor(id="JPN", name="Japan"), Actor(id="MMR", name="Myanmar")
BANK = Actor(id=None, name="Orinoco Trade Bank")
OUTLETS = ("northernwire", "dailycourier", "generalnews", "elfaro", "harbourgazette")
LINES = (
    ("threat", "critical", EU, BELARUS, ("import_ban",), "if the missile launchers seen near Grodno are moved to the border",
     4, 5, True),
    ("threat", "critical", SAUDI, LEBANON, ("import_ban",),
     "unless the pill workshops in the Bekaa valley are closed", 1, 1, False),
    ("imposed", "high", CANADA, VENEZUELA, ("export_control",), "", 3, 7, False),
    ("imposed", "high", CANADA, BANK, ("asset_freeze", "finance"), "", 2, 2, False),
    ("considering", "medium", JAPAN, MYANMAR, ("aid_cut", "investment_ban"),
     "if the trial is not opened to observers", 2, 3, False),
    ("call_for", "medium", KENYA, SUDAN, ("arms_embargo",), "until convoys pass the river again", 1, 4, False),
    ("eased", "low", EU, MYANMAR, ("travel_ban",), "", 5, 9, False),
    ("ease_intent", "low", EU, BELARUS, ("transport",), "if the crossing at Bruzgi is reopened", 1, 2, True),
    ("breach", "high", EU, BELARUS, ("transport",), "", 1, 1, False),
    ("refuse_ease", "medium", CANADA, SUDAN, ("arms_embargo",), "", 1, 1, False),
)  # fmt: skip


def alerts() -> list[Alert]:
    """The alerts, newest first."""
    return [alert(number, *line) for number, line in enumerate(LINES)]


def alert(
    number: int,
    kind: str,
    severity: str,
    sender: Actor,
    target: Actor,
    measures: tuple[str, ...],
    condition: str,
    independent: int,
    outlets: int,
    contested: bool,
) -> Alert:
    """One of them."""
    at = NOW - timedelta(minutes=3 + 47 * number * number)
    words = f"{sender.name} will act against {target.name} {condition or 'from Monday on'}, its minister said on Thursday.".replace(
        " ,", ","
    )
    tellers = [f"{name}.example" for name in OUTLETS[:outlets]]
    articles = [article_id(f"https://{teller}/{number}") for teller in tellers]
    denial = f"{target.name} denied any such plan."
    direction: Direction = "unless" if condition.startswith("unless") else "if"
    made = builders.alert(
        id=f"{number + 10:032x}",
        kind=kind,
        family=ALERT_FAMILIES[kind],  # type: ignore[index]
        severity=severity,
        severity_score={"critical": 0.92, "high": 0.7, "medium": 0.45, "low": 0.2}[severity],
        severity_terms=(
            Term(name=f"kind {kind.replace('_', ' ')}", value=0.35),
            Term(name=f"measure {measures[0].replace('_', ' ')}", value=0.25),
            Term(name="emphatic words", value=0.2),
            Term(name="a state is hit", value=0.1),
        ),
        confidence=0.85,
        confidence_terms=(
            Term(name="a rule fired", value=0.5),
            Term(name="sender known", value=0.15),
            Term(name="target known", value=0.1),
            Term(name="far from the headline", value=-0.05),
        ),
        senders=(sender,),
        targets=(target,),
        callers=(Actor(id=None, name="Nairobi's envoy"),) if kind == "call_for" else (),
        violators=(Actor(id=None, name="a carrier in Minsk"),) if kind == "breach" else (),
        measures=measures,
        conditions=(Condition(text=condition, direction=direction),) if condition else (),
        deadlines=("Monday",) if not condition else (),
        contested=(Contest(deniers=(target,), article_id=articles[0], quote=denial),) if contested else (),
        sources=tuple(
            Source(
                article_id=article,
                outlet=teller,
                title=f"{sender.name} and {target.name}: what the minister said",
                event_time=at - timedelta(minutes=9 * place),
                url=f"https://{teller}/{number}",
                copy_of=articles[0] if place >= independent else None,
            )
            for place, (teller, article) in enumerate(zip(tellers, articles, strict=True))
        ),
        evidence=tuple(
            Quote(
                article_id=article,
                signal_id=article,
                quote=words,
                start=0,
                end=len(words),
                commitment=3,
                confidence=0.85,
                rule="realised: restrict future",
            )
            for article in articles[:2]
        ),
        evidence_count=2,
        source_count=outlets,
        outlet_count=outlets,
        independent_outlet_count=independent,
        first_at=at - timedelta(hours=2),
        last_at=at,
        version=2,
        status="updated",
        related=(f"{9 + number:032x}",) if number else (),
        timeline=(
            Change(version=1, event_time=at - timedelta(hours=2), article_id=articles[0], what=("raised",)),
            Change(version=2, event_time=at, article_id=articles[-1], what=("measures: +1", f"independent outlets: {independent}")),
        ),
    )  # fmt: skip
    return replace(made, story_ids=(builders.story().id,))
