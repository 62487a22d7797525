"""What a message tells: the values that it gives to the slots of the flows it is about, and of the talk."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from agent.models.embedded.goal import Goal
from agent.models.embedded.slots import Catalogue, Heard, added, read_slot
from agent.models.embedded.state import Asked, State, owner_of, slots_of
from core.flows import Flow, Flows, Slot


class Telling:
    """Reads values out of messages."""

    def __init__(self, flows: Flows, catalogue: Catalogue) -> None:
        self._flows = flows
        self._catalogue = catalogue

    def state_after(self, heard: Heard, state: State, goals: Sequence[Goal]) -> State:
        """The state with every value that the message holds for the flows it is about, and for the talk."""
        told: dict[tuple[str, str], object] = {}
        asked = state.asked
        alone = self._asks_alone(asked, goals)
        for goal in goals:
            for name, slot in slots_of(goal.flow, self._flows).items():
                if slot.alone != (goal.flow is alone):
                    continue
                is_asked = slot.alone or (asked is not None and asked.is_of(goal.flow.id, name))
                value = self.value(heard, slot, is_asked)
                if value is not None:
                    key = owner_of(goal.flow, slot), name
                    told[key] = added(slot, state.values.get(key), value)
        for name, slot in self._flows.common.slots.items():
            if slot.scope == "talk" and ("", name) not in told and alone is None:
                value = self.value(heard, slot, False)
                if value is not None:
                    told["", name] = value
        fresh = replace(self._replaced(state, told, goals), told=frozenset(name for _, name in told))
        return fresh.with_values(told)

    def _asks_alone(self, asked: Asked | None, goals: Sequence[Goal]) -> Flow | None:
        """The flow whose open question is for a slot that is read alone, where the message goes on."""
        if asked is None or not any(goal.flow.id == asked.flow for goal in goals):
            return None
        flow = self._flows.flow(asked.flow)
        return flow if self._flows.slot(flow, asked.slot).alone else None

    def _replaced(self, state: State, told: Mapping[tuple[str, str], object], goals: Sequence[Goal]) -> State:
        """The state without values in whose place this message gives another: a postcode for an e-mail."""
        names = {name for _, name in told}
        slots = [slots_of(goal.flow, self._flows) for goal in goals] or [self._flows.common.slots]
        gone = {
            slot.instead
            for group in slots
            for name, slot in group.items()
            if name in names and slot.instead and slot.instead not in names
        }
        return replace(state, values={key: one for key, one in state.values.items() if key[1] not in gone})

    def value(self, heard: Heard, slot: Slot, asked: bool) -> object | None:
        """A slot's value in a message; None without one. `asked`: the last answer asked for it."""
        return read_slot(replace(heard, asked=asked), slot, self._catalogue)
