"""Receivers against real servers, hostile texts, and how failed tries go on."""

import email
import hashlib
import hmac
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from hypothesis import given
from hypothesis import strategies as st

from connectors.config import ReceiverConfig
from connectors.errors import ConfigError
from connectors.messages.signal import Actor
from connectors.serving import serving
from connectors.settings import Secret
from connectors.subscribers.chat import mattermost_message, slack_message
from connectors.subscribers.http import Poster, judged
from connectors.subscribers.jsonl import JsonLinesFile
from connectors.subscribers.mail import Mail, message_of
from connectors.subscribers.make import receiver_of
from connectors.subscribers.receivers import ListReceiver, Notification, Outcome, wait_secs
from connectors.subscribers.webhook import Webhook, signature
from connectors.subscribers.workers import Worker
from tests import builders

NOW = builders.PUBLISHED_AT
HOSTILE = 'Evil <script>alert(1)</script> <!channel> @all [x](http://bad.example) *b* \x1b[2J \u202eevil & "q"\r\nBcc: x@y.example'
README = Path(__file__).parents[3] / "README.md"


def notification(**overrides: Any) -> Notification:
    made = {"receiver": "desk", "group": "g", "alerts": (builders.alert(),), "received_at": NOW, "idempotency_key": "k" * 32}
    return Notification(**{**made, **overrides})


def hostile(times: int = 1) -> Notification:
    actor = Actor(id=None, name=HOSTILE * times)
    quote = builders.alert().evidence[0]
    alert = builders.alert(senders=(actor,), targets=(actor,), deadlines=(HOSTILE * times,), evidence=(quote,))
    return notification(alerts=(alert,))


