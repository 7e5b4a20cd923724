"""Which restrictions an act is made of: from the nouns in reach of the act and the verb that is done to them.

Theory: the noun that the verb bites on says the measure ("halts gas deliveries"); a generic trade noun passes the question on
to what is traded. Goods bought from the target are an import ban, goods sold to it an export control; the verbs and
prepositions around tell.
Known to be wrong: goods with neither a verb of trade nor a direction are taken for imports.
"""

from collections.abc import Iterable, Sequence

from connectors.messages.signal import Measure
from pipelines.signals.en.groups import THINGS
from pipelines.signals.en.sentence import NOUN_TAGS, Sentence, children

# measure nouns that say themselves what they are
TELLING: dict[str, Measure] = {
    "asset freeze": "asset_freeze",
    "travel ban": "travel_ban",
    "visa ban": "travel_ban",
    "entry ban": "travel_ban",
    "visa rule": "travel_ban",
    "entry rule": "travel_ban",
    "arms ban": "arms_embargo",
    "arms embargo": "arms_embargo",
    "import ban": "import_ban",
    "export ban": "export_control",
    "export control": "export_control",
    "export rule": "export_control",
    "trade ban": "total_embargo",
    "trade embargo": "total_embargo",
    "oil ban": "import_ban",
    "oil embargo": "import_ban",
    "flight ban": "transport",
    "no-fly list": "travel_ban",
    "investment ban": "investment_ban",
    "price cap": "sectoral",
    "punitive tariff": "import_ban",
    "punitive duty": "import_ban",
    "tariff": "import_ban",
    "duty": "import_ban",
    "levy": "import_ban",
    "surcharge": "import_ban",
    "quota": "import_ban",
    "blockade": "blockade",
    "expulsion": "diplomatic",
    "recall": "diplomatic",
    "boycott": "import_ban",
}
# measure nouns that stay unspecified whatever they are on; a noun before them still tells ("oil penalties")
GENERAL = frozenset(
    [
        "sanction",
        "sanctions",
        "penalty",
        "penalties",
        "measure",
        "measures",
        "step",
        "steps",
        "countermeasure",
        "countermeasures",
        "restriction",
        "restrictions",
        "blacklist",
        "blacklists",
        "list",
        "lists",
        "listing",
        "listings",
        "designation",
        "designations",
        "package",
        "pressure",
        "retaliation",
        "reprisal",
        "reprisals",
        "response",
        "answer",
        "consequences",
        "consequence",
        "punishment",
        "punishments",
        "action",
        "decision",
        "isolation",
    ]
)
# words that turn goods into something sold to the target, and into something bought from it
OUTWARD = frozenset(
    [
        "sell",
        "sells",
        "sold",
        "selling",
        "sale",
        "sales",
        "export",
        "exports",
        "exporting",
        "exported",
        "deliver",
        "delivers",
        "deliveries",
        "delivery",
        "delivering",
        "supply",
        "supplies",
        "supplying",
        "supplied",
        "ship",
        "ships",
        "shipping",
        "shipped",
        "send",
        "sending",
        "bound",
        "provide",
        "providing",
        "licences",
        "licenses",
        "licence",
        "pump",
        "pumping",
        "feed",
        "feeding",
        "shipments",
    ]
)
INWARD = frozenset(
    [
        "buy",
        "buys",
        "buying",
        "bought",
        "purchase",
        "purchases",
        "purchasing",
        "import",
        "imports",
        "importing",
        "imported",
        "entry",
        "enter",
        "supermarkets",
        "accept",
        "accepting",
        "clear",
        "cleared",
        "landing",
        "admit",
        "turned",
        "incoming",
        "shelves",
        "customs",
        "market",
        "markets",
    ]
)
BY_THING: dict[str, Measure] = {
    "assets": "asset_freeze",
    "visas": "travel_ban",
    "arms": "arms_embargo",
    "aid": "aid_cut",
    "energy": "export_control",
    "tech": "export_control",
    "goods": "import_ban",
    "transport": "transport",
    "diplo": "diplomatic",
    "agreement": "agreement_suspended",
    "finance": "finance",
    "services": "services_ban",
    "invest": "investment_ban",
    "sectoral": "sectoral",
    "blockade": "blockade",
    "licence": "unspecified",
}
GENERIC = frozenset(
    [
        "sale",
        "sales",
        "export",
        "exports",
        "import",
        "imports",
        "delivery",
        "deliveries",
        "shipment",
        "shipments",
        "supply",
        "supplies",
        "trade",
        "purchase",
        "purchases",
        "product",
        "products",
        "goods",
        "buying",
        "cargo",
        "market",
        "markets",
        "part",
        "parts",
        "access",
        "equipment",
    ]
)
TRADED = frozenset({"goods", "tech", "energy"})
LOANS = frozenset(
    [
        "loan",
        "loans",
        "credit",
        "credits",
        "lending",
        "financing",
        "payments",
        "payment",
        "transfers",
        "transfer",
        "transactions",
        "clearing",
    ]
)
ENTERING = frozenset(["enter", "entering", "entry", "entrance", "travel", "visit", "set"])
SECONDARY = (
    "anyone who",
    "any bank that",
    "any firm that",
    "any company that",
    "third countries",
    "third-country",
    "third country",
    "whoever",
    "banks in third",
    "foreign banks that",
    "firms that",
    "secondary",
)


