"""The store behind the search: a folder, a server, and what an operator is told when either is broken."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from core.errors import OperatorError
from knowledge.embedding import choose_embedding
from knowledge.entries import Entry
from tests.support.embedding_server import EmbeddingServer
from tests.support.knowledge_store import CountingEmbedding, start_knowledge

PARKING = Entry("parking", "faq", "Can I park at the shop?", "Two hours are free in the yard.")
DOGS = Entry("dogs", "faq", "May I bring my dog?", "Yes, on a lead.")
KEY = SecretStr("k")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def chroma_server(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A real Chroma server: its address and its process."""
    port = free_port()
    chroma = Path(sys.executable).with_name("chroma")
    command = [str(chroma), "run", "--host", "127.0.0.1", "--port", str(port), "--path", str(tmp_path / "s")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        url = f"http://127.0.0.1:{port}"
        try:
            wait_for(f"{url}/api/v2/heartbeat")
            yield url, server
        finally:
            server.kill()


def wait_for(url: str) -> None:
    for _ in range(600):
        try:
            httpx.get(url).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"nothing answered at {url}")


def test_a_chroma_server_serves_several_processes_with_one_ingestion(
    tmp_path: Path, chroma_server: tuple[str, subprocess.Popen[bytes]]
) -> None:
    url, _ = chroma_server
    counting = CountingEmbedding()
    with (
        closing(start_knowledge(tmp_path / "a", (PARKING, DOGS), chroma_url=url)) as first,
        closing(start_knowledge(tmp_path / "b", (PARKING, DOGS), counting, chroma_url=url)) as second,
    ):
        assert (first.report.added, second.report.unchanged, counting.texts) == (2, 2, 0)
        assert first.search("can i park here")[0].id == second.search("can i park here")[0].id == "parking"


def test_a_chroma_server_that_goes_away_leaves_search_by_words(
    tmp_path: Path, chroma_server: tuple[str, subprocess.Popen[bytes]]
) -> None:
    url, server = chroma_server
    with closing(start_knowledge(tmp_path / "a", (PARKING, DOGS), chroma_url=url)) as knowledge:
        server.kill()
        server.wait()
        assert knowledge.search("May I bring my dog?")[0].id == "dogs"
        with pytest.raises(OperatorError, match="failed while entries were written"):
            knowledge.ingest((PARKING,))


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "https://127.0.0.1:9"])
def test_an_unreachable_server_is_named_with_what_to_do(tmp_path: Path, url: str) -> None:
    with pytest.raises(OperatorError, match=r"CHROMA_URL=.*chroma run"):
        start_knowledge(tmp_path, (PARKING,), chroma_url=url)


def test_an_address_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="expected http://HOST:PORT"):
        start_knowledge(tmp_path, (PARKING,), chroma_url="localhost:8000")


def test_a_broken_folder_is_named_with_what_to_type(tmp_path: Path) -> None:
    folder = tmp_path / "chroma"
    folder.mkdir()
    (folder / "chroma.sqlite3").write_bytes(b"not a database" * 500)
    with pytest.raises(OperatorError, match=f"rm -rf {folder}"):
        start_knowledge(tmp_path, (PARKING,))


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "chroma").write_text("")
    with pytest.raises(OperatorError, match="cannot be opened"):
        start_knowledge(tmp_path, (PARKING,))


def test_an_endpoint_embeds_when_configured(tmp_path: Path) -> None:
    with EmbeddingServer() as server:
        embedding = choose_embedding("openai:some-model", KEY, server.base_url)
        with closing(start_knowledge(tmp_path, (PARKING, DOGS), embedding)) as knowledge:
            assert knowledge.search("May I bring my dog?")[0].id == "dogs"
        assert embedding.name == "openai:some-model"
        assert {request["model"] for request in server.requests} == {"some-model"}
        assert PARKING.title in server.requests[0]["input"]


def test_an_endpoint_that_fails_at_ingestion_is_named_and_at_search_leaves_the_words(tmp_path: Path) -> None:
    with EmbeddingServer() as server:
        embedding = choose_embedding("openai:some-model", KEY, server.base_url)
        with closing(start_knowledge(tmp_path, (PARKING, DOGS), embedding)) as knowledge:
            server.status = 400
            assert knowledge.search("May I bring my dog?")[0].id == "dogs"
            with pytest.raises(OperatorError, match=r"openai:some-model failed.*OPENAI_BASE_URL"):
                knowledge.ingest((DOGS, PARKING, Entry("new", "faq", "Is it new?", "Yes.")))


def test_an_embedding_that_is_none_is_named() -> None:
    with pytest.raises(OperatorError, match="expected openai:MODEL"):
        choose_embedding("word2vec", KEY, None)
