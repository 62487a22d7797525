"""What a customer writes under a person or in the queue: heard, added to the case, not answered.

The few automatic words are here too: the crisis text where life may be at risk, and in the queue what is
asked for and noted while they wait.
"""

from collections.abc import Sequence

from core.business import Business
from core.shapes import Evidence
from core.vocabulary import CaseStatus, Mode, Role, WaitingOn
from handover import clock, collecting, notice
from handover.opening import add_evidence
from store import cases
from store.cases import CaseRow
from store.conversations import Held


def hear(
    held: Held, evidence: Sequence[Evidence], business: Business, text: str = "", message_id: str = ""
) -> CaseRow | None:
    """Adds what fired to the open case; the case waits on a person again and wakes from a snooze.

    Called once for what the customer wrote in the modes `waiting` and `person`: `text`, of which `message_id`
    is the last message. `evidence`: readings above their threshold. Returns the case, or None when the
    conversation has none open.
    """
    case = cases.open_of(held.uow, held.talk.id)
    if case is None:
        return None
    urgent = [business.triggers[one.trigger].priority for one in evidence]
    priority = min((case.priority, *urgent), key=lambda one: one.rank)
    if evidence or case.waiting_on is not WaitingOn.PERSON or case.snoozed_until:
        waits = {"waiting_on": WaitingOn.PERSON, "snoozed_until": None}
        case = add_evidence(held, case, evidence, priority, business, waits)
    if case.status is CaseStatus.CLAIMED:
        clock.watch_claim(held, case, business)
    words = [notice.crisis(held, case, business)]
    if held.mode is Mode.WAITING:
        words.append(collecting.take_in(held, cases.load(held.uow, case.id), text, message_id, business))
    if said := "\n\n".join(one for one in words if one):
        held.say(Role.AI, said, name=business.shop.assistant_name)
    return cases.load(held.uow, case.id)
