"""The file of further feeds: what is added is read again, and the rest of the file stays as it is."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.config import Config, FeedConfig, FeedsConfig
from connectors.errors import ConfigError
from connectors.feeds.feed_list import add, read_list, remove, with_listed
from connectors.settings import Secret


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "feeds.toml"


def feed(name: str, url: str = "https://news.example/feed", **more: object) -> FeedConfig:
    return FeedConfig(id=name, url=url, **more)  # type: ignore[arg-type]


def test_without_a_file_there_are_no_feeds(path: Path) -> None:
    assert read_list(path) == ()
    assert not path.parent.exists()


def test_what_is_added_is_read_again_in_order(path: Path) -> None:
    feeds = (
        feed("a"),
        feed("b", kind="page", selector='a[href^="/x\\"]'),
        feed("c", kind="websub", secret=Secret("s"), expected_every_hours=6.0, fetch_pages=False),
        FeedConfig(id="d", kind="directory", path=Path("/tmp/é")),
    )
    add(path, feeds[:2])
    add(path, feeds[2:])
    assert read_list(path) == feeds


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(selector=st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30).filter(lambda text: "\n" not in text))
def test_any_text_survives(tmp_path: Path, selector: str) -> None:
    path = tmp_path / "any.toml"
    path.unlink(missing_ok=True)
    add(path, [feed("a", kind="page", selector=selector)])
    (found,) = read_list(path)
    assert found.selector == selector


def test_removing_leaves_comments_and_other_feeds_as_they_are(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(
        '# Mine.\n\n# First\n[[feed]]\nid = "a"\nurl = "http://a.example/"\n\n# Second\n[[feed]]\nid = "b"\nurl = "http://b.example/"\n'
    )
    assert remove(path, ["a", "zzz"]) == ("a",)
    assert path.read_text() == '# Mine.\n\n# Second\n[[feed]]\nid = "b"\nurl = "http://b.example/"\n'
    add(path, [feed("c")])
    assert [one.id for one in read_list(path)] == ["b", "c"]
    assert remove(path, ["b", "c"]) == ("b", "c")
    assert read_list(path) == ()


def test_a_wrong_file_lists_every_fault(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('[[feed]]\nid = "a"\nlink = "x"\n[[feed]]\nurl = 3\n')
    with pytest.raises(ConfigError) as caught:
        read_list(path)
    assert [problem.partition(":")[0] for problem in caught.value.problems] == ["feed[0].link", "feed[1].url", "feed[1].id"]


def test_a_file_that_is_no_toml_says_so_and_is_not_written(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("[[feed")
    with pytest.raises(ConfigError, match="not TOML"):
        read_list(path)


def test_listed_feeds_come_after_those_of_the_configuration(path: Path) -> None:
    add(path, [feed("b")])
    config = Config(feeds=FeedsConfig(list_path=path, feed=(feed("a"),)))
    assert [one.id for one in with_listed(config).feeds.feed] == ["a", "b"]


def test_the_same_id_in_both_is_a_fault(path: Path) -> None:
    add(path, [feed("a")])
    with pytest.raises(ConfigError, match="also the id"):
        with_listed(Config(feeds=FeedsConfig(list_path=path, feed=(feed("a"),))))


def test_rights_of_the_file_are_kept(path: Path) -> None:
    add(path, [feed("a")])
    path.chmod(0o600)
    add(path, [feed("b")])
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir() if not one.name.endswith(".lock")] == ["feeds.toml"]
