"""Trains the detectors: `python scripts/train_detectors.py DATA_FOLDER`, some minutes.

Linear heads over the features that `agent/triggers/vectors.py` computes when serving. Each figure is
taken on a source (or written line) that the model under test has not seen.
"""

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from agent.triggers.heads import MODEL, Heads, Linear, save_heads, sigmoid  # noqa: E402
from agent.triggers.tokens import pieces, tokenize  # noqa: E402
from agent.triggers.vectors import BUCKETS, Floats, Ints, dense, embed, sparse  # noqa: E402
from scripts.detector_data.public import MOODS, mood_rows, public_rows  # noqa: E402
from scripts.detector_data.report import write_card  # noqa: E402
from scripts.detector_data.rows import LABELS, Row  # noqa: E402
from scripts.detector_data.written import composed_rows, noise_rows, voices, written_rows  # noqa: E402

Doubles = NDArray[np.float64]

PENALTY_SPARSE, PENALTY_DENSE = 6e-6, 3e-5
STEPS = 50
PRIOR_ODDS = 1 / 7
READ_WEIGHT, WEAK_WEIGHT = 4.0, 0.25
PART_WEIGHT = 0.5
FOLDS = (
    ("hint3", "clinc150", "goemotions"),
    ("nlupp", "rasa_bots", "sgd"),
    ("banking77",),
    ("multidogo", "bitext", "cfpb"),
)
"""Sources that are held out together: what is learnt must carry over to another kind of message."""


@dataclass
class Matrix:
    """All pieces of all rows: `owner[i]` is the row of piece i, `whole[row]` its first piece."""

    sparse: csr_matrix
    dense: Floats
    owner: Ints
    whole: Ints


def matrix_of(rows: list[Row]) -> Matrix:
    """The features of each row's whole text and of its sentences."""
    texts: list[str] = []
    owner: list[int] = []
    whole: list[int] = []
    indptr, columns, values = [0], [], []
    for number, row in enumerate(rows):
        tokens = tokenize(row.text)
        whole.append(len(texts))
        for piece in pieces(row.text, tokens) if tokens else [[]]:
            c, v = sparse(piece)
            columns.append(c)
            values.append(v)
            indptr.append(indptr[-1] + len(c))
            texts.append(row.text[piece[0].start : piece[-1].end] if piece else " ")
            owner.append(number)
    shape = (len(texts), 2 * BUCKETS)
    table = csr_matrix((np.concatenate(values), np.concatenate(columns), indptr), shape=shape)
    return Matrix(table, dense(texts, embed(texts)), np.array(owner), np.array(whole))


def with_moods(table: Matrix, moods: Linear) -> Matrix:
    """The same pieces, the probability of each mood behind their dense features."""
    logits = table.sparse @ moods.sparse + table.dense @ moods.dense + moods.bias
    return replace(table, dense=np.hstack([table.dense, sigmoid(logits)]))


def targets(rows: list[Row], labels: tuple[str, ...] = LABELS) -> tuple[Floats, Floats]:
    """Truth and weight for each row and label; weight 0 where the truth is unknown."""
    truth = np.zeros((len(rows), len(labels)), np.float32)
    weight = np.zeros_like(truth)
    for i, row in enumerate(rows):
        for label, value in row.truth.items():
            truth[i, labels.index(label)] = value
            weight[i, labels.index(label)] = row.weight
    return truth, weight


def fit(table: Matrix, truth: Floats, weight: Floats, rows: Ints, labels: tuple[str, ...] = LABELS) -> Linear:
    """Logistic regression of all labels at once on `rows` (indices): whole texts, and parts of calm ones."""
    chosen, y, w = _examples(table, truth, weight, rows)
    x, d = table.sparse[chosen], table.dense[chosen]
    w = _balanced(y, w)
    xt = x.T.tocsr()
    n_sparse, n_dense, n = 2 * BUCKETS, d.shape[1], len(labels)

    def split(flat: Doubles) -> tuple[Floats, Floats, Floats]:
        flat32 = flat.astype(np.float32)
        edge = n_sparse * n
        return flat32[:edge].reshape(-1, n), flat32[edge:-n].reshape(n_dense, n), flat32[-n:]

    def loss(flat: Doubles) -> tuple[float, Doubles]:
        ws, wd, bias = split(flat)
        logits = x @ ws + d @ wd + bias
        error = w * (sigmoid(logits) - y)
        value = (w * (np.logaddexp(0, logits) - y * logits)).sum()
        value += n * (PENALTY_SPARSE * (ws**2).sum() + PENALTY_DENSE * (wd**2).sum())
        gs = xt @ error + 2 * n * PENALTY_SPARSE * ws
        gd = d.T @ error + 2 * n * PENALTY_DENSE * wd
        return float(value), np.concatenate([gs.ravel(), gd.ravel(), error.sum(0)]).astype(np.float64)

    start = np.zeros((n_sparse + n_dense + 1) * n)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "maxcor": 6})
    return Linear(labels, *split(found.x))


