"""`baton signals`: a JSON line out for each line in."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from io import StringIO
from typing import Any

from cli.signals import signals
from core.vocabulary import Trigger


def answers(*lines: object) -> list[dict[str, Any]]:
    """What `signals` writes for these lines, given as objects or as raw text."""
    raw = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    out = StringIO()
    signals(StringIO("".join(f"{line}\n" for line in raw)), out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def said(*texts: str) -> list[Mapping[str, str]]:
    return [{"role": ("customer", "ai")[i % 2], "text": text} for i, text in enumerate(texts)]


def test_a_request_for_a_person_hands_over_with_its_words() -> None:
    (answer,) = answers({"id": 7, "text": "I want to talk to a human"})
    assert (answer["id"], answer["decision"], answer["reason"]) == (7, "handover", "wants_person")
    assert any("human" in word for word in answer["evidence"]["wants_person"])
    assert set(answer["scores"]) == set(Trigger)
    assert answer["ms"] > 0


def test_an_ordinary_question_is_answered_without_a_reason() -> None:
    (answer,) = answers({"id": "a", "text": "Where is my order 10482?"})
    assert (answer["decision"], answer["reason"], answer["evidence"]) == ("answer", None, {})


def test_mild_frustration_offers_and_strong_anger_hands_over() -> None:
    mild, strong = answers(
        {"text": "I'm really disappointed, poor service"}, {"text": "You are useless, worst company ever"}
    )
    assert (mild["decision"], mild["reason"]) == ("offer", "anger")
    assert (strong["decision"], strong["reason"]) == ("handover", "anger")


def test_the_second_miss_in_a_row_hands_over() -> None:
    history = said("Where is my parcel?", "We open at nine.", "That's not what I asked", "We open at nine.")
    (answer,) = answers({"text": "No, that is not what I asked!", "history": history})
    assert (answer["decision"], answer["reason"]) == ("handover", "not_understood")


def test_a_line_that_cannot_be_read_gets_an_error_and_the_run_goes_on() -> None:
    got = answers("nonsense", {"id": "x"}, {"id": 3, "text": ""}, [1], "", {"id": 5, "text": "hello"})
    assert [bool(answer.get("error")) for answer in got] == [True, True, True, True, True, False]
    assert got[1]["id"] == "x"
    assert got[2]["id"] == 3
    assert got[5]["decision"] == "answer"


def test_a_wrong_role_or_a_value_that_is_no_number_is_named() -> None:
    role, value = answers(
        {"id": 1, "text": "hi", "history": [{"role": "robot", "text": "x"}]},
        {"id": 2, "text": "hi", "customer": {"lifetime_value": "much"}},
    )
    assert "history.0.role" in role["error"]
    assert "customer.lifetime_value" in value["error"]


def test_each_answer_is_written_before_the_next_line_is_read() -> None:
    code = "import sys; from cli.signals import signals; signals(sys.stdin, sys.stdout)"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONUTF8": "1"},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(3):
            _write(process.stdin, [json.dumps({"id": number, "text": "Grüße, where is my order?"}).encode()])
            assert json.loads(process.stdout.readline())["id"] == number
        _write(process.stdin, [b'{"id": 4, "text": "bad byte \xff"}'])
        assert json.loads(process.stdout.readline())["id"] == 4
        process.stdin.close()
        assert process.wait() == 0


def _write(stream: Any, lines: Iterable[bytes]) -> None:  # noqa: ANN401
    for line in lines:
        stream.write(line + b"\n")
    stream.flush()
