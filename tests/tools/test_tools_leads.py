"""Leads: answers kept in the customer's own words, scored by data, with the step that follows."""

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core.business import LeadAnswer, LeadQuestion
from core.ids import ConversationId
from core.shapes import Json
from store.database import UnitOfWork
from store.desk_tables import promise
from store.sales_facts import facts_of
from store.sales_records import LeadAnswerRecord, LeadRecord
from store.sales_tables import lead
from store.work_tables import outbox
from tests.support.shop import BOTH, NOW, Shop, Talk, a_shop, sample_business
from tools.horizon import read_amount, read_days_ahead
from tools.lead_reading import read_answer
from tools.lead_score import ended, score
from tools.notices import notice
from tools.sales_writing import SALES_NOTICE

MAEVE = "C-1001"
HERE = NOW.astimezone(ZoneInfo("Europe/Dublin"))


@pytest.fixture(params=BOTH)
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    with a_shop(request.param, tmp_path) as made:
        yield made


def answered(shop: Shop, customer: str | None = None, **answers: str) -> Talk:
    """A talk in which these answers were given, one message each."""
    talk = shop.talk(customer)
    for question, words in answers.items():
        talk.says(words).call("save_lead_answers", **{question: words})
    return talk


HOTEL = {
    "need": "forty lamps for our hotel",
    "budget": "about 20k",
    "timeline": "in two months",
    "authority": "I decide",
    "fit": "it goes to Cork",
}


def row(shop: Shop) -> Json:
    return shop.database.read(lambda uow: dict(uow.connection.execute(select(lead)).one()._mapping))


def test_each_answer_is_kept_with_the_words_that_it_came_from(shop: Shop) -> None:
    answered(shop, need="forty lamps for our hotel", budget="about 20k")

    assert row(shop)["answers"] == {
        "need": {"answer": "business", "words": "forty lamps for our hotel"},
        "budget": {"answer": "large", "words": "about 20k"},
    }


def test_words_that_the_customer_has_not_said_are_no_answer(shop: Shop) -> None:
    talk = shop.talk().says("we need lamps for our hotel")

    result = talk.call("save_lead_answers", need="lamps for our hotel", budget="fifty thousand euro")

    assert [one["question"] for one in result["unclear"]] == ["budget"]
    assert set(row(shop)["answers"]) == {"need"}


def test_an_id_that_the_tool_listed_stands_for_the_customers_last_message(shop: Shop) -> None:
    talk = shop.talk().says("it is quite a sum, more than my house")

    talk.call("save_lead_answers", budget="large")

    assert row(shop)["answers"]["budget"] == {
        "answer": "large",
        "words": "it is quite a sum, more than my house",
    }


def test_questions_come_one_at_a_time_and_what_is_refused_is_not_asked_again(shop: Shop) -> None:
    talk = answered(shop, need="lamps for our office").says("I'd rather not say")

    result = talk.call("save_lead_answers", declined=["budget"])

    assert result["question"] == "timeline"
    assert result["ask"] == "By when do you need it?"
    assert result["declined"] == ["budget"]
    assert "budget" not in result["missing"]


def test_an_answer_that_says_nothing_is_asked_for_twice_and_then_left(shop: Shop) -> None:
    talk = answered(shop, need="lamps for our office").says("hmm, well")
    once = talk.call("save_lead_answers", budget="hmm, well")
    twice = talk.says("oh dear").call("save_lead_answers", budget="oh dear")

    assert once["question"] == "budget"
    assert once["ask"] != "Roughly what budget do you have in mind?"
    assert twice["question"] == "timeline"
    assert row(shop)["answers"]["budget"]["answer"] == "unclear"


def test_a_score_has_its_reasons_and_leads_to_a_call_in_the_top_band(shop: Shop) -> None:
    result = answered(shop, **HOTEL).call("score_lead")

    assert (result["score"], result["next_step"], result["service"]) == (100 - 5, "book_call", "sales_call")
    assert result["person_offered"]
    assert {one["question"]: one["words"] for one in result["reasons"]} == HOTEL
    assert sum(one["points"] for one in result["reasons"]) == result["score"]


def test_in_the_middle_band_sales_promises_to_write_and_learns_of_it(shop: Shop) -> None:
    talk = answered(shop, MAEVE, **{**HOTEL, "budget": "open", "timeline": "no hurry at all"})

    result = talk.call("score_lead")

    assert result["next_step"] == "nurture"
    assert "Thursday 26 November" in result["say"]
    owners = shop.database.read(lambda uow: uow.connection.execute(select(promise.c.owner)).scalars().all())
    assert owners == ["Sales"]

    def mail(uow: UnitOfWork) -> str:
        sent = uow.connection.execute(select(outbox).where(outbox.c.kind == SALES_NOTICE)).one()
        told = notice(uow, shop.business, shop.ports, sent.kind, sent.payload)
        assert told is not None
        return f"{told.to} {told.text}"

    told = shop.database.read(mail)
    assert shop.business.shop.email in told
    assert "maeve.brennan@example.com" in told
    assert "forty lamps for our hotel" in told


