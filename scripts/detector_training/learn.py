"""Epochs of training: labels where they are known, moods of Reddit beside them, and an embedding that stays
where it was (distilled from the published encoder)."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from agent.triggers.tokens import tokenize
from scripts.detector_data.public import MOODS
from scripts.detector_data.rows import LABELS, Row
from scripts.detector_data.sample import Shown
from scripts.detector_training.network import Network, base_body, base_tokenizer

EPOCHS = 3
RATE, HEAD_RATE, MEANING_RATE, DECAY_BY_LAYER = 9e-5, 1.5e-3, 3e-4, 0.85
WARM_UP = 0.06
SMOOTHING = 0.02
MOOD_WEIGHT, DISTILLED_WEIGHT = 4.0, 6.0
RARE_SHARE, MOST_LIFT = 0.12, 4.0
"""A rare label counts up to this share of its counter-examples, lifted at most so many times."""
TOKENS_A_BATCH, MOST_IN_BATCH, LONGEST = 1600, 48, 72
_TOKENIZER = base_tokenizer()


def ids_of(text: str) -> list[int]:
    """The pieces of a message as the detectors read it, cut at `LONGEST`."""
    ids: list[int] = _TOKENIZER.encode([t.form for t in tokenize(text)], is_pretokenized=True).ids
    return ids if len(ids) <= LONGEST else [*ids[: LONGEST - 1], ids[-1]]


def padded(rows: Sequence[list[int]]) -> tuple[Tensor, Tensor]:
    """Ids and mask of one batch."""
    width = max(map(len, rows))
    ids = torch.zeros(len(rows), width, dtype=torch.long)
    mask = torch.zeros_like(ids)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
        mask[i, : len(row)] = 1
    return ids, mask


def batches(rows: Sequence[list[int]], rng: random.Random | None = None) -> list[list[int]]:
    """Indices of messages of like length; shuffled when `rng` is given."""
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]) + (rng.random() * 4 if rng else 0))
    found: list[list[int]] = [[]]
    for i in order:
        if found[-1] and (
            (len(found[-1]) + 1) * len(rows[i]) > TOKENS_A_BATCH or len(found[-1]) >= MOST_IN_BATCH
        ):
            found.append([])
        found[-1].append(i)
    if rng:
        rng.shuffle(found)
    return found


def targets(rows: Sequence[Row], labels: tuple[str, ...]) -> tuple[Tensor, Tensor]:
    """Truth and weight for each row and label; weight 0 where the truth is unknown."""
    truth = torch.zeros(len(rows), len(labels))
    weight = torch.zeros_like(truth)
    for i, row in enumerate(rows):
        for label, value in row.truth.items():
            if label in labels:
                truth[i, labels.index(label)] = value
                weight[i, labels.index(label)] = row.weight
    return truth, weight


class Distilled:
    """Embeddings of the published encoder, each computed once."""

    def __init__(self) -> None:
        self._known: dict[str, Tensor] = {}

    @torch.no_grad()  # type: ignore[untyped-decorator]
    def of(self, texts: Sequence[str]) -> Tensor:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        body = base_body().eval() if new else None
        rows = [_TOKENIZER.encode(text).ids[:LONGEST] for text in new]
        for batch in batches(rows) if new else []:
            ids, mask = padded([rows[i] for i in batch])
            with torch.autocast("cpu", torch.bfloat16):
                x = body(ids, mask)  # type: ignore[misc]
            inside = mask.float()[..., None]
            means = functional.normalize((x.float() * inside).sum(1) / inside.sum(1), dim=-1)
            self._known |= {new[i]: mean for i, mean in zip(batch, means, strict=True)}
        return torch.stack([self._known[text] for text in texts])


@dataclass
class Lesson:
    """One epoch as tensors."""

    ids: list[list[int]]
    truth: Tensor
    weight: Tensor
    moods: Tensor
    is_mood: Tensor
    meaning: Tensor

    @classmethod
    def of(cls, shown: Sequence[Shown], distilled: Distilled) -> "Lesson":
        truth, weight = targets([one.row for one in shown], LABELS)
        is_mood = torch.tensor([one.mood for one in shown])
        weight[is_mood] = 0
        positive, negative = (weight * truth).sum(0), (weight * (1 - truth)).sum(0)
        lift = (RARE_SHARE * negative / positive.clamp(min=1)).clamp(1, MOST_LIFT)
        moods, _ = targets([one.row for one in shown], MOODS)
        weight = weight * torch.where(truth > 0, lift[None], torch.ones(1))
        ids = [ids_of(one.text) or [0] for one in shown]
        return cls(ids, truth, weight, moods, is_mood, distilled.of([one.clean for one in shown]))


def train(epoch: Callable[[int], list[Shown]], distilled: Distilled, seed: int = 0) -> Network:
    """A network trained on what `epoch` gives for each number."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    network = Network()
    network.train()
    optimizer = torch.optim.AdamW(_groups(network), weight_decay=0.01, fused=True)
    rates = [group["lr"] for group in optimizer.param_groups]
    for number in range(EPOCHS):
        started = time.monotonic()
        lesson = Lesson.of(epoch(number), distilled)
        plan = batches(lesson.ids, rng)
        scale = len(LABELS) * len(plan) / float(lesson.weight.sum())
        total = 0.0
        for step, batch in enumerate(plan):
            done = (number + step / len(plan)) / EPOCHS
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * min(1.0, done / WARM_UP) * (1 - done)
            loss = _loss(network, lesson, batch, scale)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            total += loss.item()
        seconds = time.monotonic() - started
        print(
            f"epoch {number}: {len(lesson.ids)} messages, loss {total / len(plan):.3f}, {seconds:.0f} s",
            flush=True,
        )
    network.eval()
    return network


