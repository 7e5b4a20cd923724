"""The text of a page, and what must never be in it."""

import pytest

from connectors.feeds.failures import UnreadableError
from connectors.feeds.page import decode_page, read_page, without_furniture
from tests.connectors.feeds.documents import PARAGRAPH, page

URL = "http://news.example/a"
# What common WordPress themes put under an article. None of its words may be in the text.
COMMENT_FORMS = {
    "tagDiv Newspaper": """<div class="comments" id="comments"><div id="respond" class="comment-respond"><h3 id="reply-title"
        class="comment-reply-title">LEAVE A REPLY <small><a href="#">Cancel reply</a></small></h3><form id="commentform"
        class="comment-form"><p class="comment-form-input-wrap"><textarea placeholder="Comment:"></textarea>
        <div class="td-warning-comment">Please enter your comment!</div><div class="td-warning-author">Please enter your name
        here</div></form></div></div>""",
    "tagDiv without a form element": """<div class="td-warning-comment">Please enter your comment!</div>
        <p>Please enter your name here</p>""",
    "WordPress core": """<section class="comments-area" id="comments"><div id="respond" class="comment-respond"><h2>Leave a Reply
        </h2><form><p class="comment-notes">Your email address will not be published. Required fields are marked *</p>
        <p class="comment-form-cookies-consent">Save my name, email, and website in this browser for the next time I comment.</p>
        </form></div></section>""",
    "loose paragraphs": """<p>Please enter your comment!</p><p>Please enter your name here</p>
        <p>You have entered an incorrect email address!</p><p>Save my name, email, and website in this browser for the next time
        I comment.</p>""",
    "latest posts": """<div class="td_block_wrap latest-posts"><h4>LATEST POSTS in this category</h4><p>Minister opens a bridge in
        the north of the country after years of delay and of quarrels.</p></div>""",
    "newsletter": """<div class="newsletter-signup"><h3>Subscribe to our newsletter</h3><p>Get the best stories of the day in your
        inbox every single morning, free of charge and without obligation.</p></div>""",
}
LEAKS = ("enter your", "Leave a", "LEAVE A", "email", "LATEST POSTS", "opens a bridge", "newsletter", "inbox", "Cancel reply")


@pytest.mark.parametrize("furniture", COMMENT_FORMS.values(), ids=COMMENT_FORMS.keys())
def test_what_stands_under_an_article_is_not_in_its_text(furniture: str) -> None:
    inside = page(after="").replace("</article>", f"{furniture}</article>")
    for html in (page(after=furniture), inside):
        text = read_page(html.encode(), url=URL).text
        assert text.count(PARAGRAPH) == 3
        assert [leak for leak in LEAKS if leak in text] == []


def test_menus_and_footers_are_not_in_the_text() -> None:
    text = read_page(page().encode(), url=URL).text
    assert "World" not in text
    assert "rights reserved" not in text


def test_paragraphs_are_parted_by_blank_lines() -> None:
    text = read_page(page().encode(), url=URL).text
    assert text.split("\n\n")[-3:] == [f"{part} {PARAGRAPH}" for part in ("First.", "Second.", "Third.")]


@pytest.mark.parametrize(
    ("head", "published"),
    [
        ('<meta property="article:published_time" content="2021-12-31T10:00:00+03:00">', "2021-12-31T10:00:00+03:00"),
        ('<script type="application/ld+json">{"@graph": [{"x": 1}, {"datePublished": "2021-12-30"}]}</script>', "2021-12-30"),
        ('<script type="application/ld+json">{broken</script><meta name="pubdate" content="2021-12-29">', "2021-12-29"),
        ('<script type="application/ld+json">' + "[" * 5000 + "</script>", ""),
        ("", ""),
    ],
)
def test_the_time_of_publication_is_found_where_the_page_writes_it(head: str, published: str) -> None:
    assert read_page(page(head=head).encode(), url=URL).published == published


def test_the_address_that_a_page_calls_its_own_is_told() -> None:
    assert read_page(page(head='<link rel="canonical" href="/a?utm_source=x">').encode(), url=URL).canonical == URL
    assert read_page(page(head='<meta property="og:url" content="javascript:x">').encode(), url=URL).canonical == ""


def test_the_title_and_the_language_are_those_of_the_page() -> None:
    found = read_page(page(title="A &amp; B").encode(), url=URL)
    assert (found.title, found.language) == ("A & B", "en")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("Привет".encode("windows-1251"), "text/html; charset=windows-1251"),
        (b'<meta charset="windows-1251">' + "Привет".encode("windows-1251"), "text/html"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">Привет'.encode("koi8-r"), ""),
        ("Привет".encode(), "text/html; charset=iso-8859-1"),
        ("Привет".encode("utf-8-sig"), ""),
        ("Привет".encode("utf-16"), ""),
        (b'<meta charset="nonsense">' + "Привет".encode("windows-1251"), "text/html; charset=windows-1251"),
    ],
)
def test_the_characters_of_a_page_are_found(body: bytes, content_type: str) -> None:
    assert decode_page(body, content_type).endswith("Привет")


@pytest.mark.parametrize("body", [b"", b"{}", b"\x00\x01", b"%PDF-1.4 binary", b"\x89PNG" + bytes(range(256))])
def test_what_is_no_page_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_page(body, url=URL)


def test_a_page_without_words_has_no_text() -> None:
    assert read_page(b"<html><body></body></html>", url=URL).text == ""


def test_furniture_is_known_word_for_word_and_news_about_it_stays() -> None:
    news = "Please enter your comment! was the slogan of the campaign."
    assert without_furniture(f"LATEST POSTS in this category2\nPlease enter your name here\n{news}") == news
