"""Whether a message is in English: the detectors were measured in no other language."""

from collections.abc import Sequence

from knowledge.encoder import Pieces

_FREQUENT = range(1996, 3200)
"""Ids of the most frequent English words: the encoder's vocabulary stands in the order of frequency."""
_FEWEST = 4
"""Fewer words tell no language."""
_SHARE_FREQUENT = 0.2
_SHARE_WHOLE = 0.75
_LATIN_END = 0x24F


def is_english(words: Sequence[str], pieces: Pieces) -> bool:
    """False only where it is clear: another script, or hardly a frequent English word among broken ones.

    Names, codes and one or two words are let through: what is no sentence is no other language either.
    """
    letters = [letter for word in words for letter in word if letter.isalpha()]
    if sum(ord(letter) > _LATIN_END for letter in letters) > len(letters) / 2:
        return False
    cut: dict[int, list[int]] = {}
    for piece, owner in zip(pieces.ids, pieces.owners, strict=True):
        if owner is not None and words[owner][0].isalpha():
            cut.setdefault(owner, []).append(piece)
    if len(cut) < _FEWEST:
        return True
    frequent = sum(_is_frequent(words[owner], ids) for owner, ids in cut.items())
    whole = sum(len(ids) == 1 for ids in cut.values())
    return frequent >= _SHARE_FREQUENT * len(cut) or whole >= _SHARE_WHOLE * len(cut)


def _is_frequent(word: str, ids: list[int]) -> bool:
    return word.lower() in ("i", "a", "u") or (ids[0] in _FREQUENT and (len(ids) == 1 or "'" in word))
