"""Demo mode: the sample people at the desk, with keys that stay the same as long as the data folder does."""

import hashlib
import hmac
from datetime import timedelta

import jwt

from core.business import Business
from core.ids import CustomerId, PersonId
from store import people
from store.database import UnitOfWork

TOKEN_LIFE = timedelta(days=7)


def key_of(secret: str, person_id: str) -> str:
    """The demo key of a sample person: made of the data folder's secret, so that it need not be kept."""
    return hmac.new(secret.encode(), f"person:{person_id}".encode(), hashlib.sha256).hexdigest()[:40]


def add_people(uow: UnitOfWork, business: Business, secret: str) -> None:
    """The business's people who are not there yet; present, until they say otherwise."""
    known = {person.id for person in people.everyone(uow)}
    for person in business.people:
        if person.id not in known:
            people.add(
                uow,
                person.name,
                list(person.departments),
                person.role,
                id=PersonId(person.id),
                languages=list(person.languages),
                capacity=person.capacity,
                limit_cents=person.limit_cents,
                presence="online",
                key=key_of(secret, person.id),
            )


def identity_token(uow: UnitOfWork, secret: str, customer_id: CustomerId) -> str:
    """A signed token for a persona, as a shop's own server would make it."""
    claims = {"sub": customer_id, "exp": uow.now + TOKEN_LIFE}
    return jwt.encode(claims, secret, algorithm="HS256")
