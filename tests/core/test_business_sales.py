"""Enquiries and score cards: loaded whole, never inherited, and refused with file and line when wrong."""

import shutil
from pathlib import Path

import pytest

from core.business import load_business
from core.errors import BusinessFileError
from core.settings import SAMPLE_BUSINESS

TINY = Path(__file__).resolve().parent.parent / "businesses" / "tiny"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The tiny business with the sample's score card, as far as its services allow."""
    folder = shutil.copytree(TINY, tmp_path / "tiny")
    card = (SAMPLE_BUSINESS / "leads.yaml").read_text()
    (folder / "leads.yaml").write_text(
        card.replace("department: sales", "department: workshop").replace(
            "service: sales_call", "service: basic_service"
        )
    )
    return folder


def _break(directory: Path, name: str, old: str, new: str) -> tuple[BusinessFileError, int]:
    """Replaces the first `old` of a file; gives the error and the line that was changed."""
    path = directory / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(BusinessFileError) as caught:
        load_business(directory)
    return caught.value, text[: text.index(old)].count("\n") + 1


def test_the_sample_has_topics_whose_details_are_all_known() -> None:
    business = load_business(SAMPLE_BUSINESS)

    assert business.enquiries is not None
    for topic in business.enquiries.topics:
        assert topic.department is None or business.department(topic.department)
        assert any(business.enquiries.detail(name) for name in topic.reach)
        assert all(business.enquiries.detail(name) for name in (*topic.required, *topic.asked))


def test_the_samples_score_card_has_five_questions_and_three_ways_on() -> None:
    card = load_business(SAMPLE_BUSINESS).leads

    assert card is not None
    assert [one.id for one in card.questions] == ["need", "budget", "timeline", "authority", "fit"]
    assert {one.next_step for one in card.bands} == {"book_call", "nurture", "decline"}


def test_what_a_business_lacks_it_does_not_inherit() -> None:
    tiny = load_business(TINY)

    assert tiny.enquiries is not None
    assert [one.id for one in tiny.enquiries.topics] == ["old_bicycle"]
    assert tiny.leads is None


def test_a_band_is_found_by_its_score_and_an_end_leads_to_the_last(copy: Path) -> None:
    card = load_business(copy).leads

    assert card is not None
    assert card.band(1000) is card.bands[0]
    assert card.band(-5000) is card.bands[-1]
    assert card.band(1000, ended=True) is card.bands[-1]


@pytest.mark.parametrize(
    ("name", "old", "new", "found", "expected"),
    [
        (
            "enquiries.yaml",
            "required: [wheel_size,",
            "required: [wheel_sise,",
            "`wheel_sise`",
            "`wheel_size`?",
        ),
        ("enquiries.yaml", "reach: [phone]", "reach: [name]", "`name`", "kind email or phone"),
        ("enquiries.yaml", "kind: name", "kind: text", "`text`", "`name` for `name`"),
        ("enquiries.yaml", "kind: choice", "kind: chioce", "'chioce'", "did you mean `choice`?"),
        ("enquiries.yaml", "{second}", "that", "no `{second}`", "{first}"),
        ("enquiries.yaml", "id: phone", "id: name", "a second time", "ids of their own"),
        (
            "enquiries.yaml",
            "confirm: false",
            "confirm: false\n    department: sales",
            "`sales`",
            "department",
        ),
        ("enquiries.yaml", "words: [size],", "words: [size], holds: '[',", "`[`", "a regular expression"),
        ("leads.yaml", "department: workshop", "department: sales", "`sales`", "a department's id"),
        ("leads.yaml", "service: basic_service", "service: chat", "`chat`", "services.yaml"),
        ("leads.yaml", "    service: basic_service\n", "", "service: None", "a service for `book_call`"),
        ("leads.yaml", "from_score: 40", "from_score: 90", "90", "highest score first"),
        ("leads.yaml", "id: budget", "id: money", "'money'", "budget"),
        ("leads.yaml", "within_days: 125}", "points: 1}", "`points` a second time", "each key once"),
        ("leads.yaml", ", within_days: 125}", "}", "`months`, which no words can mean", "within_days"),
    ],
)
def test_a_fault_names_file_line_and_what_is_expected(
    copy: Path, name: str, old: str, new: str, found: str, expected: str
) -> None:
    error, line = _break(copy, name, old, new)

    assert error.file.name == name
    assert found in str(error)
    assert expected in str(error)
    assert error.line is not None
    assert abs(error.line - line) <= 4
