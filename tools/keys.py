"""Business keys: what makes a change one change, and references that a customer can read out."""

import hashlib
import json

from core.ids import new_id
from tools.context import ToolContext
from tools.refusals import Refusal


def digest(value: object) -> str:
    """A short name for arguments that lead to no record."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]


def raise_if_moved(context: ToolContext, key: str) -> None:
    """Refusal when this call would change something else now than when it was journaled."""
    if context.business_key is not None and context.business_key != key:
        raise Refusal("changed_meanwhile")


def new_reference(prefix: str) -> str:
    """`RF-7K2M9Q4X`: short enough to be read out, too many to be guessed."""
    return f"{prefix}-{new_id('')[1:9].upper()}"
