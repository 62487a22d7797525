"""A question to a colleague, put by the AI while it keeps the customer."""

from typing import Annotated

from langchain.tools import ToolRuntime, tool
from pydantic import Field

from core.business import Business
from core.shapes import Json
from core.vocabulary import Capability
from tools.context import ToolContext
from tools.keys import digest
from tools.refusals import NeedsPerson
from tools.spec import Effect, ToolSpec
from tools.words import words


@tool(parse_docstring=True)
def ask_person(
    runtime: ToolRuntime[ToolContext], question: Annotated[str, Field(min_length=1, max_length=600)]
) -> Json:
    """Ask a colleague something that only a person of the shop can know, and go on serving the customer.

    Only when neither the tools nor the knowledge has it and the customer would wait some minutes for it. A
    customer who wants a person, complains or is upset is handed over instead.

    Args:
        question: The question, complete in itself, with what the colleague needs to know.
    """
    raise NeedsPerson(question)


def _is_offered(business: Business) -> bool:
    return business.consult.questions is not None


def _tried(arguments: Json, result: Json) -> str:
    return words().tried("ask_person", result, str(arguments.get("question", "")))


def _key(arguments: Json, context: ToolContext) -> str:
    return f"ask:{context.conversation_id}:{digest(arguments)}"


SPECS = (
    ToolSpec(ask_person, Capability.FAQ, Effect.CHANGE, business_key=_key, tried=_tried, offered=_is_offered),
)
