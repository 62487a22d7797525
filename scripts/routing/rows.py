"""Customer messages with the capabilities that fit them, by source: public data, and what is written."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from zlib import crc32

from core.flows import Flows
from core.yaml_lines import read_yaml

HERE = Path(__file__).parent
WRITTEN = "written"
SHOP = "utterances"
MOST_OF_NONE = 6
"""Of MultiDoGO's rows without a capability, one in so many is taken: most are `ok` and names."""
_LEAST_WORDS = 3
"""A MultiDoGO turn shorter than this bears an intent that other turns have stated."""

_LABELLED: Mapping[str, Sequence[str]] = {
    "bitext": ("bitext_support/train.jsonl", "bitext_support/val.jsonl"),
    "hint3/curekart": ("hint3/curekart_train.jsonl",),
    "hint3/sofmattress": ("hint3/sofmattress_train.jsonl",),
    "multidogo/airline": ("multidogo/airline_train.jsonl",),
    "multidogo/finance": ("multidogo/finance_train.jsonl",),
    "multidogo/insurance": ("multidogo/insurance_train.jsonl",),
    "multidogo/media": ("multidogo/media_train.jsonl",),
    "sgd": ("sgd/train.jsonl",),
}
"""Sources whose rows name their capabilities."""
_MAPPED: Mapping[str, str] = {
    "clinc150": "clinc150/train.jsonl",
    "banking77": "banking77/train.jsonl",
    "nlupp": "nlupp/train.jsonl",
    "financial-demo": "rasa_bots/financial-demo.jsonl",
    "helpdesk-assistant": "rasa_bots/helpdesk-assistant.jsonl",
}
"""Sources whose intents `labels.yaml` maps."""
REPORTED = tuple(_LABELLED)


@dataclass(frozen=True)
class Row:
    """One message. `fits`: capabilities; empty fits none of the ten."""

    source: str
    text: str
    fits: frozenset[str]

    @property
    def family(self) -> str:
        """What is kept apart together: all of one data set."""
        return self.source.split("/")[0]


def public_rows(data: Path) -> list[Row]:
    """The rows of the public data sets below a folder, each text once in its source."""
    rows = [
        row for source, files in _LABELLED.items() for row in _labelled(source, [data / f for f in files])
    ]
    mapping = read_yaml(HERE / "labels.yaml").parse(dict[str, dict[str, tuple[str, ...]]])
    for source, file in _MAPPED.items():
        rows += _mapped(source, data / file, mapping[source])
    return list({(row.source, row.text.lower()): row for row in rows}.values())


def written_rows() -> list[Row]:
    """What `calls.yaml` holds: customers of many trades."""
    groups = read_yaml(HERE / "calls.yaml").parse(dict[str, tuple[str, ...]])
    return [Row(WRITTEN, text, _fits(key.split("+"))) for key, texts in groups.items() for text in texts]


def shop_rows(flows: Flows) -> list[Row]:
    """The utterances of a business, each with the capability of its flow."""
    rows = []
    for flow in flows.flows:
        fits = frozenset({flow.capability.value} if flow.capability else ())
        rows += [Row(SHOP, text, fits) for intent in flow.intents for text in flows.utterances[intent]]
    return rows


def _labelled(source: str, files: Sequence[Path]) -> Iterator[Row]:
    spoken = source.startswith("multidogo")
    for one in _read(files):
        text, fits = str(one["text"]), _fits(cast("list[str]", one.get("capability") or ()))
        if spoken and fits and len(text.split()) < _LEAST_WORDS:
            continue
        if spoken and not fits and crc32(text.encode()) % MOST_OF_NONE:
            continue
        yield Row(source, text, fits)


def _mapped(source: str, file: Path, known: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    for one in _read([file]):
        listed = one.get("intents") or [one.get("intent")]
        intents = [str(intent) for intent in cast("list[object]", listed)]
        fits = [known[intent] for intent in intents if intent in known]
        if fits:
            yield Row(source, str(one["text"]), _fits([name for group in fits for name in group]))


def _read(files: Sequence[Path]) -> Iterator[dict[str, object]]:
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def _fits(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name in names if name != "none")
