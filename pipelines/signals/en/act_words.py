"""Words that acts are made of and that are no group of their own in the lexicon: kept closed, traded, decreed, too weak alone."""

from pipelines.signals.base import ActKind
from pipelines.signals.en.groups import THINGS
from pipelines.signals.en.lexicon import verb_forms

OBJECT_PREPOSITIONS = frozenset(
    ["with", "under", "for", "on", "to", "about", "of", "at", "upon", "into", "past", "around", "round"]
)
AWAY = frozenset(["from", "off", "out"])
DIRECT = (
    "review",
    "shut_out",
    "let_in",
    "punish",
    "blockade_verb",
    "freeze",
    "ban",
    "close",
    "stop",
    "expel",
    "lose",
    "release",
    "flow_again",
    "cease",
    "flow_on",
)
CLAUSAL = frozenset({"ccomp", "advcl", "relcl", "parataxis", "csubj"})
PARTIES = frozenset({"person", "firm", "vessel", "sector"})
# what may be done to each class of things by each group of verbs
BITES: dict[str, frozenset[str]] = {
    "blockade_verb": frozenset({"transport", "region"}),
    "review": frozenset({"aid", "agreement", "visas", "arms", "diplo", "finance", "licence", "invest"}),
    "freeze": frozenset({"assets", "aid", "finance", "agreement", "visas", "invest", "goods", "transport"}),
    "ban": frozenset(THINGS) - {"assets"},
    "close": frozenset({"transport", "diplo", "goods", "energy"}),
    "stop": frozenset(THINGS) - {"assets"},
    "expel": frozenset({"diplo"}),
    "lose": frozenset(THINGS),
    "cease": frozenset(THINGS) - {"assets"},
    "flow_on": frozenset({"aid", "energy", "transport", "goods", "arms", "finance"}),
    "flow_again": frozenset(THINGS),
    "release": frozenset(THINGS),
}
EASING = frozenset({"release", "flow_again", "let_in"})
IDIOMS = frozenset({"shut_out", "let_in"})  # turns of phrase that need no class of things, two parties do
DENIABLE = frozenset({"visas", "licence", "transport", "aid", "finance", "services", "agreement"})


def forms(verbs: str) -> frozenset[str]:
    return frozenset(form for verb in verbs.split() for form in verb_forms(verb))


