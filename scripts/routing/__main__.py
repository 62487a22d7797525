"""How surely messages reach the capability they are about, by source; and the router, learnt anew.

    python -m scripts.routing FOLDER [--write] [--flows]

FOLDER holds the public data. Each source's figure comes from a router that saw nothing of its family.
`--flows` adds how the embedded model reads them in the sample business; `--write` saves the router learnt
from everything.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from agent.models.embedded.features import WORDS, Matrix, features
from agent.models.embedded.intents import IntentReader
from agent.models.embedded.router import CLASSES, NONE, Router, Routing, save_router
from core.flows import Flows, load_flows
from core.settings import SAMPLE_BUSINESS
from knowledge.embedding import WordLlamaEmbedding
from knowledge.encoder import load_encoder
from scripts.routing.fit import fit
from scripts.routing.rows import REPORTED, SHOP, WRITTEN, Row, public_rows, shop_rows, written_rows

FAMILIES = tuple(dict.fromkeys(source.split("/")[0] for source in REPORTED))
Reads = Callable[[int], str]
"""The number of a row → the capability it is sent to."""


class Measured:
    """All rows with their features, and routers of parts of them."""

    def __init__(self, rows: Sequence[Row], flows: Flows) -> None:
        self.rows = rows
        self.flows = flows
        self.encoder = load_encoder()
        self.vectors = features([row.text for row in rows], self.encoder)

    def router(self, keep: Callable[[Row], bool], only_words: bool = False) -> Router:
        """The router learnt from the rows that `keep` takes."""
        chosen = [place for place, row in enumerate(self.rows) if keep(row)]
        vectors = self.vectors[chosen]
        dense = vectors.shape[1] - WORDS
        if only_words:
            vectors[:, :dense] = 0
        return fit([self.rows[place] for place in chosen], vectors, dense)

    def shares(self, reads: Reads, families: Sequence[str]) -> dict[str, float]:
        """Source → the share of its rows with a capability that `reads` sends to one of theirs."""
        found: dict[str, list[bool]] = {}
        for place, row in enumerate(self.rows):
            if row.source in REPORTED and row.family in families and row.fits:
                found.setdefault(row.source, []).append(reads(place) in row.fits)
        return {source: float(np.mean(hits)) for source, hits in found.items()}

    def by_router(self, router: Router) -> Reads:
        """The likeliest of the ten; whether it is any of them is for the flows to say."""
        return lambda place: _best(router, self.vectors[place])

    def by_flows(self, router: Router) -> Reads:
        """The capability of the likeliest intent that has one, as the embedded model reads it."""
        capabilities = {intent: flow.capability for flow in self.flows.flows for intent in flow.intents}
        routing = Routing(self.encoder, router)
        reader = IntentReader(self.flows.utterances, WordLlamaEmbedding(), capabilities, routing)

        def read(place: int) -> str:
            ranked = reader.read(self.rows[place].text).ranked
            return next((str(one) for intent, _ in ranked if (one := capabilities[intent])), NONE)

        return read


def _best(router: Router, row: Matrix) -> str:
    scores = row @ router.weights + router.bias
    ten = [place for place, name in enumerate(CLASSES) if name != NONE]
    return CLASSES[max(ten, key=lambda place: scores[place])]


def _apart(
    measured: Measured, reads: Callable[[Router], Reads], only_words: bool = False
) -> dict[str, float]:
    found: dict[str, float] = {}
    for family in FAMILIES:
        router = measured.router(lambda row, family=family: row.family != family, only_words)  # type: ignore[misc]
        found |= measured.shares(reads(router), [family])
    return found


def main(
    data: Annotated[Path, typer.Argument(help="The folder with the public data.")],
    write: Annotated[bool, typer.Option(help="Save the router learnt from everything.")] = False,
    flows: Annotated[bool, typer.Option(help="Read with the sample business's flows, too.")] = False,
) -> None:
    """Prints the table; see the module's first lines."""
    business = load_flows(SAMPLE_BUSINESS)
    measured = Measured([*public_rows(data), *written_rows(), *shop_rows(business)], business)
    own = measured.router(lambda row: row.source in (WRITTEN, SHOP))
    columns = {
        "own texts only": measured.shares(measured.by_router(own), FAMILIES),
        "words, kept apart": _apart(measured, measured.by_router, only_words=True),
        "kept apart": _apart(measured, measured.by_router),
    }
    if flows:
        columns["with the flows, kept apart"] = _apart(measured, measured.by_flows)
    table = Table("source", *columns)
    for source in REPORTED:
        table.add_row(source, *(f"{column[source]:.2f}" for column in columns.values()))
    Console().print(table)
    if write:
        save_router(measured.router(lambda row: True))


if __name__ == "__main__":
    typer.run(main)
