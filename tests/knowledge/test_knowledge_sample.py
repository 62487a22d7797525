"""The sample business and the tiny one: questions in many voices, also those that the fit has not seen."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from core.business import load_business
from core.settings import SAMPLE_BUSINESS, Settings
from knowledge import Knowledge, open_knowledge
from scripts.fit_retrieval import Case, cases

TINY_BUSINESS = Path(__file__).parents[1] / "businesses" / "tiny"


def opened(folder: Path, business: Path) -> Knowledge:
    return open_knowledge(Settings(baton_data_dir=folder, chroma_url=None), load_business(business))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Knowledge]:
    with closing(opened(tmp_path_factory.mktemp("sample"), SAMPLE_BUSINESS)) as knowledge:
        yield knowledge


def share(of: Sequence[Case], holds: Callable[[Case], bool]) -> float:
    return sum(map(holds, of)) / len(of)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("When do you open on Saturday?", "09:30 to 17:30"),
        ("are you open on christmas day", "closed"),
        ("how do I pay", "PayPal"),
        ("how long is the warranty on a lamp", "five"),
        ("what is the address of the Cork showroom", "Tanner's Quay"),
        ("can i bring my dog", "lead"),
    ],
)
def test_a_question_is_answered_with_the_fact(sample: Knowledge, question: str, said: str) -> None:
    best = sample.search(question)[0]
    assert said in best.text
    assert best.score >= sample.no_answer_line


def test_questions_that_the_fit_has_not_seen_are_mostly_answered(sample: Knowledge) -> None:
    unseen = [case for case in cases(None) if case.kept_out and case.answers]
    assert len(unseen) > 80
    assert share(unseen, lambda case: answered(sample, case.text)) >= 0.7
    assert share(unseen, lambda case: found(sample, case, k=4)) >= 0.8
    assert share(unseen, lambda case: found(sample, case, k=1)) >= 0.55


def test_talk_and_foreign_questions_that_the_fit_has_not_seen_are_mostly_declined(sample: Knowledge) -> None:
    unseen = [case for case in cases(None) if case.kept_out and case.group in {"far", "talk"}]
    assert share(unseen, lambda case: answered(sample, case.text)) <= 0.2


def test_every_entrys_own_question_finds_it_above_the_line(sample: Knowledge) -> None:
    for faq in load_business(SAMPLE_BUSINESS).faq:
        best = sample.search(faq.title, k=2)
        assert faq.id in {one.id for one in best}, faq.title
        assert best[0].score >= sample.no_answer_line, faq.title


def test_another_trade_is_served_by_the_same_code(tmp_path: Path) -> None:
    with closing(opened(tmp_path, TINY_BUSINESS)) as knowledge:
        for faq in load_business(TINY_BUSINESS).faq:
            assert knowledge.search(faq.title)[0].text == faq.text
        assert not answered(knowledge, "which bulb fits my lamp")
        assert not answered(knowledge, "who won the football yesterday")


def answered(knowledge: Knowledge, question: str) -> bool:
    return any(one.score >= knowledge.no_answer_line for one in knowledge.search(question))


def found(knowledge: Knowledge, case: Case, k: int) -> bool:
    return any(one.id in case.answers for one in knowledge.search(case.text, k))
