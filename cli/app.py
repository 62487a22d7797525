"""One server: the API and the pages."""

from fastapi import FastAPI

from api.app import create_api
from runtime.wiring import Baton
from web.pages import add_pages


def create_app(baton: Baton) -> FastAPI:
    """The application that `baton serve` serves; it runs turns and timers for as long as it does."""
    app = create_api(baton)
    add_pages(app)
    return app
