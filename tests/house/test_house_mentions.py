"""What no file may name: a package registry, or a path of somebody's machine."""

import re

from tests.support.house import text_files

REGISTRIES = ("pypi.", "pythonhosted.", "registry.npmjs.", "registry.yarnpkg.", "crates.", "proxy.golang.")
REGISTRY = re.compile("|".join(re.escape(name) + r"(?:org|com|io)\b" for name in REGISTRIES))
PATH = re.compile(r"(?<![\w.~/$}-])/(?:tmp|work|home|root|Users)/[\w.]")


def _found(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.name}: {found.group()}"
        for path, text in text_files()
        if (found := pattern.search(text)) is not None
    ]


def test_no_file_names_a_package_registry() -> None:
    assert not _found(REGISTRY), "Where packages come from is a setting of the machine, not of the project."


def test_no_file_names_a_path_of_a_machine() -> None:
    assert not _found(PATH), "Such a path exists on one machine only."
