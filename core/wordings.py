"""What Baton says by itself: texts by key and language, read from `wordings/*.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from core.errors import BusinessFileError
from core.vocabulary import Trigger
from core.yaml_lines import YamlFile, did_you_mean, read_yaml

BASE_LANGUAGE = "en"
FREE_PREFIX = "flow."
"""Keys below it belong to a business's own flows; they need no counterpart in the sample's wordings."""

REQUIRED = (
    *(f"handover.{trigger}" for trigger in Trigger),
    *(
        "handover.default",
        "offer.default",
        "waiting",
        "joined",
        "returned",
        "failed",
        "refused",
        "model_down",
    ),
    *("ai_notice", "nobody_there", "crisis", "not_found", "quick.yes", "quick.no"),
)
"""Keys without which a conversation could end in silence."""


@dataclass(frozen=True)
class Wordings:
    """All texts: language → key → text with `{placeholders}`."""

    texts: Mapping[str, Mapping[str, str]]

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.texts)

    def has(self, key: str, language: str = BASE_LANGUAGE) -> bool:
        return self._text(key, language) is not None

    def say(self, key: str, language: str = BASE_LANGUAGE, **values: object) -> str:
        """The text with its values in place.

        A language (or `de-AT`) without the key falls back to English. KeyError when the key is unknown, or
        a placeholder has no value: both are errors of the calling code.
        """
        text = self._text(key, language)
        if text is None:
            raise KeyError(f"no wording `{key}`")
        return text.format_map(values)

    def first_of(self, *keys: str, language: str = BASE_LANGUAGE, **values: object) -> str:
        """`say` of the first key that exists: a special wording, then its default."""
        key = next((key for key in keys if self.has(key, language)), keys[-1])
        return self.say(key, language, **values)

    def _text(self, key: str, language: str) -> str | None:
        for candidate in (language, language.partition("-")[0], BASE_LANGUAGE):
            text = self.texts.get(candidate, {}).get(key)
            if text is not None:
                return text
        return None


def load_wordings(directory: Path, sample: Path) -> Wordings:
    """The sample's texts, and over them the business's own.

    BusinessFileError for a key that the sample does not know, or a placeholder that its text does not have;
    for a needed key that neither has.
    """
    reference = _flat(read_yaml(sample / "wordings" / f"{BASE_LANGUAGE}.yaml"))
    texts: dict[str, dict[str, str]] = {}
    for folder in dict.fromkeys((sample, directory)):
        for path in sorted((folder / "wordings").glob("*.yaml")):
            own = _checked(read_yaml(path), reference)
            texts.setdefault(path.stem, {}).update(own)
    _require(directory, texts.get(BASE_LANGUAGE, {}))
    return Wordings(texts)


def placeholders(text: str) -> set[str]:
    """The names in braces. ValueError when the braces do not pair."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _checked(file: YamlFile, reference: Mapping[str, str]) -> dict[str, str]:
    own = _flat(file)
    for key, text in own.items():
        loc = key.split(".")
        if key not in reference and not key.startswith(FREE_PREFIX):
            raise file.error(
                loc, f"the unknown key `{key}`", f"a key of the sample{did_you_mean(key, reference)}"
            )
        try:
            found = placeholders(text)
        except ValueError as error:
            raise file.error(loc, f"{text!r} ({error})", "names in pairs of braces") from None
        unknown = found - placeholders(reference.get(key, text))
        if unknown:
            known = ", ".join(sorted(placeholders(reference[key]))) or "no placeholder"
            raise file.error(loc, f"{{{sorted(unknown)[0]}}}", f"{known} in `{key}`")
    return own


def _flat(file: YamlFile) -> dict[str, str]:
    """Nested keys joined by dots."""
    if not isinstance(file.data, Mapping):
        raise file.error((), "no keys", "texts by key")
    texts: dict[str, str] = {}
    _flatten(file, file.data, (), texts)
    return texts


def _flatten(
    file: YamlFile, data: Mapping[object, object], above: tuple[str, ...], texts: dict[str, str]
) -> None:
    for name, value in data.items():
        loc = (*above, str(name))
        if isinstance(value, Mapping):
            _flatten(file, value, loc, texts)
        elif isinstance(value, str) and value.strip():
            texts[".".join(loc)] = value.strip()
        else:
            raise file.error(
                loc, "no text" if value is None else repr(value), f"a text for `{'.'.join(loc)}`"
            )


def _require(directory: Path, texts: Mapping[str, str]) -> None:
    for key in REQUIRED:
        if key not in texts:
            path = directory / "wordings" / f"{BASE_LANGUAGE}.yaml"
            raise BusinessFileError(path, None, f"no `{key}`", f"a text for `{key}`")
