"""What keeps words about sanctions from being an act of today: other senses, questions, history, hypotheses, bare nouns.

Theory: silence is decided last, over the whole sentence, since one word far from the act ("Had ...", "?", "last year") can undo it.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from connectors.messages.signal import SignalKind
from pipelines.signals.base import Layer, State
from pipelines.signals.en.act import Act
from pipelines.signals.en.act_words import STRONG_PUNISH, forms
from pipelines.signals.en.cast import early_colon, owner, subjects
from pipelines.signals.en.conditions import conditions
from pipelines.signals.en.context import UNIONS, Context, Ref
from pipelines.signals.en.sentence import Sentence

TRIGGERS = frozenset(
    ["measure", "measure_weak", "punish", "freeze", "ban", "close", "stop", "expel", "lose", "release", "dodge", "dodge_noun"]
)


def other_sense(sentence: Sentence, context: Context) -> bool:
    """Tell whether the sentence speaks of sport, courts, companies or approval and of no state against another."""
    states = {name.id for name in sentence.names}
    if sentence.has("sport") and len(states) < 2:
        return not (states and any(name.form in ("office", "institution") for name in sentence.names))
    if not states and not context.named:
        return sentence.has("sport") or (
            sentence.has("company", "legal") and not sentence.has("visas", "assets", "finance", "diplo", "arms")
        )
    return False


FAILED = re.compile(
    r"\b(?:\d+ (?:votes )?to \d+,? (?:against|short)|voted down|votes? of \w+ and is|considered rejected|rejected"
    r"|fell (?:\w+ ){0,3}short"
    r"|defeated|down went|into the bin|talked out|died in|did not pass|not passed|has not passed|failed|thrown out|threw out|killed"
    r"|buried|shelved|lost the vote|fell at)\b",
    re.IGNORECASE,
)
BILLED = ("considering: bill", "realised: a bill", "threat: voted")
ENACTED = re.compile(
    r"\b(?:signature|assent|became law|becomes law|signed (?:it )?into law|took effect|takes effect|entered into force"
    r"|enters into force|came into force|promulgated|inked|is law now)\b",
    re.IGNORECASE,
)


def _clause(sentence: Sentence, act: Act) -> str:
    """The part of the sentence between semicolons in which an act stands."""
    at = sentence.spans[act.anchor][0]
    start, end = sentence.text.rfind(";", 0, at) + 1, sentence.text.find(";", at)
    return sentence.text[start : len(sentence.text) if end < 0 else end]


def settle(
    sentence: Sentence, act: Act, state: State, chain: list[Layer], context: Context, *, in_condition: bool
) -> SignalKind | None:
    """Return the kind after all that can silence it has been asked."""
    if is_asked(sentence):
        return "question"
    if in_condition:
        return "mention"
    if state.kind == "considering" and state.rule.startswith(BILLED) and FAILED.search(_clause(sentence, act)):
        return "ruled_out"
    if state.kind in (None, "mention") and any(layer.groups & {"threat_noun"} and _voiced(sentence, layer) for layer in chain):
        return "threat" if act.kind != "ease" else "ease_intent"
    if state.kind == "mention" and after_order(sentence, act):
        return "threat"
    if (
        sentence.has("mistaken")
        and act.kind == "restrict"
        and state.kind in (None, "mention", "threat", "imposed", "considering", "ruled_out")
    ):
        return "ruled_out"
    if state.kind == "mention" and not (act.noun is not None and sentence.has("weighed")) and not after_order(sentence, act):
        return "mention"
    if is_question(sentence, act):
        if act.kind == "restrict" and _refused(sentence):
            return "ruled_out"
        return "threat" if _answered(sentence) and act.kind == "restrict" else "question"
    if state.rule == "refusing: refused" and act.noun is not None and _others(sentence, act, chain, context):
        return "mention"
    if _past(sentence, act, state, chain) or _counterfactual(sentence, chain):
        return "mention"
    if state.kind in (None, "mention") and act.kind in ("restrict", "none") and sentence.has("weighed"):
        return "considering"
    if state.kind is None:
        return _pending(sentence, act, chain)
    return state.kind


ANSWERS = frozenset(["yes", "certainly", "absolutely", "indeed", "definitely"])


def _answered(sentence: Sentence) -> bool:
    """ "... replied: \"Yes, and very soon\"": the question is answered by whoever decides."""
    words = sentence.words
    return any(word in ANSWERS and (words[i - 1] in ('"', "“", ":", ",", "'") if i else True) for i, word in enumerate(words))


SAYING_NO = re.compile(
    r"\?.*(?:laugh\w* (?:it |that |the idea )?(?:off|away)|\bnever\b|nothing of the (?:sort|kind)|out of the question"
    r"|no such (?:plan|thing|idea)"
    r"|absolutely not|certainly not|\bnonsense\b|[\"“:,] ?(?:no|not)\b)",
    re.IGNORECASE | re.DOTALL,
)


def _refused(sentence: Sentence) -> bool:
    """A question in the mouth of the report, answered with a no by whoever decides."""
    end = sentence.text.find("?")
    return end >= 0 and SAYING_NO.search(sentence.text) is not None and sentence.has("report", "deny", "refuse")


def _others(sentence: Sentence, act: Act, chain: list[Layer], context: Context) -> bool:
    """ "China opposes U.S. sanctions": who refuses does not own the measures."""
    noun = sentence.doc[act.noun or 0]
    mine = {party.actor.id for layer in chain for party in subjects(sentence, layer, context)} - {None}
    owned = {party.actor.id for party in owner(sentence, noun, context, act.heads)} - {None}
    return bool(owned) and bool(mine) and not owned & mine


INVERTERS = frozenset(
    [
        "will",
        "would",
        "is",
        "are",
        "do",
        "does",
        "did",
        "should",
        "could",
        "can",
        "may",
        "might",
        "has",
        "have",
        "was",
        "were",
        "shall",
    ]
)


ASKED_ABOUT = re.compile(r"\bquestions?\b[^.]{0,25}\b(?:about|whether|if)\b", re.IGNORECASE)


def is_asked(sentence: Sentence) -> bool:
    """ "In response to a question about whether ...": the sentence answers by not answering."""
    return ASKED_ABOUT.search(sentence.text) is not None and not _answered(sentence)


def is_question(sentence: Sentence, act: Act) -> bool:
    """Tell whether the act stands in a question or under somebody's asking."""
    asked = any(word in ("asks", "asked", "?", "wondered", "wonders") for word in sentence.words)
    if sentence.words and sentence.words[0] in ("how", "why", "when", "who", "what", "where", "which") and asked:
        return True
    if (
        sentence.words
        and sentence.words[0] in INVERTERS
        and len(sentence.words) > 1
        and any(word in ("asks", "asked", "ask", "wonders", "wondered") for word in sentence.words)
    ):
        return True
    return "?" in sentence.words[act.anchor :] or any(hit.head < act.anchor and hit.group == "asking" for hit in sentence.hits)


