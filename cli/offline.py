"""The commands that need no server: `signals` and `eval`."""

import sys
from importlib import import_module

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
    """Run, compare, tune, report or import evals: `baton eval --help`."""
    import_module("evals.cli").app(context.args, prog_name="baton eval")
