"""Who does it to whom: classes of sentences in which senders and targets are easily turned round."""

import pytest

from connectors.messages.signal import Actor
from pipelines.annotator import Annotator, ArticleText, load_model
from pipelines.signals.base import Finding, SentenceTrace
from pipelines.signals.en.context import Context
from pipelines.signals.en.party_words import class_of
from pipelines.signals.en.role_reader import RoleReader, RoleWeights
from pipelines.signals.en.sentence import Sentence, read
from tests.benchmarks.score_gold import swaps

ROLES = [
    # one's own envoys, skies and ports: the subject of the act is not hit
    ("Sweden has pulled its ambassador out of Baku over the raid.", {"SWE"}, {"AZE"}),
    ("Chile recalled its envoy from Managua on Friday.", {"CHL"}, {"NIC"}),
    ("Kenya and Uganda withdrew their high commissioners from Juba.", {"KEN", "UGA"}, {"SSD"}),
    ("Oman will shut its airspace to Iranian carriers from Sunday.", {"OMN"}, set()),
    ("Switzerland on Tuesday froze the assets of 12 Belarusian officials, the government said.", {"CHE"}, set()),
    # whom a measure befalls is the subject and does not send
    ("If the dam is closed, Laos will face sanctions, Vietnam's foreign minister said in Hanoi.", {"VNM"}, {"LAO"}),
    ("Georgia risks a visa ban by the European Union.", {"EU"}, {"GEO"}),
    # who is told is hit
    ("Gabon's president told Malabo that the fuel deliveries stop unless the fishermen are back within a week.", {"GAB"}, {"GNQ"}),
    # several who act together
    ("Peru, Chile and Bolivia banned imports of Ecuadorean shrimp.", {"PER", "CHL", "BOL"}, {"ECU"}),
]
ASKED = [
    ("Asked by Nairobi to lift the tea ban, Cairo said nothing.", {"KEN"}, {"EGY"}),
    ("Fiji has written to Wellington asking it to drop the visa ban on its finance minister.", {"FJI"}, {"NZL"}),
]


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return Annotator(load_model())


def ids(actors: tuple[Actor, ...]) -> set[str]:
    return {actor.id for actor in actors if actor.id is not None}


@pytest.mark.model
@pytest.mark.parametrize(("text", "senders", "targets"), ROLES)
def test_sender_and_target_are_not_turned_round(annotator: Annotator, text: str, senders: set[str], targets: set[str]) -> None:
    signal = annotator.annotate([ArticleText(id="a", title="", text=text, language="en")])[0].signals[0]
    assert ids(signal.senders) == senders
    assert ids(signal.targets) == targets


@pytest.mark.model
@pytest.mark.parametrize(("text", "callers", "senders"), ASKED)
def test_who_is_asked_sends_and_who_asks_calls(annotator: Annotator, text: str, callers: set[str], senders: set[str]) -> None:
    signals = annotator.annotate([ArticleText(id="a", title="", text=text, language="en")])[0].signals
    signal = next(signal for signal in signals if signal.kind == "demand_ease")
    assert ids(signal.callers) == callers
    assert ids(signal.senders) == senders


@pytest.mark.model
def test_the_minister_who_says_us_is_hit_and_reports(annotator: Annotator) -> None:
    text = "Washington has secretly cut us off from spare parts, Cuba's oil minister charged."
    (signal,) = annotator.annotate([ArticleText(id="a", title="", text=text, language="en")])[0].signals
    assert (ids(signal.senders), ids(signal.targets), ids(signal.reporters)) == ({"USA"}, {"CUB"}, {"CUB"})


@pytest.mark.parametrize(
    ("word", "cls"),
    [
        ("barons", "person"),
        ("hotelier", "person"),
        ("smelter", "firm"),
        ("dredgers", "vessel"),
        ("shutters", None),
        ("transfers", None),
    ],
)
def test_trades_are_persons_and_things_that_end_like_them_are_not(word: str, cls: str | None) -> None:
    assert class_of(word) == cls


@pytest.fixture(scope="module")
def parsed() -> Sentence:
    nlp = load_model()
    text = "Norway will bar Kenya from its ports."
    return read(nlp(text), nlp.make_doc(text), 0)


@pytest.mark.model
def test_without_weights_the_role_reader_leaves_an_act_alone(parsed: Sentence) -> None:
    told = Finding(kind="threat", rule="", commitment=2, senders=(Actor(id="KEN", name="Kenya"),))
    reader = RoleReader(RoleWeights((0.0, 0.0), {}))
    assert reader.cast(parsed, told, Context(), SentenceTrace("", 0)) == told


@pytest.mark.model
def test_the_role_reader_gives_each_state_its_likelier_part(parsed: Sentence) -> None:
    told = Finding(kind="threat", rule="", commitment=2, senders=(Actor(id="KEN", name="Kenya"),))
    weights = RoleWeights((-1.0, -1.0), {"o 0": (5.0, 0.0), "o 1": (0.0, 5.0)})
    after = RoleReader(weights).cast(parsed, told, Context(), SentenceTrace("", 0))
    assert (ids(after.senders), ids(after.targets)) == ({"NOR"}, {"KEN"})


@pytest.mark.model
def test_a_turned_signal_counts_as_a_swap(annotator: Annotator) -> None:
    signals = annotator.annotate([ArticleText(id="a", title="", text="Norway banned imports from Kenya.", language="en")])[
        0
    ].signals
    norway, kenya = [{"id": "NOR"}], [{"id": "KEN"}]
    right = {"signals": [{"kind": "imposed", "senders": norway, "targets": kenya}]}
    wrong = {"signals": [{"kind": "imposed", "senders": kenya, "targets": norway}]}
    assert swaps([right, wrong], [signals, signals]) == (1, 2)
