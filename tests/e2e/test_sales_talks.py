"""Enquiries and leads through the API with the embedded model: taken down, sent, and seen at the desk."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import SAMPLE_BUSINESS
from tests.support.baton import Body, Customer, ServedBaton, served

TINY = Path(__file__).resolve().parent.parent / "businesses" / "tiny"


def without_detectors(folder: Path) -> Path:
    """The sample business whose detectors never speak up: only what the model says and does counts here."""
    business = shutil.copytree(SAMPLE_BUSINESS, folder / "business")
    triggers = business / "triggers.yaml"
    text = re.sub(r"threshold: [\d.]+", "threshold: 1.0", triggers.read_text())
    triggers.write_text(re.sub(r"strong: [\d.]+", "strong: null", text))
    return business


@pytest.fixture(scope="module")
def baton(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedBaton]:
    folder = tmp_path_factory.mktemp("sales")
    quiet = without_detectors(folder)
    with served(folder, business_dir=quiet, baton_demo=True, baton_demo_force=True) as running:
        yield running


def called(answers: list[Body]) -> list[str]:
    """The tools that succeeded, in order."""
    return [run["name"] for answer in answers for run in answer["turn"]["tools"] if run["ok"]]


def say_all(customer: Customer, *texts: str) -> list[Body]:
    return [customer.says(text) for text in texts]


def text_of(answer: Body) -> str:
    return str(answer["message"]["text"])


def test_an_enquiry_is_taken_down_confirmed_and_sent(baton: ServedBaton) -> None:
    answers = say_all(
        baton.customer(),
        "I'd like to leave a message for your workshop",
        "can you put new cane on an old chair",
        "Nora Walsh, nora@walsh.example.com",
        "yes please",
    )

    assert called(answers)[-1] == "submit_enquiry"
    assert "nora@walsh.example.com" in text_of(answers[2])
    assert "EN-" in text_of(answers[3])
    assert [answer["turn"]["capabilities"] for answer in answers[:3]] == [["collect_details"]] * 3


def test_a_lead_is_asked_scored_and_gets_an_appointment(baton: ServedBaton) -> None:
    answers = say_all(
        baton.customer(),
        "we are furnishing an office for thirty people in Rotterdam",
        "about twenty thousand euro",
        "within two months",
        "I decide that alone",
    )

    scored = next(run for run in answers[-1]["turn"]["tools"] if run["name"] == "score_lead")
    assert scored["result"]["next_step"] == "book_call"
    assert scored["result"]["score"] == sum(one["points"] for one in scored["result"]["reasons"])
    assert "Which one suits you?" in text_of(answers[-1])


def test_who_takes_over_reads_what_was_left_and_where_it_comes_from(baton: ServedBaton) -> None:
    customer = baton.customer()
    say_all(
        customer,
        "I have an enquiry about a made to order bench",
        "200 by 40 cm",
        "Ivo Kern, ivo@kern.example.com",
    )
    answer = customer.says("I want to talk to a person")

    person = baton.person()
    case = person.http.get(f"/v1/cases/{answer['turn']['case_id']}", headers=person.headers).json()
    facts = [fact for fact in case["brief"]["facts"] if fact["from"]["kind"] == "enquiry"]
    assert "ivo@kern.example.com" in facts[0]["text"]
    assert facts[0]["from"]["id"].startswith("EN-")
    assert case["brief"]["customer"]["email"] == "ivo@kern.example.com"


def test_another_business_asks_for_details_of_its_own_trade(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with served(
        tmp_path_factory.mktemp("tiny"), business_dir=TINY, baton_demo=True, baton_demo_force=True
    ) as tiny:
        answers = say_all(
            tiny.customer(),
            "I'd like to leave my details about an old bicycle of my father's",
            "28",
            "Aroha Ngata, 04 555 0123",
        )

    assert "26, 28 or 29" in text_of(answers[0])
    assert called(answers)[-1] == "submit_enquiry"
    sent = answers[-1]["turn"]["tools"][-1]["result"]
    assert "wheel 28" in sent["details_words"]
    assert "+64 4 555 0123" in sent["details_words"]
