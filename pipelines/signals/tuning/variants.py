"""The same lesson told otherwise, so that the encoder learns what words say and not who was named, nor that order can be trusted.

Three ways: other states under names of the same form, "the" and "a" dropped as machines translate, neighbouring words swapped. Each
time that a lesson comes up it is told in one of the ways of `SHARES`, most often as it stands.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from random import Random

from pipelines.entities.gazetteer import find_names
from pipelines.signals.tuning.lessons import Lesson, Part

ARTICLES = re.compile(r"\b(?:the|an?) (?=\w)", re.IGNORECASE)
SWAPS = 3  # of neighbouring words
SHARES = {"as it stands": 3, "other states": 3, "words swapped": 1, "articles dropped": 1}
UNIONS = 3  # letters of the id of a state; the ids of unions have another number, but for some that are left as they are
Names = Mapping[str, Mapping[str, Sequence[str]]]  # form -> id -> the names that were met
Edit = tuple[int, int, str]


def names_met(lessons: Iterable[Lesson]) -> Names:
    """Return the names of states that lessons hold, by form and id, in an order that is always the same."""
    met: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for lesson in lessons:
        for name in find_names(lesson.text):
            if len(name.entity_id) == UNIONS:
                met[name.form][name.entity_id].add(name.text)
    return {form: {code: sorted(met[form][code]) for code in sorted(met[form])} for form in met}


def told_otherwise(lesson: Lesson, names: Names, chance: Random) -> Lesson:
    """Return a lesson in one of the ways to tell it."""
    way = chance.choices(list(SHARES), list(SHARES.values()))[0]
    if way == "other states":
        return edited(lesson, _other_states(lesson.text, names, chance))
    if way == "articles dropped":
        return edited(lesson, [(match.start(), match.end(), "") for match in ARTICLES.finditer(lesson.text)])
    return swapped(lesson, chance) if way == "words swapped" else lesson


def _other_states(text: str, names: Names, chance: Random) -> list[Edit]:
    instead: dict[str, str] = {}
    edits = []
    for name in find_names(text):
        if len(name.entity_id) != UNIONS or name.form not in names:
            continue
        code = instead.setdefault(name.entity_id, chance.choice(list(names[name.form])))
        known = names[name.form].get(code) or [one for ones in names[name.form].values() for one in ones]
        edits.append((name.start, name.end, chance.choice(list(known))))
    return edits


def edited(lesson: Lesson, edits: Sequence[Edit]) -> Lesson:
    """Return a lesson with some stretches of its text replaced, in order and apart from one another; its parts move along."""
    text, at = "", 0
    for start, end, words in edits:
        text, at = text + lesson.text[at:start] + words, end
    parts = (Part(_moved(part.start, edits, last=False), _moved(part.end, edits, last=True), part.name) for part in lesson.parts)
    return replace(lesson, text=text + lesson.text[at:], parts=tuple(parts))


def _moved(place: int, edits: Sequence[Edit], *, last: bool) -> int:
    """Return where a character went; inside a replaced stretch to its beginning, or to its end."""
    shift = 0
    for start, end, words in edits:
        if start < place < end:
            return start + shift + (len(words) if last else 0)
        if end <= place:
            shift += len(words) - (end - start)
    return place + shift


def swapped(lesson: Lesson, chance: Random) -> Lesson:
    """Return a lesson with some neighbouring words swapped; a part falls into its words, which it keeps."""
    words = lesson.text.split(" ")
    order = list(range(len(words)))
    for _ in range(SWAPS if len(words) > 2 * SWAPS else 0):
        at = chance.randrange(len(words) - 1)
        order[at], order[at + 1] = order[at + 1], order[at]
    old, new = _starts(words, range(len(words))), _starts(words, order)
    parts = tuple(
        Part(new[at] + max(part.start - old[at], 0), new[at] + min(part.end - old[at], len(word)), part.name)
        for part in lesson.parts
        for at, word in enumerate(words)
        if old[at] < part.end and part.start < old[at] + len(word)
    )
    return replace(lesson, text=" ".join(words[at] for at in order), parts=parts)


def _starts(words: Sequence[str], order: Sequence[int]) -> dict[int, int]:
    starts, at = {}, 0
    for number in order:
        starts[number] = at
        at += len(words[number]) + 1
    return starts
