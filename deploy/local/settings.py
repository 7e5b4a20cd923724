"""The settings of the one Kafka node, as text: pure functions from a node's identity to its configuration files.

One process is broker and controller (KRaft) and listens on the loopback address only, without authentication: whoever has an
account on the machine can reach it. Known to be wrong for anything but one machine: every replication factor is 1, and Kafka leaves
writing to the disk to the system, so a killed broker loses nothing but a power cut can lose the last seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from connectors.topics import MAX_MESSAGE_BYTES
from deploy.local.ports import HOST

LOG_FILE_MB, LOG_FILES_KEPT = 5, 2
NODE_ID = 1


@dataclass(frozen=True, slots=True)
class Node:
    """The ports of a node, chosen once, so that clients find it again after a restart.

    Attributes:
        port: where clients connect.
        controller_port: where the node speaks to itself as its controller.
    """

    port: int
    controller_port: int

    @property
    def bootstrap(self) -> str:
        """The address for clients."""
        return f"{HOST}:{self.port}"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the node keeps its files below the stack's data directory."""

    root: Path

    @classmethod
    def of(cls, data_dir: Path) -> "Layout":
        """The layout below the stack's data directory."""
        return cls(data_dir / "kafka")

    @property
    def data(self) -> Path:
        """Kafka's log: the records."""
        return self.root / "log"

    @property
    def format_mark(self) -> Path:
        """The file that Kafka writes last when it prepares its log directory."""
        return self.data / "meta.properties"

    @property
    def logs(self) -> Path:
        """What the broker tells about itself."""
        return self.root / "messages"

    @property
    def server_log(self) -> Path:
        """The broker's log file; older parts lie beside it, numbered."""
        return self.logs / "server.log"

    @property
    def output(self) -> Path:
        """Standard output and error of the Java process: empty unless Java itself has something to say."""
        return self.logs / "output.txt"

    @property
    def scratch(self) -> Path:
        """Java's temporary directory, emptied at every start: a killed process leaves its native libraries there."""
        return self.root / "scratch"

    @property
    def server_properties(self) -> Path:
        """Kafka's configuration, written anew at every start."""
        return self.root / "server.properties"

    @property
    def log_properties(self) -> Path:
        """Log4j's configuration, written anew at every start."""
        return self.root / "log4j2.properties"


def server_settings(node: Node, layout: Layout) -> dict[str, str]:
    """Kafka's settings for this node; what is not named here keeps Kafka's default."""
    return {
        # one process, this machine only
        "process.roles": "broker,controller",
        "node.id": str(NODE_ID),
        "controller.quorum.voters": f"{NODE_ID}@{HOST}:{node.controller_port}",
        "listeners": f"BROKER://{HOST}:{node.port},CONTROLLER://{HOST}:{node.controller_port}",
        "advertised.listeners": f"BROKER://{HOST}:{node.port}",
        "listener.security.protocol.map": "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "BROKER",
        "controller.listener.names": "CONTROLLER",
        "log.dirs": str(layout.data),
        # one copy of everything
        "default.replication.factor": "1",
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "transaction.state.log.num.partitions": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "share.coordinator.state.topic.num.partitions": "1",
        # topics come from the table, never from a typing error
        "auto.create.topics.enable": "false",
        "message.max.bytes": str(MAX_MESSAGE_BYTES),
        "replica.fetch.max.bytes": str(MAX_MESSAGE_BYTES),
        # a job that stood still for weeks must find its place again; Kafka forgets offsets after 7 days
        "offsets.retention.minutes": str(365 * 24 * 60),
        # quick to start: nobody else will join a group; a killed broker's registration (9 s by default) must lapse before the next
        "group.initial.rebalance.delay.ms": "0",
        "broker.session.timeout.ms": "3000",
        "broker.heartbeat.interval.ms": "500",
        # small: 4 MB instead of 128 MB for compaction, few threads, an entry in the metadata log every 5 s instead of 0.5 s
        "log.cleaner.dedupe.buffer.size": str(4 * 1024 * 1024),
        "num.network.threads": "2",
        "num.io.threads": "4",
        "metadata.max.idle.interval.ms": "5000",
    }


def log_settings(layout: Layout) -> dict[str, str]:
    """Log4j's settings: one file of bounded size and a few older ones."""
    return {
        "status": "error",
        "appender.file.type": "RollingFile",
        "appender.file.name": "file",
        "appender.file.fileName": str(layout.server_log),
        "appender.file.filePattern": f"{layout.server_log}.%i",
        "appender.file.layout.type": "PatternLayout",
        "appender.file.layout.pattern": "%d{ISO8601} %p %m (%c{1})%n",
        "appender.file.policies.type": "Policies",
        "appender.file.policies.size.type": "SizeBasedTriggeringPolicy",
        "appender.file.policies.size.size": f"{LOG_FILE_MB}MB",
        "appender.file.strategy.type": "DefaultRolloverStrategy",
        "appender.file.strategy.max": str(LOG_FILES_KEPT),
        "rootLogger.level": "info",
        "rootLogger.appenderRef.file.ref": "file",
    }


def render_properties(settings: Mapping[str, str]) -> str:
    """A Java properties file: its encoding is Latin-1, so all but ASCII is escaped, and so is the backslash itself."""
    return "".join(f"{key}={_escape(value)}\n" for key, value in settings.items())


def _escape(value: str) -> str:
    utf16 = value.replace("\\", "\\\\").encode("utf-16-be")
    units = [int.from_bytes(utf16[start : start + 2]) for start in range(0, len(utf16), 2)]
    return "".join(chr(unit) if 0x20 <= unit < 0x7F else f"\\u{unit:04x}" for unit in units)


def java_options(layout: Layout) -> list[str]:
    """For a small process that starts quickly: one collector thread, one compiler, no file outside its directory."""
    return [
        "-Xmx384m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:+ExitOnOutOfMemoryError",
        "-XX:-UsePerfData",
        f"-XX:ErrorFile={layout.logs / 'java-crash.txt'}",
        f"-Djava.io.tmpdir={layout.scratch}",
        "-Djava.awt.headless=true",
        f"-Dlog4j2.configurationFile={layout.log_properties.as_uri()}",
    ]
