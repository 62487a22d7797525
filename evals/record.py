"""What a run of the evals leaves behind: conversations, changes, scores. The shapes of its JSON file."""

from core.shapes import Confidence, Json, Moment, Shape
from core.vocabulary import Decision, Trigger


class ToolMade(Shape):
    """A tool call as it was made."""

    name: str
    args: Json
    ok: bool
    error: str | None = None


class Exchange(Shape):
    """One message of the customer and what came back."""

    customer: str
    turn: int
    """The message of `says` that it is, or that it follows as an answer to a question."""
    answers: tuple[str, ...] = ()
    """The kinds that it answers; none: it is a message of `says`."""
    gives: tuple[str, ...] = ()
    """The kinds that it tells."""
    agent: tuple[str, ...] = ()
    decision: Decision | None = None
    reason: Trigger | None = None
    tools: tuple[ToolMade, ...] = ()
    confidence: Confidence | None = None
    asks: tuple[str, ...] = ()
    """The kinds that the agent's words ask for."""
    missed: tuple[str, ...] = ()
    """The kinds that the turn's last tool call was refused for."""
    steps: int = 0
    tokens: int = 0
    ms: float = 0.0


class Talked(Shape):
    """One conversation, and what it changed."""

    exchanges: tuple[Exchange, ...]
    changes: dict[str, list[Json]]
    """Rows that are new or changed, by table."""
    crashed: str | None = None

    @property
    def decided(self) -> Exchange | None:
        """The exchange that handed over first."""
        return next((one for one in self.exchanges if one.decision is Decision.HANDOVER), None)

    @property
    def agent_words(self) -> str:
        return "\n".join(text for one in self.exchanges for text in one.agent)


class Score(Shape):
    """What one scorer says of one conversation."""

    name: str
    value: float | None
    """None: this case has nothing for it to judge."""
    passed: bool | None = None
    """None: it measures and judges nothing."""
    problems: tuple[str, ...] = ()


class CaseResult(Shape):
    """One case, run."""

    name: str
    about: str
    where: str
    customer: str | None
    expected: Trigger | None
    """The reason of the handover that was due."""
    decided: Trigger | None
    """The reason of the one that happened; named as `expected` where it is one of several right ones."""
    talked: Talked
    scores: tuple[Score, ...]

    @property
    def group(self) -> str:
        return self.name.partition("/")[0]

    @property
    def passed(self) -> bool:
        """Everything that is judged was right."""
        return all(one.passed is not False for one in self.scores)

    @property
    def problems(self) -> list[str]:
        return [problem for one in self.scores for problem in one.problems if one.passed is not None]

    def score(self, name: str) -> Score:
        return next(one for one in self.scores if one.name == name)


class Report(Shape):
    """One run of the evals."""

    at: Moment
    model: str
    business: str
    seconds: float
    results: tuple[CaseResult, ...]

    @property
    def passed_share(self) -> float:
        return sum(one.passed for one in self.results) / len(self.results)
