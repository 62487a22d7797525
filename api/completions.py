"""OpenAI's protocol: any client of chat completions talks to the agent, streamed or not."""

import json
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from api import answers, limits
from api.auth import Anyone, Caller, Running, conversation_of, customer_of
from api.bodies import NewConversation
from api.completion_bodies import Completion, chunk, usage_of, whole
from api.conversations import open_conversation
from api.idempotent import Once, OnceOnly
from api.streams import HEADERS
from api.texts import checked
from api.views import turn_view
from core.errors import NotAllowed, NotFound
from core.ids import ConversationId, new_id
from core.shapes import Json, Usage
from core.vocabulary import Mode, Role
from runtime.hub import Watcher
from runtime.wiring import Baton
from store import cases, conversations, inbox, threads
from store.conversations import hash_secret, hold
from store.database import UnitOfWork

router = APIRouter(prefix="/v1", tags=["OpenAI's protocol"])


@dataclass(frozen=True)
class _Asked:
    """One request, read."""

    body: Completion
    text: str
    key: str
    """Whose threads these are."""
    inside: bool
    retries: bool


@router.get("/models")
async def models(baton: Running) -> Json:
    """The one model: the agent."""
    return {"object": "list", "data": [{"id": "baton", "object": "model", "created": 0, "owned_by": "baton"}]}


async def open_things() -> AsyncIterator[ExitStack]:
    """What a request opens and its answer still needs: closed when the answer has been sent."""
    with ExitStack() as stack:
        yield stack


@router.post("/chat/completions", response_model=None)
async def complete(
    body: Completion,
    request: Request,
    baton: Running,
    caller: Anyone,
    once: OnceOnly,
    stack: Annotated[ExitStack, Depends(open_things)],
    x_stainless_retry_count: Annotated[int, Header()] = 0,
) -> Response:
    """Answers the last user message, in the conversation that it belongs to."""
    retries = x_stainless_retry_count > 0
    key = hash_secret(caller.bearer) if caller.bearer else ""
    asked = _Asked(body, checked(body.checked(), "messages"), key, caller.sees_inside, retries)
    limits.of_address(request, baton, "messages", channel=caller.channel)
    conversation_id = await _conversation(baton, caller, asked, once)
    await limits.of_conversation(request, baton, conversation_id)
    watcher = stack.enter_context(baton.hub.watch(conversation_id, live=body.stream))
    accepted = await once.write(lambda uow: _accept(uow, conversation_id, asked))
    if body.stream:
        chunks = _chunks(baton, conversation_id, asked, accepted, watcher)
        return StreamingResponse(chunks, media_type="text/event-stream", headers=HEADERS)
    _, answer = await answers.in_one_piece(baton, conversation_id, accepted, watcher, inside=True)
    content = await _content(baton, conversation_id, answer["message"], answer["mode"])
    await _remember(baton, conversation_id, asked, content)
    about = _about(answer["turn"], conversation_id, answer["mode"], asked.inside)
    usage = _usage(answer["turn"])
    return JSONResponse(whole(new_id("chatcmpl"), body.model, content, usage, about))


async def _conversation(baton: Baton, caller: Caller, asked: _Asked, once: Once) -> ConversationId:
    """The conversation of the request: named, or of the bearer, or found by what was said, or a new one."""
    own = await conversation_of(baton, caller.bearer)
    named = asked.body.meta("conversation_id")
    if own is not None:
        if named not in (None, own):
            raise NotFound("There is no such conversation.")
        return own
    if not caller.server:
        raise NotAllowed("Send BATON_API_KEY, or a conversation's token, as the bearer.")
    if named is not None:
        found = ConversationId(named)
        await baton.database.aread(lambda uow: conversations.load(uow, found))
        return found
    # A request that is sent again finds the conversation that the first one made.
    found_once = replace(once, scope=f"{once.scope} conversation")
    made = await found_once.write(lambda uow: {"id": _found_or_new(uow, baton, asked)})
    return ConversationId(made["id"])


def _found_or_new(uow: UnitOfWork, baton: Baton, asked: _Asked) -> ConversationId:
    said = asked.body.said
    earlier = said[: max(place for place, (role, _) in enumerate(said) if role == "user")]
    customer_id = customer_of(uow, baton, asked.body.meta("identity_token"))
    mark = threads.fingerprint(asked.key, asked.body.user, customer_id, earlier)
    found = threads.find(uow, mark) if earlier else None
    if found is not None and _goes_on(uow, found, asked, earlier):
        return found
    made = open_conversation(uow, baton, NewConversation(channel="openai"), customer_id)
    id = ConversationId(made["id"])
    if earlier:
        hold(uow, id).remember(transcript=[{"role": role, "text": text} for role, text in earlier])
    return id


