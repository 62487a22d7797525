"""Labelled messages: one JSON object a line, read for tuning and for measuring the triggers."""

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.triggers import CustomerFacts, Heard, Said
from core.errors import OperatorError
from core.vocabulary import Role, Trigger

PLAIN: dict[str, Trigger] = {
    "anger_mild": Trigger.ANGER,
    "anger_strong": Trigger.ANGER,
    "legal_threat": Trigger.BILLING_LEGAL,
    "danger": Trigger.DISTRESS,
    "missed": Trigger.NOT_UNDERSTOOD,
}
"""Labels that are no trigger's name, and the trigger whose they are."""
GRAVE: dict[Trigger, str] = {
    Trigger.ANGER: "anger_strong",
    Trigger.BILLING_LEGAL: "legal_threat",
    Trigger.DISTRESS: "danger",
}
"""The label of a trigger's graver form, which its `strong` line is for."""
NONE = "none"


class _Said(BaseModel):
    role: Role
    text: str


class Labelled(BaseModel):
    """One message and what it is. Unknown fields are passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    text: str = Field(min_length=1)
    labels: tuple[str, ...] = ()
    """Triggers' names, `anger_mild`, `anger_strong`, `legal_threat`, `danger`, `missed`; none: `[]`."""
    history: tuple[_Said, ...] = ()
    lifetime_value: float | None = None

    @property
    def triggers(self) -> frozenset[Trigger]:
        """The triggers that should fire."""
        return frozenset(_trigger(label) for label in self.labels if label != NONE)

    @property
    def heard(self) -> Heard:
        """The message as detectors are given it."""
        said = tuple(Said(one.role, one.text) for one in self.history)
        return Heard(self.text, said, CustomerFacts(self.lifetime_value))


def read_labelled(file: Path) -> list[Labelled]:
    """All messages of a file. OperatorError names the first line that cannot be read."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise OperatorError(f"{file} cannot be read: {error.strerror}") from None
    read = list(_messages(file, lines))
    if not read:
        raise OperatorError(f"{file} has no messages. Each line is one: {_FORM}")
    return read


_FORM = '{"text": "Where is it?!", "labels": ["anger_mild"]}'


def _messages(file: Path, lines: list[str]) -> Iterator[Labelled]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            message = Labelled.model_validate(json.loads(line))
            _ = message.triggers
        except (ValueError, ValidationError) as error:
            told = str(error).splitlines()[0]
            raise OperatorError(f"{file}:{number}: {told}. A line is one message: {_FORM}") from None
        yield message


def _trigger(label: str) -> Trigger:
    if label in PLAIN:
        return PLAIN[label]
    try:
        return Trigger(label)
    except ValueError:
        known = ", ".join([NONE, *PLAIN, *Trigger])
        raise ValueError(f"found the label `{label}`; expected one of {known}") from None