def _past(sentence: Sentence, act: Act, state: State, chain: list[Layer]) -> bool:
    """Told as past: a mark of the past, and a past or present tense on the layer that decides."""
    if (
        not _past_marked(sentence, act)
        or state.kind in ("call_for", "demand_ease", "denial", "breach")
        or (state.kind == "refuse_ease" and chain and chain[0].tense != "past")
    ):
        return False
    if PERFECT.search(sentence.text):
        return True
    return not any(layer.tense in ("future", "would") for layer in chain[:3])


YEAR = re.compile(
    r"\b(?:in|since|from|after|of|before|until|till|during|by|between|on \d{1,2})"
    r" (?:(?:early|late|mid-?) ?)?(?:[A-Z][a-z]+ )?(?:19\d\d|20[01]\d|202[0-4])\b"
    r"|\bon \d{1,2} [A-Z][a-z]+ 19\d\d\b",
    re.IGNORECASE,
)
SUBORDINATE = re.compile(r"\b(?:that|which|who|whose|where)\b")
TODAY = re.compile(
    r"\b(?:on |this |last )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"
    r"|\b(?:today|tonight|yesterday|this morning|overnight|hereby)\b",
    re.IGNORECASE,
)
MONTHS = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
PERFECT = re.compile(rf"\b[Ii]n {MONTHS}\b[^.]{{0,40}}\bhad \w+ed\b")


