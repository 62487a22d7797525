"""Errors as RFC 9457 problem+json: mapped once, here."""

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from core.errors import CallerError, TooMany
from core.shapes import Json
from store.database import Unreachable

log = logging.getLogger("baton.api")
MEDIA_TYPE = "application/problem+json"


def problem(status: int, title: str, detail: str, errors: dict[str, list[str]] | None = None) -> Json:
    """The body of a problem: `detail` says what to do about it."""
    body: Json = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return body | ({"errors": errors} if errors else {})


def add_problem_handlers(app: FastAPI) -> None:
    """Every error that leaves the API is a problem; none shows a trace."""
    app.add_exception_handler(CallerError, _caller_error)
    for kind in Unreachable:
        app.add_exception_handler(kind, _unreachable)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _our_fault)


def _answer(body: Json, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(body, body["status"], headers, MEDIA_TYPE)


async def _caller_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, CallerError)
    headers = {"Retry-After": str(error.retry_after_s)} if isinstance(error, TooMany) else None
    return _answer(problem(error.status, error.title, error.detail, error.fields), headers)


async def _unreachable(_: Request, error: Exception) -> JSONResponse:
    log.error("the store did not answer", exc_info=error)
    detail = "The store does not answer. Try again in a moment; nothing of this request was done."
    return _answer(problem(503, "Not available now", detail), {"Retry-After": "5"})


async def _not_valid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    fields: dict[str, list[str]] = {}
    for one in error.errors():
        where = ".".join(str(part) for part in one["loc"] if part != "body") or "body"
        fields.setdefault(where, []).append(one["msg"])
    detail = "Mend these fields and send it again: " + ", ".join(fields) + "."
    return _answer(problem(422, "The input is not valid", detail, fields))


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    detail = "There is no such address. /openapi.json lists all of them." if error.status_code == 404 else ""
    return _answer(problem(error.status_code, str(error.detail), detail or str(error.detail)))


async def _our_fault(_: Request, error: Exception) -> JSONResponse:
    log.exception("a request failed", exc_info=error)
    detail = (
        "This is our fault, and it is in the server's log. Sending it again is safe with an Idempotency-Key."
    )
    return _answer(problem(500, "Something went wrong", detail))
