"""Questions that tools word from the business's data, by the slot type that their answers fill."""

import re

from core.business import Business
from core.flows import SlotType


def spoken_questions(business: Business) -> dict[SlotType, tuple[str, ...]]:
    """Slot type → its questions as Mustache templates; none where the business asks nothing of the kind."""
    enquiries, leads = business.enquiries, business.leads
    details = [
        text for one in (enquiries.details if enquiries else ()) for text in (one.ask, one.again) if text
    ]
    questions = [text for one in (leads.questions if leads else ()) for text in (one.ask, one.again) if text]
    return {
        "enquiry": tuple(map(_template, [*details, *([enquiries.ask_two] if enquiries else [])])),
        "lead": tuple(map(_template, [*questions, *([leads.ask_contact] if leads else [])])),
    }


def spoken_offers(business: Business) -> tuple[str, ...]:
    """The words that offer a person, in every language: whoever answers them answers no flow."""
    return tuple(
        text
        for texts in business.wordings.texts.values()
        for key, text in texts.items()
        if key.startswith("offer.")
    )


def _template(text: str) -> str:
    """`{first}` of the data as `{{first}}`."""
    return re.sub(r"\{(\w+)\}", r"{{\1}}", text)
