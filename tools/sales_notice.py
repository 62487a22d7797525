"""The e-mail to a department about an enquiry or a lead, as the record stands when it is sent."""

from datetime import datetime

from core.business import Business
from core.shapes import Json
from store.database import UnitOfWork
from tools import show
from tools.ports import Ports
from tools.words import words


def sales_notice(uow: UnitOfWork, business: Business, ports: Ports, payload: Json) -> tuple[str, Json] | None:
    """The notice's key and its values; None when the record has moved on since the notice was written."""
    told = {"enquiry": _enquiry, "lead": _lead}[payload["kind"]]
    return told(uow, business, ports, payload)


def _enquiry(uow: UnitOfWork, business: Business, ports: Ports, payload: Json) -> tuple[str, Json] | None:
    record = ports.enquiries.get(uow, payload["reference"])
    if record is None or record.revision != payload["revision"]:
        return None
    topic = business.enquiries.topic(record.topic) if business.enquiries else None
    values: Json = {
        "department": _department(business, record.department),
        "topic": topic.name if topic else record.topic,
        "reference": record.reference,
        "details": _pairs(record.details),
        "declined": ", ".join(record.declined) or _nothing(),
        "due": _due(business, uow, record.due_at),
    }
    return ("enquiry_withdrawn" if record.status == "withdrawn" else "enquiry"), values


def _lead(uow: UnitOfWork, business: Business, ports: Ports, payload: Json) -> tuple[str, Json] | None:
    record = ports.leads.get(uow, payload["reference"])
    if record is None or record.revision != payload["revision"]:
        return None
    band = (
        next((one for one in business.leads.bands if one.id == record.band), None) if business.leads else None
    )
    reasons = (
        words().fill("notice", "reason", {"question": question, "words": one.words})
        for question, one in record.answers.items()
    )
    values: Json = {
        "department": _department(business, record.department),
        "band": band.name if band else record.band,
        "reference": record.reference,
        "score": record.score,
        "reasons": "; ".join(reasons),
        "contact": _pairs(record.contact),
        "step": record.next_step,
        "due": _due(business, uow, record.due_at),
    }
    return "lead", values


def _department(business: Business, department_id: str) -> str:
    department = business.department(department_id)
    return department.name if department else department_id


def _pairs(values: object) -> str:
    pairs = values.items() if isinstance(values, dict) else ()
    return ", ".join(f"{name} {value}" for name, value in pairs) or _nothing()


def _due(business: Business, uow: UnitOfWork, due: datetime | None) -> str:
    zone = business.shop.timezone
    return show.moment(show.local(due, zone), show.local(uow.now, zone)) if due else _nothing()


def _nothing() -> str:
    return words().fill("notice", "none")
