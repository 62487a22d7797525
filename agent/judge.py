"""Node `judge`: the decision on a finished turn, by plain code and configured thresholds."""

from dataclasses import replace
from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command

from agent.calibration import signs
from agent.context import TurnContext
from agent.decide import decide
from agent.node import on_path
from agent.report import report_of, self_report
from agent.rule_facts import guidance_of, rules_of
from agent.state import TurnState
from core.vocabulary import Decision


@on_path
async def judge(state: TurnState, runtime: Runtime[TurnContext]) -> Command[Literal["handover", "settle"]]:
    context = runtime.context
    business = context.means.business
    exhausted = state.get("exhausted") is not None
    head = state.get("head")
    silent = head is not None and not exhausted and not state.get("said") and not state.get("draft")
    report = report_of(context, head, state.get("problems", []), silent=silent, exhausted=exhausted)
    if head is not None:
        report = replace(report, signs=signs(self_report(context, head, state.get("found") or ())))
    readings = state["readings"]
    rules = rules_of(context, state, readings)
    verdict = decide(readings, report, context.input.memory, business.triggers, business.decision, rules)
    if verdict.rule is None:
        verdict = replace(verdict, rule=guidance_of(context, head))
    goto: Literal["handover", "settle"] = "handover" if verdict.decision is Decision.HANDOVER else "settle"
    return Command(goto=goto, update={"verdict": verdict})
