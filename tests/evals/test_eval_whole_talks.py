"""Whole conversations from YAML, and what is wrong with a file of them."""

from pathlib import Path

import pytest

from core.errors import OperatorError
from core.vocabulary import Decision, Role, Trigger
from evals.whole_talks import read_talks

TALK = """
- id: one
  customer: {lifetime_value: 900, tier: gold}
  turns:
  - {role: customer, text: 'Where is it?'}
  - {role: ai, text: On its way.}
  - {role: customer, text: Let me talk to a person}
  expect: {decision: handover, reason: wants_person, at: 1}
  also:
  - {decision: offer, reason: anger, at: 0}
"""


def test_a_conversation_is_read_with_what_is_due(tmp_path: Path) -> None:
    file = tmp_path / "talks.yaml"
    file.write_text(TALK)
    (talk,) = read_talks(file)
    assert [said.role for said in talk.turns] == [Role.CUSTOMER, Role.AI, Role.CUSTOMER]
    assert (talk.decision, talk.reason, talk.at) == (Decision.HANDOVER, Trigger.WANTS_PERSON, 1)
    assert talk.also == {0}
    assert talk.customer.tier == "gold"


def test_a_wrong_file_is_named_with_what_is_expected(tmp_path: Path) -> None:
    file = tmp_path / "talks.yaml"
    file.write_text("- {id: one, turns: [{role: robot, text: hi}], expect: {decision: answer}}")
    with pytest.raises(OperatorError, match=r"(?s)talks\.yaml.*expected a YAML list of conversations"):
        read_talks(file)
