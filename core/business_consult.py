"""When the AI asks a person, for an approval or an answer, while it keeps the customer."""

from typing import Annotated, Literal

from pydantic import Field

from core.business_parts import Part

ApprovableTool = Literal["refund", "reschedule_appointment", "cancel_appointment"]
"""Tools that can run under a person's authority."""
Fallback = Literal["handover", "answer"]
"""What is done when nobody answers in time: the customer goes to a person, or hears it from the AI."""


class Asking(Part):
    """Who is asked, how long the customer waits for it, and what is done then."""

    department: str | None = None
    """None: the default department."""
    deadline_s: Annotated[int, Field(gt=0)] = 600
    fallback: Fallback = "handover"


class ApprovalRule(Asking):
    """A tool's refusals that a person may lift."""

    tool: ApprovableTool
    checks: Annotated[tuple[str, ...], Field(min_length=1)]
    """The failed checks, or the codes, of its refusals."""
    valid_s: Annotated[int, Field(gt=0)] = 3600
    """How long an approval counts: what could not be carried out by then is not."""


class ConsultPolicy(Part):
    """All that a person may be asked. Without a file: nothing."""

    approvals: tuple[ApprovalRule, ...] = ()
    questions: Asking | None = None
    """The model may put questions of its own; None: it may not."""

    def approval_for(self, tool: str, check: str | None) -> ApprovalRule | None:
        """The rule under which a person may lift this refusal."""
        return next((one for one in self.approvals if one.tool == tool and check in one.checks), None)
