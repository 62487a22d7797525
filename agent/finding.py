"""Finding knowledge for the customer's words: begun when a turn begins, awaited when the model is asked."""

import asyncio

from agent.context import TurnContext
from agent.prompt import retrieved, words_of
from core.vocabulary import Role
from knowledge import Found

SHORT = 4
"""Words: a question this short may only make sense with the one before it."""


def begin_search(context: TurnContext) -> None:
    """Starts the search in a thread of its own, beside whatever the turn does until it needs the entries."""
    words = words_of(context.input)
    if words:
        context.search = _in_thread(context, words)
        context.search.add_done_callback(_seen)


async def found_for(context: TurnContext) -> tuple[Found, ...]:
    """The entries that may answer, best first; those below the no-answer line are left out.

    A very short question is read together with the one before it.
    """
    words = words_of(context.input)
    if not words:
        return ()
    found = await (context.search or _in_thread(context, words))
    earlier = _question_before(context)
    if len(words.split()) <= SHORT and earlier and not _answers(context, found):
        found = await _in_thread(context, f"{earlier} {words}")
    context.trace.retrieved = retrieved(found)
    return tuple(one for one in found if one.score >= context.means.knowledge.no_answer_line)


def _in_thread(context: TurnContext, query: str) -> asyncio.Future[tuple[Found, ...]]:
    return asyncio.get_running_loop().run_in_executor(None, context.means.knowledge.search, query)


def _seen(search: asyncio.Future[tuple[Found, ...]]) -> None:
    """A search that nobody waits for any more, since the turn went elsewhere, may fail in silence."""
    if not search.cancelled():
        search.exception()


def _answers(context: TurnContext, found: tuple[Found, ...]) -> bool:
    return any(one.score >= context.means.knowledge.no_answer_line for one in found)


def _question_before(context: TurnContext) -> str | None:
    earlier = [
        said.message.text
        for said in context.input.messages
        if said.message.role is Role.CUSTOMER and said.seq <= context.input.read_from
    ]
    return earlier[-1] if earlier else None
