"""`baton person`: people at the desk."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from core.errors import OperatorError
from core.settings import load_settings
from store import people
from store.database import open_database


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BATON_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)


def _baton(*words: str) -> Result:
    return CliRunner().invoke(app, ["person", *words])


def test_the_key_stands_alone_on_the_last_line_and_opens_the_desk() -> None:
    added = _baton("add", "Ada Byrne", "--department", "care", "--department", "sales")
    assert added.exit_code == 0, added.output
    key = added.stdout.splitlines()[-1]
    database = open_database(load_settings().sql_url)
    found = database.read(lambda uow: people.by_key(uow, key))
    database.close()
    assert found is not None
    assert (found.name, found.role, found.departments) == ("Ada Byrne", "desk", ["care", "sales"])


def test_the_list_shows_whom_remove_takes_and_never_a_key() -> None:
    key = _baton("add", "Ada Byrne", "--department", "care", "--role", "developer").stdout.splitlines()[-1]
    listed = _baton("list").stdout
    id, name, role, departments, _ = listed.strip().split("\t")
    assert (name, role, departments) == ("Ada Byrne", "developer", "care")
    assert key not in listed
    assert _baton("remove", id).exit_code == 0
    assert _baton("list").stdout == ""


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", "Ada Byrne", "--department", "nowhere"), "There is: "),
        (("add", " ", "--department", "care"), "needs a name"),
        (("remove", "person_nobody"), "baton person list"),
    ],
    ids=["department", "name", "id"],
)
def test_what_cannot_be_done_says_what_to_type(words: tuple[str, ...], told: str) -> None:
    refused = _baton(*words)
    assert isinstance(refused.exception, OperatorError)
    assert told in str(refused.exception)
