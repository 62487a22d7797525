"""Flows of the embedded model: what it asks, calls and says, and the utterances that lead there, as data."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from core.business_parts import Part
from core.errors import BusinessFileError
from core.settings import SAMPLE_BUSINESS
from core.vocabulary import Capability, Trigger
from core.yaml_lines import YamlFile, did_you_mean, read_yaml

COMMON = "common.yaml"
MESSAGE = "$message"
"""The customer's own words, as an argument or a query."""
DATED = "$dated"
"""The same with `today`, `tomorrow` and feast days named by weekday or date, as a query."""

SlotType = Literal[
    "order_number", "email", "phone", "name", "postcode", "address", "contact_field", "contact_value",
    "contact_also", "product", "items", "service", "location", "date", "time", "start", "booking",
    "yes_no", "choice", "text", "enquiry", "enquiry_topic", "lead",
    "near", "day", "product_kind", "budget", "taste", "products", "ticket", "ticket_text", "code",
]  # fmt: skip
Loc = tuple[str | int, ...]
Kind = Literal["task", "question", "social", "control"]
"""`task`: goes on over several turns. `question`: answered in passing, an open question is asked again
afterwards. `social`: only where nothing else is wanted. `control`: means something only by what was asked."""
Basis = Literal["tool", "knowledge", "words", "asked", "nothing"]
"""What a reply rests on."""
Expected = str | int | bool | None | tuple[str, ...]
"""A value that must be equal, a list of which one must be, null (absent or empty), `*` (anything) or `!x`
(anything but x)."""


class Slot(Part):
    """A detail that a flow needs, and the question that asks for it."""

    type: SlotType
    ask: str | None = None
    """The question, in Mustache; without one the slot is only ever volunteered."""
    again: str | None = None
    """Said in place of `ask` when the answer could not be read."""
    scope: Literal["talk", "flow"] = "flow"
    """`talk`: what was said anywhere in the conversation counts; `flow`: since this flow began."""
    instead: str | None = None
    """The slot that is forgotten when a message tells this one and not that: another day, another start."""
    adds: bool = False
    """A new value is added to the one before, as preferences gather over several messages."""
    alone: bool = False
    """Read only from the answer to its question, or to that of another such slot of the flow; from such an
    answer nothing else is read: who somebody is and what is to be changed look alike."""
    anew: bool = False
    """Only a message that tells this one begins the flow anew, as with another kind of product."""
    leads_to: str | None = None
    """The flow that a value begins when nothing else is said: a bare order number asks for its status."""
    options: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """For `choice`: value → words that mean it."""


class Rule(Part):
    """A condition over slots, context and the tool's result, and what follows when it holds."""

    when: dict[str, Expected] = Field(default_factory=dict)
    """Dotted path → what is expected there; all must hold."""
    say: str | None = None
    """Words in Mustache."""
    ask: str | None = None
    """A slot whose question follows."""
    then: str | None = None
    """The step that follows."""
    sources: tuple[str, ...] = ()
    """Ids of knowledge entries that the words rest on, in Mustache."""
    understood: bool = True
    """False makes this a failed turn."""
    sure: float = Field(default=1.0, ge=0, le=1)
    """Caps the reply's confidence."""
    handover: Trigger | None = None


class Step(Part):
    """One tool call, or one search in the knowledge of the context, with the rules around it.

    With neither it only decides: where no rule holds, the next step follows.
    """

    id: str
    before: tuple[Rule, ...] = ()
    """The first that holds is followed in place of the call."""
    tool: str | None = None
    changes: bool = False
    """The tool changes something: it is called alone."""
    args: dict[str, str] = Field(default_factory=dict)
    """Argument → `$slot`, `$slot.part`, `$step.path` into an earlier result, or a text; of `$a|$b` the first
    that is not empty; left out when all are."""
    find: str | None = None
    """A query to the knowledge store: `$message`, `$dated` or a fixed text."""
    after: tuple[Rule, ...] = ()
    """Over the result; then the common rules."""


