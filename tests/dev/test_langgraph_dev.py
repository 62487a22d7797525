"""`langgraph dev` serves the same graph, for developers."""

from collections.abc import Iterator

import httpx
import pytest

from agent.graph import build_graph
from core.shapes import Json
from tests.support.children import child, free_port, is_well
from tests.support.house import ROOT

NODES = {"listen", "think", "act", "judge", "handover", "settle"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The real command on a port of its own."""
    folder, port = tmp_path_factory.mktemp("langgraph"), free_port()
    for name in ("langgraph.json", "runtime"):  # it leaves its own store in the folder that it is started in
        (folder / name).symlink_to(ROOT / name)
    command = ["langgraph", "dev", "--no-browser", "--no-reload", "--port", str(port)]
    with child(command, folder, {"TMPDIR": str(folder), "LANGSMITH_TRACING": "false"}) as running:
        url = f"http://127.0.0.1:{port}"
        running.until(lambda: is_well(f"{url}/ok"))
        with httpx.Client(base_url=url, timeout=60, trust_env=False) as http:
            yield http


def _wait(server: httpx.Client, path: str, text: str) -> list[Json]:
    """The messages after a run that answers `text`."""
    body = {"assistant_id": "baton", "input": {"messages": [{"role": "user", "content": text}]}}
    answer = server.post(path, json=body)
    assert answer.is_success, answer.text
    assert "__error__" not in answer.json(), answer.text
    messages: list[Json] = answer.json()["messages"]
    return messages


def test_a_run_answers_with_the_agents_message(server: httpx.Client) -> None:
    asked, answered = _wait(server, "/runs/wait", "What are your opening hours?")
    assert (asked["type"], answered["type"]) == ("human", "ai")
    assert "10:00" in answered["content"]


def test_a_thread_is_the_history_of_its_runs(server: httpx.Client) -> None:
    thread = server.post("/threads", json={}).json()["thread_id"]
    path = f"/threads/{thread}/runs/wait"
    assert len(_wait(server, path, "Where is my order HL-10428?")) == 2
    messages = _wait(server, path, "And what are your opening hours?")
    assert [one["type"] for one in messages] == ["human", "ai", "human", "ai"]
    assert "10:00" in messages[-1]["content"]


def test_a_person_is_promised_as_in_the_real_one(server: httpx.Client) -> None:
    _, answered = _wait(server, "/runs/wait", "Let me talk to a human being, please.")
    assert "person" in answered["content"] or "team" in answered["content"]


def test_it_is_the_same_graph(server: httpx.Client) -> None:
    assistant = server.post("/assistants/search", json={}).json()[0]["assistant_id"]
    served = server.get(f"/assistants/{assistant}/graph").json()
    drawn = build_graph().get_graph()
    assert {node["id"] for node in served["nodes"]} >= NODES
    assert {(edge["source"], edge["target"]) for edge in served["edges"]} == {
        (edge.source, edge.target) for edge in drawn.edges
    }
