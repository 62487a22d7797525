"""The pages' shells and files: what is served, under which headers, and that nothing comes from elsewhere."""

import json
import re
from pathlib import Path
from typing import Final

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from core.vocabulary import Capability, Trigger
from web.pages import PAGES, STATIC, add_pages, static_files

OWN_FILES: Final = sorted(
    path for path in STATIC.rglob("*") if path.suffix in {".js", ".css"} and "vendor" not in path.parts
)
SHELLS: Final = sorted((STATIC.parent / "shells").glob("*.html"))
LONGEST_FILE: Final = 300


@pytest.fixture
def client() -> TestClient:
    app = FastAPI(docs_url=None, redoc_url=None)
    add_pages(app)
    return TestClient(app)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_served_under_a_strict_policy(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "require-trusted-types-for 'script'" in policy


def test_a_page_answers_a_head_request(client: TestClient) -> None:
    assert client.head("/").status_code == 200


def test_the_pages_stay_out_of_the_openapi_document(client: TestClient) -> None:
    assert client.get("/openapi.json").json()["paths"] == {}


@pytest.mark.parametrize("path", ["/widget.js", "/static/chat/baton-chat.js", "/static/tokens.css"])
def test_a_shop_s_page_of_another_origin_may_load_the_widget(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


def test_an_unchanged_file_is_not_sent_again(client: TestClient) -> None:
    tag = client.get("/static/tokens.css").headers["etag"]
    assert client.get("/static/tokens.css", headers={"If-None-Match": tag}).status_code == 304


def test_nothing_outside_the_static_folder_is_served(client: TestClient) -> None:
    assert client.get("/static/../pages.py").status_code == 404
    assert client.get("/static/%2e%2e/pages.py").status_code == 404


def test_static_files_can_be_mounted_alone() -> None:
    app = FastAPI()
    app.mount("/files", static_files())
    assert TestClient(app).get("/files/icon.svg").status_code == 200


@pytest.mark.parametrize("path", OWN_FILES + SHELLS, ids=lambda path: path.name)
def test_no_file_names_another_host(path: Path) -> None:
    hosts = set(re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z]{2,}", path.read_text()))
    assert hosts == set()


@pytest.mark.parametrize("path", SHELLS, ids=lambda path: path.name)
def test_a_shell_has_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text()
    assert " style=" not in text
    assert "<style" not in text
    assert re.findall(r"<script(?![^>]* src=)", text) == []


@pytest.mark.parametrize("path", OWN_FILES, ids=lambda path: path.name)
def test_no_template_carries_a_style_attribute(path: Path) -> None:
    assert not re.search(r"\bstyle=", path.read_text())


@pytest.mark.parametrize(
    "path", [path for path in OWN_FILES if path.suffix == ".js"], ids=lambda path: path.name
)
def test_a_module_is_short_and_opens_with_its_subject(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert len(lines) <= LONGEST_FILE or path.parent.name == "words"
    assert lines[0].startswith(("/**", "//"))


@pytest.mark.parametrize(
    "path", [path for path in OWN_FILES if path.suffix == ".js"], ids=lambda path: path.name
)
def test_every_module_that_is_imported_exists(path: Path) -> None:
    wanted = re.findall(r"""(?:from|import) "(\.[^"]+)";""", path.read_text())
    assert [name for name in wanted if not (path.parent / name).exists()] == []


def test_every_trigger_and_capability_has_its_word_and_its_starter() -> None:
    text = (STATIC / "words" / "en.js").read_text()
    starters = text[text.index("starters: {") : text.index("desk: {")]
    for name in (*Trigger, *Capability):
        assert re.search(rf"\b{name}: \"", text), f"no word for {name}"
        assert re.search(rf"\b{name}: \{{", starters), f"no starter for {name}"


def test_the_bundled_libraries_are_pinned_and_carry_their_licences() -> None:
    lock = json.loads((STATIC.parent / "vendor" / "package-lock.json").read_text())
    assert not any("resolved" in package for package in lock["packages"].values())
    for bundle in ("lit", "markdown"):
        assert "Copyright" in (STATIC / "vendor" / f"{bundle}.LICENSES.txt").read_text()
