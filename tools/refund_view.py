"""A refund's verdict in words: amounts, items, the window, and the rule that says no."""

from core.business import RefundRule
from core.shapes import Json
from store.shop_records import RefundRecord
from tools import show
from tools.approving import approvable
from tools.context import ToolContext
from tools.refund_case import JudgedRefund, as_approved
from tools.refund_policy import Check, Declined
from tools.refusals import Refusal
from tools.words import words

_CODES: dict[str, str] = {"already_refunded": "already_refunded", "approval": "limit_exceeded"}
_ANY_RULE = "window"
"""The check whose rule stands for the policy where nothing failed."""


class _Known(dict[str, str]):
    """Values of a rule's text; a placeholder that no check knows stays empty."""

    def __missing__(self, key: str) -> str:
        return ""


def check_view(context: ToolContext, judged: JudgedRefund) -> Json:
    """What would be refunded, and under which conditions."""
    return {"ok": True, **_money(context, judged), "confirm": judged.verdict.confirm}


def refund_view(context: ToolContext, judged: JudgedRefund, made: RefundRecord) -> Json:
    """What was refunded, with its reference."""
    return {"ok": True, "reference": made.reference, **_money(context, judged)}


def granted_words(judged: JudgedRefund) -> str:
    """The items that are paid back."""
    return show.items((len(part.units), part.line.name) for part in judged.verdict.granted)


def raise_if_blocked(context: ToolContext, judged: JudgedRefund) -> None:
    """Refusal with the rule, where the policy allows nothing of it."""
    if judged.verdict.blocked:
        raise blocked(context, judged, judged.verdict.blocked)


def refund_summary(judged: JudgedRefund) -> str:
    """What would be done, as a verb phrase."""
    values = {
        "amount": show.amount(judged.verdict.amount_cents, judged.order.currency),
        "items": granted_words(judged),
        "order": judged.order.number,
        "method": show.payment(judged.order.payment_method),
    }
    return words().fill("summary", "refund", values)


def blocked(context: ToolContext, judged: JudgedRefund, check: Check) -> Refusal:
    """The refusal of a check: its rule, the policy, and what a person needs to decide."""
    order, verdict, shop = judged.order, judged.verdict, context.business.shop
    allowed = as_approved(context, judged)
    approval = approvable(context, "refund", check, refund_summary(allowed), allowed.verdict.amount_cents)
    declined = [(part.quantity, part.line.name) for part in verdict.declined]
    return Refusal(
        _CODES.get(check, "outside_policy"),
        words_key="outside_policy_approvable" if approval else None,
        **approval,
        check=check,
        order_number=order.number,
        rule=_rule(context, judged, check),
        policy=_policy(context),
        person_offered=True,
        amount=show.amount(verdict.amount_cents, order.currency) if verdict.amount_cents else None,
        items_words=granted_words(judged) or show.items(declined),
        **show.dated("delivered", order.delivered_at, context.uow.now, shop.timezone),
        **_window(context, judged),
        references=[made.reference for made in context.ports.refunds.of_order(context.uow, order.number)],
        refunded=show.amount(order.refunded_cents, order.currency) if order.refunded_cents else None,
    )


def _money(context: ToolContext, judged: JudgedRefund) -> Json:
    order, verdict = judged.order, judged.verdict
    return {
        "order_number": order.number,
        "amount": show.amount(verdict.amount_cents, order.currency),
        "amount_cents": verdict.amount_cents,
        "currency": order.currency,
        "method": show.payment(order.payment_method),
        "items": [
            {
                "sku": part.line.sku,
                "name": part.line.name,
                "quantity": len(part.units),
                "amount": show.amount(part.amount_cents, order.currency),
            }
            for part in verdict.granted
        ],
        "items_words": granted_words(judged),
        "shipping": show.amount(verdict.shipping_cents, order.currency) if verdict.shipping_cents else None,
        "refused_items": [_declined(context, judged, part) for part in verdict.declined],
        **_window(context, judged),
        "rule": _section(context),
        "policy": _policy(context),
        "conditions": list(context.business.refunds.conditions),
    }


def _declined(context: ToolContext, judged: JudgedRefund, part: Declined) -> Json:
    return {
        "sku": part.line.sku,
        "name": part.line.name,
        "quantity": part.quantity,
        "rule": _rule(context, judged, part.check),
    }


def _window(context: ToolContext, judged: JudgedRefund) -> Json:
    ends = judged.verdict.window_ends
    return {
        "window_days": judged.verdict.window_days,
        "window_ends": show.day(ends, judged.case.day(context.uow.now)) if ends else None,
        "window_ends_iso": ends.isoformat() if ends else None,
    }


def _policy(context: ToolContext) -> Json:
    policy = context.business.refunds
    document = context.business.policy(policy.policy_id)
    return {
        "id": policy.policy_id,
        "title": document.title if document else policy.policy_id,
        "version": policy.version,
        "url": document.url if document else None,
    }


def _rule(context: ToolContext, judged: JudgedRefund, check: str) -> Json | None:
    """The rule of a failed check with its text filled; None where the business explains none."""
    policy, currency = context.business.refunds, judged.order.currency
    rule = policy.rule_for(check)
    if rule is None:
        return None
    values = _Known(
        days=str(judged.verdict.window_days),
        ended=_window(context, judged)["window_ends"] or "",
        limit=show.amount(policy.amount_limit_cents, currency),
        cap=show.amount(policy.daily_cap_cents, currency),
    )
    return _told(rule, rule.text.format_map(values))


def _section(context: ToolContext) -> Json | None:
    """The section that allows it, in the policy document's own words."""
    policy = context.business.refunds
    rule, document = policy.rule_for(_ANY_RULE), context.business.policy(policy.policy_id)
    section = document.section(rule.section) if rule and document else None
    return _told(rule, section.text) if rule and section else None


def _told(rule: RefundRule, text: str) -> Json:
    return {"id": rule.id, "section": rule.section, "text": text}
