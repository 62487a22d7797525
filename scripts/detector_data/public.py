"""Public data as rows: what each source lets us know, and what it leaves unknown."""

import itertools
import json
import random
import re
from collections.abc import Iterable
from pathlib import Path

from core.shapes import Json
from scripts.detector_data.read import SENTENCES
from scripts.detector_data.rows import LABELS, Row

_READ = (
    "anger",
    "anger_strong",
    "billing_legal",
    "churn_risk",
    "pr_social",
    "distress",
    "wants_person",
    "policy_exception",
)
_ORDINARY = (*_READ, "legal_threat", "danger", "upsell", "missed")
_DISPUTES = re.compile(
    r"not_recognised|charged_twice|compromised|stolen|wrong_amount|extra_charge|disputecharge|Refund_not|"
    r"wrong_exchange|fee_charged|reverted|not_received|balance_not|lostcard|report_fraud"
)
_CALLS_PERSON = re.compile(r"human|customer_service|AGENT|CALL_CENTER|handoff|CONSULT|LEAD_GEN|outofdomain")
_UNSURE_ANGER = re.compile(
    r"complaint|DELAY|REFUND|RESUME|terminate|cancelservice|closeaccount|delete_account"
)
_AT_US = re.compile(
    r"\b(?:you|your|u|ur|company|service|customer|shop|store|refund|app|website)\b", re.IGNORECASE
)
_CALM = {
    *("neutral", "joy", "love", "gratitude", "admiration", "amusement", "excitement", "optimism", "relief"),
    *("curiosity", "approval", "caring", "desire", "pride", "surprise", "realization"),
}
_CROSS = {"anger", "annoyance", "disgust"}
_TOPICS = ("airline", "finance", "insurance", "media")
_SOURCES: dict[str, tuple[tuple[str, ...], int]] = {
    "banking77": (("banking77/train.jsonl",), 5000),
    "clinc150": (("clinc150/train.jsonl", "clinc150/oos_train.jsonl"), 5000),
    "bitext": (("bitext_support/train.jsonl",), 3500),
    "hint3": (("hint3/curekart_train.jsonl", "hint3/sofmattress_train.jsonl"), 1000),
    "rasa_bots": (("rasa_bots/financial-demo.jsonl", "rasa_bots/helpdesk-assistant.jsonl"), 1000),
    "nlupp": (("nlupp/train.jsonl",), 1500),
    "multidogo": (tuple(f"multidogo/{topic}_train.jsonl" for topic in _TOPICS), 9000),
}


MOODS = (
    *("anger", "annoyance", "disappointment", "disapproval", "disgust", "sadness", "grief", "fear"),
    *("nervousness", "embarrassment", "remorse", "gratitude", "admiration", "joy", "amusement", "confusion"),
    *("curiosity", "desire", "caring", "neutral"),
)
"""Emotions of the Reddit comments that help to tell what a message means."""


def mood_rows(data: Path) -> list[Row]:
    """Reddit comments with the moods that their readers saw."""
    items = itertools.islice(_jsonl(data / "goemotions/train.jsonl"), 30_000)
    return [Row(item["text"], "goemotions", {m: int(m in item["emotions"]) for m in MOODS}) for item in items]


def pool_rows(data: Path, seed: int = 3) -> list[Row]:
    """Every source under `data`, big ones sub-sampled; what a message holds is guessed from its intent."""
    rng = random.Random(seed)
    return [row for make in (_ordinary, _reddit, _complaints, _dialogues) for row in make(data, rng)]


def _ordinary(data: Path, rng: random.Random) -> Iterable[Row]:
    for source, (files, most) in _SOURCES.items():
        items = [item for file in files for item in _jsonl(data / file)]
        rng.shuffle(items)
        for item in items[:most]:
            yield Row(item["text"], source, _ordinary_truth(item), 1.0)


def _ordinary_truth(item: Json) -> dict[str, int]:
    intents = str(item.get("intent") or item.get("intents"))
    truth = dict.fromkeys(_ORDINARY, 0)
    if _DISPUTES.search(intents):
        del truth["billing_legal"], truth["distress"]
    if _CALLS_PERSON.search(intents):
        del truth["wants_person"]
        if re.search(r"human_agent|human_handoff|'handoff'|CHAT_WITH_AGENT", intents):
            truth["wants_person"] = 1
            del truth["anger"]
    if _UNSURE_ANGER.search(intents) or "W" in str(item.get("tags", "")):
        for label in ("anger", "churn_risk", "billing_legal"):
            truth.pop(label, None)
    if re.search(r"not_recognised|charged_twice|disputecharge|compromised", intents):
        truth["billing_legal"] = 1
    return truth


def _reddit(data: Path, rng: random.Random) -> Iterable[Row]:
    """Reddit teaches the words of anger; whether it is at a company only where it speaks to somebody."""
    items = list(_jsonl(data / "goemotions/train.jsonl"))
    rng.shuffle(items)
    for item in items[:16000]:
        emotions = set(item["emotions"])
        if emotions <= _CALM:
            yield Row(item["text"], "goemotions", dict.fromkeys(_READ, 0), 0.5)
        elif emotions & _CROSS and _AT_US.search(item["text"]):
            yield Row(item["text"], "goemotions", {"anger": 1}, 0.25)


def _complaints(data: Path, rng: random.Random) -> Iterable[Row]:
    for item in _jsonl(data / "cfpb/train.jsonl"):
        sentences = SENTENCES.split(item["text"])
        start = rng.randrange(max(1, len(sentences) - 2))
        for text in (item["text"], " ".join(sentences[start : start + 2])):
            yield Row(text, "cfpb", {"billing_legal": 1}, 0.25)


def _dialogues(data: Path, rng: random.Random) -> Iterable[Row]:
    for item in _jsonl(data / "sgd/train.jsonl"):
        said = [text for role, text in item["turns"] if role == "customer"]
        for text in rng.sample(said, min(3, len(said))):
            yield Row(text, "sgd", dict.fromkeys(LABELS, 0), 1.0)


def _jsonl(file: Path) -> Iterable[Json]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
