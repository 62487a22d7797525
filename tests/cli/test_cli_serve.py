"""`baton serve`: a real process, what it says, and how it ends."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.children import Child, child, run

QUIET = {"BATON_PORT": "0", "BATON_DATA_DIR": "data"}


@contextmanager
def served(folder: Path, name: str = "serve", **env: str) -> Iterator[tuple[Child, str]]:
    """A served Baton and its address."""
    with child(["baton", "serve"], folder, {**QUIET, **env}, name) as running:

        def address() -> str | None:
            found = re.search(r"http://\S+:\d+", running.output)
            return found and found.group()

        yield running, running.until(address)


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Child, str, Path]]:
    folder = tmp_path_factory.mktemp("serve")
    with served(folder) as (running, url):
        yield running, url, folder


def test_every_place_that_it_names_is_there(one: tuple[Child, str, Path]) -> None:
    running, url, _ = one
    places = re.findall(rf"({re.escape(url)}/\w*)$", running.output, re.MULTILINE)
    assert len(places) >= 4
    for place in places:
        if not place.endswith("/v1"):
            assert httpx.get(place, trust_env=False).status_code == 200, place
    assert httpx.get(f"{url}/v1/models", trust_env=False).status_code == 200


def test_it_says_which_model_answers_and_that_it_seeded(one: tuple[Child, str, Path]) -> None:
    assert "embedded" in one[0].output
    assert "OPENAI_API_KEY" in one[0].output
    assert "seeded just now" in one[0].output


def test_all_that_it_writes_lies_in_the_data_folder(one: tuple[Child, str, Path]) -> None:
    _, _, folder = one
    assert {path.name for path in folder.iterdir()} == {"data", "serve.log"}


@pytest.mark.parametrize("command", ["serve", "migrate", "seed", "ingest"])
def test_a_second_process_on_its_folder_is_refused_in_a_line(
    one: tuple[Child, str, Path], command: str
) -> None:
    _, _, folder = one
    refused = run(["baton", command], folder, QUIET)
    assert refused.returncode == 2
    assert refused.stderr.startswith("baton: Another Baton process serves data.")
    assert len(refused.stderr.splitlines()) == 1


def test_a_person_added_beside_it_may_work_at_once(one: tuple[Child, str, Path]) -> None:
    _, url, folder = one
    added = run(["baton", "person", "add", "Ada Byrne", "--department", "care"], folder, QUIET)
    assert added.returncode == 0, added.stderr
    key = added.stdout.splitlines()[-1]
    me = httpx.get(f"{url}/v1/me", headers={"Authorization": f"Bearer {key}"}, trust_env=False)
    assert me.status_code == 200
    assert me.json()["name"] == "Ada Byrne"


def test_it_ends_cleanly_with_an_open_stream_and_starts_again(tmp_path: Path) -> None:
    with served(tmp_path, "first") as (running, url), httpx.Client(base_url=url, trust_env=False) as http:
        made = http.post("/v1/conversations", json={}).json()
        headers = {"Authorization": f"Bearer {made['token']}"}
        with http.stream("GET", f"/v1/conversations/{made['id']}/events", headers=headers) as stream:
            assert stream.status_code == 200
            assert running.stop() == 0
        assert "Traceback" not in running.output
    with served(tmp_path, "second") as (running, url):
        kept = httpx.get(f"{url}/v1/conversations/{made['id']}", headers=headers, trust_env=False)
        assert kept.status_code == 200
        assert "seeded just now" not in running.output


def test_a_port_in_use_is_told_with_what_to_type(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = run(["baton", "serve"], tmp_path, {**QUIET, "BATON_PORT": str(port)})
    assert refused.returncode == 2
    assert f"Port {port}" in refused.stderr
    assert "BATON_PORT=" in refused.stderr


@pytest.mark.parametrize(
    ("env", "told"),
    [
        ({"BATON_PORT": "eighty"}, "BATON_PORT='eighty'"),
        ({"BATON_HOST": "0.0.0.0"}, "BATON_DEMO=false"),
        ({"BUSINESS_DIR": "nowhere"}, "nowhere"),
        ({"BATON_DATA_DIR": "/dev/null"}, "BATON_DATA_DIR=/dev/null"),
    ],
    ids=["port", "host", "business", "folder"],
)
def test_a_setting_that_cannot_work_is_one_line(tmp_path: Path, env: dict[str, str], told: str) -> None:
    refused = run(["baton", "serve"], tmp_path, {**QUIET, **env})
    assert refused.returncode == 2
    assert refused.stderr.startswith("baton: ")
    assert told in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
