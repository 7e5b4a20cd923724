"""Which wire service a text is from, so that forty outlets that print one dispatch are not taken for forty witnesses.

A text is a service's when its byline names it, when its dateline does ("WASHINGTON, Dec 31 (Reuters) -", "MOSCOW, December 31.
/TASS/."), when a line of credit at its end does ("With inputs from ANI", "Source: AFP", "(Reporting by ...; Editing by ...)"), or
when the outlet is the service itself. News that only quotes one ("Reuters reported on Friday that ...") is not.

Known to be wrong: dispatches that are printed without any credit; `pipelines.dedupe` finds those by their words.
"""

import re
from collections.abc import Iterable

# Canonical name, the names that bylines and datelines use (regular expressions), and the registrable names of its own sites.
AGENCIES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Reuters", r"(?:Thomson )?Reuters|Рейтер", ("reuters.com",)),
    ("AP", r"The Associated Press|Associated Press|AP", ("apnews.com", "ap.org")),
    ("AFP", r"Agence France[- ]Presse|AFP", ("afp.com",)),
    ("TASS", r"ITAR[- ]TASS|TASS|ТАСС", ("tass.com", "tass.ru")),
    ("Interfax-Ukraine", r"Interfax[- ]Ukraine|Интерфакс[- ]Украина|Інтерфакс[- ]Україна", ("interfax.com.ua",)),
    ("Interfax", r"Interfax|Интерфакс", ("interfax.com", "interfax.ru")),
    ("RIA Novosti", r"RIA Novosti|РИА Новости", ("ria.ru",)),
    ("Sputnik", r"Sputnik", ("sputnikglobe.com", "sputniknews.com")),
    ("Ukrinform", r"Ukrinform|Укринформ|Укрінформ", ("ukrinform.net", "ukrinform.ua")),
    ("Xinhua", r"Xinhua(?: News Agency)?|新华社", ("xinhuanet.com", "news.cn")),
    ("Bloomberg", r"Bloomberg(?: News)?", ("bloomberg.com",)),
    ("DPA", r"Deutsche Presse[- ]Agentur|dpa(?:[-/]\w+)?|DPA", ("dpa.com", "dpa-international.com")),
    ("EFE", r"(?:Agencia )?EFE", ("efe.com",)),
    ("ANSA", r"ANSA", ("ansa.it",)),
    ("Anadolu", r"Anadolu(?: Agency| Ajansı)?|AA", ("aa.com.tr",)),
    ("IRNA", r"IRNA", ("irna.ir",)),
    ("Yonhap", r"Yonhap(?: News Agency)?", ("yna.co.kr",)),
    ("Kyodo", r"Kyodo(?: News)?", ("kyodonews.net", "kyodonews.jp")),
    ("KCNA", r"KCNA", ("kcna.kp",)),
    ("PTI", r"Press Trust of India|PTI", ("ptinews.com",)),
    ("ANI", r"Asian News International|ANI", ("aninews.in",)),
    ("IANS", r"Indo[- ]Asian News Service|IANS", ("ians.in",)),
    ("UPI", r"United Press International|UPI", ("upi.com",)),
    ("PA Media", r"PA Media|Press Association", ("pa.media",)),
    ("AAP", r"Australian Associated Press|AAP", ("aap.com.au",)),
    ("Canadian Press", r"The Canadian Press|Canadian Press", ("thecanadianpress.com",)),
    ("Belga", r"Belga(?: News Agency)?", ("belganewsagency.eu",)),
    ("PAP", r"Polska Agencja Prasowa|PAP", ("pap.pl",)),
)
UNNAMED = "agencies"  # "with agency inputs": a wire service, but none is named
HEAD_CHARS = 300  # where a dateline stands
TAIL_CHARS = 500  # where a credit stands
NAMES = "|".join(f"(?P<a{number}>{names})" for number, (_, names, _) in enumerate(AGENCIES))
PLURAL = r"(?P<unnamed>(?i:(?:news |wire )?agenc(?:y|ies)(?: inputs?| reports?)?|wire (?:services?|reports?)))"
# "WASHINGTON, Dec 31 (Reuters) -", "(AP) —", "MOSCOW, December 31. /TASS/.", "(ANI):": a mark must follow the name.
DATELINE = re.compile(rf"^(?:[^\n]{{0,100}}?[\s,.]|)[(/\[](?:{NAMES})(?:[ ,][^()/\n]{{0,30}})?[)/\]]\s*(?:[-–—:.]|$)", re.MULTILINE)
# The whole line is the credit.
WITH = r"(?:written |compiled )?(?:with|based on|including) (?:additional )?(?:inputs?|reporting|reports?|files?|material)?"
CREDIT = re.compile(
    rf"^[\s*(\[—–-]*(?i:(?:{WITH}(?: from| by)?(?: the)?|sources?|via|credit|©|copyright|\(c\)|by|from|—|–)?\s*:?\s*)(?:\d{{4}} )?"
    rf"(?:(?:{NAMES})(?:(?:,| and| &|/| with) ?[\w ,./&-]{{1,60}})?|{PLURAL})[\s.)\]]*$"
)
AGENCY_INPUTS = re.compile(
    r"\bwith (?:agenc(?:y|ies)|wire) (?:inputs?|reports?)\b|\bwith inputs? from (?:news )?agencies\b", re.IGNORECASE
)
REUTERS_DESK = re.compile(r"\((?:Additional )?Reporting by [^()]{3,300}; ?(?:Writing|Editing|Compiled) by [^()]{3,200}\)")
BYLINE = re.compile(rf"^(?:.{{0,80}}?\W)??(?:{NAMES}|{PLURAL})(?:\W.{{0,80}})?$")


def agency_of(*, bylines: Iterable[str], text: str, outlet: str) -> str:
    """Return the canonical name of the wire service that a text is from, `UNNAMED` when it names none, "" when it is from none.

    Args:
        bylines: whom page and feed name as author or credit with the text.
        text: the article, paragraphs parted by blank lines.
        outlet: registrable name of the site.
    """
    own = next((name for name, _, sites in AGENCIES if outlet in sites), "")
    return (
        own
        or next(filter(None, (_named(BYLINE.match(byline.strip())) for byline in bylines)), "")
        or _named(DATELINE.search(text[:HEAD_CHARS]))
        or _credited(text)
    )


def _credited(text: str) -> str:
    tail = text[-TAIL_CHARS:]
    for line in reversed(tail.split("\n")[-6:]):
        found = _named(CREDIT.match(line.strip())) if len(line) < 120 else ""
        if found:
            return found
    if REUTERS_DESK.search(tail):
        return "Reuters"
    return UNNAMED if AGENCY_INPUTS.search(tail) or AGENCY_INPUTS.search(text[:HEAD_CHARS]) else ""


def _named(found: re.Match[str] | None) -> str:
    if found is None:
        return ""
    groups = found.groupdict()
    return next((AGENCIES[int(key[1:])][0] for key, value in groups.items() if value and key != "unnamed"), UNNAMED)
