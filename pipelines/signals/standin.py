"""Stand-in until pipelines.text is there."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int


_END = re.compile(r"(?<=[.!?])[\"”’')\]]*\s+(?=[\"“‘'(\[]?[A-Z0-9])|\n\s*\n|\n")
_ABBR = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Gen|Col|Sen|Rep|Gov|Jan|Feb|Aug|Sept|Oct|Nov|Dec|U\.S|U\.N|U\.K|No|[A-Z])\.$")


def sentences(text: str) -> tuple[Span, ...]:
    spans, start = [], 0
    for m in _END.finditer(text):
        if "\n" not in m[0] and _ABBR.search(text[start : m.start()].rstrip("\"”’')]")):
            continue
        end = m.start() + len(m[0].rstrip()) if "\n" not in m[0] else m.start()
        if text[start:end].strip():
            lead = len(text[start:end]) - len(text[start:end].lstrip())
            spans.append(Span(start + lead, end))
        start = m.end()
    if text[start:].strip():
        lead = len(text[start:]) - len(text[start:].lstrip())
        spans.append(Span(start + lead, start + len(text[start:].rstrip())))
    return tuple(spans)


def detect_language(text: str) -> str:
    return "en"
