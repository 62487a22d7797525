"""What changed between the business and the store, found by content hash, and brought over."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.business import Business
from knowledge.embedding import Embedding, plain
from knowledge.entries import Entry, digest, facets, faq_entry, policy_entries
from knowledge.facts import fact_entries
from knowledge.vectors import Row, VectorStore, entry_of, row_id_of


@dataclass(frozen=True)
class IngestReport:
    """How many entries came, changed, left and stayed."""

    added: int
    changed: int
    removed: int
    unchanged: int


def entries_of(business: Business) -> tuple[Entry, ...]:
    """Everything of a business that can be found: FAQ, policy sections, facts.

    A fact whose question the FAQ answers itself is left out.
    """
    entries = [faq_entry(faq) for faq in business.faq]
    for policy in business.policies:
        entries += policy_entries(policy)
    taken = {plain(entry.title) for entry in entries} | {entry.id for entry in entries}
    entries += [fact for fact in fact_entries(business) if not taken & {fact.id, plain(fact.title)}]
    return tuple(entries)


def ingest(store: VectorStore, embedding: Embedding, entries: Sequence[Entry]) -> IngestReport:
    """Embeds and stores what is new or changed, and removes what is gone.

    Nothing is embedded when nothing changed. New rows are written before old ones go, and each row bears its
    entry's hash, so that a crash between leaves an entry that the next run finds changed.
    """
    stored = store.digests()
    known = {entry_of(row_id) for row_id in stored}
    wanted: dict[str, str] = {}
    fresh: list[Row] = []
    changed: set[str] = set()
    for entry in entries:
        rows = _rows(entry, embedding.name)
        wanted.update((row.id, row.digest) for row in rows)
        if any(stored.get(row.id) != row.digest for row in rows):
            fresh += rows
            changed.add(entry.id)
    if fresh:
        store.put(fresh, embedding.embed([row.text for row in fresh]))
    store.drop([row_id for row_id in stored if row_id not in wanted])
    ids = {entry.id for entry in entries}
    return IngestReport(
        added=len(changed - known),
        changed=len(changed & known),
        removed=len(known - ids),
        unchanged=len(ids - changed),
    )


def _rows(entry: Entry, embedding: str) -> list[Row]:
    content = digest(entry, embedding)
    return [
        Row(row_id_of(entry.id, facet.role, number), entry.id, content, facet.text)
        for number, facet in enumerate(facets(entry))
    ]
