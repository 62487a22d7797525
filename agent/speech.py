"""Speech: an answer's text on its way to the customer, held until it may be heard.

Nothing leaves before the gate is open; then it leaves sentence by sentence, each after the output check.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from agent.output_check import Backing, Problem, problem_of, split_sentences

CONTROL = {code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}


@dataclass
class Speech:
    """The text of one answer. `release` hears each sentence that may be shown."""

    release: Callable[[str], None]
    language: str
    held: str = ""
    shown: str = ""
    problems: list[Problem] = field(default_factory=list)
    open: bool = False
    """The gate. Closed, text is only collected."""
    backing: Backing = field(default_factory=Backing)

    def unlock(self, backing: Backing) -> None:
        """Opens the gate: from now on sentences go out as they are whole."""
        self.open, self.backing = True, backing

    def add(self, delta: str) -> None:
        """Takes the next piece of text; control characters, on which a store may choke, are left out."""
        self.held += delta.translate(CONTROL)
        if self.open and not self.claims_transfer:
            whole, self.held = split_sentences(self.held)
            for sentence in whole:
                self._say(sentence)

    def finish(self) -> None:
        """The text is whole: what is left is a sentence."""
        if self.open and self.held.strip() and not self.claims_transfer:
            last, self.held = self.held, ""
            self._say(last)

    @property
    def claims_transfer(self) -> bool:
        """A sentence said that a person takes over: the rest is for that person's notice to say."""
        return Problem.TRANSFER in self.problems

    def _say(self, sentence: str) -> None:
        if self.claims_transfer:
            return
        problem = problem_of(sentence, self.backing, self.language)
        if problem is not None:
            self.problems.append(problem)
            return
        self.shown += sentence
        self.release(sentence)