def certified(authority: trustme.CA) -> ssl.SSLContext:
    """What a server of 127.0.0.1 shows to clients."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return context


class Hook(BaseHTTPRequestHandler):
    """Answers what `answers` says, the last of it for ever, and keeps what it was sent."""

    answers: list[tuple[int, dict[str, str], float]]
    got: list[tuple[dict[str, str], bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((dict(self.headers), body))
        status, headers, secs = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        time.sleep(secs)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def hook() -> Iterator[tuple[str, type[Hook]]]:
    handler = type("Handler", (Hook,), {"answers": [(204, {}, 0.0)], "got": []})
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), handler), "hook") as port:
        yield f"http://127.0.0.1:{port}/hook?token=s3cret", handler


class TestWebhook:
    def test_the_body_is_signed_and_the_headers_say_what_it_is(self, hook: tuple[str, type[Hook]]) -> None:
        url, handler = hook
        webhook = Webhook(Poster(Secret(url), 5), Secret("key"), lambda: 1_700_000_000.5)
        assert webhook.notify(notification()) is None
        ((headers, body),) = handler.got
        mac = hmac.new(b"key", b"1700000000." + body, hashlib.sha256).hexdigest()
        assert headers["Sanctionwire-Signature"] == f"v1={mac}" == signature(Secret("key"), 1_700_000_000, body)
        assert headers["Idempotency-Key"] == "k" * 32
        assert headers["Sanctionwire-Event"] == "sanctionwire.alert.v1"
        assert headers["Sanctionwire-Schema"] == "urn:sanctionwire:schema:alert:v1"
        assert json.loads(body)["alerts"][0]["alert"]["id"] == builders.ALERT_ID

    def test_a_redirect_is_not_followed(self, hook: tuple[str, type[Hook]]) -> None:
        url, handler = hook
        handler.answers = [(307, {"Location": url}, 0.0)]
        outcome = Poster(Secret(url), 5).post(b"{}", {})
        assert outcome is not None
        assert not outcome.retry
        assert len(handler.got) == 1

    def test_a_slow_one_is_left_when_the_time_is_up(self, hook: tuple[str, type[Hook]]) -> None:
        url, handler = hook
        handler.answers = [(204, {}, 2.0)]
        began = time.monotonic()
        outcome = Poster(Secret(url), 0.3).post(b"{}", {})
        assert outcome is not None
        assert outcome.retry
        assert time.monotonic() - began < 1.5

    def test_the_connection_is_kept_and_each_try_has_its_own_deadline(self) -> None:
        handler = type("Handler", (Hook,), {"answers": [(204, {}, 0.5)], "got": [], "protocol_version": "HTTP/1.1"})
        came: list[Any] = []

        class Counting(ThreadingHTTPServer):
            def get_request(self) -> Any:
                came.append(1)
                return super().get_request()

        with serving(Counting(("127.0.0.1", 0), handler), "hook") as port:
            poster = Poster(Secret(f"http://127.0.0.1:{port}/"), 0.8)
            assert [poster.post(b"{}", {}) for _ in range(3)] == [None] * 3  # 1.5 s in all
            assert len(came) == 1
            handler.answers = [(204, {}, 2.0), (204, {}, 0.0)]
            late = poster.post(b"{}", {})
            assert late is not None
            assert late.retry
            assert poster.post(b"{}", {}) is None
            assert len(came) == 2  # on the first one the late answer would have come

    def test_a_connection_that_rested_is_no_server_that_drips(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("connectors.feeds.transport.PACE_SECS", 0.2)
        handler = type("Handler", (Hook,), {"answers": [(204, {}, 0.0)], "got": [], "protocol_version": "HTTP/1.1"})
        with serving(ThreadingHTTPServer(("127.0.0.1", 0), handler), "hook") as port:
            poster = Poster(Secret(f"http://127.0.0.1:{port}/"), 5)
            assert poster.post(b"{}", {}) is None
            time.sleep(0.5)
            assert poster.post(b"{}", {}) is None

    def test_a_server_that_ended_the_kept_connection_is_connected_to_again(self) -> None:
        handler = type("Handler", (Hook,), {"answers": [(204, {}, 0.0)], "got": [], "protocol_version": "HTTP/1.1", "timeout": 0.2})
        with serving(ThreadingHTTPServer(("127.0.0.1", 0), handler), "hook") as port:
            poster = Poster(Secret(f"http://127.0.0.1:{port}/"), 5)
            assert poster.post(b"{}", {}) is None
            time.sleep(0.6)
            assert poster.post(b"{}", {}) is None

    def test_a_certificate_that_nobody_vouches_for_is_refused_and_tried_again(self) -> None:
        authority = trustme.CA()
        handler = type("Handler", (Hook,), {"answers": [(204, {}, 0.0)], "got": []})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.socket = certified(authority).wrap_socket(server.socket, server_side=True)
        trusting = ssl.create_default_context()
        authority.configure_trust(trusting)
        with serving(server, "hook") as port:
            url = Secret(f"https://127.0.0.1:{port}/s3cret")
            assert Poster(url, 5, trusting).post(b"{}", {}) is None
            refused = Poster(url, 5).post(b"{}", {})
        assert refused is not None
        assert refused.retry
        assert "certificate" in refused.error
        assert "s3cret" not in refused.error

    def test_an_address_is_never_told(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            port = taken.getsockname()[1]
        for url in (f"http://127.0.0.1:{port}/s3cret", "http://no-such-host.invalid/s3cret", "http://[::bad/s3cret"):
            outcome = Poster(Secret(url), 2).post(b"{}", {})
            assert outcome is not None
            assert "s3cret" not in outcome.error

    def test_a_hostile_text_of_a_megabyte_stays_json_of_ascii(self, hook: tuple[str, type[Hook]]) -> None:
        url, handler = hook
        assert Webhook(Poster(Secret(url), 5), None, time.time).notify(hostile(10_000)) is None
        handler.got[0][1].decode("ascii")
        assert b"\x1b" not in handler.got[0][1]


@pytest.mark.parametrize(
    ("status", "header", "retry", "after"),
    [
        (429, "7", True, 7.0),
        (503, "Sat, 01 Jan 2022 00:01:00 GMT", True, 60.0),
        (500, "soon", True, None),
        (400, "7", False, None),
        (410, "", False, None),
    ],
)
def test_an_answer_says_whether_and_when_to_try_again(status: int, header: str, retry: bool, after: float | None) -> None:
    outcome = judged(status, header, datetime(2022, 1, 1, tzinfo=UTC))
    assert outcome is not None
    assert (outcome.retry, outcome.retry_after_secs) == (retry, after)


@given(st.integers(1, 100), st.floats(0, 1), st.none() | st.floats(0, 1e9))
def test_the_wait_grows_to_a_bound_and_is_never_less_than_asked(attempt: int, jitter: float, asked: float | None) -> None:
    secs = wait_secs(attempt, Outcome(retry=True, error="", retry_after_secs=asked), lambda: jitter)
    assert min(asked or 0.0, 3_600.0) <= secs <= 3_601.0
    assert secs >= min(0.5 * 2 ** (attempt - 1), 150.0)


class Flaky:
    """Fails as it is told, then takes everything."""

    def __init__(self, *outcomes: Outcome | Exception) -> None:
        self.outcomes = list(outcomes)
        self.tries = 0

    def notify(self, notification: Notification) -> Outcome | None:
        self.tries += 1
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


AGAIN = Outcome(retry=True, error="answered 500", retry_after_secs=None)


@pytest.mark.parametrize(
    ("receiver", "end", "tries"),
    [
        (Flaky(), None, 1),
        (Flaky(AGAIN), None, 2),
        (Flaky(Outcome(retry=False, error="answered 400")), "answered 400", 1),
        (Flaky(AGAIN, AGAIN, AGAIN), "answered 500", 2),
        (Flaky(ValueError("http://host/s3cret"), ValueError("http://host/s3cret")), "raised ValueError", 2),
    ],
)
def test_a_worker_tries_again_and_gives_up_with_the_reason(receiver: Flaky, end: str | None, tries: int) -> None:
    reports: list[tuple[Outcome | None, int]] = []
    done = threading.Event()

    def report(_: Notification, outcome: Outcome | None, attempts: int) -> None:
        reports.append((outcome, attempts))
        done.set()

    worker = Worker("desk", receiver, 2, lambda: 0.0, report, lambda *_: None)
    worker.start()
    worker.put(notification())
    assert done.wait(5)
    worker.stop()
    worker.join(5)
    ((outcome, attempts),) = reports
    assert (outcome and outcome.error, attempts) == (end, tries)


class TestChat:
    def test_slack_gets_plain_text_and_an_escaped_fallback(self) -> None:
        message = slack_message(hostile())
        assert {block["text"]["type"] for block in message["blocks"]} == {"plain_text"}
        assert "<" not in message["text"]
        assert "\x1b" not in json.dumps(message)
        assert "\\u202e" not in json.dumps(message)

    def test_mattermost_gets_no_mark_unescaped_and_calls_nobody(self) -> None:
        text = mattermost_message(hostile())["text"]
        assert "@all" not in text
        assert "://" not in text
        assert "\\<script\\>" in text
        assert "\\[x\\]\\(" in text

    @pytest.mark.parametrize("times", [1, 10_000])
    def test_a_message_has_a_bounded_size(self, times: int) -> None:
        for message in (slack_message(hostile(times)), mattermost_message(hostile(times))):
            assert len(json.dumps(message)) < 40_000


class Box:
    """A mailbox behind a real SMTP server; refuses while `refusal` is set."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.taken: list[tuple[str, bool, bytes]] = []  # who logged in, whether it was encrypted, and the mail
        self.refusal = ""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 -- aiosmtpd's name
        if self.refusal:
            return self.refusal
        self.mails.append(envelope.content)
        login = session.auth_data.login.decode() if session.authenticated else ""
        self.taken.append((login, session.ssl is not None or isinstance(server, SmtpOverTls), envelope.content))
        return "250 OK"


