"""The README's conversations are what the agent says today."""

import pytest

from core.vocabulary import Capability
from scripts.conversations import SHOWN, main, with_table


def test_the_readme_shows_what_the_agent_says_today() -> None:
    assert main(["--check"]) == 0, "run `python -m scripts.conversations`"


def test_every_capability_is_shown() -> None:
    assert set(SHOWN) == set(Capability)


def test_a_page_without_the_place_is_refused() -> None:
    with pytest.raises(ValueError, match="conversations"):
        with_table("a page", "a table")
