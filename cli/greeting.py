"""What a server says when it listens: where to look, who answers, and what was just seeded."""

from datetime import datetime

from core.settings import EMBEDDED
from runtime.wiring import Baton
from store.seed import seeded_at

PLACES = {
    "Playground": "/",
    "Desk": "/desk",
    "A shop with the chat": "/shop",
    "API, with examples": "/docs",
    "OpenAI's protocol": "/v1",
}


def greeting(baton: Baton, base_url: str, began: datetime) -> str:
    """The lines. `began`: when this start did; what is seeded later than that is seeded anew."""
    lines = [f"Baton serves {baton.business.shop.name} on {base_url}", ""]
    lines += [f"  {name:<21} {base_url}{path}" for name, path in PLACES.items()]
    lines += ["", f"  {'Model':<21} {_model(baton)}", f"  {'Data':<21} {baton.settings.baton_data_dir}", ""]
    if _seeded(baton, began):
        lines.append("The shop's rows are fresh: seeded just now, with dates relative to today.")
    if not baton.settings.demo:
        lines.append("Demo mode is off. `baton person add NAME --department ID` makes a key for the desk.")
    return "\n".join([*lines, "Ctrl+C stops it."])


def _model(baton: Baton) -> str:
    if baton.settings.model_name != EMBEDDED:
        return baton.model.name
    return "embedded: no key is set (OPENAI_API_KEY or OPENAI_BASE_URL bring an LLM)"


def _seeded(baton: Baton, began: datetime) -> bool:
    at = baton.database.read(seeded_at)
    return at is not None and at >= began
