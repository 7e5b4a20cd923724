"""A real Kafka and a real Prism for the tests in this folder.

One broker serves the whole session; `fresh_topics` empties it before a test. Measured: 0.2 s for that, against 5 s for a broker
with a data directory of its own. Jars and Prism come from the cache of the user who runs the tests, and are fetched or built if
they are not there (about two minutes, once).
"""

import logging
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from kafka import KafkaAdminClient

from connectors.config import KafkaConfig
from connectors.kafka import ensure_topics
from deploy.local import broker as local
from deploy.local.places import default_cache_dir
from deploy.local.prism import find_prism

VANISH_SECS = 20


@dataclass(frozen=True)
class LiveBroker:
    """The session's broker. It keeps its address and its data through `kill`, `stop` and `restart`."""

    bootstrap: str
    data_dir: Path
    software: local.Software

    @property
    def config(self) -> KafkaConfig:
        """How to reach it."""
        return KafkaConfig(bootstrap_servers=self.bootstrap)

    @property
    def pid(self) -> int | None:
        """Its process, or None while it is down."""
        process = local.find_process(self.data_dir)
        return None if process is None else process.pid

    def kill(self) -> None:
        """End it as a crash would."""
        local.kill(self.data_dir)

    def stop(self) -> None:
        """End it in order."""
        local.stop(self.data_dir, narrate)

    def restart(self) -> None:
        """Bring it back and wait until it answers."""
        local.restart(self.data_dir, self.software, narrate, dies_with_parent=True)


def narrate(line: str) -> None:
    """Narration of the stack goes to the test's log."""
    logging.getLogger("tests.end_to_end").info(line)


@pytest.fixture(scope="session")
def cache_dir() -> Path:
    """The per-user cache of this machine."""
    return default_cache_dir(os.environ)


@pytest.fixture(scope="session")
def software(cache_dir: Path) -> local.Software:
    """Java and Kafka's jars."""
    return local.find_software(cache_dir, os.environ, narrate)


@pytest.fixture(scope="session")
def prism_location(cache_dir: Path) -> str:
    """The path of Prism's binary, in the version of the installed Beam."""
    return str(find_prism(cache_dir, os.environ, narrate).path)


@pytest.fixture(scope="session")
def _session_broker(software: local.Software, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveBroker]:
    data_dir = tmp_path_factory.mktemp("kafka")
    with local.running(data_dir, software, narrate) as broker:
        yield LiveBroker(broker.bootstrap, data_dir, software)


@pytest.fixture
def broker(_session_broker: LiveBroker) -> LiveBroker:
    """The session's broker, running; what earlier tests left in it is still there."""
    if _session_broker.pid is None:
        _session_broker.restart()
    return _session_broker


@pytest.fixture
def fresh_topics(broker: LiveBroker) -> KafkaConfig:
    """The broker with the topics of the table, empty, and no committed offsets; returns how to reach it."""
    client = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    try:
        _delete_everything(client)
    finally:
        client.close()
    assert ensure_topics(broker.config) == ()
    return broker.config


def _delete_everything(client: KafkaAdminClient) -> None:
    topics = _own_topics(client)
    if topics:
        client.delete_topics(topics)
    deadline = time.monotonic() + VANISH_SECS
    while _own_topics(client):  # the broker's view follows the controller's a moment later
        assert time.monotonic() < deadline, "deleted topics are still there"
        time.sleep(0.05)
    groups = [group["group_id"] for group in client.list_groups()]
    if groups:
        client.delete_groups(groups)


def _own_topics(client: KafkaAdminClient) -> list[str]:
    return [name for name in client.list_topics() if not name.startswith("__")]
