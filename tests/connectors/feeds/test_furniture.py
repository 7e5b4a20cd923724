"""Words of comment forms and of other furniture never reach a text, and words of articles stay in it."""

import json
import re
from pathlib import Path

import pytest

from connectors.feeds.articles import _without_title
from connectors.feeds.furniture import without_furniture
from connectors.feeds.page import read_page
from connectors.feeds.text import clean
from tests.connectors.feeds.documents import PARAGRAPH, page
from tests.connectors.feeds.themes import LANGUAGES, Words

URL = "https://news.example/a"
GOLD = Path(__file__).parents[2] / "data" / "gold-articles.jsonl"
# The article that the project began with, as it was saved: a path before the title, a form and a list after the text.
SEED = (
    "GENERICO.ruWorldBiden said he expects progress in negotiations with Russia\n\n"
    "Biden said he expects progress in negotiations with Russia\n\n"
    "US President Joe Biden WASHINGTON Dec 31 US President Joe Biden said he expects progress. “We will increase our presence in "
    "Europe,” Biden said. According to him, this does not threaten anyone and should not worry anyone.\n\n\n"
    "Please enter your comment!\nPlease enter your name here\n\nLATEST POSTS in this category"
)
END = "should not worry anyone."
# Lines that themes leave in a page without any class to know them by.
LOOSE = (
    "Comment:",
    "Name:*",
    "Email:*",
    "Website:",
    "Please enter your email address here",
    "Log in to leave a comment",
    "You must be logged in to post a comment.",
    "Logged in as admin. Log out?",
    "This site uses Akismet to reduce spam. Learn how your comment data is processed.",
    "Notify me of follow-up comments by email.",
    "Be the first to comment",
    "No comments yet",
    "12 comments",
    "Share this:",
    "Like Loading...",
    "Click to share on Twitter (Opens in new window)",
    "TAGS",
    "Previous articleOther headline of a story",
    "RELATED ARTICLESMORE FROM AUTHOR",
    "MOST POPULAR",
    "EDITOR PICKS",
    "Для отправки комментария вам необходимо авторизоваться.",
    "Читайте также:",
    "Du musst angemeldet sein, um einen Kommentar abzugeben.",
    "Vous devez vous connecter pour publier un commentaire.",
    "Debes iniciar sesión para publicar un comentario.",
)
# What reads like furniture and is news.
NEWS = (
    "Please enter your comment! was the slogan of the campaign.",
    "The site asked visitors to “Please enter your name here”.",
    "Subscribe to our newsletter, the ministry told exporters, and you will learn of each sanction that the Union lifts this year.",
    "Sign up for the newsletter. " + PARAGRAPH,
    "Leave a reply to the sanctions to the Security Council, the minister said.",
    "Related news: the Treasury named two more banks.",
    "Share this burden with us, the president asked of his allies.",
    "More news is expected on Monday.",
    "Previous articles of the treaty stay in force.",
    "Name: IVANOV Ivan; born 1 May 1960; passport 123456.",
    "Comments by the minister were taken as a threat.",
    "The latest posts in this category of goods are steel and timber.",
    "He said that his name would never be published. Your email address will not be published, the ministry promised to witnesses.",
    "Telegram",
)


def form_of(words: Words) -> tuple[str, ...]:
    return (words.reply, words.comment, words.name, words.mail, words.unpublished, words.save, words.latest)


def test_of_the_seed_the_article_stays_and_nothing_else() -> None:
    assert without_furniture(SEED).endswith(END)
    text = _without_title(without_furniture(SEED), "Biden said he expects progress in negotiations with Russia")
    assert text.startswith("US President Joe Biden WASHINGTON")
    assert text.endswith(END)


def test_of_the_seed_run_together_in_one_line_the_form_goes_too() -> None:
    assert without_furniture(" ".join(SEED.split())).endswith(END)


@pytest.mark.parametrize("words", LANGUAGES, ids=[words.code for words in LANGUAGES])
def test_a_form_goes_in_every_language_line_by_line_and_run_together(words: Words) -> None:
    form = form_of(words)
    assert without_furniture("\n".join([PARAGRAPH, *form])) == PARAGRAPH
    assert without_furniture(f"{PARAGRAPH} {' '.join(form)}") == PARAGRAPH
    assert without_furniture(f"{PARAGRAPH}\n{' '.join(form)}") == PARAGRAPH


@pytest.mark.parametrize("line", LOOSE)
def test_a_loose_line_of_furniture_goes(line: str) -> None:
    assert without_furniture(f"{PARAGRAPH}\n{line}") == PARAGRAPH
    assert read_page(page(after="").replace("</article>", f"<p>{line}</p></article>").encode(), url=URL).text.endswith("ministers.")


@pytest.mark.parametrize("line", NEWS)
def test_news_that_reads_like_furniture_stays(line: str) -> None:
    assert without_furniture(f"{PARAGRAPH}\n{line}\n{PARAGRAPH}") == f"{PARAGRAPH}\n\n{line}\n\n{PARAGRAPH}"


def test_of_our_gold_articles_nothing_but_comment_forms_goes() -> None:
    lost = [line for text in gold_texts() for line in text.split("\n") if line and not without_furniture(line)]
    assert [line for line in lost if re.search("comment|name|email|reply|posts", line, re.IGNORECASE) is None] == []
    assert max(map(len, lost), default=0) < 120


def gold_texts() -> list[str]:
    """Return the texts of the gold articles, cleaned as every text of ours is."""
    return [clean(json.loads(line)["text"]) for line in GOLD.read_text(encoding="utf-8").splitlines()]


# Where sites put whole articles into what looks like furniture.
BOXES = {
    "a form around the page (ASP.NET)": ("<body>", "<body><form id='aspnetForm'>", "</body>", "</form></body>"),
    "a body called sidebar": ("<body>", "<body class='single sidebar'>", "", ""),
    "a main called widget-area": ("<article>", "<main class='widget-area'><article>", "</article>", "</article></main>"),
    "an article on newsletters": ("<article>", "<article class='newsletter'>", "", ""),
    "an aside": ("<article>", "<aside><article>", "</article>", "</article></aside>"),
    "a box called comments": ("<article>", "<div class='comments'><article>", "</article>", "</article></div>"),
    "a box called breadcrumbs that never ends": ("<article>", "<div class='breadcrumbs'><article>", "", ""),
    "a box within a box": ("<article>", "<form><div id='sidebar'><article>", "</article>", "</article></div></form>"),
}


@pytest.mark.parametrize("box", BOXES.values(), ids=BOXES.keys())
def test_an_article_in_a_box_that_looks_like_furniture_is_read(box: tuple[str, str, str, str]) -> None:
    opening, opened, closing, closed = box
    comments = '<div id="comments"><ol class="comment-list">' + f"<li><p>{'I was there myself. ' * 20}</p></li>" * 3 + "</ol></div>"
    html = page(after=comments).replace(opening, opened).replace(closing, closed) if closing else page().replace(opening, opened)
    text = read_page(html.encode(), url=URL).text
    assert text.count(PARAGRAPH) == 3
    assert "I was there" not in text
