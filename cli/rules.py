"""The commands about rules: `rules try`."""

from pathlib import Path
from typing import Annotated

import typer

from core.settings import load_settings

app = typer.Typer(help="The business's own rules for handing over.", no_args_is_help=True)
MOST_TURNS = 5000

RulesFile = Annotated[Path, typer.Argument(help="A file in the form of rules/decisions.yaml.")]
Limit = Annotated[int, typer.Option(min=1, help="How many of the newest turns to try it on.")]


@app.callback()
def rules() -> None:
    """The business's own rules for handing over."""


@app.command("try")
def try_(file: RulesFile, limit: Limit = MOST_TURNS) -> None:
    """Show what FILE would have decided otherwise in past conversations, and what that costs."""
    from cli.rule_trials import show_trial

    show_trial(load_settings(), file, limit)
