"""`baton chat`: the same agent in the terminal, from a pipe."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.children import BIN, Child, child, clean_env, patiently, run

HOME = {"BATON_DATA_DIR": "data"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, str], str]]:
    """A server's folder, the settings that find it, its address."""
    folder = tmp_path_factory.mktemp("chat")
    with child(["baton", "serve"], folder, {**HOME, "BATON_PORT": "0"}) as running:
        url = running.until(lambda: _address(running))
        yield folder, {**HOME, "BATON_PORT": url.rpartition(":")[2]}, url


def _address(running: Child) -> str | None:
    found = re.search(r"http://\S+:\d+", running.output)
    return found and found.group()


def test_without_a_server_it_brings_its_own(tmp_path: Path) -> None:
    typed = "What are your opening hours?\nHow long is the guarantee on lamps?\n/trace\n/quit\nnever said\n"
    talked = run(["baton", "chat"], tmp_path, HOME, typed)
    assert talked.returncode == 0, talked.stderr
    assert "you> What are your opening hours?" in talked.stdout
    assert "10:00" in talked.stdout
    assert "sources:" in talked.stdout
    assert "decision: answer" in talked.stdout
    assert "never said" not in talked.stdout
    assert talked.stderr == ""
    assert (tmp_path / "data" / "baton.db").exists()


def test_beside_a_server_it_talks_to_that_one(served: tuple[Path, dict[str, str], str]) -> None:
    folder, env, _ = served
    typed = "/as\n/as maeve\n/trace on\nWhere is my order?\nLet me talk to a human being.\n"
    talked = run(["baton", "chat"], folder, env, typed)
    assert talked.returncode == 0, talked.stderr
    assert "You are Maeve Brennan. Orders: HL-" in talked.stdout
    assert "→ find_order(" in talked.stdout
    assert "← find_order: ok" in talked.stdout
    assert "decision: handover because of wants_person" in talked.stdout
    assert re.search(r"wants_person +\d\.\d\d of \d\.\d\d", talked.stdout)
    assert "handed over: case case_" in talked.stdout


def test_a_server_that_listens_elsewhere_is_told(served: tuple[Path, dict[str, str], str]) -> None:
    folder, _, _ = served
    refused = run(["baton", "chat"], folder, {**HOME, "BATON_PORT": "1"})
    assert refused.returncode == 2
    assert "BATON_PORT" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_a_command_that_is_none_and_a_persona_that_is_nobody_are_told(
    served: tuple[Path, dict[str, str], str],
) -> None:
    folder, env, _ = served
    talked = run(["baton", "chat"], folder, env, "/sing\n/as zzz\n/help\n/trace\n")
    assert "There is no /sing." in talked.stdout
    assert "Maeve Brennan:" in talked.stdout
    assert "/trace on|off" in talked.stdout
    assert "There was no turn yet." in talked.stdout


def test_what_a_person_writes_appears_with_their_name(served: tuple[Path, dict[str, str], str]) -> None:
    folder, env, url = served
    log = folder / "person.log"
    with log.open("wb") as output:
        talk = subprocess.Popen(
            [BIN / "baton", "chat"], cwd=folder, env=clean_env(env), stdin=subprocess.PIPE, stdout=output
        )
    assert talk.stdin is not None
    try:
        talk.stdin.write(b"I want to speak to a person\n")
        talk.stdin.flush()
        case = patiently(lambda: re.search(r"case (case_\w+)", log.read_text(encoding="utf-8")))[1]
        with httpx.Client(base_url=url, trust_env=False) as http:
            person = http.get("/v1/demo").json()["people"][0]
            http.headers["Authorization"] = f"Bearer {person['key']}"
            http.post(f"/v1/cases/{case}/claim").raise_for_status()
            http.post(f"/v1/cases/{case}/reply", json={"text": "Hello, here I am."}).raise_for_status()
        patiently(lambda: f"{person['name']}: Hello, here I am." in log.read_text(encoding="utf-8") or None)
        assert f"now speaking: {person['name']}" in log.read_text(encoding="utf-8")
    finally:
        talk.stdin.close()
        assert talk.wait(30) == 0
