"""Who calls: a customer with a conversation's token, a person with a key, a server-side channel."""

import hmac
from dataclasses import dataclass
from typing import Annotated

import jwt
from fastapi import Depends, Header, Request

from core.errors import NotAllowed, NotFound
from core.ids import ConversationId, CustomerId
from core.vocabulary import PersonRole
from runtime.wiring import Baton
from store import conversations, people
from store.customers import SqlCustomers
from store.database import UnitOfWork
from store.people import PersonRow


def baton_of(request: Request) -> Baton:
    """The Baton that this server runs."""
    baton: Baton = request.app.state.baton
    return baton


Running = Annotated[Baton, Depends(baton_of)]


@dataclass(frozen=True)
class Caller:
    """Whoever holds a bearer token."""

    bearer: str | None
    person: PersonRow | None
    sees_inside: bool
    """May see the whole of a turn: demo mode, or a developer's key."""
    server: bool
    """May call as a server-side channel: it sent the API key, or none is set in demo mode."""
    channel: bool
    """It sent the API key."""


async def caller_of(
    baton: Running,
    authorization: Annotated[str | None, Header()] = None,
    baton_trace_key: Annotated[str | None, Header()] = None,
) -> Caller:
    """Reads the bearer; refuses nothing yet."""
    scheme, _, given = (authorization or "").partition(" ")
    bearer = (given.strip() or None) if scheme.lower() == "bearer" else None
    person = await _person(baton, bearer)
    developer = await _person(baton, baton_trace_key) or person
    inside = baton.settings.demo or (developer is not None and developer.role is PersonRole.DEVELOPER)
    channel = _sent_api_key(baton, bearer)
    server = channel or (baton.settings.baton_api_key is None and baton.settings.demo)
    return Caller(bearer, person, inside, server, channel)


Anyone = Annotated[Caller, Depends(caller_of)]


async def person_at_desk(caller: Anyone) -> PersonRow:
    """A person with a key. NotAllowed for anybody else."""
    if caller.person is None:
        raise NotAllowed(
            "Send a person's key as `Authorization: Bearer <key>`; `baton person add` makes one."
        )
    return caller.person


AtDesk = Annotated[PersonRow, Depends(person_at_desk)]


async def own_conversation(conversation_id: str, caller: Anyone, baton: Running) -> ConversationId:
    """The conversation that the bearer opens: the customer's own, or any for a person or a channel.

    NotAllowed without a usable bearer; somebody else's conversation is NotFound, as one that is not there.
    """
    wanted = ConversationId(conversation_id)
    if caller.person is not None or caller.channel:
        await baton.database.aread(lambda uow: conversations.load(uow, wanted))
        return wanted
    own = await conversation_of(baton, caller.bearer)
    if own is None:
        raise NotAllowed("Send the conversation's token, given once at its creation, as a bearer.")
    if own != wanted:
        raise NotFound("There is no such conversation.")
    return wanted


Own = Annotated[ConversationId, Depends(own_conversation)]


async def conversation_of(baton: Baton, bearer: str | None) -> ConversationId | None:
    """The conversation whose token this is."""
    if bearer is None:
        return None
    return await baton.database.aread(lambda uow: conversations.by_token(uow, bearer))


def customer_of(uow: UnitOfWork, baton: Baton, identity_token: str | None) -> CustomerId | None:
    """The verified customer of a signed identity token. NotAllowed for one that is not good, or of nobody."""
    if identity_token is None:
        return None
    if baton.secret is None:
        raise NotAllowed("Identity tokens are not taken here: set BATON_IDENTITY_SECRET.")
    try:
        options = {"require": ["exp", "sub"]}
        claims = jwt.decode(identity_token, baton.secret, algorithms=["HS256"], options=options)  # type: ignore[arg-type]
    except jwt.InvalidTokenError as error:
        raise NotAllowed(
            f"The identity token is not good ({error}). It is a JWT, HS256 with BATON_IDENTITY_SECRET, with "
            "`sub`, the customer's id, and `exp`."
        ) from None
    customer = SqlCustomers().get(uow, CustomerId(claims["sub"])) if "\0" not in claims["sub"] else None
    if customer is None:
        raise NotAllowed("The identity token is of nobody: `sub` is the id of a customer of this business.")
    return customer.id


async def _person(baton: Baton, key: str | None) -> PersonRow | None:
    if key is None:
        return None
    return await baton.database.aread(lambda uow: people.by_key(uow, key))


def _sent_api_key(baton: Baton, bearer: str | None) -> bool:
    key = baton.settings.baton_api_key
    if key is None or bearer is None:
        return False
    return hmac.compare_digest(bearer.encode(), key.get_secret_value().encode())
