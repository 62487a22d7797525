"""The `baton` command: its groups, and the one place where an operator's error becomes a line."""

import logging
import sys

import typer

from cli import data, offline, person, rules, serving
from core.errors import OperatorError

app = typer.Typer(
    name="baton",
    help="A customer-service agent that knows when to hand over to a person.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for group in (serving, data, offline):
    app.add_typer(group.app)
app.add_typer(person.app, name="person")
app.add_typer(rules.app, name="rules")


def main() -> None:
    """Runs a command. What whoever runs Baton must mend becomes a line on stderr, and exit code 2."""
    # Said first, it holds: a library that sets up logging for itself would fill the terminal.
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        app()
    except OperatorError as error:
        print(f"baton: {error}", file=sys.stderr)
        sys.exit(2)