def things(sentence: Sentence, tokens: Iterable[int]) -> list[str]:
    """Return the classes of things named by these tokens, in order of place; the longest phrase at a place gives its one class."""
    wanted, taken, found = set(tokens), set[int](), list[tuple[int, str]]()
    hits = (hit for hit in sentence.hits if hit.group in THINGS and hit.head in wanted)
    for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start, THINGS.index(hit.group))):
        span = set(range(hit.start, hit.end))
        if not taken & span:
            taken |= span
            found.append((hit.start, hit.group))
    return list(dict.fromkeys(group for _, group in sorted(found)))


def outward(sentence: Sentence, tokens: Iterable[int]) -> bool:
    """Tell whether goods in these tokens go to the target (exports) rather than come from it."""
    words = [sentence.words[token] for token in tokens]
    out = sum(word in OUTWARD for word in words) * 2 + words.count("to")
    return out > sum(word in INWARD for word in words) * 2 + sum(word in ("from", "into") for word in words)


def goods(sentence: Sentence, classes: Sequence[str], field: Sequence[int]) -> tuple[Measure, ...]:
    """Return the measure for the first class of things, with trade turned the way that the words around it say."""
    for group in classes:
        measure = BY_THING[group]
        if group in TRADED:
            inward = any(sentence.words[token] in INWARD for token in field)
            measure = "export_control" if outward(sentence, field) or (group != "goods" and not inward) else "import_ban"
        if measure != "unspecified":
            return (measure,)
    return ()


def noun_measures(sentence: Sentence, core: int, field: Sequence[int]) -> tuple[Measure, ...]:
    """Return the measures of a measure noun ("freeze", "ban", "embargo"), from the noun itself and the nouns by it."""
    hits = [hit for hit in sentence.hits if hit.start <= core < hit.end and hit.group in ("measure", "measure_weak")]
    telling = next((hit.phrase for hit in sorted(hits, key=lambda hit: hit.start - hit.end) if hit.phrase in TELLING), None)
    if telling is not None:
        return (TELLING[telling],)
    token = sentence.doc[core]
    before = [t for t in range(token.left_edge.i, core) if t in set(field) or sentence.doc[t].dep_ in ("compound", "amod", "nmod")]
    own = things(sentence, before)
    if own and sentence.words[core] not in ("list", "lists", "blacklist"):
        return _by_noun(sentence, sentence.words[core], own, field)
    if sentence.words[core] in GENERAL:
        return ("sectoral",) if "sectoral" in own else ("unspecified",)
    heads = [child.i for prep in children(token, "prep") for child in children(prep, "pobj", "pcomp")]
    return _by_noun(sentence, sentence.words[core], nearest(sentence, heads, [t for t in field if t != core]), field)