class Flow(Part):
    """What the customer may want, and the way through it."""

    id: str
    capability: Capability | None = None
    intents: tuple[str, ...]
    """Utterance lists that begin it."""
    about: str | None = None
    """A verb phrase for menus and for asking which of two was meant: `check where an order is`."""
    kind: Kind = "task"
    in_talk_of: dict[Capability, str] = Field(default_factory=dict)
    """What `cancel it` means in a talk of something else: its capability → the flow that is meant then."""
    slots: dict[str, Slot] = Field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    say: tuple[Rule, ...] = ()
    """For a flow without steps: the first rule that holds."""

    def step(self, step_id: str) -> Step:
        """A step by its id. KeyError when there is none; loading has checked all names."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)

    def rules(self) -> Iterator[tuple[Loc, Rule]]:
        """All rules with their place in the file."""
        for index, rule in enumerate(self.say):
            yield ("say", index), rule
        for number, step in enumerate(self.steps):
            for part in ("before", "after"):
                for index, rule in enumerate(getattr(step, part)):
                    yield ("steps", number, part, index), rule


class Reading(Part):
    """How sure the reading of a message must be, and how sure an answer is that rests on it; all 0..1."""

    accept: float
    """From here on an intent is followed."""
    doubt: float
    """From here on it is asked back; below, the message counts as not understood."""
    second: float
    """What an intent beside the first one needs."""
    statement: float
    """What a clause of several needs that neither asks nor requests."""
    telling: float = 0.05
    """The chance of mere talk from which on words that ask nothing and have no answer are taken for that."""
    knowledge_first: float
    """A knowledge entry that scores this much answers when no intent is accepted."""
    knowledge_sure: float = 0.75
    """One that scores this much answers also where a wrong answer would do harm, or nothing is expected."""
    confidence: dict[Basis, float]
    """The least confidence of a reply by what it rests on."""


class Common(Part):
    """What all flows share."""

    reading: Reading
    slots: dict[str, Slot]
    days: dict[str, str] = Field(default_factory=dict)
    """Names of days → the date that the business's files write for them: `boxing day: 26 December`."""
    after: tuple[Rule, ...]
    """Rules for every tool's result, after the flow's own."""
    words: dict[str, str]
    """Sentences of the dialogue itself."""
    answers: str = "questions"
    """The flow that answers a plain question from the knowledge store."""
    asked_at_most: int = Field(default=2, ge=1)
    """How often a question is put again beside other answers before it is left."""


WORDS = (
    "not_understood", "which_of", "declined", "dropped", "welcome_back", "unknown_result", "unsure", "can",
)  # fmt: skip
"""Sentences that the dialogue cannot do without."""


@dataclass(frozen=True)
class Flows:
    """All flows of a business, checked."""

    flows: tuple[Flow, ...]
    common: Common
    utterances: Mapping[str, tuple[str, ...]]

    def flow(self, flow_id: str) -> Flow:
        """A flow by its id. KeyError when there is none."""
        return next(flow for flow in self.flows if flow.id == flow_id)

    def of_intent(self, intent: str) -> Flow:
        """The flow that an intent begins; every intent has one."""
        return next(flow for flow in self.flows if intent in flow.intents)

    def of_tool(self, tool: str) -> Flow | None:
        """The first flow that calls a tool."""
        return next((flow for flow in self.flows if any(step.tool == tool for step in flow.steps)), None)

    def slot(self, flow: Flow, name: str) -> Slot:
        """A flow's own slot, else the common one."""
        return flow.slots.get(name) or self.common.slots[name]


def load_flows(directory: Path, sample: Path = SAMPLE_BUSINESS) -> Flows:
    """The flows and utterances of a business folder.

    A file that the folder lacks is the sample's: its own files add to them, or replace those of the same
    name. BusinessFileError names file and line of the first fault.
    """
    files = {path.name: read_yaml(path) for path in _paths(directory, sample, "flows")}
    if COMMON not in files:
        raise BusinessFileError(directory / "flows" / COMMON, None, "no such file", "what all flows share")
    common_file = files.pop(COMMON)
    common = common_file.parse(Common)
    _check_common(common_file, common)
    placed = [one for file in files.values() for one in _flows_of(file)]
    utterance_files = [read_yaml(path) for path in _paths(directory, sample, "utterances")]
    utterances = _utterances(utterance_files)
    _check_ids(placed)
    for one in placed:
        _check_flow(one, common, utterances)
    flows = tuple(one.flow for one in placed)
    common_file.check(("answers",), common.answers, [flow.id for flow in flows], "the id of a flow")
    _check_leads(common_file, common, flows)
    _check_talk(placed)
    _check_used(utterance_files, flows)
    return Flows(flows, common, utterances)


