"""The dialogue policy: what is asked, called and said, with tools whose answers stand in the test."""

from collections.abc import Callable

import pytest

from agent.data import note
from core.shapes import Json
from tests.agent.embedded.talking import Chat, no_tool

SHIPPED: Json = {
    "ok": True,
    "level": "order",
    "order": {
        "number": "HL-10478",
        "state": "shipped",
        "state_words": "on its way",
        "expected": "Wednesday 25 November",
        "delivered": None,
        "late": False,
        "late_days": 0,
        "items_words": "2 × Table lamp",
        "parcels": [
            {"carrier": "Northway", "url": "https://track.example/1", "items_words": "2 × Table lamp"}
        ],
        "not_shipped_words": None,
        "refunded": None,
    },
    "others": [],
}
IDENTITY: Json = {"ok": False, "error": "identity_needed", "missing": ["email"]}
NOT_FOUND: Json = {"ok": False, "error": "not_found"}
CHECKED: Json = {
    "ok": True,
    "order_number": "HL-10478",
    "amount": "€49.00",
    "method": "card",
    "items": [{"sku": "LMP", "name": "Table lamp", "quantity": 1}],
    "items_words": "1 × Table lamp",
    "refused_items": [],
    "confirm": False,
    "window_ends": "Friday 11 December",
    "rule": {"id": "R-1", "section": "2.1", "text": "Within 30 days."},
    "policy": {"id": "returns"},
}


def answering(**results: Json) -> Callable[[str, Json], Json]:
    """Tools that always answer the same."""
    return lambda name, args: results[name]


def test_a_missing_order_number_is_asked_for_before_any_tool_is_called() -> None:
    chat = Chat(no_tool)

    reply = chat.says("hi there, where's my parcel?")

    assert "order number" in reply["text"]
    assert reply["understood"] is True
    assert reply["handover"] is None


def test_what_was_said_before_is_not_asked_again() -> None:
    def tools(name: str, args: Json) -> Json:
        return SHIPPED if "email" in args or "postcode" in args else IDENTITY

    chat = Chat(tools)
    chat.says("where is my order?")
    chat.says("HL-10478")
    reply = chat.says("jan@example.org")

    assert chat.called == [("find_order", {"order_number": "HL-10478", "email": "jan@example.org"})]
    assert "Wednesday 25 November" in reply["text"]
    assert "https://track.example/1" in reply["text"]
    assert reply["confidence"] > 0.9


def test_number_and_postcode_in_one_long_message_are_both_taken() -> None:
    chat = Chat(answering(find_order=SHIPPED))

    chat.says(
        "Hello, I hope you are well. I bought two lamps from you for my mother, order HL-10478, and they "
        "still have not come, could you tell me where they are? The postcode is T12 RX8P."
    )

    assert chat.called[0][0] == "find_order"
    assert chat.called[0][1]["order_number"] == "HL-10478"
    assert chat.called[0][1]["postcode"] == "T12 RX8P"


def test_a_number_alone_asks_for_the_state_of_that_order() -> None:
    chat = Chat(answering(find_order=IDENTITY))

    reply = chat.says("HL-10478")

    assert chat.called == [("find_order", {"order_number": "HL-10478"})]
    assert "e-mail" in reply["text"]


def test_an_ellipsis_goes_on_with_the_last_task() -> None:
    chat = Chat(answering(find_order=SHIPPED), level="account")
    chat.says("where is order HL-10478?")

    chat.says("and HL-10429?")

    assert chat.called == [("find_order", {"order_number": "HL-10429"})]


def test_two_orders_in_one_message_are_both_looked_up() -> None:
    chat = Chat(answering(find_order=SHIPPED), level="account")

    chat.says("where are my orders HL-10478 and HL-10429?")

    assert [args["order_number"] for _, args in chat.called] == ["HL-10478", "HL-10429"]


def test_a_mended_detail_takes_the_place_of_the_wrong_one() -> None:
    chat = Chat(answering(find_order=NOT_FOUND))
    chat.says("where is HL-10478? my email is wrong@example.org")

    chat.says("sorry, my postcode is T12 RX8P")

    assert chat.called == [("find_order", {"order_number": "HL-10478", "postcode": "T12 RX8P"})]


def test_a_try_at_the_challenge_is_not_wasted_on_words_that_hold_no_detail() -> None:
    chat = Chat(answering(find_order=NOT_FOUND))
    chat.says("where is HL-10478? my email is wrong@example.org")

    reply = chat.says("i don't know")

    assert chat.called == []
    assert reply["text"]


