"""The context of a tool call: what the run brings and the model cannot set."""

from dataclasses import dataclass

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from core.business import Business
from core.ids import ConversationId, OrderNumber, PersonId
from core.shapes import Customer
from knowledge import Knowledge
from store.database import UnitOfWork
from tools.ports import Ports


@dataclass(frozen=True)
class ToolContext:
    """Passed as the runtime context (`ToolRuntime[ToolContext]`), so that no tool's schema shows it."""

    uow: UnitOfWork
    """The open transaction of this call: it may write only where the tool's `Effect` says so."""
    conversation_id: ConversationId
    customer: Customer
    """Level and id as the conversation's row has them; no argument raises them."""
    verified_order: OrderNumber | None
    """The order that the challenge in this talk has opened."""
    said: tuple[str, ...]
    """This customer's own messages, oldest first: values of a challenge must occur in them."""
    business: Business
    knowledge: Knowledge
    ports: Ports
    confirmed: bool = False
    """A confirmation row was given for exactly this business key."""
    person_id: PersonId | None = None
    """The person under whose authority an approved act runs."""
    limit_cents: int | None = None
    """The most that this authority covers."""
    business_key: str | None = None
    """The key under which `act` journaled this call: a changing tool refuses when it has another one now."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Taken as it is: arguments are validated, what the run brings is not."""
        # LangChain dumps all arguments of a call: without this, the whole business each time.
        opaque = core_schema.plain_serializer_function_ser_schema(lambda value: None)
        return core_schema.is_instance_schema(cls, serialization=opaque)
