"""What holds on every page: accessible in both themes and widths, and nothing from another host."""

import httpx
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.e2e.pages_kit import NARROW, WIDE, answers, case_row, say, violations, wait_for_turn, watched

LOOKS = [(size, theme) for size in (WIDE, NARROW) for theme in ("light", "dark")]


@pytest.mark.parametrize(("size", "theme"), LOOKS)
@pytest.mark.parametrize("path", ["/", "/desk", "/shop", "/docs"])
def test_a_page_has_no_accessibility_violation(
    pages_browser: Browser, pages_server: str, path: str, size: ViewportSize, theme: str
) -> None:
    with watched(pages_browser, pages_server, size, theme) as context:
        page = context.new_page()
        page.goto(path)
        expect(page.get_by_role("heading").first).to_be_attached()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_a_handover_is_accessible_on_both_sides(
    pages_browser: Browser, pages_server: str, size: ViewportSize, theme: str
) -> None:
    with watched(pages_browser, pages_server, size, theme) as context:
        customer = context.new_page()
        customer.goto("/")
        say(customer, "How long do I have to return something?")
        expect(answers(customer)).to_have_count(1)
        customer.get_by_role("button", name="Talk to a person").click()
        expect(customer.get_by_test_id("handover-card")).to_be_visible()
        assert violations(customer) == []
        if size is NARROW:
            customer.get_by_role("button", name="Trace", exact=True).click()
        wait_for_turn(customer)
        assert violations(customer) == []
        desk = context.new_page()
        desk.goto("/desk")
        case_row(desk, customer).locator("button.open").click()
        expect(desk.get_by_role("region", name="Brief")).to_be_visible()
        assert violations(desk) == []
        desk.locator(".acts").get_by_role("button", name="Claim").click()
        expect(desk.get_by_role("textbox", name="Reply")).to_be_visible()
        assert violations(desk) == []
        desk.get_by_role("button", name="Resolve").click()
        assert violations(desk) == []


def test_the_widget_opens_takes_focus_and_gives_it_back(pages_browser: Browser, pages_server: str) -> None:
    with watched(pages_browser, pages_server) as context:
        page = context.new_page()
        page.goto("/shop")
        launcher = page.get_by_role("button", name="Open the chat")
        launcher.click()
        expect(page.get_by_role("textbox", name="Message")).to_be_focused()
        say(page, "How long do I have to return something?")
        expect(answers(page).last).to_contain_text("days")
        assert violations(page) == []
        page.keyboard.press("Escape")
        expect(launcher).to_be_focused()


def test_one_line_of_html_brings_the_chat_to_a_shop_of_another_origin_under_a_strict_policy(
    pages_browser: Browser, shop_page: str
) -> None:
    context = pages_browser.new_context()
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
    page.goto(shop_page)
    page.get_by_role("button", name="Open the chat").click()
    say(page, "How long do I have to return something?")
    expect(answers(page).last).to_contain_text("days")
    assert [text for text in refused if "favicon" not in text] == []
    context.close()


def test_the_api_page_lists_every_call_of_the_openapi_document(
    pages_browser: Browser, pages_server: str
) -> None:
    document = httpx.get(f"{pages_server}/openapi.json").json()
    calls = sum(len(item.keys() & {"get", "post", "put", "delete"}) for item in document["paths"].values())
    with watched(pages_browser, pages_server) as context:
        page = context.new_page()
        page.goto("/docs")
        expect(page.locator("details.call:has(.method:not(:empty))")).to_have_count(calls)
        page.get_by_role("searchbox", name="Filter calls").fill("post /v1/conversations")
        page.locator("details.call").first.click()
        expect(page.locator("details.call .inside").first).to_be_visible()
        assert violations(page) == []


def test_the_theme_button_is_remembered(customer: Page) -> None:
    before = customer.evaluate("getComputedStyle(document.body).backgroundColor")
    customer.get_by_role("button", name="Light or dark theme").click()
    after = customer.evaluate("getComputedStyle(document.body).backgroundColor")
    assert before != after
    customer.reload()
    expect(customer.get_by_role("button", name="Reset")).to_be_visible()
    assert customer.evaluate("getComputedStyle(document.body).backgroundColor") == after
