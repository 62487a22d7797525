"""The catalogue with its stock: the SQL default of the tools' `ProductsPort`."""

from sqlalchemy import select

from store.database import UnitOfWork
from store.shop_records import ProductRecord
from store.shop_tables import product


class SqlProducts:
    """Reads articles."""

    def all(self, uow: UnitOfWork) -> tuple[ProductRecord, ...]:
        """Every article with what is in stock now, by number."""
        rows = uow.connection.execute(select(product).order_by(product.c.sku))
        return tuple(ProductRecord(**row._mapping) for row in rows)
