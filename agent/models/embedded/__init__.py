"""The embedded model: intents by utterances, slots by parsers, a dialogue policy over flows as data."""

from agent.models.embedded.model import EmbeddedModel, open_embedded

__all__ = ["EmbeddedModel", "open_embedded"]
