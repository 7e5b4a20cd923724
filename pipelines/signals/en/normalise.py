"""What the parser is given in place of the raw words, token by token: names in their own case, headline verbs that cannot be
nouns.

The parser reads shape and form. A name in lower case is no name to it, and in "Berlin shelves plan" it sees three nouns. So
names get their capitals back, shouted words lose theirs, and an ambiguous verb after the opening name of a headline is
replaced, for the parse alone, by one that is nothing but a verb. Tokens stay one to one, so offsets and words stay those of the
article.
"""

import re
from typing import Any

from pipelines.signals.en.groups import VERBS, verbs
from pipelines.signals.en.sentence import names_of

STAND_IN = "considers"
STAND_IN_TO = "plans"
HEADLINE_LENGTH = 18
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


# what nobody writes, and what makes a parser slow: a run of one mark
RUN = re.compile(r"([^\w\s])\1{7,}")


def clean(text: str) -> str:
    """Return the text with control characters, direction marks, lone surrogates and long runs of a mark as spaces: offsets stay."""
    return RUN.sub(lambda run: " " * len(run[0]), CONTROL.sub(" ", text))


def for_parser(make_doc: Any, text: str) -> tuple[Any, list[str]]:
    """Return (tokenised doc of the raw text, words to parse instead)."""
    doc = make_doc(text)
    words = [token.text for token in doc]
    _capitalise(doc, text, words)
    _lower_shouting(words)
    _settle_headline_verb(doc, text, words)
    _settle_decree_verb(words)
    return doc, words


def _capitalise(doc: Any, text: str, words: list[str]) -> None:
    for name in names_of(text):
        span = doc.char_span(name.start, name.end, alignment_mode="expand")
        for token in span if span is not None else ():
            if token.is_lower and token.text not in ("of", "the", "and", "s", "'s"):
                words[token.i] = token.text.capitalize() if len(token.text) > 2 else token.text.upper()


def _lower_shouting(words: list[str]) -> None:
    letters = [word for word in words if word.isalpha()]
    if len(letters) < 4 or sum(word.isupper() for word in letters) < 0.8 * len(letters):
        return
    words[:] = [
        word.capitalize()
        if word.isupper() and len(word) > 3 and i == 0
        else word.lower()
        if word.isupper() and len(word) > 3
        else word
        for i, word in enumerate(words)
    ]


def _settle_headline_verb(doc: Any, text: str, words: list[str]) -> None:
    """Replace the first ambiguous present-tense verb of a headline that follows a name or a noun phrase with one."""
    if len(words) > HEADLINE_LENGTH or text.rstrip().endswith((".", "!", "?", '"', "”")):
        return
    ends = {
        span.end for name in names_of(text) if (span := doc.char_span(name.start, name.end, alignment_mode="expand")) is not None
    }
    for index in range(1, min(len(words) - 1, 8)):
        word = words[index].lower()
        near = index in ends or (index - 1 in ends and words[index - 1][:1].islower())
        if (
            near
            and word.endswith("s")
            and word in present_verbs()
            and words[index - 1].lower() not in ("the", "on", "of", "'s", "’s")
        ):
            words[index] = STAND_IN_TO if words[index + 1].lower() == "to" else STAND_IN
            return


DECREES = frozenset(
    ["ordinance", "decree", "order", "regulation", "decision", "law", "act", "directive", "package", "list", "bill"]
)
NAMING = frozenset(["names", "lists", "bars", "bans", "targets", "hits", "covers", "forbids", "shuts", "closes"])


def _settle_decree_verb(words: list[str]) -> None:
    """ "Bern's new ordinance names two tankers": a verb, whatever it looks like."""
    for index in range(1, len(words) - 1):
        if words[index].lower() in NAMING and words[index - 1].lower() in DECREES:
            words[index] = "includes"


def present_verbs() -> frozenset[str]:
    """Every one-word verb form in -s of the lexicon that could be a plural noun to a parser."""
    return frozenset(
        form for group in VERBS for form in verbs(group) if form.endswith("s") and form not in ("is", "was", "has", "does", "says")
    )
