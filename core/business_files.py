"""Where each part of a business lies: its own file, or the sample's where policy may be inherited."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from core.business_facts import FaqEntry, PolicyDoc, PolicySection
from core.errors import BusinessFileError
from core.vocabulary import Trigger
from core.yaml_lines import YamlFile, did_you_mean, parse_yaml, read_yaml

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True)
class BusinessFiles:
    """The files of one business, each kept after reading so that later checks can name lines."""

    directory: Path
    sample: Path
    read: dict[str, YamlFile] = field(default_factory=dict)

    def no_folder(self) -> BusinessFileError:
        return BusinessFileError(
            self.directory, None, "no such folder", "a business folder; see business/README.md"
        )

    def file(self, name: str, *, inherit: bool = False) -> YamlFile:
        """A file, the sample's where it is absent and may be inherited."""
        if name not in self.read:
            own = self.directory / name
            self.read[name] = read_yaml(self.sample / name if inherit and not own.exists() else own)
        return self.read[name]

    def is_own(self, name: str) -> bool:
        return (self.directory / name).exists()

    def own_keys(self, name: str) -> frozenset[str]:
        """The keys that the business's own file writes; none where the sample's is used."""
        data = self.file(name, inherit=True).data if self.is_own(name) else None
        return frozenset(data) if isinstance(data, Mapping) else frozenset()

    def one(self, name: str, shape: type[T]) -> T:
        """A file that must be there and holds one value."""
        return self.file(name).parse(shape)

    def if_own(self, name: str, shape: type[T]) -> T | None:
        """A file that may be absent and is never inherited."""
        return self.one(name, shape) if self.is_own(name) else None

    def inherited(self, name: str, shape: type[T]) -> T:
        """A file that holds one value, or the sample's."""
        return self.file(name, inherit=True).parse(shape)

    def many(self, name: str, item: type[T], key: str = "id") -> tuple[T, ...]:
        """A file that holds a list with unique keys; absent is empty."""
        if not self.is_own(name):
            return ()
        file = self.file(name)
        items = file.parse_list(item)
        file.check_unique((str(getattr(one, key)) for one in items), key)
        return items

    def folder(self, name: str, item: type[T], key: str) -> tuple[T, ...]:
        """All lists of a folder in the order of their names, unique over all."""
        found: list[T] = []
        seen: dict[str, Path] = {}
        for path in sorted((self.directory / name).glob("*.yaml")):
            relative = f"{name}/{path.name}"
            for index, one in enumerate(self.many(relative, item, key)):
                ident = str(getattr(one, key))
                if ident in seen:
                    raise self.file(relative).error(
                        (index, key),
                        f"`{ident}` a second time (first in {seen[ident].name})",
                        "ids of their own",
                    )
                seen[ident] = path
                found.append(one)
        return tuple(found)

    def by_trigger(self, name: str, shape: type[T]) -> dict[Trigger, T]:
        """One value for each trigger; those that the business does not name are the sample's."""
        values = read_yaml(self.sample / name).parse(dict[Trigger, shape])  # type: ignore[valid-type]
        file = self.file(name, inherit=True)
        own = file.parse(dict[str, object])
        for trigger in own:
            if trigger not in list(Trigger):
                raise file.error(
                    (trigger,),
                    f"the unknown trigger `{trigger}`",
                    f"one of {', '.join(Trigger)}{did_you_mean(trigger, Trigger)}",
                )
        values |= file.parse(dict[Trigger, shape])  # type: ignore[valid-type]
        missing = [trigger for trigger in Trigger if trigger not in values]
        if missing:
            raise file.error((), f"no `{missing[0]}`", f"a value for `{missing[0]}`")
        return values


def load_faq(files: BusinessFiles) -> tuple[FaqEntry, ...]:
    """All lists below `faq/`, each entry with its file and line. Ids are unique over all files."""
    entries: list[FaqEntry] = []
    for path in sorted((files.directory / "faq").glob("*.yaml")):
        file = files.file(f"faq/{path.name}")
        if not isinstance(file.data, list | None):
            raise file.error((), "no list", "a list of questions")
        placed = [
            {**item, "file": path, "line": file.line((index,))} if isinstance(item, Mapping) else item
            for index, item in enumerate(file.data or [])
        ]
        read = file.parse(tuple[FaqEntry, ...], placed)
        file.check_unique((entry.id for entry in read), "id")
        for index, entry in enumerate(read):
            other = next((one for one in entries if one.id == entry.id), None)
            if other:
                raise file.error(
                    (index, "id"),
                    f"`{entry.id}` a second time (first in {other.file.name})",
                    "ids of their own",
                )
        entries += read
    return tuple(entries)


_FENCE = "---\n"
_HEADING = re.compile(r"^(#{2,4}) +(\d+(?:\.\d+)*)\.? +(.+?)\s*$", re.MULTILINE)


def load_policies(files: BusinessFiles) -> tuple[PolicyDoc, ...]:
    """All documents below `policies/`: front matter between `---` lines, then `## 2.1 Title` sections."""
    documents = [_policy(path) for path in sorted((files.directory / "policies").glob("*.md"))]
    seen: dict[str, PolicyDoc] = {}
    for document in documents:
        if document.id in seen:
            first = seen[document.id].file.name
            raise BusinessFileError(
                document.file,
                2,
                f"the id `{document.id}` a second time (first in {first})",
                "ids of their own",
            )
        seen[document.id] = document
    return tuple(documents)


def _policy(path: Path) -> PolicyDoc:
    whole = path.read_text(encoding="utf-8")
    head, fence, body = whole.removeprefix(_FENCE).partition(f"\n{_FENCE}")
    if not whole.startswith(_FENCE) or not fence:
        raise BusinessFileError(path, 1, repr(whole[:20]), "a front matter between lines of ---")
    front = parse_yaml(head, path, first_line=2)
    if not isinstance(front.data, Mapping):
        raise front.error((), "no keys", "id, title and version")
    sections = _sections(path, body, line=2 + head.count("\n") + 2)
    content = {**front.data, "text": body.strip(), "sections": sections, "file": path}
    return front.parse(PolicyDoc, content)


def _sections(path: Path, body: str, line: int) -> tuple[PolicySection, ...]:
    headings = list(_HEADING.finditer(body))
    if not headings:
        raise BusinessFileError(path, line, "no numbered section", "headings such as `## 2.1 How long`")
    ends = [heading.start() for heading in headings[1:]] + [len(body)]
    sections: dict[str, PolicySection] = {}
    for heading, end in zip(headings, ends, strict=True):
        number = heading.group(2)
        if number in sections:
            at = line + body.count("\n", 0, heading.start())
            raise BusinessFileError(path, at, f"section {number} a second time", "each number once")
        text = body[heading.end() : end].strip()
        sections[number] = PolicySection(id=number, title=heading.group(3), text=text)
    return tuple(sections.values())
