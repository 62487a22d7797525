"""The calendar file of an appointment: whoever has its link may fetch it, nobody else."""

import hmac
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api.auth import Running
from core.errors import NotFound
from store.database import UnitOfWork
from store.shop_records import BookingRecord
from tools.calendar_file import MEDIA_TYPE, calendar_file

router = APIRouter(prefix="/v1/bookings", tags=["customer"])
_EXAMPLE = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:BK-7K2M9Q4X@baton\r\n…"
_FILE = {MEDIA_TYPE: {"schema": {"type": "string"}, "example": _EXAMPLE}}


@router.get("/{reference}.ics", response_class=Response, responses={200: {"content": _FILE}})
async def calendar(
    reference: Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,40}$")],
    baton: Running,
    token: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """The appointment as an iCalendar file, as it stands now; after a move it replaces the first.

    404 without the token of the link in the booking's answer, as for an appointment that does not exist.
    """

    def work(uow: UnitOfWork) -> str:
        booking = baton.worker.means.ports.bookings.get(uow, reference)
        return calendar_file(baton.business, _opened(booking, token), uow.now)

    text = await baton.database.aread(work)
    headers = {
        "Content-Disposition": f'attachment; filename="{reference}.ics"',
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
    }
    return Response(text, media_type=MEDIA_TYPE, headers=headers)


def _opened(booking: BookingRecord | None, token: str) -> BookingRecord:
    known = booking.calendar_token if booking is not None else None
    if booking is None or known is None or not hmac.compare_digest(known.encode(), token.encode()):
        raise NotFound("There is no such calendar file. Use the whole link from the booking's answer.")
    return booking
