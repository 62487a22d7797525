"""The sample business: large and varied enough to show everything, and consistent in itself."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from core.business import Business, SeedOrder, load_business
from core.opening import first_day_with
from core.settings import SAMPLE_BUSINESS
from core.vocabulary import Capability, OrderState, PersonRole, Priority, Trigger
from core.wordings import REQUIRED, placeholders


@pytest.fixture(scope="module")
def business() -> Business:
    return load_business(SAMPLE_BUSINESS)


def _inside_window(business: Business, order: SeedOrder) -> bool:
    return order.delivered is not None and -order.delivered.days < business.refunds.window_days


def test_it_is_as_large_as_a_believable_shop(business: Business) -> None:
    assert len(business.seed.customers) >= 40
    assert len(business.seed.orders) >= 120
    assert len(business.products) >= 60
    assert len(business.locations) == 3
    assert len(business.services) >= 4
    assert len(business.faq) >= 45
    assert len(business.policies) == 8
    assert len(business.departments) == 4
    assert len(business.people) >= 8
    assert 8 <= len(business.personas) <= 10


def test_every_order_state_occurs_several_times(business: Business) -> None:
    states = Counter(order.state for order in business.seed.orders)
    assert all(states[state] >= 5 for state in OrderState), states


def test_personas_together_cover_every_state_and_both_sides_of_the_window(business: Business) -> None:
    orders = [order for persona in business.personas for order in business.seed.orders_of(persona.customer)]
    assert {order.state for order in orders} == set(OrderState)
    delivered = [order for order in orders if order.state is OrderState.DELIVERED]
    assert {_inside_window(business, order) for order in delivered} == {True, False}
    assert all(business.seed.orders_of(persona.customer) for persona in business.personas)


def test_one_persona_is_of_the_highest_tier_and_says_so(business: Business) -> None:
    highest = [persona for persona in business.personas if "highest tier" in persona.about]
    assert highest
    for persona in highest:
        customer = business.seed.customer(persona.customer)
        assert customer is not None
        assert customer.tier == "gold"


def test_a_starter_names_only_orders_of_its_own_persona(business: Business) -> None:
    for persona in business.personas:
        own = {order.number for order in business.seed.orders_of(persona.customer)}
        named = {
            word.strip(",.?")
            for starter in persona.starters
            for word in starter.split()
            if word.startswith("HL-")
        }
        assert named <= own, persona.customer


def test_orders_in_the_window_stay_in_it_for_the_week_that_demo_data_live(business: Business) -> None:
    delivered = [order for order in business.seed.orders if order.state is OrderState.DELIVERED]
    ages = [-order.delivered.days for order in delivered if order.delivered]
    assert sum(age <= business.refunds.window_days - 7 for age in ages) >= 10
    assert sum(age > business.refunds.window_days for age in ages) >= 10


def test_split_shipments_and_refunds_occur(business: Business) -> None:
    split = [order for order in business.seed.orders if len(order.shipments) > 1]
    assert len(split) >= 5
    assert any(order.refunds for order in business.seed.orders if order.state is OrderState.RETURNED)
    assert any(order.expected and order.expected.days < 0 for order in business.seed.orders
               if order.state is OrderState.SHIPPED)  # fmt: skip


def test_every_excluded_item_type_has_a_product_and_every_one_sold_is_known(business: Business) -> None:
    types = {product.item_type for product in business.products}
    assert set(business.refunds.excluded_item_types) <= types
    assert types <= {*business.refunds.excluded_item_types, "standard"}


def test_names_mails_and_postcodes_of_customers_differ(business: Business) -> None:
    for values in (
        [customer.name for customer in business.seed.customers],
        [customer.email.lower() for customer in business.seed.customers],
        [customer.postcode for customer in business.seed.customers],
    ):
        assert len(set(values)) == len(values)
    assert len({customer.address.country for customer in business.seed.customers}) >= 10


def test_mail_addresses_and_pages_are_of_reserved_names(business: Business) -> None:
    for customer in business.seed.customers:
        assert customer.email.partition("@")[2].startswith("example."), customer.email
    pages = [entry.url for entry in business.faq] + [policy.url for policy in business.policies]
    assert all(page is None or page.startswith("https://hesperlathe.example/") for page in pages)


def test_every_faq_entry_has_other_wordings_of_its_own(business: Business) -> None:
    assert all(2 <= len(entry.also) <= 4 for entry in business.faq)
    asked = [words.lower() for entry in business.faq for words in (entry.title, *entry.also)]
    assert len(set(asked)) == len(asked)


def test_a_faq_entry_knows_its_file_and_line(business: Business) -> None:
    for entry in business.faq:
        assert f"id: {entry.id}" in entry.file.read_text().splitlines()[entry.line - 1]


def test_the_pages_that_the_faq_names_are_policies(business: Business) -> None:
    pages = {policy.url for policy in business.policies}
    assert {entry.url for entry in business.faq if entry.url} <= pages


def test_policies_have_numbered_sections_and_rules_point_at_them(business: Business) -> None:
    for policy in business.policies:
        assert len(policy.sections) >= 4
    returns = business.policy(business.refunds.policy_id)
    assert returns is not None
    section = returns.section("2.1")
    assert section is not None
    assert f"{business.refunds.window_days} days" in section.text
    window = business.refunds.rule_for("window")
    assert window is not None
    assert window.section == "2.1"


def test_every_trigger_has_a_policy_and_costs(business: Business) -> None:
    assert set(business.triggers) == set(Trigger)
    assert set(business.costs) == set(Trigger)


def test_what_is_beyond_doubt_needs_more_than_the_first_threshold(business: Business) -> None:
    for trigger, policy in business.triggers.items():
        assert policy.strong is None or policy.strong > policy.threshold, trigger


def test_an_upsell_is_only_ever_offered(business: Business) -> None:
    upsell = business.triggers[Trigger.UPSELL]
    assert (upsell.effect, upsell.with_model, upsell.strong) == ("offer", "offer", None)


def test_distress_is_the_most_urgent_and_the_dearest_to_miss(business: Business) -> None:
    assert business.triggers[Trigger.DISTRESS].priority is Priority.URGENT
    assert max(business.costs, key=lambda trigger: business.costs[trigger].missed) is Trigger.DISTRESS


def test_every_capability_has_an_owner_and_the_default_department_takes_the_rest(business: Business) -> None:
    owned = {one for department in business.departments for one in department.owns}
    assert {str(capability) for capability in Capability} <= owned
    assert business.owner_of(Capability.REFUND).id == "orders"
    assert business.owner_of(Trigger.LOW_CONFIDENCE) == business.default_department


def test_only_billing_ever_closes(business: Business) -> None:
    assert [one.id for one in business.departments if one.hours != "always"] == ["billing"]


def test_one_person_is_a_developer_and_every_department_has_people(business: Business) -> None:
    assert [person.role for person in business.people].count(PersonRole.DEVELOPER) == 1
    assert all(department.members for department in business.departments)


def test_every_seeded_booking_finds_a_slot_whatever_the_day_of_seeding(business: Business) -> None:
    for offset in range(7):
        seed_day = date(2026, 11, 23) + timedelta(days=offset)
        for booking in business.seed.bookings:
            service, location = business.service(booking.service), business.location(booking.location)
            assert service is not None
            assert location is not None
            assert booking.start.at_time is not None
            day = first_day_with(service, location, booking.start.day(seed_day), booking.start.at_time)
            assert day is not None, booking.id
            assert (day - booking.start.day(seed_day)).days <= 7, booking.id


def test_needed_wordings_are_there_and_none_shouts(business: Business) -> None:
    texts = business.wordings.texts["en"]
    assert set(REQUIRED) <= set(texts)
    assert all("!" not in text for text in texts.values())
    assert all(len(text) <= 240 for text in texts.values())


def test_the_first_notice_says_that_it_is_an_ai(business: Business) -> None:
    notice = business.wordings.say(
        "ai_notice", assistant=business.shop.assistant_name, shop=business.shop.name
    )
    assert "AI" in notice
    assert "person" in notice


def test_each_handover_names_the_department_and_asks_for_nothing_else(business: Business) -> None:
    for trigger in Trigger:
        assert placeholders(business.wordings.texts["en"][f"handover.{trigger}"]) == {"department"}


def test_crisis_words_carry_the_numbers_of_the_country(business: Business) -> None:
    assert "116 123" in business.crisis_text("IE")
    assert "113" in business.crisis_text("NL")
    assert "112" in business.crisis_text(None)


def test_every_country_of_a_customer_has_a_crisis_line_or_the_general_one(business: Business) -> None:
    for customer in business.seed.customers:
        assert business.crisis_text(customer.address.country)


@pytest.mark.parametrize(
    ("name", "endpoint", "strategy", "forced"),
    [
        ("gpt-5-mini", "responses", "tools", "yes"),
        ("o4-mini", "responses", "tools", "yes"),
        ("gpt-4.1-mini", "chat", "tools", "yes"),
        ("GPT-4o", "chat", "tools", "yes"),
        ("deepseek-reasoner", "chat", "tools", "refused"),
        ("qwen3-235b-thinking", "chat", "tools", "refused"),
        ("llama3.1:8b", "chat", "json", "ignored"),
        ("small-q4.gguf", "chat", "json", "ignored"),
        ("gguf:/models/small.gguf", "chat", "json", "ignored"),
        ("embedded", "chat", "tools", "yes"),
        ("something-new", "chat", "tools", "yes"),
    ],
)
def test_a_models_name_finds_its_profile(
    business: Business, name: str, endpoint: str, strategy: str, forced: str
) -> None:
    profile = business.models.for_model(name)
    assert (profile.endpoint, profile.strategy, profile.forced_choice) == (endpoint, strategy, forced)


def test_the_default_model_has_a_profile_of_its_own(business: Business) -> None:
    assert business.models.for_model(business.models.default).match != "*"


def test_relative_dates_become_moments_of_the_seed_day_in_local_time(business: Business) -> None:
    order = next(order for order in business.seed.orders if order.number == "HL-10432")
    assert order.delivered is not None
    assert order.delivered.at_time is not None
    moment = order.delivered.at(date(2026, 7, 24), business.shop.timezone)
    local = datetime.combine(date(2026, 7, 12), order.delivered.at_time)
    assert moment == local.replace(tzinfo=UTC) - timedelta(hours=1)


def test_a_tracking_page_carries_the_number_and_the_own_van_has_none(business: Business) -> None:
    page = business.shop.tracking_url("Northway Parcel", "NW1IE")
    assert page is not None
    assert page.endswith("NW1IE")
    assert business.shop.tracking_url("Hesper Van", "HV-1") is None


def test_the_business_cannot_be_changed(business: Business) -> None:
    with pytest.raises(ValueError, match="frozen"):
        business.directory = Path("elsewhere")  # type: ignore[misc]
