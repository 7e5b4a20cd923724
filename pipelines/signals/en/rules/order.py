"""The order in which families are asked: what undoes an act before what asserts it."""

from pipelines.signals.base import RuleFamily
from pipelines.signals.en.rules.asking import asking
from pipelines.signals.en.rules.considering import considering
from pipelines.signals.en.rules.denial import denial
from pipelines.signals.en.rules.realised import realised
from pipelines.signals.en.rules.refusing import refusing
from pipelines.signals.en.rules.threat import threat

FAMILIES: tuple[RuleFamily, ...] = (realised, denial, refusing, considering, asking, threat)
