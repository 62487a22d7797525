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

from detector_data.public import public_rows  # noqa: E402
from detector_data.report import write_card  # noqa: E402
from detector_data.rows import LABELS, Row  # noqa: E402
from detector_data.written import composed_rows, voices, written_rows  # noqa: E402

from agent.triggers.heads import MODEL, Heads, save_heads  # noqa: E402
from agent.triggers.tokens import pieces, tokenize  # noqa: E402
from agent.triggers.vectors import BUCKETS, Floats, Ints, dense, embed, sparse  # noqa: E402

Doubles = NDArray[np.float64]

PENALTY_SPARSE, PENALTY_DENSE = 6e-6, 3e-5
STEPS = 50
PRIOR_ODDS = 1 / 7
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


def targets(rows: list[Row]) -> tuple[Floats, Floats]:
    """Truth and weight for each row and label; weight 0 where the truth is unknown."""
    truth = np.zeros((len(rows), len(LABELS)), np.float32)
    weight = np.zeros_like(truth)
    for i, row in enumerate(rows):
        for label, value in row.truth.items():
            truth[i, LABELS.index(label)] = value
            weight[i, LABELS.index(label)] = row.weight
    return truth, weight


def fit(table: Matrix, truth: Floats, weight: Floats, rows: Ints) -> Heads:
    """Logistic regression of all labels at once on the whole texts of `rows` (indices)."""
    x, d = table.sparse[table.whole[rows]], table.dense[table.whole[rows]]
    y, w = truth[rows], weight[rows].copy()
    positive, negative = (w * y).sum(0), (w * (1 - y)).sum(0)
    # Rare labels count up to a tenth of their counter-examples, or the model ignores them.
    w *= np.where(y > 0, np.clip(0.1 * negative / np.maximum(positive, 1), 1, 6), 1)
    w /= w.sum(0) / len(LABELS)
    xt = x.T.tocsr()
    n_sparse, n_dense, n = 2 * BUCKETS, d.shape[1], len(LABELS)

    def loss(flat: Doubles) -> tuple[float, Doubles]:
        ws = flat[: n_sparse * n].reshape(n_sparse, n).astype(np.float32)
        wd = flat[n_sparse * n : -n].reshape(n_dense, n).astype(np.float32)
        logits = x @ ws + d @ wd + flat[-n:].astype(np.float32)
        error = w * (1 / (1 + np.exp(-logits)) - y)
        value = (w * (np.logaddexp(0, logits) - y * logits)).sum()
        value += PENALTY_SPARSE * len(LABELS) * (ws**2).sum() + PENALTY_DENSE * len(LABELS) * (wd**2).sum()
        gs = xt @ error + 2 * PENALTY_SPARSE * len(LABELS) * ws
        gd = d.T @ error + 2 * PENALTY_DENSE * len(LABELS) * wd
        return float(value), np.concatenate([gs.ravel(), gd.ravel(), error.sum(0)]).astype(np.float64)

    start = np.zeros((n_sparse + n_dense) * n + n)
    flat = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "maxcor": 6}).x
    flat = flat.astype(np.float32)
    one = np.ones(n, np.float32)
    return Heads(
        LABELS,
        flat[: n_sparse * n].reshape(-1, n),
        flat[n_sparse * n : -n].reshape(-1, n),
        flat[-n:],
        one,
        0 * one,
    )


def strongest(heads: Heads, table: Matrix, rows: Ints) -> Floats:
    """For each of `rows` the highest raw logit over its pieces."""
    wanted = np.isin(table.owner, rows)
    logits = table.sparse[wanted] @ heads.sparse + table.dense[wanted] @ heads.dense + heads.bias
    best = np.full((table.owner.max() + 1, len(LABELS)), -np.inf, np.float32)
    np.maximum.at(best, table.owner[wanted], logits)
    chosen: Floats = best[rows]
    return chosen


def held_out(rows: list[Row], table: Matrix, truth: Floats, weight: Floats) -> Floats:
    """Each row's logits by a model that saw nothing of its source (written rows: of its lines)."""
    folds = np.array([_fold(row) for row in rows])
    logits = np.zeros((len(rows), len(LABELS)), np.float32)
    for fold in range(len(FOLDS)):
        test = np.flatnonzero(folds == fold)
        heads = fit(table, truth, weight, np.flatnonzero(folds != fold))
        logits[test] = strongest(heads, table, test)
        print(f"held out {', '.join(FOLDS[fold])}: {len(test)} messages", flush=True)
    return logits


def _fold(row: Row) -> int:
    if row.source == "written":
        return crc32(row.group.encode()) % len(FOLDS)
    return next(i for i, sources in enumerate(FOLDS) if row.source in sources)


def calibrated(heads: Heads, rows: list[Row], logits: Floats, truth: Floats, weight: Floats) -> Heads:
    """The heads with a scale and shift fitted on held-out logits, as if one message in eight had it."""
    scale, shift = [], []
    usable = np.array([row.source != "goemotions" or row.weight >= 4 for row in rows])
    for i in range(len(LABELS)):
        known = usable & (weight[:, i] > 0.25)
        x, y, w = logits[known, i : i + 1], truth[known, i], weight[known, i].copy()
        w[y > 0] *= PRIOR_ODDS * w[y == 0].sum() / w[y > 0].sum()
        line = LogisticRegression(C=1e6).fit(x, y, sample_weight=w / w.mean())
        scale.append(line.coef_[0, 0])
        shift.append(line.intercept_[0])
    return replace(heads, scale=np.array(scale, np.float32), shift=np.array(shift, np.float32))


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
    return [*public, *written, *composed_rows(written, requests)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the public data")
    rows = all_rows(parser.parse_args().data)
    print(f"{len(rows)} messages", flush=True)
    table = matrix_of(rows)
    truth, weight = targets(rows)
    logits = held_out(rows, table, truth, weight)
    heads = calibrated(fit(table, truth, weight, np.arange(len(rows))), rows, logits, truth, weight)
    save_heads(heads)
    other = matrix_of(voices())
    spoken = strongest(heads, other, np.arange(len(other.whole)))
    write_card(MODEL, rows, logits, heads.probabilities(logits), spoken)
    print((MODEL / "CARD.md").read_text())


if __name__ == "__main__":
    main()
