# ruff: noqa: E501  (a pattern reads better on one line)
"""The date or span of time by which the other side must act."""

import re

DAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|tonight|midnight|noon|dawn|dusk|sunset|sunrise|midday)"
MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december|jan\.?|feb\.?|aug\.?|sept?\.?|oct\.?|nov\.?|dec\.?)"
NUMBER = r"(?:\d+|a|an|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|fifteen|twenty|thirty|forty|sixty|ninety|hundred)"
UNIT = r"(?:hours?|days?|weeks?|months?|years?|fortnight)"
FEAST = (
    r"(?:new year(?:'s(?: day| eve)?)?|christmas|easter|ramadan|eid|nowruz|summer|winter|spring|autumn|year[- ]end|month[- ]end)"
)
SPAN = rf"{NUMBER}(?:[ -]{NUMBER})?[ -]{UNIT}|a fortnight"
DATE = rf"(?:\d{{1,2}}(?:st|nd|rd|th)? {MONTH}(?: \d{{4}})?|{MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|{MONTH}(?: \d{{4}})?)"
POINT = rf"(?:(?:the )?(?:end|start|middle|close) of (?:the |this |next )?(?:\w+)|{DAY}(?: (?:on|of) (?:{DAY}|{DATE}))?|{DATE}|(?:this|next) (?:{DAY}|{MONTH}|week|month|year|weekend|spring|summer|autumn|winter)|the weekend|{FEAST})"
BY = re.compile(rf"\b(?:by|before|until|till|no later than|not later than|after)\s+(?P<when>{POINT})\b", re.IGNORECASE)
WITHIN = re.compile(rf"\b(?:within|inside|in)\s+(?P<when>(?:the next )?(?:{SPAN}))\b", re.IGNORECASE)
GIVEN = re.compile(
    rf"\b(?:gave|give|gives|given|has|have|had|set|sets|grants?|granted|allow(?:s|ed)?|with)\b[^.;]{{0,60}}?\b(?P<when>{SPAN})\b",
    re.IGNORECASE,
)
ULTIMATUM = re.compile(rf"\b(?P<when>{SPAN})['’]?\s+(?:to|ultimatum|deadline|notice)\b", re.IGNORECASE)


def deadline(text: str, condition: str | None) -> str | None:
    """Return the deadline that a sentence sets, without its preposition; a date inside the condition comes first."""
    for part in (condition or "", text):
        for pattern in (GIVEN, ULTIMATUM, WITHIN, BY) if part is text else (BY, WITHIN, GIVEN):
            match = pattern.search(part)
            if match is not None and (part or "") and (pattern in (GIVEN, ULTIMATUM) or part is not text or condition is not None):
                return match["when"]
    return None
