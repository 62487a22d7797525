"""Who may import what: the table of the design, and who alone may know a technology."""

import pytest

from tests.support.house import Source, shipped

_BELOW_AGENT = ("core", "store", "knowledge", "tools", "handover")
_BELOW_API = (*_BELOW_AGENT, "agent", "channels", "runtime")
_ALL = (*_BELOW_API, "api", "web", "evals", "cli")

MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "core": (),
    "store": ("core",),
    "knowledge": ("core",),
    "tools": ("core", "store", "knowledge"),
    "handover": ("core", "store", "knowledge"),
    "agent": _BELOW_AGENT,
    "channels": ("core", "store", "handover"),
    "runtime": (*_BELOW_AGENT, "agent", "channels"),
    "api": _BELOW_API,
    "web": ("core", "api"),
    "evals": (*_BELOW_API, "api", "web"),
    "cli": (*_BELOW_API, "api", "web", "evals"),
    "benchmarks": (*_ALL, "tests"),  # the scripted model endpoint is one, for tests and benchmarks
    "scripts": _ALL,
}
WHY = "Data types import nothing from above: an import against the table ties two folders into one."

HTTP = (
    "fastapi",
    "starlette",
    "uvicorn",
    "httpx",
    "aiohttp",
    "requests",
    "websockets",
    "http",
    "urllib.request",
)
ONLY_IN: dict[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "LangGraph": (("langgraph",), ("agent", "benchmarks"), "the graph could be replaced in one folder"),
    "Chroma": (("chromadb",), ("knowledge",), "the vector store could be replaced in one folder"),
    "SQL": (
        ("sqlalchemy", "alembic", "psycopg", "sqlite3"),
        ("store",),
        "who writes SQL elsewhere writes past the epoch and the event log",
    ),
    "HTTP": (
        HTTP,
        ("api", "web", "channels", "cli", "agent/models", "knowledge", "benchmarks"),
        "rules that know of HTTP cannot be used without it; only clients of the model and of Chroma do",
    ),
}


def _named(module: str, names: tuple[str, ...]) -> bool:
    return any(module == name or module.startswith(name + ".") for name in names)


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_a_folder_imports_only_what_the_table_allows(folder: str) -> None:
    allowed = {folder, *MAY_IMPORT[folder]}
    ours = {*MAY_IMPORT, "tests"}
    wrong = [
        f"{source.name}:{line} imports {module}"
        for source in shipped()
        if source.folder == folder
        for module, line in source.imports()
        if module.partition(".")[0] in ours - allowed
    ]
    assert not wrong, f"{WHY}\n" + "\n".join(wrong)


@pytest.mark.parametrize("technology", ONLY_IN)
def test_a_technology_is_known_in_its_own_folders_only(technology: str) -> None:
    modules, places, why = ONLY_IN[technology]
    wrong = [
        f"{source.name}:{line} imports {module}"
        for source in shipped()
        if not _at_home(source, places)
        for module, line in source.imports()
        if _named(module, modules)
    ]
    assert not wrong, f"{technology} belongs into {', '.join(places)}: {why}.\n" + "\n".join(wrong)


def _at_home(source: Source, places: tuple[str, ...]) -> bool:
    return any(source.name.startswith(place + "/") for place in places)
