"""YAML files whose errors name file, line, what was found and what is expected."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from core.business_parts import CENTS, days_of
from core.errors import BusinessFileError

try:
    from yaml import CSafeLoader as _FastLoader
except ImportError:  # PyYAML without libyaml
    from yaml import SafeLoader as _FastLoader  # type: ignore[assignment]

T = TypeVar("T")
Loc = Sequence[str | int]


class _Loader(_FastLoader):
    """YAML 1.2's plain scalars: `no`, `10:00`, `2026-12-24`, `01067` and `+353…` stay texts."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


for _tag, _form, _first in (
    ("bool", r"true|false", "tf"),
    ("int", r"-?(0|[1-9]\d*)", "-0123456789"),
    ("float", r"-?\d+\.\d+", "-0123456789"),
    ("null", r"~|null|", ["~", "n", ""]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_form})$"), list(_first))


@dataclass(frozen=True)
class YamlFile:
    """A file's content, and where each part of it stands."""

    path: Path
    data: object
    node: yaml.Node | None
    first_line: int = 1

    def line(self, loc: Loc = ()) -> int:
        """The line of the deepest part of `loc` that the file has."""
        node, line = self.node, self.first_line
        for step in loc:
            found = _child(node, step)
            if found is None:
                if isinstance(node, yaml.MappingNode | yaml.SequenceNode):
                    continue  # pydantic names union members in its locations, the file does not
                break
            mark, node = found
            line = self.first_line + mark.start_mark.line
        return line

    def error(self, loc: Loc, found: str, expected: str) -> BusinessFileError:
        """An error at `loc`, to be raised by the caller."""
        return BusinessFileError(self.path, self.line(loc), found, expected)

    def parse(self, shape: type[T], data: object | None = None) -> T:
        """The content as `shape`. BusinessFileError at the first line that does not fit."""
        try:
            return TypeAdapter(shape).validate_python(self.data if data is None else data)
        except ValidationError as error:
            problems = [self._problem(details) for details in error.errors(include_url=False)]
        raise min(problems, key=lambda problem: problem.line or 0)

    def parse_list(self, item: type[T]) -> tuple[T, ...]:
        """A file that is one list. An empty file is an empty list."""
        if self.data is None:
            return ()
        return self.parse(tuple[item, ...])  # type: ignore[valid-type]

    def check(self, loc: Loc, value: str, known: Iterable[str], kind: str) -> None:
        """BusinessFileError when a reference is unknown. `kind` says what is expected, `a sku` for one."""
        known = list(known)
        if value not in known:
            raise self.error(loc, f"`{value}`", f"{kind}{did_you_mean(value, known)}")

    def check_unique(self, ids: Iterable[str], key: str, above: Loc = ()) -> None:
        """BusinessFileError at the second of two entries with the same id."""
        seen: dict[str, int] = {}
        for index, one in enumerate(ids):
            if one in seen:
                line = self.line((seen[one], key))
                raise self.error(
                    (index, key), f"`{one}` a second time (first in line {line})", "ids of their own"
                )
            seen[one] = index

    def _problem(self, details: ErrorDetails) -> BusinessFileError:
        loc, context = list(details["loc"]), details.get("ctx", {})
        kind = details["type"]
        if kind == "missing":
            return self.error(loc[:-1], f"no `{_file_key(loc[-1])}`", f"a value for `{_file_key(loc[-1])}`")
        if kind == "unknown_key":
            key, known = context["key"], context["known"]
            return self.error(
                [*loc, key],
                f"the unknown key `{key}`",
                f"one of {', '.join(known)}{did_you_mean(key, known)}",
            )
        if kind == "amount":
            return self.error([*loc, context["key"]], context["found"], details["msg"])
        expected = details["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
        value = details["input"]
        if isinstance(value, str) and kind in ("enum", "literal_error"):
            expected += did_you_mean(value, re.findall(r"'([^']*)'", expected))
        return self.error(loc, _shown(value), expected)


def read_yaml(path: Path) -> YamlFile:
    """The file with its lines. BusinessFileError: absent, not UTF-8, not YAML, or a key twice."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BusinessFileError(path, None, "no such file", "it in the business folder") from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise BusinessFileError(path, line, "bytes that are not UTF-8", "a text file in UTF-8") from None
    return parse_yaml(text, path)


def parse_yaml(text: str, path: Path, first_line: int = 1) -> YamlFile:
    """A text that begins at `first_line` of the file, such as a front matter."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        data = None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        raise BusinessFileError(path, line, f"no YAML ({error.problem})", "well-formed YAML") from None
    except yaml.YAMLError as error:
        raise BusinessFileError(path, first_line, f"no YAML ({error})", "well-formed YAML") from None
    finally:
        loader.dispose()
    file = YamlFile(path, data, node, first_line)
    _refuse_double_keys(file, node)
    return file


def did_you_mean(value: str, known: Iterable[str]) -> str:
    """`; did you mean `x`?`, or nothing when no known word is near."""
    near = difflib.get_close_matches(value, [str(one) for one in known], n=1, cutoff=0.6)
    return f"; did you mean `{near[0]}`?" if near else ""


def _child(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """The node that marks the place of `step`, and the node of its value."""
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    if isinstance(node, yaml.MappingNode):
        names = (str(step), str(step).removesuffix(CENTS))
        return next(
            ((key, value) for key, value in node.value if key.value in names or step in days_of(key.value)),
            None,
        )
    return None


def _refuse_double_keys(file: YamlFile, node: yaml.Node | None) -> None:
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            _refuse_double_keys(file, child)
    elif isinstance(node, yaml.MappingNode):
        keys: set[str] = set()
        for key, value in node.value:
            if key.value in keys:
                line = file.first_line + key.start_mark.line
                raise BusinessFileError(
                    file.path, line, f"the key `{key.value}` a second time", "each key once"
                )
            keys.add(key.value)
            _refuse_double_keys(file, value)


def _file_key(name: str | int) -> str:
    return str(name).removesuffix(CENTS)


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return f"keys {', '.join(str(key) for key in value) or '(none)'}"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
