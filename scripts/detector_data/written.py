"""Messages written for the detectors: `*.txt` beside this file, with `{a|b}` for either."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

from scripts.detector_data.rows import LABELS, Row, truth_of

_CHOICE = re.compile(r"\{([^{}]*)\}")
_KEYS = "qwertyuiopasdfghjklzxcvbnm"


def written_rows(folder: Path, seed: int = 7, variants: int = 10) -> list[Row]:
    """All messages of `folder`: up to `variants` wordings of each line, some of them mistyped."""
    rng = random.Random(seed)
    rows: list[Row] = []
    for file in sorted(folder.glob("*.txt")):
        for number, names, template in _lines(file):
            wordings = _wordings(template, variants, rng)
            # A line with many wordings must not outweigh ten lines with one.
            weight = 4.0 / len(wordings) ** 0.5
            # Who writes a line knows whether it holds the graver part.
            truth = {**dict.fromkeys(LABELS, 0), **truth_of(names)}
            group = f"{file.stem}:{number}"
            for text in wordings:
                rows.append(Row(text, "written", truth, weight, group))
                if rng.random() < 0.35:
                    rows.append(Row(mistyped(text, rng), "written", truth, weight / 2, group))
    return rows


def voices(name: str = "fresh") -> list[Row]:
    """Messages of `held_out/`, for measuring only: `fresh` for figures, `voices` to learn from errors."""
    file = Path(__file__).parent / f"held_out/{name}.txt"
    return [Row(text, "voices", truth_of(names), 1.0, str(number)) for number, names, text in _lines(file)]


def composed_rows(rows: list[Row], ordinary: list[str], share: float = 0.35, seed: int = 11) -> list[Row]:
    """Written messages joined to an ordinary request, as customers do: what is meant stays."""
    rng = random.Random(seed)
    composed = []
    for row in rows:
        if rng.random() > share:
            continue
        pair = [row.text.rstrip(), rng.choice(ordinary).strip()]
        rng.shuffle(pair)
        text = rng.choice([". ", ", ", " ", "\n", "! "]).join(pair)
        composed.append(Row(text, row.source, row.truth, row.weight / 2, row.group))
    return composed


def noise_rows(count: int = 1500, seed: int = 13) -> list[Row]:
    """What means nothing, or only names something: mashed keys, made-up words, codes, addresses."""
    rng = random.Random(seed)
    kinds = (_mash, _babble, _code, _mail)
    truth = dict.fromkeys(LABELS, 0)
    return [Row(rng.choice(kinds)(rng), "written", truth, 1.0, f"noise:{i}") for i in range(count)]


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