def _examples(table: Matrix, truth: Floats, weight: Floats, rows: Ints) -> tuple[Ints, Floats, Floats]:
    """Pieces to learn from, their truth and weight. A sentence of a message without a label has it neither;
    which sentence of a message with it says it, nobody noted."""
    whole = np.zeros(len(table.owner), bool)
    whole[table.whole] = True
    each = np.flatnonzero(np.isin(table.owner, rows))
    y, w = truth[table.owner[each]], weight[table.owner[each]].copy()
    part = ~whole[each]
    w[part] = PART_WEIGHT * np.where(y[part] > 0, 0, w[part])
    used = w.any(axis=1)
    return each[used], y[used], w[used]


def _balanced(truth: Floats, weight: Floats) -> Floats:
    """Rare labels count up to a tenth of their counter-examples, or the model ignores them."""
    positive, negative = (weight * truth).sum(0), (weight * (1 - truth)).sum(0)
    lift = np.clip(0.1 * negative / np.maximum(positive, 1), 1, 6)
    lifted = weight * np.where(truth > 0, lift, 1)
    balanced: Floats = lifted / (lifted.sum(0) / truth.shape[1])
    return balanced


def strongest(linear: Linear, table: Matrix, rows: Ints) -> Floats:
    """For each of `rows` the highest raw logit over its pieces."""
    wanted = np.isin(table.owner, rows)
    logits = table.sparse[wanted] @ linear.sparse + table.dense[wanted] @ linear.dense + linear.bias
    best = np.full((table.owner.max() + 1, len(linear.labels)), -np.inf, np.float32)
    np.maximum.at(best, table.owner[wanted], logits)
    chosen: Floats = best[rows]
    return chosen


def held_out(rows: list[Row], table: Matrix, truth: Floats, weight: Floats) -> Floats:
    """Each row's logits by a model that saw nothing of its source (written rows: of its lines)."""
    folds = np.array([_fold(row) for row in rows])
    logits = np.zeros((len(rows), len(LABELS)), np.float32)
    for fold in range(len(FOLDS)):
        test = np.flatnonzero(folds == fold)
        linear = fit(table, truth, weight, np.flatnonzero(folds != fold))
        logits[test] = strongest(linear, table, test)
        print(f"held out {', '.join(FOLDS[fold])}: {len(test)} messages", flush=True)
    return logits


def _fold(row: Row) -> int:
    if row.source == "written":
        return crc32(row.group.encode()) % len(FOLDS)
    return next(i for i, sources in enumerate(FOLDS) if row.source in sources)


def calibration(rows: list[Row], logits: Floats, truth: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Scale and shift of each label on held-out logits, as if one message in eight had the label."""
    scale, shift = [], []
    usable = np.array([row.source != "goemotions" or row.weight >= READ_WEIGHT for row in rows])
    for i in range(len(LABELS)):
        known = usable & (weight[:, i] > WEAK_WEIGHT)
        x, y, w = logits[known, i : i + 1], truth[known, i], weight[known, i].copy()
        w[y > 0] *= PRIOR_ODDS * w[y == 0].sum() / w[y > 0].sum()
        line = LogisticRegression(C=1e6).fit(x, y, sample_weight=w / w.mean())
        scale.append(line.coef_[0, 0])
        shift.append(line.intercept_[0])
    return np.array(scale, np.float32), np.array(shift, np.float32)


def moods_of(data: Path) -> Linear:
    """What mood words show, learnt from Reddit where nobody speaks to a company."""
    rows = mood_rows(data)
    truth, weight = targets(rows, MOODS)
    return fit(matrix_of(rows), truth, weight, np.arange(len(rows)), MOODS)


def all_rows(data: Path) -> list[Row]:
    """Public and written messages, and written ones joined to ordinary requests."""
    public, written = public_rows(data), written_rows(HERE / "detector_data")
    requests = [
        row.text
        for row in public
        if row.source in ("hint3", "bitext", "multidogo", "sgd", "nlupp")
        and 15 < len(row.text) < 200
        and all(row.truth.get(label) == 0 for label in ("wants_person", "billing_legal", "anger"))
    ]
    return [*public, *written, *composed_rows(written, requests), *noise_rows()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the public data")
    data = parser.parse_args().data
    rows, moods = all_rows(data), moods_of(data)
    print(f"{len(rows)} messages", flush=True)
    table = with_moods(matrix_of(rows), moods)
    truth, weight = targets(rows)
    logits = held_out(rows, table, truth, weight)
    heads = Heads(
        moods,
        fit(table, truth, weight, np.arange(len(rows))),
        *calibration(rows, logits, truth, weight),
    )
    save_heads(heads)
    other = with_moods(matrix_of(voices()), moods)
    spoken = strongest(heads.main, other, np.arange(len(other.whole)))
    write_card(MODEL, rows, logits, spoken, heads)
    print((MODEL / "CARD.md").read_text())


if __name__ == "__main__":
    main()
