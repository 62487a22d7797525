"""Details in the customer's words, each kind read by a parser of its own."""

from agent.models.embedded.slots.heard import Catalogue, Heard
from agent.models.embedded.slots.parsers import PARSERS, added, read_slot

__all__ = ["PARSERS", "Catalogue", "Heard", "added", "read_slot"]
