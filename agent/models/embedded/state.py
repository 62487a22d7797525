"""What the conversation has established so far: read anew from its messages with every request."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.flows import Flow, Flows, Slot, SlotType

Values = Mapping[tuple[str, str], object]
"""(flow id, or nothing for the whole talk; slot) → value."""

Spoken = Mapping[SlotType, Sequence[str | None]]
_SECTION = re.compile(r"\{\{[#^]([^}]*)\}\}.*?\{\{/\1\}\}", re.DOTALL)
_BRACED = re.compile(r"\{[^{}]*\}")
_PLACEHOLDER = re.compile(r"\{\{[^}]*\}\}+")


@dataclass(frozen=True)
class Asked:
    """The question that the last answer ended in."""

    flow: str
    slot: str
    words: str = ""
    """As it was asked."""

    def is_of(self, flow: str, slot: str) -> bool:
        return (self.flow, self.slot) == (flow, slot)


@dataclass(frozen=True)
class State:
    """The dialogue between two messages."""

    flow: str | None = None
    """The task or question that was last talked about."""
    task: str | None = None
    """The last task: what an ellipsis or a bare value goes on with."""
    asked: Asked | None = None
    asks: int = 0
    """How many answers in a row have put that question."""
    values: Values = field(default_factory=dict)
    question: str = ""
    """The last question put to the knowledge store: what an ellipsis refers to."""
    answer: str = ""
    """The assistant's last words."""
    told: frozenset[str] = frozenset()
    """Slots that the last message gave a value."""

    def filled(self, flow: Flow, flows: Flows) -> dict[str, object]:
        """The values of a flow's slots, its own and those of the whole talk."""
        return {
            name: value
            for (owner, name), value in self.values.items()
            if owner in ("", flow.id) and name in slots_of(flow, flows)
        }

    def with_values(self, new: Values) -> "State":
        return replace(self, values={**self.values, **new})

    def without_flow(self, flow_id: str) -> "State":
        """The state before a flow begins anew: what was said for an earlier run of it no longer counts."""
        return replace(self, values={key: one for key, one in self.values.items() if key[0] != flow_id})


def slots_of(flow: Flow, flows: Flows) -> dict[str, Slot]:
    """All slots that a flow may use."""
    return {**flows.common.slots, **flow.slots}


def owner_of(flow: Flow, slot: Slot) -> str:
    """The key under which a slot's value is kept."""
    return "" if slot.scope == "talk" else flow.id


class Questions:
    """Recognises the questions of the flows in an answer."""

    def __init__(self, flows: Flows, spoken: Spoken | None = None, others: Iterable[str] = ()) -> None:
        """`spoken`: slot type → its questions, where a tool's result words them and not the slot.

        `others`: questions that are no flow's, such as the offer of a person; `{placeholders}` in them.
        """
        self._others = [_shape(_BRACED.sub("{{x}}", text)) for text in others]
        self._common = list(_shapes(flows.common.slots, spoken or {}))
        self._own = {flow.id: list(_shapes(flow.slots, spoken or {})) for flow in flows.flows}

    def asked(self, answer: str, candidates: Iterable[str]) -> Asked | None:
        """The last question in an answer. `candidates`: flows that may have asked it, the likeliest first."""
        for other in self._others:
            answer = other.sub(" ", answer)
        found: list[tuple[int, int, Asked]] = []
        for rank, flow_id in enumerate(candidates):
            for name, shape in [*self._own.get(flow_id, ()), *self._common]:
                for match in shape.finditer(answer):
                    found.append((match.end(), -rank, Asked(flow_id, name, match.group(0))))  # noqa: PERF401
        return max(found, key=lambda one: one[:2])[2] if found else None


def _shapes(slots: Mapping[str, Slot], spoken: Spoken) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Each question as a pattern in which a placeholder stands for any words."""
    for name, slot in slots.items():
        for text in spoken.get(slot.type, (slot.ask, slot.again)):
            if text:
                yield name, _shape(text)


def _shape(text: str) -> re.Pattern[str]:
    fixed = [re.escape(part.strip()) for part in _PLACEHOLDER.split(_SECTION.sub("", " ".join(text.split())))]
    return re.compile(r"\s*.*?\s*".join(part for part in fixed if part), re.DOTALL)