def _loss(network: Network, lesson: Lesson, batch: list[int], scale: float) -> Tensor:
    ids, mask = padded([lesson.ids[i] for i in batch])
    with torch.autocast("cpu", torch.bfloat16):
        x = network.body(ids, mask)
    embedding, logits, _ = network.heads(x.float(), mask)
    truth = lesson.truth[batch] * (1 - 2 * SMOOTHING) + SMOOTHING
    each = functional.binary_cross_entropy_with_logits(logits, truth, reduction="none")
    loss = (each * lesson.weight[batch]).sum() * scale
    loss = loss + DISTILLED_WEIGHT * (1 - (embedding * lesson.meaning[batch]).sum(-1)).mean()
    of_mood = lesson.is_mood[batch]
    if of_mood.any():
        moods = network.moods(x.float()[of_mood, 0])
        off = functional.binary_cross_entropy_with_logits(moods, lesson.moods[batch][of_mood])
        loss = loss + MOOD_WEIGHT * off * of_mood.float().mean()
    return loss


def _groups(network: Network) -> list[dict[str, object]]:
    """Parameters with their rates: the nearer to the words, the slower."""
    body = network.body
    heads = [
        p for head in (network.first, network.mean, network.token, network.moods) for p in head.parameters()
    ]
    groups: list[dict[str, object]] = [
        {"params": heads, "lr": HEAD_RATE},
        {"params": list(network.meaning.parameters()), "lr": MEANING_RATE},
    ]
    for depth, layer in enumerate(reversed(body.layers)):
        groups.append({"params": list(layer.parameters()), "lr": RATE * DECAY_BY_LAYER**depth})
    below = [body.place.weight, body.kind.weight, *body.norm.parameters()]
    groups.append({"params": below, "lr": RATE * DECAY_BY_LAYER ** len(body.layers)})
    return groups


@torch.no_grad()  # type: ignore[untyped-decorator]
def predict(network: Network, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
    """Raw logits (texts, labels) and unit embeddings (texts, width)."""
    rows = [ids_of(text) for text in texts]
    logits, meaning = torch.zeros(len(texts), len(LABELS)), torch.zeros(len(texts), 384)
    for batch in batches(rows):
        ids, mask = padded([rows[i] for i in batch])
        with torch.autocast("cpu", torch.bfloat16):
            x = network.body(ids, mask)
        meaning[batch], logits[batch], _ = network.heads(x.float(), mask)
    return logits, meaning
