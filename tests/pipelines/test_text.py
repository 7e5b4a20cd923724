"""Furniture, sentences and language."""

import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.text import MAX_SENTENCE, detect_language, furniture, sentences

SEED = Path(__file__).parents[1] / "data" / "generico-2021-12-31.txt"

# What common content systems put on a page, one template each: comment forms, menus, boxes, bars.
WHOLE = [
    "Please enter your comment!\nPlease enter your name here\n\nLATEST POSTS in this category",
    "LEAVE A REPLY Cancel reply\nComment:\nName:*\nEmail:*\nWebsite:\n"
    "Save my name, email, and website in this browser for the next time I comment.",
    "Leave a Comment\nYour email address will not be published. Required fields are marked *\nComment *\nName *\nEmail *",
    "You have entered an incorrect email address!\nPlease enter your email address here",
    "You must be logged in to post a comment.\nThis site uses Akismet to reduce spam. Learn how your comment data is processed.",
    "12 Comments\nSort by: Newest\nReply\nReport\nLoad more comments",
    "Comments are closed.\nBe the first to comment!",
    "Home | News | World | Politics | Business | Sport | Opinion",
    "Home > World > Middle East > Iran",
    "Main » News » Economy",
    "MENU Home World Economy Culture Sport Contact",
    "Skip to main content\nMenu\nSearch",
    "We use cookies to improve your experience. By continuing to browse you agree.\nAccept all\nCookie settings",
    "This website uses cookies to ensure you get the best experience on our website.\nGot it!",
    "Subscribe to our newsletter and get the latest news in your inbox\nSign up",
    "Sign up for our daily newsletter here.",
    "Share this:\nFacebook\nTwitter\nWhatsApp\nTelegram\nPrint",
    "Click to share on Twitter (Opens in new window)\nClick to share on Facebook (Opens in new window)",
    "Share on Facebook",
    "Read also: Minister threatens new sanctions against neighbour",
    "RELATED: Six things to know about the oil embargo",
    "You may also like\nMost read\nTrending now",
    "Tags: sanctions, Iran, oil, European Union",
    "© 2024 Daily Example. All rights reserved.",
    "Photo: Reuters/Archive\n3 min read\n1.2K views",
    "Follow us on Telegram and X",
    "← Previous article\nNext article →",
    "Advertisement\nContinue reading below\nSponsored",
    "Sign in\nForgot your password?\nCreate an account\nA password will be e-mailed to you.",
]
PROSE = [
    "The minister asked reporters not to leave a comment to chance and walked off.",
    "Home prices fell in Oslo, and news of the curbs hit business confidence.",
    "The committee will share its report on Friday.",
    "Readers may comment on the draft law until May.",
    "Please enter the talks in good faith, the envoy told both sides.",
    "Sanctions on tin: traders share the pain.",
    "He said the next step was up to Minsk.",
    "Cookies made with palm oil from Malaysia fall under the ban.",
    "Politics, business and sport met at the embassy's reception.",
    "The latest posts on his channel call for an embargo.",
    "The newsletter that the ministry publishes lists new names.",
    "More than 40 firms were listed.",
    "Follow the money, the prosecutor said, and you will see who dodged the ban.",
    "Iran to EU: lift curbs or lose access",
    "Source: the ministry did not say who the source was.",
    "Related charges against the bank were dropped.",
    "Tags on the containers showed that they came from Sevastopol.",
    "Photo opportunities were few; the two men shared no handshake.",
    "Reply from Riga came within the hour.",
    "Search teams reached the tanker by night.",
    "Advertising on state television will be banned from June.",
    "Accept the offer or face new duties, Washington told Bogota.",
    "Next month's summit will weigh the list.",
    "Print runs of the banned paper doubled.",
    "Report says sanctions bite",
    "Share of Russian oil in Indian imports falls",
    "Register of sanctioned firms grows by twelve",
    "Previous talks failed over the embargo",
    "Next EU package may hit banks",
    "Older tankers face port ban",
    "Subscribe to the theory or not, the curbs are real.",
    "World powers weigh curbs on Mali",
    "Video shows customs officers at the pier",
    "Sign of thaw: Riga lifts visa ban",
    "Support for sanctions wanes in Rome",
    "More than a threat",
    "Top official blames West for shortages",
    "Live animals may no longer be shipped to Libya",
    "Main suspect in evasion case held",
    "Twitter and Facebook must label state media, the regulator said.",
]


def cut(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sentences(text)]


def form(text: str) -> str:
    return " ".join(text[span.start : span.end] for span in furniture(text))


@pytest.mark.parametrize("template", WHOLE)
def test_a_template_is_furniture_to_the_last_word(template: str) -> None:
    assert cut(template) == []
    assert template.split() == " ".join(template[span.start : span.end] for span in furniture(template)).split()


@pytest.mark.parametrize("template", WHOLE)
def test_an_article_before_a_template_keeps_its_sentences(template: str) -> None:
    assert cut(f"Oslo warned Minsk. Nobody answered.\n\n{template}") == ["Oslo warned Minsk.", "Nobody answered."]


@pytest.mark.parametrize("template", WHOLE)
def test_a_template_is_known_in_lower_case(template: str) -> None:
    known = form(template.lower()).split()
    assert len(known) >= 0.5 * len(template.split())


