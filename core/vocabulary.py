"""The fixed words of Baton: every identifier that the outside relies on."""

from enum import StrEnum


class Trigger(StrEnum):
    """Why a person is better than the AI; the reason of every decision but `answer`."""

    WANTS_PERSON = "wants_person"
    ANGER = "anger"
    BILLING_LEGAL = "billing_legal"
    POLICY_EXCEPTION = "policy_exception"
    NOT_UNDERSTOOD = "not_understood"
    CHURN_RISK = "churn_risk"
    PR_SOCIAL = "pr_social"
    DISTRESS = "distress"
    UPSELL = "upsell"
    SEVERAL_DEPARTMENTS = "several_departments"
    LOW_CONFIDENCE = "low_confidence"


class Capability(StrEnum):
    """What the AI handles by itself."""

    COLLECT_DETAILS = "collect_details"
    QUALIFY_LEAD = "qualify_lead"
    ORDER_STATUS = "order_status"
    HOURS_LOCATIONS = "hours_locations"
    FAQ = "faq"
    REFUND = "refund"
    UPDATE_CONTACT = "update_contact"
    BOOKING = "booking"
    RECOMMEND = "recommend"
    TICKET_FOLLOW_UP = "ticket_follow_up"


class Decision(StrEnum):
    """What a turn ends in."""

    ANSWER = "answer"
    OFFER = "offer"
    HANDOVER = "handover"


class Mode(StrEnum):
    """Who holds the floor of a conversation."""

    AI = "ai"
    WAITING = "waiting"
    PERSON = "person"
    CLOSED = "closed"


class Role(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    AI = "ai"
    PERSON = "person"
    SYSTEM = "system"


class CaseStatus(StrEnum):
    """Where a case stands."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    RETURNED = "returned"
    RESOLVED = "resolved"
    EXPIRED = "expired"


class Outcome(StrEnum):
    """How a resolved case ended."""

    SOLVED = "solved"
    UNSOLVED = "unsolved"
    NO_REPLY = "no_reply"
    WITHDRAWN = "withdrawn"


class Judged(StrEnum):
    """What a person says of the handover when resolving."""

    RIGHT = "right"
    LATE = "late"
    NOT_NEEDED = "not_needed"


class Priority(StrEnum):
    """How soon a case is served; `rank` orders them, most urgent first."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"

    @property
    def rank(self) -> int:
        return list(Priority).index(self)


class Level(StrEnum):
    """How well the customer's identity is known."""

    ANONYMOUS = "anonymous"
    ORDER = "order"
    ACCOUNT = "account"


class OrderState(StrEnum):
    """Where an order stands."""

    PLACED = "placed"
    PAID = "paid"
    PACKED = "packed"
    SHIPPED = "shipped"
    PARTLY_SHIPPED = "partly_shipped"
    DELIVERED = "delivered"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class WaitingOn(StrEnum):
    """On whom an open case waits."""

    CUSTOMER = "customer"
    PERSON = "person"
    THIRD_PARTY = "third_party"


class Cause(StrEnum):
    """What a turn runs for."""

    MESSAGE = "message"
    REQUEST = "request"
    TIMER = "timer"
    RETURN = "return"


class PersonRole(StrEnum):
    """What a person at the desk may see; a developer sees the inside of a turn."""

    DESK = "desk"
    DEVELOPER = "developer"
