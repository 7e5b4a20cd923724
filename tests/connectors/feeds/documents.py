"""Feeds and pages for tests, made of a few words."""

from html import escape

PARAGRAPH = (
    "The United States and its allies suspect Russia of preparing an invasion of Ukraine and threaten it with unprecedented "
    "sanctions if the plans attributed to it are carried out, the State Department said on Thursday after a call between ministers."
)


def item(title: str = "Biden warns Moscow", link: str = "/a", guid: str = "", text: str = PARAGRAPH, more: str = "") -> str:
    """One entry of an RSS 2.0 feed; an empty part is left out."""
    parts = {"title": title, "link": link, "guid": guid, "description": text}
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in parts.items() if value)
    return f"<item>{inner}{more}</item>"


def rss(*items: str, head: str = "", prolog: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    """An RSS 2.0 feed."""
    return (
        f'{prolog}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>News</title>'
        f"<link>/</link>{head}{''.join(items)}</channel></rss>"
    )


def page(title: str = "Biden warns Moscow", text: str = PARAGRAPH, head: str = "", after: str = "") -> str:
    """A page with an article of three paragraphs."""
    paragraphs = "".join(f"<p>{part} {escape(text)}</p>" for part in ("First.", "Second.", "Third."))
    return (
        f'<html lang="en"><head><title>{title}</title>{head}</head><body><nav><a href="/">Home</a> <a href="/w">World</a></nav>'
        f"<article><h1>{title}</h1>{paragraphs}</article>{after}<footer>All rights reserved</footer></body></html>"
    )
