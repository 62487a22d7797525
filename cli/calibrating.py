"""`baton eval calibrate`: fits a model's calibrator, prints its reliability, writes it if asked."""

from collections.abc import Sequence
from pathlib import Path

import yaml
from rich.console import Console
from rich.table import Table

from core.errors import OperatorError
from core.settings import Settings
from evals.calibrate import Bin, Fit, Known, fit, of_desk, of_report
from evals.runner import read_report
from store.database import open_database
from store.past import past_turns

MOST_TURNS = 20_000
BAR = 30
HEADER = "# Fitted by `baton eval calibrate`; a profile in models.yaml names this file.\n"


def calibrate_model(
    console: Console, settings: Settings, files: Sequence[Path], *, judged: bool, write: Path | None
) -> None:
    """OperatorError: reports of several models, or too few answers."""
    reports = [read_report(file) for file in files]
    models = sorted({one.model for one in reports})
    if len(models) != 1:
        raise OperatorError(f"These are reports of {', '.join(models)}; a calibrator is of one model.")
    known = [one for report in reports for one in of_report(report)]
    if judged:
        known += _judged(settings)
    found = fit(models[0], known)
    _show(console, found)
    if write is not None:
        write.parent.mkdir(parents=True, exist_ok=True)
        content = yaml.safe_dump(found.calibrator.model_dump(mode="json"), sort_keys=False)
        write.write_text(HEADER + content, encoding="utf-8")
        console.print(f"Written to {write}", soft_wrap=True)


def _judged(settings: Settings) -> list[Known]:
    database = open_database(settings.sql_url)
    try:
        return database.read(lambda uow: list(of_desk(past_turns(uow, MOST_TURNS))))
    finally:
        database.close()


def _show(console: Console, found: Fit) -> None:
    """The reliability diagram: in each row `o` marks what was stated, the bar what was right."""
    for title, bins in (("the model's own word", found.before), ("calibrated, unseen", found.after)):
        table = Table("answers", "stated", "right", "0 to 1", title=title, box=None)
        for one in bins:
            table.add_row(str(one.answers), f"{one.stated:.2f}", f"{one.right:.2f}", _bar(one))
        console.print(table)
    fitted = found.calibrator
    share, error = f"{fitted.right:.0%} of {fitted.answers} answers right", f"{fitted.ece_raw} → {fitted.ece}"
    console.print(f"{share}. Calibration error {error}.")


def _bar(one: Bin) -> str:
    cells = ["█" if place < round(one.right * BAR) else "·" for place in range(BAR)]
    cells[min(BAR - 1, round(one.stated * BAR))] = "o"
    return "".join(cells)
