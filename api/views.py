"""What each side may see of a thing: a customer sees of a turn and of a case only what concerns them."""

from typing import cast

from core.shapes import Json, Turn
from store.events import Stored

DEVELOPERS_ONLY = frozenset({"node", "signal", "tool", "sla"})
CASE_KEYS = ("id", "status", "position", "expected_wait_s")


def turn_view(turn: Turn | Json | None, inside: bool) -> Json | None:
    """The whole turn for who sees inside; else `{id, decision, case_id}`."""
    if turn is None:
        return None
    whole = turn.model_dump(mode="json") if isinstance(turn, Turn) else turn
    return whole if inside else {key: whole[key] for key in ("id", "decision", "case_id")}


def case_view(case: Json) -> Json:
    """The short case."""
    return {key: case.get(key) for key in CASE_KEYS if key in case}


def stored_view(event: Stored, inside: bool) -> Json | None:
    """A stored event's data for a customer; null for an event that is not theirs to see."""
    data = event.data
    if event.kind in DEVELOPERS_ONLY and not inside:
        return None
    match event.kind:
        case "handover" if not inside:
            return {"case": case_view(cast(Json, data["case"]))}
        case "case" if not inside:
            return case_view(data)
        case "done":
            return {**data, "turn": turn_view(cast(Json | None, data["turn"]), inside)}
        case _:
            return data


def live_view(kind: str, data: Json, inside: bool) -> Json | None:
    """A live event's data likewise."""
    if inside:
        return data
    if kind in DEVELOPERS_ONLY:
        return None
    if kind == "decision":
        return {key: data[key] for key in ("turn", "decision") if key in data}
    return data
