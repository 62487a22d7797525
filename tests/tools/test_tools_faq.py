"""The FAQ as a tool: entries above the line, or the honest word that there is none."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge import entries_of
from tests.support.knowledge_store import start_knowledge
from tests.support.shop import Shop, a_shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with a_shop("sqlite", tmp_path) as made:
        made.knowledge = start_knowledge(tmp_path, entries_of(made.business))
        yield made
        made.knowledge.close()


def test_a_question_that_is_answered_gives_entries_with_their_source(shop: Shop) -> None:
    result = shop.talk().call("search_faq", query="How long do I have to return something?")

    assert result["ok"], result
    assert {"id", "title", "text", "score", "kind"} <= set(result["entries"][0])


def test_a_question_without_an_answer_says_so(shop: Shop) -> None:
    result = shop.talk().call("search_faq", query="Which football team won in 1974?")

    assert (result["ok"], result["error"], result["entries"]) == (False, "no_answer", [])