def _by_noun(sentence: Sentence, word: str, classes: Sequence[str], field: Sequence[int]) -> tuple[Measure, ...]:
    if word.startswith("embargo") and "arms" not in classes:
        return goods(sentence, classes, field) or ("total_embargo",)
    if word in ("freeze", "freezes", "frozen", "freezing"):
        return _frozen(sentence, classes, field)
    if word.startswith("sanction"):
        return ("sectoral",) if "sectoral" in classes else goods(sentence, classes, field) if classes else ("unspecified",)
    return goods(sentence, classes, field) or ("unspecified",)


def _frozen(sentence: Sentence, classes: Sequence[str], field: Sequence[int]) -> tuple[Measure, ...]:
    picked = next((group for group in classes if group in ("assets", "aid", "agreement", "visas", "finance", "diplo")), None)
    if picked == "finance":
        return ("finance",) if any(sentence.words[token] in LOANS for token in field) else ("asset_freeze",)
    return (BY_THING[picked],) if picked is not None else goods(sentence, classes, field) or ("asset_freeze",)


def nearest(sentence: Sentence, heads: Iterable[int], field: Sequence[int]) -> list[str]:
    """Return the classes of the heads that are hit; a generic head passes on to its modifiers, no class to the whole field."""
    for head in heads:
        if sentence.words[head] in GENERIC or "licence" in sentence.groups(head):
            own = things(
                sentence,
                [t for t in _phrase(sentence, head) if sentence.words[t] not in GENERIC and "licence" not in sentence.groups(t)],
            )
            if own:
                return own
        elif own := things(sentence, [head]):
            return own
    return things(sentence, field)


def _phrase(sentence: Sentence, head: int) -> list[int]:
    return [t.i for t in sentence.doc[head].subtree if t.tag_ in NOUN_TAGS or t.tag_ in ("JJ", "VBG")]


def verb_measures(sentence: Sentence, anchor: int, group: str, field: Sequence[int], heads: Sequence[int]) -> tuple[Measure, ...]:
    """Return the measures of a direct verb, from the nouns in its reach."""
    field = [token for token in field if token != anchor]
    secondary: tuple[Measure, ...] = ("secondary",) if any(phrase in " ".join(sentence.words) for phrase in SECONDARY) else ()
    if group in ("punish", "decree"):
        return secondary or ("unspecified",)
    classes = nearest(sentence, heads, field)
    if group == "blockade_verb":
        return ("blockade",)
    if (group == "expel" and "diplo" in classes) or (
        group in ("stop", "expel", "release") and not classes and _of_member(sentence, heads)
    ):
        return ("diplomatic",)
    return (*secondary, *_by_verb(sentence, anchor, group, classes, field))


def _by_verb(sentence: Sentence, anchor: int, group: str, classes: Sequence[str], field: Sequence[int]) -> tuple[Measure, ...]:
    if group == "freeze" or sentence.words[anchor].startswith(("freez", "froze")):
        return _frozen(sentence, classes, field)
    if group == "close" and "transport" in classes:
        return ("transport",)
    if (
        group in ("ban", "trade")
        and (not classes or any(sentence.words[token] in ENTERING for token in field))
        and _people(sentence, field)
    ):
        return ("travel_ban",)
    if any(sentence.words[token].startswith("insur") for token in field):
        return ("services_ban",)
    if any(sentence.words[token] in ("lending", "lend") for token in field):
        return ("finance",)
    return goods(sentence, classes, [*field, anchor]) or ("unspecified",)


def _people(sentence: Sentence, field: Sequence[int]) -> bool:
    return any("person" in sentence.groups(token) for token in field)


def _of_member(sentence: Sentence, heads: Iterable[int]) -> bool:
    """ "suspend Damascus", "readmit the government": a membership."""
    return any(sentence.name_at(head) is not None or "body" in sentence.groups(head) for head in heads)
