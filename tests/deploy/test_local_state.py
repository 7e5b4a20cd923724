"""The state file."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import StackError
from deploy.local.processes import ProcessRef
from deploy.local.settings import Node
from deploy.local.state import FILE_NAME, StackState, parse_state, read_state, render_state, write_state

PORTS = st.integers(1, 65_535)
STATES = st.builds(
    StackState,
    node=st.none() | st.builds(Node, port=PORTS, controller_port=PORTS),
    broker=st.none() | st.builds(ProcessRef, pid=st.integers(1, 2**22), started=st.text()),
    versions=st.dictionaries(st.text(), st.text()).map(lambda versions: tuple(versions.items())),
)


@given(state=STATES)
def test_a_state_survives_its_file(state: StackState) -> None:
    assert parse_state(render_state(state)) == state


def test_before_the_first_start_nothing_is_known(tmp_path: Path) -> None:
    assert read_state(tmp_path) == StackState()


def test_writing_replaces_the_file_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    write_state(tmp_path, StackState(node=Node(1, 2)))
    write_state(tmp_path, StackState(node=Node(3, 4)))
    assert read_state(tmp_path).node == Node(3, 4)
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


OTHER_TEXTS = [
    *("", "{", "[]", "null", "{}", "\udcff"),
    '{"node": null, "broker": null}',
    '{"node": 1, "broker": null, "versions": {}}',
    '{"node": {"port": "x", "controller_port": 1}, "broker": null, "versions": {}}',
]


@pytest.mark.parametrize("text", OTHER_TEXTS)
def test_any_other_file_is_refused_with_its_path_and_the_next_step(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(StackError, match="not a state file") as caught:
        read_state(tmp_path)
    assert caught.value.subject == str(tmp_path / FILE_NAME)
    assert "data stays" in caught.value.next_step