def _past_marked(sentence: Sentence, act: Act) -> bool:
    """A mark of the past in the act's part of the sentence: "last year", "In December 2020", "in April he had warned"."""
    at = sentence.spans[act.anchor][0]
    start = sentence.text.rfind(";", 0, at) + 1
    end = sentence.text.find(";", at)
    part = sentence.text[start : len(sentence.text) if end < 0 else end]
    marked = any(start <= sentence.spans[hit.start][0] < start + len(part) for hit in sentence.hits_of("past"))
    today = TODAY.search(part)
    if today is not None:
        return False
    return marked or _dated(part, at - start) or PERFECT.search(part) is not None


def _dated(part: str, at: int) -> bool:
    """A past year that belongs to the act: no relative clause opens between the two."""
    year = YEAR.search(part)
    if year is None:
        return False
    between = part[min(at, year.start()) : max(at, year.start())]
    return SUBORDINATE.search(between.replace("year in which", "")) is None


def _counterfactual(sentence: Sentence, chain: list[Layer]) -> bool:
    if sentence.has("counterfactual"):
        return True
    return any(layer.tense == "would" and _perfect(sentence, layer.token) for layer in chain)


def _perfect(sentence: Sentence, token: int) -> bool:
    return any(child.lower_ == "have" and child.dep_ == "aux" for child in sentence.doc[token].children)


def is_order(sentence: Sentence, act: Act) -> bool:
    """Tell whether the act's verb is an imperative at the head of a sentence or quote, spoken as a plea."""
    verb = sentence.doc[act.anchor]
    tags = ("VB", "VBP", "VBD", "VBN") if sentence.has("ask") else ("VB", "VBP")
    if (
        not act.owned
        or verb.tag_ not in tags
        or any(child.dep_ in ("nsubj", "nsubjpass") or child.lower_ == "to" for child in verb.children)
    ):
        return False
    colon = early_colon(sentence)
    start = colon + 1 if colon is not None and colon < act.anchor else 0
    lead = [
        word
        for word in sentence.words[start : act.anchor]
        if word not in ('"', "“", "'", "‘", "do", "not", "n't", "please", "never", "and", "keep")
    ]
    return (
        not lead
        and (sentence.has("ask", "ask_noun", "report") or start > 0)
        and not any(found.condition.direction == "unless" for found in conditions(sentence.text))
    )


def _pending(sentence: Sentence, act: Act, chain: list[Layer]) -> SignalKind:
    """An act that nothing has asserted: a headline's infinitive announces it, everything else only mentions it."""
    token = sentence.doc[act.anchor]
    if after_order(sentence, act):
        return "threat"
    if is_fragment(sentence, act):
        return "threat"
    headline = (
        token.dep_ in ("ROOT", "relcl", "acl", "xcomp", "advcl")
        and any(child.lower_ == "to" for child in token.children)
        and _verbless(sentence, act)
    )
    signing = any("impose" in layer.groups and layer.tense == "base" for layer in chain) and TODAY.search(sentence.text) is not None
    if signing and act.kind in ("restrict", "extend"):
        return "threat"
    if act.owned and headline and act.kind != "none":
        return "ease_intent" if act.kind == "ease" else "refuse_ease" if act.kind == "keep" else "threat"
    return "mention"


def is_fragment(sentence: Sentence, act: Act) -> bool:
    """Ruling 10: "tough restrictions in case of a new attack", a noun phrase with a condition and no verb of its own."""
    noun = sentence.doc[act.noun] if act.noun is not None else None
    return (
        noun is not None
        and act.noun is not None
        and act.noun < 8
        and act.kind == "restrict"
        and any(found.start > sentence.spans[act.noun][0] for found in conditions(sentence.text))
    )


