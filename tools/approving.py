"""What a person may allow that policy refuses: the act as it would be approved, for a refusal's result."""

from core.shapes import Json
from tools.context import ToolContext


def approvable(
    context: ToolContext, tool: str, check: str, summary: str, amount_cents: int | None = None
) -> Json:
    """`{"approval": {tool, check, summary, amount_cents}}` where a person may decide by `rules/consult.yaml`.

    `summary`: the act as a verb phrase; `amount_cents`: what it would cost if it were allowed.
    """
    if context.person_id is not None or context.business.consult.approval_for(tool, check) is None:
        return {}
    return {"approval": {"tool": tool, "check": check, "summary": summary, "amount_cents": amount_cents}}
