"""The embedded model: understanding by retrieval, slots by parsers, a dialogue policy over flows that are data."""

from agent.models.embedded.model import EmbeddedModel, open_embedded

__all__ = ["EmbeddedModel", "open_embedded"]
