"""What an epoch of training sees, and which sources are held out together."""

import random
from dataclasses import dataclass
from pathlib import Path

from scripts.detector_data.public import mood_rows, pool_rows
from scripts.detector_data.read import READ_WEIGHT, agreed_rows, as_read, read_rows
from scripts.detector_data.rows import Row
from scripts.detector_data.written import mistyped, noise_rows, written_rows

FOLDS = (
    ("goemotions", "clinc150", "hint3", "posts"),
    ("multidogo", "bitext", "cfpb", "talk"),
    ("banking77", "nlupp", "rasa_bots", "sgd", "abcd", "lines"),
)
"""Sources that are held out together: what is learnt must carry over to another kind and another hand."""
QUOTA = {
    "goemotions": 720,
    "multidogo": 900,
    "banking77": 720,
    "clinc150": 600,
    "sgd": 360,
    "bitext": 540,
    "nlupp": 300,
    "hint3": 180,
    "rasa_bots": 180,
    "cfpb": 300,
}
"""So many unread messages of each source in an epoch, others each time; what was read comes each time."""
HALVED = ("lines", "noise")
"""Of these, in two wordings or without end, half comes in each epoch."""
MOODS_AN_EPOCH = 1200
SLIPS = 0.2
"""Share of the messages of an epoch that a hurried thumb wrote."""


@dataclass(frozen=True)
class Corpus:
    """All rows that can be learnt from."""

    labelled: list[Row]
    """Read by somebody, or written to hold what they hold."""
    pool: list[Row]
    """Known by their source's intents alone."""
    moods: list[Row]

    def without(self, fold: int | None) -> "Corpus":
        """The same without the sources of a fold."""
        left_out = () if fold is None else FOLDS[fold]
        kept = [[row for row in rows if row.source not in left_out] for rows in (self.labelled, self.pool)]
        return Corpus(kept[0], kept[1], self.moods)

    def of(self, fold: int) -> "Corpus":
        """Only the sources of a fold."""
        kept = [[row for row in rows if row.source in FOLDS[fold]] for rows in (self.labelled, self.pool)]
        return Corpus(kept[0], kept[1], [])


@dataclass(frozen=True)
class Shown:
    """One message of an epoch: as it is written there, and as it was before a slip of the thumb."""

    text: str
    clean: str
    row: Row
    mood: bool = False


def corpus(data: Path) -> Corpus:
    """Every message, once; what somebody read overrules what its source suggests."""
    read = {_key(row): row for row in [*read_rows(data), *agreed_rows(data)]}
    written = [*written_rows(), *noise_rows()]
    pool = {_key(row): row for row in pool_rows(data) if row.text.strip()}
    others = [as_read(row) for key, row in pool.items() if key not in read]
    also_read = [row for row in others if row.weight == READ_WEIGHT]
    unread = [row for row in others if row.weight != READ_WEIGHT]
    return Corpus([*read.values(), *also_read, *written], unread, mood_rows(data))


def epoch(given: Corpus, number: int) -> list[Shown]:
    """The messages of one epoch, in no order."""
    rng = random.Random(number)
    rows = [row for row in given.labelled if row.source not in HALVED or rng.random() < 1 / 2]
    for source, quota in QUOTA.items():
        have = [row for row in given.pool if row.source == source]
        rows += rng.sample(have, min(quota, len(have)))
    shown = [
        Shown(mistyped(row.text, rng) if rng.random() < SLIPS else row.text, row.text, row) for row in rows
    ]
    moods = rng.sample(given.moods, min(MOODS_AN_EPOCH, len(given.moods)))
    return [*shown, *(Shown(row.text, row.text, row, mood=True) for row in moods)]


def _key(row: Row) -> str:
    return row.text.strip().lower()
