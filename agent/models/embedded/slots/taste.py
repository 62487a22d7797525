"""What a customer prefers in a thing: its kind, its attributes, what it must not be."""

import re
from collections.abc import Iterable, Mapping

from rapidfuzz import fuzz, process

from agent.models.embedded.slots.heard import Catalogue, Heard
from agent.models.embedded.slots.names import product
from agent.models.embedded.slots.vocabulary import Vocabulary
from knowledge.embedding import plain
from tools.catalogue_words import words_of

Json = dict[str, object]
_WORD = re.compile(r"[^\W_]+")
_LONGEST, _LONG_ENOUGH, _ALIKE = 3, 5, 86
_NOT = re.compile(
    r"\b(?:no|not|without|except|anything but|nothing|hate|dislike|don'?t (?:like|want)|do not (?:like|want)"
    r"|allergic to|avoid|never|rather not|isn'?t|other than)\s+(?:\w+\s+){0,3}$"
)
_YET = re.compile(r"\b(?:but|and|only|rather|instead|prefer)\b|[,.;]")
_ANY = re.compile(
    r"\b(?:any(?:thing| of them| colou?r)?|no preference|doesn'?t matter|does not matter|don'?t mind"
    r"|don'?t care"
    r"|whatever|all fine|not important|either|surprise me|no idea)\b"
)
_SEEKS = re.compile(
    r"\b(?:looking for|look for|need|want|recommend|suggest|buy|find(?: me)?"
    r"|have(?: you got)?(?: any)?|sell|got|get"
    r"|show me|after|interested in|searching for|would like)\s+(?:me\s+)?"
    r"(?:an?|some|any|the|new|nice|good|something like an?)\s+((?:[a-z-]+\s+){0,2}?[a-z-]{3,})"
    r"(?=\s+(?:for|in|with|under|below|that|which|to|of|at|around|about|between|from|up|and|but|please|or)\b"
    r"|[,.;?!]|\s*$)"
)
_OFFERS = re.compile(
    r"\b(?:do|have|can) (?:you|they|i)\b.{0,12}?\b(?:have|got|sell|stock|carry|do|get)\s+"
    r"((?:[a-z-]+\s+)?[a-z-]{3,}s)\b"
)
_NO_THING = frozenset(
    [
        "help",
        "hand",
        "question",
        "something",
        "anything",
        "person",
        "human",
        "refund",
        "order",
        "parcel",
        "appointment",
        "slot",
        "time",
        "information",
        "info",
        "idea",
        "look",
        "recommendation",
        "advice",
        "gift",
        "present",
        "one",
        "ones",
        "day",
        "person",
        "answer",
        "invoice",
        "receipt",
    ]
)
_COUNTS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "twelve": 12,
}  # fmt: skip
_N = rf"(\d+(?:\.\d+)?|{'|'.join(_COUNTS)})"
_MOST = (
    r"(?:under|below|less than|up to|at most|max(?:imum)?(?: of)?|no more than|not more than|narrower than"
    r"|smaller than|within)"
)
_LEAST = r"(?:over|above|more than|at least|min(?:imum)?(?: of)?|wider than|larger than|bigger than)"
_FOR = re.compile(
    r"\bfor\s+((?:the |my |our |an? |some )?)([a-z][a-z -]{2,24}?)(?=[,.;?!]|\s+(?:under|below|that|with|and"
    r"|in|up|please)\b|$)"
)
_NO_USE = frozenset(["me", "us", "him", "her", "them", "it", "that", "this", "which", "you", "sale"])


def read_kind(heard: Heard, catalogue: Catalogue) -> str | None:
    """The kind of thing: in words of the catalogue, else as the customer calls what they look for."""
    named = product(heard, catalogue)
    if named is not None and (named in catalogue.product_names or not _is_value_alone(named, catalogue)):
        return named
    other = [
        word
        for word in catalogue.vocabulary.kinds
        if re.search(rf"\b{re.escape(word)}(?:e?s)?\b", heard.plain)
    ]
    if other:
        return max(other, key=len)
    mistyped = _mistyped_kind(heard.plain, catalogue)
    if mistyped:
        return mistyped
    sought = _SEEKS.search(heard.plain) or _OFFERS.search(heard.plain)
    if sought and not _is_no_thing(sought[1], catalogue):
        return sought[1]
    if heard.asked and len(heard.plain.split()) <= _LONGEST:
        rest = [word for word in _WORD.findall(heard.plain) if word not in ("a", "an", "some", "the", "any")]
        if rest and not _is_no_thing(rest[-1], catalogue) and not rest[-1].isdigit():
            return " ".join(rest)
    return None


def read_taste(heard: Heard, catalogue: Catalogue) -> Json | None:
    """`wishes`: attribute → `{name, value, at_least, at_most}`; `exclude`: words; `use`; `any`: no matter."""
    vocabulary = catalogue.vocabulary
    kind = read_kind(heard, catalogue)
    # What names the thing is no wish of its own: `dining` of `dining table`.
    rest = heard.plain.replace(plain(kind), " , ", 1) if kind else heard.plain
    wishes, exclude = _valued(rest, vocabulary)
    wishes = {**wishes, **_numbers(heard.plain, vocabulary), **_flags(heard.plain, vocabulary)}
    use = _use(rest, vocabulary)
    if not wishes and not exclude and not use:
        return {"any": True} if heard.asked and _ANY.search(heard.plain) else None
    found: Json = {"wishes": wishes, "exclude": exclude}
    return _listed({**found, "use": use} if use else found)


