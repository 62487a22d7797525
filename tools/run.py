"""Running one call: arguments checked, the tool called with its context, refusals turned into results."""

from dataclasses import dataclass

from langchain.tools import ToolRuntime
from pydantic import ValidationError

from core.errors import ModelError
from core.shapes import Json
from tools.context import ToolContext
from tools.outside import NotReached
from tools.refusals import NeedsConfirmation, NeedsPerson, Refusal, Retry, refused
from tools.spec import ToolSpec


@dataclass(frozen=True)
class ToolOutcome:
    """What came of a call; `confirm` is set when the customer must say yes first."""

    result: Json
    confirm: NeedsConfirmation | None = None
    question: str | None = None
    """What a person is to be asked."""

    @property
    def ok(self) -> bool:
        return bool(self.result["ok"])


def run_tool(spec: ToolSpec, arguments: Json, context: ToolContext, call_id: str) -> ToolOutcome:
    """Calls the tool in the context's open transaction. Never raises for what a model may get wrong.

    A refused change has written nothing; tries at the identity challenge are written and must be committed.
    """
    runtime: ToolRuntime[ToolContext] = ToolRuntime(
        state={}, context=context, config={}, stream_writer=_no_stream, tool_call_id=call_id, store=None
    )
    try:
        result: Json = spec.tool.invoke({**arguments, "runtime": runtime})
    except ValidationError as error:
        return ToolOutcome(_bad_arguments(error))
    except NeedsConfirmation as needed:
        return ToolOutcome(needed.result, needed)
    except NeedsPerson as needed:
        return ToolOutcome(needed.result, question=needed.question)
    except (Retry, Refusal) as refusal:
        return ToolOutcome(refusal.result)
    except NotReached:
        return ToolOutcome(refused("failed"))
    except ModelError as error:
        return ToolOutcome({"ok": False, "error": "refused", "say": str(error)})
    return ToolOutcome(result)


def _bad_arguments(error: ValidationError) -> Json:
    fields: dict[str, list[str]] = {}
    for part in error.errors(include_url=False, include_context=False):
        fields.setdefault(".".join(str(at) for at in part["loc"]), []).append(part["msg"])
    return refused("bad_arguments", fields=fields)


def _no_stream(part: object) -> None:
    """Tools stream nothing: their results are told when they are committed."""
