"""The canonical form of an article's URL, and the outlet that it belongs to.

Two addresses that show the same article should be equal after `canonical_url`: RFC 3986 normalisation by `url-normalize`, then the
fragment goes, then parameters that only track readers (`tracking.py`). The order of the parameters that stay is kept, since it can
matter. The scheme is kept as well, because the URL has to work when somebody clicks it; `link_key` is the looser form that an
article is recognised by.

Known to be wrong: a site that names its articles by a parameter of that table; AMP and mobile twins count as other articles.
"""

import re
from functools import lru_cache
from urllib.parse import unquote_plus, urljoin, urlsplit, urlunsplit

from tld import get_fld
from url_normalize import url_normalize

from connectors.feeds.tracking import SITE_PARAMETERS, TRACKING_PARAMETERS

MAX_URL_CHARS = 2048

_EXACT = frozenset(name for name in TRACKING_PARAMETERS if not name.endswith("*"))
_PREFIXES = tuple(name[:-1] for name in TRACKING_PARAMETERS if name.endswith("*"))
# Addresses in which there is nothing to normalise, as most feeds write them; a test compares with `url-normalize`.
_STEP = r"[\w~!$&'()*+,;=:@-][\w~.!$&'()*+,;=:@-]*"
_PARAMETER = r"[\w~.!$'()*+,;:@/?-]*(?:=[\w~.!$'()*+,;:@/?-]*)?"  # a second equals sign is written %3D
NORMAL = re.compile(
    rf"(https?://(?:[a-z0-9]{{1,20}}(?:-[a-z0-9]{{1,20}}){{0,2}}\.){{1,9}}[a-z]{{2,20}}/(?:{_STEP}(?:/{_STEP})*/?)?)"
    rf"(?:\?({_PARAMETER}(?:&{_PARAMETER})*))?(?:#.*)?",
    re.ASCII,
)
_UNSAFE = re.compile('[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff<>"\\\\^`{|}]')


def is_tracking(parameter: str, host: str = "") -> bool:
    """Say whether a query parameter's name is one that only tracks, at any host or at this one."""
    name = unquote_plus(parameter).lower()
    return name in _EXACT or name.startswith(_PREFIXES) or any(_fits(name, row) for row in _site_rows(host))


def _fits(name: str, row: str) -> bool:
    return name.startswith(row[:-1]) if row.endswith("*") else name == row


@lru_cache(maxsize=4096)
def _site_rows(host: str) -> tuple[str, ...]:
    labels = host.partition(":")[0].split(".")
    names = (".".join(labels[start:]) for start in range(len(labels)))
    return next((SITE_PARAMETERS[name] for name in names if name in SITE_PARAMETERS), ())


def joined(base: str, link: str) -> str:
    """Return `urljoin(base, link)`, at once where the link is plainly whole.

    Raises:
        ValueError: the link is no address at all, such as one with half an IPv6 host.
    """
    return link if NORMAL.fullmatch(link) is not None and link[-1] not in "?#" else urljoin(base, link)


@lru_cache(maxsize=8192)  # one poll asks for the same links several times, and normalising costs 0.1 ms
def canonical_url(link: str, base: str = "") -> str:
    """Return the canonical form of a link, or "" when it is not an address on the web.

    Args:
        link: as the feed or page gives it.
        base: what a relative link is resolved against.

    Canonical forms stay as they are: `canonical_url(canonical_url(x)) == canonical_url(x)`.
    """
    normal = NORMAL.fullmatch(link) if link.isascii() else None
    found = normal[1] + _telling(normal[2] or "", _host_of(normal[1])) if normal is not None else _normalised(link, base)
    return found if len(found) <= MAX_URL_CHARS else ""


def _normalised(link: str, base: str) -> str:
    url = _absolute(link, base)
    if not url:
        return ""
    try:
        parts = urlsplit(url_normalize(url) or "")
        port = parts.port
    except ValueError:  # UnicodeError of IDNA is one
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        return ""
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path or "/", "", "")) + _telling(parts.query, host)


def _host_of(url: str) -> str:
    return url.split("/", 3)[2]


def _telling(query: str, host: str) -> str:
    """Return a query without what only tracks, with its question mark if anything is left."""
    left = "&".join(part for part in query.split("&") if part and not is_tracking(part.partition("=")[0], host))
    return f"?{left}" if left else ""


def _absolute(link: str, base: str) -> str:
    link = link.strip()
    if not link:
        return ""
    try:
        joined = urljoin(base, link) if base else link
        scheme = urlsplit(joined).scheme
    except ValueError:
        return ""
    joined = joined.partition("#")[0]
    return _UNSAFE.sub(_quoted, joined) if scheme.lower() in {"http", "https"} else ""


def _quoted(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found.group().encode())


def link_key(url: str) -> str:
    """Return what tells an article's address from others when scheme and `www.` do not count."""
    parts = urlsplit(url)
    return f"{parts.netloc.removeprefix('www.')}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def outlet_of(url: str) -> str:
    """Return the registrable name that a URL belongs to (`news.bbc.co.uk` is `bbc.co.uk`), the host itself where there is none.

    The public suffix list is the copy that comes with `tld`; private suffixes count: each blog on a shared host is an outlet.
    """
    return registrable_name(url) or urlsplit(canonical_url(url)).hostname or ""


def registrable_name(url: str) -> str:
    """Return the registrable name that a URL belongs to, "" for an address of numbers or a name without a dot.

    A suffix that the list does not have counts as one label, as the list's own algorithm says.
    """
    host = urlsplit(canonical_url(url)).hostname or ""
    labels = host.split(".")
    if len(labels) < 2 or not labels[-1][:1].isalpha():
        return ""
    found = get_fld(f"http://{host}/", fail_silently=True, search_private=True)
    return str(found) if found else ".".join(labels[-2:])
