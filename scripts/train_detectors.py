"""Trains the detectors: `python scripts/train_detectors.py DATA_FOLDER [--report-only]`, some minutes.

Linear heads over the features that `agent/triggers/vectors.py` computes when serving. Each figure is
taken on a source (or written line) that the model under test has not seen.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from agent.triggers.heads import Heads, save_heads  # noqa: E402
from agent.triggers.tokens import pieces, tokenize  # noqa: E402
from agent.triggers.vectors import BUCKETS, Floats, dense, embed, sparse  # noqa: E402
from detector_data.public import public_rows  # noqa: E402
from detector_data.rows import LABELS, Row  # noqa: E402
from detector_data.written import composed_rows, written_rows  # noqa: E402

PENALTY_SPARSE, PENALTY_DENSE = 6e-6, 3e-5
STEPS = 70
REAL = ("hint3", "nlupp", "banking77", "multidogo", "clinc150", "rasa_bots", "goemotions", "cfpb")


@dataclass
class Matrix:
    """All pieces of all rows: `owner[i]` is the row of piece i, `whole[row]` its first piece."""

    sparse: csr_matrix
    dense: Floats
    owner: np.ndarray
    whole: np.ndarray


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


def fit(table: Matrix, truth: Floats, weight: Floats, rows: np.ndarray) -> Heads:
    """Logistic regression of all labels at once on the whole texts of `rows` (indices)."""
    x, d = table.sparse[table.whole[rows]], table.dense[table.whole[rows]]
    y, w = truth[rows], weight[rows].copy()
    positive, negative = (w * y).sum(0), (w * (1 - y)).sum(0)
    # Rare labels count up to a tenth of their counter-examples, or the model ignores them.
    w *= np.where(y > 0, np.clip(0.1 * negative / np.maximum(positive, 1), 1, 6), 1)
    w /= w.sum(0) / len(LABELS)
    xt = x.T.tocsr()
    n_sparse, n_dense, n = 2 * BUCKETS, d.shape[1], len(LABELS)

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
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
        LABELS, flat[: n_sparse * n].reshape(-1, n), flat[n_sparse * n : -n].reshape(-1, n), flat[-n:], one, 0 * one
    )


def strongest(heads: Heads, table: Matrix, rows: np.ndarray) -> Floats:
    """For each of `rows` the highest raw logit over its pieces."""
    wanted = np.isin(table.owner, rows)
    logits = table.sparse[wanted] @ heads.sparse + table.dense[wanted] @ heads.dense + heads.bias
    best = np.full((table.owner.max() + 1, len(LABELS)), -np.inf, np.float32)
    np.maximum.at(best, table.owner[wanted], logits)
    return best[rows]


def held_out(rows: list[Row], table: Matrix, truth: Floats, weight: Floats) -> Floats:
    """Each row's logits by a model that saw nothing of its source (written rows: of its lines)."""
    fold = np.array([_fold(row) for row in rows])
    logits = np.full((len(rows), len(LABELS)), np.nan, np.float32)
    for name in sorted(set(fold) - {"always"}):
        test = np.flatnonzero(fold == name)
        heads = fit(table, truth, weight, np.flatnonzero(fold != name))
        logits[test] = strongest(heads, table, test)
        print(f"  held out {name}: {len(test)}", flush=True)
    return logits


FOLDS = {"hint3": "a", "nlupp": "b", "banking77": "c", "multidogo": "d", "bitext": "d", "clinc150": "a",
         "rasa_bots": "e", "sgd": "e", "goemotions": "f", "cfpb": "g"}  # fmt: skip


def _fold(row: Row) -> str:
    if row.source != "written":
        return FOLDS[row.source]
    return "abcdefg"[sum(map(ord, row.group)) * 31 % 7]
