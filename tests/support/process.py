"""A served Baton in a process of its own, which a test may kill, stop and start again."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import jwt

from core.clock import utc_now
from core.settings import Settings
from runtime.demo import TOKEN_LIFE
from store.database import Database, open_database
from store.leases import end_all
from tests.support.baton import Body, Customer, Desk, wait_for
from tests.support.children import OURS
from tests.support.house import ROOT
from tests.support.scripted_server import ScriptedServer

SECRET = "the tests' own secret, long enough for a signature"
START_S = 60


class Nursery:
    """Starts children; all of them end with the `with` block."""

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()

    def __enter__(self) -> Self:
        env = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.nursery"],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def start(self, env: dict[str, str], folder: Path, log: Path) -> int:
        """The new child's process id."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = json.dumps({"env": env, "folder": str(folder), "log": str(log)})
        with self._one_at_a_time:
            self._process.stdin.write(order + "\n")
            self._process.stdin.flush()
            return int(self._process.stdout.readline())


@dataclass
class BatonProcess(Desk):
    """One `baton serve`, on a free port. Its clients follow it from start to start."""

    url: str = "http://127.0.0.1"
    nursery: Nursery = field(kw_only=True)
    folder: Path = field(kw_only=True)
    model: ScriptedServer = field(kw_only=True)
    name: str = field(default="one", kw_only=True)
    """Sent to the model as the key: it shows which process asks."""
    more: dict[str, str] = field(default_factory=dict, kw_only=True)
    pid: int = field(default=0, init=False)
    starts: int = field(default=0, init=False)

    @property
    def data(self) -> Path:
        return self.folder / f"data-{self.name}"

    @property
    def settings(self) -> Settings:
        given = {name.lower(): value for name, value in self._env().items()}
        return Settings(_env_file=None, **given)  # type: ignore[arg-type]

    def start(self) -> Self:
        """Starts it and returns when it serves."""
        self.starts += 1
        log = self.folder / f"{self.name}-{self.starts}.log"
        self.pid = self.nursery.start(self._env(), self.folder, log)

        def serving() -> str | None:
            assert alive(self.pid), log.read_text()
            found = re.search(r"Baton serves .* on (http://\S+)\n", log.read_text()) if log.exists() else None
            return found and found[1]

        wait_for(serving, START_S)
        self.url = serving() or ""
        self.http.base_url = self.url
        return self

    def kill(self) -> None:
        """SIGKILL: it ends in the middle of whatever it does."""
        self.signal(signal.SIGKILL)
        wait_for(lambda: not alive(self.pid))

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def customer_of(self, customer_id: str) -> Customer:
        """A new conversation of a customer who is signed in."""
        claims = {"sub": customer_id, "exp": utc_now() + TOKEN_LIFE}
        token = jwt.encode(claims, SECRET, algorithm="HS256")
        made = self.http.post("/v1/conversations", json={"identity_token": token})
        assert made.status_code == 201, made.text
        return Customer(self.http, made.json()["id"], made.json()["token"])

    def _env(self) -> dict[str, str]:
        return {
            "BATON_DATA_DIR": str(self.data),
            "BATON_PORT": "0",
            "BATON_MODEL": "gpt-4.1-mini",
            "BATON_IDENTITY_SECRET": SECRET,
            "OPENAI_BASE_URL": self.model.base_url,
            "OPENAI_API_KEY": self.name,
            **self.more,
        }


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def store_of(process: BatonProcess) -> Iterator[Database]:
    """The store of a served Baton, opened beside it."""
    database = open_database(process.settings.sql_url)
    try:
        yield database
    finally:
        database.close()


def leases_end(database: Database) -> None:
    """As if the dead workers' ten seconds were over."""
    database.write(end_all)


def tells(customer: Customer, text: str, key: str | None = None) -> Body:
    """Sends a message and leaves as soon as it is accepted."""
    headers = customer.headers | {"Accept": "text/event-stream"}
    if key is not None:
        headers["Idempotency-Key"] = key
    path = f"{customer.path}/messages"
    with customer.http.stream("POST", path, json={"text": text}, headers=headers) as response:
        assert response.status_code == 200, response.read()
        for line in response.iter_lines():
            if line.startswith("data: "):
                accepted: Body = json.loads(line.removeprefix("data: "))["message"]
                return accepted
    raise AssertionError("the stream ended before the message was accepted")


def asked_by(headers: dict[str, str]) -> str:
    """The name of the process that asked the model."""
    return headers["authorization"].removeprefix("Bearer ")
