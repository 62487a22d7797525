"""Trains the shared encoder and its labels: `python scripts/train_detectors.py DATA_FOLDER`, an hour on two
cores, with the packages of the extra `train`.

Each figure is taken on sources that the model under test has not seen: three models are trained, each
without a third of the sources, and one on all of them ships.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from agent.triggers.reader import MODEL  # noqa: E402
from knowledge.encoder import FOLDER  # noqa: E402
from scripts.detector_data.rows import LABELS, Row  # noqa: E402
from scripts.detector_data.sample import FOLDS, Corpus, corpus, epoch  # noqa: E402
from scripts.detector_training.export import (  # noqa: E402
    calibrated,
    telling_pieces,
    write_calibration,
    write_encoder,
)
from scripts.detector_training.learn import Distilled, predict, targets, train  # noqa: E402
from scripts.detector_training.network import Network  # noqa: E402


def trained(given: Corpus, fold: int | None, work: Path, distilled: Distilled) -> Network:
    """The network without the sources of `fold`; taken from `work` when it was trained there before."""
    kept = work / f"{'all' if fold is None else fold}.pt"
    if kept.exists():
        network = Network()
        network.load_state_dict(torch.load(kept))
        network.eval()
        return network
    print(f"without {', '.join(FOLDS[fold])}" if fold is not None else "all sources", flush=True)
    part = given.without(fold)
    network = train(lambda number: epoch(part, number), distilled)
    torch.save(network.state_dict(), kept)
    return network


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the public data")
    parser.add_argument("--work", type=Path, required=True, help="folder for what can be resumed")
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    asked.work.mkdir(parents=True, exist_ok=True)
    given, distilled = corpus(asked.data), Distilled()
    print(f"{len(given.labelled)} labelled messages, {len(given.pool)} others", flush=True)
    rows: list[Row] = []
    logits: list[np.ndarray] = []
    for fold in range(len(FOLDS)):
        network = trained(given, fold, asked.work, distilled)
        test = given.of(fold).labelled
        rows += test
        logits.append(predict(network, [row.text for row in test])[0].numpy())
        write_encoder(network, asked.work / f"encoder_{fold}")
    truth, weight = targets(rows, LABELS)
    weight[[row.source == "goemotions" for row in rows]] = 0  # nobody speaks to a company there
    lines = calibrated(np.concatenate(logits), truth.numpy(), weight.numpy())
    network = trained(given, None, asked.work, distilled)
    texts = [row.text for row in [*given.labelled, *given.pool]]
    write_encoder(network, FOLDER)
    write_calibration(lines, telling_pieces(network, texts), MODEL)
    print("Written. Figures: python scripts/report_detectors.py DATA_FOLDER --work FOLDER")


if __name__ == "__main__":
    main()
