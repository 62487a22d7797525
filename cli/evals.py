"""`baton eval`: run the offline evals, compare two runs, show one again."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from core.settings import load_settings
from evals import compare as comparing
from evals import runner, tables
from evals.record import CaseResult

app = typer.Typer(
    help="Offline evals: conversations from files through the real graph.", no_args_is_help=True
)

REPORTS = "evals"
TOO_LOW = 1
"""The exit code when fewer cases pass than --at-least asks for."""

Cases = Annotated[str, typer.Option("--cases", help="Which: `refund/*`, `*late*`.")]
Model = Annotated[
    str | None, typer.Option(help="Another model than BATON_MODEL: a name, embedded, gguf:PATH.")
]
Jobs = Annotated[int, typer.Option(min=1, help="Conversations at a time.")]
AtLeast = Annotated[float, typer.Option(min=0, max=1, help="Fail when a smaller share of the cases passes.")]
Talks = Annotated[bool, typer.Option("--talks/--no-talks", help="Failures with their conversations.")]
ReportFile = Annotated[Path, typer.Argument(help="A JSON file that `run` wrote.")]


@app.command()
def run(
    cases: Cases = "*", model: Model = None, jobs: Jobs = 1, at_least: AtLeast = 0.0, talks: Talks = True
) -> None:
    """Run the cases and print what came out; the report is kept as JSON in the data folder."""
    settings = load_settings(**({"baton_model": model} if model else {}))
    with _progress() as progress:

        def begin(count: int) -> runner.Ran:
            bar = progress.add_task("cases", total=count)

            def ran(result: CaseResult) -> None:
                progress.update(bar, advance=1, description=result.name)

            return ran

        report = runner.run(settings, begin, pattern=cases, jobs=jobs)
    console = Console()
    tables.show(console, report, talks=talks)
    file = runner.write_report(report, settings.baton_data_dir / REPORTS)
    console.print(f"Kept as {file}", soft_wrap=True)
    if report.passed_share < at_least:
        console.print(f"[red]Fewer than the {at_least:.0%} that --at-least asks for.[/]")
        raise typer.Exit(TOO_LOW)


@app.command()
def compare(before: ReportFile, after: ReportFile) -> None:
    """Show which cases flipped between two runs, and how the figures moved."""
    comparing.show(Console(), runner.read_report(before), runner.read_report(after))


@app.command()
def tune(
    file: Annotated[Path, typer.Argument(help="Labelled messages, a JSON object a line.")],
    base_rate: Annotated[
        float | None,
        typer.Option(min=0.0001, max=0.5, help="The share of real messages that have a trigger."),
    ] = None,
) -> None:
    """Solve the thresholds that cost least, by costs.yaml, and show the curves. Changes nothing."""
    from cli.tuning import show_lines

    show_lines(Console(), load_settings(), file, base_rate)


@app.command()
def calibrate(
    reports: Annotated[list[Path], typer.Argument(help="JSON files that `run` wrote, of one model.")],
    judged: Annotated[bool, typer.Option("--judged", help="Add what people at the desk judged.")] = False,
    write: Annotated[
        Path | None, typer.Option(help="Write the calibrator there: calibrators/NAME.yaml of the business.")
    ] = None,
) -> None:
    """Fit how far a model's answers can be trusted, and show how reliable that is."""
    from cli.calibrating import calibrate_model

    calibrate_model(Console(), load_settings(), reports, judged=judged, write=write)


@app.command()
def detectors(
    file: Annotated[Path | None, typer.Argument(help="Labelled messages, a JSON object a line.")] = None,
    talks: Annotated[Path | None, typer.Option(help="Whole conversations with what is due, YAML.")] = None,
) -> None:
    """Measure the local detectors on messages and conversations of your own, with 95% intervals."""
    from cli.measuring import show_figures

    show_figures(Console(), load_settings(), file, talks)


@app.command()
def report(file: ReportFile, talks: Talks = True) -> None:
    """Print a kept report again."""
    tables.show(Console(), runner.read_report(file), talks=talks)


def _progress() -> Progress:
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    return Progress(*columns, console=Console(stderr=True), transient=True)
