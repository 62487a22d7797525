"""From settings and profiles to the model that answers."""

from collections.abc import AsyncGenerator, Callable, Sequence

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from langchain_core.tools import BaseTool

from agent.models import gguf, tokens
from agent.models.abilities import Abilities
from agent.models.auto_strategy import AutoStrategy
from agent.models.endpoint import LangChainWire, OpenAIWire, Wire
from agent.models.json_strategy import JsonStrategy
from agent.models.parts import Part
from agent.models.probe import probe
from agent.models.strategy import Strategy
from agent.models.tools_strategy import ToolsStrategy
from core.business_policy import ModelProfile
from core.business_types import Business
from core.errors import OperatorError
from core.settings import DEFAULT_MODEL, EMBEDDED, Settings

_STRATEGIES: dict[str, type[Strategy]] = {
    "tools": ToolsStrategy,
    "json": JsonStrategy,
    "auto": AutoStrategy,
}
_ANY = "*"


class OpenedModel:
    """The configured model under its strategy. Implements `Answering`."""

    def __init__(self, strategy: Strategy, known: bool, held: object = None) -> None:
        self._strategy, self._known = strategy, known
        self._held = held  # keeps a local server alive

    @property
    def name(self) -> str:
        """The model's name, for the trace."""
        return self._strategy.name

    def stream(
        self, messages: Sequence[BaseMessage], tools: Sequence[BaseTool], *, whole: bool = False
    ) -> AsyncGenerator[Part, None]:
        """See `Answering.stream`. Pass the same tool objects each time: their schemas are made once."""
        return self._strategy.stream(messages, tools, whole=whole)

    async def probe(self, tools: Sequence[BaseTool]) -> None:
        """Once before the first turn: finds the strategy of a model that no profile names.

        Nothing is asked of a known model. ModelUnavailable when it does not answer; the strategy then
        stays `tools`, and probing again later is allowed.
        """
        if self._known or not isinstance(self._strategy, ToolsStrategy):
            return
        self._strategy = await probe(self._strategy, tools)
        self._known = True

    async def aclose(self) -> None:
        """Closes the connections of the running event loop."""
        await self._strategy.aclose()


def open_model(settings: Settings, business: Business, embedded: Callable[[], BaseChatModel]) -> OpenedModel:
    """The model that the settings name: `embedded`, `gguf:PATH`, or any behind an OpenAI-protocol endpoint.

    OperatorError when it cannot be opened as configured. Nothing is sent yet.
    """
    tokens.warm_up()
    name = settings.model_name
    if name == EMBEDDED:
        wire: Wire = LangChainWire(embedded())
        return OpenedModel(ToolsStrategy(EMBEDDED, wire, Abilities()), known=True)
    if name == DEFAULT_MODEL:
        name = business.models.default
    profile = business.models.for_model(name)
    if name.startswith(gguf.PREFIX):
        return _open_gguf(name, profile, business.budget.seconds)
    key, base_url = settings.openai_api_key, settings.openai_base_url
    if key is None and base_url is None:
        raise OperatorError(
            f"BATON_MODEL={name} needs OPENAI_API_KEY, or OPENAI_BASE_URL for another server; both are "
            "unset. Leave BATON_MODEL unset for the embedded model."
        )
    if base_url is not None and not base_url.startswith(("http://", "https://")):
        raise OperatorError(
            f"OPENAI_BASE_URL={base_url} is no address; expected one like http://127.0.0.1:11434/v1."
        )
    wire = OpenAIWire(name, profile, key, base_url, business.budget.seconds)
    return OpenedModel(_bind(name, wire, profile), known=profile.match != _ANY)


def _bind(name: str, wire: Wire, profile: ModelProfile) -> Strategy:
    return _STRATEGIES[profile.strategy](name, wire, Abilities.of(profile), profile.late_system)


def _open_gguf(name: str, profile: ModelProfile, seconds: float) -> OpenedModel:
    path = gguf.gguf_path(name)
    server = gguf.serve_gguf(path, profile.window)
    wire = OpenAIWire(path.stem, profile, server.key, server.base_url, seconds)
    # Whatever the profile says: small local models follow a grammar, and their templates know no tools.
    local = profile.model_copy(update={"strategy": "json", "late_system": False})
    return OpenedModel(_bind(f"{gguf.PREFIX}{path.name}", wire, local), known=True, held=server)
