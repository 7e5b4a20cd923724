"""The lexicon of English, compiled once: which group each block of `words.py` and `things.py` belongs to."""

from functools import lru_cache

from pipelines.signals.en import things, words
from pipelines.signals.en.lexicon import Lexicon, noun_forms, noun_patterns, phrases, plain_patterns, verb_forms, verb_patterns

VERBS = {
    "impose": words.IMPOSE,
    "begin": words.BEGIN,
    "punish": words.PUNISH,
    "freeze": words.FREEZE,
    "ban": words.BAN,
    "close": words.CLOSE,
    "stop": words.STOP,
    "expel": words.EXPEL,
    "lose": words.LOSE,
    "cease": words.CEASE,
    "flow_on": words.FLOW_ON,
    "ease": words.EASE,
    "release": words.RELEASE,
    "blockade_verb": words.BLOCKADE_VERB,
    "flow_again": words.FLOW_AGAIN,
    "lapse": words.LAPSE,
    "keep": words.KEEP,
    "extend": words.EXTEND,
    "dodge": words.DODGE,
    "prosecute": words.PROSECUTE,
    "weigh": words.WEIGH,
    "file": words.FILE,
    "ask": words.ASK,
    "threaten": words.THREATEN,
    "hint": words.HINT,
    "instruct": words.INSTRUCT,
    "likewise": words.LIKEWISE,
    "accuse": words.ACCUSE,
    "review": words.REVIEW,
    "plan": words.PLAN,
    "expect": words.EXPECT,
    "light": words.LIGHT,
    "refuse": words.REFUSE,
    "retract": words.RETRACT,
    "deny": words.DENY,
    "deny_strong": words.DENY_STRONG,
    "report": words.REPORT,
    "claim": words.CLAIM,
    "asking": words.ASKING,
    "demur": words.DEMUR,
    "insist": words.INSIST,
    "shut_out": words.SHUT_OUT,
    "let_in": words.LET_IN,
}
NOUNS = {
    "measure": words.MEASURE,
    "measure_weak": words.MEASURE_WEAK,
    "dodge_noun": words.DODGE_NOUN,
    "bill": words.BILL,
    "chamber": words.CHAMBER,
    "ask_noun": words.ASK_NOUN,
    "threat_noun": words.THREAT_NOUN,
    "plan_noun": words.PLAN_NOUN,
    "charge": words.CHARGE,
    "nominal": words.NOMINAL,
    "sport": words.SPORT,
    "legal": words.LEGAL,
    "company": words.COMPANY,
    "approve_object": words.APPROVE_OBJECT,
    "assets": things.ASSETS,
    "visas": things.VISAS,
    "arms": things.ARMS,
    "aid": things.AID,
    "energy": things.ENERGY,
    "tech": things.TECH,
    "goods": things.GOODS,
    "transport": things.TRANSPORT,
    "diplo": things.DIPLO,
    "agreement": things.AGREEMENT,
    "finance": things.FINANCE,
    "services": things.SERVICES,
    "invest": things.INVEST,
    "sectoral": things.SECTORAL,
    "blockade": things.BLOCKADE,
    "licence": things.LICENCE,
    "body": things.BODY,
    "private": things.PRIVATE,
    "person": things.PERSON,
    "firm": things.FIRM,
    "vessel": things.VESSEL,
    "sector": things.SECTOR,
    "region": things.REGION,
    "armed": things.ARMED,
}
PLAIN = {
    "weighed": words.WEIGHED,
    "against": words.AGAINST,
    "according": words.ACCORDING,
    "ready": words.READY,
    "false": words.FALSE,
    "past": words.PAST,
    "mishap": words.MISHAP,
    "mistaken": words.MISTAKEN,
    "counterfactual": words.COUNTERFACTUAL,
}
THINGS = [
    "assets",
    "visas",
    "arms",
    "aid",
    "energy",
    "tech",
    "goods",
    "transport",
    "diplo",
    "agreement",
    "finance",
    "services",
    "invest",
    "sectoral",
    "blockade",
    "licence",
]


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Return the compiled lexicon."""
    patterns = [pattern for group, block in VERBS.items() for pattern in verb_patterns(group, block)]
    patterns += [pattern for group, block in NOUNS.items() for pattern in noun_patterns(group, block)]
    patterns += [pattern for group, block in PLAIN.items() for pattern in plain_patterns(group, block)]
    return Lexicon(patterns)


@lru_cache(maxsize=256)
def nouns(group: str) -> frozenset[str]:
    """Return every form of the one-word nouns of a group."""
    return frozenset(form for phrase in phrases(NOUNS[group]) if " " not in phrase for form in noun_forms(phrase))


@lru_cache(maxsize=256)
def verbs(group: str) -> frozenset[str]:
    """Return every form of the one-word verbs of a group."""
    return frozenset(form for phrase in phrases(VERBS[group]) if " " not in phrase for form in verb_forms(phrase))
