"""The playground in a real browser against the real server."""

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from core.vocabulary import Capability, Trigger
from tests.e2e.pages_kit import NARROW, answers, say, wait_for_turn, watched

STARTERS = len(Capability) + len(Trigger)


def test_every_persona_of_the_demo_is_one_press_away(customer: Page, pages_server: str) -> None:
    demo = httpx.get(f"{pages_server}/v1/demo").json()
    for persona in demo["customers"]:
        expect(customer.get_by_role("button", name=persona["name"]).first).to_be_visible()
    customer.get_by_role("button", name=demo["customers"][0]["name"]).click()
    box = customer.get_by_role("textbox", name="Message")
    expect(box).to_have_attribute("placeholder", f"Write as {demo['customers'][0]['name']}")


def test_there_is_a_starter_for_every_capability_and_every_trigger(customer: Page) -> None:
    lists = customer.get_by_role("navigation", name="Try it").locator("ul:not(.personas)")
    expect(lists.get_by_role("button")).to_have_count(STARTERS)


def test_a_starter_asks_with_one_press_and_gets_its_tick(customer: Page) -> None:
    starter = customer.get_by_role("button", name="Questions (FAQ)")
    starter.click()
    expect(answers(customer).last).to_contain_text("days")
    expect(starter).to_contain_text("tried")


def test_a_starter_about_an_order_fills_in_one_of_the_persona_s_own(customer: Page) -> None:
    customer.get_by_role("button", name="Order status").click()
    asked = customer.locator("baton-chat .bubble.customer").first
    expect(asked).not_to_contain_text("{order}")
    expect(answers(customer).first).to_be_visible()


def test_the_trace_tells_totals_path_decision_triggers_steps_and_confidence(customer: Page) -> None:
    say(customer, "How long do I have to return something?")
    wait_for_turn(customer)
    trace = customer.locator("baton-trace")
    expect(trace.get_by_role("heading", name="Turn 1 of 1")).to_be_visible()
    expect(trace.get_by_role("group", name="Totals of the turn")).to_contain_text("model call")
    expect(trace.locator(".three [aria-current]")).to_have_text("Answer")
    expect(trace.locator("table.triggers tbody tr")).to_have_count(4)
    expect(trace.locator(".steps li").first).to_be_visible()
    expect(trace.get_by_text("Calibrated")).to_be_visible()
    expect(trace.locator(".found li").first).to_be_visible()
    expect(customer.get_by_test_id("model")).to_have_text("Embedded model, no key set")


def test_the_path_is_drawn_from_the_compiled_graph(customer: Page, pages_server: str) -> None:
    say(customer, "How long do I have to return something?")
    wait_for_turn(customer)
    graph = httpx.get(f"{pages_server}/v1/graph").json()
    expect(customer.locator("svg.graph .node")).to_have_count(len(graph["nodes"]))
    expect(customer.locator("svg.graph .edge")).to_have_count(len(graph["edges"]))
    expect(customer.locator("svg.graph .node.lit", has_text="think")).to_have_count(1)
    expect(customer.locator("svg.graph .node.handed")).to_have_count(0)


def test_all_eleven_triggers_are_there_on_demand(customer: Page) -> None:
    say(customer, "How long do I have to return something?")
    wait_for_turn(customer)
    customer.get_by_role("button", name="Show all 11").click()
    expect(customer.locator("table.triggers tbody tr")).to_have_count(len(Trigger))


def test_earlier_turns_are_reached_by_arrow_also_after_a_reload(customer: Page) -> None:
    say(customer, "How long do I have to return something?")
    wait_for_turn(customer)
    say(customer, "When are you open?")
    expect(customer.get_by_role("heading", name="Turn 2 of 2")).to_be_visible()
    customer.reload()
    expect(customer.get_by_role("heading", name="Turn 2 of 2")).to_be_visible()
    customer.get_by_role("button", name="Earlier turn").click()
    expect(customer.get_by_role("heading", name="Turn 1 of 2")).to_be_visible()


def test_a_tool_s_step_opens_to_its_arguments_and_its_result(customer: Page) -> None:
    say(customer, "Where is my order HL-10485? My postcode is D06 F2P8.")
    wait_for_turn(customer)
    customer.locator("baton-trace summary").first.click()
    expect(customer.locator("baton-trace dt", has_text="Arguments")).to_be_visible()
    expect(customer.locator("baton-trace dt", has_text="Result")).to_be_visible()


@pytest.mark.parametrize("name", ["Asks for a person", "Anger", "Billing or legal dispute", "Distress"])
def test_a_reason_for_a_person_ends_in_a_handover_with_its_words(customer: Page, name: str) -> None:
    customer.get_by_role("button", name=name).click()
    wait_for_turn(customer)
    trace = customer.locator("baton-trace")
    expect(trace.locator(".three [aria-current]")).to_have_text("Hand over")
    expect(trace.locator(".decision b").first).to_contain_text(name)
    expect(trace.locator(".decision")).to_contain_text("“")
    expect(customer.get_by_role("link", name="Answer at the desk")).to_have_attribute(
        "href", r := _case_link(customer)
    )
    assert "case=" in r


def _case_link(page: Page) -> str:
    link = page.locator("baton-trace .decision a").get_attribute("href")
    assert link is not None
    return link


def test_not_understood_twice_needs_one_press_and_ends_with_a_person(customer: Page) -> None:
    customer.get_by_role("button", name="Not understood twice").click()
    expect(customer.get_by_role("heading", name="Turn 2 of 2")).to_be_visible()
    expect(customer.locator("baton-trace .three [aria-current]")).to_have_text("Hand over")


def test_reset_begins_a_new_conversation_of_the_same_persona(customer: Page) -> None:
    say(customer, "How long do I have to return something?")
    wait_for_turn(customer)
    customer.get_by_role("button", name="Reset").click()
    expect(customer.locator("baton-chat .bubble.customer")).to_have_count(0)
    expect(customer.get_by_text("Send a message, or pick a starter.")).to_be_visible()


def test_a_small_screen_has_one_view_at_a_time(pages_browser: Browser, pages_server: str) -> None:
    with watched(pages_browser, pages_server, NARROW) as context:
        page = context.new_page()
        page.goto("/")
        page.get_by_role("button", name="Try it").click()
        page.get_by_role("button", name="Questions (FAQ)").click()
        expect(page.get_by_role("textbox", name="Message")).to_be_visible()
        expect(answers(page).last).to_contain_text("days")
        page.get_by_role("button", name="Trace", exact=True).click()
        wait_for_turn(page)
        expect(page.get_by_role("list", name="Nodes passed, in order")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
