"""Figures of the detectors on sources kept apart from training: `python scripts/report_detectors.py
DATA_FOLDER --work FOLDER`, after `train_detectors.py`. Writes the model's card."""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import numpy as np  # noqa: E402

from agent.triggers.reader import BUDGET, MODEL, Reader, load_calibration  # noqa: E402
from core.business import Business, load_business  # noqa: E402
from core.settings import SAMPLE_BUSINESS  # noqa: E402
from core.vocabulary import Decision, Trigger  # noqa: E402
from evals import detectors as measure  # noqa: E402
from evals.detector_figures import Figure, share  # noqa: E402
from evals.labelled import GRAVE  # noqa: E402
from knowledge.encoder import FOLDER, Encoder  # noqa: E402
from scripts.detector_data.cases import case_of, real_talks, written_talks  # noqa: E402
from scripts.detector_data.rows import LABELS  # noqa: E402
from scripts.detector_data.sample import FOLDS, corpus  # noqa: E402

GROUPS = ("real", "reddit", "posts", "talk", "lines")
"""Kinds of labelled messages: read ones to companies and on Reddit, and three hands that wrote."""
A_FOLD = 1500
"""So many unread ordinary requests of each fold are judged."""


def group_of(case: measure.Case) -> str:
    if case.source == "goemotions":
        return "reddit"
    return case.source if case.source in GROUPS else "real"


class Held:
    """All held-out cases, each judged by the model that saw nothing of its source."""

    def __init__(self, data: Path, work: Path, business: Business) -> None:
        self.business = business
        calibration = load_calibration()
        self.readers = [Reader(Encoder(work / f"encoder_{i}"), calibration) for i in range(len(FOLDS))]
        given = self.corpus = corpus(data)
        self.judged: list[measure.Judged] = []
        self.ordinary: list[measure.Judged] = []
        for fold, reader in enumerate(self.readers):
            part = given.of(fold)
            self.judged += measure.judge([case_of(row) for row in part.labelled], business, reader)
            calm = [row for row in part.pool if len(row.truth) == len(LABELS) and not any(row.truth.values())]
            calm = [row for row in calm if row.source != "goemotions"]
            step = max(1, len(calm) // A_FOLD)
            self.ordinary += measure.judge([case_of(row) for row in calm[::step]], business, reader)
        real = real_talks(data)
        self.talks = [measure.play(talk, business, self.readers[1]) for talk in written_talks()]
        self.real_talks = {
            name: [measure.play(talk, business, self.readers[fold]) for talk in real[name]]
            for name, fold in (("multidogo", 1), ("sgd", 2))
        }

    def group(self, name: str) -> list[measure.Judged]:
        return [one for one in self.judged if name in ("all", group_of(one.case))]


def figures(held: Held) -> list[tuple[str, list[Figure]]]:
    """Each figure over each group of messages, then over all."""
    found: dict[str, list[Figure]] = {}
    names = list(held.readers[0].labels)
    for name in (*GROUPS, "all"):
        judged = held.group(name)
        calm = list(held.ordinary)
        against = [*(one for one in judged if one.case.labels), *calm]
        each = {
            **measure.anger_figures(judged),
            **{
                f"{key}, against ordinary requests": value
                for key, value in measure.anger_figures(against).items()
            },
            **measure.recall_figures(judged, calm),
            **measure.decision_figures(judged),
            **measure.calibration_figures(judged, names),
        }
        for key, value in each.items():
            found.setdefault(key, []).append(value)
    return list(found.items())


def table(rows: list[tuple[str, list[Figure]]]) -> str:
    head = ["| what | " + " | ".join((*GROUPS, "all")) + " |", "| --- " * (len(GROUPS) + 2) + "|"]
    return "\n".join([*head, *(f"| {name} | " + " | ".join(map(str, each)) + " |" for name, each in rows)])


def talks_table(held: Held) -> str:
    """Whole conversations written for this, and ordinary ones of real people."""
    figures_ = dict(measure.talk_figures(held.talks))
    calm = [one for one in held.talks if one.talk.decision is Decision.ANSWER]
    figures_ |= measure.ordinary_figures(calm, "ordinary ones among them")
    for source, played in held.real_talks.items():
        figures_ |= measure.ordinary_figures(played, f"real ordinary ones, {source}")
    return "\n".join(["| what | figure |", "| --- | --- |", *(f"| {k} | {v} |" for k, v in figures_.items())])


def lines_table(held: Held) -> str:
    """What each trigger's lines find of the messages that should cross them, and let through of others."""
    made = ["| trigger, line | " + " | ".join((*GROUPS, "ordinary requests", "real, `none`")) + " |"]
    made.append("| --- " * (len(GROUPS) + 3) + "|")
    calm = [one for one in held.group("real") if not one.case.labels and one.case.source != "goemotions"]
    for trigger, label, line in _lines(held.business):
        hits = [[one for one in held.group(name) if _is(one.case, label)] for name in GROUPS]
        cells = [_share(found, trigger, line) for found in (*hits, held.ordinary, calm)]
        made.append(f"| `{trigger}`: {label} {line} | " + " | ".join(cells) + " |")
    return "\n".join(made)


def _lines(business: Business) -> list[tuple[Trigger, str, float]]:
    found = []
    for trigger in (Trigger(name) for name in ("anger", *measure.RECALLS)):
        policy = business.triggers[trigger]
        found.append((trigger, str(trigger), policy.threshold))
        if policy.strong is not None and trigger is not Trigger.CHURN_RISK:
            found.append((trigger, GRAVE.get(trigger, str(trigger)), policy.strong))
    return found


def _is(case: measure.Case, label: str) -> bool:
    return label in case.labels or label in case.triggers


def _share(judged: list[measure.Judged], trigger: Trigger, line: float) -> str:
    return str(share(sum(one.score(trigger) >= line for one in judged), len(judged)))


def write_card(held: Held) -> None:
    """`CARD.md` beside the calibration."""
    given = held.corpus
    read = sum(row.source not in ("posts", "talk", "lines", "noise") for row in given.labelled)
    written = len(given.labelled) - read
    size = sum(file.stat().st_size for file in [*FOLDER.iterdir(), *MODEL.glob("*.npy")]) / 1e6
    ms = np.array([one.ms for one in [*held.judged, *held.ordinary]])
    text = (HERE / "detector_data/card.md").read_text(encoding="utf-8")
    card = text.format(
        megabytes=size,
        counts=f"{read:,} public messages were read and labelled, {written:,} written.",
        folds="; ".join(", ".join(fold) for fold in FOLDS),
        ordinary=len(held.ordinary),
        table=table(figures(held)),
        talks=talks_table(held),
        lines=lines_table(held),
        budget=BUDGET,
        times=f"half {np.percentile(ms, 50):.1f} ms, p95 {np.percentile(ms, 95):.1f} ms",
    )
    (MODEL / "CARD.md").write_text(card, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the public data")
    parser.add_argument("--work", type=Path, required=True, help="where train_detectors.py kept its models")
    asked = parser.parse_args()
    write_card(Held(asked.data, asked.work, load_business(SAMPLE_BUSINESS)))
    print((MODEL / "CARD.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
