"""Public messages that were read and labelled for this project: `read*.tsv` say which, and what they hold."""

import hashlib
import json
import re
from collections import defaultdict
from dataclasses import replace
from functools import cache
from pathlib import Path

from core.shapes import Json
from scripts.detector_data.rows import Row, truth_of

HERE = Path(__file__).parent
READ_WEIGHT = 3.0
_PLACE = re.compile(r"(?P<file>[^:]+):(?P<line>\d+)(?::t(?P<turn>\d+))?(?::s(?P<first>\d+)-(?P<end>\d+))?")
_NOT_LOOKED_FOR = ("upsell", "missed")
_NOTED_WHERE_SEEN = {"billing_legal": "legal_threat", "distress": "danger"}
SENTENCES = re.compile(r"(?<=[.!?])\s+")


def agreed_rows(data: Path) -> list[Row]:
    """The messages that came labelled by two readers; where they differ the label is unknown."""
    rows = []
    for line in (data / "triggers_labelled/train.jsonl").read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        truth = _agreed([truth_of(set(item["labels"])), truth_of(set(item["second"]))])
        known = {label: value for label, value in truth.items() if label not in _NOT_LOOKED_FOR}
        rows.append(Row(item["text"], item["source"], known, READ_WEIGHT))
    return rows


def read_rows(data: Path) -> list[Row]:
    """The messages of `read*.tsv`, one or two readers each, found again by place.

    A line whose text is no longer the one that was read is passed over and counted on the console.
    """
    truths, places = _readings()
    source = _Data(data)
    found = {digest: source.at(place) for digest, place in places.items()}
    rows = [
        Row(text, name, truths[digest], READ_WEIGHT)
        for digest, (text, name) in found.items()
        if digest_of(text) == digest
    ]
    print(f"{len(rows)} messages read, {len(found) - len(rows)} not found again")
    return rows


def as_read(row: Row) -> Row:
    """What was read in a message whose place was not noted overrules what its source suggests."""
    truth = _readings()[0].get(digest_of(row.text))
    return row if truth is None else replace(row, truth=truth, weight=READ_WEIGHT)


@cache
def _readings() -> tuple[dict[str, dict[str, int]], dict[str, str]]:
    """By digest what all readers of a message agree on, and its place where it was noted."""
    readings: dict[str, list[set[str]]] = defaultdict(list)
    places: dict[str, str] = {}
    for file in sorted(HERE.glob("read*.tsv")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("#") or not line.strip():
                continue
            digest, names, *rest = line.split("\t")
            readings[digest].append(set(names.split()))
            if rest:
                places.setdefault(digest, rest[0])
    return {
        digest: _agreed([_truth_read(names) for names in all_]) for digest, all_ in readings.items()
    }, places


def digest_of(text: str) -> str:
    """What names a message where its text may not be stored."""
    return hashlib.sha256(text.strip().lower().encode()).hexdigest()[:16]


def _truth_read(names: set[str]) -> dict[str, int]:
    truth = truth_of(names)
    for label, part in _NOTED_WHERE_SEEN.items():
        if label in names:
            truth[part] = int(part in names)
    return {label: value for label, value in truth.items() if value or label not in _NOT_LOOKED_FOR}


def _agreed(truths: list[dict[str, int]]) -> dict[str, int]:
    first, *others = truths
    return {k: v for k, v in first.items() if all(other.get(k) == v for other in others)}


class _Data:
    """The data folder, its files kept open in memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, list[Json]] = {}

    def at(self, place: str) -> tuple[str, str]:
        """Text and source of a place like `sgd/train.jsonl:17:t2`."""
        match = _PLACE.fullmatch(place)
        if match is None:
            raise SystemExit(f"found the place {place!r}, expected FILE:LINE, :tTURN or :sFROM-TO behind it")
        file = match["file"]
        item = self._item(file, int(match["line"]))
        source = file.partition("/")[0].removesuffix("_support")
        if match["turn"]:
            turns = item.get("turns") or item["original"]
            return str(turns[int(match["turn"])][1]), source
        text = str(item["text"])
        if match["first"]:
            text = " ".join(SENTENCES.split(text)[int(match["first"]) : int(match["end"])])
        return text, source

    def _item(self, file: str, line: int) -> Json:
        if file not in self._files:
            text = (self._folder / file).read_text(encoding="utf-8")
            whole = file.endswith(".json")
            self._files[file] = json.loads(text) if whole else [json.loads(x) for x in text.split("\n") if x]
        return self._files[file][line if file.endswith(".json") else line - 1]
