"""Refusals: what a tool answers instead of a result, with a code for code and words for the model."""

from core.errors import ModelError, ToolRefusal, ToolRetry
from core.shapes import Json
from tools.words import words


class Retry(ToolRetry):
    """The call was malformed. `result` tells the model how to mend it."""

    def __init__(self, code: str, *, words_key: str | None = None, **payload: object) -> None:
        self.code = code
        self.result = refused(code, words_key=words_key, **payload)
        super().__init__(self.result["say"])


class Refusal(ToolRefusal):
    """The call was understood and is refused. `result` says why and what may be offered instead."""

    def __init__(self, code: str, *, words_key: str | None = None, **payload: object) -> None:
        self.code = code
        self.result = refused(code, words_key=words_key, **payload)
        super().__init__(self.result["say"])


class NeedsConfirmation(ModelError):
    """The customer must say yes to `summary` first; nothing has been changed."""

    def __init__(self, summary: str) -> None:
        self.code = "needs_confirmation"
        self.summary = summary
        self.result = refused(self.code, summary=summary)
        super().__init__(summary)


class NeedsPerson(ModelError):
    """A person must answer `question` first; nothing has been changed."""

    def __init__(self, question: str) -> None:
        self.code = "needs_person"
        self.question = question
        self.result = refused(self.code)
        super().__init__(question)


def refused(code: str, *, words_key: str | None = None, **payload: object) -> Json:
    """`{"ok": false, "error": code, "say": …, **payload}`; other words than the code's by `words_key`."""
    return {"ok": False, "error": code, "say": words().say(words_key or code), **payload}
