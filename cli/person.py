"""The commands about people at the desk: `person add`, `list`, `remove`."""

from typing import Annotated

import typer

from core.settings import load_settings
from core.vocabulary import PersonRole

app = typer.Typer(help="People at the desk.", no_args_is_help=True)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="As customers see it.")],
    department: Annotated[list[str], typer.Option(help="A department's id; may be given again.")],
    role: Annotated[PersonRole, typer.Option(help="A developer sees the inside of turns.")] = PersonRole.DESK,
) -> None:
    """Add a person. The last line is their key, shown once."""
    from cli.staff import add_person

    id, key = add_person(load_settings(), name, department, role)
    typer.echo(f"{name} is {id}. The key for the desk, which is not shown again:")
    typer.echo(key)


@app.command("list")
def list_people() -> None:
    """Who there is: id, name, role, departments, presence."""
    from cli.staff import people_of

    for one in people_of(load_settings()):
        typer.echo(f"{one.id}\t{one.name}\t{one.role}\t{','.join(one.departments)}\t{one.presence}")


@app.command()
def remove(id: Annotated[str, typer.Argument(help="As `baton person list` shows it.")]) -> None:
    """Remove a person: their key opens nothing any more."""
    from cli.staff import remove_person

    remove_person(load_settings(), id)
    typer.echo(f"{id} is removed.")
