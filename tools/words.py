"""Words that tools answer with: read once from `words.yaml`, never written in code."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from core.shapes import Json

WORDS_FILE = Path(__file__).parent / "words.yaml"


@dataclass(frozen=True)
class ToolWords:
    """Sections of `words.yaml`, each a mapping from a key to a template of `str.format`."""

    sections: Mapping[str, Mapping[str, str]]

    def say(self, code: str) -> str:
        """What the model is told with an error code."""
        return self.sections["say"][code]

    def fill(self, section: str, key: str, values: Json | None = None) -> str:
        """A template with its values. KeyError when section, key or a value is missing."""
        return self.sections[section][key].format(**(values or {}))

    def tried(self, tool: str, result: Json, what: str, outcome: str = "ok") -> str:
        """One line for the packet: what was tried and what came of it, by the result's error or `outcome`."""
        key = outcome if result["ok"] else result["error"]
        values = {"rule": "", "state": "", **result, **(result.get("booking") or {})}
        if result.get("rule"):
            values["rule"] = result["rule"]["id"]
        if result.get("state_words"):
            values["state"] = result["state_words"]
        text = self.sections["outcome"].get(key, key).format(**values)
        return f"{self.fill('tried', tool, {'what': what}).strip()}: {text}"

    def get(self, section: str, key: str) -> str | None:
        """A template as it stands, or None."""
        return self.sections[section].get(key)


@cache
def words() -> ToolWords:
    """The words of all tools."""
    return ToolWords(yaml.safe_load(WORDS_FILE.read_text(encoding="utf-8")))
