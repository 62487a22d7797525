"""What the held-out scores say: the figures of the model's card."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from agent.triggers import TRIGGERS, Heard
from agent.triggers.features import Features, Scored
from agent.triggers.heads import Heads
from agent.triggers.vectors import EMBEDDING, Floats
from core.business import load_business
from core.settings import SAMPLE_BUSINESS
from core.vocabulary import Trigger
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


_GRAVER = {
    Trigger.ANGER: "anger_strong",
    Trigger.BILLING_LEGAL: "legal_threat",
    Trigger.DISTRESS: "danger",
    Trigger.WANTS_PERSON: "wants_person",
}
"""What a score above a trigger's `strong` line stands for."""


def trigger_scores(rows: list[Row], probabilities: Floats) -> dict[Trigger, Floats]:
    """Each word-reading trigger's score of each row as a first message, from the labels' probabilities."""
    nothing: tuple[()] = ()
    empty = np.zeros(EMBEDDING, np.float32)
    heard = [
        (Heard(row.text), Features(Scored(row.text, (), (nothing,) * len(LABELS), p, empty)))
        for row, p in zip(rows, probabilities, strict=True)
    ]
    detectors = [d for d in TRIGGERS if d.trigger.value in LABELS]
    return {d.trigger: np.array([d.read(*one).score for one in heard], np.float32) for d in detectors}


def lines(rows: list[Row], probabilities: Floats, other: Floats) -> str:
    """What each trigger's lines in the sample business's triggers.yaml find and let through, as a table."""
    policies = load_business(SAMPLE_BUSINESS).triggers
    scores, spoken = trigger_scores(rows, probabilities), trigger_scores(voices(), other)
    sources = np.array([row.source if is_ordinary(row) else "" for row in rows])
    kinds = {
        "real": np.array([row.weight == 5 for row in rows]),
        "written": np.array([row.source == "written" for row in rows]),
    }
    made = [
        "| trigger | line | " + " | ".join(("fresh", *kinds, "fresh none", *ORDINARY)) + " |",
        "| --- " * (4 + len(kinds) + len(ORDINARY)) + "|",
    ]
    for trigger, score in scores.items():
        policy = policies[trigger]
        for line, label in ((policy.threshold, trigger.value), (policy.strong, _GRAVER.get(trigger))):
            if line is None or label is None:
                continue
            cells = [
                _share(spoken[trigger] >= line, _having(voices(), label)),
                *(_share(score >= line, kind & _having(rows, label)) for kind in kinds.values()),
                _share(spoken[trigger] >= line, _none(voices()), digits=2),
                *(_share(score >= line, sources == source, digits=2) for source in ORDINARY),
            ]
            made.append(f"| `{trigger}`: {label} | {line} | " + " | ".join(cells) + " |")
    return "\n".join(made)


def _having(rows: list[Row], label: str) -> NDArray[np.bool_]:
    return np.array([row.truth.get(label) == 1 for row in rows])


def _none(rows: list[Row]) -> NDArray[np.bool_]:
    return np.array([not any(row.truth.values()) for row in rows])


def _share(crossed: NDArray[np.bool_], among: NDArray[np.bool_], digits: int = 0) -> str:
    if not among.any():
        return "–"
    return f"{np.mean(crossed[among]):.{digits}%}" + ("" if digits else f" ({among.sum()})")


def write_card(folder: Path, rows: list[Row], held_out: Floats, other: Floats, heads: Heads) -> None:
    """Writes `CARD.md` into `folder`, from held-out logits and those of the fresh messages."""
    calibrated = heads.probabilities(held_out)
    read = sum(not line.startswith("#") for line in (HERE / "read.tsv").read_text().splitlines())
    ordinary = sum(is_ordinary(row) for row in rows)
    text = (HERE / "card.md").read_text(encoding="utf-8")
    card = text.format(
        read=f"{read:,}",
        voices=len(voices()),
        ordinary=f"{ordinary:,}",
        table=table(rows, held_out, calibrated, other),
        lines=lines(rows, calibrated, heads.probabilities(other)),
    )
    (folder / "CARD.md").write_text(card, encoding="utf-8")
