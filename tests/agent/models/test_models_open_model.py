"""From settings to the model: which one opens, and what the operator is told when none can."""

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path

import pytest
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGenerationChunk, ChatResult

from agent.models.open_model import OpenedModel, open_model
from agent.models.parts import ReplyHead, ReplyText, StepEnd
from core.business import load_business
from core.business_types import Business
from core.errors import OperatorError
from core.settings import SAMPLE_BUSINESS, Settings
from tests.support.model_bench import TOOLS, Heard, question
from tests.support.scripted_server import Script, ScriptedServer, json_reply, refusing, reply, reply_call

pytestmark = pytest.mark.anyio


class StandIn(BaseChatModel):
    """A chat model in this process that replies in pieces."""

    @property
    def _llm_type(self) -> str:
        return "stand-in"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: object,
    ) -> ChatResult:
        raise NotImplementedError

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: object,
    ) -> AsyncIterator[ChatGenerationChunk]:
        raw = reply_call("Hello, I am built in.").raw
        for at in range(0, len(raw), 9):
            first = at == 0
            piece = tool_call_chunk(
                name="reply" if first else None, args=raw[at : at + 9], id="c1" if first else None, index=0
            )
            yield ChatGenerationChunk(message=AIMessageChunk(content="", tool_call_chunks=[piece]))


@pytest.fixture(scope="session")
def business() -> Business:
    return load_business(SAMPLE_BUSINESS)


def opened(business: Business, **stated: object) -> OpenedModel:
    settings = Settings(_env_file=None, **stated)  # type: ignore[arg-type]
    return open_model(settings, business, StandIn)


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "BATON_MODEL"):
        monkeypatch.delenv(name, raising=False)


async def hear(model: OpenedModel) -> Heard:
    heard = Heard()
    async with aclosing(model.stream(question(), TOOLS)) as parts:
        async for part in parts:
            heard.parts.append(part)
    await model.aclose()
    return heard


async def test_without_key_address_and_name_the_embedded_model_answers_and_streams(
    business: Business,
) -> None:
    model = opened(business)

    heard = await hear(model)

    assert model.name == "embedded"
    assert heard.parts[0] == ReplyHead(True, None, 0.95, ())
    assert heard.text == "Hello, I am built in."
    assert len([part for part in heard.parts if isinstance(part, ReplyText)]) > 1
    assert isinstance(heard.parts[-1], StepEnd)
    assert heard.end.usage.counted


async def test_with_an_address_alone_the_default_model_is_asked(
    business: Business, serving: Callable[[Script], ScriptedServer]
) -> None:
    server = serving(reply("Hello."))
    model = opened(business, openai_base_url=server.base_url)

    await model.probe(TOOLS)
    heard = await hear(model)

    assert heard.text == "Hello."
    assert model.name == business.models.default
    assert [request.body["model"] for request in server.requests] == [business.models.default]


async def test_the_key_goes_along(business: Business, serving: Callable[[Script], ScriptedServer]) -> None:
    server = serving(reply("Hello."))
    await hear(opened(business, openai_base_url=server.base_url, openai_api_key="sk-x"))

    assert server.requests[0].headers["authorization"] == "Bearer sk-x"


async def test_a_reasoning_model_of_openai_goes_to_the_responses_api(
    business: Business, serving: Callable[[Script], ScriptedServer]
) -> None:
    server = serving(reply("Hello."))
    heard = await hear(opened(business, openai_base_url=server.base_url, baton_model="gpt-5-mini"))

    assert heard.text == "Hello."
    assert server.requests[0].endpoint == "responses"
    assert server.requests[0].body["store"] is False


async def test_an_unknown_model_is_probed_once_and_then_answers(
    business: Business, serving: Callable[[Script], ScriptedServer]
) -> None:
    server = serving(refusing("tools", json_reply("Hello.")))
    model = opened(business, openai_base_url=server.base_url, baton_model="unheard-of")

    await model.probe(TOOLS)
    probed = len(server.requests)
    await model.probe(TOOLS)
    heard = await hear(model)

    assert heard.text == "Hello."
    assert len(server.requests) == probed + 1
    assert "response_format" in server.requests[-1].body


def test_a_name_without_key_or_address_is_refused(business: Business) -> None:
    with pytest.raises(OperatorError, match="OPENAI_API_KEY"):
        opened(business, baton_model="gpt-4.1-mini")


def test_an_address_that_is_none_is_refused(business: Business) -> None:
    with pytest.raises(OperatorError, match="OPENAI_BASE_URL=localhost"):
        opened(business, openai_base_url="localhost:8080")


def test_a_missing_gguf_is_named(business: Business, tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=r"no file at .*nowhere\.gguf"):
        opened(business, baton_model=f"gguf:{tmp_path}/nowhere.gguf")


def test_a_file_that_is_no_gguf_is_named(business: Business, tmp_path: Path) -> None:
    (tmp_path / "model.gguf").write_bytes(b"hello")

    with pytest.raises(OperatorError, match="is no GGUF file"):
        opened(business, baton_model=f"gguf:{tmp_path}/model.gguf")
