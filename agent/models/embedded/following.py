"""What goes on with the talk so far: follow-ups, ellipses, bare values."""

from agent.models.embedded.goal import (
    FEW_WORDS,
    Goal,
    only_names,
)
from agent.models.embedded.intents import IntentReader, Intents
from agent.models.embedded.segments import (
    follow_up,
    is_follow_up,
    is_request,
    leans,
    own_words,
    wish,
)
from agent.models.embedded.slots import Catalogue, Heard, read_slot
from agent.models.embedded.state import State, slots_of
from agent.models.embedded.telling import Telling
from agent.models.embedded.turning import means_another, tickets_named
from core.flows import Flow, Flows


class Following:
    """Reads what a message leaves to the conversation to say."""

    def __init__(self, flows: Flows, reader: IntentReader, catalogue: Catalogue) -> None:
        self._flows = flows
        self._reader = reader
        self._catalogue = catalogue
        self._telling = Telling(flows, catalogue)
        self._level = flows.common.reading

    def _completed(self, heard: Heard, state: State) -> list[Goal]:
        """A follow-up to a question, made whole by the question before it."""
        if state.flow is None or not state.question or not self._follows(heard):
            return []
        flow = self._flows.flow(state.flow)
        intents = self._reader.read(heard.text)
        told = self._fills_own(heard, flow)
        best = self._flows.of_intent(intents.best)
        words = own_words(heard.text)
        asks = best is not flow and is_request(words) and not leans(heard.text)
        another = self._clear_wish(intents) and not only_names(words) and (best.kind == "task" or asks)
        if flow.kind != "question" or (another and not told):
            return []
        return self._combined(heard, state)

    def _combined(self, heard: Heard, state: State) -> list[Goal]:
        """The last question once more, with what this message adds to it."""
        flow = self._flows.flow(state.flow) if state.flow else None
        if flow is None or flow.kind != "question" or not state.question:
            return []
        text, rest = follow_up(state.question, heard, self._catalogue), own_words(heard.text)
        sure = self._level.accept
        return [Goal(flow, flow.intents[0], text, sure, whole=False, rest=rest, mends=heard.mends)]

    def _follows(self, heard: Heard) -> bool:
        """Whether a message makes sense only with the question before it."""
        return heard.mends or is_follow_up(heard.text) or (leans(heard.text) and is_request(heard.text))

    def _other(self, heard: Heard, state: State) -> list[Goal]:
        """`No, the other order`: the last task once more, with another one."""
        if state.task is None or not means_another(heard.text) or len(heard.text.split()) > FEW_WORDS:
            return []
        flow = self._flows.flow(state.task)
        return [Goal(flow, flow.intents[0], heard.text, self._level.accept)]

    def _gone_on(self, heard: Heard, whole: Intents, state: State) -> list[Goal]:
        """A few words that name a detail of the last task, and no other wish clearly: it goes on."""
        another = self._clear_wish(whole) and is_request(heard.text)
        if state.task is None or another or len(heard.text.split()) > FEW_WORDS + 1:
            return []
        flow = self._flows.flow(state.task)
        own = flow.slots.values()
        if not any(slot.adds or slot.anew for slot in own):
            return []
        told = any(read_slot(heard, slot, self._catalogue) is not None for slot in own)
        return [Goal(flow, flow.intents[0], heard.text, self._level.accept)] if told else []

    def _ellipsis(self, heard: Heard, state: State) -> Goal | None:
        """A message that names a value and no wish: it goes on with the last task."""
        last = self._flows.flow(state.flow) if state.flow else None
        if last is not None and last.kind == "question" and self._fills_own(heard, last):
            return Goal(last, last.intents[0], heard.text, self._level.accept)
        if state.task is None:
            return None
        flow = self._flows.flow(state.task)
        if not self._fills_any(heard, flow) and not means_another(heard.text):
            return None
        return Goal(flow, flow.intents[0], heard.text, self._level.accept)

    def _fills_own(self, heard: Heard, flow: Flow) -> bool:
        return any(read_slot(heard, slot, self._catalogue) is not None for slot in flow.slots.values())

    def _fills_any(self, heard: Heard, flow: Flow) -> bool:
        slots = slots_of(flow, self._flows).values()
        return any(read_slot(heard, slot, self._catalogue) is not None for slot in slots)

    def _bare_value(self, heard: Heard) -> Goal | None:
        for slot in self._flows.common.slots.values():
            if slot.leads_to and read_slot(heard, slot, self._catalogue) is not None:
                flow = self._flows.flow(slot.leads_to)
                return Goal(flow, flow.intents[0], heard.text, self._level.accept)
        return None

    def _clear_wish(self, intents: Intents) -> bool:
        flow = self._flows.of_intent(intents.best)
        return flow.kind in ("task", "question") and intents.sure >= self._level.second

    def _intents(self, text: str) -> Intents:
        """The intents of a text's wish; a ticket's number says that a ticket is meant."""
        return self._reader.read(wish(tickets_named(text, self._catalogue.ticket_prefix)))
