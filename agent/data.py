"""The agent's data files: prompts, notes, and how consent and claims sound. Read once, at import."""

from functools import cache
from pathlib import Path
from string import Template
from typing import cast

import yaml

from core.shapes import Json

FOLDER = Path(__file__).parent / "prompts"


@cache
def template(name: str) -> Template:
    """The prompt `name`.md with its `$placeholders`."""
    return Template((FOLDER / f"{name}.md").read_text(encoding="utf-8").strip())


@cache
def table(name: str) -> Json:
    """The data of `name`.yaml."""
    return cast(Json, yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")))


def read_all() -> None:
    """Reads every file now, so that no turn has to."""
    for file in FOLDER.iterdir():
        (template if file.suffix == ".md" else table)(file.stem)


def note(key: str, **values: object) -> str:
    """A note for a turn's context."""
    return str(table("notes")[key]).format_map(values)


def for_language(name: str, language: str) -> Json:
    """The part of a table for a language; English where there is none."""
    tables = table(name)
    return cast(Json, tables.get(language.partition("-")[0], tables["en"]))
