"""A site to fetch from, and workers to read with, shared by the tests of feeds."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.feeds.workers import Workers

sys.path.insert(0, str(Path(__file__).parent))  # for `servers` and `documents`: tests are not packages

from servers import Site, serving


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
