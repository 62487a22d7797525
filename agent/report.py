"""What is known of a turn's answer: gathered from the model's word and the tools' results. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.calibration import chance_right
from agent.context import TurnContext
from agent.data import table
from agent.decide import Report
from agent.models.parts import ReplyHead
from agent.output_check import Backing, Problem
from agent.triggers.heard import SelfReport
from core.business_policy import Effect
from core.shapes import Json, Source, ToolRun
from core.vocabulary import Capability
from knowledge import Found
from tools.registry import Effect as Kind

_BY_RULES = (Capability.REFUND, Capability.BOOKING, Capability.UPDATE_CONTACT)
"""Capabilities whose tools check the shop's rules before they change anything."""


def report_of(
    context: TurnContext,
    head: ReplyHead | None,
    problems: list[Problem],
    *,
    silent: bool = False,
    exhausted: bool = False,
) -> Report:
    """The report on a turn. `silent`: a reply of which nothing could be shown, which is a failed turn."""
    runs = context.trace.tools
    return Report(
        understood=False if silent else head.understood if head else None,
        handover=head.handover if head else None,
        raw_confidence=head.confidence if head else None,
        no_answer=_has(runs, "no_answer") and not any(run.ok for run in runs),
        tools_failed=len(_failures(runs)) > 1 and not any(run.ok for run in runs),
        exhausted=exhausted,
        refusal=_refusal(runs),
        granted=_granted(context),
        claimed_transfer=Problem.TRANSFER in problems,
    )


def self_report(context: TurnContext, head: ReplyHead, found: tuple[Found, ...]) -> SelfReport:
    """What the detector of low confidence reads."""
    runs = context.trace.tools
    report = SelfReport(
        understood=head.understood,
        confidence=head.confidence,
        best_retrieval=max((one.score for one in found), default=None),
        tool_failures=len(_failures(runs)),
        answered_from=bool(head.sources) or any(run.ok for run in runs),
    )
    calibrator = context.means.business.calibrator_of(context.means.model.name)
    if calibrator is None:
        return report
    return replace(report, calibrated=chance_right(calibrator, report))


@dataclass(frozen=True)
class Before:
    """What the store knows to stand behind an answer before this turn."""

    effects: frozenset[str] = frozenset()
    """Names of tools that have changed something in this conversation."""
    promised: bool = False
    """The ledger has an open promise to this customer."""


def backing_of(context: TurnContext, cited: Sequence[Source], before: Before) -> Backing:
    """What stands behind an answer: effects, promises and requests of this conversation, entries really
    found, tools' results."""
    given, runs = context.input, context.trace.tools
    done = {run.name for run in runs if run.ok}
    return Backing(
        effects=before.effects | done,
        cited=bool(cited) or any(run.ok or "rule" in _object(run) for run in runs),
        promises=before.promised,
        asked=bool(given.asked) or given.answered is not None or any("asked" in _object(run) for run in runs),
    )


def _granted(context: TurnContext) -> bool:
    """Whether a tool that acts by the shop's rules did so, or only waits for the yes, and none refused."""
    runs, toolbox = context.trace.tools, context.means.toolbox
    if _refusal(runs) is not None:
        return False
    return any(
        (spec := toolbox.named(run.name)) is not None
        and spec.capability in _BY_RULES
        and spec.effect is Kind.CHANGE
        and (run.ok or _object(run).get("error") in table("refusals")["waits"])
        for run in runs
    )


def _refusal(runs: list[ToolRun]) -> Effect | None:
    """What the turn's last refusal leads to; a later success of the same tool settles it."""
    effect: Effect | None = None
    for run in runs:
        result = _object(run)
        if run.ok or result.get("error") in table("refusals")["asked"]:
            effect = None
        elif result.get("error") in table("refusals")["handover"]:
            effect = "handover"
        elif result.get("person_offered") and effect is None:
            effect = "offer"
    return effect


def _failures(runs: list[ToolRun]) -> list[ToolRun]:
    return [run for run in runs if _object(run).get("error") in table("refusals")["failures"]]


def _has(runs: list[ToolRun], key: str) -> bool:
    return any(_object(run).get("error") in table("refusals")[key] for run in runs)


def _object(run: ToolRun) -> Json:
    return run.result if isinstance(run.result, dict) else {}
