"""Asking a person instead of refusing, or because the model has a question: what `act` makes of it."""

import sys
from dataclasses import replace
from datetime import datetime

from agent.data import note
from core.business import Business
from core.ids import PersonId
from core.shapes import Json
from handover import requests, words
from handover.requests import Wanted
from store.conversations import Held
from store.requests import RequestRow
from tools.context import ToolContext
from tools.registry import ToolSpec
from tools.run import ToolOutcome

ANYBODY = PersonId("anybody")
SECONDS = 60


def ask_instead(
    held: Held, spec: ToolSpec, arguments: Json, context: ToolContext, outcome: ToolOutcome
) -> Json:
    """The result of a call that was refused or needs a person: a person is asked where one may be.

    Otherwise the refusal stands as it is.
    """
    business = context.business
    if outcome.question is not None:
        return _put_question(held, business, outcome.question, outcome.result)
    wish: Json = outcome.result.get("approval") or {}
    rule = business.consult.approval_for(spec.name, wish.get("check"))
    if rule is None or spec.business_key is None:
        return outcome.result
    allowed = replace(context, person_id=ANYBODY, limit_cents=sys.maxsize)
    wanted = _wanted(spec, arguments, spec.business_key(arguments, allowed), outcome.result)
    row = requests.ask_approval(held, wanted, rule, business)
    if row is None:
        return outcome.result
    refusal = {
        key: value for key, value in outcome.result.items() if key not in ("approval", "person_offered")
    }
    return {**refusal, "error": "approval_asked", **_told(held, business, row, summary=wish["summary"])}


def _put_question(held: Held, business: Business, question: str, refusal: Json) -> Json:
    asking = business.consult.questions
    row = requests.ask_question(held, question, asking, business) if asking else None
    if row is None:
        return refusal
    return {"ok": True, **_told(held, business, row, question=row.question)}


def _wanted(spec: ToolSpec, arguments: Json, key: str, refusal: Json) -> Wanted:
    wish, rule, policy = refusal["approval"], refusal.get("rule") or {}, refusal.get("policy") or {}
    why = words.desk("request", "rule", id=rule["id"], text=rule["text"]) if rule else ""
    summary = wish["summary"]
    return Wanted(
        tool=spec.name,
        arguments=arguments,
        business_key=key,
        question=words.desk(
            "request", "approval", summary=summary[:1].upper() + summary[1:], rule=why
        ).strip(),
        amount_cents=wish["amount_cents"],
        policy_id=policy.get("id"),
        policy_version=policy.get("version"),
    )


def _told(held: Held, business: Business, row: RequestRow, **about: str) -> Json:
    """What the model may say of it: who was asked, and by when they answer."""
    department = business.department(row.department) or business.default_department
    facts = {
        "department": department.name,
        "by": by_when(row.due_at, held.uow.now, business, held.talk.locale),
        "minutes": max(1, round((row.due_at - held.uow.now).total_seconds() / SECONDS)),
        **about,
    }
    return {"asked": row.kind, "say": note(f"{row.kind}_asked", **facts), **facts}


def by_when(due: datetime, now: datetime, business: Business, locale: str) -> str:
    """A time to come in words."""
    return words.moment(due, now, business.shop.timezone, locale)
