"""Making a refund that the policy, or a person, allows: confirmed where asked for, once, audited."""

from core.vocabulary import Role
from store import audit
from store.refunds import CapReached, RefundImpossible
from store.shop_records import NewRefund, RefundRecord, RefundUnits
from tools.context import ToolContext
from tools.keys import new_reference
from tools.refund_case import JudgedRefund, shop_day
from tools.refund_view import blocked, refund_summary
from tools.refusals import NeedsConfirmation, Refusal


def make_refund(context: ToolContext, judged: JudgedRefund) -> RefundRecord:
    """Writes the refund. NeedsConfirmation where the policy asks for it; Refusal when the books say no."""
    if judged.verdict.confirm and not context.confirmed:
        raise NeedsConfirmation(refund_summary(judged))
    try:
        made = context.ports.refunds.make(context.uow, _new(context, judged), context.conversation_id)
    except CapReached:
        raise blocked(context, judged, "daily_cap") from None
    except RefundImpossible:
        raise Refusal("changed_meanwhile") from None
    _audit(context, judged, made)
    return made


def _new(context: ToolContext, judged: JudgedRefund) -> NewRefund:
    policy = context.business.refunds
    return NewRefund(
        reference=new_reference("RF"),
        order_number=judged.order.number,
        units=tuple(RefundUnits(part.line.id, part.units) for part in judged.verdict.granted),
        amount_cents=judged.verdict.amount_cents,
        currency=judged.order.currency,
        method=judged.order.payment_method,
        reason=judged.case.reason,
        policy_version=policy.version,
        day=shop_day(context),
        daily_cap_cents=policy.daily_cap_cents,
        person_id=context.person_id,
    )


def _audit(context: ToolContext, judged: JudgedRefund, made: RefundRecord) -> None:
    units = {part.line.id: list(part.units) for part in judged.verdict.granted}
    audit.write(
        context.uow,
        Role.PERSON if context.person_id else Role.AI,
        context.person_id,
        "refund",
        f"order:{made.order_number}",
        {"reference": made.reference, "amount_cents": made.amount_cents, "units": units},
        context.conversation_id,
    )
