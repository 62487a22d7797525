"""A whole Baton on a real socket: real store, knowledge and business; only the model's endpoint is chosen."""

import json
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx
import uvicorn

from api.app import create_api
from core.settings import Settings
from runtime.wiring import Baton, open_baton
from tests.support.scripted_server import ScriptedServer

Body = dict[str, Any]


@dataclass
class Event:
    """One server-sent event."""

    kind: str
    data: Body
    id: int | None = None


@dataclass
class Customer:
    """Who writes in the chat."""

    http: httpx.Client
    id: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def path(self) -> str:
        return f"/v1/conversations/{self.id}"

    def says(self, text: str, **headers: str) -> Body:
        """The answer in one piece: accepted, message, turn, mode."""
        response = self.http.post(
            f"{self.path}/messages", json={"text": text}, headers=self.headers | _dashed(headers)
        )
        assert response.status_code in (200, 202), response.text
        body: Body = response.json()
        return body

    def says_streaming(self, text: str) -> list[Event]:
        """The events of the turn."""
        return list(self.stream(text))

    def stream(self, text: str) -> Generator[Event]:
        headers = self.headers | {"Accept": "text/event-stream"}
        with self.http.stream(
            "POST", f"{self.path}/messages", json={"text": text}, headers=headers
        ) as response:
            assert response.status_code == 200, response.read()
            yield from read_events(response)

    def events(self, last_id: int = 0, until: str = "", timeout: float = 10) -> list[Event]:
        """What the conversation's stream tells after `last_id`, up to the first event of kind `until`."""
        headers = self.headers | {"Last-Event-ID": str(last_id)}
        told = []
        with self.http.stream("GET", f"{self.path}/events", headers=headers, timeout=timeout) as response:
            for event in read_events(response):
                told.append(event)
                if event.kind == until:
                    break
        return told

    def view(self) -> Body:
        body: Body = self.http.get(self.path, headers=self.headers).json()
        return body

    def texts(self, role: str) -> list[str]:
        return [one["text"] for one in self.view()["messages"] if one["role"] == role]

    def turns(self) -> list[Body]:
        turns: list[Body] = self.http.get(f"{self.path}/turns", headers=self.headers).json()["turns"]
        return turns


@dataclass
class Person:
    """Who sits at the desk."""

    http: httpx.Client
    name: str
    key: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    def get(self, path: str) -> httpx.Response:
        return self.http.get(path, headers=self.headers)

    def post(self, path: str, body: Body | None = None) -> httpx.Response:
        return self.http.post(path, json=body, headers=self.headers)

    def cases(self) -> list[Body]:
        found: list[Body] = self.get("/v1/cases").json()["cases"]
        return found

    def case_of(self, customer: Customer) -> Body:
        return next(one for one in self.cases() if one["conversation_id"] == customer.id)

    def does(self, case: Body, act: str, body: Body | None = None) -> Body:
        response = self.post(f"/v1/cases/{case['id']}/{act}", body)
        assert response.status_code == 200, response.text
        done: Body = response.json()
        return done


@dataclass
class Desk:
    """All clients of one served Baton."""

    url: str
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.url, timeout=60)

    def demo(self) -> Body:
        demo: Body = self.http.get("/v1/demo").json()
        return demo

    def customer(self, customer_id: str | None = None, **more: object) -> Customer:
        """A new conversation: of a persona, signed in, or of somebody unknown."""
        body: Body = dict(more)
        if customer_id is not None:
            personas = {one["id"]: one for one in self.demo()["customers"]}
            body["identity_token"] = personas[customer_id]["identity_token"]
        made = self.http.post("/v1/conversations", json=body)
        assert made.status_code == 201, made.text
        return Customer(self.http, made.json()["id"], made.json()["token"])

    def person(self, department: str | None = None) -> Person:
        people = self.demo()["people"]
        chosen = next(one for one in people if department is None or department in one["departments"])
        return Person(self.http, chosen["name"], chosen["key"])

    def close(self) -> None:
        self.http.close()


class ServedBaton(Desk):
    """A Baton served from a thread of this process, on a free port."""

    def __init__(self, settings: Settings, *, always_limit: bool = False) -> None:
        self.baton: Baton = open_baton(settings)
        app = create_api(self.baton, always_limit=always_limit)
        config = uvicorn.Config(app, port=0, log_level="error", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        wait_for(lambda: self._server.started, 20)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        super().__init__(f"http://127.0.0.1:{port}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        self._server.should_exit = True
        self._thread.join(15)
        self.baton.close()


def settings_for(folder: Path, model: ScriptedServer | None = None, **more: object) -> Settings:
    """Settings of a test: nothing of this machine's environment counts."""
    values: Body = {"baton_data_dir": folder, "_env_file": None, **more}
    if model is not None:
        values |= {"openai_base_url": model.base_url, "openai_api_key": "test", "baton_model": "gpt-4.1-mini"}
    return Settings(**values)


@contextmanager
def served(folder: Path, model: ScriptedServer | None = None, **more: object) -> Iterator[ServedBaton]:
    with ServedBaton(settings_for(folder, model, **more)) as baton:
        yield baton


def read_events(response: httpx.Response) -> Iterator[Event]:
    """Server-sent events as they come."""
    kind, data, id = "", "", None
    for line in response.iter_lines():
        name, _, value = line.partition(": ")
        if name == "event":
            kind = value
        elif name == "data":
            data = value
        elif name == "id":
            id = int(value)
        elif not line and kind:
            yield Event(kind, json.loads(data), id)
            kind, data, id = "", "", None


def wait_for(true: Callable[[], object], seconds: float = 15) -> None:
    """Waits until something is so. AssertionError when it does not come true."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not come true in time"
        time.sleep(0.02)


def _dashed(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
