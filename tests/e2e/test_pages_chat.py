"""The chat in a real browser against the real server."""

import re

from playwright.sync_api import Page, Request, Route, expect

from tests.e2e.pages_kit import answers, case_row, say

QUESTION = "How long do I have to return something?"


def test_a_question_is_answered_under_the_ai_s_name_with_its_sources(customer: Page) -> None:
    say(customer, QUESTION)
    expect(answers(customer).last).to_contain_text("days")
    expect(customer.locator("baton-chat .speaker").last).to_contain_text("AI assistant")
    expect(customer.get_by_role("list", name="Sources").get_by_role("listitem").first).to_be_visible()


def test_every_send_carries_an_idempotency_key_of_its_own(customer: Page) -> None:
    keys: list[str | None] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/messages"):
            keys.append(request.headers.get("idempotency-key"))

    customer.on("request", note)
    say(customer, QUESTION)
    expect(answers(customer)).to_have_count(1)
    say(customer, "When are you open?")
    expect(answers(customer)).to_have_count(2)
    assert None not in keys
    assert len(keys) == len(set(keys)) == 2


def test_markup_from_a_customer_is_shown_as_text(customer: Page) -> None:
    say(customer, "<img src=x onerror=alert(1)> **hello**")
    expect(customer.locator("baton-chat .bubble.customer")).to_contain_text(
        "<img src=x onerror=alert(1)> **hello**"
    )
    expect(customer.locator("baton-chat .bubble img")).to_have_count(0)


def test_enter_sends_and_shift_enter_breaks_the_line(customer: Page) -> None:
    box = customer.get_by_role("textbox", name="Message")
    box.press_sequentially("first")
    box.press("Shift+Enter")
    box.press_sequentially("second")
    box.press("Enter")
    expect(customer.locator("baton-chat .bubble.customer").first).to_have_text(re.compile(r"first\nsecond$"))
    expect(box).to_have_value("")


def test_a_reload_keeps_the_conversation_and_the_words_not_yet_sent(customer: Page) -> None:
    say(customer, QUESTION)
    expect(answers(customer)).to_have_count(1)
    customer.get_by_role("textbox", name="Message").fill("half a sen")
    customer.reload()
    expect(customer.get_by_role("textbox", name="Message")).to_have_value("half a sen")
    expect(customer.locator("baton-chat .bubble.customer")).to_contain_text(QUESTION)


def test_a_message_written_offline_waits_and_goes_once(customer: Page) -> None:
    say(customer, QUESTION)
    expect(answers(customer)).to_have_count(1)
    customer.context.set_offline(True)
    say(customer, "When are you open?")
    expect(customer.get_by_text("You're offline. Your messages wait here.")).to_be_visible()
    expect(customer.get_by_text("Waiting to send")).to_be_visible()
    customer.context.set_offline(False)
    expect(answers(customer)).to_have_count(2)
    expect(customer.locator("baton-chat .bubble.customer", has_text="When are you open?")).to_have_count(1)
    expect(customer.get_by_text("Waiting to send")).to_have_count(0)


def test_a_refused_message_keeps_its_text_and_is_sent_again_under_its_key(customer: Page) -> None:
    keys: list[str | None] = []

    def refuse_once(route: Route) -> None:
        keys.append(route.request.headers.get("idempotency-key"))
        if len(keys) > 1:
            route.continue_()
            return
        problem = '{"title": "Refused", "status": 422, "detail": "Write it in other words."}'
        route.fulfill(status=422, content_type="application/problem+json", body=problem)

    customer.route("**/messages", refuse_once)
    say(customer, QUESTION)
    expect(customer.get_by_text("Write it in other words.")).to_be_visible()
    expect(customer.locator("baton-chat .bubble.customer")).to_contain_text(QUESTION)
    customer.get_by_role("button", name="Try again").click()
    expect(answers(customer)).to_have_count(1)
    assert keys[0] == keys[1]


def test_one_press_brings_a_person_who_is_named_only_once_they_have_claimed(
    customer: Page, person: Page
) -> None:
    customer.get_by_role("button", name="Talk to a person").click()
    card = customer.get_by_test_id("handover-card")
    expect(card).to_have_attribute("data-stage", "waiting")
    speaking = customer.get_by_test_id("speaking")
    expect(speaking).to_contain_text("Waiting for a person")
    case_row(person, customer).get_by_role("button", name="Claim").click()
    expect(card).to_have_attribute("data-stage", "joined")
    expect(card).to_have_count(1)
    expect(speaking).to_have_text("Person")
    expect(customer.get_by_role("button", name="Talk to a person")).to_have_count(0)


def test_a_person_s_words_and_the_way_back_are_told_under_the_right_names(
    customer: Page, person: Page
) -> None:
    customer.get_by_role("button", name="Talk to a person").click()
    case_row(person, customer).get_by_role("button", name="Claim").click()
    person.get_by_role("textbox", name="Reply").fill("Hello, I have read everything.")
    person.get_by_role("button", name="Send").click()
    spoken = customer.locator("baton-chat .bubble.person")
    expect(spoken).to_have_text("Hello, I have read everything.")
    expect(answers(customer).filter(has_text="I have read everything")).to_have_count(0)
    person.get_by_role("button", name="Return to AI").click()
    person.get_by_role("textbox", name="What was settled").fill("All is settled.")
    person.get_by_role("dialog").get_by_role("button", name="Return").click()
    expect(customer.get_by_test_id("speaking")).to_contain_text("Answers at once")
    expect(customer.get_by_test_id("handover-card")).to_have_attribute("data-stage", "returned")


def test_the_wish_for_a_person_can_be_taken_back(customer: Page) -> None:
    customer.get_by_role("button", name="Talk to a person").click()
    customer.get_by_role("button", name="Stay with").click()
    expect(customer.get_by_test_id("handover-card")).to_have_attribute("data-stage", "withdrawn")
    expect(customer.get_by_role("button", name="Talk to a person")).to_be_visible()
