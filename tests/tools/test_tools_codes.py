"""One-time codes: sent to the contact on file, good once and for a while; guesses end with a person."""

from collections.abc import Iterator
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest
from sqlalchemy import select

from channels.spool import Spool
from core.shapes import Json
from runtime.notices import deliveries
from store import conversations, outbox
from store.talk_tables import identity_code
from store.work_tables import outbox as outbox_table
from tests.support.shop import BOTH, Shop, Talk, a_shop
from tools.code_making import CODE

MAEVE = "C-1001"


@pytest.fixture(params=BOTH)
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    with a_shop(str(request.param), tmp_path) as made:
        yield made


class Postman:
    """Delivers the codes that are due, and reads them as the customer does."""

    def __init__(self, shop: Shop, folder: Path) -> None:
        self.shop, self.folder = shop, folder
        self.deliver = deliveries(shop.database, shop.business, shop.ports, Spool(folder))[CODE]

    def brings(self) -> list[tuple[str, str]]:
        """(address, code) of each e-mail that was due."""
        due = [one for one in self.shop.database.write(lambda uow: outbox.take(uow, 50)) if one.kind == CODE]
        found = []
        for row in due:
            self.deliver(row)
            self.shop.database.write(lambda uow, row=row: outbox.done(uow, row.id))  # type: ignore[misc]
            path = self.folder / "outbox" / f"{row.id}.eml"
            if path.exists():
                mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
                found.append((str(mail["To"]), str(mail["Subject"]).split()[0]))
        return found


@pytest.fixture
def postman(shop: Shop, tmp_path: Path) -> Postman:
    return Postman(shop, tmp_path / "mail")


def order_of(shop: Shop, customer_id: str = MAEVE) -> tuple[str, str]:
    """Number and e-mail address of an order of theirs."""
    order = next(one for one in shop.business.seed.orders if one.customer == customer_id)
    return order.number, next(one.email for one in shop.business.seed.customers if one.id == customer_id)


def opened(shop: Shop) -> Talk:
    """A talk in which the challenge has opened one of Maeve's orders."""
    number, email = order_of(shop)
    talk = shop.talk().says(f"{number}, {email}")
    assert talk.call("find_order", order_number=number, email=email)["ok"]
    return talk


def level_of(talk: Talk) -> str:
    return talk.shop.database.read(lambda uow: conversations.load(uow, talk.id)).level.value


def other_than(code: str, by: int = 1) -> str:
    return f"{(int(code) + by) % 10 ** len(code):0{len(code)}d}"


def says_code(talk: Talk, code: str) -> Json:
    return talk.says(code).call("check_code", code=code)


def test_a_code_to_the_contact_on_file_gives_the_account(shop: Shop, postman: Postman) -> None:
    talk = opened(shop)
    before = talk.call("update_contact", field="phone", value="+353 86 555 0100")

    sent = talk.call("send_code")
    ((to, code),) = postman.brings()
    done = says_code(talk, f"{code[:3]} {code[3:]}")

    assert before["error"] == "level_needed"
    assert before["form"]["kind"] == "code"
    assert sent["ok"]
    assert sent["form"] == {"kind": "code", "fields": ["code"], "tries_left": 5}
    assert to == order_of(shop)[1]
    assert to not in str(sent)
    assert done["ok"]
    assert level_of(talk) == "account"
    changed = talk.call("update_contact", field="phone", value="+353 86 555 0100", confirmed=True)
    assert changed["ok"]


def test_whoever_is_unknown_is_told_what_is_missing_and_can_then_be_sent_one(
    shop: Shop, postman: Postman
) -> None:
    number, email = order_of(shop)
    talk = shop.talk()
    refused = talk.call("update_contact", field="phone", value="+353 86 555 0100")
    missing = talk.call("send_code")
    unsaid = talk.call("send_code", order_number=number, email=email)

    talk.says(f"It is {number}, {email}")
    sent = talk.call("send_code", order_number=number, email=email)

    assert refused["missing"] == ["order_number", "email"]
    assert missing["error"] == unsaid["error"] == "identity_needed"
    assert sent["ok"]
    assert level_of(talk) == "anonymous"
    ((_, code),) = postman.brings()
    assert says_code(talk, code)["ok"]
    assert level_of(talk) == "account"


def test_details_that_lead_to_nobody_are_answered_in_the_same_words(shop: Shop, postman: Postman) -> None:
    number, email = order_of(shop)
    right = shop.talk().says(number, email)
    wrong = shop.talk().says(number, "omar@example.com")
    nowhere = shop.talk().says("HL-99999", email)

    answers = [
        right.call("send_code", order_number=number, email=email),
        wrong.call("send_code", order_number=number, email="omar@example.com"),
        nowhere.call("send_code", order_number="HL-99999", email=email),
    ]
    mails = postman.brings()
    tries = [says_code(talk, "000000") for talk in (wrong, nowhere)]

    assert [one | {"to": ""} for one in answers[:1]] * 3 == [
        one | {"to": "", "form": answers[0]["form"]} for one in answers
    ]
    assert [to for to, _ in mails] == [email]
    assert [one["error"] for one in tries] == ["code_wrong", "code_wrong"]


