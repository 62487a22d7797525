"""The embedded model leads an unknown customer by order, e-mail and code to what they asked for."""

from core.shapes import Json
from tests.agent.embedded.talking import Chat

CODE = "482913"
PHONE = "+353 86 555 0142"


class Shop:
    """Tools that know one order, its owner's code, and how far this talk has come."""

    def __init__(self) -> None:
        self.chat: Chat | None = None
        self.sent = 0

    def __call__(self, tool: str, args: Json) -> Json:
        return {
            "find_order": self._find,
            "send_code": self._send,
            "check_code": self._check,
            "update_contact": self._change,
            "update_address": self._move,
        }[tool](args)

    def _find(self, args: Json) -> Json:
        assert self.chat is not None
        if (args.get("order_number"), args.get("email")) != ("HL-10428", "maeve@example.com"):
            return {"ok": False, "error": "not_found", "tries_left": 4}
        self.chat.level = "order"
        return {"ok": True, "level": "order", "order": {"number": "HL-10428", "state": "paid"}, "others": []}

    def _send(self, args: Json) -> Json:
        self.sent += 1
        return {"ok": True, "sent": True, "to": "m*****@example.com", "minutes": 10}

    def _check(self, args: Json) -> Json:
        assert self.chat is not None
        if args["code"] != CODE:
            return {"ok": False, "error": "code_wrong", "tries_left": 4}
        self.chat.level = "account"
        return {"ok": True, "level": "account", "name": "Maeve"}

    def _change(self, args: Json) -> Json:
        assert self.chat is not None
        assert self.chat.level == "account"
        return {"ok": False, "error": "needs_confirmation", "summary": f"change it to {args['value']}"}

    def _move(self, args: Json) -> Json:
        assert self.chat is not None
        assert self.chat.level == "account"
        return {"ok": False, "error": "needs_confirmation", "summary": f"send all to {args['line1']}"}


def chat() -> tuple[Chat, Shop]:
    shop = Shop()
    talk = Chat(shop)
    shop.chat = talk
    return talk, shop


def tools_of(talk: Chat) -> list[str]:
    return [name for name, _ in talk.called]


def test_an_unknown_customer_changes_a_number_after_order_address_and_code() -> None:
    talk, _ = chat()

    first = talk.says(f"Hi, I'd like to change my phone number to {PHONE}")
    second = talk.says("HL-10428")
    third = talk.says("maeve@example.com")
    opened = tools_of(talk)
    fourth = talk.says(CODE)

    assert "order" in first["text"]
    assert "e-mail" in second["text"]
    assert opened == ["find_order", "send_code"]
    assert "m*****@example.com" in third["text"]
    assert tools_of(talk) == ["check_code", "update_contact"]
    assert "865550142" in fourth["text"]


def test_number_and_address_may_come_together_and_are_not_taken_for_what_is_to_be_changed() -> None:
    talk, _ = chat()
    talk.says("I have a new email address, please use maeve.new@example.org")

    talk.says("my order was HL-10428 and I ordered with maeve@example.com")
    opened = tools_of(talk)
    talk.says(f"the code is {CODE}")

    assert opened == ["find_order", "send_code"]
    assert talk.called[-1] == ("update_contact", {"field": "email", "value": "maeve.new@example.org"})


def test_a_wrong_code_is_asked_for_again_and_another_can_be_had() -> None:
    talk, shop = chat()
    talk.says(f"change my mobile to {PHONE}")
    talk.says("HL-10428")
    talk.says("maeve@example.com")

    wrong = talk.says("111 111")
    again = talk.says("I didn't get it, can you send another one?")
    sent = shop.sent
    talk.says(CODE)

    assert "isn't the code" in wrong["text"]
    assert "another code" in again["text"]
    assert sent == 2
    assert tools_of(talk) == ["check_code", "update_contact"]


def test_a_code_is_never_taken_for_an_order_number() -> None:
    talk, _ = chat()
    talk.says(f"change my mobile to {PHONE}")
    talk.says("HL-10428")
    talk.says("maeve@example.com")
    talk.says(CODE)

    talk.says("where is my order?")

    assert all(args.get("order_number") != CODE for _, args in talk.called)


def test_details_that_do_not_match_are_asked_for_again() -> None:
    talk, _ = chat()
    talk.says(f"change my mobile to {PHONE}")
    talk.says("HL-10999")
    refused = talk.says("maeve@example.com")
    talk.says("HL-10428")

    assert "can't find" in refused["text"]
    assert tools_of(talk) == ["find_order", "send_code"]


def test_an_address_is_changed_in_the_same_way_and_its_postcode_is_no_proof() -> None:
    talk, _ = chat()
    asked = talk.says("please change my address to 1 New Street, Cork, T12 X123")
    before = tools_of(talk)
    talk.says("HL-10428")
    talk.says("maeve@example.com")
    opened = tools_of(talk)
    talk.says(CODE)

    assert "order" in asked["text"]
    assert before == []
    assert opened == ["find_order", "send_code"]
    assert tools_of(talk) == ["check_code", "update_address"]
    assert talk.called[-1][1]["postcode"] == "T12 X123"


def test_whoever_only_wants_to_show_who_they_are_can_do_so() -> None:
    talk, _ = chat()
    talk.says("Can I verify that it's me with a code by e-mail?")
    talk.says("HL-10428")
    sent = talk.says("maeve@example.com")
    done = talk.says(CODE)

    assert "m*****@example.com" in sent["text"]
    assert "Thank you" in done["text"]


def test_another_question_meanwhile_is_answered_and_the_code_still_counts() -> None:
    talk, _ = chat()
    talk.says(f"change my mobile to {PHONE}")
    talk.says("HL-10428")
    talk.says("maeve@example.com")

    talk.says("thanks, one moment please")
    talk.says(f"here it is: {CODE}")

    assert tools_of(talk) == ["check_code", "update_contact"]
