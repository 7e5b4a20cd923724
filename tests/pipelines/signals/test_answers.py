"""What an article fills in: whom a denial answers, who acts where nobody is named, who acts back."""

import pytest
import spacy

from connectors.messages.signal import Actor, SignalKind
from pipelines.signals.base import Finding
from pipelines.signals.en.answers import as_answer
from pipelines.signals.en.context import Context
from pipelines.signals.en.filling import filled_in
from pipelines.signals.en.sentence import Sentence, read
from pipelines.signals.en.side_by_side import listed

NORWAY, KENYA, SOMALIA = Actor(id="NOR", name="Norway"), Actor(id="KEN", name="Kenya"), Actor(id="SOM", name="Somalia")
CARRIERS = Actor(id=None, name="Somali carriers")


def sentence(text: str) -> Sentence:
    doc = spacy.blank("en")(text)
    return read(doc, doc, 0)


def act(kind: SignalKind, senders: tuple[Actor, ...] = (), targets: tuple[Actor, ...] = (), **more: tuple[Actor, ...]) -> Finding:
    return Finding(kind=kind, rule="", commitment=2, senders=senders, targets=targets, measures=("unspecified",), **more)  # type: ignore[arg-type]


def denial(*deniers: Actor, senders: tuple[Actor, ...] = ()) -> Finding:
    return act("denial", senders, deniers, deniers=deniers)


BAN = Finding(kind="imposed", rule="", commitment=2, senders=(KENYA,), targets=(CARRIERS,), measures=("transport",))
THREAT = act("threat", (NORWAY,), (KENYA,))


def test_a_denial_has_the_sides_and_the_measures_of_the_act_against_who_denies() -> None:
    found = as_answer(denial(SOMALIA), sentence("Somalia says that no pilot of its flew there."), [BAN, THREAT])
    assert (found.senders, found.targets, found.measures) == ((KENYA,), (CARRIERS,), ("transport",))


def test_a_denial_answers_what_was_done_to_the_state_itself_before_what_was_done_to_its_firms() -> None:
    told = [act("threat", (NORWAY,), (SOMALIA,)), BAN]
    assert as_answer(denial(SOMALIA), sentence("Somalia calls it a lie."), told).senders == (NORWAY,)
    assert as_answer(denial(SOMALIA), sentence("Somalia calls it a lie."), [BAN, THREAT]).senders == (KENYA,)


def test_a_sender_that_denies_has_threatened_whom_it_threatened() -> None:
    found = as_answer(denial(NORWAY), sentence("Norway denies that it threatened anybody."), [BAN, THREAT])
    assert (found.senders, found.targets) == ((NORWAY,), (KENYA,))


def test_of_several_targets_only_who_denies_is_meant() -> None:
    both = act("threat", (NORWAY,), (KENYA, SOMALIA))
    assert as_answer(denial(SOMALIA), sentence("Somalia calls it a lie."), [both]).targets == (SOMALIA,)


def test_a_denial_that_names_the_other_side_itself_stays() -> None:
    told = denial(SOMALIA, senders=(NORWAY,))
    assert as_answer(told, sentence("Somalia rejects what Norway claims."), [BAN]) == told


def test_whoever_was_hit_acts_against_who_hit() -> None:
    context = Context(senders=(KENYA,), targets=(CARRIERS,))
    assert filled_in(act("threat", (SOMALIA,), (CARRIERS,)), context, []).targets == (KENYA,)


def test_a_sender_that_nobody_names_is_who_acted_last_and_never_who_is_hit() -> None:
    context = Context(senders=(NORWAY, KENYA))
    assert filled_in(act("refuse_ease", targets=(KENYA,)), context, []).senders == (NORWAY,)


def test_somebody_new_means_those_whom_the_article_is_about() -> None:
    told = [act("imposed", (KENYA,), (CARRIERS,)), act("threat", (KENYA,), (SOMALIA,)), act("threat", (SOMALIA,), (KENYA,))]
    context = Context(senders=(SOMALIA,), targets=(KENYA,))
    assert filled_in(act("ruled_out", (NORWAY,), (KENYA,)), context, told).targets == (SOMALIA,)
    assert filled_in(act("ruled_out", (NORWAY,)), context, told[:1]).targets == (CARRIERS,)


def test_who_asks_for_an_end_to_measures_against_others_asks_for_those() -> None:
    asked = act("demand_ease", (KENYA,), (NORWAY,), callers=(NORWAY,))
    assert filled_in(asked, Context(), [act("imposed", (KENYA,), (SOMALIA,))]).targets == (SOMALIA,)
    assert filled_in(asked, Context(), [act("imposed", (KENYA,), (NORWAY,)), BAN]).targets == (NORWAY,), "it was hit itself"
    assert filled_in(asked, Context(), [act("imposed", (SOMALIA,), (KENYA,))]).targets == (NORWAY,), "by somebody else"


def test_whoever_has_had_a_part_goes_on_with_whom_it_had_to_do() -> None:
    told = [act("imposed", (KENYA,), (SOMALIA,)), act("threat", (NORWAY,), (KENYA,))]
    assert filled_in(act("threat", (NORWAY,)), Context(senders=(NORWAY,), targets=(KENYA,)), told).targets == (KENYA,)


def test_whom_a_sentence_names_itself_stays_hit() -> None:
    context, egypt = Context(senders=(KENYA,), targets=(SOMALIA,)), Actor(id="EGY", name="Egypt")
    assert filled_in(act("threat", (NORWAY,), (egypt,)), context, [act("threat", (KENYA,), (SOMALIA,))]).targets == (egypt,)


@pytest.mark.parametrize("kind", ["mention", "question"])
def test_what_is_no_act_is_not_filled_in(kind: SignalKind) -> None:
    assert filled_in(act(kind), Context(senders=(NORWAY,), targets=(KENYA,)), []) == act(kind)


@pytest.mark.parametrize(
    ("text", "lists"),
    [
        ("Mali, Niger and Burkina Faso told their ambassadors to come home.", [{"MLI", "NER", "BFA"}]),
        ("Neither Peru nor Chile will follow.", [{"PER", "CHL"}]),
        ("In Oslo, Kenya and Somalia met; Peru stayed away.", [{"NOR", "KEN", "SOM"}]),
        ("Should tanks roll on Yerevan, Paris will act.", []),
        ("Peruvian and Chilean fruit is barred.", []),
        ("Kenya and Somalia quarrel, but Kenya yields.", []),
    ],
)
def test_names_that_a_conjunction_ends_are_a_list(text: str, lists: list[set[str]]) -> None:
    assert [set(codes) for codes in listed(sentence(text))] == lists
