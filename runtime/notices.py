"""Notices to customers: outbox rows of the tools, rendered when they are due and sent as e-mail."""

from collections.abc import Mapping
from functools import partial

from channels.spool import Spool
from core.business import Business
from runtime.relay import Delivery
from store.database import Database
from store.outbox import Due
from tools.code_making import CODE, code_notice
from tools.notices import KINDS, Notice, notice
from tools.ports import Ports


def deliveries(database: Database, business: Business, ports: Ports, spool: Spool) -> Mapping[str, Delivery]:
    """How each kind of notice is delivered."""
    told = {kind: partial(_deliver, database, business, ports, spool) for kind in KINDS}
    return {**told, CODE: partial(_deliver_code, database, business, ports, spool)}


def _deliver(database: Database, business: Business, ports: Ports, spool: Spool, due: Due) -> None:
    """Sends what is still true; what has moved on is done without a word."""
    _send(spool, due, database.read(lambda uow: notice(uow, business, ports, due.kind, due.payload)))


def _deliver_code(database: Database, business: Business, ports: Ports, spool: Spool, due: Due) -> None:
    """Makes the code and sends it: it stands in the e-mail and nowhere else."""
    _send(spool, due, database.write(lambda uow: code_notice(uow, business, ports, due.payload)))


def _send(spool: Spool, due: Due, found: Notice | None) -> None:
    if found is not None:
        spool.write(due.id, to=found.to, subject=found.subject, text=found.text)
