"""The gold data says what the annotation guide allows, and quotes only what the texts hold.

Which label is right is the annotator's business and cannot be tested; that a name, a clause or an offset points at words of its
own text can. Assumes one JSON object a line, as `tests/data/README.md` describes.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pycountry
import pytest

from connectors.messages.signal import Direction, Measure, SignalKind

DATA = Path(__file__).parents[1] / "data"
HALVES = ("gold-sentences-a.jsonl", "gold-sentences-b.jsonl")
LATER = tuple(
    f"gold-{name}.jsonl"
    for name in (*(f"sentences-{letter}" for letter in "cdefghijklm"), *(f"articles-{letter}" for letter in "bcdefghi"))
)
HELD_OUT = ("held-sentences.jsonl", "held-articles.jsonl", "held-articles-b.jsonl")
FILES = (*HALVES, "gold-articles.jsonl", *LATER, *HELD_OUT)
KINDS_ONLY = tuple(path.name for path in sorted(DATA.glob("kinds*.tsv")))
# The unions that the guide gives an id of their own.
UNIONS = {"EU", "UN", "NATO", "G7", "OSCE", "AU", "ECOWAS", "ASEAN", "ARAB_LEAGUE", "GCC", "OAS", "EAEU", "CSTO", "BRICS"}
ACTOR_IDS = UNIONS | {country.alpha_3 for country in pycountry.countries} | {"XKX"}  # Kosovo, a code of users
ROLES_OF_EVERY_KIND = {"senders", "targets", "reporters"}
# Roles that the guide gives to some kinds only.
KINDS_OF_ROLE = {"deniers": {"denial"}, "callers": {"call_for", "demand_ease"}, "violators": {"breach"}}
ROLES = ROLES_OF_EVERY_KIND | set(KINDS_OF_ROLE)
QUIET = {"mention", "question"}
ASKED_BY_NOBODY = {
    "i-0736",
    "i-1395",
    "k5-163",
    "y5-196",
}  # "it was demanded on every balcony", "asked to waive the duty", "a text asks"

Record = dict[str, Any]


def records_of(name: str) -> list[Record]:
    """The records of one file, in its order."""
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def signals_of(name: str) -> Iterator[tuple[Record, Record]]:
    """Every (record, signal) of one file."""
    return ((record, signal) for record in records_of(name) for signal in record["signals"])


def actors_of(signal: Record) -> list[Record]:
    """The parties of one signal, whatever their role."""
    return [actor for role in ROLES for actor in signal.get(role, [])]


def test_ids_are_unique_across_files() -> None:
    ids = Counter(record["id"] for name in FILES for record in records_of(name))
    assert [key for key, count in ids.items() if count > 1] == []


@pytest.mark.parametrize("name", FILES)
def test_kinds_and_measures_are_those_of_the_message(name: str) -> None:
    kinds, measures = set(get_args(SignalKind)), set(get_args(Measure))
    odd = [
        record["id"]
        for record, signal in signals_of(name)
        if signal["kind"] not in kinds or not signal["measures"] or set(signal["measures"]) - measures
    ]
    assert odd == []


@pytest.mark.parametrize("name", FILES)
def test_names_are_verbatim_and_trimmed(name: str) -> None:
    odd = [
        (record["id"], actor["name"])
        for record, signal in signals_of(name)
        for actor in actors_of(signal)
        if actor["name"] not in f"{record.get('title', '')}\n{record['text']}"
        or actor["name"] != actor["name"].strip()
        or not actor["name"]
    ]
    assert odd == []


@pytest.mark.parametrize("name", FILES)
def test_names_have_no_leading_article(name: str) -> None:
    names = [actor["name"] for _, signal in signals_of(name) for actor in actors_of(signal)]
    assert [name for name in names if name.split()[0].lower() in {"a", "an", "the"} and name != "The Hague"] == []


@pytest.mark.parametrize("name", FILES)
def test_actor_ids_are_states_or_unions_of_the_guide(name: str) -> None:
    ids = {actor["id"] for _, signal in signals_of(name) for actor in actors_of(signal)}
    assert ids - ACTOR_IDS == {None}


@pytest.mark.parametrize("name", FILES)
def test_roles_belong_to_the_kind(name: str) -> None:
    odd = [
        (record["id"], role)
        for record, signal in signals_of(name)
        for role, kinds in KINDS_OF_ROLE.items()
        if (role in signal) != (signal["kind"] in kinds)
    ]
    assert odd == []


@pytest.mark.parametrize("name", FILES)
def test_denials_and_calls_say_by_whom(name: str) -> None:
    odd = [
        record["id"]
        for record, signal in signals_of(name)
        if (signal["kind"] == "denial" and not signal["deniers"]) or ("callers" in signal and not signal["callers"])
    ]
    assert set(odd) <= ASKED_BY_NOBODY


@pytest.mark.parametrize("name", FILES)
def test_evidence_offsets_point_at_the_quote(name: str) -> None:
    odd = [
        record["id"]
        for record, signal in signals_of(name)
        if record["text"][signal["evidence"]["start"] : signal["evidence"]["end"]] != signal["evidence"]["quote"]
        or not signal["evidence"]["quote"].strip()
    ]
    assert odd == []


@pytest.mark.parametrize("name", FILES)
def test_conditions_are_verbatim_and_directed(name: str) -> None:
    odd = [
        record["id"]
        for record, signal in signals_of(name)
        if (condition := signal["condition"]) is not None
        and (condition["text"] not in signal["evidence"]["quote"] or condition["direction"] not in get_args(Direction))
    ]
    assert odd == []


@pytest.mark.parametrize("name", FILES)
def test_deadlines_are_verbatim(name: str) -> None:
    """In the quoted sentence; an article may name it in another one."""
    places = [
        (signal["deadline"], record["text"] if "title" in record else signal["evidence"]["quote"])
        for record, signal in signals_of(name)
        if signal["deadline"]
    ]
    assert [deadline for deadline, words in places if deadline not in words] == []


@pytest.mark.parametrize("name", FILES)
def test_commitment_is_one_to_three_and_absent_where_no_act_is_told(name: str) -> None:
    odd = [
        record["id"]
        for record, signal in signals_of(name)
        if (signal.get("commitment") is None) != (signal["kind"] in QUIET) or signal.get("commitment", 1) not in {1, 2, 3}
    ]
    assert odd == []


@pytest.mark.parametrize("name", HALVES)
def test_every_kind_occurs_in_each_half(name: str) -> None:
    assert {signal["kind"] for _, signal in signals_of(name)} == set(get_args(SignalKind))


@pytest.mark.parametrize("name", HALVES)
def test_about_a_quarter_of_each_half_is_silent(name: str) -> None:
    records = records_of(name)
    silent = [record for record in records if all(signal["kind"] in QUIET for signal in record["signals"])]
    assert 0.2 <= len(silent) / len(records) <= 0.3


def test_halves_hold_the_same_cases() -> None:
    first, second = (Counter(record["case"] for record in records_of(name)) for name in HALVES)
    assert {case for case in first | second if abs(first[case] - second[case]) > 1} == set()


def test_halves_share_no_sentence() -> None:
    first, second = ({record["text"] for record in records_of(name)} for name in HALVES)
    assert first & second == set()


@pytest.mark.parametrize("name", KINDS_ONLY)
def test_sentences_with_kinds_alone_have_kinds_of_the_message_and_come_once(name: str) -> None:
    rows = [line.split("\t") for line in (DATA / name).read_text(encoding="utf-8").splitlines() if line]
    assert {kind for kinds, _ in rows for kind in kinds.split(",") if kind} <= set(get_args(SignalKind))
    assert [text for text, count in Counter(text for _, text in rows).items() if count > 1 or text != text.strip()] == []


def test_articles_have_a_title_and_the_length_of_a_wire_report() -> None:
    odd = [
        record["id"]
        for record in records_of("gold-articles.jsonl")
        if not record["title"] or not 800 <= len(record["text"]) <= 2500
    ]
    assert odd == []
