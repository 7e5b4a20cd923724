"""On brokers with TLS and a login: the job runs, a wrong password is told, and no secret is ever shown."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.errors import BrokerError
from connectors.kafka import broker_version, ensure_topics
from deploy.local import broker as local
from tests.end_to_end import newsroom, secured
from tests.end_to_end.jobs import running

pytestmark = [pytest.mark.e2e, pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def kafka(software: local.Software, tmp_path_factory: pytest.TempPathFactory) -> Iterator[secured.Secured]:
    """A broker that takes nobody without TLS and a login."""
    with secured.running(tmp_path_factory.mktemp("secured"), software) as made:
        assert ensure_topics(made.config()) == ()
        yield made


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    """The password as a mounted secret holds it."""
    path = tmp_path / "password"
    path.write_text(f"{secured.PASSWORD}\n")
    return path


def test_articles_become_alerts_over_tls_with_a_login(
    kafka: secured.Secured, prism_location: str, tmp_path: Path, password_file: Path
) -> None:
    config, sent = kafka.config(), newsroom.articles()[:4]
    with running(config, prism_location, tmp_path, **kafka.variables(password_file)) as job:
        newsroom.send(config, sent)
        job.wait_for(lambda: newsroom.count(config) == len(sent), 60)
        found = newsroom.left(config)
        assert secured.PASSWORD not in job.log.read_text()
    assert len(found.analyses) == len(sent)
    assert found.alerts


def test_a_wrong_password_is_told_and_not_shown(kafka: secured.Secured) -> None:
    with pytest.raises(BrokerError, match="refuses us") as caught:
        broker_version(kafka.config("not-the-password"))
    assert "not-the-password" not in str(caught.value)
    assert "sasl_" in caught.value.next_step


def test_a_client_without_tls_is_not_answered(kafka: secured.Secured) -> None:
    with pytest.raises(BrokerError, match="security_protocol"):
        broker_version(replace(kafka.config(), security_protocol="PLAINTEXT", sasl_mechanism=None))


def test_a_broker_that_nobody_vouches_for_is_refused(kafka: secured.Secured) -> None:
    with pytest.raises(BrokerError):
        broker_version(replace(kafka.config(), ssl_cafile=None))


def test_check_passes_and_its_dump_holds_no_secret(kafka: secured.Secured, password_file: Path) -> None:
    env = {**os.environ, **kafka.variables(password_file)}
    command = [sys.executable, "-m", "pipelines.cli", "check"]
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, timeout=120, env=env)
    verdicts = {one["name"]: one["verdict"] for one in json.loads(done.stdout)}
    assert (verdicts["brokers"], verdicts["topics"]) == ("ok", "ok")
    dumped = subprocess.run([*command, "--dump"], capture_output=True, text=True, timeout=120, env=env)
    assert "********" in dumped.stdout
    assert secured.PASSWORD not in done.stdout + done.stderr + dumped.stdout + dumped.stderr
