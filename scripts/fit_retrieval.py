"""Fits `knowledge/calibration.json`: when does an entry answer a question, and when does none?

    python -m scripts.fit_retrieval --data FOLDER [--write]

Positives are `retrieval/answered.yaml`, negatives `retrieval/unanswered.yaml` and, from FOLDER, public data
sets that have nothing to do with a shop. Every third text of each is kept out of the fit and reported on.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table
from sklearn.linear_model import LogisticRegression

from core.business import load_business
from core.settings import SAMPLE_BUSINESS, Settings
from core.yaml_lines import read_yaml
from knowledge import Knowledge, open_knowledge
from knowledge.calibration import FILE, OTHER, Calibration, Floats
from knowledge.embedding import EncoderEmbedding

TEXTS = Path(__file__).with_name("retrieval")
KEPT_OUT = 3
FALSE_ANSWERS = 0.09
"""Share of foreign texts that may get an answer: where the line is drawn."""
CANDIDATES = 12
"""Candidates per question that the fit sees: the hard ones, by the features' sum."""

FOREIGN: Mapping[str, tuple[str, int]] = {
    "clinc150, out of scope": ("clinc150/oos_*.jsonl", 200),
    "clinc150, other domains": ("clinc150/train.jsonl", 300),
    "goemotions": ("goemotions/dev.jsonl", 200),
    "multidogo": ("multidogo/airline_train.jsonl", 150),
}
"""File and how many texts of it; the rows name an intent or emotions."""
NOT_FOREIGN = frozenset({"order_status", "order", "directions", "are_you_a_bot", "what_can_i_ask_you"})
DRAWS_THE_LINE = frozenset({"far", "talk", *FOREIGN})


@dataclass(frozen=True)
class Case:
    """One question. No `answers`: nothing answers it."""

    group: str
    text: str
    answers: frozenset[str]
    kept_out: bool


@dataclass(frozen=True)
class Seen:
    """A case with its candidates' features, and which of them answer."""

    case: Case
    features: Floats
    right: Sequence[bool]


def cases(data: Path | None) -> Iterator[Case]:
    for group in read_yaml(TEXTS / "answered.yaml").parse(list[dict[str, list[str]]]):
        yield from _cases("answered", group["ask"], frozenset(group["answers"]))
    for kind, texts in read_yaml(TEXTS / "unanswered.yaml").parse(dict[str, list[str]]).items():
        yield from _cases(kind, [str(text) for text in texts], frozenset())
    for kind, (pattern, count) in FOREIGN.items() if data else ():
        rows = (
            [json.loads(line) for file in sorted(data.glob(pattern)) for line in file.open()] if data else []
        )
        texts = [row["text"] for row in rows if row.get("intent") not in NOT_FOREIGN]
        drawn = np.random.default_rng(1).permutation(len(texts))[:count]
        yield from _cases(kind, [texts[at] for at in drawn], frozenset())


def _cases(group: str, texts: Sequence[str], answers: frozenset[str]) -> Iterator[Case]:
    for number, text in enumerate(texts):
        yield Case(group, text, answers, number % KEPT_OUT == KEPT_OUT - 1)


def seen(knowledge: Knowledge, case: Case) -> Seen:
    entries, features = knowledge.candidates(case.text)
    hardest = np.argsort(-features.sum(axis=1), kind="stable")[:CANDIDATES]
    return Seen(case, features[hardest], [entries[at].id in case.answers for at in hardest])


def fit(all_seen: Sequence[Seen]) -> Calibration:
    """First the weights, by which candidates are ranked; then scale and bias, by which the best one's score
    is the chance, at even odds, that the question has an answer; then the line."""
    known = [one for one in all_seen if not one.case.kept_out and len(one.features)]
    ranker = LogisticRegression(C=3.0, max_iter=5_000)
    ranker.fit(np.concatenate([one.features for one in known]), np.concatenate([one.right for one in known]))
    weights = ranker.coef_[0]
    best = np.array([[(one.features @ weights).max()] for one in known])
    answered = [bool(one.case.answers) for one in known]
    scaler = LogisticRegression(C=100.0, class_weight="balanced").fit(best, answered)
    scale, bias = float(scaler.coef_[0][0]), float(scaler.intercept_[0])
    one_to_five = [round(float(weight * scale), 4) for weight in weights]
    calibration = Calibration(weights=tuple(one_to_five), bias=round(bias, 4), no_answer_line=0.5)
    foreign = [top(calibration, one) for one in known if one.case.group in DRAWS_THE_LINE]
    line = round(float(np.quantile(foreign, 1 - FALSE_ANSWERS)), 3)
    return calibration.model_copy(update={"no_answer_line": line})


def top(calibration: Calibration, one: Seen) -> float:
    return float(calibration.score(one.features).max()) if len(one.features) else 0.0


def report(calibration: Calibration, all_seen: Sequence[Seen], kept_out: bool) -> Table:
    """By group: how many get an answer, and for those that have one, whether it is right."""
    title = "kept out of the fit" if kept_out else "fitted on"
    table = Table(
        "questions", "n", "above the line", "right first", "right in 4", "right and above", title=title
    )
    groups = dict.fromkeys(one.case.group for one in all_seen)
    for group in groups:
        ours = [one for one in all_seen if one.case.group == group and one.case.kept_out is kept_out]
        above = np.array([top(calibration, one) >= calibration.no_answer_line for one in ours])
        ranks = [_rank(calibration, one) for one in ours]
        first, in_four = np.array([rank == 0 for rank in ranks]), np.array([rank < 4 for rank in ranks])
        cells = [f"{above.mean():.2f}", "", "", ""]
        if group == "answered":
            cells[1:] = [f"{first.mean():.2f}", f"{in_four.mean():.2f}", f"{(first & above).mean():.2f}"]
        table.add_row(group, str(len(ours)), *cells)
    return table


def _rank(calibration: Calibration, one: Seen) -> int:
    """The place of the first right candidate; a large number when there is none."""
    order = np.argsort(-calibration.score(one.features), kind="stable")
    return next((place for place, at in enumerate(order) if one.right[at]), CANDIDATES)


def main(
    data: Annotated[Path | None, typer.Option(help="Folder of the public data sets.")] = None,
    write: Annotated[bool, typer.Option(help="Store the fit.")] = False,
) -> None:
    """Fit, report, and with --write store."""
    with TemporaryDirectory() as folder:
        settings = Settings(baton_data_dir=Path(folder), chroma_url=None)
        knowledge = open_knowledge(settings, load_business(SAMPLE_BUSINESS))
        all_seen = [seen(knowledge, case) for case in cases(data)]
        knowledge.close()
    calibration = fit(all_seen)
    console = Console()
    console.print(report(calibration, all_seen, kept_out=False), report(calibration, all_seen, kept_out=True))
    console.print(calibration)
    if write:
        fits = dict.fromkeys((EncoderEmbedding().name, OTHER), calibration.model_dump())
        FILE.write_text(json.dumps(fits, indent=1) + "\n")


if __name__ == "__main__":
    typer.run(main)
