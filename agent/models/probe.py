"""Finding out, once and outside any turn, which strategy a model without a profile of its own can follow."""

import logging
from collections.abc import Sequence

from langchain_core.messages import BaseMessage, HumanMessage
from langchain_core.tools import BaseTool

from agent.models import prompt_texts
from agent.models.auto_strategy import AutoStrategy
from agent.models.json_strategy import JsonStrategy
from agent.models.parts import ReplyHead, ToolCalls
from agent.models.strategy import Strategy
from agent.models.tools_strategy import ToolsStrategy
from core.errors import ModelUnavailable

log = logging.getLogger(__name__)


async def probe(strategy: ToolsStrategy, tools: Sequence[BaseTool]) -> Strategy:
    """One small request with the real tools and `reply`: `tools` unless that fails, then `json`, then `auto`.

    What the server refuses on the way is learnt. ModelUnavailable when it does not answer at all.
    """
    asked = [HumanMessage(prompt_texts.whole("strategy_probe"))]
    await _follows(strategy, asked, tools)
    if strategy.abilities.tools:
        return strategy
    bare = (strategy.name, strategy.wire, strategy.abilities, strategy.late_system)
    constrained = JsonStrategy(*bare)
    try:
        if await _follows(constrained, asked, tools):
            log.info("%s takes no tools; strategy json", strategy.name)
            return constrained
    except ModelUnavailable:
        pass
    log.info("%s takes neither tools nor a schema; strategy auto", strategy.name)
    return AutoStrategy(*bare)


async def _follows(strategy: Strategy, asked: Sequence[BaseMessage], tools: Sequence[BaseTool]) -> bool:
    """Whether the model calls a tool or reports on itself."""
    follows = False
    async for part in strategy.stream(asked, tools):
        follows = follows or isinstance(part, ToolCalls)
        follows = follows or (isinstance(part, ReplyHead) and part.confidence is not None)
    return follows
