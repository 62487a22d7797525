"""Examples of the documentation, found by their mark and run as a reader would.

A block is run when `<!-- test -->` stands on the line above it. `python` blocks are programs. In `console`
blocks a line that begins with `$ ` is typed (a `\\` at its end continues it), what follows is its output,
in which `...` stands for anything; in a block without any `$ ` every line is typed. 127.0.0.1:8000 and
localhost:8000 become the address of the test's server.
"""

import doctest
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.children import run
from tests.support.house import ROOT

MARKED = re.compile(r"^<!-- test -->\n```(python|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ADDRESS = re.compile(r"(?:127\.0\.0\.1|localhost):8000")
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
MARK = "--- typed, with code"


@dataclass(frozen=True)
class Example:
    """One block; `place` is its file and line."""

    place: str
    language: str
    text: str


@dataclass(frozen=True)
class Typed:
    """A command and the output that is shown for it."""

    command: str
    output: str


def examples() -> list[Example]:
    """All marked blocks of README.md and docs/, which may have none yet."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [example for page in pages if page.exists() for example in examples_of(page)]


def examples_of(page: Path) -> Iterator[Example]:
    text = page.read_text(encoding="utf-8")
    for found in MARKED.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Example(f"{page.name}:{line}", found[1], found[2])


def try_out(example: Example, address: str, folder: Path) -> None:
    """Runs it in `folder` against the server at `address` (host:port). AssertionError says what differs."""
    text = ADDRESS.sub(address, example.text)
    if example.language == "python":
        done = run([sys.executable, "-c", text], folder)
        assert done.returncode == 0, f"{example.place} failed:\n{done.stdout}{done.stderr}"
        return
    typed = typed_of(text)
    script = "\n".join(f'{one.command}\necho "{MARK} $?"' for one in typed)
    done = run(["/bin/bash", "-c", script], folder)
    parts = re.split(rf"{MARK} (\d+)\n", done.stdout)
    for one, shown, code in zip(typed, parts[::2], parts[1::2], strict=False):
        assert code == "0", f"{example.place}: {one.command}\n{shown}{done.stderr}"
        fits = not one.output or doctest.OutputChecker().check_output(one.output, shown, FLAGS)
        assert fits, f"{example.place}: {one.command}\nexpected:\n{one.output}\ngot:\n{shown}"
    assert len(parts) == 2 * len(typed) + 1, f"{example.place} stopped early:\n{done.stdout}{done.stderr}"


def typed_of(text: str) -> list[Typed]:
    """The commands of a console block, each with what is shown below it."""
    typed: list[Typed] = []
    if not re.search(r"^\$ ", text, re.MULTILINE):
        text = re.sub(r"(?<!\\\n)^(?=.)", "$ ", text, flags=re.MULTILINE)
    for piece in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        lines = piece.splitlines()
        end = next((place for place, line in enumerate(lines) if not line.endswith("\\")), len(lines) - 1)
        output = "\n".join(lines[end + 1 :])
        typed.append(Typed("\n".join(lines[: end + 1]), f"{output}\n" if output.strip() else ""))
    return typed
