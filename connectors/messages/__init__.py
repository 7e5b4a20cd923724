"""The contract: what the topics carry, as frozen dataclasses."""
