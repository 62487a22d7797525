"""From a trained network to what ships: int8 ONNX, the tokenizer, calibration, and which pieces tell most."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model
from sklearn.linear_model import LogisticRegression

from scripts.detector_data.rows import LABELS
from scripts.detector_training.learn import batches, ids_of, padded
from scripts.detector_training.network import BASE, HEADS, VOCABULARY, WIDTH, Network

Floats = NDArray[np.float32]

PRIOR_ODDS = 1 / 7
"""Probabilities are told as if one message in eight had the label."""
_TELLING = 10
"""So many of the labels, from the first, make a piece worth reading; buying and missing do not."""
_DOUBT = 3.0
"""A piece is as telling as an average one until it was seen more often than this."""
_FLOAT = 1


def write_encoder(network: Network, folder: Path) -> None:
    """Writes `model.onnx` and `tokenizer.json` into `folder`. The heads stay in floating point."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as scratch:
        whole, fused = Path(scratch) / "whole.onnx", Path(scratch) / "fused.onnx"
        _trace(network, whole)
        options = FusionOptions("bert")
        options.enable_skip_layer_norm = False  # the fused form is slower than its parts
        options.enable_bias_skip_layer_norm = False
        model = optimize_model(
            str(whole), "bert", num_heads=HEADS, hidden_size=WIDTH, optimization_options=options, opt_level=0
        )
        model.save_model_to_file(str(fused))
        heads = [node.name for node in model.model.graph.node if node.name.startswith(_HEAD_NODES)]
        quantize_dynamic(
            str(fused),
            str(folder / "model.onnx"),
            weight_type=QuantType.QInt8,
            per_channel=True,
            nodes_to_exclude=heads,
            extra_options={"DefaultTensorType": _FLOAT},
        )
    shutil.copy(BASE / "tokenizer.json", folder / "tokenizer.json")


_HEAD_NODES = ("/first/", "/mean/", "/token/", "/meaning/")


def _trace(network: Network, file: Path) -> None:
    ids = torch.randint(1000, 20_000, (2, 9))
    several, each = {0: "texts", 1: "pieces"}, {0: "texts"}
    torch.onnx.export(
        network.eval(),
        (ids, torch.ones_like(ids)),
        str(file),
        input_names=["ids", "mask"],
        output_names=["embedding", "labels", "tokens"],
        dynamic_axes={"ids": several, "mask": several, "tokens": several, "embedding": each, "labels": each},
        opset_version=17,
        dynamo=False,
    )


def calibrated(logits: Floats, truth: Floats, weight: Floats) -> dict[str, dict[str, float]]:
    """For each label the line from held-out logits to probabilities (Platt, 1999)."""
    lines = {}
    for i, label in enumerate(LABELS):
        known = weight[:, i] > 0
        x, y, w = logits[known, i : i + 1], truth[known, i], weight[known, i].copy()
        w[y > 0] *= PRIOR_ODDS * w[y == 0].sum() / max(float(w[y > 0].sum()), 1e-6)
        line = LogisticRegression(C=1e6).fit(x, y, sample_weight=w / w.mean())
        lines[label] = {
            "scale": round(float(line.coef_[0, 0]), 4),
            "shift": round(float(line.intercept_[0]), 4),
        }
    return lines


def write_calibration(lines: dict[str, dict[str, float]], telling: Floats, folder: Path) -> None:
    """Writes `labels.json` and `telling.npy` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "labels.json").write_text(json.dumps(lines, indent=1) + "\n", encoding="utf-8")
    np.save(folder / "telling.npy", telling.astype(np.float16))


@torch.no_grad()  # type: ignore[untyped-decorator]
def telling_pieces(network: Network, texts: Sequence[str]) -> Floats:
    """For each piece of the vocabulary the mean of its strongest label's logit, wherever it stood."""
    rows = [ids_of(text) for text in texts]
    total, count = np.zeros(VOCABULARY), np.zeros(VOCABULARY)
    for batch in batches(rows):
        ids, mask = padded([rows[i] for i in batch])
        with torch.autocast("cpu", torch.bfloat16):
            x = network.body(ids, mask)
        strongest = network.token(x.float())[..., :_TELLING].amax(-1)
        inside = mask.bool()
        np.add.at(total, ids[inside].numpy(), strongest[inside].numpy())
        np.add.at(count, ids[inside].numpy(), 1)
    mean = total.sum() / count.sum()
    telling: Floats = ((total + _DOUBT * mean) / (count + _DOUBT)).astype(np.float32)
    return telling
