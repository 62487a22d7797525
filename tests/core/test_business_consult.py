"""What people are asked is the business's to say: a mistake names file, line, what was found and expected."""

import shutil
from pathlib import Path

import pytest

from core.business import ConsultPolicy, load_business
from core.errors import BusinessFileError
from core.settings import SAMPLE_BUSINESS

TINY = Path(__file__).parents[1] / "businesses" / "tiny"
GOOD = """\
approvals:
  - tool: refund
    checks: [amount_limit]
    department: care
"""


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (GOOD.replace("tool: refund", "tool: refunds"), 2, "refunds"),
        (GOOD.replace("department: care", "department: cares"), 4, "did you mean `care`"),
        (GOOD.replace("[amount_limit]", "[]"), 3, "a list of 0"),
        (GOOD + "    fallback: shrug\n", 5, "shrug"),
        (GOOD + "questions: {department: nobody}\n", 5, "nobody"),
    ],
)
def test_a_wrong_rule_names_its_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    folder = shutil.copytree(SAMPLE_BUSINESS, tmp_path / "business")
    (folder / "rules" / "consult.yaml").write_text(text)
    with pytest.raises(BusinessFileError) as error:
        load_business(folder)
    assert f"consult.yaml:{line}:" in str(error.value)
    assert says in str(error.value)


def test_a_business_without_the_file_asks_nobody() -> None:
    assert load_business(TINY).consult == ConsultPolicy()


def test_a_rule_is_found_by_tool_and_failed_check() -> None:
    consult = load_business(SAMPLE_BUSINESS).consult
    rule = consult.approval_for("refund", "amount_limit")
    assert rule is not None
    assert (rule.department, rule.fallback) == ("orders", "handover")
    assert consult.approval_for("refund", "window") is None
    assert consult.approval_for("refund", None) is None
