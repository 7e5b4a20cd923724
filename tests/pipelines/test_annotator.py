"""The annotator on real and hostile texts."""

import time
from functools import cache

import pytest

from connectors.errors import ModelError
from pipelines.annotator import MAX_TEXT, Annotation, Annotator, ArticleText, load_model

THREAT = "The EU threatened to ban Iranian oil if the talks fail."


@cache
def annotator() -> Annotator:
    return Annotator(load_model())


def annotated(text: str, title: str = "", language: str | None = "en") -> Annotation:
    return annotator().annotate([ArticleText(id="a", title=title, text=text, language=language)])[0]


def test_a_missing_model_names_the_next_step() -> None:
    with pytest.raises(ModelError) as raised:
        load_model("no_such_model")
    assert "spacy download" in str(raised.value)


def test_the_words_that_have_vectors_are_not_held_and_are_found() -> None:
    nlp = load_model()
    assert len(nlp.vocab.strings) < 50_000
    assert nlp.vocab["embargo"].has_vector
    assert {token.tag_ for token in nlp("Norway bans it.")} >= {"NNP", "VBZ"}


def test_words_that_are_met_once_are_not_kept() -> None:
    nlp = load_model()
    reads = Annotator(nlp)
    reads.annotate([ArticleText(id="a", title="", text=THREAT, language="en")])
    before = len(nlp.vocab.strings)
    unheard = " ".join(f"word{number}x" for number in range(500))
    reads.annotate([ArticleText(id="b", title="", text=f"{THREAT} Oslo will ban {unheard} from Iran.", language="en")])
    assert len(nlp.vocab.strings) == before


HOSTILE = {
    "empty": "",
    "blanks": " \n\t ",
    "one sentence of two megabytes": "EU sanctions on Iran and " * 83_000,
    "no blank in two megabytes": "a" * 2_000_000,
    "ten thousand capital words": " ".join(["SANCTION", "IRAN", "EU", "THREAT", "BAN"] * 2_000),
    "control characters": "\x00\x01EU\x02 will ban\u202e Iranian oil\u200b.",
    "emoji": "🇪🇺😀 The EU will ban 😀 Iranian oil 😀.",
    "half a surrogate": "The EU will ban \ud800 Iranian oil. \udfff",
    "markup": '<p>The <b>EU</b> will <a href="x">ban</a> Iranian oil.</p>&nbsp;',
    "right to left": "\u200f\u202bEU bans Iranian oil\u202c",
    "dots": "..." * 30_000 + "EU bans Iranian oil",
    "quotes": '"' * 100_000,
}


@pytest.mark.model
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_gives_a_result_whose_offsets_hold(name: str) -> None:
    annotator()
    text, began = HOSTILE[name], time.process_time()
    annotation = annotated(text)
    assert time.process_time() - began < 10  # five seconds on a machine of its own
    assert all(text[signal.evidence.start : signal.evidence.end] == signal.evidence.quote for signal in annotation.signals)
    assert all(text[mention.start : mention.end] == mention.name for mention in annotation.mentions)


@pytest.mark.model
def test_a_language_without_rules_is_noted_and_named() -> None:
    annotation = annotated("Die EU droht Russland mit neuen Sanktionen, sagte der Sprecher in Berlin am Montag.", language="de")
    assert annotation.notes == ("language_without_rules",)
    assert annotation.signals == ()
    assert {mention.entity_id for mention in annotation.mentions} >= {"EU"}


@pytest.mark.model
def test_a_text_that_is_cut_says_so() -> None:
    assert "text_cut" in annotated("Tea is drunk here. " * (MAX_TEXT // 10)).notes


@pytest.mark.model
def test_explaining_is_the_same_run_as_annotating() -> None:
    article = ArticleText(id="a", title="", text=THREAT, language="en")
    ((explained, trace),) = annotator().explain([article])
    assert explained == annotator().annotate([article])[0]
    assert any("threat" in line for sentence in trace.sentences for line in sentence.fired)
    assert any("senders" in line for sentence in trace.sentences for line in sentence.actors)


@pytest.mark.model
def test_a_batch_gives_what_single_articles_give() -> None:
    texts = [THREAT, "Rain fell on the town.", "Kenya has lifted its ban on Ugandan milk."]
    batch = annotator().annotate([ArticleText(id="a", title="", text=text, language="en") for text in texts])
    assert batch == [annotated(text) for text in texts]


@pytest.mark.model
@pytest.mark.parametrize("change", [str.lower, str.upper, lambda text: text.replace("The ", "")])
def test_case_and_articles_do_not_matter(change: object) -> None:
    annotation = annotated(change(THREAT))  # type: ignore[operator]
    assert [signal.kind for signal in annotation.signals] == ["threat"]
    assert {actor.id for actor in annotation.signals[0].senders} == {"EU"}
    assert {actor.id for actor in annotation.signals[0].targets} == {"IRN"}


@pytest.mark.model
def test_a_comment_form_adds_no_signal() -> None:
    form = "\n\nLeave a comment\nYour email address will not be published. Required fields are marked *\nPlease enter your comment!"
    assert annotated(THREAT + form).signals == annotated(THREAT).signals


@pytest.mark.model
def test_a_dateline_is_quoted_and_not_read() -> None:
    annotation = annotated("VIENNA, Aug 28 - France froze the assets of two Syrian ministers.")
    assert annotation.signals[0].evidence.quote.startswith("VIENNA")
    assert {actor.id for actor in annotation.signals[0].senders} == {"FRA"}
