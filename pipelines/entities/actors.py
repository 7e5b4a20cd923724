"""Decide for whom a noun phrase speaks: "Norway's trade ministry" for Norway, "Malian carriers" for no state.

The phrase is read as English noun phrases are built. Its head is the last word before the first preposition, comma or relative
pronoun, or before a person's name that follows the office. An office or body speaks for the state whose name modifies it ("the
Norwegian customs service"), or that follows with "of", "for" or "in" ("the junta in Bamako"). A firm, a person without office, a
lawmaker or a party speaks for none, whatever state its phrase names.

Known to be wrong: "officials" and ministers count as speakers for their state, which the guide denies where measures hit them;
whoever knows the role of the phrase decides that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache

from pipelines.entities import tables
from pipelines.entities.leaders import state_of
from pipelines.entities.names import NameMatch, find_names
from pipelines.entities.words import Word, normalise_phrase, words

MAX_PHRASE = 300  # characters; longer phrases are clauses


def is_generic(phrase: str) -> bool:
    """Tell whether a phrase is made of words for offices and bodies alone: "Foreign Ministry", "the Council of Ministers"."""
    return all(word in _all_heads() or word in _words("domain") for word in normalise_phrase(phrase))


def titles_of_office() -> frozenset[str]:
    """Return the offices that may stand before the name of who holds them, in lower case."""
    return _words("officer")


def callings() -> frozenset[str]:
    """Return the words of courtesy and callings that stand before a person's name and are no office, in lower case."""
    return _words("calling")


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A noun phrase: its words, the names in it, and the word index where the part before the first preposition ends."""

    text: str
    words: tuple[Word, ...]
    names: tuple[NameMatch, ...]
    stop: int

    def spoken(self, first: int, last: int) -> str:
        return " ".join(word.normal for word in self.words[first:last])

    def before_stop(self, name: NameMatch) -> bool:
        return self.stop >= len(self.words) or name.start < self.words[self.stop].start


def actor_id(phrase: str, *, on: date | None = None) -> str | None:
    """Return the id of the state or union that a phrase speaks for.

    Args:
        phrase: a noun phrase as it stands in the text, at most `MAX_PHRASE` characters.
        on: the day the phrase was written; then a leader's name counts only in and near the time in office.

    Returns:
        ISO 3166-1 alpha-3, the code of a union, or None for a person without office, a firm, a ship, a party, or nobody named.
    """
    return _actor_id(phrase, on) if 0 < len(phrase) <= MAX_PHRASE else None


@lru_cache(maxsize=20_000)
def _actor_id(text: str, on: date | None) -> str | None:
    phrase = _read(text, on)
    if not phrase.words:
        return None
    region = _region(phrase)
    if region is not None:
        return region
    if not phrase.names:
        return None
    return _whole(phrase) or _headed(phrase)


def _read(text: str, on: date | None) -> _Phrase:
    own = tuple(words(text))
    while own and own[0].normal in _words("determiner"):
        own = own[1:]
    names = tuple(_dated(name, on) for name in find_names(text) if name.form != "leader" or state_of(name.text, on) is not None)
    return _Phrase(text, own, names, _stop(text, own, names))


def _dated(name: NameMatch, on: date | None) -> NameMatch:
    return replace(name, entity_id=state_of(name.text, on) or name.entity_id) if name.form == "leader" else name


def _stop(text: str, own: Sequence[Word], names: Sequence[NameMatch]) -> int:
    """Return the index of the word that ends the part of the phrase in which its head stands."""
    for at, word in enumerate(own):
        inside = any(name.start < word.start < name.end for name in names)
        ends = word.normal in _words("belongs") or word.normal in _words("other_prep")
        gap = text[own[at - 1].end : word.start] if at else ""
        if at and not inside and (ends or "," in gap) and gap != "-" and not _in_title(own, at):
            return at
    return len(own)


def _in_title(own: Sequence[Word], at: int) -> bool:
    """Tell whether a preposition belongs to a title such as "head of state", "secretary of state", "chargé d'affaires"."""
    return " ".join(word.normal for word in own[at - 1 : at + 2]) in _words("title_with_of")


def _region(phrase: _Phrase) -> str | None:
    """Return the union of "West African leaders": a region's adjective before a collective head."""
    spoken = phrase.spoken(0, phrase.stop)
    for row in tables.rows("actor_words.tsv"):
        if row[0] != "region":
            continue
        adjective = " ".join(normalise_phrase(row[1]))
        if f" {adjective} " in f" {spoken} " and any(spoken.endswith(f" {head}") for head in _phrases("collective")):
            return row[2]
    return None


def _whole(phrase: _Phrase) -> str | None:
    """Return the id when a name is the whole phrase, or its head before a preposition: "the White House", "Congress in Lima"."""
    first = phrase.names[0]
    if first.start > phrase.words[0].start or not phrase.before_stop(first):
        return None
    rest = [word for word in phrase.words[: phrase.stop] if word.start >= first.end and word.normal != "s"]
    if rest or _begins_a_list(phrase):
        return None
    if first.form == "institution" and len(phrase.names) > 1 and phrase.stop < len(phrase.words):
        return _after(phrase) or first.entity_id
    return first.entity_id


