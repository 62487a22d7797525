"""Names under which a demo on loopback answers: no other site may read its keys by DNS rebinding."""

import ipaddress

from fastapi.responses import JSONResponse
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import MEDIA_TYPE, problem
from core.settings import Settings


class OnlyLoopbackNames:
    """Refuses requests whose Host is not a name of this machine, with 421; all else passes."""

    def __init__(self, app: ASGIApp, own: str) -> None:
        self._app, self._own = app, own.lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._is_ours(Request(scope)):
            await self._app(scope, receive, send)
            return
        detail = (
            "A demo answers to localhost and 127.0.0.1 only. BATON_DEMO_FORCE=true opens it to other names."
        )
        body = problem(421, "Not this host", detail)
        await JSONResponse(body, 421, media_type=MEDIA_TYPE)(scope, receive, send)

    def _is_ours(self, request: Request) -> bool:
        host = _name(request.headers.get("host", ""))
        return host == self._own or host == "localhost" or host.endswith(".localhost") or _is_loopback(host)


def guards(settings: Settings) -> bool:
    """Whether names count: in demo mode on loopback, where no key keeps anybody out."""
    return settings.demo and settings.on_loopback and not settings.baton_demo_force


def _name(host: str) -> str:
    """The host without its port: `[::1]:8000` is `::1`."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
