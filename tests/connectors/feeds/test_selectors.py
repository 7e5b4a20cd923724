"""CSS selectors find what a browser finds."""

import pytest
from lxml import html

from connectors.feeds.selectors import SelectorError, xpath_of

PAGE = html.document_fromstring(
    """<main id="top"><h2 class="title big"><a id="1" href="/a/1">One</a></h2>
    <div class="list"><ul><li><a id="2" href="/a/2.html" data-kind="news">Two</a></li></ul></div>
    <section><h2><span><a id="3" href="/b/3" title="it's">Three</a></span></h2></section></main>
    <footer><a id="4" href="/about" class="subtitle">About</a></footer>"""
)


@pytest.mark.parametrize(
    ("selector", "ids"),
    [
        ("a", "1234"),
        ("*", None),
        ("main a", "123"),
        ("MAIN A", "123"),
        ("#top a", "123"),
        ("h2 > a", "1"),
        ("h2>a", "1"),
        ("h2 a", "13"),
        (".title a", "1"),
        (".title.big > a", "1"),
        ("h2.title a", "1"),
        (".list a, footer a", "24"),
        ("a[href^='/a/']", "12"),
        ('a[href^="/a/"]', "12"),
        ("a[href$='.html']", "2"),
        ("a[href*='b']", "34"),
        ("a[data-kind]", "2"),
        ("a[data-kind=news]", "2"),
        ("[class~=big] a", "1"),
        ('a[title="it\'s"]', "3"),
        ("a.subtitle[href='/about']", "4"),
        ("main > section a , h2.big a", "13"),
    ],
)
def test_a_selector_finds_its_elements(selector: str, ids: str | None) -> None:
    found = "".join(element.get("id", "") for element in PAGE.xpath(xpath_of(selector)) if element.tag == "a")
    assert found == (ids if ids is not None else "1234")


@pytest.mark.parametrize(
    "selector",
    ["", " ", ",", "a,", ",a", "> a", "a >", "a > > b", "a:first-child", "a[href", "a[=x]", "a::before", "a + b", "a ~ b", "//a"],
)
def test_what_is_not_understood_is_said(selector: str) -> None:
    with pytest.raises(SelectorError, match="no CSS selector"):
        xpath_of(selector)


@pytest.mark.parametrize("value", ["x'] | //*[@id='4", "\"'"])
def test_a_value_cannot_break_out_of_its_quotes(value: str) -> None:
    try:
        path = xpath_of(f'a[title="{value}"]')
    except SelectorError:
        return
    assert PAGE.xpath(path) == []
