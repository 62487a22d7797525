"""Every folder says what lives in it."""

import pytest

from tests.support.house import FOLDERS, ROOT

LONGEST = 80
"""Lines: it is an opening, not a manual."""


@pytest.mark.parametrize("folder", [*FOLDERS, "business", "docs"])
def test_every_folder_opens_with_a_short_readme(folder: str) -> None:
    readme = ROOT / folder / "README.md"
    assert readme.exists(), f"{folder}/README.md: what lives here, what it may import, how to add one"
    lines = readme.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert len(lines) <= LONGEST
