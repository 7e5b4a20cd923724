"""Who asks, and what they may: pure functions on what a request carries.

Three ways in, by configuration:

- *open*: loopback and nothing else configured. Whoever is on this machine reads and writes, and names themselves in the forms. The
  Host header must name this machine, or a page elsewhere could reach us through a name that it resolves to 127.0.0.1.
- *tokens*: `Authorization: Bearer` for programs, `Basic` with the token as the password for feed readers, which can do no other, a
  form and a signed cookie for people. Only digests are kept and compared. A browser repeats what it was once given for `Basic`
  unasked, so who comes that way may read alone.
- *proxy*: a header with the user's name, believed only from the addresses of `trusted_proxies`; from others it is not looked at.

Forms carry a token that is bound to a cookie and to the person (HMAC), so a page elsewhere cannot send them. Cookies are
`SameSite=Lax`: a link to an alert in a chat must open it, and a form from elsewhere must not bring them along.
"""

import base64
import hashlib
import hmac
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from connectors.config import WebConfig
from connectors.errors import ConfigError
from connectors.subscribers.plain import plain

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
SESSION_SECS = 12 * 3600
MIN_TOKEN = 16
LINE = re.compile(r"([\w.@-]{1,64}):(\S{16,256})(?:\s+(read))?", re.ASCII)
TOKENS_STEP = "one `NAME:TOKEN` a line, the token of 16 characters or more, and ` read` after it for those who may only read"
OPEN_NAME = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks: a name, empty where nobody is told apart, and whether they may write."""

    name: str
    may_write: bool = True


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token: whose it is, its SHA-256, and whether they may write."""

    name: str
    digest: bytes
    may_write: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The rules.

    Attributes:
        tokens: who may come by token.
        proxies: whose header is believed.
        user_header: its name, lower case.
        hosts: Host headers that are answered, lower case, without port; empty for all.
        key: signs cookies and form tokens.
    """

    tokens: tuple[Token, ...] = ()
    proxies: tuple[Network, ...] = ()
    user_header: str = "x-forwarded-user"
    hosts: tuple[str, ...] = LOOPBACK_NAMES
    key: bytes

    @property
    def is_open(self) -> bool:
        """Whether whoever reaches us may come in."""
        return not (self.tokens or self.proxies)


def access_of(config: WebConfig, key: bytes) -> Access:
    """Return the rules of a configuration.

    Raises:
        ConfigError: the tokens cannot be read.
    """
    tokens = () if config.tokens is None else read_tokens(config.tokens.value)
    is_open = not tokens and config.trusted_proxies is None
    named = tuple(host.strip().lower() for host in (config.allowed_hosts or "").split(",") if host.strip())
    return Access(
        tokens=tokens,
        proxies=config.proxy_networks,
        user_header=config.user_header.lower(),
        hosts=(*LOOPBACK_NAMES, *named) if is_open or named else (),
        key=key,
    )


def read_tokens(text: str) -> tuple[Token, ...]:
    """Return the tokens of a text with one `NAME:TOKEN` a line; empty lines and lines that begin with # are passed over.

    Raises:
        ConfigError: a line is none.
    """
    lines = [(number, line.strip()) for number, line in enumerate(re.split(r"[\n,]", text), start=1)]
    wanted = [(number, line) for number, line in lines if line and not line.startswith("#")]
    found = [(number, LINE.fullmatch(line)) for number, line in wanted]
    wrong = tuple(f"web.tokens: line {number} is no `NAME:TOKEN`" for number, match in found if match is None)
    if wrong or not found:
        raise ConfigError("web.tokens", wrong or ("web.tokens: holds no token",), TOKENS_STEP)
    return tuple(Token(match[1], _digest(match[2]), match[3] is None) for _, match in found if match is not None)


def person_of(access: Access, peer: str, headers: Mapping[str, str], session: str, now: float) -> Person | None:
    """Return who asks; None if nobody who may.

    Args:
        access: the rules.
        peer: address from which the connection comes.
        headers: of the request, names in lower case.
        session: value of the session cookie; empty for none.
        now: seconds since 1970.
    """
    if access.is_open:
        return Person(OPEN_NAME)
    user = headers.get(access.user_header, "").strip()
    if user and is_proxy(access, peer):
        return Person(plain(user, 64))
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return by_token(access, token.strip())
    return by_session(access, session, now) or (by_password(access, token.strip()) if scheme.lower() == "basic" else None)


def is_proxy(access: Access, peer: str) -> bool:
    """Say whether a connection comes from a trusted proxy."""
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    return any(address in network for network in access.proxies)


def by_token(access: Access, text: str) -> Person | None:
    """Return whose token a text is; every digest is compared, in constant time."""
    digest = _digest(text)
    matches = [token for token in access.tokens if hmac.compare_digest(token.digest, digest)]
    return Person(matches[0].name, matches[0].may_write) if matches else None


def by_password(access: Access, credentials: str) -> Person | None:
    """Return whose token stands as the password in the credentials of RFC 7617, whatever name stands before it; they may read."""
    try:
        text = base64.b64decode(credentials, validate=True).decode()
    except ValueError:
        return None
    found = by_token(access, text.partition(":")[2])
    return None if found is None else Person(found.name, may_write=False)


def session_of(access: Access, person: Person, now: float) -> str:
    """Return the value of a cookie that says who somebody is for the next hours."""
    claim = f"{person.name}:{int(now) + SESSION_SECS}"
    return f"{claim}:{_signed(access.key, 'session', claim)}"


def by_session(access: Access, session: str, now: float) -> Person | None:
    """Return who a cookie says somebody is, if we made it, it is not too old, and they still have a token."""
    claim, _, signature = session.rpartition(":")
    if not hmac.compare_digest(signature.encode(), _signed(access.key, "session", claim).encode()):
        return None
    name, _, until = claim.rpartition(":")
    token = next((token for token in access.tokens if token.name == name), None)
    return Person(token.name, token.may_write) if token is not None and now < int(until) else None


def form_token(access: Access, cookie: str, person: Person) -> str:
    """Return what a form must carry that comes from our page: bound to the visitor's cookie and name."""
    return _signed(access.key, "form", f"{cookie}:{person.name}")


def is_form_ours(access: Access, cookie: str, person: Person, token: str, site: str) -> bool:
    """Say whether a form was sent from our page.

    Args:
        access: the rules.
        cookie: the visitor's cookie.
        person: who asks.
        token: what the form carries.
        site: the `Sec-Fetch-Site` header; empty where the browser sends none.
    """
    expected = form_token(access, cookie, person)
    return bool(cookie) and site in ("", "same-origin", "none") and hmac.compare_digest(token.encode(), expected.encode())


def is_host_known(access: Access, host: str) -> bool:
    """Say whether a Host header names us."""
    name = host.lower().strip()
    bare = name if name.endswith("]") else name.rpartition(":")[0] or name
    return not access.hosts or bare in access.hosts


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _signed(key: bytes, purpose: str, text: str) -> str:
    return hmac.new(key, f"{purpose}\x1f{text}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
