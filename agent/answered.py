"""The turn that tells what a person answered: it begins with it as the result of the AI's own call."""

import json

from langchain_core.messages import AIMessage, BaseMessage, ToolMessage

from agent.context import TurnContext
from agent.data import note
from agent.decide import Verdict
from core.shapes import Json, ToolRun
from core.vocabulary import Decision, Trigger
from store.requests import RequestRow

ASK = "ask_person"
UNANSWERED = "handover.unanswered"
"""The wording of the handover that follows."""


def unanswered(row: RequestRow) -> Verdict | None:
    """A handover, where nobody answered in time and the business wants a person then."""
    if row.status == "expired" and row.fallback == "handover":
        return Verdict(Decision.HANDOVER, Trigger.POLICY_EXCEPTION)
    return None


def as_result(context: TurnContext, row: RequestRow) -> list[BaseMessage]:
    """The AI's call with what came of it; the turn's trace shows it as a tool's run."""
    name, arguments = row.tool or ASK, row.arguments if row.tool else {"question": row.question}
    result, call_id = _result(row), f"asked-{row.id}"
    ok = bool(result["ok"])
    context.trace.tools.append(
        ToolRun(
            name=name, arguments=arguments or {}, result=result, ok=ok, started_ms=context.trace.at(), ms=0
        )
    )
    call = {"id": call_id, "name": name, "args": arguments or {}}
    return [
        AIMessage(content="", tool_calls=[call]),
        ToolMessage(json.dumps(result, ensure_ascii=False), tool_call_id=call_id),
    ]


def _result(row: RequestRow) -> Json:
    if row.status == "expired":
        return {"ok": False, "error": "unanswered", "say": note("unanswered")}
    if row.kind == "question":
        return {"ok": True, "answer": row.answer, "say": note("answered")}
    if not row.approved:
        return {"ok": False, "error": "denied", "say": note("denied"), "answer": row.answer}
    return {**(row.result or {}), "approved": True, "answer": row.answer}
