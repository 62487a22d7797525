"""Errors, sorted by who must act.

BatonError
├── ModelError        the model may try again or tell the customer; the text goes back as a tool result
│   ├── ToolRetry     the call was malformed: mend the arguments and call again
│   └── ToolRefusal   the call was understood and is refused: say so, do not call again
├── CallerError       whoever called the API must act; mapped to problem+json once, in `api`
│   ├── InvalidInput (422) · TooLarge (413) · NotAllowed (401) · Forbidden (403) · NotFound (404)
│   ├── OutOfState (409)
│   └── TooMany (429)
├── FloorLost         somebody else holds the floor: stop silently, nothing is to be said
├── ModelUnavailable  the model endpoint failed (down, slow, cut off, nonsense): an honest answer and a case
└── OperatorError     whoever runs Baton must act: says what was found, what is expected, what to type
    └── BusinessFileError   names file and line as well
"""

from pathlib import Path


class BatonError(Exception):
    """The root of all errors that Baton raises on purpose."""


class ModelError(BatonError):
    """Told to the model as the result of its tool call."""


class ToolRetry(ModelError):
    """The call was malformed; the text says how to mend it."""


class ToolRefusal(ModelError):
    """The call was understood and refused; the text says why and what may be offered instead."""


class CallerError(BatonError):
    """The caller of the API must act. `detail` says what to do; `fields` names the fields at fault."""

    status = 400
    title = "Bad request"

    def __init__(self, detail: str, fields: dict[str, list[str]] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fields = fields or {}


class InvalidInput(CallerError):
    status = 422
    title = "The input is not valid"


class TooLarge(CallerError):
    status = 413
    title = "The input is too large"


class NotAllowed(CallerError):
    status = 401
    title = "Not allowed"


class Forbidden(CallerError):
    """Known, and not entitled to this: `detail` names who is."""

    status = 403
    title = "Not yours to decide"


class NotFound(CallerError):
    status = 404
    title = "Not found"


class OutOfState(CallerError):
    status = 409
    title = "Not possible in this state"


class TooMany(CallerError):
    status = 429
    title = "Too many requests"

    def __init__(self, detail: str, retry_after_s: int) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class FloorLost(BatonError):
    """The epoch under which this work began is over: a person or another worker holds the floor."""


class ModelUnavailable(BatonError):
    """The model endpoint gave no usable answer."""


class OperatorError(BatonError):
    """Whoever runs Baton must act."""


class BusinessFileError(OperatorError):
    """A file of the business folder is wrong."""

    def __init__(self, file: Path, line: int | None, found: str, expected: str) -> None:
        where = f"{file}:{line}" if line else str(file)
        super().__init__(f"{where}: found {found}; expected {expected}")
        self.file, self.line, self.found, self.expected = file, line, found, expected
