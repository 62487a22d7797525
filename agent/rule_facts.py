"""What the business's rules are tried on in a running turn, and the guidance that a reply cites."""

from zoneinfo import ZoneInfo

from agent.context import TurnContext
from agent.decide import Readings
from agent.handover import capabilities_of
from agent.models.parts import ReplyHead
from agent.rules import RuleFacts, applying, order_of
from agent.state import TurnState
from core.business import DecisionRule
from core.shapes import RuleRef


def rules_of(context: TurnContext, state: TurnState, readings: Readings) -> tuple[DecisionRule, ...]:
    """The business's rules whose conditions hold for this turn."""
    means, given = context.means, context.input
    if not means.business.rules:
        return ()
    facts = RuleFacts(
        at=means.database.clock().astimezone(ZoneInfo(means.business.shop.timezone)),
        level=given.talk.level,
        channel=given.talk.channel,
        customer=given.facts,
        topics=capabilities_of(context, state),
        order=order_of(context.trace.tools),
        scores={trigger: reading.score for trigger, reading in readings.items()},
    )
    return applying(means.business.rules, facts)


def guidance_of(context: TurnContext, head: ReplyHead | None) -> RuleRef | None:
    """The first guidance whose id the model names among its sources: it says what it went by."""
    cited = head.sources if head else ()
    known = {one.id: one for one in context.means.business.guidance}
    return next((RuleRef(id=id, version=known[id].version) for id in cited if id in known), None)