@dataclass(frozen=True)
class _Placed:
    """A flow with its place: a file holds one flow, or a list of them."""

    file: YamlFile
    at: Loc
    flow: Flow

    @property
    def name(self) -> str:
        return self.file.path.name

    def error(self, found: str, expected: str, loc: Loc = ()) -> BusinessFileError:
        return self.file.error((*self.at, *loc), found, expected)

    def check(self, loc: Loc, value: str, known: Iterable[str], kind: str) -> None:
        self.file.check((*self.at, *loc), value, known, kind)


def _flows_of(file: YamlFile) -> list[_Placed]:
    if isinstance(file.data, list):
        flows = file.parse(tuple[Flow, ...])
        return [_Placed(file, (index,), flow) for index, flow in enumerate(flows)]
    return [_Placed(file, (), file.parse(Flow))]


def _paths(directory: Path, sample: Path, folder: str) -> list[Path]:
    names: dict[str, Path] = {}
    for base in (sample, directory):
        names |= {path.name: path for path in sorted((base / folder).glob("*.yaml"))}
    return list(names.values())


def _utterances(files: Iterable[YamlFile]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for file in files:
        for intent, examples in file.parse(dict[str, tuple[str, ...]]).items():
            if not examples:
                raise file.error((intent,), "no utterance", "at least one")
            found[intent] = (*found.get(intent, ()), *examples)
    return found


def _check_common(file: YamlFile, common: Common) -> None:
    for name in WORDS:
        if name not in common.words:
            raise file.error(("words",), f"no `{name}`", f"a sentence for `{name}`")
    for index, rule in enumerate(common.after):
        if rule.ask:
            file.check(("after", index, "ask"), rule.ask, common.slots, "a slot of this file")


def _check_talk(placed: Iterable[_Placed]) -> None:
    known = [one.flow.id for one in placed]
    for one in placed:
        for capability, flow_id in one.flow.in_talk_of.items():
            one.check(("in_talk_of", capability), flow_id, known, "the id of a flow")


def _check_leads(file: YamlFile, common: Common, flows: Iterable[Flow]) -> None:
    for name, slot in common.slots.items():
        if slot.leads_to:
            known = [flow.id for flow in flows]
            file.check(("slots", name, "leads_to"), slot.leads_to, known, "the id of a flow")


def _check_ids(placed: Iterable[_Placed]) -> None:
    first: dict[str, _Placed] = {}
    for one in placed:
        for key in (one.flow.id, *(f"intent {intent}" for intent in one.flow.intents)):
            if key in first:
                raise one.error(f"`{key}` a second time (first in {first[key].name})", "names of their own")
            first[key] = one


def _check_flow(one: _Placed, common: Common, utterances: Mapping[str, tuple[str, ...]]) -> None:
    flow = one.flow
    if not flow.steps and not flow.say:
        raise one.error("neither `steps` nor `say`", "one of them")
    for index, intent in enumerate(flow.intents):
        one.check(("intents", index), intent, utterances, "an intent of utterances/")
    slots = {**common.slots, **flow.slots}
    steps = [step.id for step in flow.steps]
    for loc, rule in flow.rules():
        _check_rule(one, loc, rule, slots, steps)
    for number, step in enumerate(flow.steps):
        _check_step(one, number, step, {*slots, *steps})


def _check_rule(one: _Placed, loc: Loc, rule: Rule, slots: Mapping[str, Slot], steps: list[str]) -> None:
    if rule.then:
        one.check((*loc, "then"), rule.then, steps, "a step of this flow")
    if rule.ask:
        one.check((*loc, "ask"), rule.ask, slots, "a slot of this flow or of common.yaml")
        if slots[rule.ask].ask is None:
            raise one.error(f"`{rule.ask}`, which has no question", "a slot with `ask`", (*loc, "ask"))


def _check_step(one: _Placed, number: int, step: Step, known: set[str]) -> None:
    if step.tool and step.find:
        raise one.error("both `tool` and `find`", "one of them", ("steps", number))
    for argument, value in step.args.items():
        for part in value.split("|"):
            if part.startswith("$") and part != MESSAGE:
                name = part.removeprefix("$").split(".")[0]
                one.check(("steps", number, "args", argument), name, known, "a slot or a step")


def _check_used(files: Iterable[YamlFile], flows: Iterable[Flow]) -> None:
    known = {intent for flow in flows for intent in flow.intents}
    for file in files:
        for intent in file.parse(dict[str, tuple[str, ...]]):
            if intent not in known:
                near = did_you_mean(intent, known)
                raise file.error((intent,), f"the intent `{intent}`", f"one that a flow lists{near}")
