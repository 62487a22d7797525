"""The worker: leases a conversation that has work and runs the graph, turn by turn, while there is more.

Each concern a function: `look` finds work, `_serve` leases, `_attempts` begins a turn anew when a message
comes in time, `_run` runs the graph once.
"""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from functools import partial

from agent.context import Means, TurnContext, TurnInput
from agent.graph import Graph
from core.errors import FloorLost
from core.ids import ConversationId
from core.shapes import Json
from core.vocabulary import Cause
from runtime.heartbeat import Heartbeat
from runtime.hub import Hub
from runtime.load import load, read
from runtime.meters import Meters
from store import conversations, leases, turns
from store.conversations import hold
from store.database import UnitOfWork, Unreachable
from store.leases import Lease

log = logging.getLogger("baton.worker")

POLL_S = 2.0
MOST_RESTARTS = 2
MOST_AT_ONCE = 400


@dataclass
class _Run:
    """One conversation's turn in this process."""

    lease: Lease
    given: TurnInput
    task: asyncio.Task[bool] | None = None
    committed: bool = False
    """A word was released, or an effect or the end is being committed: no more beginning anew."""
    restarts: int = 0
    anew: bool = False

    @property
    def may_restart(self) -> bool:
        turn = self.given.turn
        of_message = turn is not None and turn.cause is Cause.MESSAGE
        return of_message and not self.committed and self.restarts < MOST_RESTARTS

    def commit(self) -> None:
        self.committed = True

    def stop(self) -> None:
        if self.task is not None:
            self.task.cancel()


