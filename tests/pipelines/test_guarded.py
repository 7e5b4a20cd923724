"""Memory that notices when its key has been elsewhere."""

from itertools import count

import pytest

from pipelines.guarded import Guarded


def guarded() -> Guarded[str]:
    numbers = count(1)
    return Guarded("first", lambda: f"rebuilt {next(numbers)}")


def test_memory_is_kept_while_the_counters_agree() -> None:
    memory = guarded()
    with memory.at("en", None) as held:
        assert held == "first"
    with memory.at("en", memory.advanced("en")) as held:
        assert held == "first"


@pytest.mark.parametrize("version", [None, 1, 3])
def test_memory_is_rebuilt_when_the_counters_differ(version: int | None) -> None:
    memory = guarded()
    memory.advanced("en")
    memory.advanced("en")
    with memory.at("en", version) as held:
        assert held == "rebuilt 1"
    with memory.at("en", version) as held:
        assert held == "rebuilt 1"
    assert memory.advanced("en") == (version or 0) + 1


def test_keys_are_counted_apart() -> None:
    memory = guarded()
    assert (memory.advanced("en"), memory.advanced("ru"), memory.advanced("en")) == (1, 1, 2)


def test_the_lock_is_free_after_an_error() -> None:
    memory = guarded()
    with pytest.raises(ValueError, match="broken"), memory.at("en", None):
        raise ValueError("broken")
    with memory.at("en", None) as held:
        assert held == "first"
