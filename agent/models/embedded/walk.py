"""The way through a flow: from what is known and what tools answered to the next call or the next words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from agent.models.embedded.finding import answer_of, queries, ranked
from agent.models.embedded.goal import Goal
from agent.models.embedded.show import View, look_up, show
from agent.models.embedded.slots.days import dated, read_days
from agent.models.embedded.slots.names import without_towns
from agent.models.embedded.talk import Entry, Ran, Talk, read_entries
from core.flows import DATED, MESSAGE, Basis, Expected, Flow, Flows, Rule, Step
from core.shapes import Json
from core.vocabulary import Trigger

SEARCH = "search_faq"
_DAY = len("2026-11-24")
_MOST_STEPS = 12
"""A flow that jumps more often goes in a circle."""


@dataclass(frozen=True)
class Call:
    """A tool call that a goal needs next."""

    tool: str
    args: Json
    changes: bool


@dataclass(frozen=True)
class Say:
    """What is to be said for a goal."""

    text: str
    sources: tuple[str, ...] = ()
    understood: bool = True
    sure: float = 1.0
    handover: Trigger | None = None
    asks: bool = False
    """It ends in a question of the flow."""


@dataclass
class Walk:
    """One goal's way in one request."""

    goal: Goal
    values: Mapping[str, object]
    """The flow's slots, without those that are empty."""
    talk: Talk
    flows: Flows
    tools: frozenset[str]
    facts: Mapping[str, object]
    """What templates may name beside slots and results: `shop`, `assistant`, `level` …"""
    now: datetime
    """Local time of the shop."""
    towns: frozenset[str] = frozenset()
    """The towns of the locations."""
    results: dict[str, Json] = field(default_factory=dict)

    def next(self) -> Call | Say:
        """The next call, or what to say."""
        flow = self.goal.flow
        self.results = {step.id: told for step in flow.steps if (told := self._answer(step)) is not None}
        if self.goal.unread:
            return self._again(self.goal.unread)
        if self.goal.unsure:
            return self._without(flow)
        if not flow.steps:
            rule = self._first(flow.say, {})
            return self._followed(rule, {}) if rule else self._unknown()
        step: Step | None = self._resume(flow)
        for _ in range(_MOST_STEPS):
            if step is None:
                break
            move = self._take(step)
            if isinstance(move, Call | Say):
                return move
            step = flow.step(move) if move else None
        return self._unknown()

    def _again(self, slot: str) -> Say:
        """The question once more, in the words for an answer that could not be read. No tool is called."""
        words = self._question(slot, self._view({}))
        return Say(words, understood=False, sure=self._sure("nothing"), asks=True)

    def _without(self, flow: Flow) -> Say:
        """What to do without a detail that the customer does not have: the flow's word, or the common one."""
        rules = [rule for step in flow.steps for rule in step.before if rule.when.get("unsure")]
        rule = self._first(rules, {})
        if rule is not None:
            return self._followed(rule, {})
        return Say(show(self.flows.common.words["unsure"], self._view({})), sure=self._sure("words"))

    def _sure(self, kind: Basis) -> float:
        return self.flows.common.reading.confidence[kind]

    def _resume(self, flow: Flow) -> Step:
        """The last step of which a tool has answered in this turn, else the first."""
        done = [step for step in flow.steps if step.tool and step.changes and self._answer(step) is not None]
        return done[-1] if done else flow.steps[0]

    def _take(self, step: Step) -> Call | Say | str | None:
        """A call or words, or the id of the step that follows."""
        answer: Call | Json | None = self._answer(step) if step.changes else None
        if answer is None:
            rule = self._first(step.before, {})
            if rule:
                return rule.then or self._followed(rule, {})
            if not step.find and not step.tool:
                return self._following(step)
            answer = self._find(step) if step.find else self._ask_tool(step)
        if isinstance(answer, Call):
            return answer
        answer = _meant_first(answer, self.values.get("reference") or self.values.get("spoken"))
        self.results[step.id] = answer
        rule = self._first((*step.after, *self.flows.common.after), answer)
        if rule is None:
            return self._unknown()
        return rule.then or self._followed(rule, answer)

    def _following(self, step: Step) -> str | None:
        ids = [one.id for one in self.goal.flow.steps]
        place = ids.index(step.id) + 1
        return ids[place] if place < len(ids) else None

    def _ask_tool(self, step: Step) -> Call | Json:
        tool = step.tool or ""
        if tool not in self.tools:
            return {"ok": False, "error": "not_offered"}
        args = self._args(step)
        for ran in self._of_goal(tool):
            if ran.args == args or (self._only_one(tool) and not step.changes):
                return ran.result
        return Call(tool, args, step.changes)

    def _answer(self, step: Step) -> Json | None:
        """What a changing tool answered in this turn: it is never called twice in one."""
        twice = sum(one.tool == step.tool for one in self.goal.flow.steps if one.changes) > 1
        answers = [
            ran.result
            for ran in self._of_goal(step.tool or "")
            if not twice or ran.args.items() >= self._args(step).items()
        ]
        return answers[-1] if answers else None

    def _of_goal(self, tool: str) -> Sequence[Ran]:
        """Calls of a tool in this turn; with several goals only those with the values fixed for this one."""
        fixed = self.goal.fixed
        return [
            ran
            for ran in self.talk.ran
            if ran.tool == tool and all(ran.args.get(name) == value for name, value in fixed.items())
        ]

    def _only_one(self, tool: str) -> bool:
        """A tool other than search, called in this turn with arguments that have been mended on the way."""
        return tool != SEARCH and not self.goal.fixed

    def _args(self, step: Step) -> Json:
        args = {name: self._arg(value) for name, value in step.args.items()}
        return {name: value for name, value in args.items() if value not in (None, "", [], {})}

    def _arg(self, value: str) -> object:
        parts = [self._part(part) for part in value.split("|")] if value.startswith("$") else [value]
        return next((part for part in parts if part not in (None, "", [], {})), None)

    def _part(self, value: str) -> object:
        if value == MESSAGE:
            return self.goal.text
        if not value.startswith("$"):
            return value
        return look_up(value.removeprefix("$"), {**self.values, **self.results})

    def _find(self, step: Step) -> Call | Json:
        """Knowledge for a question: from the context where it was found for these words, else by the tool."""
        found: list[Sequence[Entry]] = []
        goal, reading = self.goal, self.flows.common.reading
        for query in queries(self._query(step.find or ""), goal.rest, goal.mends):
            one = self._entries(query)
            if one is None:
                return Call(SEARCH, {"query": query}, changes=False)
            found.append(one)
        said = self.talk.past[-1].answer if self.talk.past else ""
        entries = ranked(found, goal.rest, said, reading, goal.mends)
        return answer_of(entries, goal.text, self.towns, reading)

    def _entries(self, query: str) -> Sequence[Entry] | None:
        """What was found for a query; None where the store has not been asked yet."""
        for ran in self.talk.ran:
            if ran.tool == SEARCH and ran.args.get("query") == query:
                return read_entries(ran.result.get("entries"))
        if (query == self.goal.text and self.goal.whole) or SEARCH not in self.tools:
            return self.talk.knowledge
        return None

    def _query(self, find: str) -> str:
        if find != DATED:
            return self.goal.text if find == MESSAGE else find
        text = dated(self.goal.text, self.now, self.flows.common.days)
        # The store has an entry for each day with all locations: the answer is narrowed afterwards.
        return without_towns(text, self.towns) if read_days(text.lower(), self.now) else text

    def _view(self, result: Json) -> View:
        return {
            **self.facts,
            "slot": self.values,
            "intent": self.goal.intent,
            "unsure": self.goal.unsure,
            "unread": self.goal.unread,
            "step": self.results,
            **result,
        }

    def _first(self, rules: Sequence[Rule], result: Json) -> Rule | None:
        view = self._view(result)
        return next((rule for rule in rules if holds(rule.when, view)), None)

    def _followed(self, rule: Rule, result: Json) -> Say:
        view = self._view(result)
        base = self._base(rule, result)
        parts = [show(rule.say, view)] if rule.say else []
        if rule.ask:
            parts.append(self._question(rule.ask, view))
        sources = tuple(source for source in (show(one, view) for one in rule.sources) if source.strip("#"))
        return Say(
            " ".join(part for part in parts if part),
            sources,
            rule.understood,
            min(rule.sure, base),
            rule.handover,
            asks=rule.ask is not None,
        )

    def _question(self, name: str, view: View) -> str:
        slot = self.flows.slot(self.goal.flow, name)
        again = slot.again if self.goal.unread == name else None
        return show(again or slot.ask or "", view)

    def _base(self, rule: Rule, result: Json) -> float:
        """How sure the words are: by what they rest on, and by how surely the message was read."""
        if rule.ask:
            least = self._sure("asked")
        elif "best_score" in result:
            least = max(self._sure("knowledge"), float(result["best_score"] or 0.0))
        else:
            least = self._sure("tool" if result else "words")
        return least + (1 - least) * self.goal.sure

    def _unknown(self) -> Say:
        words = self.flows.common.words["unknown_result"]
        return Say(show(words, self._view({})), understood=False, sure=self._sure("nothing"))


def _meant_first(answer: Json, reference: object) -> Json:
    """A list of appointments with the one first that is spoken of, and each one's `day`."""
    found = answer.get("bookings")
    if not isinstance(found, list):
        return answer
    days = [{**one, "day": str(one.get("start_iso") or "")[:_DAY]} for one in found]
    return {**answer, "bookings": sorted(days, key=lambda one: one.get("booking") != reference)}


def holds(when: Mapping[str, Expected], view: View) -> bool:
    """Whether all conditions hold: equal, one of a list, null (absent or empty), `*`, `!x` (not x)."""
    return all(_meets(look_up(path, view), expected) for path, expected in when.items())


def _meets(value: object, expected: Expected) -> bool:
    if expected is None:
        return value is None or value in ("", [], {}, ())
    if expected == "*":
        return not _meets(value, None)
    if isinstance(expected, str) and expected.startswith("!"):
        return not _meets(value, expected[1:])
    if isinstance(expected, tuple):
        return value in expected
    return value == expected
