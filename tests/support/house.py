"""The project's own files, read for the house rules."""

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (
    "core",
    "store",
    "knowledge",
    "tools",
    "handover",
    "agent",
    "channels",
    "runtime",
    "api",
    "web",
    "evals",
    "cli",
    "benchmarks",
    "scripts",
    "tests",
)
"""Every folder with Python in it, in the order of the table in the design."""
NOT_OURS = frozenset({".git", ".venv", "data", "build", "node_modules", "__pycache__", "vendor"})
Function = ast.FunctionDef | ast.AsyncFunctionDef
_LAYOUT = frozenset(
    {tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
)


@dataclass(frozen=True)
class Source:
    """One Python file."""

    path: Path

    @property
    def name(self) -> str:
        """As messages show it: relative to the project."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def folder(self) -> str:
        return self.name.partition("/")[0]

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def docstrings(self) -> frozenset[int]:
        """Ids of the constants that document: a text that stands alone as a statement."""
        return frozenset(
            id(node.value)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        )

    @cached_property
    def code_lines(self) -> frozenset[int]:
        """Numbers of the lines that hold code: neither blank, nor comment, nor documentation."""
        documented = {
            line
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Expr) and id(node.value) in self.docstrings
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
        }
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        lines = {
            line
            for token in tokens
            if token.type not in _LAYOUT
            for line in range(token.start[0], token.end[0] + 1)
        }
        return frozenset(lines - documented)

    def code_lines_of(self, function: Function) -> int:
        """How many lines of code a function has, its signature included."""
        lines = range(function.lineno, (function.end_lineno or function.lineno) + 1)
        return len(self.code_lines.intersection(lines))

    def imports(self) -> Iterator[tuple[str, int]]:
        """Every imported module with its line, wherever the import stands."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield alias.name, node.lineno
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module, node.lineno

    def functions(self) -> Iterator[Function]:
        """Every function and method."""
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                yield node


@lru_cache(maxsize=1)
def sources() -> tuple[Source, ...]:
    """All Python files of the project."""
    return tuple(
        Source(path)
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        if NOT_OURS.isdisjoint(path.relative_to(ROOT).parts)
    )


def shipped() -> tuple[Source, ...]:
    """All but the tests."""
    return tuple(source for source in sources() if source.folder != "tests")


def text_files() -> Iterator[tuple[Path, str]]:
    """Every text file that belongs to the project; what tools wrote beside it, and bundles, left out."""
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT)
        hidden = [part for part in inside.parts if part.startswith(".") and part not in KEPT]
        if hidden or not NOT_OURS.isdisjoint(inside.parts) or not path.is_file():
            continue
        if any(part.endswith(".egg-info") for part in inside.parts):
            continue
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


KEPT = frozenset({".ci", ".env.example", ".gitignore"})
"""Hidden, and ours."""
