"""Strategy `auto`: native tool calls or plain content, held to its end, judged without self-report."""

from langchain_core.tools import BaseTool

from agent.models import prompt_texts
from agent.models.strategy import Plan
from agent.models.tools_strategy import ToolsStrategy
from core.shapes import Json


class AutoStrategy(ToolsStrategy):
    """For models that cannot be brought to answer by a call."""

    def make_plan(self, tools: tuple[BaseTool, ...], definitions: tuple[Json, ...]) -> Plan:
        plan = self._native_plan(tools, definitions, prompt_texts.whole("strategy_auto"))
        free = {key: value for key, value in plan.options.items() if key != "tool_choice"}
        return Plan(plan.tools, plan.abilities, plan.names, free, plan.counted, plan.instruction)
