"""Words stand in data files: no prompt and nothing that a customer reads is written in Python."""

import ast
from collections.abc import Iterator

import pytest

from tests.support.house import Source, shipped

LONGEST = 160
SENTENCE = 5
"""Plain words from which on a text can be speech: a pattern has few."""
SPEAKING = ("agent", "handover", "tools")
"""Folders whose texts could reach a model or a customer."""
WHY = (
    "Prompts and wordings are data (business/wordings, agent/prompts): a business changes them without code."
)


def _texts(source: Source) -> Iterator[tuple[ast.expr, str]]:
    """Every literal text but documentation, errors and assertions; of an f-string what is fixed."""
    skipped = {id(node) for node in _unspoken(source.tree)}
    inner = set()
    for node in ast.walk(source.tree):
        if id(node) in skipped or id(node) in source.docstrings or id(node) in inner:
            continue
        if isinstance(node, ast.JoinedStr):
            parts = [part for part in node.values if isinstance(part, ast.Constant)]
            inner |= {id(part) for part in parts}
            yield node, "".join(str(part.value) for part in parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node, node.value


def _unspoken(tree: ast.Module) -> Iterator[ast.AST]:
    """All below a `raise` or an `assert`, which speak to whoever runs or calls Baton, and a field's
    `description`, which documents it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise | ast.Assert) or (
            isinstance(node, ast.keyword) and node.arg == "description"
        ):
            yield from ast.walk(node)


def _plain_words(text: str) -> int:
    return len([word for word in text.split() if word.strip(".,:;!?'\"()").isalpha()])


def _is_sentence(text: str) -> bool:
    """Begins or ends as one; a list of words and a line of the log do neither."""
    spoken = text.strip()
    return _plain_words(spoken) >= SENTENCE and (spoken[0].isupper() or spoken[-1] in ".?!")


@pytest.mark.parametrize(
    "folder", sorted({source.folder for source in shipped()} - {"benchmarks", "scripts"})
)
def test_no_text_in_python_is_as_long_as_a_prompt(folder: str) -> None:
    long = [
        f"{source.name}:{node.lineno} {text[:60]!r}…"
        for source in shipped()
        if source.folder == folder
        for node, text in _texts(source)
        if len(text) > LONGEST and _plain_words(text) >= SENTENCE
    ]
    assert not long, f"{WHY}\n" + "\n".join(long)


@pytest.mark.parametrize("folder", SPEAKING)
def test_no_sentence_stands_in_the_code_that_could_speak_it(folder: str) -> None:
    spoken = [
        f"{source.name}:{node.lineno} {text!r}"
        for source in shipped()
        if source.folder == folder
        for node, text in _texts(source)
        if _is_sentence(text)
    ]
    assert not spoken, f"{WHY}\n" + "\n".join(spoken)


def test_what_is_said_in_a_conversation_is_never_a_literal() -> None:
    literal = [
        f"{source.name}:{node.lineno}"
        for source in shipped()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "say"
        and len(node.args) > 1
        and isinstance(node.args[1], ast.JoinedStr | ast.Constant)
        and " " in ast.unparse(node.args[1])
    ]
    assert not literal, f"{WHY}\n" + "\n".join(literal)
