"""The API: all routes over one running Baton."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from api import (
    about,
    calendar,
    cases,
    completions,
    conversations,
    copilot,
    customers,
    desk,
    gaps,
    measures,
    metrics,
    promises,
    requests,
)
from api.hosts import OnlyLoopbackNames, guards
from api.limits import Limits
from api.problems import add_problem_handlers
from runtime.wiring import Baton

TITLE = "Baton"
LARGEST_BODY = 4 * 2**20
"""Bytes: a long history fits; more is refused before it is read."""


def create_api(baton: Baton, *, always_limit: bool = False) -> FastAPI:
    """The application; it runs turns and timers for as long as it serves.

    `always_limit`: rate limits count loopback callers in demo mode too.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        baton.hub.bind(asyncio.get_running_loop())
        async with baton.running():
            yield

    app = FastAPI(
        title=TITLE,
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        max_body_size=LARGEST_BODY,
    )
    app.state.baton, app.state.limits, app.state.always_limit = baton, Limits(), always_limit
    add_problem_handlers(app)
    for router in (
        about.router,
        conversations.router,
        calendar.router,
        cases.router,
        copilot.router,
        desk.router,
        requests.router,
        promises.router,
        gaps.router,
        measures.router,
        customers.router,
        metrics.router,
        completions.router,
    ):
        app.include_router(router)
    if baton.settings.allowed_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=baton.settings.allowed_origins,
            allow_methods=["*"],
            allow_headers=["*"],
        )
    if guards(baton.settings):
        app.add_middleware(OnlyLoopbackNames, own=baton.settings.baton_host)
    return app
