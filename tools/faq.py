"""Answers from the knowledge store, or the honest word that there is none."""

from langchain.tools import ToolRuntime, tool

from core.shapes import Json
from core.vocabulary import Capability
from tools.context import ToolContext
from tools.refusals import refused
from tools.spec import Effect, ToolSpec
from tools.words import words


@tool(parse_docstring=True)
def search_faq(runtime: ToolRuntime[ToolContext], query: str) -> Json:
    """Search the FAQ and the policies. Use it for questions that the given knowledge does not answer.

    Args:
        query: One question, complete in itself, in the customer's words.
    """
    knowledge = runtime.context.knowledge
    found = [entry for entry in knowledge.search(query) if entry.score >= knowledge.no_answer_line]
    if not found:
        return refused("no_answer", entries=[])
    return {
        "ok": True,
        "entries": [
            {
                "id": entry.id,
                "title": entry.title,
                "text": entry.text,
                "url": entry.url,
                "score": round(entry.score, 3),
                "kind": entry.kind,
            }
            for entry in found
        ],
    }


def _tried(arguments: Json, result: Json) -> str:
    return words().tried("search_faq", result, str(arguments.get("query", "")), "found")


SPECS = (ToolSpec(search_faq, Capability.FAQ, Effect.NONE, tried=_tried),)
