"""What a turn is compared with: a bare loop over `openai`, and LangChain's agent with its SQLite memory."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

from langchain.agents import create_agent
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from openai import AsyncOpenAI
from pydantic import SecretStr

TurnOf = Callable[[], Awaitable[None]]
WORDS = "Where is my order HL-10485?"
FOUND = json.dumps({"ok": True, "order": {"number": "HL-10485", "state": "shipped"}})
SCHEMA = {
    "type": "function",
    "function": {
        "name": "find_order",
        "description": "Looks up an order.",
        "parameters": {"type": "object", "properties": {"order_number": {"type": "string"}}},
    },
}


@asynccontextmanager
async def bare(base_url: str, *, stream: bool) -> AsyncIterator[TurnOf]:
    """Two calls with the `openai` package and a tool between them: nothing else."""
    client = AsyncOpenAI(base_url=base_url, api_key="x", max_retries=0)

    async def call(messages: list[object]) -> object:
        made = await client.chat.completions.create(
            model="m",
            messages=messages,  # type: ignore[arg-type]
            tools=[SCHEMA],  # type: ignore[list-item]
            stream=stream,
        )
        if not stream:
            return made
        return [chunk async for chunk in made]  # type: ignore[union-attr]

    async def turn() -> None:
        messages: list[object] = [{"role": "user", "content": WORDS}]
        await call(messages)
        asked = {"id": "c1", "type": "function", "function": {"name": "find_order", "arguments": "{}"}}
        messages.append({"role": "assistant", "content": None, "tool_calls": [asked]})
        messages.append({"role": "tool", "tool_call_id": "c1", "content": FOUND})
        await call(messages)

    yield turn
    await client.close()


@asynccontextmanager
async def langchain_agent(base_url: str, folder: Path, *, stream: bool) -> AsyncIterator[TurnOf]:
    """`create_agent` with one tool and its SQLite checkpointer, a new thread for each turn."""

    @tool
    def find_order(order_number: str) -> str:
        """Looks up an order."""
        return FOUND

    model = ChatOpenAI(model="m", base_url=base_url, api_key=SecretStr("x"), max_retries=0, streaming=stream)
    async with AsyncSqliteSaver.from_conn_string(str(folder / "agent.db")) as saver:
        agent = create_agent(model, [find_order], system_prompt="Be brief.", checkpointer=saver)

        async def turn() -> None:
            config = {"configurable": {"thread_id": uuid4().hex}}
            given = {"messages": [{"role": "user", "content": WORDS}]}
            if stream:
                async for _ in agent.astream(given, config, stream_mode="messages"):  # type: ignore[call-overload]
                    pass
            else:
                await agent.ainvoke(given, config)  # type: ignore[call-overload]

        yield turn
