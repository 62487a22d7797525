"""Messages written for the detectors, beside this file: `*.txt`, with `{a|b}` for either, and `*.jsonl`."""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

from scripts.detector_data.rows import LABELS, Row, truth_of

_CHOICE = re.compile(r"\{([^{}]*)\}")
HERE = Path(__file__).parent
WEIGHT, LINE_WEIGHT = 3.0, 3.0
_KEYS = "qwertyuiopasdfghjklzxcvbnm"


def written_rows(seed: int = 7, variants: int = 2) -> list[Row]:
    """All written messages; of a line of `*.txt` up to `variants` wordings. Who writes a message knows all
    that it holds."""
    rng = random.Random(seed)
    rows: list[Row] = []
    for file in sorted(HERE.glob("*.txt")):
        for number, names, template in _lines(file):
            truth = {**dict.fromkeys(LABELS, 0), **truth_of(names)}
            rows += [
                Row(text, "lines", truth, LINE_WEIGHT, f"{file.stem}:{number}")
                for text in _wordings(template, variants, rng)
            ]
    for file in sorted(HERE.glob("*.jsonl")):
        source = "posts" if file.stem.startswith("public_posts") else "talk"
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines()):
            item = json.loads(line)
            truth = {**dict.fromkeys(LABELS, 0), **truth_of(set(item["labels"]))}
            rows.append(Row(item["text"], source, truth, WEIGHT, f"{file.stem}:{number}"))
    return rows


def voices(name: str = "fresh") -> list[Row]:
    """Messages of `held_out/`, for measuring only: `fresh` for figures, `voices` to learn from errors."""
    file = HERE / f"held_out/{name}.txt"
    return [Row(text, "voices", truth_of(names), 1.0, str(number)) for number, names, text in _lines(file)]


def noise_rows(count: int = 400, seed: int = 13) -> list[Row]:
    """What means nothing, or only names something: mashed keys, made-up words, codes, addresses."""
    rng = random.Random(seed)
    kinds = (_mash, _babble, _code, _mail)
    truth = dict.fromkeys(LABELS, 0)
    return [Row(rng.choice(kinds)(rng), "noise", truth, 1.0) for i in range(count)]


def _mash(rng: random.Random) -> str:
    return " ".join("".join(rng.choices(_KEYS, k=rng.randint(2, 9))) for _ in range(rng.randint(1, 5)))


def _babble(rng: random.Random) -> str:
    def word() -> str:
        return "".join(rng.choice("bcdfglmnprstvz") + rng.choice("aeiou") for _ in range(rng.randint(1, 4)))

    return " ".join(word() + rng.choice(["", "", "n", "s", "rp"]) for _ in range(rng.randint(1, 7)))


def _code(rng: random.Random) -> str:
    letters = "".join(rng.choices(_KEYS.upper(), k=rng.randint(1, 3)))
    return rng.choice(["", "it's ", "order ", "number "]) + rng.choice(
        [
            f"{letters}-{rng.randint(100, 99999)}",
            f"{letters}{rng.randint(1, 20)} {rng.randint(1, 9)}{letters}",
        ]
    )


def _mail(rng: random.Random) -> str:
    name = _babble(rng).split()[0]
    return rng.choice(["", "my email is ", "it's "]) + f"{name}@{rng.choice(['example.com', 'mail.org'])}"


def mistyped(text: str, rng: random.Random) -> str:
    """The text as a hurried thumb writes it."""
    kind = rng.random()
    if kind < 0.4:
        return re.sub(r"[.,!?']", "", text).lower()
    if kind < 0.5:
        return text.upper()
    letters = list(text.lower() if kind < 0.8 else text)
    for _ in range(1 + len(letters) // 30):
        i = rng.randrange(len(letters))
        if letters[i].isalpha():
            letters[i] = rng.choice(["", letters[i] * 2, rng.choice(_KEYS)])
    return "".join(letters) or text


def _lines(file: Path) -> Iterator[tuple[int, set[str], str]]:
    names: set[str] = set()
    known = {*LABELS, "anger_mild", "none"}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("["):
            names = set(line.strip("[] ").split())
            if names - known:
                raise SystemExit(f"{file}:{number}: found {names - known}, expected names of {sorted(known)}")
            continue
        yield number, names, line


def _wordings(template: str, variants: int, rng: random.Random) -> list[str]:
    found: dict[str, None] = {}
    for _ in range(3 * variants):
        text = _CHOICE.sub(lambda choice: rng.choice(choice.group(1).split("|")), template)
        found[" ".join(text.split())] = None
        if len(found) == variants:
            break
    return list(found)
