"""From a question that nobody had an answer for to the AI that knows it: over a real socket."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.baton import Body, Customer, Person, ServedBaton, served
from tests.support.scripted_answers import reply
from tests.support.scripted_server import ScriptedServer


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gaps")


@pytest.fixture
def baton(folder: Path) -> Iterator[ServedBaton]:
    """The embedded model, on a folder that outlives each of its servers."""
    with served(folder) as running:
        yield running


def asks_and_is_served(
    baton: ServedBaton, question: str, *replies: str, customer_id: str | None = None
) -> Customer:
    """A question without an answer, a wish for a person, and what the person says."""
    customer, person = baton.customer(customer_id), baton.person("care")
    customer.says(question)
    customer.says("I want to talk to a person")
    case = person.case_of(customer)
    person.does(case, "claim")
    for text in replies:
        person.does(case, "reply", {"text": text})
    person.does(case, "resolve", {"outcome": "solved", "judged": "right"})
    return customer


def gap_about(person: Person, word: str) -> Body:
    found: list[Body] = person.get("/v1/gaps").json()["gaps"]
    (gap,) = [one for one in found if word in one["question"]]
    return gap


def decides(person: Person, gap: Body, **body: str) -> Body:
    answer = person.post(f"/v1/gaps/{gap['id']}", body)
    assert answer.status_code == 200, answer.text
    decided: Body = answer.json()
    return decided


def test_an_approved_answer_of_a_person_is_given_by_the_ai_to_the_next_customer(baton: ServedBaton) -> None:
    # given: two customers whom nobody could answer, and what a person told them
    asks_and_is_served(
        baton,
        "Is the glue in the Firefly shelves vegan?",
        "Hi Maeve, let me check.",
        "The glue in all our shelves is vegan. Write to me at orla@home.example about HL-10428. Best, Orla",
        customer_id="C-1001",
    )
    asks_and_is_served(
        baton, "Do you use vegan glue in your shelves?", "The glue in all our shelves is vegan."
    )
    person = baton.person("care")

    # when
    gap = gap_about(person, "vegan")

    # then
    assert (gap["count"], gap["customers"], gap["conflict"]) == (2, 2, False)
    assert gap["proposal"]["text"] == "The glue in all our shelves is vegan."
    assert gap["proposal"]["by"] == "person"

    # and when it is approved with one call
    entry = decides(person, gap, action="add")["entry"]

    # then the next customer gets it, in other words and with its source, and it is no gap any more
    answer = baton.customer().says("is there vegan glue in the shelves?")
    assert "vegan" in answer["message"]["text"]
    assert answer["turn"]["decision"] == "answer"
    assert [source["id"] for source in answer["message"]["sources"]] == [entry["id"]]
    assert "vegan" not in str(person.get("/v1/gaps").json()["gaps"])


def test_what_was_learned_outlives_a_restart_and_can_be_mended_and_taken_back(baton: ServedBaton) -> None:
    person = baton.person("care")
    (entry,) = person.get("/v1/gaps").json()["learned"]
    assert "vegan" in baton.customer().says("is there vegan glue in the shelves?")["message"]["text"]

    decides(person, {"id": entry["gap_id"]}, action="edit", text="Our shelves hold without any glue.")
    assert (
        "without any glue" in baton.customer().says("is there vegan glue in the shelves?")["message"]["text"]
    )

    decides(person, {"id": entry["gap_id"]}, action="dismiss")
    assert person.get("/v1/gaps").json()["learned"] == []
    assert (
        "without any glue"
        not in baton.customer().says("is there vegan glue in the shelves?")["message"]["text"]
    )


def test_answers_that_differ_are_shown_and_not_merged(baton: ServedBaton) -> None:
    asks_and_is_served(
        baton, "Can I rent a parasol for one weekend?", "A parasol costs 20 euro for a weekend."
    )
    asks_and_is_served(baton, "Can I rent a parasol for a weekend?", "A parasol costs 35 euro for a weekend.")
    person = baton.person("care")

    gap = gap_about(person, "parasol")

    assert gap["conflict"] is True
    assert gap["proposal"] is None
    assert sorted(one["text"] for one in gap["answers"]) == [
        "A parasol costs 20 euro for a weekend.",
        "A parasol costs 35 euro for a weekend.",
    ]
    refused = person.post(f"/v1/gaps/{gap['id']}", {"action": "add"})
    assert refused.status_code == 409
    chosen = decides(person, gap, action="add", text="A parasol costs 35 euro for a weekend.")
    assert chosen["status"] == "added"


def test_a_dismissed_question_stays_away_however_it_is_put_again(baton: ServedBaton) -> None:
    person = baton.person("care")
    baton.customer().says("Which of your carpenters won the hurling final?")
    decides(person, gap_about(person, "hurling"), action="dismiss")

    baton.customer().says("Which carpenter of yours won the hurling final?")

    assert "hurling" not in str(person.get("/v1/gaps").json()["gaps"])


def test_a_gap_is_for_people_at_the_desk_and_names_what_is_wrong(baton: ServedBaton) -> None:
    person = baton.person("care")
    assert baton.http.get("/v1/gaps").status_code == 401
    assert person.post("/v1/gaps/gap_none", {"action": "add"}).status_code == 404
    assert person.post("/v1/gaps/gap_none", {"action": "merge"}).status_code == 422


def test_with_an_llm_the_proposal_is_the_models_words_without_what_is_personal(tmp_path: Path) -> None:
    with (
        ScriptedServer(reply("I don't know.", understood=False, confidence=0.2)) as model,
        served(tmp_path, model) as baton,
    ):
        asks_and_is_served(
            baton, "Is the varnish safe for budgies?", "Yes, for birds too. It needs 3 days to dry."
        )
        person = baton.person("care")

        # when: the model words it, and later is asked no more for the same
        model.play(reply("It is safe for birds once it has dried for 3 days. Ask orla@home.example."))
        gap = gap_about(person, "varnish")
        model.play(reply("Something else altogether."))
        again = gap_about(person, "varnish")

        # then
        assert gap["proposal"]["by"] == "model"
        assert gap["proposal"]["text"] == "It is safe for birds once it has dried for 3 days. Ask [e-mail]."
        assert again["proposal"] == gap["proposal"]
        assert decides(person, gap, action="add")["entry"]["text"] == gap["proposal"]["text"]


def test_a_model_that_adds_a_number_that_nobody_said_is_not_believed(tmp_path: Path) -> None:
    with (
        ScriptedServer(reply("I don't know.", understood=False, confidence=0.2)) as model,
        served(tmp_path, model) as baton,
    ):
        asks_and_is_served(
            baton, "Is the varnish safe for budgies?", "Yes, for birds too. It needs 3 days to dry."
        )
        model.play(reply("It is safe after 14 days."))

        gap = gap_about(baton.person("care"), "varnish")

        assert gap["proposal"]["by"] == "person"
        assert "3 days" in gap["proposal"]["text"]
