"""One step with a model: ask, read, mend what can be mended, ask once again, or give up."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from langchain_core.messages import BaseMessage
from langchain_core.tools import BaseTool

from agent.models import tokens
from agent.models.abilities import Abilities
from agent.models.chunk_reader import ChunkReader
from agent.models.endpoint import Options, Wire
from agent.models.faults import Fault, Malformed, Refused
from agent.models.messages import with_one_system
from agent.models.parts import Part, StepEnd, StepUsage
from agent.models.schemas import tool_definition
from core.errors import ModelUnavailable
from core.shapes import Json

log = logging.getLogger(__name__)

_COMPLAINT_SHOWN = 200


@dataclass(frozen=True)
class Plan:
    """All of a request but its messages, for one set of tools."""

    tools: tuple[BaseTool, ...]
    abilities: Abilities
    names: frozenset[str]
    options: Options
    counted: tuple[Json, ...]
    """Schemas that cost prompt tokens."""
    instruction: str = ""


@dataclass
class _Tally:
    """What the requests of one step cost together."""

    calls: int = 0
    prompt: int = 0
    completion: int = 0
    counted: bool = False

    async def add(self, reader: ChunkReader, messages: Sequence[BaseMessage], plan: Plan) -> None:
        if reader.usage is not None:
            self.prompt += reader.usage["input_tokens"]
            self.completion += reader.usage["output_tokens"]
            return
        prompt, completion = await tokens.count_step(messages, plan.counted, reader.written())
        self.prompt += prompt
        self.completion += completion
        self.counted = True

    @property
    def usage(self) -> StepUsage:
        return StepUsage(self.prompt, self.completion, self.counted, self.calls)


@dataclass
class Strategy(ABC):
    """One way of answering, bound to one model. Implements `Answering`.

    `late_system`: the model takes system messages after the first.
    """

    name: str
    wire: Wire
    abilities: Abilities
    late_system: bool = True
    _plans: dict[tuple[str, ...], Plan] = field(default_factory=dict)

    @abstractmethod
    def make_plan(self, tools: tuple[BaseTool, ...], definitions: tuple[Json, ...]) -> Plan:
        """The request for these tools, under the present abilities."""

    @abstractmethod
    def reader(self, plan: Plan) -> ChunkReader:
        """A fresh reader of one answer."""

    def shape(self, messages: Sequence[BaseMessage], plan: Plan) -> Sequence[BaseMessage]:
        """The messages as this model takes them."""
        return messages if self.late_system else with_one_system(messages)

    def feedback(self, fault: Malformed) -> Sequence[BaseMessage]:
        """What is added when an answer was unusable and is asked for again."""
        return ()

    async def stream(
        self, messages: Sequence[BaseMessage], tools: Sequence[BaseTool], *, whole: bool = False
    ) -> AsyncGenerator[Part, None]:
        """See `Answering.stream`. A second attempt is made once, only while nothing was given out."""
        tally, asked = _Tally(), messages
        for last in (False, True):
            given = False
            try:
                async with aclosing(self._attempt(asked, tools, tally, whole)) as parts:
                    async for part in parts:
                        given = True
                        yield part
                return
            except Fault as fault:
                log.warning("%s: %s%s", self.name, fault, "" if last else ", first attempt")
                if given or last or not fault.again:
                    raise ModelUnavailable(f"{self.name}: {fault.detail}") from fault
                if isinstance(fault, Malformed):
                    asked = [*messages, *self.feedback(fault)]
                if fault.wait_s:
                    await asyncio.sleep(fault.wait_s)

    async def aclose(self) -> None:
        """Closes connections of the running event loop."""
        await self.wire.aclose()

    async def _attempt(
        self, messages: Sequence[BaseMessage], tools: Sequence[BaseTool], tally: _Tally, whole: bool
    ) -> AsyncGenerator[Part, None]:
        while True:
            plan = self._plan(tools)
            shaped, reader = self.shape(messages, plan), self.reader(plan)
            tally.calls += 1
            try:
                async with aclosing(self.wire.stream(shaped, plan.options, whole)) as chunks:
                    async for chunk in chunks:
                        for part in reader.feed(chunk):
                            yield part
                break
            except Refused as refused:
                self._learn(refused)
        try:
            finished = reader.finish()
        except Malformed:
            await tally.add(reader, shaped, plan)
            raise
        for part in finished.parts:
            yield part
        await tally.add(reader, shaped, plan)
        yield StepEnd(finished.message, tally.usage, finished.dropped, reader.about)

    def _learn(self, refused: Refused) -> None:
        """Leaves out, from now on, the parameter that the server names; raises when it names none."""
        known = self.abilities.without(refused.complaint)
        if known is None:
            log.error("%s: the server refuses: %s", self.name, refused.complaint[:_COMPLAINT_SHOWN])
            raise refused
        log.warning("%s: the server refuses a parameter, going on with %s", self.name, known)
        self.abilities = known

    def _plan(self, tools: Sequence[BaseTool]) -> Plan:
        key = tuple(tool.name for tool in tools)
        plan = self._plans.get(key)
        same = plan is not None and plan.abilities is self.abilities
        if plan is not None and same and all(a is b for a, b in zip(plan.tools, tools, strict=True)):
            return plan
        kept = tuple(tools)
        plan = self.make_plan(kept, tuple(tool_definition(tool) for tool in kept))
        plan = replace(plan, options=self.wire.pack(plan.options))
        self._plans[key] = plan
        return plan