class SmtpOverTls(SMTP):
    """A server whose connections are encrypted from the start."""


def login(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: LoginPassword) -> AuthResult:
    """Take one user."""
    return AuthResult(success=(data.login, data.password) == (b"desk", b"correct-horse"), handled=False, auth_data=data)


@contextmanager
def mail_server(handler: Box, security: Any, authority: trustme.CA, name: str = "127.0.0.1") -> Iterator[ReceiverConfig]:
    """A real mail server that takes nobody without encryption and a login."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    class Encrypting(Controller):
        def factory(self) -> SMTP:
            if security == "tls":  # which it does not know of, so it would warn
                return SmtpOverTls(handler, authenticator=login, auth_require_tls=False)
            return SMTP(handler, authenticator=login, auth_required=True, tls_context=context, require_starttls=True)

    encrypted = {"ssl_context": context} if security == "tls" else {}
    controller = Encrypting(handler, hostname="127.0.0.1", port=port, **encrypted)
    # Its own first connection would not trust the authority; any connection will do.
    controller._trigger_server = lambda: socket.create_connection(("127.0.0.1", port), 5).close()
    controller.start()
    try:
        yield ReceiverConfig(
            name="mail",
            kind="email",
            to="desk@example.org",
            sender_address="sanctionwire@example.org",
            smtp_host="127.0.0.1",
            smtp_port=port,
            smtp_security=security,
            smtp_username="desk",
            smtp_password=Secret("correct-horse"),
            timeout_secs=5.0,
        )
    finally:
        controller.stop()


@pytest.fixture
def box() -> Iterator[tuple[Box, ReceiverConfig]]:
    handler = Box()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield (
            handler,
            ReceiverConfig(
                name="mail",
                kind="email",
                to="desk@example.org, duty@example.org",
                sender_address="sanctionwire@example.org",
                smtp_host="127.0.0.1",
                smtp_port=port,
                smtp_security="none",
            ),
        )
    finally:
        controller.stop()


class TestMail:
    def test_a_mail_arrives_as_text_and_html_with_nothing_to_execute(self, box: tuple[Box, ReceiverConfig]) -> None:
        handler, config = box
        assert Mail(config).notify(hostile()) is None
        message = email.message_from_bytes(handler.mails[0], policy=default)
        assert message["Bcc"] is None
        assert message["Message-ID"] == f"<{'k' * 32}@example.org>"
        parts = {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}
        assert set(parts) == {"text/plain", "text/html"}
        assert "<script" not in parts["text/html"]
        assert "&lt;script&gt;" in parts["text/html"]
        assert not set("\x1b\u202e") & set("".join(parts.values()))

    def test_a_group_is_one_digest(self, box: tuple[Box, ReceiverConfig]) -> None:
        handler, config = box
        alerts = tuple(builders.alert(id=f"{number:032x}") for number in range(150))
        assert Mail(config).notify(notification(alerts=alerts)) is None
        text = email.message_from_bytes(handler.mails[0], policy=default).get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert text.count("■") == 0
        assert text.count("HIGH threat") == 100
        assert "and 50 more" in text

    @pytest.mark.parametrize(("refusal", "retry"), [("451 later", True), ("550 no", False)])
    def test_a_refusal_says_whether_to_try_again(self, box: tuple[Box, ReceiverConfig], refusal: str, retry: bool) -> None:
        handler, config = box
        handler.refusal = refusal
        outcome = Mail(config).notify(notification())
        assert outcome is not None
        assert outcome.retry is retry

    def test_a_server_that_is_away_or_cannot_encrypt_is_told(self, box: tuple[Box, ReceiverConfig]) -> None:
        _, config = box
        plain = Mail(replace(config, smtp_security="starttls")).notify(notification())
        assert plain == Outcome(retry=True, error="the mail server does not do what smtp_security or smtp_username asks")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            away = replace(config, smtp_port=free.getsockname()[1])
        outcome = Mail(away).notify(notification())
        assert outcome is not None
        assert outcome.retry

    @pytest.mark.parametrize("security", ["starttls", "tls"])
    def test_it_is_encrypted_and_logs_in(self, security: Any) -> None:
        handler, authority = Box(), trustme.CA()
        trusting = ssl.create_default_context()
        authority.configure_trust(trusting)
        with mail_server(handler, security, authority) as config:
            assert Mail(config, context=trusting).notify(notification()) is None
            wrong = replace(config, smtp_password=Secret("swordfish"))
            refused = Mail(wrong, context=trusting).notify(notification())
            unknown = Mail(config).notify(notification())  # the system knows nothing of this authority
        assert refused == Outcome(retry=True, error="the mail server refuses smtp_username or smtp_password with 535")
        assert unknown is not None
        assert unknown.retry
        assert unknown.error.startswith("the mail server's certificate is refused: ")
        assert [(login, is_encrypted) for login, is_encrypted, _ in handler.taken] == [("desk", True)]

    def test_a_certificate_for_another_name_is_refused(self) -> None:
        handler, authority = Box(), trustme.CA()
        trusting = ssl.create_default_context()
        authority.configure_trust(trusting)
        with mail_server(handler, "tls", authority, "mail.example.org") as config:
            outcome = Mail(config, context=trusting).notify(notification())
        assert outcome is not None
        assert outcome.retry
        assert "certificate" in outcome.error
        assert handler.taken == []

    def test_tls_where_the_server_speaks_none_and_the_reverse_is_told(self, box: tuple[Box, ReceiverConfig]) -> None:
        _, config = box
        spoken = Mail(replace(config, smtp_security="tls")).notify(notification())
        assert spoken is not None
        assert spoken.retry
        assert "smtp_security" in spoken.error
        with mail_server(Box(), "tls", trustme.CA()) as encrypted:
            waited = Mail(replace(encrypted, smtp_security="starttls", timeout_secs=0.5)).notify(notification())
        assert waited is not None
        assert waited.retry

    def test_a_subject_is_one_line(self) -> None:
        assert "\n" not in message_of(hostile(1_000), "a@b.example", "c@d.example")["Subject"]


class TestFile:
    def test_lines_are_appended_and_half_a_line_is_ended_first(self, tmp_path: Path) -> None:
        path = tmp_path / "deep" / "alerts.jsonl"
        receiver = JsonLinesFile(path)
        assert receiver.notify(hostile()) is None
        with path.open("ab") as file:
            file.write(b'{"half')
        assert receiver.notify(notification()) is None
        lines = path.read_bytes().decode("ascii").splitlines()
        assert [json.loads(line)["alert"]["id"] for line in (lines[0], lines[2])] == [builders.ALERT_ID] * 2

    def test_a_directory_in_its_place_is_told(self, tmp_path: Path) -> None:
        outcome = JsonLinesFile(tmp_path).notify(notification())
        assert outcome is not None
        assert outcome.retry


class TestOwn:
    def test_the_one_in_the_readme_runs_as_it_stands(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        text = README.read_text(encoding="utf-8").partition("```python own\n")[2].partition("```")[0]
        assert 0 < len([line for line in text.splitlines() if line.strip()]) <= 20
        (tmp_path / "my_receiver.py").write_text(text, encoding="utf-8")
        monkeypatch.syspath_prepend(str(tmp_path))
        receiver = receiver_of(ReceiverConfig(name="mine", kind="own", own="my_receiver:Desk"))
        assert receiver.notify(notification()) is None
        assert capsys.readouterr().out.startswith(f"{'k' * 32} 1 The United States (USA) threatens Russia")
        assert receiver.notify(notification(alerts=(builders.alert(),) * 101)) is not None

    @pytest.mark.parametrize("own", ["no_such_module:X", "json:NoSuchName", "no-such-entry-point"])
    def test_one_that_is_not_there_is_told(self, own: str) -> None:
        with pytest.raises(ConfigError):
            receiver_of(ReceiverConfig(name="mine", kind="own", own=own))

    def test_the_one_for_tests_keeps_what_it_is_given(self) -> None:
        receiver = ListReceiver()
        receiver.notify(notification())
        assert receiver.notifications == [notification()]
