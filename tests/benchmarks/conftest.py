"""The real broker and engine of the end-to-end tests, for the benchmarks."""

from tests.end_to_end.conftest import _session_broker, broker, cache_dir, fresh_topics, prism_location, software

__all__ = ["_session_broker", "broker", "cache_dir", "fresh_topics", "prism_location", "software"]
