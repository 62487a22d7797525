"""`baton migrate`, `seed` and `ingest` on a folder that nobody serves; and what `--help` lists."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from core.errors import OperatorError
from core.settings import load_settings
from runtime.folder import hold_folder
from store.database import open_database
from store.seed import seeded_at

COMMANDS = ("serve", "chat", "seed", "migrate", "ingest", "signals", "eval", "person")


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BATON_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)


def _said(*words: str) -> str:
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    return result.stdout


def _seeded() -> object:
    database = open_database(load_settings().sql_url)
    try:
        return database.read(seeded_at)
    finally:
        database.close()


def test_help_lists_every_command() -> None:
    told = _said("--help")
    assert [name for name in COMMANDS if name not in told] == []


def test_migrating_makes_a_database_and_a_second_time_nothing() -> None:
    _said("migrate")
    assert _seeded() is None
    _said("migrate")


def test_seeding_happens_once_unless_it_is_asked_for() -> None:
    assert "Seeded" in _said("seed")
    first = _seeded()
    assert first is not None
    assert "nothing to do" in _said("seed")
    assert _seeded() == first
    assert "Seeded" in _said("seed", "--reset")
    assert _seeded() != first


def test_ingesting_says_how_many_entries_there_are() -> None:
    assert int("".join(filter(str.isdigit, _said("ingest")))) > 40


def test_a_folder_that_somebody_holds_is_left_alone() -> None:
    lock = hold_folder(load_settings())
    try:
        refused = CliRunner().invoke(app, ["ingest"])
    finally:
        lock.release()
    assert isinstance(refused.exception, OperatorError)
    assert "restart" in str(refused.exception)
