"""Reading a reply while it is written: the same words, however the pieces fall."""

import json
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.models.parts import ReplyHead, ReplyText
from agent.models.reply_stream import ReplyReader, StringReader
from tests.support.scripted_server import reply_call

# What stands at either end is stripped, so it is no subject here.
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(
    lambda text: text == text.strip()
)


def pieces(text: str, cuts: list[int]) -> list[str]:
    """`text` cut at these places."""
    places = [0, *sorted({cut % (len(text) + 1) for cut in cuts}), len(text)]
    return [text[a:b] for a, b in pairwise(places)]


@given(said=words, cuts=st.lists(st.integers(0, 10_000)), ascii_only=st.booleans())
@settings(max_examples=300, deadline=None)
def test_a_string_is_decoded_the_same_wherever_it_is_cut(
    said: str, cuts: list[int], ascii_only: bool
) -> None:
    written = json.dumps(said, ensure_ascii=ascii_only)[1:] + ', "more": 1}'
    reader = StringReader()

    assert "".join(reader.feed(piece) for piece in pieces(written, cuts)) == said
    assert reader.closed


@given(said=words, cuts=st.lists(st.integers(0, 10_000)), confidence=st.floats(0, 1))
@settings(max_examples=300, deadline=None)
def test_a_reply_is_read_the_same_wherever_it_is_cut(said: str, cuts: list[int], confidence: float) -> None:
    reader = ReplyReader()
    raw = reply_call(said, confidence=confidence).raw

    parts = [part for piece in pieces(raw, cuts) for part in reader.feed(piece)]
    parts += reader.finish() or ()

    assert parts[0] == ReplyHead(True, None, confidence, ())
    assert "".join(part.delta for part in parts[1:] if isinstance(part, ReplyText)) == said


@given(
    order=st.permutations(["understood", "handover", "confidence", "sources", "text"]), cut=st.integers(1, 9)
)
@settings(max_examples=200, deadline=None)
def test_no_word_comes_before_the_whole_head_in_any_order(order: list[str], cut: int) -> None:
    raw = reply_call("Hello.", handover="anger", confidence=0.95, sources=["text"], order=order).raw
    reader = ReplyReader()

    fed, first_word_at = "", None
    for at in range(0, len(raw), cut):
        fed += raw[at : at + cut]
        if reader.feed(raw[at : at + cut]) and first_word_at is None:
            first_word_at = fed

    if first_word_at is not None:
        assert all(f'"{name}"' in first_word_at for name in order)
        assert "0.95," in first_word_at
    assert (order[-1] == "text") == (first_word_at is not None)


def test_escapes_that_json_does_not_know_lose_their_backslash() -> None:
    reader = StringReader()

    assert "".join(reader.feed(piece) for piece in ["it", "\\", "'s 5", "\\u20", "ac", '"']) == "it's 5€"


def test_half_a_surrogate_pair_becomes_the_replacement_character() -> None:
    assert StringReader().feed('a\\ud83d b"') == "a� b"
    assert StringReader().feed('a\\udc00 b"') == "a� b"


def test_a_raw_newline_inside_the_string_is_kept() -> None:
    reader = ReplyReader()
    raw = reply_call("A.\nB.").raw.replace("\\n", "\n")

    parts = [*reader.feed(raw), *(reader.finish() or ())]

    assert parts[1:] == [ReplyText("A.\nB.")]


def test_a_field_that_only_looks_like_the_text_does_not_open_the_gate() -> None:
    reader = ReplyReader()

    assert (
        list(reader.feed('{"understood": true, "note": "the \\"text\\": \\"x\\"", "confidence": 0.9')) == []
    )
