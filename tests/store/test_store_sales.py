"""Enquiries and leads in the store: written whole, never over what somebody else has just written."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.ids import ConversationId
from store.enquiries import SqlEnquiries
from store.leads import SqlLeads
from store.sales_facts import contact_of, facts_of
from store.sales_records import EnquiryRecord, LeadAnswerRecord, LeadRecord
from tests.support.shop import BOTH, Shop, a_shop

TALK = ConversationId("conv_1")
ENQUIRY = EnquiryRecord(
    reference="EN-1",
    conversation_id=TALK,
    customer_id=None,
    topic="message",
    department="care",
    details={"name": "Ann", "email": "ann@lee.example.com"},
    declined={"phone": None},
)
LEAD = LeadRecord(
    reference="LD-1",
    conversation_id=TALK,
    customer_id=None,
    department="sales",
    card_version=1,
    answers={"budget": LeadAnswerRecord("large", "about 20k")},
    declined=("fit",),
    contact={"name": "Ann Lee"},
)


@pytest.fixture(params=BOTH)
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    with a_shop(request.param, tmp_path) as made:
        yield made


def test_what_was_written_is_read_as_it_was(shop: Shop) -> None:
    enquiry = shop.database.write(lambda uow: SqlEnquiries().save(uow, ENQUIRY))
    lead = shop.database.write(lambda uow: SqlLeads().save(uow, LEAD))

    assert enquiry == replace(ENQUIRY, revision=1)
    assert lead == replace(LEAD, revision=1)
    assert shop.database.read(lambda uow: SqlEnquiries().get(uow, "EN-1")) == enquiry
    assert shop.database.read(lambda uow: SqlLeads().of_conversation(uow, TALK)) == lead


def test_a_change_of_what_has_changed_meanwhile_is_not_written(shop: Shop) -> None:
    first = shop.database.write(lambda uow: SqlEnquiries().save(uow, ENQUIRY))
    assert first is not None
    shop.database.write(lambda uow: SqlEnquiries().save(uow, replace(first, details={"name": "Bea"})))

    late = shop.database.write(lambda uow: SqlEnquiries().save(uow, replace(first, details={"name": "Cem"})))

    assert late is None
    [kept] = shop.database.read(lambda uow: SqlEnquiries().of_conversation(uow, TALK))
    assert kept.details == {"name": "Bea"}


def test_the_enquiry_changed_last_comes_first(shop: Shop) -> None:
    older = shop.database.write(lambda uow: SqlEnquiries().save(uow, ENQUIRY))
    assert older is not None
    shop.clock.pass_(seconds=5)
    shop.database.write(lambda uow: SqlEnquiries().save(uow, replace(ENQUIRY, reference="EN-2")))
    shop.clock.pass_(seconds=5)
    shop.database.write(lambda uow: SqlEnquiries().save(uow, replace(older, topic="newsletter")))

    found = shop.database.read(lambda uow: SqlEnquiries().of_conversation(uow, TALK))

    assert [one.reference for one in found] == ["EN-1", "EN-2"]


def test_facts_name_kind_and_id_and_leave_out_what_was_withdrawn(shop: Shop) -> None:
    shop.database.write(lambda uow: SqlEnquiries().save(uow, ENQUIRY))
    shop.database.write(
        lambda uow: SqlEnquiries().save(uow, replace(ENQUIRY, reference="EN-2", status="withdrawn"))
    )
    shop.database.write(lambda uow: SqlLeads().save(uow, LEAD))

    facts = shop.database.read(lambda uow: facts_of(uow, TALK))

    assert [(one.kind, one.id) for one in facts] == [("enquiry", "EN-1"), ("lead", "LD-1")]
    assert facts[0].values["declined"] == "phone"
    assert facts[1].values["answers"] == "budget: “about 20k”"
    contact = shop.database.read(lambda uow: contact_of(uow, TALK))
    assert contact == {"name": "Ann", "email": "ann@lee.example.com"}
