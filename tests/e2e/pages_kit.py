"""What the browser tests of the pages share: a real server, Debian's Chromium, a page that watches itself."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final, Literal
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect, sync_playwright

from web.pages import add_pages

FLAGS: Final = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE: Final[ViewportSize] = {"width": 1280, "height": 900}
NARROW: Final[ViewportSize] = {"width": 390, "height": 844}
COMMAND: list[str] = [str(Path(sys.executable).with_name("baton")), "serve"]
START_S: Final = 90
MODEL_SETTINGS: Final = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "BATON_MODEL")

expect.set_options(timeout=15_000)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(url: str, server: subprocess.Popen[bytes]) -> None:
    """Returns once the server answers; fails when it has ended instead."""
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with {server.returncode} before it was ready")
        try:
            if httpx.get(f"{url}/readyz", timeout=2).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise TimeoutError(f"{url} was not ready in {START_S} s")


@pytest.fixture(scope="session")
def pages_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real server with its own data folder, the sample business and the embedded model."""
    folder, port = tmp_path_factory.mktemp("pages"), free_port()
    kept = {name: value for name, value in os.environ.items() if name not in MODEL_SETTINGS}
    settings = {"BATON_DATA_DIR": str(folder / "data"), "BATON_PORT": str(port), "BATON_HOST": "127.0.0.1"}
    settings["BATON_ALLOWED_ORIGINS"] = SHOP
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(COMMAND, env={**kept, **settings}, stdout=log, stderr=log, cwd=folder)
        try:
            wait_until_ready(f"http://127.0.0.1:{port}", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(15)


@pytest.fixture(scope="session")
def pages_files() -> Iterator[str]:
    """The address of a server that has the pages' files and no API: enough for the pure modules."""
    app = FastAPI(docs_url=None, redoc_url=None)
    add_pages(app)
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def pages_browser() -> Iterator[Browser]:
    """Debian's Chromium. No longer than a module: Playwright keeps an event loop running in this thread."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


SHOP: Final = f"http://127.0.0.1:{free_port()}"
"""The origin of a shop whose pages may hold the chat."""


@pytest.fixture
def shop_page(pages_server: str) -> Iterator[str]:
    """The address of a shop's page that embeds the chat by one line, under a strict policy."""
    policy = (
        f"default-src 'none'; script-src {pages_server}; style-src 'self'; connect-src {pages_server}; "
        "require-trusted-types-for 'script'"
    )
    html = f'<!doctype html><title>Shop</title><script src="{pages_server}/widget.js" async></script>'

    class Shop(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", urlsplit(SHOP).port or 0), Shop)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"{SHOP}/lamp"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Watch:
    """What a page must never do: throw, break its Content-Security-Policy, ask another host."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.faults: list[str] = []
        host = urlsplit(base).netloc
        context.on(
            "request",
            lambda request: None if urlsplit(request.url).netloc == host else self.faults.append(request.url),
        )
        context.on("weberror", lambda error: self.faults.append(str(error.error)))
        context.on("console", lambda said: self._heard(said.type, said.text))

    def _heard(self, kind: str, text: str) -> None:
        # The browser itself reports each refused call; a test that provokes one looks at the page.
        if kind == "error" and "Failed to load resource" not in text:
            self.faults.append(text)


@contextmanager
def watched(
    browser: Browser, base: str, size: ViewportSize = WIDE, theme: str = "light"
) -> Iterator[BrowserContext]:
    """A browser of one person, whose pages are watched; its faults fail the test at the end."""
    scheme: Literal["dark", "light"] = "dark" if theme == "dark" else "light"
    context = browser.new_context(base_url=base, viewport=size, color_scheme=scheme, locale="en-GB")
    watch = Watch(context, base)
    try:
        yield context
        if watch.faults:
            raise AssertionError("\n".join(watch.faults))
    finally:
        context.close()


@pytest.fixture
def customer(pages_browser: Browser, pages_server: str) -> Iterator[Page]:
    """A customer's browser at the playground, as somebody not verified."""
    with watched(pages_browser, pages_server) as context:
        page = context.new_page()
        page.goto("/")
        expect(page.get_by_role("button", name="Not verified")).to_be_visible()
        yield page


@pytest.fixture
def person(pages_browser: Browser, pages_server: str) -> Iterator[Page]:
    """Another browser, at the desk, as the first of the sample people."""
    with watched(pages_browser, pages_server) as context:
        page = context.new_page()
        page.goto("/desk")
        expect(page.get_by_role("heading", name="Queue")).to_be_visible()
        yield page


def say(page: Page, text: str) -> None:
    """Writes as the customer and sends."""
    page.get_by_role("textbox", name="Message").fill(text)
    page.get_by_role("button", name="Send").click()


def answers(page: Page) -> Locator:
    """The AI's finished and unfinished answers."""
    return page.locator("baton-chat .bubble.ai")


def wait_for_turn(page: Page) -> None:
    """Until the trace shows a whole turn."""
    expect(page.get_by_role("heading", name="Steps")).to_be_visible()


def case_row(desk: Page, customer: Page) -> Locator:
    """The queue's row of the case that this customer's playground links to."""
    link = customer.locator("baton-chat a[slot=action]")
    case_id = parse_qs(urlsplit(link.get_attribute("href") or "").query)["case"][0]
    return desk.locator(f'li.case[data-case="{case_id}"]')


def violations(page: Page) -> list[str]:
    """What axe-core finds, as `rule: element`."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]