def test_a_code_is_kept_nowhere_but_as_a_hash(shop: Shop, postman: Postman) -> None:
    opened(shop).call("send_code")
    ((_, code),) = postman.brings()

    rows = shop.database.read(
        lambda uow: [
            *uow.connection.execute(select(identity_code)).all(),
            *uow.connection.execute(select(outbox_table)).all(),
        ]
    )

    assert rows
    assert all(code not in str(value).split() for row in rows for value in row)
    assert order_of(shop)[1] not in str([row for row in rows if "code_" in str(row[0])])


def test_a_code_is_good_once_and_in_its_own_conversation_only(shop: Shop, postman: Postman) -> None:
    talk, other = opened(shop), opened(shop)
    talk.call("send_code")
    ((_, code),) = postman.brings()

    elsewhere = says_code(other, code)
    here = says_code(talk, code)
    third = opened(shop)
    third.call("send_code")
    postman.brings()
    replayed = says_code(third, code)

    assert elsewhere["error"] == "no_code"
    assert here["ok"]
    assert replayed["error"] == "code_wrong"
    assert level_of(other) == level_of(third) == "order"


def test_a_code_wears_out_after_its_minutes(shop: Shop, postman: Postman) -> None:
    talk = opened(shop)
    talk.call("send_code")
    ((_, code),) = postman.brings()
    shop.clock.pass_(minutes=10)

    late = says_code(talk, code)
    talk.call("send_code")
    ((_, newer),) = postman.brings()

    assert late["error"] == "code_expired"
    assert says_code(talk, newer)["ok"]


def test_a_newer_code_takes_the_place_of_the_older(shop: Shop, postman: Postman) -> None:
    talk = opened(shop)
    talk.call("send_code")
    ((_, first),) = postman.brings()
    talk.call("send_code")
    ((_, second),) = postman.brings()

    old, new = says_code(talk, first), says_code(talk, second)

    assert old["error"] == "code_wrong" or first == second
    assert new["ok"]


def test_a_code_that_went_to_an_old_contact_is_worth_nothing_after_a_change(
    shop: Shop, postman: Postman
) -> None:
    talk = opened(shop)
    talk.call("send_code")
    ((_, code),) = postman.brings()
    owner = shop.talk(MAEVE)
    assert owner.call("update_contact", field="email", value="maeve@new.example", confirmed=True)["ok"]

    refused = says_code(talk, code)
    talk.call("send_code")
    ((to, newer),) = postman.brings()

    assert refused["error"] == "code_wrong"
    assert to == "maeve@new.example"
    assert says_code(talk, newer)["ok"]


def test_a_model_cannot_guess_a_code_that_the_customer_has_not_written(shop: Shop, postman: Postman) -> None:
    talk = opened(shop)
    talk.call("send_code")
    ((_, code),) = postman.brings()

    guessed = talk.call("check_code", code=code)

    assert guessed["error"] == "code_needed"
    assert level_of(talk) == "order"


def test_guesses_in_one_conversation_end_with_a_person_and_the_right_code_is_then_no_use(
    shop: Shop, postman: Postman
) -> None:
    talk = opened(shop)
    talk.call("send_code")
    ((_, code),) = postman.brings()

    answers = [says_code(talk, other_than(code, by)) for by in range(1, 6)]
    last = says_code(talk, code)

    assert [one["error"] for one in answers] == [*["code_wrong"] * 4, "identity_locked"]
    assert last["error"] == "identity_locked"
    assert last["person_offered"]
    assert level_of(talk) == "order"


def test_guesses_at_one_customer_count_over_all_conversations(shop: Shop, postman: Postman) -> None:
    answers = []
    for _ in range(3):
        talk = opened(shop)
        answers.append(talk.call("send_code").get("error"))
        answers += [
            says_code(talk, other_than(code, by)).get("error")
            for _, code in postman.brings()
            for by in (1, 2, 3)
        ]

    assert answers[-1] == "identity_locked"
    assert answers.count("code_wrong") < 6


def test_nobody_is_flooded_with_codes(shop: Shop, postman: Postman) -> None:
    sent = []
    for _ in range(6):
        opened(shop).call("send_code")
        sent += postman.brings()

    assert len(sent) == 4


def test_who_is_signed_in_is_sent_nothing(shop: Shop, postman: Postman) -> None:
    answer = shop.talk(MAEVE).call("send_code")

    assert answer == {"ok": True, "sent": False, "level": "account"}
    assert postman.brings() == []
