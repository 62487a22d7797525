"""The customer's side: a conversation, its messages, its events."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import JSONResponse

from api import answers, limits, streams
from api.auth import Anyone, AtDesk, Own, Running, customer_of
from api.bodies import NewConversation, NewMessage, Rating
from api.idempotent import OnceOnly
from api.places import Places
from api.streams import LAST
from api.texts import checked
from api.views import turn_view
from core.errors import InvalidInput, NotAllowed
from core.ids import ConversationId, CustomerId, new_secret
from core.shapes import ConversationView, Json
from core.vocabulary import Role, Trigger
from handover import customer_acts, desk, queue
from handover.opening import open_case
from handover.plan import plan
from runtime.hub import Watcher
from runtime.wiring import Baton
from store import cases, conversations, inbox, messages, ratings, turns
from store.conversations import hold
from store.database import UnitOfWork

EVENTS = "text/event-stream"
router = APIRouter(prefix="/v1/conversations", tags=["customer"])


@router.post("", status_code=201)
async def create(
    body: NewConversation, request: Request, baton: Running, caller: Anyone, once: OnceOnly
) -> Json:
    """A new conversation with its token, which is shown once."""
    limits.of_address(request, baton, "conversations", channel=caller.channel)

    def work(uow: UnitOfWork) -> Json:
        salt = new_secret()
        customer_id = customer_of(uow, baton, body.identity_token)
        return {**open_conversation(uow, baton, body, customer_id, once.secret(salt)), "salt": salt}

    made = await once.write(work)
    token = once.secret(made["salt"])
    return {"id": made["id"], "token": token, "mode": made["mode"], "customer": made["customer"]}


def open_conversation(
    uow: UnitOfWork,
    baton: Baton,
    body: NewConversation,
    customer_id: CustomerId | None,
    token: str | None = None,
) -> Json:
    """Makes the conversation that `token` opens; its first message says that an AI answers."""
    id = conversations.create(
        uow,
        channel=body.channel,
        locale=body.locale,
        customer_id=customer_id,
        metadata=body.metadata,
        token=token,
    )
    held, shop = hold(uow, id), baton.business.shop
    notice = baton.business.wordings.say(
        "ai_notice", body.locale, assistant=shop.assistant_name, shop=shop.name
    )
    held.say(Role.SYSTEM, notice)
    if body.person_first:
        wish = plan(Trigger.WANTS_PERSON, (), "", baton.business)
        opened = open_case(held, wish, None, baton.business)
        held.say(Role.AI, opened.notice, name=shop.assistant_name)
    customer = held.talk.customer.model_dump(mode="json", exclude_none=True)
    return {"id": id, "mode": held.mode, "customer": customer}


@router.get("/{conversation_id}")
async def read(conversation_id: Own, baton: Running) -> ConversationView:
    """The conversation as its customer sees it."""
    return await baton.database.aread(lambda uow: view(uow, baton, conversation_id))


def view(uow: UnitOfWork, baton: Baton, conversation_id: ConversationId) -> ConversationView:
    talk = conversations.load(uow, conversation_id)
    case = cases.open_of(uow, conversation_id)
    return ConversationView(
        id=talk.id,
        mode=talk.mode,
        customer=talk.customer,
        case=queue.short_case(uow, case, baton.business) if case else None,
        messages=[said.message for said in messages.said(uow, conversation_id)],
        last_event_id=talk.seq,
    )


async def watching(
    conversation_id: Own, baton: Running, request: Request, accept: Annotated[str, Header()] = ""
) -> AsyncIterator[Watcher]:
    """Watches the conversation from before the message is stored until the answer has been sent."""
    live = request.method == "GET" or EVENTS in accept
    with baton.hub.watch(conversation_id, live=live) as watcher:
        yield watcher


Watching = Annotated[Watcher, Depends(watching)]


@router.post("/{conversation_id}/messages", response_model=None)
async def send(
    conversation_id: Own,
    body: NewMessage,
    request: Request,
    baton: Running,
    caller: Anyone,
    once: OnceOnly,
    watcher: Watching,
    accept: Annotated[str, Header()] = "application/json",
) -> Response:
    """Stores what the customer wrote and answers it, in one piece or as server-sent events."""
    if caller.person is not None:
        raise NotAllowed("A person speaks by the case: take the conversation over, then reply.")
    text = checked(body.text)
    if body.attachments:
        raise InvalidInput("Attachments are not taken here yet.", {"attachments": ["must be empty"]})
    limits.of_address(request, baton, "messages", channel=caller.channel)
    await limits.of_conversation(request, baton, conversation_id)
    accepted = await once.write(lambda uow: inbox.accept(uow, conversation_id, text).model_dump(mode="json"))
    if EVENTS in accept:
        return streams.response(
            answers.as_events(baton, conversation_id, accepted, watcher, inside=caller.sees_inside)
        )
    status, answer = await answers.in_one_piece(
        baton, conversation_id, accepted, watcher, inside=caller.sees_inside
    )
    return JSONResponse(answer, status)


@router.get("/{conversation_id}/events", response_model=None)
async def events(
    conversation_id: Own,
    baton: Running,
    caller: Anyone,
    watcher: Watching,
    last_event_id: Annotated[int | None, Header(ge=0, le=LAST)] = None,
) -> Response:
    """The conversation's events: without `Last-Event-ID` from now on, 0 is all, else what followed."""
    talk = await baton.database.aread(lambda uow: conversations.load(uow, conversation_id))
    after = talk.seq if last_event_id is None else last_event_id
    return streams.response(
        streams.of_conversation(
            baton,
            conversation_id,
            after,
            inside=caller.sees_inside,
            watcher=watcher,
            places=Places(baton, conversation_id, talk.mode),
        )
    )