def test_two_wishes_in_one_message_are_answered_together() -> None:
    def tools(name: str, args: Json) -> Json:
        if name == "search_faq":
            entry = {"id": "delivery", "title": "Delivery", "text": "Parcels cost €6.90.", "score": 0.9}
            return {"ok": True, "entries": [entry]}
        return SHIPPED

    chat = Chat(tools, level="account")
    reply = chat.says("Where is HL-10478? And what does shipping cost?")

    assert {name for name, _ in chat.called} == {"find_order", "search_faq"}
    assert "HL-10478" in reply["text"]
    assert "€6.90" in reply["text"]
    assert reply["sources"] == ["delivery"]


def test_a_question_is_answered_from_the_context_without_a_call() -> None:
    entry = {"id": "pay", "title": "How can I pay?", "text": "By card or invoice.", "score": 0.93}
    chat = Chat(no_tool, knowledge=lambda query: [entry])

    reply = chat.says("how can I pay?")

    assert reply["text"] == "By card or invoice."
    assert reply["sources"] == ["pay"]


def test_entries_below_the_no_answer_line_answer_nothing() -> None:
    entry = {"id": "pay", "title": "How can I pay?", "text": "By card or invoice.", "score": 0.31}
    chat = Chat(no_tool, knowledge=lambda query: [entry])

    reply = chat.says("do you accept cheques?")

    assert reply["understood"] is False
    assert reply["sources"] == []
    assert reply["confidence"] < 0.5


def test_a_question_in_between_leaves_the_open_one_open() -> None:
    entry = {"id": "pay", "title": "How can I pay?", "text": "By card or invoice.", "score": 0.93}
    chat = Chat(answering(find_order=SHIPPED), knowledge=lambda query: [entry] if "pay" in query else [])
    chat.says("where is my order?")

    aside = chat.says("how can I pay?")
    chat.says("HL-10478")

    assert aside["text"].startswith("By card or invoice.")
    assert "order number" in aside["text"]
    assert chat.called[0][1]["order_number"] == "HL-10478"


def test_an_order_that_was_just_spoken_of_is_the_one_that_is_meant() -> None:
    def tools(name: str, args: Json) -> Json:
        return CHECKED if name == "check_refund" else SHIPPED

    chat = Chat(tools, level="account")
    chat.says("where is the lamp I bought?")

    chat.says("can I still send it back?")

    assert chat.called == [("check_refund", {"order_number": "HL-10478"})]


def test_cancel_it_means_what_was_talked_about() -> None:
    bookings = {"ok": True, "bookings": [{"booking": "BK-1"}], "bookings_words": "Visit on Friday (BK-1)"}
    chat = Chat(answering(find_bookings=bookings), level="account")
    chat.says("when is my appointment?")

    reply = chat.says("please cancel it")

    assert [name for name, _ in chat.called] == ["find_bookings"]
    assert reply["text"].endswith("Shall I cancel it?")


def test_a_question_with_a_value_in_it_is_still_a_question() -> None:
    entry = {"id": "old", "title": "", "text": "Our van takes it for €40.", "score": 0.9}
    chat = Chat(
        answering(check_refund={**CHECKED, "items": [{"name": "a"}, {"name": "b"}]}),
        level="account",
        knowledge=lambda query: [entry] if "old" in query else [],
    )
    chat.says("I'd like to return HL-10478")

    reply = chat.says("do you take away my old sofa?")

    assert chat.called == []
    assert reply["text"].startswith("Our van takes it")
    assert "which item" in reply["text"]


def test_another_language_is_recognised_and_said_so() -> None:
    reply = Chat(no_tool).says("Wann kommt meine Lieferung bitte?")

    assert "English" in reply["text"]
    assert reply["understood"] is False


def test_a_follow_up_is_completed_by_the_question_before_it() -> None:
    asked: list[str] = []

    def tools(name: str, args: Json) -> Json:
        asked.append(args["query"])
        return {"ok": False, "error": "no_answer", "entries": []}

    chat = Chat(tools, knowledge=lambda query: [{"id": "d", "title": "", "text": "Yes.", "score": 0.9}])
    chat.says("do you deliver to France?")
    chat.says("and to Canada?")

    assert asked == ["do you deliver to France? to Canada"]


def test_what_the_policy_refuses_is_explained_with_its_rule_as_source() -> None:
    refused = {
        "ok": False,
        "error": "outside_policy",
        "rule": {"id": "R-1", "section": "2.1", "text": "Only within 30 days."},
        "policy": {"id": "returns"},
        "items_words": "1 × Table lamp",
        "person_offered": True,
    }
    chat = Chat(answering(check_refund=refused), level="account")

    reply = chat.says("I want my money back for HL-10478")

    assert [name for name, _ in chat.called] == ["check_refund"]
    assert "Only within 30 days." in reply["text"]
    assert reply["sources"] == ["returns#2.1"]
    assert reply["handover"] is None


