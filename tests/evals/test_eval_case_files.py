"""Case files: the shipped ones, and what a wrong one is told."""

import json
from collections import Counter
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from core.business import Business, load_business
from core.errors import BusinessFileError, OperatorError
from core.settings import SAMPLE_BUSINESS
from core.vocabulary import Trigger
from core.yaml_lines import read_yaml
from evals.case_files import FOLDER, load_cases
from evals.schema import FILE, schema
from evals.scorers.handover import expected_reason

RIGHT = "- {id: right, about: x, says: [hello]}\n"


@pytest.fixture(scope="module")
def business() -> Business:
    return load_business(SAMPLE_BUSINESS)


def wrong(folder: Path, business: Business, text: str) -> str:
    """What is said of a file with this text."""
    (folder / "mine.yaml").write_text(text)
    with pytest.raises(OperatorError) as raised:
        load_cases(business, folder)
    return str(raised.value)


def test_the_shipped_cases_cover_capabilities_reasons_and_ordinary_talk(business: Business) -> None:
    cases = load_cases(business)
    by_group = Counter(one.group for one in cases)
    for group in ("order_status", "refund", "booking", "update_contact", "faq", "hours_locations"):
        assert by_group[group] >= 10, group
    by_reason = Counter(expected_reason(one.case) for one in cases)
    for reason in (Trigger.WANTS_PERSON, Trigger.ANGER, Trigger.NOT_UNDERSTOOD, Trigger.LOW_CONFIDENCE):
        assert by_reason[reason] >= 5, reason
    assert by_group["ordinary"] >= 20


def test_ordinary_conversations_are_long_enough_and_need_no_person(business: Business) -> None:
    for one in load_cases(business, pattern="ordinary/*"):
        assert 4 <= len(one.case.says) <= 6, one.name
        assert one.case.expect.handover is None, one.name


def test_the_editors_schema_is_the_one_of_the_code() -> None:
    assert FILE.read_text() == schema()


def test_every_shipped_file_names_and_fits_the_editors_schema() -> None:
    validator = Draft202012Validator(json.loads(schema()))
    for file in FOLDER.glob("*.yaml"):
        assert file.read_text().startswith("# yaml-language-server: $schema=../case.schema.json\n"), file.name
        assert [error.message for error in validator.iter_errors(read_yaml(file).data)] == [], file.name


def test_an_unknown_key_is_told_with_file_line_and_the_key_that_was_meant(
    tmp_path: Path, business: Business
) -> None:
    told = wrong(tmp_path, business, RIGHT + "- id: a\n  about: x\n  sayz: [hello]\n")
    assert f"{tmp_path / 'mine.yaml'}:4: found the unknown key `sayz`" in told
    assert "did you mean `says`?" in told


def test_a_missing_message_is_told_with_its_line(tmp_path: Path, business: Business) -> None:
    assert "mine.yaml:2: found no `says`" in wrong(tmp_path, business, RIGHT + "- {id: a, about: x}\n")


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("customer: C-9999", "found `C-9999`; expected a customer's id"),
        ("if_asked: {mail: a@b.example}", "found `mail`"),
        ("expect: {tools: [{name: refnd}]}", "found `refnd`; expected a tool's name; did you mean `refund`?"),
        ("expect: {never_tools: [refunds]}", "found `refunds`"),
        ("expect: {handover: {trigger: anger, turn: 3}}", "found turn 3; expected a turn of 1 to 1"),
        ("expect: {handover: {trigger: angry, turn: 1}}", "did you mean `anger`?"),
        ("expect: {end: {refunds: []}}", "expected"),
    ],
)
def test_whatever_a_case_names_has_to_be_there(
    tmp_path: Path, business: Business, line: str, found: str
) -> None:
    told = wrong(tmp_path, business, f"{RIGHT}- id: a\n  about: x\n  says: [hello]\n  {line}\n")
    assert "mine.yaml:5: " in told
    assert found in told


def test_an_id_that_two_files_have_is_told_with_both_places(tmp_path: Path, business: Business) -> None:
    (tmp_path / "a.yaml").write_text(RIGHT)
    (tmp_path / "b.yaml").write_text("\n" + RIGHT)
    with pytest.raises(
        OperatorError, match=r"b\.yaml:2: found the case `right` a second time \(first in .*a\.yaml:1"
    ):
        load_cases(business, tmp_path)


def test_a_pattern_chooses_by_group_or_id_and_one_that_fits_nothing_names_the_groups(
    tmp_path: Path, business: Business
) -> None:
    (tmp_path / "first.yaml").write_text("- {id: one-late, about: x, says: [hello]}\n" + RIGHT)
    (tmp_path / "second.yaml").write_text("- {id: two-late, about: x, says: [hello]}\n")
    chosen = load_cases(business, tmp_path, "first/*")
    assert [one.name for one in chosen] == ["first/one-late", "first/right"]
    assert len(load_cases(business, tmp_path, "*late")) == 2
    with pytest.raises(OperatorError, match="Groups: first, second"):
        load_cases(business, tmp_path, "third/*")


def test_a_file_that_is_no_yaml_is_told_with_its_line(tmp_path: Path, business: Business) -> None:
    (tmp_path / "mine.yaml").write_text("- {id: a, about: [x}\n")
    with pytest.raises(BusinessFileError, match=r"mine\.yaml:1: found no YAML"):
        load_cases(business, tmp_path)
