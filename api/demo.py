"""The personas of demo mode, read from the business database as it stands."""

from core.business import Business
from core.clock import rfc3339
from core.ids import CustomerId
from core.money import Money
from core.shapes import Json
from runtime.demo import identity_token, key_of
from store.customers import SqlCustomers
from store.database import UnitOfWork
from store.orders import SqlOrders
from store.shop_records import OrderRecord


def demo_of(uow: UnitOfWork, business: Business, secret: str) -> Json:
    """Personas with identity tokens and orders; the business's people with their keys."""
    return {
        "customers": [
            _persona(uow, CustomerId(persona.customer), persona.about, secret)
            for persona in business.personas
        ],
        "people": [
            {
                "name": person.name,
                "role": person.role,
                "departments": list(person.departments),
                "key": key_of(secret, person.id),
            }
            for person in business.people
        ],
    }


def _persona(uow: UnitOfWork, id: CustomerId, about: str, secret: str) -> Json:
    customer = SqlCustomers().get(uow, id)
    assert customer is not None  # the business is checked: a persona is one of its customers
    return {
        "id": id,
        "name": customer.name,
        "about": about,
        "email": customer.email,
        "postcode": customer.address.postcode,
        "identity_token": identity_token(uow, secret, id),
        "orders": [_order(one) for one in SqlOrders().of_customer(uow, id)],
    }


def _order(order: OrderRecord) -> Json:
    return {
        "number": order.number,
        "state": order.state,
        "placed": rfc3339(order.placed_at),
        "delivered": rfc3339(order.delivered_at) if order.delivered_at else None,
        "total": Money.from_cents(order.total_cents, order.currency).model_dump(mode="json"),
        "items": [
            {
                "sku": line.sku,
                "name": line.name,
                "qty": line.quantity,
                "price": Money.from_cents(line.price_cents, order.currency).model_dump(mode="json"),
            }
            for line in order.lines
        ],
    }