def _verbless(sentence: Sentence, act: Act) -> bool:
    """A headline: few words, and no finite verb ahead of the act."""
    return len(sentence.words) < 18 and not any(token.tag_ in ("VBD", "VBZ", "VBP", "MD") for token in sentence.doc[: act.anchor])


# ends of the words for a day or a time: "Thursday's", "yesterday's", "this morning's", "last week's", "March's"
TIMES = (
    *("day", "night", "morning", "evening", "week", "weekend", "month", "year", "midnight", "afternoon"),
    *("january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december"),
)


def _voiced(sentence: Sentence, layer: Layer) -> bool:
    """ "Thursday's warning of penalties by the minister", "repeated its threat": a noun that somebody utters today."""
    noun = sentence.doc[layer.token]
    dated = any(child.lower_.endswith(TIMES) for child in noun.children if child.dep_ in ("poss", "compound", "amod"))
    by = any(child.lower_ == "by" for child in noun.subtree if child.dep_ in ("prep", "agent"))
    return dated or by


def after_order(sentence: Sentence, act: Act) -> bool:
    """Tell whether an act stands after "... or", "failing which": what comes if the order is not followed."""
    return (
        "?" not in sentence.words
        and act.kind == "restrict"
        and any(
            found.condition.direction == "unless"
            and found.end <= sentence.spans[act.anchor][0]
            and found.condition.text.lower().endswith(("or", "else", "which", "otherwise", "that"))
            for found in conditions(sentence.text)
        )
    )


PRIVATE = frozenset({"private", "person", "firm"})


BIDDING = frozenset(["bidding", "orders", "ordered", "behest", "instructions", "state-run", "state-owned", "government's"])
UNDERGONE = frozenset(["lose", "cease", "flow_on", "flow_again", "keep"])


def _private_doer(sentence: Sentence, act: Act, chain: list[Layer], context: Context) -> bool:
    """ "Greek truckers vowed to block the port": the subject of the act is private, and no state bids it."""
    if act.verb_group in UNDERGONE or BIDDING & set(sentence.words):
        return False
    for layer in chain:
        if layer.subject is None or layer.passive or layer.subject in (act.noun, *act.heads) or layer.groups & {"report", "ask"}:
            continue
        found = subjects(sentence, layer, context)
        return (
            bool(found)
            and all(party.cls in PRIVATE and party.actor.id is None for party in found)
            and not layer.subject_groups & {"chamber", "bill"}
        )
    return False


def by_whom(
    sentence: Sentence, state: State, act: Act, roles: dict[str, tuple[Ref, ...]], chain: list[Layer], context: Context
) -> State:
    """Private parties have no sanctions to threaten or impose; a prediction by one of them is a possibility."""
    senders = roles["senders"]
    callers = roles["callers"]
    boycott = act.noun is not None and sentence.words[act.noun].startswith("boycott")
    if boycott and state.kind == "call_for" and all(party.actor.id is None for party in callers):
        return replace(state, kind="mention", rule="mention: a private boycott")
    if _private_doer(sentence, act, chain, context) and state.kind in (
        "threat",
        "imposed",
        "extended",
        "eased",
        "ruled_out",
        "refuse_ease",
    ):
        return replace(state, kind="mention", rule="mention: a private party")
    if (
        senders
        and all(party.cls in PRIVATE and party.actor.id is None for party in senders)
        and state.kind in ("threat", "imposed", "extended", "eased", "ruled_out")
    ):
        return replace(state, kind="mention", rule="mention: a private party")
    if (
        chain
        and chain[0].subject_groups & {"private", "firm"}
        and not chain[0].subject_groups & {"body", "chamber", "armed"}
        and not chain[0].passive
        and act.owned
        and act.verb_group not in ("lose", "cease", "flow_on", "keep", "trade", "close", "punish", "flow_again")
        and state.kind in ("imposed", "eased", "extended")
        and not any(party.actor.id for party in senders if party.cls != "context")
    ):
        return replace(state, kind="mention", rule="mention: a private party")
    if (
        not senders
        and state.kind == "threat"
        and any(party.cls in PRIVATE for party in roles["reporters"])
        and any(layer.tense == "would" for layer in chain)
    ):
        return replace(state, kind="considering", rule="considering: predicted", commitment=1)
    return state


