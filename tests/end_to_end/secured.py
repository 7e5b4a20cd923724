"""A real Kafka that takes nobody without TLS and a SCRAM login: certificates of the day, two users, loopback only."""

import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from connectors.config import KafkaConfig
from connectors.errors import BrokerError
from connectors.kafka import broker_version
from connectors.settings import Secret
from deploy.local.broker import FORMAT_CLASS, JAVA_ENVIRONMENT, SERVER_CLASS, Software, new_cluster_id
from deploy.local.settings import Layout, Node, java_options, log_settings, render_properties, server_settings
from tests.end_to_end.jobs import free_port

MECHANISM = "SCRAM-SHA-512"
USER, PASSWORD = "desk", "correct-horse-battery"
LOGIN = 'org.apache.kafka.common.security.scram.ScramLoginModule required username="broker" password="of-the-broker";'
START_SECS = 60


@dataclass(frozen=True)
class Secured:
    """The broker's address, and who vouches for it."""

    bootstrap: str
    authority: Path

    def config(self, password: str = PASSWORD) -> KafkaConfig:
        """How a client with this password reaches it."""
        return KafkaConfig(
            bootstrap_servers=self.bootstrap,
            security_protocol="SASL_SSL",
            sasl_mechanism=MECHANISM,
            sasl_username=USER,
            sasl_password=Secret(password),
            ssl_cafile=self.authority,
        )

    def variables(self, password_file: Path) -> dict[str, str]:
        """The same as environment variables, with the password in a file."""
        return {
            "SANCTIONWIRE_KAFKA__BOOTSTRAP_SERVERS": self.bootstrap,
            "SANCTIONWIRE_KAFKA__SECURITY_PROTOCOL": "SASL_SSL",
            "SANCTIONWIRE_KAFKA__SASL_MECHANISM": MECHANISM,
            "SANCTIONWIRE_KAFKA__SASL_USERNAME": USER,
            "SANCTIONWIRE_KAFKA__SASL_PASSWORD_FILE": str(password_file),
            "SANCTIONWIRE_KAFKA__SSL_CAFILE": str(self.authority),
        }


@contextmanager
def running(home: Path, software: Software) -> Iterator[Secured]:
    """The broker for the length of the block."""
    node, layout = Node(free_port(), free_port()), Layout.of(home)
    for directory in (layout.data, layout.logs, layout.scratch):
        directory.mkdir(parents=True)
    authority = _certificates(home)
    settings = server_settings(node, layout) | _security(home, authority)
    layout.server_properties.write_text(render_properties(settings))
    layout.log_properties.write_text(render_properties(log_settings(layout)))
    users = [f"{MECHANISM}=[name={name},password={secret}]" for name, secret in ((USER, PASSWORD), ("broker", "of-the-broker"))]
    scram = [word for user in users for word in ("--add-scram", user)]
    formatted = ["format", "--cluster-id", new_cluster_id(uuid.uuid4), "--config", str(layout.server_properties), *scram]
    subprocess.run(_java(layout, software, FORMAT_CLASS, *formatted), env=JAVA_ENVIRONMENT, check=True, timeout=60)
    process = subprocess.Popen(_java(layout, software, SERVER_CLASS, str(layout.server_properties)), env=JAVA_ENVIRONMENT)
    made = Secured(node.bootstrap, authority)
    try:
        _wait(made, process)
        yield made
    finally:
        process.terminate()
        process.wait(30)


def _certificates(home: Path) -> Path:
    """Write the broker's key and certificate as Kafka wants them (PKCS #8, one PEM file); return the authority's certificate."""
    authority, path = trustme.CA(), home / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    issued = authority.issue_cert("127.0.0.1", "localhost")
    key = load_pem_private_key(issued.private_key_pem.bytes(), None)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (home / "broker.pem").write_bytes(pem + b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    return path


def _security(home: Path, authority: Path) -> dict[str, str]:
    return {
        "listener.security.protocol.map": "BROKER:SASL_SSL,CONTROLLER:PLAINTEXT",
        "sasl.enabled.mechanisms": MECHANISM,
        "sasl.mechanism.inter.broker.protocol": MECHANISM,
        f"listener.name.broker.{MECHANISM.lower()}.sasl.jaas.config": LOGIN,
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(home / "broker.pem"),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(authority),
    }


def _java(layout: Layout, software: Software, main_class: str, *arguments: str) -> list[str]:
    class_path = ":".join(map(str, software.class_path))
    return [str(software.java.path), *java_options(layout), "-cp", class_path, main_class, *arguments]


def _wait(made: Secured, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            broker_version(made.config())
        except BrokerError as error:
            sys.stderr.write(f"{error}\n")
            time.sleep(0.5)
        else:
            return
    raise AssertionError("the secured broker does not answer")
