"""Another business: facts are its own, what it does not decide comes from the sample."""

import shutil
from pathlib import Path

import pytest

from core.business import Business, load_business
from core.settings import SAMPLE_BUSINESS
from core.vocabulary import OrderState, Trigger

TINY = Path(__file__).resolve().parent.parent / "businesses" / "tiny"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return shutil.copytree(TINY, tmp_path / "tiny")


def test_a_tiny_business_of_another_trade_loads() -> None:
    tiny = load_business(TINY)
    assert (tiny.shop.currency, tiny.shop.timezone) == ("NZD", "Pacific/Auckland")
    assert [order.state for order in tiny.seed.orders] == [OrderState.DELIVERED, OrderState.PAID]
    assert tiny.default_department.id == "workshop"


def test_no_fact_of_the_sample_reaches_it() -> None:
    tiny, sample = load_business(TINY), load_business(SAMPLE_BUSINESS)
    assert not {entry.id for entry in tiny.faq} & {entry.id for entry in sample.faq}
    assert not {product.sku for product in tiny.products} & {product.sku for product in sample.products}
    assert tiny.personas == ()
    assert tiny.seed.tickets == ()


def test_what_it_does_not_decide_comes_from_the_sample() -> None:
    tiny, sample = load_business(TINY), load_business(SAMPLE_BUSINESS)
    for name in ("decision", "costs", "budget", "sla", "models", "crisis", "wordings"):
        assert getattr(tiny, name) == getattr(sample, name), name
    assert tiny.triggers[Trigger.ANGER].threshold == sample.triggers[Trigger.ANGER].threshold


def test_inherited_triggers_name_no_department_that_it_does_not_have() -> None:
    tiny = load_business(TINY)
    assert {policy.department for policy in tiny.triggers.values()} == {None}
    assert tiny.owner_of(Trigger.BILLING_LEGAL).id == "workshop"


def test_one_wording_of_its_own_leaves_the_others_as_they_are(copy: Path) -> None:
    (copy / "wordings").mkdir()
    (copy / "wordings" / "en.yaml").write_text("handover:\n  anger: Aroha rings you. She knows it all.\n")
    wordings = load_business(copy).wordings
    assert wordings.say("handover.anger", department="Workshop") == "Aroha rings you. She knows it all."
    assert "Workshop" in wordings.say("handover.default", department="Workshop")


def test_a_language_without_a_key_falls_back_to_english(copy: Path) -> None:
    (copy / "wordings").mkdir()
    (copy / "wordings" / "de.yaml").write_text("quick:\n  yes: Ja, bitte\n")
    wordings = load_business(copy).wordings
    assert wordings.say("quick.yes", "de") == "Ja, bitte"
    assert wordings.say("quick.yes", "de-AT") == "Ja, bitte"
    assert wordings.say("quick.no", "de") == wordings.say("quick.no", "en")
    assert wordings.say("quick.yes", "fr") == wordings.say("quick.yes", "en")


def test_an_unknown_wording_or_a_missing_value_is_an_error_of_the_caller() -> None:
    wordings = load_business(TINY).wordings
    with pytest.raises(KeyError, match="no wording"):
        wordings.say("no.such.key")
    with pytest.raises(KeyError, match="department"):
        wordings.say("handover.default")


def test_the_first_known_of_several_wordings_is_said() -> None:
    wordings = load_business(TINY).wordings
    assert wordings.first_of("offer.nothing", "offer.default", department="Shop") == wordings.say(
        "offer.default", department="Shop"
    )


def test_one_threshold_of_its_own_leaves_the_other_triggers_as_they_are(copy: Path) -> None:
    (copy / "triggers.yaml").write_text(
        "anger: {threshold: 0.7, effect: handover, with_model: handover, department: workshop}\n"
    )
    business: Business = load_business(copy)
    assert business.triggers[Trigger.ANGER].threshold == 0.7
    assert business.triggers[Trigger.ANGER].department == "workshop"
    assert set(business.triggers) == set(Trigger)
