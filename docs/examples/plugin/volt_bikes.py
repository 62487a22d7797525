"""A tool and a trigger of a bicycle shop's own."""

import re

from langchain.tools import ToolRuntime, tool

from agent.triggers import Heard, Reading
from agent.triggers.features import Features
from core.shapes import Json
from core.vocabulary import Capability, Trigger
from runtime.extensions import Plugin
from tools.context import ToolContext
from tools.spec import ToolSpec

DANGER = re.compile(r"\b(smok|burn|spark|swollen|shock)\w*", re.IGNORECASE)


@tool(parse_docstring=True)
def check_recall(runtime: ToolRuntime[ToolContext], serial: str) -> Json:
    """Check whether a bicycle is recalled. Changes nothing.

    Args:
        serial: The serial number on the frame, as the customer wrote it.
    """
    return {"ok": True, "serial": serial.upper(), "recalled": serial.upper().startswith("VB-19")}


class BatteryDanger:
    """Counts as danger to life: what `triggers.yaml` says of it holds, and who answers for it is called."""

    trigger = Trigger.DISTRESS

    def read(self, heard: Heard, features: Features) -> Reading:
        words = tuple(found[0] for found in DANGER.finditer(heard.text))
        return Reading(0.99 if words and "batter" in heard.text.lower() else 0.0, words)


PLUGIN = Plugin(tools=(ToolSpec(check_recall, Capability.FAQ),), triggers=(BatteryDanger(),))
