"""The examples of the README and of docs/ run as they stand, and its figures show what the code does."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.figures import FIGURES, README, stale_files, with_figures
from tests.support.children import child
from tests.support.examples import Example, Typed, examples, examples_of, try_out, typed_of

PAGE = """\
Some words.

<!-- test -->
```console
$ echo one \\
    two
one two
$ printf 'a\\nb\\nc\\n'
a
...
c
$ value=kept
$ echo $value localhost:8000
kept 127.0.0.1:1
```

```console
$ false
```

<!-- test -->
```python
import sys
assert "127.0.0.1:1" == "localhost:8000"
sys.stdout.write("fine")
```
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A served Baton, as the reader has one running."""
    folder = tmp_path_factory.mktemp("examples")
    with child(["baton", "serve"], folder, {"BATON_PORT": "0", "BATON_DATA_DIR": "data"}) as running:
        found = running.until(lambda: re.search(r"http://(\S+:\d+)", running.output))
        yield found[1]


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.place)
def test_an_example_runs_as_it_is_shown(example: Example, address: str, tmp_path: Path) -> None:
    try_out(example, address, tmp_path)


def test_the_readme_has_examples_and_every_figure() -> None:
    if not README.exists():
        pytest.skip("there is no README.md yet")
    text = README.read_text(encoding="utf-8")
    assert list(examples_of(README))
    assert [name for name in FIGURES if f"<!-- figure:{name} -->" not in text] == []


def test_no_figure_is_stale() -> None:
    assert not stale_files(), "run `make figures`"


def test_a_figure_is_drawn_between_its_markers_and_nowhere_else() -> None:
    page = "before\n<!-- figure:graph -->\nold\n<!-- /figure -->\nafter\n"
    drawn = with_figures(page, {"graph": "flowchart LR\n"})
    assert drawn == (
        "before\n<!-- figure:graph -->\n```mermaid\nflowchart LR\n```\n<!-- /figure -->\nafter\n"
    )
    assert with_figures(drawn, {"graph": "flowchart LR\n"}) == drawn


def test_only_marked_blocks_are_examples_and_each_runs(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    found = list(examples_of(page))
    assert [example.place for example in found] == ["page.md:3", "page.md:21"]
    for example in found:
        try_out(example, "127.0.0.1:1", tmp_path)


@pytest.mark.parametrize("text", ["$ echo one\ntwo\n", "$ false\n", "$ exit 0\n$ echo never\n", "false\n"])
def test_an_example_that_does_not_do_what_it_shows_fails(text: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="here:1"):
        try_out(Example("here:1", "console", text), "127.0.0.1:1", tmp_path)


def test_a_command_goes_on_over_lines_and_ends_where_its_output_begins() -> None:
    assert typed_of("$ curl \\\n  there\n{}\n$ true\n") == [
        Typed("curl \\\n  there", "{}\n"),
        Typed("true", ""),
    ]
    assert typed_of("curl \\\n  there\ntrue\n") == [Typed("curl \\\n  there", ""), Typed("true", "")]
