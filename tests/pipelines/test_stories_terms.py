"""What an article is about is a vector of length 1, rare words heavy."""

from collections.abc import Collection, Iterable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from wordfreq import get_frequency_dict, zipf_frequency

from connectors.messages.article import Article
from connectors.messages.entity import Entity
from pipelines.stories.terms import COMMONEST_ZIPF, LANGUAGES, STORY_TERMS, Lexicon, summed, vector_from, vector_of, weight, words
from tests import builders
from tests.pipelines.clusters import cosine, unit

TERMS = st.dictionaries(st.text("abc@", min_size=1, max_size=3), st.floats(0.01, 5), min_size=1, max_size=8)


def terms_of(article: Article, language: str, entities: Iterable[Entity] = ()) -> dict[str, float]:
    return vector_of(article, language, entities).terms


@settings(deadline=None)
@given(one=TERMS, more=TERMS, times=st.integers(1, 50))
def test_a_sum_is_that_of_the_terms_at_length_1(one: dict[str, float], more: dict[str, float], times: int) -> None:
    one, more = unit(one), unit(more)
    found = summed(vector_from("en", one), times, vector_from("en", more)).terms
    expected = unit({word: times * one.get(word, 0) + more.get(word, 0) for word in {*one, *more}})
    assert found == pytest.approx(expected, abs=1e-5)
    assert cosine(found, found) == pytest.approx(1, abs=1e-4)


def test_no_terms_are_a_vector() -> None:
    assert terms_of(builders.article(title="", text="The and of."), "en") == {}
    assert summed(vector_from("en", {}), 1, vector_from("en", {"a": 1.0})).terms == {"a": 1.0}


@settings(deadline=None)
@given(terms=TERMS)
def test_a_vector_comes_back_from_its_terms_in_its_order(terms: dict[str, float]) -> None:
    vector = vector_from("en", unit(terms))
    again = vector_from("en", dict(sorted(vector.terms.items())))
    assert (again.words, again.keys.tolist(), again.weights.tolist()) == (
        vector.words,
        vector.keys.tolist(),
        vector.weights.tolist(),
    )


def test_common_words_weigh_nothing_and_unseen_ones_most() -> None:
    assert weight("the", "en") == 0
    assert 0 < weight("sanctions", "en") < weight("xqzvw", "en") == 1
    assert (weight("abc", "tlh"), weight("abcd", "tlh")) == (0, 1)


@settings(deadline=None)
@given(word=st.text("aceinostuvxz'’1é", min_size=1, max_size=9).map(str.casefold), language=st.sampled_from(sorted(LANGUAGES)))
def test_a_word_that_no_table_lists_weighs_what_the_tokenizer_makes_of_it(word: str, language: str) -> None:
    assume(word not in get_frequency_dict(language, "small"))
    assert weight(word, language) == max(0.0, 1 - zipf_frequency(word, language, wordlist="small") / COMMONEST_ZIPF)


def test_an_article_has_its_rarest_words_and_entities_as_terms() -> None:
    article = builders.article(text=" ".join(f"word{number}x" for number in range(500)))
    terms = terms_of(article, "en", [Entity(id="RUS", type="state", name="Russia")])
    assert len(terms) == STORY_TERMS
    assert "@RUS" in terms


def test_a_title_word_counts_three_times() -> None:
    terms = terms_of(builders.article(title="Zwolle", text="Zutphen sleeps."), "en", ())
    assert terms["zwolle"] > 2 * terms["zutphen"] > 0


def test_case_and_the_possessive_do_not_matter() -> None:
    assert words("Moscow's MOSCOW moscow’s") == ["moscow"] * 3


@pytest.mark.parametrize("language", ["zh", "ja", "th"])
def test_a_script_without_blanks_is_cut_into_pairs(language: str) -> None:
    assert words("東京都 EU") == ["東京", "京都", "eu"]
    one = terms_of(builders.article(title="", text="制裁措施について東京で協議した"), language, ())
    other = terms_of(builders.article(title="", text="東京での制裁措施の協議"), language, ())
    assert cosine(one, other) > 0.4


@pytest.mark.parametrize("language", ["ko", "und", "sw"])
def test_an_article_of_any_language_has_terms(language: str) -> None:
    assert terms_of(builders.article(title="", text="대러 제재를 발표했다 vikwazo dhidi"), language, ())


def test_a_lexicon_that_is_full_begins_anew_and_weighs_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.stories.terms.MAX_WORDS", 4)
    known, texts = Lexicon("en"), (("the", "tariff"), ("embargo", "@RUS"), ("tariff", "quota"), ("the", "embargo"))
    small = [looked_up(known, words) for words in texts]
    assert len(known) <= 4
    monkeypatch.undo()
    assert small == [looked_up(Lexicon("en"), words) for words in texts]


def looked_up(known: Lexicon, words: Collection[str]) -> tuple[list[str], list[float], list[int]]:
    numbers = known.numbers(words)
    return [known.words[number] for number in numbers], known.weights_of(numbers).tolist(), known.keys_of(numbers).tolist()


@given(text=st.text("aZé9_'’‘“.,\n –"))
def test_a_plain_text_is_cut_as_any_other(text: str) -> None:
    longer = words(f"{text} Ж")  # one letter beyond ASCII takes the long way
    assert [*words(text), "ж"] == longer


def test_a_curly_apostrophe_is_a_straight_one() -> None:
    assert words("“Don’t” ‘rock’n’roll’ — don't") == ["don't", "rock'n'roll", "don't"]
