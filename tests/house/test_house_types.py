"""Types and errors: what the code promises, and where it may swallow a failure."""

import ast
from collections.abc import Iterator

import pytest

from tests.support.house import Source, shipped

TYPED = ("agent", "handover", "tools", "store")
BOUNDARIES = {
    "runtime/worker.py": "a turn",
    "runtime/relay.py": "a row of the outbox",
    "api/problems.py": "a request",
    "evals/talk.py": "a case of the evals",
    "agent/outside_calls.py": "a call to another system, by code that a business brings",
    "tools/mcp_servers.py": "a connection to an MCP server",
}
"""Where whatever fails must not end the rest, and what it is a boundary of."""


@pytest.mark.parametrize("folder", TYPED)
def test_no_signature_says_any(folder: str) -> None:
    loose = [
        f"{source.name}:{function.lineno} {function.name}"
        for source in shipped()
        if source.folder == folder
        for function in source.functions()
        for annotation in _annotations(function)
        if any(isinstance(node, ast.Name) and node.id == "Any" for node in ast.walk(annotation))
    ]
    assert not loose, "`Any` turns the type checker off for every caller.\n" + "\n".join(loose)


def _annotations(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.expr]:
    spec = function.args
    arguments = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs, spec.vararg, spec.kwarg]
    yield from (one.annotation for one in arguments if one is not None and one.annotation is not None)
    if function.returns is not None:
        yield function.returns


def test_whatever_fails_is_caught_at_named_boundaries_only() -> None:
    wrong = [
        f"{source.name}:{line}"
        for source in shipped()
        if source.name not in BOUNDARIES
        for line in _broad(source)
    ]
    assert not wrong, "A broad `except` hides the next mistake.\n" + "\n".join(wrong)


def _broad(source: Source) -> Iterator[int]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "Exception"
            if {"Exception", "BaseException"} & set(caught.strip("()").replace(" ", "").split(",")):
                yield node.lineno
