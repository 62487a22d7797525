"""How long a search in the knowledge store takes: the sample business's, and one with 100,000 entries."""

import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from core.business import load_business
from core.settings import SAMPLE_BUSINESS
from knowledge import Knowledge, entries_of
from knowledge.entries import Entry
from tests.support.knowledge_store import start_knowledge

MANY = 100_000
ROUNDS = 5
SUBJECTS = (
    "lamp",
    "sofa",
    "table",
    "chair",
    "rug",
    "shelf",
    "mirror",
    "bed",
    "desk",
    "cushion",
    "stool",
    "bench",
    "wardrobe",
    "pendant",
    "throw",
)
MATTERS = (
    "delivery",
    "return",
    "warranty",
    "cleaning",
    "assembly",
    "price",
    "stock",
    "repair",
    "colour",
    "size",
    "payment",
    "exchange",
)


def _many() -> Iterator[Entry]:
    """Questions that share their words, as those of a large shop do."""
    for number in range(MANY):
        subject, matter = SUBJECTS[number % len(SUBJECTS)], MATTERS[number // len(SUBJECTS) % len(MATTERS)]
        title = f"What about {matter} of the {subject} in series {number}?"
        text = f"The {matter} of {subject} number {number} follows plan {number * 7919 % 997}."
        yield Entry(id=f"q{number}", kind="faq", title=title, text=text)


def _p95_ms(knowledge: Knowledge, queries: Sequence[str]) -> float:
    for query in queries:
        knowledge.search(query)
    times = []
    for _ in range(ROUNDS):
        for query in queries:
            started = time.perf_counter()
            knowledge.search(query)
            times.append((time.perf_counter() - started) * 1000)
    return statistics.quantiles(times, n=20)[-1]


def measure() -> list[tuple[str, str, str]]:
    business = load_business(SAMPLE_BUSINESS)
    queries = [wording for entry in business.faq for wording in entry.also]
    rows = []
    for name, entries, need in (
        ("the sample store", entries_of(business), "< 5 ms"),
        (f"{MANY:,} entries", tuple(_many()), "< 20 ms"),
    ):
        with tempfile.TemporaryDirectory() as folder:
            knowledge = start_knowledge(Path(folder), entries)
            rows.append((f"FAQ search p95, {name}", f"{_p95_ms(knowledge, queries[:60]):.1f} ms", need))
            knowledge.close()
    return rows