def _goes_on(uow: UnitOfWork, found: ConversationId, asked: _Asked, earlier: list[tuple[str, str]]) -> bool:
    """Whether nothing but what the client knows was said there since.

    Two customers of one client may begin in the same words; neither may go on in what the other has told.
    """
    known = [text for role, text in earlier if role == "user"]
    theirs = threads.said_by_customer(uow, found)
    sent_again = theirs[-1:] == [asked.text]
    return _ends(known, theirs) or (sent_again and _ends(known, theirs[:-1]))


def _ends(whole: list[str], part: list[str]) -> bool:
    return len(part) <= len(whole) and whole[len(whole) - len(part) :] == part


def _accept(uow: UnitOfWork, conversation_id: ConversationId, asked: _Asked) -> Json:
    """Stores the message; one that is the last and unanswered, or sent again by a retry, is joined."""
    talk = hold(uow, conversation_id).talk
    last = inbox.last_of_customer(uow, conversation_id)
    if last is not None and last.message.text == asked.text:
        unanswered = last.seq > talk.answered_seq
        if unanswered or asked.retries:
            return last.message.model_dump(mode="json")
    return inbox.accept(uow, conversation_id, asked.text).model_dump(mode="json")


async def _chunks(
    baton: Baton, conversation_id: ConversationId, asked: _Asked, accepted: Json, watcher: Watcher
) -> AsyncIterator[str]:
    """The answer as chunks: what is released as it comes, then what the stored message has beyond it."""
    id, model = new_id("chatcmpl"), asked.body.model
    yield _line(chunk(id, model, {"role": "assistant", "content": ""}))
    sent, message = "", None
    ending: Json = {"turn": None, "mode": Mode.AI}
    async for event in answers.as_events(baton, conversation_id, accepted, watcher, inside=True):
        if event is None:
            yield ": still here\n\n"
        elif event.kind == "token":
            sent += event.data["text"]
            yield _line(chunk(id, model, {"content": event.data["text"]}))
        elif event.kind == "retracted":
            sent = ""
        elif event.kind == "message" and event.data["role"] == Role.AI:
            message = event.data
        elif event.kind == "done":
            ending = event.data
    content = await _content(baton, conversation_id, message, ending["mode"])
    rest = content.removeprefix(sent.strip()) if sent else content
    if rest:
        yield _line(chunk(id, model, {"content": rest}))
    await _remember(baton, conversation_id, asked, content)
    about = _about(ending["turn"], conversation_id, ending["mode"], asked.inside)
    yield _line(chunk(id, model, {}, "stop") | {"baton": about})
    if asked.body.stream_options and asked.body.stream_options.include_usage:
        yield _line(chunk(id, model, {}) | {"choices": [], "usage": usage_of(_usage(ending["turn"]))})
    yield "data: [DONE]\n\n"


async def _content(baton: Baton, conversation_id: ConversationId, message: Json | None, mode: str) -> str:
    """The answer's text; while a person or the queue holds the floor, the holding line."""
    if message is not None:
        return str(message["text"])

    def line(uow: UnitOfWork) -> str:
        talk, wordings = conversations.load(uow, conversation_id), baton.business.wordings
        case = cases.open_of(uow, conversation_id)
        if mode == Mode.PERSON and case is not None and case.person_name:
            return wordings.say("with_person", talk.locale, name=case.person_name)
        return wordings.say("holding", talk.locale)

    return await baton.database.aread(line)


async def _remember(baton: Baton, conversation_id: ConversationId, asked: _Asked, content: str) -> None:
    """So that a client that keeps the history itself finds this conversation by it."""
    said = [*asked.body.said, ("assistant", content)]

    def work(uow: UnitOfWork) -> None:
        customer_id = conversations.load(uow, conversation_id).customer_id
        # A client that names its user need not sign each request; others are told apart by who signs.
        for who in {customer_id, None if asked.body.user else customer_id}:
            mark = threads.fingerprint(asked.key, asked.body.user, who, said)
            threads.keep(uow, mark, conversation_id)

    await baton.database.awrite(work)


def _about(turn: Json | None, conversation_id: ConversationId, mode: str, inside: bool) -> Json:
    return {**(turn_view(turn, inside) or {}), "conversation_id": conversation_id, "mode": mode}


def _usage(turn: Json | None) -> Usage:
    return Usage.model_validate(turn["usage"]) if turn else Usage()


def _line(data: Json) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"
