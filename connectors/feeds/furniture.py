"""What stands around articles on their pages, as data: what is taken out before a text is looked for, and what after.

A name or a line goes in when a page was seen to leak it, and a test with it (`test_page.py`).
"""

import re

from connectors.feeds.text import clean

# Elements that go before the text is looked for. Values are class or id names, whole or as a prefix that ends in a hyphen.
PRUNED_NAMES: tuple[str, ...] = (
    # comments and their forms: WordPress core, tagDiv, Disqus, Jetpack, Hyper Comments
    "respond",
    "comments",
    "comment-respond",
    "comment-form",
    "comments-area",
    "comment-list",
    "commentlist",
    "td-warning-comment",
    "disqus_thread",
    "jp-relatedposts",
    "hypercomments_widget",
    # other posts: tagDiv, Yoast-era themes, Astra, GeneratePress, OceanWP, Jannah, Newsmag
    "related-posts",
    "relatedposts",
    "related-articles",
    "td-related-title",
    "td_block_related_posts",
    "latest-posts",
    "recent-posts",
    "post-navigation",
    "nav-links",
    "td-post-next-prev",
    "more-from",
    "read-more-list",
    "yarpp",
    # newsletters, sharing, authors, cookies
    "newsletter",
    "newsletter-box",
    "newsletter-signup",
    "subscribe-box",
    "mailchimp",
    "mc4wp-form",
    "sharedaddy",
    "share-buttons",
    "social-share",
    "td-post-sharing",
    "author-box",
    "td-author-name",
    "breadcrumbs",
    "breadcrumb",
    "entry-crumbs",
    "cookie-notice",
    "cookie-banner",
    "widget-area",
    "sidebar",
)
PRUNED = ["//form", "//nav", "//aside", "//footer", "//dialog"] + [
    f"//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ') or @id='{name}']" for name in PRUNED_NAMES
]
# Lines that are never news, compared without case and end marks.
FURNITURE = re.compile(
    r"please enter your (comment|name|email)( address)?( here)?"
    r"|you have entered an incorrect email address"
    r"|save my name,? email,? and website in this browser.*"
    r"|your email address will not be published.*"
    r"|required fields are marked.*"
    r"|(leave a (reply|comment)|cancel reply|post comment|log ?in to (leave a )?comment)"
    r"|(latest|related|recent|popular|more) (posts?|articles?|news|stories)( in this category)?\d*"
    r"|(sign up|subscribe) (to|for) (our|the) (daily |weekly |free )?newsletters?.*"
    r"|(share|follow us) on (facebook|twitter|x|telegram|whatsapp|linkedin)"
    r"|(previous|next) (article|post)",
    re.IGNORECASE,
)


def without_furniture(text: str) -> str:
    """Return the paragraphs of a text (one a line) that are not furniture, parted by blank lines."""
    lines = (clean(line) for line in text.splitlines())
    return "\n\n".join(line for line in lines if line and FURNITURE.fullmatch(line.strip(" .!:*")) is None)
