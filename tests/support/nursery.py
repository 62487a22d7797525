"""A process that has imported Baton and forks a `baton serve` for each line that it is given.

The imports are the long part of a start: a test that kills twelve servers pays them once. Started by
`tests.support.process`; a line of JSON `{env, folder, log}` in, the child's process id out.
"""

import json
import logging
import os
import signal
import sys
from pathlib import Path

import cli.server  # noqa: F401 - what `baton serve` imports, before it is asked to
from cli.main import main


def serve(order: dict[str, object]) -> None:
    """What the child does: all of its own, and `baton serve`."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(str(order["log"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(Path(str(order["folder"])))
    env = order["env"]
    assert isinstance(env, dict)
    os.environ.update(env)
    # As in a fresh process: logging is not set up yet, whatever was imported.
    logging.root.handlers.clear()
    sys.argv = ["baton", "serve"]
    main()


def nurse() -> None:
    """Forks until its input ends; then its children end with it."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    children = []
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                serve(json.loads(line))
            finally:
                sys.stdout.flush()
                os._exit(0)
        children.append(child)
        print(child, flush=True)
    for child in children:
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            continue


if __name__ == "__main__":
    nurse()
