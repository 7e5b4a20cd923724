"""Where the feeds and files of a filter are."""

from urllib.parse import urlencode

from connectors.subscribers.exports.formats import FORMATS
from connectors.subscribers.readmodel.filters import Filter, params_of

FEED_PATHS = {"atom": "/feed.atom", "rss": "/feed.rss"}
API_PATHS = {name: f"/alerts.{name}" for name in FORMATS}  # below /api/v1


def export_links(wanted: Filter) -> list[tuple[str, str, str]]:
    """Return (words, address, media type) of a filter's feeds and files, feeds first."""
    query = urlencode(params_of(wanted))
    paths = FEED_PATHS | {name: f"/api/v1{path}" for name, path in API_PATHS.items() if name not in FEED_PATHS}
    return [(FORMATS[name].words, f"{path}?{query}" if query else path, FORMATS[name].media_type) for name, path in paths.items()]