INWARD_BODIES = frozenset(
    [
        "court",
        "courts",
        "judge",
        "judges",
        "regulator",
        "watchdog",
        "tribunal",
        "committee",
        "board",
        "council",
        "strike",
        "federation",
        "league",
        "magistrate",
        "prosecutors",
        "prosecutor",
        "police",
        "club",
        "company",
        "firm",
        "school",
    ]
)


SHIPS = frozenset(
    [
        "tanker",
        "tankers",
        "ship",
        "ships",
        "vessel",
        "vessels",
        "fleet",
        "trawler",
        "trawlers",
        "airline",
        "airlines",
        "carrier",
        "carriers",
        "boats",
        "ferries",
    ]
)
UNNAMED = frozenset({"finance", "visas", "assets", "services", "arms", "diplo"})


def domestic(
    sentence: Sentence, act: Act, kind: SignalKind | None, senders: Sequence[Ref], targets: Sequence[Ref], context: Context
) -> bool:
    """Tell whether an act stays within one state: no other state is named, and nothing that belongs to sanctions alone."""
    ids = {party.actor.id for party in senders if party.cls != "context"} - {None}
    if not senders and act.noun is None and sentence.has("mishap"):
        return True
    strong = act.noun is not None and any(hit.head == act.noun and hit.group == "measure" for hit in sentence.hits)
    if (
        (strong and (sentence.names or (kind == "considering" and sentence.has("weighed"))))
        or ids & UNIONS
        or (kind in ("call_for", "demand_ease") and sentence.names)
    ):
        return False
    if (ids and sentence.has("diplo") and act.verb_group in ("expel", "close")) or kind in ("mention", "question"):
        return False
    if context.active and not sentence.names and act.noun is None and all(party.cls == "context" for party in (*senders, *targets)):
        return kind in ("imposed", "eased", "mention") or act.verb_group not in ("expel", "punish", "freeze", "keep", "pronoun")
    if act.verb_group in ("punish", "ban", "close", "shut_out") and (ids or kind == "considering") and _aimed(sentence, act):
        return False
    foreign = {name.id for name in sentence.names} - ids
    if foreign and (ids or len(foreign) > 1 or act.noun is not None or kind not in ("imposed", "eased")):
        return False
    if foreign:
        return bool(senders) and not any(party.cls in ("body", "name", "context", "pronoun") for party in senders)
    return not context.active and _at_home(sentence, act, ids, [party for party in targets if party.cls != "context"])


def _aimed(sentence: Sentence, act: Act) -> bool:
    """ "blacklists the Pontianak house", "closes its airspace to Belavia": what no state does to its own."""
    if sentence.words[act.anchor] in STRONG_PUNISH - PENAL:
        return not _inward(sentence, act)
    abroad = any(sentence.words[token] in ("airspace", "visa", "visas", "skies", "border", "territory") for token in act.field)
    return abroad and any(sentence.doc[head].tag_ in ("NNP", "NNPS") and sentence.name_at(head) is None for head in act.heads)


PENAL = forms("penalise penalize punish designate")


def _at_home(sentence: Sentence, act: Act, ids: set[str | None], targets: Sequence[Ref]) -> bool:
    """With one state or none in the sentence: what it does to its own, or what nobody does to nobody."""
    hit = any(party.cls in ("person", "firm", "vessel", "region", "sector", "private") for party in targets)
    if len(ids) > 1 or _inward(sentence, act) or not hit:
        return len(ids) < 2
    if not ids and act.verb_group == "punish":
        return True
    if not ids:
        return not any(hit.group in UNNAMED for hit in sentence.hits)
    ships = any(word.lower() in SHIPS for party in targets for word in party.actor.name.split())
    return not (act.noun is not None or act.verb_group in ("punish", "freeze", "pronoun", "expel", "blockade_verb") or ships)


def _inward(sentence: Sentence, act: Act) -> bool:
    return any(word in INWARD_BODIES for word in sentence.words[: act.anchor])
