"""Ports of other systems: what such a system declares, and how a tool's calls reach it.

A change in another system cannot be undone with Baton's transaction. So a changing tool runs twice: first to
find out what it would call (`CallOutside`), with what it read written down; then, once the call is made and
its outcome stands in a row, again over the same readings, in the transaction that records it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import TypeVar, cast

from core.errors import ModelError
from store.database import UnitOfWork
from store.refunds import CapReached, RefundImpossible

P = TypeVar("P")

REFUSALS: Mapping[str, type[Exception]] = {one.__name__: one for one in (CapReached, RefundImpossible)}
"""What a port may raise to say that it has not done it, and why."""


@dataclass(frozen=True)
class OutsideCall:
    """The first argument of an outside method, where Baton's own ports are given their unit of work."""

    now: datetime
    key: str | None = None
    """The business key of a change: the same key is the same wish. None: a call that reads."""


@dataclass(frozen=True)
class Outside:
    """A port's class attribute `outside`: which methods call another system; all others are Baton's."""

    changes: tuple[str, ...] = ()
    """Methods that change something there, called once for each business key."""
    reads: tuple[str, ...] = ()
    settle_s: float = 10.0
    """A call that was cut off has had its effect after so many seconds, or never will."""


@dataclass(frozen=True)
class Done:
    """What a change came to, as a port's `find(call, method)` answers; None there: it was not done."""

    result: object


class NotReached(ModelError):
    """Raised by a port whose system was not reached: nothing was done there.

    Anything else that a change raises leaves its outcome uncertain.
    """


class CallOutside(Exception):
    """A tool has come to the change that another system has to make; Baton's part is not written yet."""

    def __init__(self, port: str, method: str, arguments: tuple[object, ...]) -> None:
        super().__init__(f"{port}.{method}")
        self.port, self.method, self.arguments = port, method, arguments


@dataclass
class OutsideRun:
    """One run of a tool: what it read outside, and the outcome of its change once there is one."""

    reads: list[tuple[str, str, tuple[object, ...], object]] = field(default_factory=list)
    """(port, method, arguments, result)."""
    replayed: bool = False
    """The reads are answered from the list: no system is asked."""
    outcome: Done | Exception | None = None
    called: tuple[object, ...] = ()
    """What the call that has this outcome was made with."""
    used: bool = False
    """The tool has taken the outcome."""

    def again(self, outcome: Done | Exception | None) -> "OutsideRun":
        """The same run once more, over the same reads."""
        return OutsideRun(list(self.reads), replayed=True, outcome=outcome)


class OutsidePort:
    """A port that stands for another system. By itself it reads; a change needs `during` a run."""

    def __init__(self, name: str, system: object, run: OutsideRun | None = None) -> None:
        self.name, self.system, self._run = name, system, run
        self.outside = declared(system)

    @property
    def settling(self) -> timedelta:
        """After so long a call that was cut off has had its effect, or never will."""
        return timedelta(seconds=self.outside.settle_s)

    def within(self, run: OutsideRun) -> "OutsidePort":
        """The same for one run of a tool."""
        return OutsidePort(self.name, self.system, run)

    def __getattr__(self, method: str) -> object:
        own: object = getattr(self.system, method)
        if method in self.outside.changes:
            return lambda uow, *arguments: self._change(uow, method, arguments)
        if method in self.outside.reads:
            return lambda uow, *arguments: self._read(uow, method, arguments)
        return own

    def call(self, now: datetime, key: str | None, method: str, arguments: tuple[object, ...]) -> object:
        """The system's own method."""
        return _method(self.system, method)(OutsideCall(now, key), *arguments)

    def _change(self, uow: UnitOfWork, method: str, arguments: tuple[object, ...]) -> object:
        run = self._run
        if run is None or run.outcome is None or run.used:
            raise CallOutside(self.name, method, arguments)
        if isinstance(run.outcome, Exception):
            run.used = True
            raise run.outcome
        keep = getattr(self.system, "keep", None)
        if keep is not None:
            # With what was called, not with what a second run would call: each makes a reference of its own.
            keep(uow, method, run.called, run.outcome.result)
        run.used = True
        return run.outcome.result

    def _read(self, uow: UnitOfWork, method: str, arguments: tuple[object, ...]) -> object:
        run = self._run
        if run is None:
            return self.call(uow.now, None, method, arguments)
        if run.replayed:
            for at, (port, name, asked, result) in enumerate(run.reads):
                if (port, name, asked) == (self.name, method, arguments):
                    # The last one stays: a tool may look twice, and a key is made of the same look.
                    return run.reads.pop(at)[3] if _again(run, at) else result
        result = self.call(uow.now, None, method, arguments)
        run.reads.append((self.name, method, arguments, result))
        return result


def _again(run: OutsideRun, at: int) -> bool:
    """Whether the same question was answered once more later in the run."""
    return any(one[:3] == run.reads[at][:3] for one in run.reads[at + 1 :])


def declared(system: object) -> Outside:
    """What a system says of itself; nothing outside: an ordinary port."""
    found = getattr(system, "outside", Outside())
    return cast(Outside, found)


def during(ports: P, run: OutsideRun) -> P:
    """The ports (a dataclass of them) for one run of a tool."""
    found = {one.name: getattr(ports, one.name) for one in fields(ports)}  # type: ignore[arg-type]
    within = {name: port.within(run) for name, port in found.items() if isinstance(port, OutsidePort)}
    return replace(ports, **within) if within else ports  # type: ignore[type-var]


def any_outside(ports: object) -> bool:
    """Whether one of the ports stands for another system."""
    return any(isinstance(getattr(ports, one.name), OutsidePort) for one in fields(ports))  # type: ignore[arg-type]


def _method(system: object, name: str) -> Callable[..., object]:
    return cast(Callable[..., object], getattr(system, name))
