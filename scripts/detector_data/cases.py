"""Labelled messages and conversations as the evals take them."""

import json
import re
from collections import defaultdict
from pathlib import Path

from agent.triggers import Said
from core.vocabulary import Role
from evals.detectors import Case, Talk
from evals.whole_talks import read_talks
from scripts.detector_data.rows import LABELS, Row

HERE = Path(__file__).parent
DECIDING = tuple(label for label in LABELS if label not in ("upsell", "missed"))
"""Labels that must be known of a message for its decision to be judged."""
_PLACEHOLDER = Said(Role.AI, "One moment, please.")
_TROUBLE = re.compile(r"dispute|lostcard|closeaccount|cancelservice", re.IGNORECASE)
FEWEST, MOST = 4, 6
"""Turns of an ordinary conversation."""


def case_of(row: Row) -> Case:
    """A row as a case: mild anger is what is angry and not strong."""
    labels = {label for label, value in row.truth.items() if value and label != "anger"}
    unsure = {label for label in DECIDING if label not in row.truth} - {"legal_threat", "danger"}
    if row.truth.get("anger") and not row.truth.get("anger_strong"):
        labels |= {"anger_mild"}
    return Case(row.text, frozenset(labels), row.source, unsure=frozenset(unsure))


def written_talks() -> list[Talk]:
    """The conversations of `held_out/talks_*.yaml`."""
    files = sorted((HERE / "held_out").glob("talks_*.yaml"))
    return [talk for file in files for talk in read_talks(file)]


def real_talks(data: Path, most: int = 700) -> dict[str, list[Talk]]:
    """Ordinary conversations of real people by source: those whose intents tell of no trouble."""
    said: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for file in sorted((data / "multidogo").glob("*_train.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            key = f"{file.stem}:{item['conversation']}"
            said[key].append((int(item["turn"]), item["text"], str(item.get("intent"))))
    multidogo = [
        [text for _, text, _ in sorted(turns)]
        for turns in said.values()
        if not any(_TROUBLE.search(intent) for _, _, intent in turns)
    ]
    sgd = [
        [text for role, text in json.loads(line)["turns"] if role == "customer"]
        for line in (data / "sgd/train.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    return {
        "multidogo": [_talk(turns[:MOST]) for turns in multidogo if len(turns) >= FEWEST][:most],
        "sgd": [_talk(turns[:MOST]) for turns in sgd if len(turns) >= FEWEST][:most],
    }


def _talk(texts: list[str]) -> Talk:
    turns = [said for text in texts for said in (Said(Role.CUSTOMER, text), _PLACEHOLDER)]
    return Talk(tuple(turns))
