"""Which restrictions an act is made of: from the nouns in reach of the act and the verb that is done to them."""

from collections.abc import Iterable

from connectors.messages.signal import Measure
from pipelines.signals.en.groups import THINGS
from pipelines.signals.en.sentence import Sentence

# measure nouns that say themselves what they are
TELLING: dict[str, Measure] = {
    "asset freeze": "asset_freeze",
    "travel ban": "travel_ban",
    "visa ban": "travel_ban",
    "entry ban": "travel_ban",
    "visa rule": "travel_ban",
    "entry rule": "travel_ban",
    "arms ban": "arms_embargo",
    "import ban": "import_ban",
    "export ban": "export_control",
    "export control": "export_control",
    "export rule": "export_control",
    "trade ban": "total_embargo",
    "oil ban": "import_ban",
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
# words that turn goods into something sold to the target rather than bought from it
OUTWARD = frozenset(
    """sell sells sold selling sale sales export exports exporting exported exporter deliver delivers deliveries delivery delivering supply supplies supplying supplied ship ships shipping shipments shipment
    shipped send sending sends bound provide providing provides licences licenses for to feed feeding pump pumping keeps
    """.split()
)
INWARD = frozenset(
    """buy buys buying bought purchase purchases purchasing import imports importing imported importer entry enter from in into market markets accept accepting clear cleared landing land admit take taking supermarkets
    turned away back incoming shelves
    """.split()
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
SECONDARY = frozenset(
    {
        "anyone who",
        "third countries",
        "third-country",
        "third country",
        "whoever",
        "foreign banks",
        "any bank that",
        "any firm that",
        "banks that",
        "secondary",
    }
)


def things(sentence: Sentence, tokens: Iterable[int]) -> list[str]:
    """Return the classes of things named by these tokens, in order, each once; one class for each phrase."""
    wanted = set(tokens)
    found: list[str] = []
    taken: set[int] = set()
    for hit in sorted(
        (hit for hit in sentence.hits if hit.group in THINGS),
        key=lambda hit: (hit.start - hit.end, hit.start, THINGS.index(hit.group)),
    ):
        span = range(hit.start, hit.end)
        if hit.head in wanted and not taken & set(span):
            taken.update(span)
            found.append(hit.group)
    return sorted(
        set(found), key=lambda group: min(hit.start for hit in sentence.hits if hit.group == group and hit.head in wanted)
    )


def outward(sentence: Sentence, tokens: Iterable[int]) -> bool:
    """Tell whether goods in these tokens go to the target (exports) rather than come from it."""
    words = [sentence.words[token] for token in tokens]
    out = sum(word in OUTWARD - {"to", "for"} for word in words) * 2 + sum(word in ("to", "for") for word in words)
    inward = sum(word in INWARD - {"from", "in", "into"} for word in words) * 2 + sum(word in ("from", "into") for word in words)
    return out > inward


def noun_measures(sentence: Sentence, core: int, field: list[int]) -> tuple[Measure, ...]:
    """Return the measures of a measure noun ("freeze", "ban", "embargo"), from the noun itself and the nouns by it."""
    hits = [hit for hit in sentence.hits if hit.start <= core < hit.end and hit.group in ("measure", "measure_weak")]
    word = sentence.words[core]
    for hit in sorted(hits, key=lambda hit: hit.start - hit.end):
        if hit.phrase in TELLING:
            return (TELLING[hit.phrase],)
    classes = things(sentence, [token for token in field if token != core])
    return _by_noun(sentence, word, classes, field)


def _by_noun(sentence: Sentence, word: str, classes: list[str], field: list[int]) -> tuple[Measure, ...]:
    if word.startswith("embargo"):
        return ("arms_embargo",) if "arms" in classes else goods(sentence, classes, field) or ("total_embargo",)
    if word in ("freeze", "freezes"):
        picked = [c for c in classes if c in ("assets", "aid", "finance", "agreement", "visas")]
        return (BY_THING[picked[0]],) if picked else ("asset_freeze",) if not classes else (BY_THING[classes[0]],)
    if word.startswith(("blacklist", "list", "sanction", "designation", "black")) and "sectoral" not in classes:
        return ("unspecified",)
    if word.startswith("sanction"):
        return ("sectoral",)
    measures = goods(sentence, classes, field)
    return measures or ("unspecified",)


def goods(sentence: Sentence, classes: list[str], field: list[int]) -> tuple[Measure, ...]:
    """Return the measures for classes of things, with trade turned the way that the words around it say."""
    found: list[Measure] = []
    for group in classes:
        measure = BY_THING[group]
        if group in ("goods", "tech", "energy"):
            out = outward(sentence, field)
            inward = any(sentence.words[token] in INWARD for token in field)
            measure = "export_control" if out or (group != "goods" and not inward) else "import_ban"
        if measure not in found and measure != "unspecified":
            found.append(measure)
    return tuple(found[:2])


VISA_BANS = frozenset({"person"})


GENERIC = frozenset("sale sales export exports import imports delivery deliveries shipment shipments supply supplies trade purchase purchases product products goods buying cargo market markets".split())


def nearest(sentence: Sentence, heads: Iterable[int], field: list[int]) -> list[str]:
    """Return the classes of the heads that are hit; of all nouns in the field where the heads are of no class or generic."""
    heads = [head for head in heads if sentence.words[head] not in GENERIC]
    own = things(sentence, heads)
    return own or things(sentence, field)


def _of_member(sentence: Sentence, heads: Iterable[int]) -> bool:
    """ "suspend Damascus", "readmit the government": a membership."""
    return any(sentence.name_at(head) is not None or "body" in sentence.groups(head) for head in heads)


def verb_measures(sentence: Sentence, anchor: int, group: str, field: list[int], heads: Iterable[int]) -> tuple[Measure, ...]:
    """Return the measures of a direct verb, from the nouns in its reach."""
    field = [token for token in field if token != anchor]
    classes = nearest(sentence, heads, field)
    if group == "punish":
        return ("unspecified",)
    if group == "expel" and "diplo" in classes or group in ("stop", "expel", "release") and not classes and _of_member(sentence, heads):
        return ("diplomatic",)
    if group == "blockade_verb":
        return ("blockade",)
    if group == "freeze":
        return _by_noun(sentence, "freeze", classes, field)
    if group == "close" and "transport" in classes:
        return ("transport",)
    if group == "ban" and not classes:
        return ("travel_ban",) if any(sentence.groups(token) & VISA_BANS for token in field) else ("unspecified",)
    if "licence" in classes and set(classes) <= {"licence"}:
        return ("unspecified",)
    return goods(sentence, classes, field) or ("unspecified",)