@dataclass
class Worker:
    """Runs turns in this process."""

    means: Means
    graph: Graph
    hub: Hub
    runs: dict[ConversationId, _Run] = field(default_factory=dict)
    meters: Meters = field(default_factory=Meters)

    def __post_init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._serving: set[ConversationId] = set()
        self._again: set[ConversationId] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._heartbeat = Heartbeat(self.means.database, self._lost)

    async def start(self) -> None:
        """Begins to look for work: at once what a dead process left, then what `nudge` names."""
        self._loop = asyncio.get_running_loop()
        self._heartbeat.start()
        self._spawn(self._poll())

    async def stop(self) -> None:
        """Stops at once: what is not committed runs again elsewhere, or at the next start."""
        self._loop = None
        held = [run.lease for run in self.runs.values()]
        for run in self.runs.values():
            run.stop()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self._heartbeat.stop)
        for lease in held:
            await self._give_back(lease)

    async def _give_back(self, lease: Lease) -> None:
        try:
            await self.means.database.awrite(partial(_interrupt, lease=lease))
        except Unreachable:
            log.warning("a lease could not be given back; it ends by itself", exc_info=True)

    def nudge(self, work: set[ConversationId]) -> None:
        """Says, from any thread, that these conversations may have work."""
        if self._loop is not None and not self._loop.is_closed():
            for conversation_id in tuple(work):
                self._loop.call_soon_threadsafe(self.look, conversation_id)

    def look(self, conversation_id: ConversationId) -> None:
        """Serves a conversation; one that is being served is looked at again."""
        if conversation_id not in self._serving:
            self._serving.add(conversation_id)
            self._spawn(self._serve(conversation_id))
            return
        self._again.add(conversation_id)
        run = self.runs.get(conversation_id)
        if run is not None:
            self._spawn(self._notice(run))

    async def _poll(self) -> None:
        """Looks for what no nudge told of: what a dead worker left, or another process took in."""
        while True:
            if len(self._serving) < MOST_AT_ONCE:
                await self._look_around()
            await asyncio.sleep(POLL_S)

    async def _look_around(self) -> None:
        try:
            found = await self.means.database.aread(lambda uow: leases.waiting(uow, MOST_AT_ONCE))
        except Unreachable:
            log.warning("the store could not be asked for work", exc_info=True)
            return
        for conversation_id in found:
            self.look(conversation_id)

    async def _notice(self, run: _Run) -> None:
        """Something happened while a turn runs: is the floor still ours, is there a message?"""
        talk = await self.means.database.aread(lambda uow: conversations.load(uow, run.lease.conversation_id))
        if talk.epoch > run.lease.epoch:  # this look may be older than a turn begun anew
            run.stop()
        elif talk.customer_seq > run.given.read_to and run.may_restart and not run.anew:
            run.anew = True
            run.stop()

    async def _serve(self, conversation_id: ConversationId) -> None:
        """Turns of one conversation, one after the other, for as long as it has work."""
        try:
            while True:
                self._again.discard(conversation_id)
                leased = await self.means.database.awrite(
                    lambda uow: _lease(uow, conversation_id, self.means)
                )
                # The commit that ends a turn names the conversation again when it leaves work.
                ended = leased is None or await self._hold_lease(*leased)
                if ended and conversation_id not in self._again:
                    return
        finally:
            self._serving.discard(conversation_id)

    async def _hold_lease(self, lease: Lease, given: TurnInput) -> bool:
        """Runs one turn. False when it was cut short: somebody else's, or still to be done."""
        run = self.runs[lease.conversation_id] = _Run(lease, given)
        self._heartbeat.keep(lease)
        try:
            return await self._attempts(run)
        finally:
            self._heartbeat.drop(run.lease)
            del self.runs[lease.conversation_id]

    async def _attempts(self, run: _Run) -> bool:
        """Runs the turn; anew when a message came before anything was said or done."""
        while True:
            run.anew = False
            run.task = asyncio.create_task(self._run(run))
            await asyncio.wait([run.task])
            if not run.task.cancelled():
                return run.task.result()
            if not run.anew:
                return False
            run.restarts += 1
            try:
                await self._begin_again(run)
            except FloorLost:
                return False

    async def _begin_again(self, run: _Run, *, failed: bool = False) -> None:
        """The same turn as its next attempt. FloorLost when it has ended, or is somebody else's."""
        self._heartbeat.drop(run.lease)
        run.lease, run.given = await self.means.database.awrite(
            lambda uow: _reread(uow, run, self.means, failed)
        )
        self._heartbeat.keep(run.lease)

    async def _run(self, run: _Run) -> bool:
        """One run of the graph. The boundary of a turn: a failure becomes an honest word and a case."""
        try:
            await self._graph(run)
        except FloorLost:
            return False
        except Exception:
            log.exception("a turn failed", extra={"conversation": run.lease.conversation_id})
            try:
                if run.given.turn is not None:
                    await self._begin_again(run, failed=True)
                run.given = replace(run.given, worn_out=True)
                await self._graph(run)
            except FloorLost:
                return False
        return True

    async def _graph(self, run: _Run) -> None:
        conversation_id = run.lease.conversation_id

        decided: Json = {}

        def emit(kind: str, data: Json) -> None:
            turn = run.given.turn
            if kind == "decision":
                decided.update(data)
            if turn is not None:
                self.hub.live(conversation_id, kind, {"turn": turn.id, **data})

        context = TurnContext(
            self.means,
            run.given,
            run.lease.epoch,
            emit,
            streamed=self.hub.is_watched_live(conversation_id),
            on_release=run.commit,
            on_effect=run.commit,
        )
        try:
            await self.graph.ainvoke({}, context=context)
        except asyncio.CancelledError:
            # What is decided is committed next, in a thread that no cancelling stops.
            self._count(context, decided)
            raise
        self._count(context, decided)

    def _count(self, context: TurnContext, decided: Json) -> None:
        if decided and context.input.turn is not None:
            self.meters.turn(context.trace, decided)

    def _lost(self, lease: Lease) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop_lost, lease)

    def _stop_lost(self, lease: Lease) -> None:
        run = self.runs.get(lease.conversation_id)
        if run is not None and run.lease == lease:
            run.stop()

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("a worker's task failed", exc_info=task.exception())


def _interrupt(uow: UnitOfWork, lease: Lease) -> None:
    """Gives a lease back in mid-turn: that the process stops is no failure of the turn."""
    if leases.give_back(uow, lease):
        turns.forgive(uow, lease.conversation_id)


def _lease(uow: UnitOfWork, conversation_id: ConversationId, means: Means) -> tuple[Lease, TurnInput] | None:
    held = leases.take_and_hold(uow, conversation_id)
    return None if held is None else (leases.lease_of(held), load(held, means))


def _reread(uow: UnitOfWork, run: _Run, means: Means, failed: bool) -> tuple[Lease, TurnInput]:
    """The turn with all that was written meanwhile, under a new epoch of the same lease."""
    held = hold(uow, run.lease.conversation_id, run.lease.epoch)
    assert run.given.turn is not None
    begun = turns.reread(held, run.given.turn, spoken=run.committed, failed=failed)
    given = read(held, begun, means)
    return leases.lease_of(held), given
