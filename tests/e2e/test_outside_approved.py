"""A refund that a person approves and a provider makes: once, under the person's authority, and told."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from core.settings import SAMPLE_BUSINESS
from store.shop_tables import refund
from store.talk_tables import effect
from tests.support.baton import Customer, Person, ServedBaton, settings_for, wait_for
from tests.support.house import ROOT
from tests.support.process import SECRET
from tests.support.provider import Dropped, Provider
from tests.support.scripted_answers import Answer, calls, content, reply
from tests.support.scripted_server import Request, ScriptedServer
from tests.support.shop import BOTH, fresh_url

ORDER = "HL-10408"
ASKED, DONE, NOT_KNOWN = "A colleague was asked.", "It is refunded.", "It is not known yet."


def says(request: Request) -> Answer:
    """Calls the tool, and tells what came of it."""
    result = request.results[-1] if request.results else None
    if not isinstance(result, dict):
        return calls(("refund", {"order_number": ORDER, "reason": "changed_mind"}))
    return reply(ASKED if result.get("asked") else DONE if result["ok"] else NOT_KNOWN)


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    with Provider() as running:
        monkeypatch.setenv("SHOP_PROVIDER_URL", running.url)
        yield running


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def served(folder: Path, database: str, model: ScriptedServer, system: str) -> ServedBaton:
    """The sample business, whose refunds a provider makes."""
    business = folder / "business"
    shutil.copytree(SAMPLE_BUSINESS, business)
    path = str(ROOT / "docs" / "examples" / "connect")
    extensions = {"path": path, "ports": {"refunds": f"shop_refunds:{system}"}}
    (business / "extensions.yaml").write_text(yaml.safe_dump(extensions))
    more = {"database_url": fresh_url("postgresql", folder)} if database == "postgresql" else {}
    demo = {"business_dir": business, "baton_demo_force": True, "baton_identity_secret": SECRET}
    return ServedBaton(settings_for(folder / "data", model, **demo, **more))


def approves(baton: ServedBaton) -> Customer:
    """The customer asks for what is above the limit, and a person says yes."""
    customer = baton.customer("C-1029")
    assert customer.says(f"The rug from {ORDER} is too big, please refund it")["message"]["text"] == ASKED
    anna = next(one for one in baton.demo()["people"] if one["name"].startswith("Anna"))
    person = Person(baton.http, anna["name"], anna["key"])
    [request] = person.get("/v1/requests?status=open").json()["requests"]
    assert person.post(f"/v1/requests/{request['id']}", {"approve": True}).status_code == 200
    return customer


def test_an_approved_refund_is_made_by_the_provider_once_under_the_persons_authority(
    provider: Provider, database: str, tmp_path: Path
) -> None:
    with ScriptedServer(content("unset")) as model:
        model.play(says)
        with served(tmp_path, database, model, "ShopRefunds") as baton:
            customer = approves(baton)
            wait_for(lambda: customer.texts("ai")[-1:] == [DONE], 40)
            read = baton.baton.database.read
            done = read(lambda uow: uow.connection.execute(select(effect.c.person_id)).scalars().all())
            query = select(refund.c.reference).where(refund.c.person_id == "anna")
            books = read(lambda uow: uow.connection.execute(query).scalars().all())

    [made] = provider.refunds
    assert len(provider.calls) == 1
    assert done == ["anna"]
    assert books == [made["reference"]]


def test_an_approved_refund_whose_outcome_nobody_knows_is_not_called_again(
    provider: Provider, database: str, tmp_path: Path
) -> None:
    def lost(stage: str) -> None:
        if stage == "done":
            raise Dropped

    provider.moments[ORDER] = lost
    with ScriptedServer(content("unset")) as model:
        model.play(says)
        with served(tmp_path, database, model, "ShopRefundsUnseen") as baton:
            customer = approves(baton)
            wait_for(lambda: customer.texts("ai")[-1:] != [ASKED], 40)
            texts = customer.texts("ai")

    assert len(provider.calls) == 1
    assert DONE not in " ".join(texts)
