"""Word lists, their inflection and their matching, without a model."""

import pytest

from pipelines.signals.en import things, words
from pipelines.signals.en.groups import NOUNS, PLAIN, VERBS, lexicon
from pipelines.signals.en.lexicon import Lexicon, noun_forms, phrases, verb_forms, verb_patterns


@pytest.mark.parametrize(
    ("verb", "form"),
    [
        ("ban", "banned"),
        ("impose", "imposing"),
        ("freeze", "froze"),
        ("deny", "denied"),
        ("plot", "plotting"),
        ("cut", "cutting"),
        ("cancel", "canceled"),
    ],
)
def test_verbs_are_inflected(verb: str, form: str) -> None:
    assert form in verb_forms(verb)


@pytest.mark.parametrize(
    ("noun", "form"), [("penalty", "penalties"), ("embargo", "embargoes"), ("person", "people"), ("ban", "bans")]
)
def test_nouns_have_their_plural(noun: str, form: str) -> None:
    assert form in noun_forms(noun)


def test_a_gap_reaches_over_an_object_but_not_over_a_clause() -> None:
    found = Lexicon(verb_patterns("stop", "put * on hold"))
    assert found.find(["oslo", "put", "the", "grain", "deal", "on", "hold"])
    assert not found.find(["oslo", "put", "it", "that", "talks", "are", "on", "hold"])


def test_a_hyphen_parts_a_phrase_as_the_tokeniser_does() -> None:
    assert any(hit.phrase == "no-fly list" for hit in lexicon().find(["the", "no", "-", "fly", "list"]))


@pytest.mark.parametrize("group", [*VERBS, *NOUNS, *PLAIN])
def test_no_group_is_empty(group: str) -> None:
    assert phrases({**VERBS, **NOUNS, **PLAIN}[group])


@pytest.mark.parametrize("module", [words, things])
def test_every_list_is_in_lower_case_except_names(module: object) -> None:
    blocks = [value for name, value in vars(module).items() if name.isupper()]
    shouted = [phrase for block in blocks for phrase in phrases(block) if phrase != phrase.lower() and phrase not in ("MEP", "MP")]
    assert not shouted
