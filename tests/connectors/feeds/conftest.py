"""A site to fetch from, and workers to read with, shared by the tests of feeds."""

from collections.abc import Iterator

import pytest

from connectors.feeds.workers import Workers
from tests.connectors.feeds.servers import Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    """A server on loopback."""
    with serving() as running:
        yield running


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    """Worker processes with the limits of production."""
    with Workers(count=1) as running:
        yield running
