"""A short run of the chaos harness, and its own parts. The long one: `make chaos`."""

import random
import socket
import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.local import broker as local
from tests import builders
from tests.end_to_end.chaos.faults import KILLS, OTHERS, schedule
from tests.end_to_end.chaos.judge import judged
from tests.end_to_end.chaos.news import POISON_EVERY, ROUND, Stream
from tests.end_to_end.chaos.proxy import Proxy
from tests.end_to_end.chaos.run import Options, run
from tests.end_to_end.newsroom import Left

HOUR = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.mark.e2e
@pytest.mark.model
@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_after_a_seeded_chaos_the_alerts_are_those_of_an_undisturbed_run(
    software: local.Software, prism_location: str, tmp_path: Path
) -> None:
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    options = Options(articles=300, kills=6, others=4, pause_secs=1.0, begins_at=hour - timedelta(hours=48))
    report = run(options, tmp_path, software, prism_location, print)
    print(report)
    assert report.alerts >= 2 * options.articles // ROUND
    assert sum(report.done.values()) >= 8, "too little went wrong"
    assert report.verdict.lines == ()


def test_the_stream_is_the_same_each_time_and_no_two_articles_are_one() -> None:
    one, other = (list(Stream(200, 7, HOUR).articles()) for _ in range(2))
    assert one == other
    assert len({article.id for article in one}) == 200
    assert len(Stream(1_000, 7, HOUR).poison()) == 1_000 // POISON_EVERY + 1


def test_each_kind_of_fault_comes_as_often_as_its_weight_says() -> None:
    found = Counter(schedule(random.Random(1), 60, 16, 2))
    assert set(found) == {*KILLS, *OTHERS}
    assert sum(found[kind] for kind in KILLS) == 60
    assert all(abs(found[kind] - 60 * weight / sum(KILLS.values())) <= 2 for kind, weight in KILLS.items())
    assert "standby" not in schedule(random.Random(1), 60, 16, 1)


def test_the_proxy_forwards_until_it_is_cut_and_again_afterwards() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, Proxy(server.getsockname()[1]).running() as proxy:
        threading.Thread(target=_echo, args=(server,), daemon=True).start()
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as client:
            client.sendall(b"one")
            assert client.recv(10) == b"one"
            assert proxy.cut(0.0) == 1
            assert _is_closed(client)
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as client:
            client.sendall(b"two")
            assert client.recv(10) == b"two"


def _echo(server: socket.socket) -> None:
    while True:
        try:
            client, _ = server.accept()
        except OSError:
            return
        with client:
            while data := client.recv(100):
                client.sendall(data)


def _is_closed(client: socket.socket) -> bool:
    try:
        return client.recv(1) == b""
    except ConnectionError:
        return True


def test_the_judge_sees_what_is_lost_doubled_skipped_and_different() -> None:
    analysis, alert = builders.analysis(), builders.alert()
    good = Left([analysis], [alert], [])
    assert judged(good, good, []).is_good
    assert judged(good, replace(good, analyses=[]), []).lost == 1
    assert judged(good, good, [b"poison"]).lost == 1
    assert judged(good, replace(good, analyses=[analysis, analysis]), []).doubled == 1
    assert judged(good, replace(good, alerts=[alert, replace(alert, version=3)]), []).gaps == 1
    assert judged(good, replace(good, alerts=[replace(alert, source_count=9)]), []).different == 1
    assert judged(good, replace(good, alerts=[]), []).different == 1
    assert judged(good, replace(good, alerts=[replace(alert, status="retracted")]), []).different == 1
    assert judged(good, replace(good, alerts=[replace(alert, status="updated")]), []).is_good