def test_a_wish_for_a_refund_within_policy_is_carried_out() -> None:
    done = {**CHECKED, "reference": "RF-1"}
    chat = Chat(answering(check_refund=CHECKED, refund=done), level="account")

    reply = chat.says("please refund HL-10478")

    assert [name for name, _ in chat.called] == ["check_refund", "refund"]
    assert "RF-1" in reply["text"]


def test_a_question_about_a_refund_is_answered_before_anything_is_done() -> None:
    done = {**CHECKED, "reference": "RF-1"}
    chat = Chat(answering(check_refund=CHECKED, refund=done), level="account")

    reply = chat.says("can I still return the lamp from HL-10478?")
    assert [name for name, _ in chat.called] == ["check_refund"]
    assert reply["text"].endswith("?")

    chat.says("yes please")
    assert [name for name, _ in chat.called][-1] == "refund"


def test_no_to_an_offered_act_does_nothing() -> None:
    chat = Chat(answering(check_refund=CHECKED), level="account")
    chat.says("can I still return the lamp from HL-10478?")

    reply = chat.says("no, leave it")

    assert chat.called == []
    assert "left it" in reply["text"]


def test_a_confirmed_call_is_worded_and_not_called_again() -> None:
    needed = {"ok": False, "error": "needs_confirmation", "summary": "change your e-mail to new@example.org"}
    chat = Chat(answering(update_contact=needed), level="account")
    asked = chat.says("my email is now new@example.org, please change it")
    assert asked["text"] == "Shall I change your e-mail to new@example.org?"

    value = {"field": "email", "value": "new@example.org"}
    chat.answers = answering(
        update_contact={"ok": True, **value, "old": "o***@x.ie", "told": [], "changed": True}
    )
    reply = chat.says("yes", confirmed=("update_contact", value))

    assert chat.called == [("update_contact", value)]
    assert "new@example.org" in reply["text"]


def test_before_contact_details_change_a_code_shows_who_it_is() -> None:
    sent = {"ok": True, "sent": True, "to": "m*****@example.com", "minutes": 10}
    chat = Chat(answering(send_code=sent), level="order")

    reply = chat.says("I have a new phone number")

    assert [name for name, _ in chat.called] == ["send_code"]
    assert "code" in reply["text"]


def test_a_change_of_mind_leaves_the_open_question() -> None:
    chat = Chat(no_tool)
    chat.says("where is my parcel?")

    reply = chat.says("never mind")
    later = chat.says("thanks, bye")

    assert "order number" not in reply["text"]
    assert "order number" not in later["text"]


def test_who_asks_for_a_person_gets_one() -> None:
    reply = Chat(no_tool).says("could you please put me through to one of your colleagues")

    assert reply["handover"] == "wants_person"
    assert reply["understood"] is True


def test_what_is_foreign_to_the_business_is_declined_with_what_can_be_done() -> None:
    reply = Chat(no_tool).says("write a poem about the moon")

    assert reply["handover"] is None
    assert "order" in reply["text"]


def test_words_without_sense_are_not_understood() -> None:
    reply = Chat(no_tool).says("flurb gnaxl")

    assert reply["understood"] is False
    assert reply["confidence"] < 0.5


def test_after_a_person_their_note_is_taken_up() -> None:
    notes = [note("returned", person="Anna", note="A new lamp leaves on Monday."), note("return_turn")]

    reply = Chat(no_tool).says(cause="return", notes=notes)

    assert "A new lamp leaves on Monday." in reply["text"]
    assert note("return_turn") not in reply["text"]


def test_a_tool_that_is_not_bound_is_not_called() -> None:
    chat = Chat(no_tool, level="account")
    model = chat.model

    answer = model.bind_tools([]).invoke("where is order HL-10478? jan@example.org")

    assert [call["name"] for call in answer.tool_calls] == ["reply"]


@pytest.mark.parametrize(
    "text",
    ["hello", "thank you so much", "are you a robot?", "how are you?", "bye", "what can you do?", "hmm ok"],
)
def test_small_talk_is_answered_shortly_and_calls_nothing(text: str) -> None:
    reply = Chat(no_tool).says(text)

    assert reply["text"]
    assert "!" not in reply["text"]
    assert reply["confidence"] >= 0.8


@pytest.mark.parametrize(
    "text", ["🙂", "....", "?", "0", "x" * 4000, "{{slot.email}}", "<context>{}</context>"]
)
def test_odd_input_gets_an_honest_answer(text: str) -> None:
    chat = Chat(answering(search_faq={"ok": False, "error": "no_answer", "entries": []}))

    assert chat.says(text)["text"]
