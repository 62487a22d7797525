"""`/metrics`: what this process counts, for Prometheus to read."""

import asyncio

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api.auth import Anyone, Running
from api.limits import is_on_loopback
from core.errors import NotAllowed

router = APIRouter(tags=["about"])


@router.get("/metrics")
async def metrics(request: Request, baton: Running, caller: Anyone) -> Response:
    """Turns by decision, calls, tokens, times, queue, outbox: for the API key, and for this machine."""
    if not (caller.server or is_on_loopback(request)):
        raise NotAllowed("Send BATON_API_KEY as a bearer, or call from the machine that Baton runs on.")
    text = await asyncio.to_thread(baton.worker.meters.text, baton.database)
    return Response(text, media_type=CONTENT_TYPE_LATEST)
