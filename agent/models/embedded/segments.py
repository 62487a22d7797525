"""A message cut into the clauses that may each want something of their own."""

import re

from agent.models.embedded.slots import Catalogue, Heard
from agent.models.embedded.slots.days import read_days, without_days
from agent.models.embedded.slots.names import location, without_towns

_ENDS = re.compile(r"(?<=[.?!;])\s+|\n+|(?<=\S)[?!;]+(?=\S)")
_JOINS = re.compile(
    r"(?<!\s)(?:\s*,)?\s+"
    r"(?:and also|and then|and|also|plus|but|by the way|btw|oh and|another thing|as well as)\s+",
    re.IGNORECASE,
)
_PAIR = re.compile(r"\b(?:between|compare|comparing|comparison)\b.*\band\b", re.IGNORECASE)
"""`Compare this one and that one` is one wish."""
_LEAD = re.compile(r"^(?:and|also|but|so|oh|or|then|plus|what about|how about)\b[\s,]*", re.IGNORECASE)
_WORDS = re.compile(r"\w+")
_GIVEN = re.compile(
    r"(?<![\s,;-])[\s,;-]*"
    r"(?:\b(?:and|so|it'?s|here'?s|here is|with|under|for)\s+)?(?:\b(?:my|the|our|an?)\s+)?"
    r"(?:\b(?:e-?mail|mail|post\s?code|zip|eircode|phone|mobile|name|account)\b\s*(?:address|number|code)?\s*"
    r"(?:is|was|:|=)?\s*)?"
    r"(?:\S+@\S+|(?<=name is )[A-Z][\w'-]+(?: [A-Z][\w'-]+)*|(?<=code )[A-Z0-9]{2,4} ?[A-Z0-9]{3,4})",
)
"""Details given in passing: `my email is …`. What is new or changed is no such detail but a wish."""
_NEW = re.compile(
    r"\b(?:new|change[ds]?|update|other|instead|correct|different|wrong|set|use)\b", re.IGNORECASE
)
_ADDRESS = re.compile(r"\S+@\S+")
_PRONOUN = re.compile(
    r"\b(?:that|it|this|they|them|those|these)\b"
    r"|\b(?:use|have|get|buy|take|need|bring|give|want|order) (?:ones?|some|any)"
    r"(?=\W*$|\s+(?:in|at|on|for|to|with|from|here|there)\b)",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"^\W*(?:what|where|when|why|how|who|which|can|could|would|will|do|does|did|is|are|may|any|please)\b"
    r"|^\W*(?:cancel|change|book|return|refund|send|move|track|check|find|show|tell|give|update|make|exchange)\b"
    r"|\b(?:want|need|would like|i'd like|please|wish|looking for|tell me|let me know|can you|could you"
    r"|wondering|is there|have you|hoping)\b",
    re.IGNORECASE,
)
_MENDING = re.compile(
    r"^\W*(?:no|oh|oops|sorry|wait|actually|hang on|hold on|correction|my mistake|that'?s (?:not|wrong))\b",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^\W*(?:hi+|hello|hey+|hiya|howdy|greetings|good (?:morning|afternoon|evening|day)|morning|evening)"
    r"(?:\s+(?:there|all|team|again|folks|guys|everyone|everybody|sir|madam))*\b[\s,.!-]+",
    re.IGNORECASE,
)
"""A greeting in front of a wish."""
_ELLIPTIC = re.compile(
    r"^\W*(?:how (?:much|long|many|often|soon|far|big|late|early)|since when|until when|when|where|why"
    r"|which|who|which ones?|and)\W*$",
    re.IGNORECASE,
)
"""A question that lacks what it is about."""
_SHORT_QUESTION = 3
_SHORT_WORDS = 6
_LEANING_WORDS = 7
LEAST_WORDS = 2
MOST = 12


def sentences(text: str) -> list[str]:
    """The sentences and lines of a text."""
    return [part.strip() for part in _ENDS.split(text) if part.strip()]


def clauses(text: str) -> list[str]:
    """The clauses of a text, at most MOST; one of fewer than LEAST_WORDS words stays with its neighbour."""
    found: list[str] = []
    for sentence in sentences(text):
        parts = [sentence] if _PAIR.search(sentence) else _JOINS.split(sentence)
        parts = [part for part in parts if part.strip()]
        for part in parts:
            if found and len(_WORDS.findall(part)) < LEAST_WORDS and len(parts) > 1:
                found[-1] = f"{found[-1]} {part}"
            else:
                found.append(_LEAD.sub("", part.strip(" ,")) or part)
    return found[:MOST]


def _without_day(question: str, heard: Heard) -> str:
    return without_days(question) if read_days(heard.plain, heard.now) else question


def is_request(clause: str) -> bool:
    """Whether a clause asks or requests something, as against telling it."""
    return clause.rstrip().endswith("?") or _REQUEST.search(clause) is not None


def without_greeting(text: str) -> str:
    """The text without the greeting before a wish; a mere greeting stays."""
    rest = _GREETING.sub("", text)
    return rest if len(_WORDS.findall(rest)) > LEAST_WORDS else text


def wish(text: str) -> str:
    """The text without details given in passing, which would read as a wish to change them."""
    text = without_greeting(text)
    if _NEW.search(_ADDRESS.sub(" ", text)):
        return text
    rest = _GIVEN.sub(" ", text).strip(" ,;-")
    return rest if len(_WORDS.findall(rest)) >= LEAST_WORDS else text


def mends(text: str) -> bool:
    """Whether a message begins by taking something back: `no, sorry, it's …`."""
    return _MENDING.match(text) is not None


def only_gives(clause: str) -> bool:
    """Whether a clause does nothing but give a detail: `my mail is …`."""
    if _NEW.search(_ADDRESS.sub(" ", clause)):
        return False
    rest = _GIVEN.sub(" ", clause)
    return rest != clause and len(_WORDS.findall(rest)) < LEAST_WORDS


def is_follow_up(text: str) -> bool:
    """Whether a message only makes sense with the one before: with `and` first, or hardly a question."""
    words = len(text.split())
    if words <= _SHORT_QUESTION and (text.rstrip().endswith("?") or _ELLIPTIC.match(text)):
        return True
    return words <= _SHORT_WORDS and _LEAD.match(text.strip()) is not None


def own_words(text: str) -> str:
    """A follow-up's own words: without `and` or `what about`."""
    return _LEAD.sub("", text.strip()).strip(" ?!.")


def leans(text: str) -> bool:
    """Whether a clause speaks of what the clause before it named: `what would that cost`."""
    return len(text.split()) <= _LEANING_WORDS and _PRONOUN.search(text) is not None


def follow_up(question: str, heard: Heard, catalogue: Catalogue) -> str:
    """An ellipsis completed by the question before it: `and in Cork?` keeps the wish, not the place."""
    rest = own_words(heard.text)
    if location(heard, catalogue):
        question = without_towns(question, (one.town for one in catalogue.locations))
    return f"{_without_day(question, heard)} {rest}".strip()
