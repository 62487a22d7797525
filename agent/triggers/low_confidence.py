"""low_confidence: the answer may be wrong.

Reads: the turn's self-report with retrieval, tool outcomes; nothing when
only listening. Score: the chance that the answer is wrong, each sign a chance of its own.
Evidence: none, the reason is no word. Default: hands over below the confidence needed.
"""

from agent.triggers.features import Features
from agent.triggers.heard import SILENT, Heard, Reading, SelfReport
from agent.triggers.scales import scales
from core.vocabulary import Trigger


class LowConfidence:
    """Doubt about the AI's own answer; the model's word alone is near chance."""

    trigger = Trigger.LOW_CONFIDENCE

    def read(self, heard: Heard, features: Features) -> Reading:
        """The chance that this turn's answer is wrong."""
        if heard.self_report is None:
            return SILENT
        if heard.self_report.calibrated is not None:
            return Reading(1.0 - heard.self_report.calibrated)
        sure = 1.0
        for doubt in _doubts(heard.self_report):
            sure *= 1.0 - min(1.0, max(0.0, doubt))
        return Reading(1.0 - sure)


def _doubts(report: SelfReport) -> list[float]:
    scale = scales().doubt
    unsaid = report.confidence is None
    doubts = [scale.confidence_unsaid if unsaid else scale.confidence * (1.0 - (report.confidence or 0.0))]
    if report.understood is False:
        doubts.append(scale.not_understood)
    if report.answered_from is False:
        doubts.append(scale.no_source)
        if report.best_retrieval is not None:
            doubts.append(scale.weak_retrieval * (1.0 - report.best_retrieval))
    doubts += [scale.tool_failure] * report.tool_failures
    return doubts
