"""One-time codes."""

from agent.models.embedded.slots.heard import Heard
from tools.code_making import code_digits, digit_runs


def code(heard: Heard) -> str | None:
    """The last code of the message, digits only; read only where one was asked for."""
    if not heard.asked:
        return None
    found = [run for run in digit_runs(heard.text) if code_digits(run)]
    return found[-1] if found else None
