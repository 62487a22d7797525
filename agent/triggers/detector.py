"""The one shape of every trigger."""

from typing import Protocol

from agent.triggers.features import Features
from agent.triggers.heard import Heard, Reading
from core.vocabulary import Trigger


class TriggerDetector(Protocol):
    """Reads one trigger. Pure: the same words and facts always give the same reading."""

    trigger: Trigger

    def read(self, heard: Heard, features: Features) -> Reading:
        """The reading of `heard`; `features` are those of the same message, computed once for all."""
        ...
