"""Words: similarity, coverage, and slips set right."""

import pytest

from knowledge.words import Spelling, WordIndex, words_of
from tests.support.knowledge_store import word_llama

TEXTS = (("how can i pay", "pay by card"), ("where can i park",), ("delivery to the fourth floor",))


def test_words_are_plain_and_keep_their_apostrophes() -> None:
    assert words_of("Don’t SHOUT, it's fine: №7!") == ["don't", "shout", "it's", "fine", "no7"]


def test_the_same_text_is_fully_similar_and_fully_covered() -> None:
    matched = WordIndex(TEXTS).match("pay by card")
    assert matched.similar[0] == pytest.approx(1.0, abs=1e-5)
    assert matched.covered[0] == pytest.approx(1.0, abs=1e-5)
    assert matched.similar[2] == matched.covered[2] == 0


def test_words_of_several_texts_of_an_entry_count_once_towards_what_is_covered() -> None:
    matched = WordIndex(TEXTS).match("how pay card")
    assert matched.covered[0] == pytest.approx(1.0, abs=1e-5)


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    matched = WordIndex(TEXTS).match("can park")
    assert matched.similar[1] > matched.similar[0] > 0


def test_unknown_words_count_against_every_entry() -> None:
    index = WordIndex(TEXTS)
    assert index.match("pay by card in zanzibar").covered[0] < index.match("pay by card").covered[0]


def test_an_index_of_nothing_matches_nothing() -> None:
    assert len(WordIndex(()).match("pay").similar) == 0


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("delivry to the foruth flooor", "delivery to the fourth floor"),
        ("i want to prak", "i want to park"),
        ("the price of a table", "the price of a table"),
        ("order HL-1002x", "order hl-1002x"),
        ("pat", "pat"),
    ],
    ids=["slips", "swapped letters", "words of the language stay", "codes stay", "short words stay"],
)
def test_slips_become_words_of_the_store(typed: str, meant: str) -> None:
    spelling = Spelling(WordIndex(TEXTS).vocabulary, word_llama().is_word)
    assert spelling.mend(typed) == meant
