"""The embedded model with the real tools on a real database: whole conversations, judged by what was done."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.shapes import Json
from core.vocabulary import OrderState
from knowledge import entries_of
from tests.agent.embedded.talking import Chat
from tests.support.knowledge_store import start_knowledge
from tests.support.shop import Shop, Talk, a_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder: Path = tmp_path_factory.mktemp("shop")
    with a_shop("sqlite", folder) as opened:
        opened.knowledge = start_knowledge(folder, entries_of(opened.business))
        yield opened
        opened.knowledge.close()


class Customer:
    """A customer who talks to the model, whose tools are real."""

    def __init__(self, shop: Shop, customer_id: str | None = None) -> None:
        self.shop = shop
        self.talk: Talk = shop.talk(customer_id)
        self.chat = Chat(self._call, level="account" if customer_id else "anonymous", knowledge=self._find)
        self._pending: tuple[str, Json] | None = None
        self.done: list[tuple[str, Json]] = []

    def says(self, text: str, *, yes: bool = False) -> str:
        """The answer. `yes`: the words are a plain yes, on which `listen` runs the call that waits for it."""
        self.talk.says(text)
        confirmed, self._pending = (self._pending if yes else None), None
        self._confirmed = confirmed is not None
        return str(self.chat.says(text, confirmed=confirmed)["text"])

    def _call(self, name: str, args: Json) -> Json:
        result = self.talk.call(name, confirmed=self._confirmed, **args)
        self._confirmed = False
        if result.get("error") == "needs_confirmation":
            self._pending = (name, args)
        if result["ok"]:
            self.done.append((name, result))
        return result

    def _find(self, query: str) -> list[Json]:
        assert self.shop.knowledge is not None
        found = self.shop.knowledge.search(query)
        return [{"id": one.id, "title": one.title, "text": one.text, "score": one.score} for one in found]


def order_of(shop: Shop, state: OrderState) -> tuple[str, str]:
    """Number and e-mail address of an order in a state."""
    order = next(one for one in shop.business.seed.orders if one.state is state)
    customer = shop.business.seed.customer(order.customer)
    assert customer is not None
    return order.number, customer.email


def test_a_stranger_learns_where_the_order_is_after_the_challenge(shop: Shop) -> None:
    number, email = order_of(shop, OrderState.SHIPPED)
    customer = Customer(shop)

    customer.says("hi, where is my order?")
    customer.says(number)
    answer = customer.says(f"it's {email}")

    assert number in answer
    assert "on its way" in answer


def test_a_wrong_address_and_a_number_that_does_not_exist_get_the_same_words(shop: Shop) -> None:
    number, _ = order_of(shop, OrderState.SHIPPED)

    theirs = Customer(shop).says(f"where is {number}? stranger@example.org")
    nobodys = Customer(shop).says("where is HL-99999? stranger@example.org")

    assert theirs == nobodys


def test_a_refund_is_made_once_after_the_customer_has_confirmed(shop: Shop) -> None:
    customer = Customer(shop, "C-1001")

    question = customer.says("I'd like to return the brass pendant from HL-10432.")
    answer = customer.says("yes", yes=True)

    assert question.endswith("?")
    assert [name for name, _ in customer.done] == ["check_refund", "refund"]
    assert customer.done[-1][1]["reference"] in answer


def test_outside_the_window_the_rule_is_told_and_nothing_done(shop: Shop) -> None:
    customer = Customer(shop, "C-1001")

    answer = customer.says("Can I still send back the tripod lamp, HL-10383?")

    assert "30 days" in answer
    assert customer.done == []


def test_an_appointment_is_booked_moved_and_cancelled_in_plain_words(shop: Shop) -> None:
    customer = Customer(shop)

    customer.says("I'd like to talk to a designer about my living room, can I make an appointment?")
    customer.says("the design consultation, in Cork")
    customer.says("thursday afternoon?")
    customer.says("the first one")
    customer.says("Sean Kelly, sean@example.ie")
    booked = [result for name, result in customer.done if name == "book_appointment"]
    customer.says("can we make it friday instead")
    customer.says("11")
    moved = [result for name, result in customer.done if name == "reschedule_appointment"]
    customer.says("please cancel it")
    customer.says("yes")

    assert booked[0]["booking"]["start"].startswith("Thursday 26 November")
    assert moved[0]["booking"]["start"] == "Friday 27 November at 11:00"
    assert customer.done[-1][0] == "cancel_appointment"


def test_an_address_given_in_parts_is_put_together_and_confirmed(shop: Shop) -> None:
    customer = Customer(shop, "C-1005")

    customer.says("I've moved house")
    customer.says("5 Castle Road")
    customer.says("Galway")
    question = customer.says("H91 K2P5")
    answer = customer.says("yes", yes=True)

    assert "5 Castle Road, Galway, H91 K2P5" in question
    assert customer.done[-1][0] == "update_address"
    assert "5 Castle Road" in answer


def test_a_packed_order_is_not_sent_elsewhere(shop: Shop) -> None:
    order = next(one for one in shop.business.seed.orders if one.state is OrderState.PACKED)
    customer = Customer(shop, order.customer)

    customer.says(f"please send {order.number} to another address")
    answer = customer.says("12 New Street, Cork, T12 X123")

    assert customer.done == []
    assert "packed" in answer


@pytest.mark.parametrize(
    ("question", "fragment", "other"),
    [
        ("what time do you close in cork on sunday", "17:00", "Dublin"),
        ("u open on boxing day?", "closed", "Christmas Day"),
        ("do you ship to germany", "Germany", "Cork showroom"),
    ],
)
def test_questions_are_answered_from_the_store_and_to_the_point(
    shop: Shop, question: str, fragment: str, other: str
) -> None:
    answer = Customer(shop).says(question)

    assert fragment in answer
    assert other not in answer
