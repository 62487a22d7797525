"""`baton signals`: messages in, each one's scores, evidence and decision out, a JSON line for a JSON line."""

import json
from io import TextIOWrapper
from time import perf_counter
from typing import TextIO

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.alone import hear_alone
from agent.triggers import CustomerFacts, Heard, Said, hear
from core.business import Business, load_business
from core.settings import load_settings
from core.vocabulary import Role

_PRECISION = 4


class _Said(BaseModel):
    role: Role
    text: str


class _Customer(BaseModel):
    model_config = ConfigDict(allow_inf_nan=False)

    lifetime_value: float | None = None
    tier: str | None = None
    late_orders: int = Field(default=0, ge=0)

    def facts(self) -> CustomerFacts:
        return CustomerFacts(self.lifetime_value, self.tier, self.late_orders)


class _Line(BaseModel):
    """One line of input; what else stands in it is passed over."""

    model_config = ConfigDict(extra="ignore")

    id: object = None
    text: str = Field(min_length=1)
    history: list[_Said] = []
    customer: _Customer | None = None


def signals(stdin: TextIO, stdout: TextIO) -> None:
    """Answers each line of `stdin` on `stdout` before it reads the next; a bad one gets an `error`.

    The decision is that of the signals alone, under the thresholds of the business, the model having found
    a good answer. OperatorError when the business folder or the trained model cannot be read.
    """
    business = load_business(load_settings().business_dir)
    hear(Heard("warm"))
    if isinstance(stdin, TextIOWrapper):
        stdin.reconfigure(encoding="utf-8", errors="replace")
    for line in iter(stdin.readline, ""):
        stdout.write(json.dumps(_answer(line, business)) + "\n")
        stdout.flush()


def _answer(line: str, business: Business) -> dict[str, object]:
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {"error": f"This line is no JSON: {error}"}
    given = {"id": raw["id"]} if isinstance(raw, dict) and "id" in raw else {}
    try:
        message = _Line.model_validate(raw)
    except ValidationError as error:
        return {**given, "error": _faults(error)}
    return {"id": message.id, **_heard(message, business)}


def _faults(error: ValidationError) -> str:
    faults = error.errors(include_url=False)
    if any(not fault["loc"] for fault in faults):
        return 'This line is no JSON object; expected one such as {"text": "Where is my order?"}'
    return "; ".join(".".join(map(str, fault["loc"])) + ": " + fault["msg"] for fault in faults)


def _heard(message: _Line, business: Business) -> dict[str, object]:
    started = perf_counter()
    history = tuple(Said(said.role, said.text) for said in message.history)
    facts = message.customer.facts() if message.customer else CustomerFacts()
    readings, verdict = hear_alone(message.text, history, facts, business)
    return {
        "decision": verdict.decision,
        "reason": verdict.reason,
        "scores": {trigger: round(reading.score, _PRECISION) for trigger, reading in readings.items()},
        "evidence": {trigger: reading.words for trigger, reading in readings.items() if reading.words},
        "ms": round((perf_counter() - started) * 1000, 3),
    }
