"""Feeds of the size and make that newsrooms poll, with words of the gold articles: for measuring, and for comparing two parsers.

Four makes, after what the usual software writes: WordPress with full texts (10 entries), a broadcaster's RSS (40 short entries with
media), an Atom blog with escaped HTML (25 entries), and an agency's plain RSS (50 entries). Numbers are drawn from a seed.
"""

import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path

GOLD = Path(__file__).parents[2] / "data" / "gold-articles.jsonl"
BEGAN = datetime(2026, 3, 2, 6, tzinfo=UTC)


def sentences() -> tuple[str, ...]:
    """Return the sentences that entries are made of."""
    texts = [json.loads(line)["text"] for line in GOLD.read_text(encoding="utf-8").splitlines()]
    return tuple(part.strip() + "." for text in texts for part in text.split(". ") if len(part) > 30)


def paragraphs(dice: random.Random, words: Sequence[str], count: int) -> str:
    """Return HTML as editors write it: links, emphasis, an image, entities."""
    parts = []
    for number in range(count):
        text = escape(" ".join(dice.choices(words, k=3)), quote=False).replace("'", "&#8217;")
        link = f'<a href="https://www.news{number}.example/tag/{number}?utm_source=rss" target="_blank" rel="noopener">reported</a>'
        parts.append(
            f'<p class="wp-block-paragraph">{text} As {link}, <strong>talks</strong> go on&nbsp;&mdash; <em>slowly</em>.</p>\n'
        )
    image = (
        '<figure><img loading="lazy" width="1024" height="683" src="/i/a.jpg" alt="A &amp; B" srcset="/i/b.jpg 300w" /></figure>'
    )
    return image + "".join(parts)


def wordpress(dice: random.Random, words: Sequence[str]) -> str:
    """RSS 2.0 with `content:encoded`, as WordPress writes it."""
    items = []
    for number in range(10):
        title, body = escape(dice.choice(words)[:90]), paragraphs(dice, words, dice.randint(5, 14))
        link = f"https://site{dice.randint(1, 300)}.example/{2026}/03/{number + 1:02}/{dice.randint(1000, 99999)}-threat/"
        when = format_datetime(BEGAN - timedelta(minutes=41 * number))
        items.append(
            f"<item>\n<title>{title}</title>\n<link>{link}</link>\n<comments>{link}#respond</comments>\n"
            f"<dc:creator><![CDATA[Editor]]></dc:creator>\n<pubDate>{when}</pubDate>\n<category><![CDATA[World]]></category>\n"
            f'<category><![CDATA[Economy]]></category>\n<guid isPermaLink="false">https://site.example/?p={number}</guid>\n'
            f'<description><![CDATA[<p>{dice.choice(words)} [&#8230;]</p>\n<p>The post <a href="{link}">{title}</a> '
            f"appeared first.</p>]]></description>\n<content:encoded><![CDATA[{body}]]></content:encoded>\n"
            f"<wfw:commentRss>{link}feed/</wfw:commentRss>\n<slash:comments>0</slash:comments>\n</item>"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:wfw="http://wellformedweb.org/CommentAPI/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '
        'xmlns:slash="http://purl.org/rss/1.0/modules/slash/">\n<channel>\n<title>The Site</title>\n'
        '<atom:link href="https://site.example/feed/" rel="self" type="application/rss+xml" />\n<link>https://site.example/</link>\n'
        f"<description>News</description>\n<lastBuildDate>{format_datetime(BEGAN)}</lastBuildDate>\n<language>en-US</language>\n"
        "<sy:updatePeriod>hourly</sy:updatePeriod>\n<sy:updateFrequency>1</sy:updateFrequency>\n"
        "<generator>https://wordpress.org/?v=6.5</generator>\n"
        f"{chr(10).join(items)}\n</channel>\n</rss>"
    )


