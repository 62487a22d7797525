"""Rules of the business: a mistake names file, line, what was found and what is expected."""

from pathlib import Path

import pytest

from core.business import load_business, load_rules
from core.errors import BusinessFileError
from core.settings import SAMPLE_BUSINESS

GOOD = """\
- id: one
  about: why
  when: {tier: gold}
  then: {decision: offer, reason: churn_risk}
"""


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (GOOD.replace("tier: gold", "tear: gold"), 3, "did you mean `tier`"),
        (GOOD.replace("tier: gold", ""), 3, "at least one condition"),
        (GOOD.replace("gold", "golden"), 3, "golden"),
        (GOOD.replace("churn_risk", "churn"), 4, "churn_risk"),
        (
            GOOD.replace("reason: churn_risk", "reason: churn_risk, department: cares"),
            4,
            "did you mean `care`",
        ),
        (GOOD.replace("{tier: gold}", "{hours: 8-20}"), 3, "8-20"),
        (GOOD + GOOD, 5, "`one` a second time (first in line 1)"),
    ],
)
def test_a_wrong_rule_names_its_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(text)
    with pytest.raises(BusinessFileError) as error:
        load_rules(file, load_business(SAMPLE_BUSINESS))
    assert f"rules.yaml:{line}:" in str(error.value)
    assert says in str(error.value)


def test_a_right_file_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(GOOD)
    [rule] = load_rules(file, load_business(SAMPLE_BUSINESS))
    assert (rule.id, rule.version, rule.when.tier) == ("one", 1, ("gold",))
