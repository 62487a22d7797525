"""Processes of a test's own: started with a clean environment, watched, and always ended."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx

from tests.support.house import ROOT

T = TypeVar("T")
BIN = Path(sys.executable).parent
OURS = ("BATON_", "OPENAI_", "DATABASE_URL", "CHROMA_URL", "BUSINESS_DIR", "LANG")
"""What of this machine's environment must not reach a child."""
PATIENCE_S = 90.0


@dataclass
class Child:
    """A process with its output in a file."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def output(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def until(self, look: Callable[[], T | None]) -> T:
        """What `look` finds at last. Fails with the output when the process ends, or the patience does."""

        def still() -> T | None:
            assert self.process.poll() is None, self.output
            return look()

        return patiently(still)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Its exit code after a signal."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)


def patiently(look: Callable[[], T | None]) -> T:
    """What `look` finds at last: a loaded machine takes its time."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        found = look()
        if found is not None:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not found in {PATIENCE_S} s")


@contextmanager
def child(command: list[str], folder: Path, env: Mapping[str, str], name: str = "child") -> Iterator[Child]:
    """A program of the virtual environment, running in `folder`; killed at the end if it still runs."""
    log = folder / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [BIN / command[0], *command[1:]],
            cwd=folder,
            env=clean_env(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Child(process, log)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE_S)


def run(
    command: list[str], folder: Path, env: Mapping[str, str] | None = None, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    """A program of the virtual environment, run to its end; `typed` is its input."""
    return subprocess.run(
        [BIN / command[0], *command[1:]],
        cwd=folder,
        env=clean_env(env or {}),
        input=typed,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def clean_env(more: Mapping[str, str]) -> dict[str, str]:
    """This machine's environment without any setting of Baton's, then `more`; the project is importable."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "PATH": f"{BIN}:{kept.get('PATH', '')}",
        "COLUMNS": "200",
        **more,
    }


def free_port() -> int:
    """A port that was free just now, for programs that cannot take one of their own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_well(url: str) -> bool | None:
    """True when the address answers."""
    try:
        return httpx.get(url, trust_env=False, timeout=5).is_success or None
    except httpx.TransportError:
        return None