def broadcaster(dice: random.Random, words: Sequence[str]) -> str:
    """RSS 2.0 with short texts in CDATA and media, as broadcasters write it."""
    items = []
    for number in range(40):
        link = f"https://www.cast.example/news/articles/c{dice.randint(10**9, 10**10)}?at_medium=RSS&amp;at_campaign=rss"
        items.append(
            f"<item><title><![CDATA[{dice.choice(words)[:80]}]]></title><description><![CDATA[{dice.choice(words)}]]></description>"
            f'<link>{link}</link><guid isPermaLink="false">{link}#0</guid>'
            f"<pubDate>{format_datetime(BEGAN - timedelta(minutes=17 * number), usegmt=True)}</pubDate>"
            f'<media:thumbnail width="240" height="134" url="https://i.cast.example/{number}.jpg"/></item>'
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet title="XSL" type="text/xsl" href="/x.xsl"?>'
        '<rss xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:atom="http://www.w3.org/2005/Atom" version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel>'
        "<title><![CDATA[Cast News]]></title><description><![CDATA[Cast News - World]]></description>"
        "<link>https://www.cast.example/news/world</link><image><url>https://i.cast.example/l.gif</url><title>Cast</title>"
        "<link>https://www.cast.example/</link></image><ttl>15</ttl><language><![CDATA[en-gb]]></language>"
        f"{''.join(items)}</channel></rss>"
    )


def atom(dice: random.Random, words: Sequence[str]) -> str:
    """Atom 1.0 with escaped HTML, as blogs write it."""
    entries = []
    for number in range(25):
        when = (BEGAN - timedelta(hours=number)).isoformat()
        link = f"https://blog.example/2026/03/{dice.randint(1000, 99999)}"
        entries.append(
            f"<entry><id>tag:blog.example,2026:{number}</id><published>{when}</published><updated>{when}</updated>"
            f'<title type="html">{escape(dice.choice(words)[:80])}</title><link rel="alternate" type="text/html" href="{link}"/>'
            f'<link rel="replies" href="{link}#c"/><summary type="html">{escape(dice.choice(words))}</summary>'
            f'<content type="html">{escape(paragraphs(dice, words, 4))}</content><author><name>A</name></author></entry>'
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title type="text">A Blog'
        '</title><link rel="self" href="https://blog.example/feed"/><link rel="alternate" href="https://blog.example/"/>'
        f"<id>tag:blog.example,2026</id><updated>{BEGAN.isoformat()}</updated>{''.join(entries)}</feed>"
    )


def agency(dice: random.Random, words: Sequence[str]) -> str:
    """RSS 2.0 with plain text, as agencies write it."""
    items = []
    for number in range(50):
        link = f"https://agency.example/world/{dice.randint(10**6, 10**7)}.html"
        items.append(
            f"<item>\n<title>{escape(dice.choice(words)[:100])}</title>\n<link>{link}</link>\n<guid>{link}</guid>\n"
            f"<pubDate>{format_datetime(BEGAN - timedelta(minutes=9 * number))}</pubDate>\n"
            f"<description>{escape(' '.join(dice.choices(words, k=2)))}</description>\n<category>World</category>\n"
            f'<enclosure url="https://agency.example/{number}.jpg" length="12345" type="image/jpeg"/>\n</item>'
        )
    return (
        '<?xml version="1.0" encoding="windows-1251"?>\n<rss version="2.0">\n<channel>\n<title>Agency</title>\n'
        "<link>https://agency.example/</link>\n<description>Agency</description>\n<language>ru</language>\n"
        f"{chr(10).join(items)}\n</channel>\n</rss>"
    )


def feeds(count: int, seed: int = 5) -> Iterator[bytes]:
    """Yield documents of the four makes in turn."""
    dice, words = random.Random(seed), sentences()
    for number in range(count):
        make = (wordpress, broadcaster, atom, agency)[number % 4]
        encoding = "windows-1251" if make is agency else "utf-8"
        yield make(dice, words).encode(encoding, "xmlcharrefreplace")