def _begins_a_list(phrase: _Phrase) -> bool:
    """Tell whether another name follows the comma that ends the first: "Brazil, Russia and India"."""
    if phrase.stop >= len(phrase.words):
        return False
    stop = phrase.words[phrase.stop]
    return any(name.start == stop.start for name in phrase.names)


def _headed(phrase: _Phrase) -> str | None:
    """Return the id when the head is an office or body to which a name belongs."""
    end = _office_end(phrase)
    if end is None:
        return _last_name(phrase)
    if _group(phrase, "not_in_office", 0, end) and phrase.words[end - 1].normal not in _words("territory"):
        return None
    before = [name for name in phrase.names if name.end <= phrase.words[end - 1].end]
    if before:
        return before[0].entity_id  # "Russia's Ukraine envoy" is Russia's
    return _after(phrase) or _last_name(phrase)


def _office_end(phrase: _Phrase) -> int | None:
    """Return the index after the head, if the head is an office or body; a person's name may follow it."""
    stop = phrase.stop
    while stop and _is_personal(phrase, stop - 1):
        stop -= 1
    if not stop or (phrase.text.islower() and stop < phrase.stop and not _ends_with(phrase, stop, "officer")):
        return None
    if _ends_with(phrase, stop, "private") and not _longer(phrase, stop):
        return None
    if _ends_with(phrase, stop, "body") or _ends_with(phrase, stop, "officer") or _ends_with_body_name(phrase, stop):
        return stop
    return None


def _is_personal(phrase: _Phrase, at: int) -> bool:
    """Tell whether the word is a capital word after an office: the name of who holds it."""
    word = phrase.words[at]
    if at == 0 or word.normal in _all_heads():
        return False
    if phrase.text.islower():  # no capitals to go by: whatever follows an office
        return word.normal not in _words("domain") and not _in_names(phrase, word)
    if not phrase.text[word.start].isupper():
        return False
    return not _in_names(phrase, word)


def _in_names(phrase: _Phrase, word: Word) -> bool:
    """Tell whether a word is part of a name that is no leader's."""
    return any(name.start <= word.start < name.end and name.form != "leader" for name in phrase.names)


def _ends_with(phrase: _Phrase, stop: int, group: str) -> int:
    """Return how many words of the group's longest entry end at `stop`; 0 for none."""
    known = _words(group)
    return next((size for size in (4, 3, 2, 1) if size <= stop and phrase.spoken(stop - size, stop) in known), 0)


def _longer(phrase: _Phrase, stop: int) -> bool:
    """Tell whether an office or body has a longer entry than the private head: "coast guard", "central bank", "deputy head"."""
    public = max(_ends_with(phrase, stop, "body"), _ends_with(phrase, stop, "officer"))
    return public > _ends_with(phrase, stop, "private")


def _ends_with_body_name(phrase: _Phrase, stop: int) -> bool:
    last = phrase.words[stop - 1]
    return any(name.end == last.end and name.form in ("institution", "office", "union", "epithet") for name in phrase.names)


def _after(phrase: _Phrase) -> str | None:
    """Return the id of the first name after a preposition that gives an owner: of, for, in, from, at."""
    for at in range(phrase.stop, len(phrase.words)):
        word = phrase.words[at]
        helper = word.normal == "to" and phrase.words[at - 1].normal in _words("helper")
        if word.normal in _words("other_prep") and not helper:
            return None
        if word.normal in _words("belongs") or helper:
            return _owner(phrase, at)
    return None


def _owner(phrase: _Phrase, at: int) -> str | None:
    own = [name for name in phrase.names if name.start > phrase.words[at].start]
    if not own:
        return None
    tail = phrase.text[phrase.words[at].end :].strip()
    return actor_id(tail) or (own[0].entity_id if _is_domain(phrase, at, own[0]) else None)


def _is_domain(phrase: _Phrase, at: int, name: NameMatch) -> bool:
    """Tell whether only the field of an office stands between: "ministry of Mines of Bogota", "Minister of Trade of Norway"."""
    if phrase.words[at - 1].normal in _words("of_a_field"):
        return True
    after = [word.normal for word in phrase.words[at + 1 :] if word.end <= name.start or word.start >= name.end]
    return not any(word in _words("private") or word in _words("other_prep") for word in after)


def _last_name(phrase: _Phrase) -> str | None:
    """Return the id of the name that ends the phrase: "Vladimir Putin", "neighbouring Chad", "NATO member Turkey"."""
    last = phrase.words[phrase.stop - 1].end
    if _begins_a_list(phrase) or any(word.normal == "and" for word in phrase.words[: phrase.stop]):
        return None
    return next((name.entity_id for name in phrase.names if name.end == last and name.form != "demonym"), None)


def _group(phrase: _Phrase, group: str, first: int, last: int) -> bool:
    return any(word.normal in _words(group) for word in phrase.words[first:last])


@cache
def _words(group: str) -> frozenset[str]:
    """Return the entries of one group, each as its normalised words joined by blanks."""
    return frozenset(" ".join(normalise_phrase(entry)) for entry in _phrases(group))


@cache
def _phrases(group: str) -> tuple[str, ...]:
    return tuple(entry for row in tables.rows("actor_words.tsv") if row[0] == group for entry in tables.cell(row, 1))


@cache
def _all_heads() -> frozenset[str]:
    groups = ("body", "officer", "private")
    return frozenset(part for group in groups for entry in _words(group) for part in entry.split())
