"""Files of names: three formats, and what is told of lines and files that cannot be read. All names are invented."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import WatchlistError
from connectors.watchlists import load as module
from connectors.watchlists.base import Entry
from connectors.watchlists.load import MAX_LINE, Report, entries_of


def read(path: Path, content: str | bytes, format_: str = "auto") -> tuple[list[Entry], Report]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    report = Report()
    return list(entries_of(path, format_, report)), report  # type: ignore[arg-type]


def entity(schema: str, id_: str = "Z-1", **properties: list[str]) -> str:
    return json.dumps({"id": id_, "schema": schema, "properties": properties})


def test_a_text_has_a_name_a_line(tmp_path: Path) -> None:
    found, report = read(tmp_path / "names.txt", "\ufeff# ours\r\nViktor Zubkovets\r\n\r\n  Zorbel   Shipping \n")
    assert [(entry.id, entry.type, entry.names) for entry in found] == [
        ("Viktor Zubkovets", "any", ("Viktor Zubkovets",)),
        ("Zorbel Shipping", "any", ("Zorbel Shipping",)),
    ]
    assert (report.lines, report.names, report.bad) == (4, 2, 0)
    assert report.passed_over == {"comments and empty lines": 2}


def test_a_table_has_columns_by_their_names(tmp_path: Path) -> None:
    table = (
        "id,name,aliases,weak_aliases,type,imo\n"
        'P1,"Zubkovets, Viktor",Виктор Зубковец;V. Zubkovets,Vitya,person,\n'
        "V1,Ocean Zorbel,,,vessel,IMO 9074729\n"
    )
    found, _ = read(tmp_path / "names.csv", table)
    assert found == [
        Entry(
            id="P1",
            type="person",
            names=("Zubkovets, Viktor", "Виктор Зубковец", "V. Zubkovets"),
            weak_names=("Vitya",),
        ),
        Entry(id="V1", type="vessel", names=("Ocean Zorbel",), imo_numbers=("9074729",)),
    ]


def test_the_simple_table_of_opensanctions_is_one(tmp_path: Path) -> None:
    table = '"id","schema","name","aliases","birth_date"\n"Q1","Organization","Zubrovian Front","ZF;Front of Zubrovia","1970"\n'
    (found,), _ = read(tmp_path / "targets.simple.csv", table)
    assert (found.id, found.type, found.names) == ("Q1", "organisation", ("Zubrovian Front", "ZF", "Front of Zubrovia"))


def test_entities_of_followthemoney_are_read_by_their_properties(tmp_path: Path) -> None:
    lines = [
        entity("Person", "P1", name=["Viktor Zubkovets"], alias=["Виктор Зубковец"], weakAlias=["Vitya"], birthDate=["1970"]),
        entity("Vessel", "V1", name=["Ocean Zorbel"], previousName=["Sea Zorbel"], imoNumber=["IMO 9074729", "123"]),
        entity("Company", "C1", name=["Zorbel LLC"]),
        entity("LegalEntity", "L1", name=["Zubrik"]),
        entity("Sanction", "S1", program=["Z"]),
        entity("Address", "A1", full=["Zub street"]),
        json.dumps({"id": "P2", "schema": "Person", "properties": {"firstName": ["Anton"], "lastName": ["Dorin"]}}),
        json.dumps({"id": "P3", "schema": "Person", "caption": "Boris Hatl"}),
    ]
    found, report = read(tmp_path / "entities.ftm.json", "\n".join(lines))
    assert [(entry.id, entry.type, entry.names[0]) for entry in found] == [
        ("P1", "person", "Viktor Zubkovets"),
        ("V1", "vessel", "Ocean Zorbel"),
        ("C1", "firm", "Zorbel LLC"),
        ("L1", "any", "Zubrik"),
        ("P2", "person", "Anton Dorin"),
        ("P3", "person", "Boris Hatl"),
    ]
    assert found[0].weak_names == ("Vitya",)
    assert (found[1].names, found[1].imo_numbers) == (("Ocean Zorbel", "Sea Zorbel"), ("9074729",))
    assert report.passed_over == {"schema Sanction": 1, "schema Address": 1}
    assert report.types == {"person": 3, "vessel": 1, "firm": 1, "any": 1}


def test_bad_lines_are_counted_and_told_and_do_not_stop_the_rest(tmp_path: Path) -> None:
    lines = [
        b"{not json",
        b"[1]",
        b'{"schema": 3}',
        b"\xff\xfe",
        b" " * (MAX_LINE + 10),
        b'{"schema": "Person", "properties": {"name": ["' + b"x" * 400 + b'"]}}',
        b'{"schema": "Person", "properties": {"name": [1, "  "]}}',
        json.dumps({"schema": "Person", "properties": {"name": [f"Name {n}" for n in range(600)]}}).encode(),
        b"[" * 100_000,
        entity("Person", name=["Viktor Zubkovets"]).encode(),
    ]
    found, report = read(tmp_path / "entities.jsonl", b"\n".join(lines))
    assert len(found) == 1
    assert (report.bad, report.lines) == (9, 10)
    assert report.told == [
        "line 1: is no JSON",
        "line 2: is no JSON object",
        "line 3: is no entity: it has no schema, or its properties are no object",
        "line 4: is not UTF-8",
        f"line 5: has more than {MAX_LINE} bytes",
    ]


def test_a_line_that_ends_before_its_name_is_a_bad_line(tmp_path: Path) -> None:
    found, report = read(tmp_path / "names.csv", "id,name\n1,Zorbel\nNK-2\n3,Dorin\n")
    assert [entry.names for entry in found] == [("Zorbel",), ("Dorin",)]
    assert report.told == ["line 3: has no name"]


def test_a_type_that_is_none_is_a_bad_line(tmp_path: Path) -> None:
    found, report = read(tmp_path / "names.csv", "name,type\nZorbel,company\nDorin,wizard\n")
    assert [entry.type for entry in found] == ["firm"]
    assert report.told == ["line 3: 'wizard' is no type; types are person, firm, organisation, vessel and any"]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("names.txt", "# nothing\n", "holds no name in 1 lines"),
        ("names.csv", "label,type\nZorbel,firm\n", "has no column `name`"),
        ("names.csv", "", "has no column `name`"),
        ("names.xls", "Zorbel\n", "its name does not say its format"),
        ("names.json", "{\n}\n", "holds no name in 2 lines; line 1: is no JSON"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_what_is_wrong(tmp_path: Path, name: str, content: str, problem: str) -> None:
    with pytest.raises(WatchlistError) as caught:
        read(tmp_path / name, content)
    assert caught.value.problem == problem
    assert str(tmp_path / name) in caught.value.subject
    assert caught.value.next_step


def test_a_missing_file_and_a_directory_are_told_as_such(tmp_path: Path) -> None:
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(WatchlistError, match="cannot be read"):
            list(entries_of(path, "txt", Report()))


def test_files_and_their_names_have_a_greatest_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_NAMES", 2)
    with pytest.raises(WatchlistError, match="more than 2 names"):
        read(tmp_path / "names.txt", "Zorbel\nDorin\nHatl\n")
    monkeypatch.setattr(module, "MAX_BYTES", 3)
    with pytest.raises(WatchlistError, match="has 7 bytes, more than 3"):
        read(tmp_path / "names.txt", "Zorbel\n")


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=300), format_=st.sampled_from(["txt", "csv", "ftm"]))
def test_any_bytes_give_entries_or_an_error_that_says_what_to_do(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, format_: str
) -> None:
    problem = None
    try:
        found, report = read(tmp_path_factory.getbasetemp() / "any", content, format_)
    except WatchlistError as error:
        problem = error
    assert problem.next_step if problem is not None else len(found) == report.entries > 0
