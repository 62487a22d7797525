"""What the detectors say without any model: readings of one message and the decision that they alone make."""

from agent.decide import Readings, Report, Verdict, beyond_doubt, decide, failed_turns
from agent.memory import Memory
from agent.triggers import CustomerFacts, Heard, Said, hear
from agent.triggers.reader import Reader
from core.business import Business
from core.vocabulary import Role

_RECENT = 12
"""So many earlier messages are read again for failed turns; a run of failures is never that old."""


def hear_alone(
    text: str,
    history: tuple[Said, ...],
    customer: CustomerFacts,
    business: Business,
    reader: Reader | None = None,
) -> tuple[Readings, Verdict]:
    """Readings of `text` after `history`, and the decision as if the model had found a good answer.

    `reader`: another model than the one that ships.
    """
    memory = _memory(history, business, reader)
    readings = hear(Heard(text, history, customer, memory.failed_turns), reader=reader)
    sure = beyond_doubt(readings, business.triggers)
    report = Report(understood=True)
    return readings, sure or decide(readings, report, memory, business.triggers, business.decision)


def _memory(history: tuple[Said, ...], business: Business, reader: Reader | None) -> Memory:
    """What the AI would remember: its turns, and the failed ones that the customer's words tell of."""
    memory = Memory()
    history = history[-_RECENT:]
    for i, said in enumerate(history):
        if said.role is Role.AI:
            memory = memory.model_copy(update={"turns": memory.turns + 1})
        elif said.role is Role.CUSTOMER and memory.turns:
            readings = hear(Heard(said.text, history[:i], failed_turns=memory.failed_turns), reader=reader)
            failed = failed_turns(readings, Report(), memory, business.triggers)
            memory = memory.model_copy(update={"failed_turns": failed})
    return memory
