"""The texts of `agent/prompts` that belong to the answer strategies."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PROMPTS = Path(__file__).resolve().parent.parent / "prompts"
_HEADING = re.compile(r"^#{1,2} +(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """A heading of a prompt file and the text below it."""

    title: str
    text: str


@cache
def whole(name: str) -> str:
    """The text of `prompts/<name>.md`."""
    return (PROMPTS / f"{name}.md").read_text(encoding="utf-8").strip()


@cache
def sections(name: str) -> tuple[Section, ...]:
    """The sections of `prompts/<name>.md`, in order; headings may repeat."""
    pieces = _HEADING.split(whole(name))[1:]
    return tuple(Section(title, text.strip()) for title, text in zip(pieces[::2], pieces[1::2], strict=True))


def section(name: str, title: str) -> str:
    """The text below one heading. KeyError when the file has no such heading."""
    for found in sections(name):
        if found.title == title:
            return found.text
    raise KeyError(f"{PROMPTS / name}.md has no heading {title!r}")