def merged_taste(old: Json, new: Json) -> Json:
    """Both together: the newer wish for an attribute counts, and what is now wanted is no longer excluded."""
    wishes = {**_mapping(old.get("wishes")), **_mapping(new.get("wishes"))}
    banned = [str(one) for one in _items(new.get("exclude"))]
    wishes = {key: one for key, one in wishes.items() if _mapping(one).get("value") not in banned}
    wanted = {_mapping(one).get("value") for one in _mapping(new.get("wishes")).values()}
    kept = [one for one in _items(old.get("exclude")) if one not in wanted]
    return _listed({**old, **new, "wishes": wishes, "exclude": list(dict.fromkeys([*kept, *banned]))})


def _listed(found: Json) -> Json:
    """With the wishes as the tool takes them."""
    return {**found, "attributes": list(_mapping(found.get("wishes")).values())}


def _valued(text: str, vocabulary: Vocabulary) -> tuple[Json, list[str]]:
    """Values that are named, the longest first, by attribute; and those that are ruled out."""
    wishes: Json = {}
    exclude: list[str] = []
    words = list(_WORD.finditer(text))
    place = 0
    while place < len(words):
        length = next(
            (n for n in range(_LONGEST, 0, -1) if _is_value(words[place : place + n], n, vocabulary)), 0
        )
        if not length:
            place += 1
            continue
        run = words[place : place + length]
        value = _value_of(run, vocabulary) or ""
        if _is_denied(text[: run[0].start()]):
            exclude.append(value)
        else:
            key = vocabulary.values[words_of(value)]
            wishes[key] = {"name": vocabulary.speech.name_of(key), "value": value}
        place += length
    return wishes, exclude


def _is_value(run: list[re.Match[str]], length: int, vocabulary: Vocabulary) -> bool:
    if len(run) != length or not words_of(run[0][0]) or not words_of(run[-1][0]):
        return False
    return _value_of(run, vocabulary) is not None


def _value_of(run: list[re.Match[str]], vocabulary: Vocabulary) -> str | None:
    """The value that these words name; a single long word may have a letter wrong."""
    said = " ".join(one[0] for one in run)
    if words_of(said) in vocabulary.values:
        return said
    alone = [words[0] for words in vocabulary.values if len(words) == 1]
    return _near(said, alone) if len(run) == 1 else None


def _is_denied(before: str) -> bool:
    """Ruled out by a `no` of the same clause: `not leather, but oak` rules out leather alone."""
    match = _NOT.search(before)
    return match is not None and not _YET.search(match[0])


def _numbers(text: str, vocabulary: Vocabulary) -> Json:
    """`at most 160 cm wide`, `for six people`, `width of 80`."""
    found: Json = {}
    for key, names in vocabulary.numbers.items():
        name = "|".join(re.escape(one) for one in names)
        unit = re.escape(vocabulary.speech.unit_of(key))
        shape = rf"({_MOST}|{_LEAST})?\s*\b{_N}\s*(?:{unit})?\s*-?\s*(?:{name})\b"
        after = rf"\b(?:{name})\s*(?:of|is|:)?\s*({_MOST}|{_LEAST})?\s*{_N}\s*(?:{unit})?\b"
        match = re.search(shape, text) or re.search(after, text)
        if match:
            number = float(_COUNTS.get(match[2]) or match[2])
            found[key] = {"name": vocabulary.speech.name_of(key), **_bounds(match[1], number)}
    return found


def _bounds(bound: str | None, number: float) -> Json:
    if bound is None:
        return {"value": f"{number:g}"}
    return {"at_most": number} if re.fullmatch(_MOST, bound) else {"at_least": number}


def _flags(text: str, vocabulary: Vocabulary) -> Json:
    found: Json = {}
    for key, names in vocabulary.flags.items():
        match = re.search(rf"\b(?:{'|'.join(re.escape(one) for one in names)})\b", text)
        if match:
            value = "no" if _is_denied(text[: match.start()]) else "yes"
            found[key] = {"name": vocabulary.speech.name_of(key), "value": value}
    return found


def _use(text: str, vocabulary: Vocabulary) -> str | None:
    """What it is for, where that is neither somebody nor a value that counts already."""
    for match in _FOR.finditer(text):
        words = match[2].strip()
        plain = words_of(words)
        if (
            plain
            and not set(plain) & _NO_USE
            and plain not in vocabulary.values
            and match[1].strip() != "some"
        ):
            known = any(set(plain) <= set(words_of(f"{one.name} {one.about}")) for one in vocabulary.products)
            if known:
                return words
    return None


def _mistyped_kind(text: str, catalogue: Catalogue) -> str | None:
    """A thing of the catalogue with a letter wrong, and the word before it where that is of a name too."""
    words = _WORD.findall(text)
    names = {word for name in catalogue.product_names for word in _WORD.findall(plain(name))}
    for place in range(len(words) - 1, -1, -1):
        if _near(words[place], catalogue.product_words):
            before = words[place - 1 : place] if place and _near(words[place - 1], names) else []
            return " ".join([*before, words[place]])
    return None


def _near(word: str, known: Iterable[str]) -> str | None:
    """The known word that is meant by one with a letter wrong."""
    if len(word) < _LONG_ENOUGH:
        return None
    long = [one for one in known if len(one) >= _LONG_ENOUGH]
    found = process.extractOne(word, long, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return str(found[0]) if found else None


def _is_value_alone(named: str, catalogue: Catalogue) -> bool:
    """What things are made of is none, though the name of one may end in it: `oak`."""
    return words_of(named)[-1:] in catalogue.vocabulary.values


def _is_no_thing(words: str, catalogue: Catalogue) -> bool:
    last = words_of(words)[-1:] or ("",)
    return last[0] in _NO_THING or last in catalogue.vocabulary.values


def _mapping(value: object) -> Json:
    return dict(value) if isinstance(value, Mapping) else {}


def _items(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []
