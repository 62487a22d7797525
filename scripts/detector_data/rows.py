"""One labelled message, and the labels that a head is trained for."""

from dataclasses import dataclass, field

LABELS = (
    "anger",
    "anger_strong",
    "billing_legal",
    "legal_threat",
    "churn_risk",
    "pr_social",
    "distress",
    "danger",
    "wants_person",
    "policy_exception",
    "upsell",
    "missed",
)
"""`anger` is mild or strong; `legal_threat` and `danger` are the parts of their broader label that are
beyond doubt; `missed`: the customer says that the answer missed."""

_PARTS = {"anger_strong": "anger", "legal_threat": "billing_legal", "danger": "distress"}


@dataclass(frozen=True)
class Row:
    """A message; `truth` says 1 or 0 for each label that is known of it."""

    text: str
    source: str
    truth: dict[str, int] = field(default_factory=dict)
    weight: float = 1.0
    group: str = ""
    """Rows of one group never stand on both sides of a split."""


def truth_of(names: set[str], known: tuple[str, ...] = LABELS) -> dict[str, int]:
    """Truth for all `known` labels from the names that LABELS.md gives a message."""
    given = {"anger" if name == "anger_mild" else name for name in names} - {"none"}
    given |= {_PARTS[name] for name in given if name in _PARTS}
    unsure = {part for part, whole in _PARTS.items() if whole in given and part not in given}
    # A mild anger is no strong one; what is disputed may still be a threat unless the reader said.
    unsure -= {"anger_strong"} if "anger_mild" in names else set()
    return {label: int(label in given) for label in known if label not in unsure}