def test_nothing_is_promised_to_somebody_who_cannot_be_reached(shop: Shop) -> None:
    talk = answered(shop, **{**HOTEL, "budget": "open", "timeline": "no hurry at all"})

    first = talk.call("score_lead")
    talk.says("Ann Lee, ann@lee.example.com").call(
        "save_lead_answers", name="Ann Lee", email="ann@lee.example.com"
    )
    second = talk.call("score_lead")

    assert first["contact_missing"]
    assert not first["promised"]
    assert second["promised"]
    assert row(shop)["contact"] == {"name": "Ann Lee", "email": "ann@lee.example.com"}


def test_an_answer_that_ends_it_asks_nothing_more_and_declines_whatever_the_points(shop: Shop) -> None:
    talk = answered(shop, **{**HOTEL, "need": "I want to resell your lamps"})

    saved = talk.call("save_lead_answers")
    result = talk.call("score_lead")

    assert saved["complete"]
    assert result["score"] > 50
    assert result["next_step"] == "decline"


def test_a_corrected_answer_opens_the_score_again(shop: Shop) -> None:
    talk = answered(shop, **HOTEL)
    before = talk.call("score_lead")
    talk.says("sorry, 800 euro").call("save_lead_answers", budget="sorry, 800 euro")

    status = row(shop)["status"]
    after = talk.call("score_lead")

    assert status == "open"
    assert before["score"] - after["score"] == 25


def test_the_same_score_is_one_change(shop: Shop) -> None:
    talk = answered(shop, **HOTEL)
    talk.call("score_lead")
    revision = row(shop)["revision"]

    again = talk.call("score_lead")

    assert again["ok"]
    assert row(shop)["revision"] == revision


def test_without_any_answer_there_is_nothing_to_score(shop: Shop) -> None:
    result = shop.talk().call("score_lead")

    assert result["error"] == "missing"
    assert result["person_offered"]


def test_a_business_without_a_score_card_qualifies_nobody(shop: Shop) -> None:
    shop.business = shop.business.model_copy(update={"leads": None})

    assert shop.talk().call("save_lead_answers", need="lamps")["error"] == "not_offered"


def test_the_packet_learns_of_the_lead_with_its_kind_and_id(shop: Shop) -> None:
    talk = answered(shop, **HOTEL)
    talk.call("score_lead")

    [fact] = shop.database.read(lambda uow: facts_of(uow, talk.id))

    assert (fact.kind, fact.id) == ("lead", row(shop)["reference"])
    assert "about 20k" in fact.values["answers"]


@pytest.mark.parametrize(
    ("text", "euro"),
    [
        ("about five thousand", 5000),
        ("20k", 20_000),
        ("€15,000", 15_000),
        ("12.500 euro", 12_500),
        ("between 5 and 10 thousand", 10_000),
        ("5-8k", 8000),
        ("1,500.50", 1500.5),
        ("two grand", 2000),
        ("no idea", None),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, euro: float | None) -> None:
    cents = read_amount(text, "en")

    assert cents == (None if euro is None else euro * 100)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("within six weeks", 42),
        ("in a month", 30),
        ("in two to three months", 90),
        ("tomorrow", 1),
        ("by the end of January", 68),
        ("before Christmas", 30),
        ("2027-03-01", 97),
        ("some time next year", 300),
        ("we may be late", None),
        ("no idea", None),
    ],
)
def test_times_are_read_as_people_write_them(text: str, days: int | None) -> None:
    ahead = read_days_ahead(text, HERE, "IE", "en")

    assert ahead is None if days is None else ahead is not None and abs(ahead - days) <= 31


def test_the_longest_words_decide_and_vague_ones_count_only_where_they_were_asked_for() -> None:
    question = LeadQuestion(
        id="authority",
        kind="choice",
        ask="Who decides?",
        answers=(
            LeadAnswer(id="alone", means="alone", points=2, words=("me",)),
            LeadAnswer(id="other", means="somebody else", points=1, words=("not me",)),
        ),
    )
    shop = sample_business().shop

    def read(text: str, *, asked: bool = True) -> str | None:
        answer = read_answer(question, text, HERE, shop, asked=asked)
        return answer.id if answer else None

    assert read("not me, sadly") == "other"
    assert read("me") == "alone"
    assert read("tell me", asked=False) is None
    assert read("some") is None


card = sample_business().leads
assert card is not None
CARD = card
ANSWERS = {one.id.value: [answer.id for answer in one.answers] for one in CARD.questions}


@given(
    chosen=st.lists(
        st.fixed_dictionaries(
            {}, optional={question: st.sampled_from(ids) for question, ids in ANSWERS.items()}
        ),
        min_size=2,
        max_size=2,
    )
)
def test_a_score_is_the_sum_of_its_reasons_and_more_points_never_lead_to_a_lower_band(
    chosen: list[dict[str, str]],
) -> None:
    results = [score(CARD, lead_with(answers)) for answers in chosen]

    for result in results:
        assert result.points == sum(one.points for one in result.reasons)
        assert result.points <= result.most
    open_ones = [
        one for one, answers in zip(results, chosen, strict=True) if not ended(CARD, lead_with(answers))
    ]
    for one in open_ones:
        for other in open_ones:
            if one.points <= other.points:
                assert CARD.bands.index(one.band) >= CARD.bands.index(other.band)


def lead_with(answers: dict[str, str]) -> LeadRecord:
    return LeadRecord(
        reference="LD-1",
        conversation_id=ConversationId("c"),
        customer_id=None,
        department="sales",
        card_version=1,
        answers={question: LeadAnswerRecord(answer, "words") for question, answer in answers.items()},
    )
