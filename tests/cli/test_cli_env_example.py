"""`.env.example` documents every setting, and nothing else."""

import re
from pathlib import Path

import pytest

from core.settings import Settings

EXAMPLE = Path(__file__).resolve().parents[2] / ".env.example"
SETTING = re.compile(r"^#?([A-Z][A-Z_]+)=(.*)$")


def _lines() -> list[str]:
    return EXAMPLE.read_text(encoding="utf-8").splitlines()


def _settings() -> dict[str, str]:
    return {found[1].lower(): found[2] for line in _lines() if (found := SETTING.match(line))}


def test_every_setting_is_in_the_example_and_every_line_of_it_is_a_setting() -> None:
    assert list(_settings()) == list(Settings.model_fields)


def test_every_setting_is_explained_by_the_line_above_it() -> None:
    lines = _lines()
    for place, line in enumerate(lines):
        if SETTING.match(line):
            above = lines[place - 1]
            assert above.startswith("# "), f"{line} has no comment above it"
            assert not SETTING.match(above)


def test_the_example_as_it_stands_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    assert Settings(_env_file=EXAMPLE) == Settings(_env_file=None)


def test_the_values_shown_for_settings_with_a_default_are_the_defaults() -> None:
    shown = _settings()
    for name, field in Settings.model_fields.items():
        if field.default not in (None, "") and name != "business_dir":
            expected = str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
            assert shown[name].removeprefix("./") == expected, name
