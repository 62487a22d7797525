"""`baton eval detectors`: the shipped detectors measured on labelled messages and whole conversations."""

from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Column, Table

from agent.triggers.reader import shipped
from core.business import load_business
from core.settings import Settings
from core.vocabulary import Decision
from evals import detectors as measure
from evals.detector_figures import Figure
from evals.labelled import NONE, read_labelled
from evals.whole_talks import read_talks


def show_figures(console: Console, settings: Settings, file: Path | None, talks: Path | None) -> None:
    """Prints each figure with its 95% interval and count. OperatorError: a file that cannot be read."""
    business, reader = load_business(settings.business_dir), shipped()
    table = Table(*(Column(one, no_wrap=True) for one in ("what", "figure [95%] (count)")), box=None)
    if file is not None:
        cases = [
            measure.Case(one.text, frozenset(one.labels) - {NONE}, history=one.heard.history)
            for one in read_labelled(file)
        ]
        judged = measure.judge(cases, business, reader)
        calm = [one for one in judged if not one.case.labels]
        _add(table, measure.anger_figures(judged))
        _add(table, measure.recall_figures(judged, calm))
        _add(table, measure.decision_figures(judged))
        _add(table, measure.calibration_figures(judged, reader.labels))
        times = np.percentile([one.ms for one in judged], [50, 95]) if judged else (0.0, 0.0)
        table.add_row("ms a message: half, p95", f"{times[0]:.1f}, {times[1]:.1f}")
    if talks is not None:
        played = [measure.play(talk, business, reader) for talk in read_talks(talks)]
        _add(table, measure.talk_figures(played))
        ordinary = [one for one in played if one.talk.decision is Decision.ANSWER]
        _add(table, measure.ordinary_figures(ordinary, "ordinary conversations"))
    console.print(table, highlight=False)


def _add(table: Table, figures: dict[str, Figure]) -> None:
    for name, figure in figures.items():
        table.add_row(name, str(figure).replace("[", "\\["))
