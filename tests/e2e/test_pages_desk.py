"""The desk in a real browser against the real server."""

import httpx
from playwright.sync_api import Browser, Page, expect

from tests.e2e.pages_kit import answers, case_row, say, watched
from tests.support.baton import Customer, wait_for

FOR_A_PERSON = "I'd like to talk to a person."


def handed_over(customer: Page, desk: Page) -> None:
    """A customer asks for a person, who claims the case."""
    customer.get_by_role("button", name="Talk to a person").click()
    case_row(desk, customer).get_by_role("button", name="Claim").click()
    expect(desk.get_by_role("textbox", name="Reply")).to_be_visible()


def test_a_new_case_appears_by_itself_and_its_brief_stands_on_top(customer: Page, person: Page) -> None:
    handed_over(customer, person)
    brief = person.get_by_role("region", name="Brief")
    for part in ("Tried", "Missing", "Next"):
        expect(brief.get_by_text(part, exact=True)).to_be_visible()
    transcript = person.get_by_role("region", name="Transcript")
    expect(transcript).to_contain_text(FOR_A_PERSON)
    expect(transcript).to_contain_text("Handed over: Asks for a person")


def test_the_customer_s_next_words_reach_the_open_case_by_themselves(customer: Page, person: Page) -> None:
    handed_over(customer, person)
    say(customer, "It is about the blue lamp.")
    expect(person.get_by_role("region", name="Transcript")).to_contain_text("It is about the blue lamp.")
    expect(answers(customer).filter(has_text="lamp")).to_have_count(0)


def test_a_note_stays_among_colleagues(customer: Page, person: Page) -> None:
    handed_over(customer, person)
    person.get_by_role("button", name="Note").click()
    note = person.get_by_role("textbox", name="Note, only for colleagues")
    expect(note).to_have_value("")
    note.fill("Same batch as last week.")
    person.get_by_role("button", name="Add the note").click()
    expect(person.locator(".said.note")).to_contain_text("Same batch as last week.")
    person.get_by_role("button", name="Reply", exact=False).first.click()
    person.get_by_role("textbox", name="Reply").fill("Hello there.")
    person.get_by_role("button", name="Send").click()
    expect(customer.locator("baton-chat .bubble.person")).to_have_text("Hello there.")
    expect(customer.locator("baton-chat")).not_to_contain_text("Same batch")


def test_a_half_written_reply_survives_a_reload(customer: Page, person: Page) -> None:
    handed_over(customer, person)
    person.get_by_role("textbox", name="Reply").fill("I am just looking")
    person.reload()
    case_row(person, customer).locator("button.open").click()
    expect(person.get_by_role("textbox", name="Reply")).to_have_value("I am just looking")


def test_a_case_is_resolved_with_its_outcome_and_a_judgement(customer: Page, person: Page) -> None:
    handed_over(customer, person)
    asked: list[str | None] = []
    person.on(
        "request",
        lambda request: asked.append(request.post_data) if request.url.endswith("/resolve") else None,
    )
    person.get_by_role("button", name="Resolve").click()
    person.get_by_role("radio", name="Not solved").check()
    person.get_by_role("radio", name="Yes, but it came late").check()
    person.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    expect(person.get_by_role("dialog")).to_have_count(0)
    expect(person.get_by_role("region", name="Transcript")).to_contain_text("Resolved")
    assert asked == ['{"outcome":"unsolved","judged":"late"}']
    expect(customer.get_by_text("How did we do today?")).to_be_visible()
    customer.get_by_role("button", name="4 of 5").click()
    expect(customer.get_by_text("Thank you.")).to_be_visible()


def test_a_colleague_sees_whose_case_it_is_and_reads_along(
    customer: Page, person: Page, pages_browser: Browser, pages_server: str
) -> None:
    handed_over(customer, person)
    mine = person.get_by_role("combobox").evaluate("(list) => list.selectedOptions[0].textContent.trim()")
    with watched(pages_browser, pages_server) as context:
        colleague = context.new_page()
        colleague.goto("/desk")
        colleague.get_by_role("combobox").select_option(index=1)
        case_row(colleague, customer).locator("button.open").click()
        expect(colleague.get_by_text(f"{mine} has this one. You can read along.")).to_be_visible()
        expect(colleague.get_by_role("textbox")).to_have_count(0)


def test_a_running_conversation_is_taken_over_by_its_link(customer: Page, person: Page) -> None:
    with customer.expect_response("**/messages") as sent:
        say(customer, "How long do I have to return something?")
    expect(answers(customer)).to_have_count(1)
    conversation = sent.value.url.split("/")[-2]
    person.goto(f"/desk?conversation={conversation}")
    person.get_by_role("button", name="Take over this conversation").click()
    expect(person.get_by_role("textbox", name="Reply")).to_be_visible()
    expect(customer.get_by_test_id("speaking")).to_have_text("Person")
    say(customer, "Are you there?")
    expect(person.get_by_role("region", name="Transcript")).to_contain_text("Are you there?")
    expect(answers(customer)).to_have_count(1)


def asks_for_a_refund_above_the_limit(http: httpx.Client) -> Customer:
    personas = {one["id"]: one for one in http.get("/v1/demo").json()["customers"]}
    identity = {"identity_token": personas["C-1029"]["identity_token"]}
    made = http.post("/v1/conversations", json=identity).json()
    customer = Customer(http, made["id"], made["token"])
    customer.says("The rug from HL-10408 is too big, I want to return it. Refund it please.")
    return customer


def test_what_the_ai_asks_stands_beside_the_queue_and_is_approved_there(
    pages_server: str, person: Page
) -> None:
    with httpx.Client(base_url=pages_server, timeout=60) as http:
        customer = asks_for_a_refund_above_the_limit(http)
        ask = person.locator(".asks .decide")
        expect(ask).to_contain_text("Burren wool rug")
        ask.get_by_role("button", name="Approve").click()
        expect(ask).to_have_count(0)
        wait_for(lambda: "RF-" in customer.texts("ai")[-1])


def test_the_keys_claim_reply_and_hand_back(customer: Page, person: Page) -> None:
    customer.get_by_role("button", name="Talk to a person").click()
    case_row(person, customer).locator("button.open").click()
    person.keyboard.press("c")
    box = person.get_by_role("textbox", name="Reply")
    expect(box).to_be_visible()
    person.locator("h2").first.click()
    person.keyboard.press("r")
    expect(box).to_be_focused()
    box.fill("With you in a minute.")
    box.press("Control+Enter")
    expect(customer.locator("baton-chat .bubble.person")).to_have_text("With you in a minute.")
    person.locator("h2").first.click()
    person.keyboard.press("b")
    expect(person.get_by_role("dialog")).to_contain_text("Return to the AI")
    person.keyboard.press("Escape")
    expect(person.get_by_role("dialog")).to_have_count(0)


def test_outside_demo_mode_the_desk_asks_for_a_key_and_says_when_it_is_wrong(
    pages_browser: Browser, pages_server: str
) -> None:
    with watched(pages_browser, pages_server) as context:
        page = context.new_page()
        page.route("**/v1/demo", lambda route: route.fulfill(status=404, body="{}"))
        page.goto("/desk")
        page.get_by_label("Your key").fill("not-a-key")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_text("This key is not known here.")).to_be_visible()
        people = context.request.get("/v1/demo").json()["people"]
        page.get_by_label("Your key").fill(people[0]["key"])
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Queue")).to_be_visible()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
