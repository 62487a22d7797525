"""Ids are opaque strings, each kind a type of its own."""

import secrets
from typing import NewType

ConversationId = NewType("ConversationId", str)
MessageId = NewType("MessageId", str)
TurnId = NewType("TurnId", str)
CaseId = NewType("CaseId", str)
CustomerId = NewType("CustomerId", str)
PersonId = NewType("PersonId", str)
RequestId = NewType("RequestId", str)
DepartmentId = NewType("DepartmentId", str)
OrderNumber = NewType("OrderNumber", str)
Sku = NewType("Sku", str)

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(prefix: str) -> str:
    """`prefix_` and 16 random base-32 characters (80 bits): unguessable, safe in an address."""
    return prefix + "_" + "".join(_ALPHABET[byte & 31] for byte in secrets.token_bytes(16))


def new_secret() -> str:
    """A bearer token or key: 32 random bytes, URL-safe."""
    return secrets.token_urlsafe(32)
