"""The names that the quick reader of feeds has been taught (`lean.py`), as data: namespaces, and what may be passed over.

An element may be passed over when feedparser (6.0.11 to 6.0.14) lets it change none of the keys that `rss_atom.py` looks at. A name
that stands nowhere here or in the tables of `lean.py` sends its whole document to feedparser.
"""

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DC = "{http://purl.org/dc/elements/1.1/}"
MEDIA = "{http://search.yahoo.com/mrss/}"
SLASH = "{http://purl.org/rss/1.0/modules/slash/}"
SYNDICATION = "{http://purl.org/rss/1.0/modules/syndication/}"
THREADING = "{http://purl.org/syndication/thread/1.0}"
WFW = "{http://wellformedweb.org/CommentAPI/}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# Elements of an entry or a feed that change none of the keys that we look at, when no other element is in them.
RSS_INERT = frozenset(
    {
        "category",
        "comments",
        "author",
        "enclosure",
        "copyright",
        "managingEditor",
        "webMaster",
        "generator",
        "docs",
        "cloud",
        "rating",
    }
    | {"lastBuildDate"}
)
ATOM_INERT = frozenset({f"{ATOM}{name}" for name in ("category", "rights", "generator", "icon", "logo", "author", "contributor")})
EXTENSIONS = frozenset(
    {f"{DC}{name}" for name in ("creator", "subject", "rights")}
    | {f"{MEDIA}{name}" for name in ("thumbnail", "content", "group", "credit", "keywords")}
    | {f"{SLASH}{name}" for name in ("comments", "section", "department", "hit_parade")}
    | {f"{SYNDICATION}updateBase", f"{THREADING}total", f"{WFW}commentRss", f"{WFW}comment"}
)
# What may be in an inert element; anything else in it might be taken for the entry's own.
INSIDE = frozenset(
    {f"{MEDIA}{name}" for name in ("thumbnail", "content", "credit", "keywords")}
    | {f"{ATOM}{name}" for name in ("name", "uri", "email")}
)
PLAIN_RELATIONS = frozenset(
    {"self", "hub", "next", "prev", "previous", "first", "last", "search", "license", "replies", "enclosure"}
)
HTML_TYPES = frozenset({"html", "text/html"})
FORBIDDEN_ATTRIBUTES = frozenset({"base", "lang", XML_LANG, "{http://www.w3.org/XML/1998/namespace}base"})
