"""The pages: HTML shells and static files, all clients of the public API."""

from pathlib import Path
from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.types import Scope

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"
SHELLS: Final = HERE / "shells"

PAGES: Final = {"/": "playground.html", "/desk": "desk.html", "/shop": "shop.html", "/docs": "docs.html"}
"""Address of each page, and its shell."""

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types lit-html dompurify",
    )
)

PAGE_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

FILE_HEADERS: Final = {
    # Modules are fetched with CORS, and a shop's page is another origin.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
}

router = APIRouter(include_in_schema=False)


class PageFiles(StaticFiles):
    """Static files that any site may load: the widget is embedded in pages of other origins."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(FILE_HEADERS)
        return response


def static_files() -> StaticFiles:
    """The files below web/static, to be mounted at /static."""
    return PageFiles(directory=STATIC)


def add_pages(app: FastAPI) -> None:
    """Adds all pages and their files to the server's app.

    The app must have been made with `docs_url=None`: /docs is ours, and loads nothing from another host.
    """
    app.include_router(router)
    app.mount("/static", static_files(), name="static")


@router.get("/widget.js")
async def widget() -> FileResponse:
    """The one script that a shop's page embeds."""
    return FileResponse(STATIC / "widget.js", media_type="text/javascript", headers=FILE_HEADERS)


@router.get("/favicon.ico")
async def icon() -> FileResponse:
    """The icon, for browsers that ask before they read the page."""
    return FileResponse(STATIC / "icon.svg", media_type="image/svg+xml", headers=FILE_HEADERS)


def _serve(path: str, shell: str) -> None:
    async def page() -> FileResponse:
        return FileResponse(SHELLS / shell, media_type="text/html", headers=PAGE_HEADERS)

    router.add_api_route(path, page, methods=["GET", "HEAD"], response_class=FileResponse)


for _path, _shell in PAGES.items():
    _serve(_path, _shell)
