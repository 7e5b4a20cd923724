"""Canonical URLs and outlets."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connectors.feeds.canonical import (
    NORMAL,
    _normalised,
    canonical_url,
    is_tracking,
    link_key,
    outlet_of,
)
from connectors.feeds.tracking import SITE_PARAMETERS, TRACKING_PARAMETERS

CASES = (
    ("http://News.Example/a", "http://news.example/a"),
    ("HTTPS://news.example:443/a", "https://news.example/a"),
    ("http://news.example:80", "http://news.example/"),
    ("http://news.example:8080/a", "http://news.example:8080/a"),
    ("http://news.example/a/../b/./c", "http://news.example/b/c"),
    ("http://news.example/%7euser/%c3%a9", "http://news.example/~user/%C3%A9"),
    ("http://news.example/é", "http://news.example/%C3%A9"),
    ("http://news.example/a b", "http://news.example/a%20b"),
    ("http://news.example/a#comments", "http://news.example/a"),
    ("http://news.example/a?", "http://news.example/a"),
    ("http://news.example/a?utm_source=rss&id=1&utm_medium=x", "http://news.example/a?id=1"),
    ("http://news.example/a?fbclid=x&gclid=y&yclid=z", "http://news.example/a"),
    ("http://news.example/a?b=2&a=1", "http://news.example/a?b=2&a=1"),
    ("http://news.example/a?UTM_Source=x&ID=1", "http://news.example/a?ID=1"),
    ("http://news.example/a?utm%5Fsource=x", "http://news.example/a"),
    ("http://user:secret@news.example/a", "http://news.example/a"),
    ("http://пример.рф/путь", "http://xn--e1afmkfd.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C"),
    ("  http://news.example/a\n", "http://news.example/a"),
    ("/b?c=1", "https://base.example/b?c=1"),
    ("b", "https://base.example/x/b"),
    ("//cdn.example/a", "https://cdn.example/a"),
    ("?p=7", "https://base.example/x/?p=7"),
    ("http://news.example./a", "http://news.example/a"),
    ("javascript:alert(1)", ""),
    ("mailto:a@news.example", ""),
    ("data:text/html,x", ""),
    ("http://", ""),
    ("http://news.example:99999/", ""),
    ("http://[bad/", ""),
    ("http://news.example/" + "a" * 3000, ""),
    ("", ""),
)


@pytest.mark.parametrize(("link", "canonical"), CASES)
def test_a_link_has_one_canonical_form(link: str, canonical: str) -> None:
    assert canonical_url(link, "https://base.example/x/") == canonical


@pytest.mark.parametrize("name", TRACKING_PARAMETERS)
def test_each_tracking_parameter_is_taken_out(name: str) -> None:
    parameter = name.replace("*", "anything")
    assert canonical_url(f"http://news.example/a?{parameter}=1&id=2") == "http://news.example/a?id=2"


@pytest.mark.parametrize(("site", "name"), [(site, name) for site, names in SITE_PARAMETERS.items() for name in names])
def test_a_parameter_of_one_site_is_taken_out_there_and_stays_elsewhere(site: str, name: str) -> None:
    parameter = name.replace("*", "anything")
    assert canonical_url(f"https://www.{site}/a?{parameter}=1&story=2") == f"https://www.{site}/a?story=2"
    assert canonical_url(f"https://{site}/a%20b?{parameter}=1") == f"https://{site}/a%20b"
    assert canonical_url(f"https://not{site}/a?{parameter}=1") == f"https://not{site}/a?{parameter}=1"


def test_a_row_of_a_site_adds_to_the_table_for_all() -> None:
    assert [name for names in SITE_PARAMETERS.values() for name in names if is_tracking(name)] == []


def test_the_table_names_each_parameter_once() -> None:
    assert len(set(TRACKING_PARAMETERS)) == len(TRACKING_PARAMETERS)


@pytest.mark.parametrize("name", ["id", "p", "article", "page", "utm", "story_id", "ga", "newsid", "atid"])
def test_parameters_that_name_an_article_stay(name: str) -> None:
    assert not is_tracking(name)


URLS = st.builds(
    "{}://{}{}{}{}".format,
    st.sampled_from(["http", "HTTPS", "https"]),
    st.sampled_from(["news.example", "WWW.News.Example:80", "xn--e1afmkfd.xn--p1ai", "пример.рф", "10.0.0.1:8080", "[::1]"]),
    st.text(st.sampled_from("/aB.%2é ;=&+~!\\|^`'\"<>{}[]:@"), max_size=12).map(lambda text: f"/{text}"),
    st.text(st.sampled_from("aB=&%2/?é +;:@utm_source"), max_size=12).map(lambda text: f"?{text}" if text else ""),
    st.sampled_from(["", "#x", "#!y"]),
)


@given(URLS | st.text(max_size=40).map(lambda text: f"http://news.example/{text}"))
def test_a_canonical_form_stays_as_it_is(link: str) -> None:
    once = canonical_url(link)
    assert canonical_url(once) == once


@given(st.text(max_size=60), st.text(max_size=30))
def test_any_text_has_a_canonical_form_or_none(link: str, base: str) -> None:
    found = canonical_url(link, base)
    assert found == "" or found.startswith(("http://", "https://"))
    assert found.isascii()


@given(URLS, st.sampled_from(["utm_source=a", "fbclid=1", "gclid=x"]))
def test_tracking_never_changes_the_canonical_form(link: str, parameter: str) -> None:
    address, _, fragment = link.strip().partition("#")
    tracked = f"{address}{'&' if '?' in address else '?'}{parameter}#{fragment}"
    assert canonical_url(tracked) == canonical_url(link)


def test_scheme_and_www_do_not_count_in_a_link_key() -> None:
    assert link_key("http://www.news.example/a?id=1") == link_key("https://news.example/a?id=1") == "news.example/a?id=1"


@pytest.mark.parametrize(
    ("url", "outlet"),
    [
        ("https://www.bbc.co.uk/news/1", "bbc.co.uk"),
        ("https://edition.cnn.com/a", "cnn.com"),
        ("https://someone.blogspot.com/a", "someone.blogspot.com"),
        ("http://generico.ru/a", "generico.ru"),
        ("http://пример.рф/", "xn--e1afmkfd.xn--p1ai"),
        ("http://127.0.0.1:8000/a", "127.0.0.1"),
        ("http://paper.localhost:8000/a", "paper.localhost"),
        ("http://feeds.news.example/rss", "news.example"),
        ("http://blogspot.com/", "blogspot.com"),
        ("http://[2606:4700::1111]/", "2606:4700::1111"),
        ("http://intranet/", "intranet"),
        ("http://[bad", ""),
        ("", ""),
    ],
)
def test_an_outlet_is_the_registrable_name(url: str, outlet: str) -> None:
    assert outlet_of(url) == outlet


@settings(max_examples=300)
@example("http://news.aa/?==")
@example("http://news.aa/?a=b=c&d")
@example("http://news.aa/a?&&=")
@given(st.from_regex(NORMAL, fullmatch=True) | st.from_regex(r"http://news\.aa/\?[ab=&;?/.]{0,8}", fullmatch=True))
def test_what_looks_normal_is_what_normalising_gives(link: str) -> None:
    assert canonical_url(link) == _normalised(link, "")