TRADE_OUT = forms("sell supply export ship deliver send provide issue grant pump share")
TRADE_IN = forms("buy import purchase take accept receive admit clear land let allow reach")
TRADE_MORE = forms("lend insure fund finance invest trade deal cross dock enter pay fly sail roll handle serve load roll pass")
TRADE_MORE |= forms("moor berth tie refuel bunker transit overfly offload unload discharge board stamp clear call hire charter")
# verbs of motion and possession: trade only of what is traded, carried or lent
TRADE_LOOSE = forms("get go come pass move leave hold open touch have find carry drive step set see cross run travel stay sit")
TRADE = TRADE_OUT | TRADE_IN | TRADE_MORE
STRONG_PUNISH = forms("sanction blacklist penalise penalize punish designate embargo")
TRUSTED = frozenset(["trusted", "preferred", "favoured", "favored", "privileged", "white"])
KEEPERS = forms("remain stay keep leave")
DENIERS = forms("deny refuse reject")
SUSPENDERS = forms("suspend readmit expel isolate oust exclude")
CLOSED = frozenset(
    [
        "shut",
        "closed",
        "empty",
        "frozen",
        "locked",
        "banned",
        "barred",
        "blocked",
        "prohibited",
        "suspended",
        "sealed",
        "forbidden",
        "dry",
        "blacklisted",
        "listed",
        "unopened",
        "idle",
        "bolted",
    ]
)
# what a rule-maker puts its name to: "the ordinance names two tankers"
DECREES = frozenset(
    [
        "ordinance",
        "decree",
        "order",
        "regulation",
        "decision",
        "list",
        "law",
        "act",
        "announcement",
        "edict",
        "directive",
        "resolution",
        "package",
        "notice",
        "rule",
        "rules",
        "measures",
    ]
)
NAMING = forms("name cover hit target list include affect strike bar ban forbid")
# a weak measure noun that needs a verb of acts as well as a name
WEAKEST = frozenset(
    [
        "list",
        "lists",
        "listing",
        "act",
        "acts",
        "steps",
        "step",
        "response",
        "answer",
        "deadline",
        "door",
        "pressure",
        "package",
        "consequence",
        "consequences",
        "cap",
        "caps",
        "halt",
        "stop",
        "stops",
        "limit",
        "limits",
        "duty",
        "duties",
        "recall",
        "regulation",
        "decree",
        "decrees",
        "decision",
        "decisions",
        "rule",
        "rules",
        "sweep",
        "withdrawal",
        "regulations",
        "squeeze",
        "isolation",
        "suspension",
        "barrier",
        "hurdle",
        "barriers",
        "cut",
        "cuts",
        "loss",
        "denial",
        "refusal",
        "closing",
        "freezing",
        "halting",
        "blocking",
        "sealing",
        "stopping",
        "barring",
        "shutting",
        "expelling",
        "banning",
    ]
)
PLURALS = frozenset(["penalties", "curbs", "restrictions", "punishments", "prohibitions", "tariffs", "reprisals"])
PUNITIVE = frozenset(
    [
        "punitive",
        "restrictive",
        "retaliatory",
        "coercive",
        "economic",
        "financial",
        "diplomatic",
        "tough",
        "tougher",
        "harsh",
        "painful",
        "serious",
        "severe",
        "strict",
        "heavy",
        "strong",
        "sweeping",
        "unprecedented",
        "massive",
        "crippling",
        "hard",
        "hardest",
        "harder",
        "harsher",
    ]
)
GERUNDS = frozenset(
    ["closing", "freezing", "halting", "blocking", "sealing", "stopping", "banning", "barring", "shutting", "expelling"]
)
RELIEF = frozenset(
    [
        "waiver",
        "waivers",
        "exemption",
        "exemptions",
        "carve-out",
        "carve-outs",
        "reprieve",
        "relief",
        "derogation",
        "derogations",
        "delisting",
        "lifting",
        "easing",
        "removal",
    ]
)
LICENCES = frozenset(["licence", "license", "licences", "licenses"])
OBJECT_ACTS: tuple[tuple[str, ActKind], ...] = (
    ("dodge", "dodge"),
    ("lapse", "ease"),
    ("ease", "ease"),
    ("extend", "extend"),
    ("keep", "keep"),
    ("impose", "restrict"),
    ("punish", "restrict"),
    ("light", "restrict"),
)
SUBJECT_ACTS: tuple[tuple[str, ActKind], ...] = (("lapse", "ease"), ("keep", "keep"), ("extend", "extend"), ("begin", "restrict"))
OPERATORS = frozenset(["weigh", "ask", "threaten", "refuse", "retract", "deny_strong", "plan", "file"])
ANSWERS = frozenset(["answer", "response", "reply", "reaction", "retaliation", "riposte"])
ANSWERING = forms("answer match repay retaliate respond return reciprocate")
COPULAS = frozenset(["be", "is", "are", "was", "were", "been", "'s", "being"])
SUFFERED = forms("face suffer risk incur undergo")
RESUMED = frozenset(
    [
        "measures",
        "curbs",
        "restrictions",
        "ban",
        "bans",
        "rule",
        "rules",
        "list",
        "package",
        "step",
        "steps",
        "decision",
        "limits",
        "listings",
        "sanctions",
        "tariffs",
        "freeze",
        "closure",
        "order",
    ]
)
LISTS = ("list", "black", "expulsion", "recall", "designation", "sanctioning", "freez", "listing", "waiver", "exemption")
COMPOUNDED = frozenset({"measure", "measure_weak", "bill", "plan_noun", "threat_noun", "ask_noun"})
HITTING = frozenset(["on", "against", "for", "over", "to", "from", "upon", "towards", "toward", "at"])
PRONOUN_GROUPS = frozenset(["ease", "extend", "keep", "lapse"])
LOOSE = forms("cut trim pull stop halt bury axe go be die fall end disappear cover")
SIGNING = forms("sign adopt approve impose enact apply introduce")
REQUESTS = frozenset(["request", "plea", "appeal", "demand", "bid", "petition"])
QUANTIFIERS = frozenset(
    ["one", "all", "some", "many", "most", "dozens", "hundreds", "both", "several", "none", "each", "members", "scores"]
)
