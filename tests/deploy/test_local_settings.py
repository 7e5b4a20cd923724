"""The node's configuration files."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from connectors.topics import MAX_MESSAGE_BYTES
from deploy.local.settings import Layout, Node, java_options, log_settings, render_properties, server_settings

NODE = Node(port=20_001, controller_port=20_002)
LAYOUT = Layout.of(Path("/data/sanctionwire"))
SETTINGS = server_settings(NODE, LAYOUT)


def test_every_listener_is_on_the_loopback_address() -> None:
    listeners = [*SETTINGS["listeners"].split(","), *SETTINGS["advertised.listeners"].split(",")]
    assert all("://127.0.0.1:" in listener for listener in listeners)
    assert SETTINGS["controller.quorum.voters"] == "1@127.0.0.1:20002"


def test_the_bootstrap_address_is_the_one_advertised() -> None:
    assert SETTINGS["advertised.listeners"] == f"BROKER://{NODE.bootstrap}"


def test_one_node_is_enough_for_every_internal_topic() -> None:
    numbers = {key: value for key, value in SETTINGS.items() if key.endswith(("replication.factor", "min.isr"))}
    assert len(numbers) == 6
    assert set(numbers.values()) == {"1"}


def test_the_broker_takes_messages_as_large_as_the_topics_table_allows() -> None:
    assert SETTINGS["message.max.bytes"] == SETTINGS["replica.fetch.max.bytes"] == str(MAX_MESSAGE_BYTES)


def test_topics_are_not_made_by_a_typing_error() -> None:
    assert SETTINGS["auto.create.topics.enable"] == "false"


def test_all_that_the_node_writes_lies_in_its_directory() -> None:
    root = str(LAYOUT.root)
    assert SETTINGS["log.dirs"].startswith(root)
    assert log_settings(LAYOUT)["appender.file.fileName"].startswith(root)
    paths = [option.partition("=")[2] for option in java_options(LAYOUT) if "/" in option]
    assert len(paths) == 3
    assert all(path.removeprefix("file://").startswith(root) for path in paths)


def test_the_log_is_bounded() -> None:
    settings = log_settings(LAYOUT)
    assert settings["appender.file.policies.size.size"] == "5MB"
    assert settings["appender.file.strategy.max"] == "2"


def test_the_log_configuration_is_named_by_an_address_that_survives_spaces() -> None:
    options = java_options(Layout.of(Path("/home/an na")))
    assert "-Dlog4j2.configurationFile=file:///home/an%20na/kafka/log4j2.properties" in options


@given(value=st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda text: not text[0].isspace()))
def test_any_value_comes_out_of_a_properties_file_as_it_went_in(value: str) -> None:
    rendered = render_properties({"key": value})
    read = rendered.removeprefix("key=").removesuffix("\n").encode("latin-1").decode("unicode_escape")
    assert rendered.isascii()
    assert read.encode("utf-16-be", "surrogatepass").decode("utf-16-be") == value
