"""Whom an article means by "the minister", "its neighbour" and "its government": with the real parser."""

from functools import cache
from typing import Any

import pytest

from connectors.messages.signal import Actor
from pipelines.annotator import load_model
from pipelines.signals.en.context import Context
from pipelines.signals.en.epithets import of_office, offices, other_state, place_in_front
from pipelines.signals.en.sentence import Sentence, read
from pipelines.signals.find import reminded

pytestmark = pytest.mark.model
NIGER, MALI, PERU = Actor(id="NER", name="Niger"), Actor(id="MLI", name="Mali"), Actor(id="PER", name="Peru")


@cache
def model() -> Any:
    return load_model()


def sentence(text: str, before: str = "") -> Sentence:
    doc = model()(text)
    return read(doc, doc, 0, before=before)


def word(of: Sentence, text: str) -> Any:
    return next(token for token in of.doc if token.lower_ == text)


def found(actor: Actor | None) -> str | None:
    return None if actor is None else actor.id


def test_an_office_is_known_by_its_title_and_without_its_state() -> None:
    known = offices(sentence("Niger's foreign minister said nothing."), [])
    assert [(title, actor.id) for title, actor in known] == [("foreign minister", "NER")]


def test_an_office_without_a_state_is_known_once_its_state_was_found_out() -> None:
    minister = Actor(id="MLI", name="trade minister")
    told = sentence("The trade minister will ban rice.")
    assert [(title, actor.id) for title, actor in offices(told, [minister])] == [("trade minister", "MLI")]
    assert offices(told, []) == ()


@pytest.mark.parametrize(("text", "code"), [("minister", "MLI"), ("foreign minister", "NER"), ("interior minister", None)])
def test_the_minister_is_the_last_one_of_that_title(text: str, code: str | None) -> None:
    context = Context(offices=(("foreign minister", NIGER), ("trade minister", MALI)))
    assert found(of_office(text, context)) == code


@pytest.mark.parametrize(
    ("text", "context", "code"),
    [
        ("Chile warned its northern neighbour.", Context(named=(PERU, Actor(id="CHL", name="Chile"))), "PER"),
        ("Cambodia gave its neighbour a week, or it would take no more Thai fruit.", Context(named=(PERU,)), "THA"),
        ("Chile warned its neighbour.", Context(named=(Actor(id="EU", name="European Union"),)), None),
    ],
)
def test_a_neighbour_is_a_state_of_the_article_that_does_not_act_here(text: str, context: Context, code: str | None) -> None:
    of = sentence(text)
    party = other_state(of, word(of, "neighbour"), "neighbour", context)
    assert found(None if party is None else party.actor) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("In Bangkok the ministry said no.", "THA"),
        ("The ministry said no in Bangkok.", None),
        ("In Thailand the ministry said no.", None),
    ],
)
def test_an_office_behind_a_capital_that_begins_the_sentence_is_there(text: str, code: str | None) -> None:
    of = sentence(text)
    assert found(place_in_front(of, word(of, "ministry"))) == code


def test_who_is_named_in_a_sentence_that_nobody_parsed_is_known_in_the_next() -> None:
    last = "Niger met Mali on Monday."
    after = reminded(Context(named=(NIGER,), read=last), sentence("Its government said no.", before="Peru is far away."))
    assert ([actor.id for actor in after.named], found(after.topic)) == (["NER", "PER"], "PER")


def test_a_sentence_that_was_parsed_is_not_looked_at_again() -> None:
    context = Context(named=(NIGER,), topic=NIGER, read="Niger met Mali on Monday.")
    assert reminded(context, sentence("Its government said no.", before="Niger met Mali on Monday.")) == context
