"""Sizes: a file that is read at one go, a function that fits a screen, the graph on one."""

import pytest

from tests.support.house import ROOT, Source, shipped, sources

FILE_LINES = 300
FUNCTION_LINES = 50
GRAPH_LINES = 120
GENERATED = "store/migrations/versions/"
"""Written by a tool from the tables, and never by hand."""


@pytest.mark.parametrize("folder", sorted({source.folder for source in shipped()}))
def test_files_have_at_most_300_lines_of_code(folder: str) -> None:
    long = {
        source.name: len(source.code_lines)
        for source in shipped()
        if source.folder == folder
        and len(source.code_lines) > FILE_LINES
        and not source.name.startswith(GENERATED)
    }
    assert not long, f"A file has one subject; these have more: {long}"


@pytest.mark.parametrize("folder", sorted({source.folder for source in sources()}))
def test_functions_have_at_most_50_lines_of_code(folder: str) -> None:
    long = {
        f"{source.name}:{function.lineno} {function.name}": source.code_lines_of(function)
        for source in sources()
        if source.folder == folder and not source.name.startswith(GENERATED)
        for function in source.functions()
        if source.code_lines_of(function) > FUNCTION_LINES
    }
    assert not long, f"A function does one thing; where it does not, a concept lacks its name: {long}"


def test_the_graph_is_one_screen() -> None:
    lines = len(Source(ROOT / "agent" / "graph.py").text.splitlines())
    assert lines <= GRAPH_LINES, f"agent/graph.py names nodes and edges; {lines} lines hold more than that"


def test_test_files_have_names_of_their_own() -> None:
    names = [source.path.name for source in sources() if source.path.name.startswith("test_")]
    twice = {name for name in names if names.count(name) > 1}
    assert not twice, f"pytest imports test files by their bare name, and takes one for the other: {twice}"
