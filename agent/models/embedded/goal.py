"""What a message wants: its goals, and what stands beside them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from agent.models.embedded.segments import is_request
from agent.models.embedded.slots import Heard
from agent.models.embedded.slots.numbers import order_numbers
from agent.models.embedded.state import State
from core.flows import Flow

FEW_WORDS = 4
"""A text so short may name a subject and mean a question about it: `parking in Cork`."""
ORDER = "order_number"
"""The slot that says which order is meant."""


@dataclass(frozen=True)
class Goal:
    """One thing that a message wants."""

    flow: Flow
    intent: str
    text: str
    """The words that say so: the query where it goes to the knowledge store."""
    sure: float
    whole: bool = True
    """`text` is the whole message, for which the context's knowledge was found."""
    fixed: dict[str, object] = field(default_factory=dict)
    """Values that hold for this goal alone."""
    fresh: bool = False
    """The message names the wish; it is not only an answer or an ellipsis."""
    unsure: str | None = None
    """The slot whose question the customer could not answer."""
    unread: str | None = None
    """The slot whose answer could not be read."""
    rest: str = ""
    """For a question made whole by the one before it: its own words."""
    mends: bool = False
    """The last answer was not what was asked for."""


@dataclass(frozen=True)
class Understood:
    """A message read in its conversation."""

    goals: tuple[Goal, ...]
    state: State
    """The state with the values of this message."""
    declined: bool = False
    """The open question was answered with no."""
    which: tuple[Flow, ...] = ()
    """Flows between which the customer must choose; no goal then."""
    dropped: bool = False
    """What was under way is to be left."""


def per_number(goals: Sequence[Goal], heard: Heard) -> list[Goal]:
    """A goal about orders once for each of several order numbers."""
    numbers = order_numbers(heard)
    found: list[Goal] = []
    for goal in goals:
        if len(numbers) > 1 and goal.flow.kind == "task" and takes_number(goal.flow):
            found += [replace(goal, fixed={ORDER: number}) for number in numbers]
        else:
            found.append(goal)
    return found


def takes_number(flow: Flow) -> bool:
    return any(f"${ORDER}" in step.args.values() for step in flow.steps)


def distinct(goals: Sequence[Goal]) -> list[Goal]:
    """One goal for each flow, the surest; questions may be several. Social talk only when alone."""
    serious = [goal for goal in goals if goal.flow.kind != "social"]
    found: dict[tuple[str, str], Goal] = {}
    for goal in serious or goals:
        key = (goal.flow.id, goal.text if goal.flow.kind == "question" else "")
        if key not in found or goal.sure > found[key].sure:
            found[key] = goal
    return list(found.values())


def only_names(words: str) -> bool:
    """Whether a follow-up only names a thing, nobody's own: `lamps`, `the oak one`."""
    parts = words.lower().split()
    own = {"my", "our", "mine", "ours"} & set(parts)
    return len(parts) < FEW_WORDS and not own and not is_request(words) and not any(map(str.isdigit, words))


def asks_something(text: str) -> bool:
    return is_request(text) or len(text.split()) <= FEW_WORDS


def is_open(goal: Goal, state: State) -> bool:
    """Whether the goal's flow has asked something that is not answered yet."""
    return state.asked is not None and state.asked.flow == goal.flow.id


def belongs(wish: Goal, flow: Flow) -> bool:
    """Whether a wish beside an answer is part of what was answered: its details, read as a change."""
    meant = wish.flow.in_talk_of.get(flow.capability) if flow.capability else None
    return wish.flow is flow or meant == flow.id
