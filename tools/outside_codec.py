"""What goes to another system and comes back, as JSON: by the types that the port's own signature names."""

import inspect
from collections.abc import Sequence
from functools import cache
from typing import cast, get_type_hints

from pydantic import TypeAdapter

from core.shapes import Json
from tools.outside import REFUSALS, Done, OutsideRun
from tools.ports import Ports


def dump_arguments(port: str, method: str, arguments: Sequence[object]) -> list[object]:
    """A method's arguments after the first, as JSON."""
    shapes, _ = _shapes(port, method)
    return [shape.dump_python(one, mode="json") for shape, one in zip(shapes, arguments, strict=False)]


def load_arguments(port: str, method: str, arguments: Sequence[object]) -> tuple[object, ...]:
    """The arguments as the method takes them."""
    shapes, _ = _shapes(port, method)
    return tuple(shape.validate_python(one) for shape, one in zip(shapes, arguments, strict=False))


def dump_outcome(port: str, method: str, outcome: Done | Exception) -> Json:
    """`{result}`, or `{refusal}` with the name of what the port raised."""
    if isinstance(outcome, Exception):
        return {"refusal": type(outcome).__name__}
    return {"result": _shapes(port, method)[1].dump_python(outcome.result, mode="json")}


def load_outcome(port: str, method: str, outcome: Json) -> Done | Exception:
    """The outcome as the tool meets it."""
    if "refusal" in outcome:
        return REFUSALS[outcome["refusal"]]()
    return Done(_shapes(port, method)[1].validate_python(outcome["result"]))


def dump_reads(run: OutsideRun) -> list[Json]:
    """What a run has read in other systems."""
    return [
        {
            "port": port,
            "method": method,
            "arguments": dump_arguments(port, method, arguments),
            "result": _shapes(port, method)[1].dump_python(result, mode="json"),
        }
        for port, method, arguments, result in run.reads
    ]


def load_reads(reads: Sequence[Json]) -> OutsideRun:
    """A run that answers from what was read before."""
    run = OutsideRun(replayed=True)
    for one in reads:
        port, method = one["port"], one["method"]
        arguments = load_arguments(port, method, one["arguments"])
        run.reads.append((port, method, arguments, _shapes(port, method)[1].validate_python(one["result"])))
    return run


@cache
def _shapes(port: str, method: str) -> tuple[tuple[TypeAdapter[object], ...], TypeAdapter[object]]:
    """The types of a port's method: its arguments after the unit of work, and its result."""
    function = getattr(get_type_hints(Ports)[port], method)
    hints = get_type_hints(function)
    names = list(inspect.signature(function).parameters)[2:]
    shapes = tuple(cast("TypeAdapter[object]", TypeAdapter(hints[name])) for name in names)
    return shapes, cast("TypeAdapter[object]", TypeAdapter(hints["return"]))
