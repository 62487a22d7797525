"""The commands that need no server: `signals` and `eval`."""

import sys

import typer

app = typer.Typer()
PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


@app.command()
def signals() -> None:
    """Read messages as JSON lines, write each one's scores, evidence and decision as a JSON line."""
    from cli.signals import signals as run

    run(sys.stdin, sys.stdout)


@app.command("eval", context_settings=PASS_ON, add_help_option=False)
def evaluate(context: typer.Context) -> None:
    """Run, compare or report evals: `baton eval --help`."""
    from cli.evals import app as evals

    evals(context.args, prog_name="baton eval")
