"""Words of the flows, in Mustache, filled with slots and results."""

import re
from collections.abc import Mapping
from functools import cache

from langchain_core.utils import mustache

View = Mapping[str, object]

_PLAIN = re.compile(r"(?<!\{)\{\{\s*([\w.]+)\s*\}\}(?!\})")
_SPACES = re.compile(r"[ \t]{2,}|[ \t]+(?=\n|$)| (?=[.,?])")


def show(template: str, view: View) -> str:
    """The template with its values in place; what is absent or null is left out."""
    return _SPACES.sub(_one_space, mustache.render(_unescaped(template), view)).strip()


def look_up(path: str, view: View) -> object:
    """The value at a dotted path; a number steps into a list. None where there is nothing."""
    value: object = view
    for step in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list | tuple) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


@cache
def _unescaped(template: str) -> str:
    """Mustache escapes for HTML by default; what is said here is text."""
    return _PLAIN.sub(r"{{{\1}}}", template)


def _one_space(match: re.Match[str]) -> str:
    return (
        " "
        if len(match.group(0)) > 1 and not match.group(0).endswith("\n") and match.end() < len(match.string)
        else ""
    )
