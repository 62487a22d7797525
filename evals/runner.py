"""Runs cases through one Baton, some at a time, and scores them."""

import asyncio
import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

from core.business import load_business
from core.clock import utc_now
from core.errors import OperatorError
from core.settings import Settings
from evals.case_files import FOLDER, Placed, load_cases
from evals.record import CaseResult, Report
from evals.scorers import SCORERS
from evals.scorers.handover import decided_reason, expected_reason
from evals.talk import play
from evals.world import World, open_world

Ran = Callable[[CaseResult], None]
"""Told of each case as it ends."""
Begin = Callable[[int], Ran]
"""Told how many cases there are."""


def run(
    settings: Settings, begin: Begin, *, pattern: str = "*", jobs: int = 1, folder: Path = FOLDER
) -> Report:
    """Every case that fits the pattern, `jobs` at a time. OperatorError when a case file is wrong."""
    cases = load_cases(load_business(settings.business_dir), folder, pattern)
    started = perf_counter()
    with (
        tempfile.TemporaryDirectory(prefix="baton-evals-", ignore_cleanup_errors=True) as own,
        open_world(settings, Path(own)) as world,
    ):
        results = asyncio.run(_all(world, cases, jobs, begin(len(cases))))
        model, shop = world.baton.model.name, world.baton.business.shop.name
    seconds = round(perf_counter() - started, 1)
    return Report(at=utc_now(), model=model, business=shop, seconds=seconds, results=results)


async def _all(world: World, cases: Sequence[Placed], jobs: int, ran: Ran) -> list[CaseResult]:
    await world.baton.model.probe(world.baton.worker.means.toolbox.tools)
    places = asyncio.Semaphore(jobs)

    async def one(placed: Placed) -> CaseResult:
        async with places:
            result = await run_case(world, placed)
        ran(result)
        return result

    try:
        return list(await asyncio.gather(*(one(placed) for placed in cases)))
    finally:
        await world.baton.model.aclose()


async def run_case(world: World, placed: Placed) -> CaseResult:
    """One case, played and scored."""
    case = placed.case
    talked = await play(world, case)
    return CaseResult(
        name=placed.name,
        about=case.about,
        where=f"{placed.file.name}:{placed.line}",
        customer=case.customer,
        expected=expected_reason(case),
        decided=decided_reason(case, talked),
        talked=talked,
        scores=[score(case, talked) for score in SCORERS],
    )


def write_report(report: Report, folder: Path) -> Path:
    """The report as a JSON file named by its time."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{report.at:%Y%m%d-%H%M%S}.json"
    file.write_text(
        json.dumps(report.model_dump(mode="json"), indent=1, ensure_ascii=False), encoding="utf-8"
    )
    return file


def read_report(file: Path) -> Report:
    """A report that `write_report` wrote. OperatorError when it is none."""
    try:
        return Report.model_validate_json(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise OperatorError(
            f"{file} is no report of `baton eval run`: {str(error).splitlines()[0]}. "
            "Reports are the JSON files in the folder `evals` of the data folder."
        ) from None
