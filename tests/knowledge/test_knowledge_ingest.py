"""Ingestion: only what changed is embedded, and the store follows the business files."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge import IngestReport
from knowledge.embedding import Embedding, Vectors
from knowledge.entries import Entry
from tests.support.knowledge_store import CountingEmbedding, shared_encoder, start_knowledge

RETURNS = Entry(
    "returns", "faq", "How do I return something?", "Within 30 days, at any branch.", ("send back",)
)
PARKING = Entry("parking", "faq", "Can I park at the shop?", "Two hours are free in the yard.")
PRIVACY = Entry("privacy#1", "policy", "Privacy: What we keep", "Orders, for seven years.", url="/privacy")
ENTRIES = (RETURNS, PARKING, PRIVACY)


def started(folder: Path, entries: Sequence[Entry], embedding: Embedding | None = None) -> IngestReport:
    """The report of one start with these entries."""
    with closing(start_knowledge(folder, entries, embedding)) as knowledge:
        return knowledge.report


def test_a_first_start_adds_every_entry(tmp_path: Path) -> None:
    assert started(tmp_path, ENTRIES) == IngestReport(added=3, changed=0, removed=0, unchanged=0)


def test_a_start_with_unchanged_entries_embeds_nothing(tmp_path: Path) -> None:
    started(tmp_path, ENTRIES)
    counting = CountingEmbedding()
    report = started(tmp_path, ENTRIES, counting)
    assert report == IngestReport(added=0, changed=0, removed=0, unchanged=3)
    assert counting.texts == 0


@pytest.mark.parametrize(
    "edited",
    [
        replace(PARKING, text="Parking costs 2 euro an hour."),
        replace(PARKING, title="Where can I leave my car?"),
        replace(PARKING, also=("is there a car park",)),
        replace(PARKING, url="/parking"),
    ],
    ids=["text", "title", "also", "url"],
)
def test_an_edited_entry_is_embedded_anew_and_no_other(tmp_path: Path, edited: Entry) -> None:
    started(tmp_path, ENTRIES)
    counting = CountingEmbedding()
    report = started(tmp_path, (RETURNS, edited, PRIVACY), counting)
    assert report == IngestReport(added=0, changed=1, removed=0, unchanged=2)
    assert 0 < counting.texts <= 4


def test_an_edited_answer_is_what_a_search_finds_after_the_next_start(tmp_path: Path) -> None:
    started(tmp_path, ENTRIES)
    edited = replace(PARKING, text="Bicycles stand in the cellar.")
    with closing(start_knowledge(tmp_path, (RETURNS, edited, PRIVACY))) as knowledge:
        best = knowledge.search("Where do bicycles stand?")[0]
    assert (best.id, best.text) == ("parking", "Bicycles stand in the cellar.")


def test_an_entry_that_left_the_files_leaves_the_store(tmp_path: Path) -> None:
    started(tmp_path, ENTRIES)
    report = started(tmp_path, (RETURNS, PRIVACY))
    assert report == IngestReport(added=0, changed=0, removed=1, unchanged=2)
    with closing(start_knowledge(tmp_path, (RETURNS, PRIVACY))) as knowledge:
        assert "parking" not in {found.id for found in knowledge.search("Can I park at the shop?", k=9)}


def test_a_shorter_entry_leaves_no_vector_of_its_old_wordings_behind(tmp_path: Path) -> None:
    started(tmp_path, (replace(PARKING, also=("Is your lift working?", "Is there a lift?")), RETURNS))
    with closing(start_knowledge(tmp_path, (PARKING, RETURNS))) as knowledge:
        assert knowledge.search("Is there a lift?")[0].score < knowledge.no_answer_line


def test_another_embedding_makes_the_whole_store_anew(tmp_path: Path) -> None:
    started(tmp_path, ENTRIES)
    other = CountingEmbedding("another-space")
    assert started(tmp_path, ENTRIES, other) == IngestReport(added=3, changed=0, removed=0, unchanged=0)
    assert other.texts > 0


def test_a_start_that_was_killed_before_it_wrote_is_made_good_by_the_next(tmp_path: Path) -> None:
    started(tmp_path, (RETURNS,))

    class Killed(CountingEmbedding):
        def embed(self, texts: Sequence[str]) -> Vectors:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        started(tmp_path, ENTRIES, Killed())
    report = started(tmp_path, ENTRIES)
    assert report == IngestReport(added=2, changed=0, removed=0, unchanged=1)


def test_entries_may_change_while_running(tmp_path: Path) -> None:
    with closing(start_knowledge(tmp_path, (RETURNS,))) as knowledge:
        knowledge.ingest(ENTRIES)
        assert knowledge.search("Can I park at the shop?")[0].id == "parking"


def test_more_rows_than_one_write_takes_are_all_stored_once(tmp_path: Path) -> None:
    many = [Entry(f"e{number}", "faq", f"Question number {number}?", "") for number in range(4_500)]
    started(tmp_path, many)
    counting = CountingEmbedding()
    assert started(tmp_path, many[:-1], counting).removed == 1
    assert counting.texts == 0


def test_the_default_embedding_needs_no_network_and_gives_unit_vectors() -> None:
    vectors = shared_encoder().embed(["Where is my order?", "WHERE IS MY ORDER?", ""])
    assert vectors.shape == (3, 384)
    assert float(vectors[0] @ vectors[1]) == pytest.approx(1.0, abs=1e-5)
