"""One attacked Baton in demo mode and one without; both with a model that says what a test tells it to."""

from collections.abc import Callable, Iterator

import httpx
import jwt
import pytest

from tests.support.baton import Body, ServedBaton, served
from tests.support.scripted_answers import reply
from tests.support.scripted_server import ScriptedServer

API_KEY = "a-key-of-the-shops-own-server"
SECRET = "s" * 40


@pytest.fixture(scope="session")
def model() -> Iterator[ScriptedServer]:
    with ScriptedServer(reply("unset")) as server:
        yield server


@pytest.fixture(scope="session")
def demo(model: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedBaton]:
    with served(tmp_path_factory.mktemp("demo"), model) as running:
        yield running


@pytest.fixture(scope="session")
def shop(model: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedBaton]:
    """As a shop runs it: no demo, an API key, a secret for identity tokens."""
    settings = {"baton_demo": False, "baton_api_key": API_KEY, "baton_identity_secret": SECRET}
    with served(tmp_path_factory.mktemp("shop"), model, **settings) as running:
        yield running


@pytest.fixture(autouse=True)
def polite_model(model: ScriptedServer) -> None:
    model.play(reply("Hello."))


@pytest.fixture
def ask(shop: ServedBaton) -> Callable[..., httpx.Response]:
    """Chat completions as the shop's own server calls them: (role, text) pairs, then more fields."""

    def ask(*said: tuple[str, str], key: str = API_KEY, **more: object) -> httpx.Response:
        body: Body = {"messages": [{"role": role, "content": text} for role, text in said], **more}
        return shop.http.post(
            "/v1/chat/completions", json=body, headers={"Authorization": f"Bearer {key}"} if key else {}
        )

    return ask


@pytest.fixture
def token() -> Callable[..., str]:
    """A customer's identity token as the shop's server signs it."""

    def sign(customer_id: object = "C-1001", key: str = SECRET, exp: object = 4_000_000_000) -> str:
        claims = {"sub": customer_id, "exp": exp}
        return jwt.encode({name: one for name, one in claims.items() if one is not None}, key, "HS256")

    return sign
