"""What the requests to one model may use: known from its profile, and learnt when the server refuses."""

from dataclasses import dataclass, replace

from core.business_policy import ModelProfile


@dataclass(frozen=True)
class Abilities:
    """Each True sends a parameter along. What the server refuses once is not sent again."""

    tools: bool = True
    forced: bool = True
    """`tool_choice: required`."""
    serial: bool = False
    """`parallel_tool_calls: false`."""
    strict: bool = True
    usage: bool = True
    """`stream_options: {include_usage: true}`."""
    constrained: bool = True
    """`response_format` with a JSON schema."""

    @classmethod
    def of(cls, profile: ModelProfile) -> "Abilities":
        """The abilities that a profile states."""
        return cls(
            forced=profile.forced_choice == "yes",
            serial=profile.parallel == "no",
            strict=profile.strict,
        )

    def without(self, complaint: str) -> "Abilities | None":
        """The abilities without the one that a refusal names; None when it names none that was used."""
        said = complaint.lower()
        for ability, words in _NAMED_BY:
            if getattr(self, ability) and any(word in said for word in words):
                return replace(self, **{ability: False})
        return None


# The longer names first: `tool_choice` also contains `tool`.
_NAMED_BY: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("serial", ("parallel_tool_calls", "parallel tool")),
    ("forced", ("tool_choice", "tool choice")),
    ("usage", ("stream_options", "include_usage")),
    ("constrained", ("response_format", "json_schema", "grammar")),
    ("strict", ("strict", "invalid schema", "additionalproperties")),
    ("tools", ("tool", "function")),
)
