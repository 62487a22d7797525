"""Hybrid search: what is found, in which order, and when there is no answer."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from knowledge import Knowledge
from knowledge.entries import Entry
from tests.support.knowledge_store import start_knowledge

CLINIC = (
    Entry(
        "vaccines",
        "faq",
        "Which vaccinations does my puppy need?",
        "At eight and twelve weeks against distemper and parvovirus, then once a year.",
        ("shots for a young dog", "When must my dog be vaccinated?"),
    ),
    Entry("chip", "faq", "Do you chip cats?", "Yes, without an appointment, for 40 pounds. Form CH-77."),
    Entry("parking", "faq", "Where can I park?", "Behind the practice; the barrier opens by itself."),
    Entry(
        "pay",
        "faq",
        "How can I pay?",
        "By card or in cash, after the treatment.",
        url="https://v.example/pay",
    ),
    Entry("fees#2", "policy", "Fees: Missed appointments", "Who does not come pays half of the fee."),
)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Knowledge]:
    with closing(start_knowledge(tmp_path_factory.mktemp("clinic"), CLINIC)) as knowledge:
        yield knowledge


@pytest.mark.parametrize(
    ("query", "entry"),
    [
        ("Which vaccinations does my puppy need?", "vaccines"),
        ("shots for my young dog", "vaccines"),
        ("does the barrier open by itself", "parking"),
        ("form CH-77", "chip"),
        ("can i pay by card?", "pay"),
        ("what does it cost if i miss my appointment", "fees#2"),
    ],
    ids=["title", "other wording", "answer's text", "a code", "paraphrase", "policy"],
)
def test_an_entry_is_found_by_its_question_its_other_wordings_and_its_answer(
    clinic: Knowledge, query: str, entry: str
) -> None:
    assert clinic.search(query)[0].id == entry


@pytest.mark.parametrize(
    "query",
    [
        "CAN I PAY BY CARD",
        "can i pay by crad",
        "can i pay in cahs or by crad??",
        "  how can i\npay  ",
        "How can I pay？",
    ],
)
def test_shouting_slips_and_spacing_change_nothing(clinic: Knowledge, query: str) -> None:
    best = clinic.search(query)[0]
    assert best.id == "pay"
    assert best.score >= clinic.no_answer_line


def test_what_is_found_carries_the_whole_entry(clinic: Knowledge) -> None:
    best = clinic.search("How can I pay?", k=1)
    assert [(found.title, found.text, found.url, found.kind) for found in best] == [
        ("How can I pay?", "By card or in cash, after the treatment.", "https://v.example/pay", "faq")
    ]


def test_results_come_best_first_with_scores_between_0_and_1(clinic: Knowledge) -> None:
    scores = [found.score for found in clinic.search("where do I pay for parking", k=5)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len(clinic.search("where do I pay", k=2)) == 2


@pytest.mark.parametrize(
    "query", ["who won the world cup in 1998", "translate good night into korean", "xqzt", "?!", "👍"]
)
def test_a_question_without_an_answer_stays_below_the_line(clinic: Knowledge, query: str) -> None:
    assert all(found.score < clinic.no_answer_line for found in clinic.search(query))


@pytest.mark.parametrize("query", ["", "   \n"])
def test_an_empty_query_finds_nothing(clinic: Knowledge, query: str) -> None:
    assert clinic.search(query) == ()


def test_a_very_long_message_is_searched_too(clinic: Knowledge) -> None:
    assert len(clinic.search("My cat sat on the wall and looked at me. " * 200)) == 4


def test_an_empty_store_finds_nothing(tmp_path: Path) -> None:
    with closing(start_knowledge(tmp_path)) as knowledge:
        assert knowledge.search("How can I pay?") == ()


def test_many_threads_find_what_one_finds(clinic: Knowledge) -> None:
    queries = ["How can I pay?", "Where can I park?", "Do you chip cats?"] * 40
    alone = [clinic.search(query) for query in queries]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(clinic.search, queries)) == alone


def test_entries_may_be_exchanged_while_others_search(tmp_path: Path) -> None:
    with closing(start_knowledge(tmp_path, CLINIC)) as knowledge, ThreadPoolExecutor(4) as threads:
        searches = [threads.submit(knowledge.search, "How can I pay?") for _ in range(60)]
        for count in (3, 5, 4, 5):
            knowledge.ingest(CLINIC[-count:])
        assert {search.result()[0].id for search in searches} == {"pay"}
