"""Stand-in until the gazetteer of `pipelines.entities` is there."""

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class NameMatch:
    start: int
    end: int
    text: str
    entity_id: str
    form: str


_HERE = Path(__file__).parents[1] / "entities"


def _load() -> dict[str, tuple[str, str]]:
    table: dict[str, tuple[str, str]] = {}
    for file, forms in (
        ("states", ("name", "demonym", "capital")),
        ("institutions", ("office", "institution")),
        ("unions", ("union", "institution", "capital", "epithet")),
        ("epithets", ("epithet",)),
    ):
        for line in (_HERE / f"{file}.tsv").read_text(encoding="utf-8").splitlines():
            if line.startswith("#") or not line.strip():
                continue
            code, *cols = line.split("\t")
            for form, col in zip(forms, cols, strict=False):
                for name in col.split("|"):
                    if name.strip():
                        table.setdefault(name.strip().lower(), (code, form))
    return table


_TABLE = _load()
_RE = re.compile(
    r"(?<![\w-])(?:" + "|".join(re.escape(n) for n in sorted(_TABLE, key=len, reverse=True)) + r")(?!\w)", re.IGNORECASE
)
_CASED = {
    "us",
    "it",
    "who",
    "chad",
    "turkey",
    "guinea",
    "polish",
    "bis",
    "doj",
    "dian",
    "tsj",
    "mali",
    "niger",
    "jordan",
    "georgia",
}


def find_names(text: str) -> tuple[NameMatch, ...]:
    out = []
    for m in _RE.finditer(text):
        low = m[0].lower()
        if low == "us" and m[0] == "us":
            continue
        code, form = _TABLE[low]
        out.append(NameMatch(m.start(), m.end(), m[0], code, form))
    return tuple(out)
