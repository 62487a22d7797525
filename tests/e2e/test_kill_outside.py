"""SIGKILL in the middle of a call to another system: it acts once, and the customer is told the truth."""

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from core.settings import SAMPLE_BUSINESS
from tests.support.baton import Body, Customer, wait_for
from tests.support.house import ROOT
from tests.support.process import BatonProcess, Nursery, tells
from tests.support.provider import Dropped, Provider
from tests.support.scripted_answers import Answer, calls, content, reply
from tests.support.scripted_server import Request, ScriptedServer
from tests.support.shop import BOTH, fresh_url

CONNECT = ROOT / "docs" / "examples" / "connect"
RESUMES_S = 40
REFUNDED, UNKNOWN = "It is refunded.", "I cannot say yet whether it was refunded."


@dataclass(frozen=True)
class Wish:
    """A refund, and the moment of its call at which Baton dies."""

    moment: str
    customer_id: str
    order: str
    sku: str

    @property
    def words(self) -> str:
        return f"Please refund what is broken of {self.order}"


WISHES = (
    Wish("before it has begun there", "C-1039", "HL-10400", "LMP-BAT-CAN"),
    Wish("while it is made there", "C-1045", "HL-10459", "BUL-E27-W"),
    Wish("before it is answered", "C-1005", "HL-10453", "LMP-BAT-CAN"),
    Wish("as it is answered", "C-1046", "HL-10465", "LMP-PEN-PAP"),
    Wish("just after it is answered", "C-1037", "HL-10424", "LMP-PEN-PAP"),
)
CUT_OFF = WISHES[:3]
ANSWERED = WISHES[3:]


def says(request: Request) -> Answer:
    """Asks for the refund; then tells what came of it, as a model that goes by the result."""
    wish = next(one for one in WISHES if one.words == request.user_text)
    results = [one for one in request.results if isinstance(one, dict)]
    if not results:
        item = {"sku": wish.sku, "quantity": 1}
        order = {"order_number": wish.order, "items": [item], "reason": "damaged"}
        return calls(("refund", order))
    return reply(REFUNDED if results[-1]["ok"] else UNKNOWN)


@dataclass
class Story:
    """A Baton with a provider, which dies while five refunds are under way."""

    process: BatonProcess
    provider: Provider
    customers: dict[str, Customer] = field(default_factory=dict)
    killed: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)
    waiting: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)

    def happens(self) -> None:
        for wish in WISHES:
            self.provider.moments[wish.order] = lambda stage, wish=wish: self.at(wish, stage)  # type: ignore[misc]
        self.process.start()
        for wish in WISHES:
            self.customers[wish.moment] = self.process.customer_of(wish.customer_id)
            tells(self.customers[wish.moment], wish.words)
        wait_for(lambda: len(self.waiting) == len(WISHES), 30)
        self.go.set()
        wait_for(lambda: self.answered)
        self.process.kill()
        self.killed.set()
        self.provider.moments.clear()
        self.process.start()
        wait_for(lambda: all(customer.texts("ai") for customer in self.customers.values()), RESUMES_S)
        # The provider is still at the late one when a Baton that starts quickly has told of it already.
        wait_for(lambda: all(self.provider.of_order(wish.order) for wish in WISHES[1:]))

    def at(self, wish: Wish, stage: str) -> None:
        """What the provider does at each stage of a call."""
        first, late, unanswered, *_ = WISHES
        stops = {first: "received", late: "received", unanswered: "done"}
        if stage == stops.get(wish):
            self.waiting.add(wish.order)
            assert self.killed.wait(60)
            if wish is first:
                raise Dropped
            time.sleep(1 if wish is late else 0)
        elif stage == "received" and wish in ANSWERED:
            self.waiting.add(wish.order)
            assert self.go.wait(60)
            time.sleep(0.01 if wish is ANSWERED[0] else 0)
        elif stage == "answered":
            self.answered.add(wish.order)


def told(tmp_path: Path, system: str, database: str) -> Iterator[Story]:
    business = tmp_path / "business"
    shutil.copytree(SAMPLE_BUSINESS, business)
    extensions = {"path": str(CONNECT), "ports": {"refunds": f"shop_refunds:{system}"}}
    (business / "extensions.yaml").write_text(yaml.safe_dump(extensions))
    more = {"BUSINESS_DIR": str(business), "BATON_DEMO_FORCE": "true"}
    if database == "postgresql":
        more["DATABASE_URL"] = fresh_url("postgresql", tmp_path)
    with Provider() as provider, ScriptedServer(content("unset")) as model, Nursery() as nursery:
        model.play(says)
        more["SHOP_PROVIDER_URL"] = provider.url
        process = BatonProcess(nursery=nursery, folder=tmp_path, model=model, more=more)
        with closing(process):
            story = Story(process, provider)
            try:
                story.happens()
                yield story
            finally:
                story.killed.set()
                story.go.set()


@pytest.fixture(scope="module", params=BOTH)
def looked_up(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The provider can be asked what became of a call."""
    yield from told(tmp_path_factory.mktemp("seen"), "ShopRefunds", str(request.param))


@pytest.fixture(scope="module", params=BOTH)
def unseen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """It cannot."""
    yield from told(tmp_path_factory.mktemp("unseen"), "ShopRefundsUnseen", str(request.param))


def turn_of(story: Story, wish: Wish) -> Body:
    [turn] = story.customers[wish.moment].turns()
    return turn


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: wish.moment)
def test_a_refund_that_can_be_looked_up_is_made_once_and_told_when_baton_dies(
    looked_up: Story, wish: Wish
) -> None:
    [made] = looked_up.provider.of_order(wish.order)

    assert looked_up.customers[wish.moment].texts("ai") == [REFUNDED]
    turn = turn_of(looked_up, wish)
    assert turn["tools"][0]["result"]["reference"] == made["reference"]
    assert turn["tools"][0]["result"]["amount_cents"] == made["cents"]


@pytest.mark.parametrize("wish", CUT_OFF, ids=lambda wish: wish.moment)
def test_a_refund_that_cannot_be_looked_up_is_never_made_again_and_goes_to_a_person_when_baton_dies(
    unseen: Story, wish: Wish
) -> None:
    made = unseen.provider.of_order(wish.order)
    keys = [key for key in unseen.provider.calls if wish.order in key]
    turn = turn_of(unseen, wish)
    texts = unseen.customers[wish.moment].texts("ai")

    assert len(keys) == 1
    assert len(made) == (0 if wish is WISHES[0] else 1)
    assert turn["tools"][0]["result"]["error"] == "unknown_outcome"
    assert (turn["decision"], turn["reason"]) == ("handover", "policy_exception")
    assert REFUNDED not in " ".join(texts)
    person = unseen.process.person()
    brief = person.get(f"/v1/cases/{turn['case_id']}").json()["brief"]
    assert any(wish.order in line["action"] and "not known" in line["action"] for line in brief["tried"])


@pytest.mark.parametrize("wish", ANSWERED, ids=lambda wish: wish.moment)
def test_an_answered_refund_that_cannot_be_looked_up_is_made_once_and_never_denied_when_baton_dies(
    unseen: Story, wish: Wish
) -> None:
    assert len(unseen.provider.of_order(wish.order)) == 1
    result = turn_of(unseen, wish)["tools"][0]["result"]
    assert result["ok"] or result["error"] == "unknown_outcome"
