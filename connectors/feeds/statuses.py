"""What a status that is no document means to whoever keeps the list of feeds, and what to do about it (RFC 9110, section 15)."""

from http import HTTPStatus

MEANINGS: dict[int, str] = {
    304: "it was not told what we have, so it must send the document; a broken cache of the site, which only its keeper can mend",
    401: "it wants a login; look for a feed of the site that is open",
    402: "it wants to be paid; look for a feed of the site that is open",
    403: "it does not let us in; open the address in a browser, and if it works there ask the publisher to let our user agent in",
    404: "there is nothing at this address; `sanctionwire feeds test` on the site's front page finds its feeds",
    410: "it is gone for good; `sanctionwire feeds remove` takes it out",
    429: "it was asked too often; nothing to do but wait, or poll fewer of its feeds",
    451: "the law forbids it there; look for the feed at another address",
    503: "it is busy or being mended; nothing to do but wait",
}
OF_CLASS: dict[int, str] = {
    3: "it says that the document is elsewhere, and not where; open the address in a browser",
    4: "it takes the question for a wrong one; open the address in a browser",
    5: "the site has a trouble of its own; nothing to do but wait",
}


def told(status: int) -> str:
    """Return a status as "404 Not Found (what it means; what to do)"."""
    try:
        name = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        name = str(status)
    meaning = (
        MEANINGS.get(status) or OF_CLASS.get(status // 100) or "it is no answer with a document; open the address in a browser"
    )
    return f"{name} ({meaning})"
