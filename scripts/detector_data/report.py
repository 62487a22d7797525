"""What the held-out scores say: the figures of the model's card."""

from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from agent.triggers.vectors import Floats
from scripts.detector_data.rows import LABELS, Row
from scripts.detector_data.written import voices

HERE = Path(__file__).parent
ORDINARY = ("multidogo", "banking77", "bitext")


def recall_at(positive: Floats, ordinary: Floats, false_alarms: float = 0.02) -> float:
    """Share of `positive` scores above the line that `false_alarms` of the `ordinary` ones cross."""
    if not len(positive):
        return float("nan")
    return float(np.mean(positive > np.quantile(ordinary, 1 - false_alarms)))


def auroc(positive: Floats, ordinary: Floats) -> str:
    """AUROC as text with the number of positive messages; a dash where there are fewer than five."""
    if len(positive) < 5:
        return "–"
    truth = np.r_[np.ones(len(positive)), np.zeros(len(ordinary))]
    return f"{roc_auc_score(truth, np.r_[positive, ordinary]):.3f} ({len(positive)})"


def is_ordinary(row: Row) -> bool:
    """An ordinary request that no reader and no intent marked otherwise."""
    return row.source in ORDINARY and row.weight < 5 and not any(row.truth.values())


def table(rows: list[Row], held_out: Floats, calibrated: Floats, other: Floats) -> str:
    """The card's table, from held-out logits, their probabilities, and the logits of the fresh ones."""
    lines = ["| label | real | written | fresh | recall | false alarms |", "| --- " * 6 + "|"]
    read = np.array([row.weight == 5 for row in rows])
    written = np.array([row.source == "written" for row in rows])
    none = np.array([not any(row.truth.values()) for row in rows])
    ordinary = np.array([is_ordinary(row) for row in rows])
    voice_rows = voices()
    voice_none = np.array([not any(row.truth.values()) for row in voice_rows])
    for i, label in enumerate(LABELS):
        has = np.array([row.truth.get(label) == 1 for row in rows])
        said = np.array([row.truth.get(label) == 1 for row in voice_rows])
        cells = [
            auroc(held_out[read & has, i], held_out[read & none, i]),
            auroc(held_out[written & has, i], held_out[written & none, i]),
            auroc(other[said, i], other[voice_none, i]),
            f"{recall_at(other[said, i], other[voice_none, i]):.2f}",
            f"{np.mean(calibrated[ordinary, i] > 0.5):.2%}",
        ]
        lines.append(f"| `{label}` | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def write_card(folder: Path, rows: list[Row], held_out: Floats, calibrated: Floats, other: Floats) -> None:
    """Writes `CARD.md` into `folder`."""
    read = sum(not line.startswith("#") for line in (HERE / "read.tsv").read_text().splitlines())
    ordinary = sum(is_ordinary(row) for row in rows)
    text = (HERE / "card.md").read_text(encoding="utf-8")
    card = text.format(
        read=f"{read:,}",
        voices=len(voices()),
        ordinary=f"{ordinary:,}",
        table=table(rows, held_out, calibrated, other),
    )
    (folder / "CARD.md").write_text(card, encoding="utf-8")
