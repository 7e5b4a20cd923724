"""Who comes in, who may write, and that no page elsewhere can write for them."""

from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.config import WebConfig, load
from connectors.errors import ConfigError
from connectors.messages.disposition import Disposition
from connectors.settings import Secret
from connectors.subscribers.web import access as rules
from connectors.subscribers.web.access import Access, Person, access_of, by_session, person_of, read_tokens, session_of
from connectors.subscribers.web.limits import MOST_KEYS, Limiter, Rate, take
from tests import builders
from tests.connectors.web.sites import BASE, KEY, staged

ANNA, READER = "anna-0123456789abcdef", "reader-0123456789abcd"
TOKENS = f"anna:{ANNA}\n# a comment\n\nreader:{READER} read\n"
PAGE = f"/alerts/{builders.ALERT_ID}"
VERDICT = {"verdict": "false", "reason": "Nobody said so.", "author": "me", "version": "1"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "web.sqlite"


def with_tokens() -> Access:
    return access_of(WebConfig(tokens=Secret(TOKENS)), KEY)


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


class TestTokens:
    def test_only_digests_are_kept(self) -> None:
        found = read_tokens(TOKENS)
        assert [(token.name, token.may_write) for token in found] == [("anna", True), ("reader", False)]
        assert ANNA not in repr(found)

    @pytest.mark.parametrize("text", ["", "anna:short", "no colon 0123456789abcdef", "a b:0123456789abcdef"])
    def test_what_is_no_token_is_said_and_not_shown(self, text: str) -> None:
        with pytest.raises(ConfigError) as caught:
            read_tokens(text)
        assert not text or text not in str(caught.value.problems)

    def test_nobody_without_one_sees_anything_but_the_log_in(self, path: Path) -> None:
        with staged(path, [builders.alert()], access=with_tokens()) as stage:
            for page in ("/", PAGE, "/overview", "/feeds", f"{PAGE}/raw"):
                answer = stage.client.get(page)
                assert (answer.status_code, answer.headers["location"]) == (303, "/login")
            for page in ("/api/v1/alerts", "/api/v1/stream", "/api/v1/openapi.json"):
                answer = stage.client.get(page)
                assert answer.status_code == 401
                assert answer.headers["content-type"] == "application/problem+json"
            assert stage.client.get("/login").status_code == 200
            assert stage.client.get("/static/page.css").status_code == 200

    @pytest.mark.parametrize(("token", "status"), [(ANNA, 200), (READER, 200), (ANNA[:-1], 401), ("", 401)])
    def test_a_program_sends_one(self, path: Path, token: str, status: int) -> None:
        with staged(path, access=with_tokens()) as stage:
            assert stage.client.get("/api/v1/alerts", headers=bearer(token)).status_code == status

    def test_who_may_read_may_not_write(self, path: Path) -> None:
        body = {"alert_id": builders.ALERT_ID, "verdict": "true", "reason": "Yes."}
        with staged(path, [builders.alert()], access=with_tokens()) as stage:
            assert stage.client.post("/api/v1/dispositions", json=body, headers=bearer(READER)).status_code == 403
            answer = stage.client.post("/api/v1/dispositions", json={**body, "author": "boss"}, headers=bearer(ANNA))
            assert answer.status_code == 201
            assert answer.json()["author"] == "anna"

    def test_people_log_in_and_out(self, path: Path) -> None:
        with staged(path, [builders.alert()], access=with_tokens()) as stage:
            form = {"token": stage.token("/login"), "secret": "wrong-0123456789"}
            assert stage.client.post("/login", data=form).status_code == 401
            answer = stage.client.post("/login", data={**form, "secret": ANNA})
            assert answer.status_code == 303
            assert "HttpOnly" in answer.headers["set-cookie"]
            assert "samesite=lax" in answer.headers["set-cookie"].lower()
            assert stage.client.get("/").status_code == 200
            stage.client.post("/logout", data={"token": stage.token("/")})
            assert stage.client.get("/").status_code == 303


class TestSessions:
    def test_it_ends_with_its_time_and_with_its_token(self) -> None:
        access = with_tokens()
        session = session_of(access, Person("anna"), 1_000)
        assert by_session(access, session, 1_001) == Person("anna")
        assert by_session(access, session, 1_000 + rules.SESSION_SECS) is None
        assert by_session(replace(access, tokens=access.tokens[1:]), session, 1_001) is None
        assert by_session(replace(access, key=b"other"), session, 1_001) is None

    @given(st.text(max_size=80))
    def test_nothing_else_is_one(self, text: str) -> None:
        assert by_session(with_tokens(), text, 0) is None


class TestProxy:
    access = Access(proxies=(ip_network("10.0.0.0/8"),), hosts=(), key=KEY)

    def test_its_header_is_believed(self) -> None:
        assert person_of(self.access, "10.1.2.3", {"x-forwarded-user": "anna"}, "", 0) == Person("anna")

    @pytest.mark.parametrize("peer", ["192.168.1.1", "::1", "", "10.1.2.3.evil"])
    def test_that_of_anybody_else_is_not(self, peer: str) -> None:
        assert person_of(self.access, peer, {"x-forwarded-user": "anna"}, "", 0) is None

    def test_a_proxy_that_names_nobody_lets_nobody_in(self) -> None:
        assert person_of(self.access, "10.1.2.3", {}, "", 0) is None

    def test_the_page_shows_who_it_takes_one_for_and_writes_in_that_name(self, path: Path) -> None:
        with staged(path, [builders.alert()], access=self.access, peer="10.1.2.3") as stage:
            stage.client.headers["x-forwarded-user"] = "anna"
            answer = stage.client.post(f"{PAGE}/verdict", data={**VERDICT, "token": stage.token(PAGE)})
            assert answer.status_code == 303
            ((_, written),) = stage.writer.written
        assert isinstance(written, Disposition)
        assert written.author == "anna"


class TestForms:
    def test_a_verdict_is_written_shown_and_filtered_by(self, path: Path) -> None:
        with staged(path, [builders.alert()]) as stage:
            answer = stage.client.post(f"{PAGE}/verdict", data={**VERDICT, "token": stage.token(PAGE)})
            assert answer.headers["location"] == f"{PAGE}#verdicts"
            shown = stage.client.get(PAGE).text
            assert "Nobody said so." in shown
            assert "judged false" in stage.client.get("/?verdict=false").text
            assert "0 %" in stage.client.get("/verdicts").text

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"verdict": "perhaps"}, "verdict is one of"),
            ({"reason": " "}, "reason says why"),
            ({"author": ""}, "author is your name"),
        ],
    )
    def test_what_is_missing_is_said_and_nothing_is_written(self, path: Path, change: dict[str, str], told: str) -> None:
        with staged(path, [builders.alert()]) as stage:
            answer = stage.client.post(f"{PAGE}/verdict", data={**VERDICT, **change, "token": stage.token(PAGE)})
            assert answer.status_code == 422
            assert told in answer.text
            assert stage.writer.written == []

    def test_one_from_elsewhere_is_refused(self, path: Path) -> None:
        with staged(path, [builders.alert()]) as stage:
            token = stage.token(PAGE)
            for sent, headers, cookies in (
                ({}, {}, True),
                ({"token": "0" * 64}, {}, True),
                ({"token": token}, {"sec-fetch-site": "cross-site"}, True),
                ({"token": token}, {}, False),
            ):
                if not cookies:
                    stage.client.cookies.clear()
                answer = stage.client.post(f"{PAGE}/verdict", data={**VERDICT, **sent}, headers=headers)
                assert answer.status_code == 403
            assert stage.writer.written == []

    def test_a_page_elsewhere_cannot_use_the_api_through_a_browser(self, path: Path) -> None:
        body = {"alert_id": builders.ALERT_ID, "verdict": "true", "reason": "Yes.", "author": "me"}
        with staged(path, [builders.alert()]) as stage:
            url = "/api/v1/dispositions"
            assert stage.client.post(url, data=body).status_code == 415
            assert stage.client.post(url, json=body, headers={"sec-fetch-site": "cross-site"}).status_code == 403
            assert stage.client.post(url, json=body, headers={"sec-fetch-site": "same-origin"}).status_code == 201

    def test_the_cookie_is_for_https_alone_where_the_proxy_speaks_it(self, path: Path) -> None:
        with staged(path, access=TestProxy.access, peer="10.1.2.3") as stage:
            headers = {"x-forwarded-user": "anna", "x-forwarded-proto": "https"}
            assert "secure" in stage.client.get(f"{BASE}/", headers=headers).headers["set-cookie"].lower()


