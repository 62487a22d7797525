"""The seed's own sense: known customers and articles, sums that add up, dates in order, states that fit."""

from collections import Counter
from collections.abc import Iterable, Iterator

from core.business_files import BusinessFiles
from core.business_seed import SeedOrder, Units
from core.business_types import Business
from core.vocabulary import OrderState
from core.yaml_lines import Loc, YamlFile

_NEEDS: dict[OrderState, tuple[str, ...]] = {
    OrderState.PLACED: (),
    OrderState.PAID: ("paid",),
    OrderState.PACKED: ("paid", "packed"),
    OrderState.SHIPPED: ("paid", "shipments"),
    OrderState.PARTLY_SHIPPED: ("paid", "shipments"),
    OrderState.DELIVERED: ("paid", "shipments", "delivered"),
    OrderState.RETURNED: ("paid", "shipments", "delivered", "returned"),
    OrderState.CANCELLED: ("cancelled",),
}
_IN_ORDER = ("placed", "paid", "packed", "delivered", "returned")


def check_seed(files: BusinessFiles, business: Business) -> None:
    """BusinessFileError at the first row that contradicts another row or itself."""
    customers = {one.id for one in business.seed.customers}
    skus = {one.sku for one in business.products}
    by_number = {order.number: order for order in business.seed.orders}
    for file, index, number in _rows(files, "seed/orders/", "number"):
        order = by_number[number]
        file.check(
            (index, "customer"), order.customer, customers, "the id of a customer in seed/customers.yaml"
        )
        for position, line in enumerate(order.lines):
            file.check((index, "lines", position, "sku"), line.sku, skus, "a sku of products.yaml")
        _check_sum(file, index, order)
        _check_state(file, index, order)
        _check_units(file, index, order)
        if business.shop.carriers:
            for position, shipment in enumerate(order.shipments):
                loc = (index, "shipments", position, "carrier")
                file.check(loc, shipment.carrier, business.shop.carriers, "a carrier of shop.yaml")
    _check_others(files, business, customers)


def _rows(files: BusinessFiles, prefix: str, key: str) -> Iterator[tuple[YamlFile, int, str]]:
    for name, file in files.read.items():
        if name.startswith(prefix) and isinstance(file.data, list):
            for index, row in enumerate(file.data):
                yield file, index, str(row[key])


def _check_sum(file: YamlFile, index: int, order: SeedOrder) -> None:
    lines = sum(line.quantity * line.price_cents for line in order.lines)
    total = lines + order.shipping_cents
    if order.total_cents != total:
        raise file.error(
            (index, "total"),
            f"{order.total_cents / 100:.2f}",
            f"{total / 100:.2f}, the lines ({lines / 100:.2f}) and shipping together",
        )
    refunded = sum(refund.amount_cents for refund in order.refunds)
    if refunded > order.total_cents:
        raise file.error(
            (index, "refunds"), f"{refunded / 100:.2f} refunded", f"at most what was paid, {total / 100:.2f}"
        )


def _check_state(file: YamlFile, index: int, order: SeedOrder) -> None:
    for needed in _NEEDS[order.state]:
        if not getattr(order, needed):
            raise file.error(
                (index, "state"),
                f"`{order.state}` without `{needed}`",
                f"`{needed}` in an order that is {order.state}",
            )
    if order.paid and order.state is OrderState.PLACED:
        raise file.error((index, "paid"), "a payment of an order that is only placed", "the state paid")
    previous = order.placed
    for name in _IN_ORDER:
        moment = getattr(order, name)
        if moment is None:
            continue
        if moment.days < previous.days or moment.days > 0:
            raise file.error((index, name), f"{moment.days:+d} days", f"{previous.days:+d} to +0 days")
        previous = moment


def _check_units(file: YamlFile, index: int, order: SeedOrder) -> None:
    ordered: Counter[str] = Counter()
    for line in order.lines:
        ordered[line.sku] += line.quantity
    parcels = [(("shipments", at, "lines"), shipment.lines) for at, shipment in enumerate(order.shipments)]
    shipped = _count(file, index, ordered, parcels)
    for at, shipment in enumerate(order.shipments):
        if not shipment.lines and len(order.shipments) > 1:
            raise file.error(
                (index, "shipments", at), "a parcel without `lines`", "what is in each of several parcels"
            )
    _count(
        file,
        index,
        ordered,
        [(("refunds", at, "lines"), refund.lines) for at, refund in enumerate(order.refunds)],
    )
    if order.state is OrderState.PARTLY_SHIPPED and (not shipped or shipped == ordered):
        raise file.error(
            (index, "state"), "`partly_shipped` with all or nothing on its way", "some units not shipped"
        )
    if shipped and shipped != ordered and order.state in (OrderState.SHIPPED, OrderState.DELIVERED):
        missing = next(iter(ordered - shipped))
        raise file.error(
            (index, "state"), f"`{order.state}`, but {missing} is in no parcel", "partly_shipped, or all"
        )


def _count(
    file: YamlFile, index: int, ordered: Counter[str], groups: Iterable[tuple[Loc, tuple[Units, ...]]]
) -> Counter[str]:
    counted: Counter[str] = Counter()
    for loc, units in groups:
        for position, unit in enumerate(units):
            place = (index, *loc, position)
            file.check((*place, "sku"), unit.sku, ordered, "a sku of this order's lines")
            counted[unit.sku] += unit.quantity
            if counted[unit.sku] > ordered[unit.sku]:
                raise file.error(
                    place, f"{counted[unit.sku]} × {unit.sku}", f"at most {ordered[unit.sku]} as ordered"
                )
    return counted


def _check_others(files: BusinessFiles, business: Business, customers: set[str]) -> None:
    known_customer = "the id of a customer in seed/customers.yaml"
    for index, booking in enumerate(business.seed.bookings):
        file = files.file("seed/bookings.yaml")
        file.check((index, "customer"), booking.customer, customers, known_customer)
        services = [one.id for one in business.services]
        file.check((index, "service"), booking.service, services, "the id of a service in services.yaml")
        service = business.service(booking.service)
        offered = service.locations if service else ()
        file.check(
            (index, "location"), booking.location, offered, f"a location that offers {booking.service}"
        )
    numbers = [order.number for order in business.seed.orders]
    departments = [one.id for one in business.departments]
    for index, ticket in enumerate(business.seed.tickets):
        file = files.file("seed/tickets.yaml")
        file.check((index, "customer"), ticket.customer, customers, known_customer)
        file.check((index, "department"), ticket.department, departments, "the id of a department")
        if ticket.order is not None:
            file.check((index, "order"), ticket.order, numbers, "the number of an order in seed/orders/")
