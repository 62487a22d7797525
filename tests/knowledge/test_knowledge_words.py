"""Words: similarity, coverage, and slips set right."""

import pytest

from knowledge.encoder import load_encoder
from knowledge.words import Spelling, WordIndex, words_of

TEXTS = (("how can i pay", "pay by card"), ("where can i park",), ("delivery to the fourth floor",))


def test_words_are_plain_and_keep_their_apostrophes() -> None:
    assert words_of("Don’t SHOUT, it's fine: №7!") == ["don't", "shout", "it's", "fine", "no7"]


def test_the_same_text_is_fully_similar_and_fully_covered() -> None:
    matched = WordIndex(TEXTS).match("pay by card", range(3))
    assert matched.similar[0] == pytest.approx(1.0, abs=1e-5)
    assert matched.covered[0] == pytest.approx(1.0, abs=1e-5)
    assert matched.similar[2] == matched.covered[2] == 0


def test_words_of_several_texts_of_an_entry_count_once_towards_what_is_covered() -> None:
    matched = WordIndex(TEXTS).match("how pay card", range(3))
    assert matched.covered[0] == pytest.approx(1.0, abs=1e-5)


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    matched = WordIndex(TEXTS).match("can park", range(3))
    assert matched.similar[1] > matched.similar[0] > 0


def test_unknown_words_count_against_every_entry() -> None:
    index = WordIndex(TEXTS)
    assert (
        index.match("pay by card in zanzibar", range(3)).covered[0]
        < index.match("pay by card", range(3)).covered[0]
    )


def test_an_index_of_nothing_matches_nothing() -> None:
    index = WordIndex(())
    assert len(index.match("pay", ()).similar) == len(index.nearest("pay", 3)) == 0


def test_the_entries_nearest_in_words_come_best_first() -> None:
    assert WordIndex(TEXTS).nearest("where can i leave the car", 3).tolist() == [1, 0, 2]


def test_a_word_that_very_many_texts_have_brings_in_no_entry() -> None:
    index = WordIndex([(f"lamp {number}",) for number in range(3_000)])
    assert index.nearest("lamp", 3).tolist() == []
    assert index.nearest("lamp 77", 3).tolist() == [77]
    assert index.match("lamp 77", [76, 77]).similar.argmax() == 1


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
    spelling = Spelling(WordIndex(TEXTS).vocabulary, load_encoder().is_word)
    assert spelling.mend(typed) == meant
