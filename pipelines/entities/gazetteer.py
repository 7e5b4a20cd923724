"""What other stages use of the gazetteer: names of states and unions in a text, and for whom a phrase speaks."""

from pipelines.entities.actors import actor_id
from pipelines.entities.names import NameMatch, find_names

__all__ = ["NameMatch", "actor_id", "find_names"]
