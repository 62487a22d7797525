"""How a message turns the talk: what it drops, what it mends, and which other one it means."""

import re

_NOUN = r"(?:the|my|that|this|your)\b(?:\s+(?!and\b|but\b|then\b|please\b)[\w-]+){0,2}"
_DROPS = re.compile(
    r"(?:^|[,.;:!?]\s*|\s[-–]+\s*)(?P<lead>(?:(?:actually|ok|okay|oh|no|wait|hmm|well|sorry|then|please|just"
    r"|you know what|on second thought|hang on|hold on|but|and|so|can we|let'?s|could you|you can)[\s,.!]+)*)"
    rf"(?:(?:forget|scrap|drop|ignore)\s+(?:about\s+)?(?:{_NOUN}|it|that)"
    rf"|never\s*mind(?:\s+(?:about\s+)?{_NOUN})?|(?:leave|stop)\s+(?:it|that)|(?:i'?ll\s+)?keep\s+(?:it|them|that)"
    rf"|(?:please\s+)?(?:don'?t|do not)\s+[a-z]+\s+(?:{_NOUN}|it|that|them)"
    r"|(?:i\s+)?(?:don'?t|do not|no longer)\s+(?:want|need)\s+(?:the|that|to|it)\b[^,.;!?]*\bany\s?more)"
    r"(?=\s*(?:$|[,.;:!?-]|\b(?:and|but|then|can|could|i|i'd|just|what|where|when|how|let's|please|instead)\b))",
    re.IGNORECASE,
)
"""`Forget the refund`, `never mind`: up to where the next clause begins."""
_WORD = re.compile(r"\w+")
_LEAD = re.compile(r"^[\s,.;:!-]*(?:(?:and|but|then|so|actually|instead|just)\b[\s,]*)*", re.IGNORECASE)
_TAIL = re.compile(
    r"(?:^|(?<=[\s,.;!?]))(?:actually|ok|okay|oh|no|wait|hmm|well|sorry|then|please)[\s,.;!?]*$",
    re.IGNORECASE,
)
_MEANT = re.compile(
    r"^(?P<before>.*?)\b(?:i\s+(?:actually\s+|really\s+)?(?:mean|meant)|i\s*(?:was|am|'m)\s+(?:asking|talking)\s+about"
    r"|what\s+i\s+(?:mean|meant)\s+(?:is|was))\b[\s,:]*(?:to\s+(?:ask|say)\s+)?(?P<meant>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_REFUSES = re.compile(
    r"^\W*(?:(?:no|nope|nah|not|sorry|wait|oh|oops|ah|hmm|well|hang on)\b|$)", re.IGNORECASE
)
_NO = re.compile(
    r"^(?:\W*(?:no|nope|nah|wait|sorry|actually|please|hang on|hold on|but|and)\b)+[\s,.!-]*", re.IGNORECASE
)
_OTHER = re.compile(
    r"\b(?:the|my|an?)?\s*(?:other|different|wrong|another)\s+(?:order|one|purchase|delivery|parcel"
    r"|appointment|booking)\b",
    re.IGNORECASE,
)

_PUT_OFF = re.compile(
    r"^\W*(?:no|nope|nah|not|thanks|thank you)\b.*\b(?:(?:just|only)\s+(?:(?:an?|some)\s+)?(?:ideas?"
    r"|thoughts?|question|looking|browsing|asking|curious|wondering|checking)|not\s+(?:right\s+)?now|(?:maybe|perhaps)"
    r"\s+later|(?:some|an)\s?other\s+time|for\s+(?:now|the\s+moment))\b|^\W*not\s+(?:right\s+)?now\b",
    re.IGNORECASE | re.DOTALL,
)
"""`No thanks, just an idea for now`."""


def puts_off(text: str) -> bool:
    """Whether a message wants no more of it for the time being."""
    return _PUT_OFF.match(text) is not None


def without_dropped(text: str) -> str | None:
    """What a message wants beside what it drops: what follows, else what stands before it, else nothing.

    None when it drops nothing.
    """
    found = _DROPS.search(text)
    if found is None:
        return None
    after = _LEAD.sub("", text[found.end() :]).strip()
    if len(_WORD.findall(after)) > 1:
        return after
    before = _TAIL.sub("", text[: found.start()]).strip(" ,;")
    return before if len(_WORD.findall(before)) > 1 else ""


def meant(text: str) -> str | None:
    """What a message that corrects itself or the answer means: the words behind `no, I meant`."""
    found = _MEANT.match(text)
    if found is None or not _REFUSES.match(found["before"]):
        return None
    return found["meant"].strip()


def means_another(text: str) -> bool:
    """Whether a message means another order or appointment than the one spoken of, without naming it."""
    return _OTHER.search(text) is not None


def behind_no(text: str) -> str:
    """What follows a refusal: `no wait, move it to Friday` is a wish."""
    return _NO.sub("", text).strip()


def tickets_named(text: str, prefix: str) -> str:
    """The text with `my ticket` in place of each ticket number."""
    if not prefix:
        return text
    return re.sub(rf"(?<![\w@.-]){re.escape(prefix)}-?\d{{3,}}\b", "my ticket", text, flags=re.IGNORECASE)
