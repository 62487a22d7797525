"""What the terminal shows: the talk, who speaks, and on demand the inside of a turn."""

import json

from rich.console import Console
from rich.text import Text

from core.shapes import Json

NOTABLE = 0.05
"""Scores below it are not worth a line."""
STYLES = {"ai": "cyan", "person": "green", "system": "dim", "customer": "bold"}


class Screen:
    """Prints a conversation. `trace`: tool calls, scores and the decision too."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False, soft_wrap=True)
        self._streamed = ""
        self.trace = False
        self.answering = False
        """The customer waits: words are shown as they come. Else each message is shown whole."""

    def echo(self, prompt: str, line: str) -> None:
        """What came from a pipe, so that the talk can be read as one."""
        self._line(prompt + line, STYLES["customer"])

    def note(self, text: str) -> None:
        """A word of the terminal itself."""
        self._line(text, "dim")

    def token(self, text: str) -> None:
        """The next piece of an answer."""
        if not self.answering:
            return
        if not self._streamed:
            self._console.print()
        self._streamed += text
        self._console.print(Text(printable(text), STYLES["ai"]), end="")

    def message(self, message: Json) -> None:
        """A whole message; of one that was streamed only what is left."""
        role, text, streamed = message["role"], message["text"], self._streamed.rstrip()
        self._streamed = ""
        if role == "customer":
            return
        if streamed and text.startswith(streamed):
            self._line(text[len(streamed) :], STYLES[role])
        else:
            name = f"{message['name']}: " if message["name"] and role == "person" else ""
            self._line(("\n\n" if streamed else "\n") + name + text, STYLES[role])
        for label, values in (
            ("sources", [one["title"] for one in message["sources"]]),
            ("answer with", message["quick_replies"]),
        ):
            if values:
                self.note(f"  {label}: {' · '.join(values)}")

    def retracted(self) -> None:
        """What was streamed does not count."""
        if self._streamed:
            self._line("", "dim")
            self.note("  (taken back)")
        self._streamed = ""

    def tool(self, data: Json) -> None:
        """A tool call as it begins or ends, when tracing."""
        if not self.trace:
            return
        if data["state"] == "started":
            arguments = ", ".join(f"{key}={json.dumps(value)}" for key, value in data["arguments"].items())
            self.note(f"  → {data['name']}({arguments})")
        else:
            self.note(f"  ← {data['name']}: {'ok' if data['ok'] else 'refused'}, {data['ms']:.1f} ms")

    def turn(self, turn: Json) -> None:
        """The inside of a turn: decision, scores, path, cost."""
        if "triggers" not in turn:
            self.note("  The inside of turns is shown in demo mode only.")
            return
        reason = f" because of {turn['reason']}" if turn["reason"] else ""
        self.note(f"  decision: {turn['decision']}{reason}")
        if confidence := turn["confidence"]:
            self.note(f"  confidence: {confidence['calibrated']:.2f}, needed {confidence['needed']:.2f}")
        for trigger, score in sorted(turn["triggers"].items(), key=lambda one: -one[1]):
            if score >= NOTABLE:
                self.note(f"  {trigger:<20} {score:.2f} of {turn['thresholds'][trigger]:.2f}")
        usage, path = turn["usage"], " → ".join(f"{one['node']} {one['ms']:.1f}" for one in turn["path"])
        self.note(f"  path (ms): {path}")
        tokens = usage["prompt_tokens"] + usage["completion_tokens"]
        self.note(f"  {turn['model']}: {usage['calls']} calls, {tokens} tokens, {turn['ms']['total']:.0f} ms")

    def _line(self, text: str, style: str) -> None:
        self._console.print(Text(printable(text), style))


def printable(text: str) -> str:
    """Without what would steer the terminal."""
    return "".join(one for one in text if one in "\n\t" or one.isprintable())
