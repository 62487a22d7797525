"""Postcodes and postal addresses."""

import re

from agent.models.embedded.slots.heard import Catalogue, Heard

_SHAPES = {
    "IE": r"[A-Z]\d[\dW]\s?[A-Z\d]{4}",
    "GB": r"[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}",
    "NL": r"\d{4}\s?[A-Z]{2}",
    "CA": r"[A-Z]\d[A-Z]\s?\d[A-Z]\d",
}
POSTCODE = re.compile(rf"\b(?:{'|'.join(_SHAPES.values())})\b", re.IGNORECASE)
"""Postcodes that cannot be mistaken for another number."""
_DIGITS = re.compile(r"\b\d{4,5}(?:-\d{4})?\b")
_CUE = re.compile(
    r"\b(?:post\s?code|zip(?:\s?code)?|eircode|postal code|plz)\b\W*(?:is|:)?\s*", re.IGNORECASE
)
_NEW_ADDRESS = re.compile(
    r"(?:\b(?:new|correct|right|my|delivery|shipping)\s+address\s*(?:is|:|should be|=)|\baddress\s+to\b"
    r"|\b(?:send|ship|deliver)\b[^,.]{0,40}?\bto\s+(?:my|our|the)\s+\w+(?:\s+instead)?\s*[,:]"
    r"|\baddress:|\b(?:moved|deliver(?:ed)?|send|ship|sent)(?:\s+(?:it|them|this|my order))?\s+to\b"
    r"|\b(?:live|living|moved)\s+(?:now\s+)?at\b|\b(?:home|place|flat|house)\s+is(?:\s+now)?(?:\s+at)?\b"
    r"|\bit(?:'s| is)\b)\s*",
    re.IGNORECASE,
)
_STREET = re.compile(r"\d+\s*[a-z]?\b.*[^\W\d]|[^\W\d].*\b\d+", re.IGNORECASE)
_SENTENCE = re.compile(r"[!?]|(?<!\b[Ss]t)(?<!\b[Aa]ve)(?<!\b[Rr]d)(?<!\b[Nn]o)\.\s+(?=[A-Z])|\.\s*$")
"""Where the address's sentence ends; not behind `St.` and the like."""
_TRAILING = re.compile(r"\s*\b(?:please|instead|thanks|thank you|now)\b\.?\s*$", re.IGNORECASE)
_COUNTRIES = {
    "ireland": "IE", "netherlands": "NL", "the netherlands": "NL", "holland": "NL", "germany": "DE",
    "france": "FR", "spain": "ES", "italy": "IT", "belgium": "BE", "austria": "AT", "portugal": "PT",
    "united kingdom": "GB", "uk": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "switzerland": "CH",
    "denmark": "DK", "sweden": "SE", "poland": "PL", "usa": "US", "united states": "US", "canada": "CA",
}  # fmt: skip


def postcode(heard: Heard) -> str | None:
    """A postcode: of an unmistakable form, or digits where it was asked for or named."""
    text = heard.text
    cue = _CUE.search(text)
    if cue:
        after = POSTCODE.match(text, cue.end()) or _DIGITS.match(text, cue.end())
        if after:
            return _neat(after.group(0))
    lettered = [
        match.group(0) for match in POSTCODE.finditer(text) if _written_as_code(match.group(0), heard)
    ]
    if lettered:
        return _neat(lettered[-1])
    digits = _DIGITS.findall(text) if heard.asked or cue else []
    return digits[-1] if digits else None


def address(heard: Heard, catalogue: Catalogue) -> dict[str, str] | None:
    """`line1`, `line2`, `town`, `postcode`, `country` as far as given; None without a street and number.

    Parts are told by commas and lines: first the street, last the town, a code or a country where they stand.
    """
    starts = [match.end() for match in _NEW_ADDRESS.finditer(heard.text)]
    read = [one for start in starts if (one := _read_address(heard.text[start:])) is not None]
    if read:
        # Among what follows `moved to` and `it is` the one that comes to the point.
        return min(read, key=lambda one: len(one["line1"]))
    return _read_address(heard.text) if heard.asked else None


def _read_address(text: str) -> dict[str, str] | None:
    text = _SENTENCE.split(text.strip(), maxsplit=1)[0]
    found: dict[str, str] = {}
    code = _address_code(text)
    if code:
        found["postcode"] = _neat(code)
        text = text.replace(code, ",", 1)
    parts = [_TRAILING.sub("", part).strip(" .") for part in re.split(r"[,\n;]", text)]
    lines = [part for part in parts if part]
    if lines and lines[-1].lower() in _COUNTRIES:
        found["country"] = _COUNTRIES[lines.pop().lower()]
    if not lines or not _STREET.search(lines[0]):
        return None
    found["line1"] = lines[0]
    if len(lines) > 1:
        found["town"] = lines[-1]
    if len(lines) > 2:
        found["line2"] = ", ".join(lines[1:-1])
    return found


def _address_code(text: str) -> str | None:
    lettered = POSTCODE.findall(text)
    if lettered:
        return str(lettered[-1])
    digits = [match.group(0) for match in _DIGITS.finditer(text) if match.start() > 0]
    return digits[-1] if digits else None


def _written_as_code(code: str, heard: Heard) -> bool:
    """Lower-case `a1b 2c3` may be chance where no postcode was asked for."""
    return heard.asked or code.upper() == code or " " in code


def _neat(code: str) -> str:
    return re.sub(r"\s+", " ", code.strip()).upper()
