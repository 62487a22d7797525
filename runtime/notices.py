"""Notices to customers: outbox rows of the tools, rendered when they are due and sent as e-mail."""

from collections.abc import Mapping
from functools import partial

from channels.spool import Spool
from core.business import Business
from runtime.relay import Delivery
from store.database import Database
from store.outbox import Due
from tools.notices import KINDS, notice
from tools.ports import Ports


def deliveries(database: Database, business: Business, ports: Ports, spool: Spool) -> Mapping[str, Delivery]:
    """How each kind of notice is delivered."""
    return {kind: partial(_deliver, database, business, ports, spool) for kind in KINDS}


def _deliver(database: Database, business: Business, ports: Ports, spool: Spool, due: Due) -> None:
    """Sends what is still true; what has moved on is done without a word."""
    found = database.read(lambda uow: notice(uow, business, ports, due.kind, due.payload))
    if found is not None:
        spool.write(due.id, to=found.to, subject=found.subject, text=found.text)
