"""What the business knows: FAQ, policies and facts, found by hybrid search over Chroma."""

from knowledge.embedding import Embedding
from knowledge.ingest import IngestReport, entries_of
from knowledge.search import Found, Knowledge, open_knowledge

__all__ = ["Embedding", "Found", "IngestReport", "Knowledge", "entries_of", "open_knowledge"]
