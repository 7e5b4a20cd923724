"""What a site prints around its articles, learned from its last texts.

Observed: under every text of a site stand the same newsletter box, list of links and note on rights. Two short reports by different
authors look alike by them, and a box of links with a word on sanctions makes a copy look as if it added something.

Theory: a page's template is what its site repeats (Bar-Yossef and Rajagopalan, "Template detection via data mining and its
applications", WWW 2002). A sentence that stands in three of a site's last eight reports is its furniture for as long as it does. Of
one report a site may print a brief, the whole and two updates: a text that has most of its sentences from one of the eight is no
other report. Whether the two were found to be copies does not count, since furniture is what makes short reports look so.

All of it follows from what the log holds of each article: its outlet, and the hashes of its sentences. A cold start reads the log a
partition at a time, so the eight that it knows are the last ones of the last partition, and not of all.

Known to be wrong: a site's first three reports; a box whose words change with each text; a site whose texts are mostly furniture. A
background sentence that a site repeats counts as furniture, which does no harm: it tells no copy either.
"""

from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeAlias

LAST_REPORTS = 8
ENOUGH = 3  # of them
SAME_REPORT = 0.7  # of the sentences of the shorter of two texts
MAX_SITES = 20_000  # some 40 MB; of more, those that were silent longest are forgotten

Hashes: TypeAlias = "array[int]"  # of 32 bits each


@dataclass(slots=True)
class Sites:
    """The last reports of each outlet, as hashes of their sentences."""

    reports: dict[str, tuple[Hashes, ...]] = field(default_factory=dict)

    def take(self, outlet: str, sentences: Iterable[int]) -> frozenset[int]:
        """Remember what an outlet printed, unless it printed much the same before; return which sentences are its furniture.

        Args:
            outlet: whose text it is.
            sentences: hashes of the text's sentences.
        """
        own, last = frozenset(sentences), self.reports.pop(outlet, ())
        shared = [own.intersection(known) for known in last]
        is_same = any(len(both) >= SAME_REPORT * min(len(own), len(known)) for both, known in zip(shared, last, strict=True))
        self.reports[outlet] = last if is_same or not own else (*last[1 - LAST_REPORTS :], array("I", own))
        if len(self.reports) > MAX_SITES:
            del self.reports[next(iter(self.reports))]
        return frozenset(one for one, times in Counter(chain.from_iterable(shared)).items() if times >= ENOUGH)