class TestConfiguration:
    @pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "page.example"])
    def test_an_open_page_cannot_be_served_to_others(self, host: str) -> None:
        with pytest.raises(ConfigError, match="web"):
            load(None, {"SANCTIONWIRE_WEB__HOST": host})
        assert load(None, {"SANCTIONWIRE_WEB__HOST": host, "SANCTIONWIRE_WEB__TOKENS": TOKENS}).web.host == host

    def test_a_network_that_is_none_is_said(self) -> None:
        with pytest.raises(ConfigError) as caught:
            load(None, {"SANCTIONWIRE_WEB__TRUSTED_PROXIES": "10.0.0.0/99"})
        assert "web.trusted_proxies" in caught.value.problems[0]


class TestPace:
    RATE = Rate(per_minute=60, burst=3)

    def test_a_burst_passes_and_then_one_a_second(self) -> None:
        limiter = Limiter()
        assert [limiter.wait_secs("a", self.RATE, 0.0) for _ in range(4)] == [0, 0, 0, 1.0]
        assert limiter.wait_secs("b", self.RATE, 0.0) == 0
        assert limiter.wait_secs("a", self.RATE, 1.0) == 0

    def test_a_long_pause_gives_no_more_than_a_burst(self) -> None:
        bucket, _ = take(None, self.RATE, 0.0)
        assert take(bucket, self.RATE, 1e6)[0].left == self.RATE.burst - 1

    def test_of_very_many_visitors_the_one_longest_away_is_forgotten(self) -> None:
        limiter = Limiter()
        for number in range(MOST_KEYS + 5):
            limiter.wait_secs(str(number), self.RATE, 0.0)
        assert len(limiter._buckets) == MOST_KEYS