@router.get("/{conversation_id}/turns")
async def ended_turns(conversation_id: Own, baton: Running, caller: Anyone) -> Json:
    """The conversation's turns, oldest first: whole for who may see inside."""
    ended = await baton.database.aread(lambda uow: turns.docs(uow, conversation_id))
    return {"turns": [turn_view(turn, caller.sees_inside) for turn in ended]}


@router.post("/{conversation_id}/typing", status_code=204)
async def typing(conversation_id: Own, baton: Running, caller: Anyone) -> None:
    """Tells who watches that the caller is writing. Live only."""
    who = caller.person
    data = {"role": Role.PERSON, "name": who.name} if who else {"role": Role.CUSTOMER, "name": None}
    baton.hub.live(conversation_id, "typing", data)


@router.post("/{conversation_id}/rating", status_code=204)
async def rate(conversation_id: Own, body: Rating, baton: Running, once: OnceOnly) -> None:
    """The customer's rating, 1 to 5; a later one replaces it."""
    text = checked(body.text) if body.text else None

    def work(uow: UnitOfWork) -> Json:
        ratings.rate(uow, conversation_id, body.score, text)
        return {}

    await once.write(work)


@router.post("/{conversation_id}/withdraw")
async def withdraw(conversation_id: Own, baton: Running, once: OnceOnly) -> Json:
    """Takes back the wish for a person. 409 without an open case."""

    def work(uow: UnitOfWork) -> Json:
        customer_acts.withdraw(hold(uow, conversation_id), baton.business)
        return {}

    await once.write(work)
    return await _shown(baton, conversation_id)


@router.post("/{conversation_id}/close")
async def close(conversation_id: Own, baton: Running, once: OnceOnly) -> Json:
    """The customer leaves; a place in the queue is kept."""

    def work(uow: UnitOfWork) -> Json:
        customer_acts.close(hold(uow, conversation_id))
        return {}

    await once.write(work)
    return await _shown(baton, conversation_id)


@router.post("/{conversation_id}/takeover")
async def takeover(conversation_id: str, person: AtDesk, baton: Running, once: OnceOnly) -> Json:
    """A person takes a running conversation; what the AI is saying is retracted."""

    def work(uow: UnitOfWork) -> Json:
        held = hold(uow, ConversationId(conversation_id))
        return desk.takeover(held, person, baton.business).shape(person.id).model_dump(mode="json")

    return await once.write(work)


async def _shown(baton: Baton, conversation_id: ConversationId) -> Json:
    seen = await baton.database.aread(lambda uow: view(uow, baton, conversation_id))
    return seen.model_dump(mode="json")