@pytest.mark.parametrize("line", PROSE)
def test_prose_is_no_furniture(line: str) -> None:
    assert furniture(line) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Follow us on Telegram! Oslo closed its ports to the trawlers on Monday.",
            "Oslo closed its ports to the trawlers on Monday.",
        ),
        (
            "Photo: EPA. Oslo closed its ports to the trawlers on Monday. Follow us on X.",
            "Oslo closed its ports to the trawlers on Monday.",
        ),
        ("This site uses cookies. Find out how our software can help your firm: book a demo.", ""),
    ],
)
def test_a_sentence_glued_between_furniture_is_kept_and_a_notice_is_not(text: str, expected: str) -> None:
    assert " ".join(cut(text)) == expected


def test_the_form_and_the_glued_header_of_the_seed_article_are_furniture() -> None:
    text = SEED.read_text(encoding="utf-8")
    assert [text[span.start : span.end] for span in furniture(text)] == [
        "GENERICO.ruWorld",
        "Please enter your comment!",
        "Please enter your name here",
        "LATEST POSTS in this category",
    ]


def test_the_sentences_of_the_seed_article() -> None:
    found = cut(SEED.read_text(encoding="utf-8"))
    assert found[:2] == ["Biden said he expects progress in negotiations with Russia"] * 2
    assert found[2] == "US President Joe Biden"
    assert found[3].startswith("WASHINGTON Dec 31 US President Joe Biden, following")
    assert "serious sanctions in case of aggravation of the situation around Ukraine." in found
    assert found[-1] == "According to him, this does not threaten anyone and should not worry anyone."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Oslo waits. Riga acts.", 2),
        ("Mr. Berg met Gen. Ruiz on Jan. 5. They spoke of St. Lucia.", 2),
        ("The U.S. Treasury acted. It hit banks.", 2),
        ("He left the U.S. The ban stays.", 2),
        ("J. R. Smith of Acme Inc. said so.", 1),
        ("Acme Inc. The firm denies it.", 2),
        ('"We will act," he said. "Soon."', 2),
        ('"Never!" she said. Then she left.', 2),
        ('"Will you lift it?" a reporter asked.', 1),
        ("Will Bern act? No. Not yet!", 3),
        ("Prices rose 3.5 percent. No. 10 declined to comment.", 2),
        ("The ban (of 2014) stays... Nobody minds.", 2),
        ("ABUJA, March 4 - Leaders met on Monday.", 1),
        ("RIGA, 14 Oct. The premier said that the border will close.", 2),
        ("norway halts exports. sweden waits. mr. berg is gone.", 3),
        ("Headline without a stop\n\nThe text begins here.", 2),
        ("EU to Minsk: free them or face curbs\nThe text begins here.", 2),
        ("quoted by the press pool. serious sanctions in case of attack.", 2),
        ("“Enough.”The minister left.", 2),
        ("He spoke to Interfax.The ministry said no more.", 2),
    ],
)
def test_sentences_are_cut(text: str, expected: int) -> None:
    assert len(cut(text)) == expected


def test_a_wrapped_paragraph_is_one_run_of_text() -> None:
    text = (
        "The government of Norway said on Tuesday that it would\n"
        "halt licences for the export of drilling equipment to\n"
        "Azerbaijan if the mountain road is not open by Friday."
    )
    assert len(cut(text)) == 1


@settings(deadline=None)
@given(st.text(max_size=300) | st.text(alphabet="Ab.!? \n\"”'", max_size=120))
def test_spans_are_in_order_trimmed_and_apart(text: str) -> None:
    spans = sentences(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(left.end <= right.start for left, right in pairwise(spans))
    assert all(words == words.strip() for words in cut(text))


@settings(deadline=None)
@given(st.text(max_size=300))
def test_every_letter_is_in_a_sentence_or_in_furniture(text: str) -> None:
    covered = {at for span in (*sentences(text), *furniture(text)) for at in range(span.start, span.end)}
    assert all(at in covered for at, letter in enumerate(text) if letter.isalpha())


def test_a_text_without_stops_is_cut_in_time() -> None:
    began = time.perf_counter()
    spans = sentences("word " * 400_000)
    assert max(span.end - span.start for span in spans) <= MAX_SENTENCE
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The ministry said on Monday that it would halt all licences for the export of oil.", "en"),
        ("the ministry said on monday that it would halt all licences for the export of oil.", "en"),
        ("Министерство заявило в понедельник, что санкции будут сняты.", "ru"),
        ("Le ministère a déclaré lundi que les sanctions seraient levées avant la fin du mois.", "fr"),
        ("Das Ministerium teilte am Montag mit, dass die Sanktionen aufgehoben werden.", "de"),
        ("El ministerio anunció el lunes que levantará las sanciones contra los bancos.", "es"),
        ("وقالت الوزارة يوم الاثنين إنها سترفع العقوبات المفروضة على البنوك", "ar"),
        ("", "und"),
        ("12:30 +++ 4,5 %", "und"),
        ("OK", "und"),
    ],
)
def test_language_is_told_or_left_open(text: str, language: str) -> None:
    assert detect_language(text) == language
