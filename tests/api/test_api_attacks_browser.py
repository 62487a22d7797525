"""Attacks by another site in the visitor's own browser: rebinding, reading across, posting across."""

from pathlib import Path

import httpx
import pytest

from tests.support.baton import ServedBaton, served

EVIL = {"Origin": "https://evil.example"}


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "10.0.0.7", "", "["]
)
def test_a_demo_does_not_answer_to_another_sites_name(demo: ServedBaton, host: str) -> None:
    for path in ("/v1/demo", "/v1/graph", "/healthz"):
        answer = demo.http.get(path, headers={"Host": host})
        assert answer.status_code in (400, 421)
        assert "key" not in answer.text


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000", "shop.localhost"]
)
def test_a_demo_answers_to_every_name_of_this_machine(demo: ServedBaton, host: str) -> None:
    assert demo.http.get("/healthz", headers={"Host": host}).status_code == 200


def test_a_shop_answers_to_its_own_names(shop: ServedBaton) -> None:
    assert shop.http.get("/healthz", headers={"Host": "help.shop.example"}).status_code == 200


@pytest.mark.parametrize("path", ["/v1/demo", "/v1/graph", "/v1/cases", "/openapi.json"])
def test_another_site_may_read_nothing(demo: ServedBaton, path: str) -> None:
    assert not _allowing(demo.http.get(path, headers=EVIL))
    asked = {
        **EVIL,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }
    assert not _allowing(demo.http.request("OPTIONS", path, headers=asked))


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None]
)
@pytest.mark.parametrize("path", ["/v1/conversations", "/v1/chat/completions"])
def test_another_site_posts_nothing_without_being_asked_first(
    demo: ServedBaton, path: str, kind: str | None
) -> None:
    body = '{"messages": [{"role": "user", "content": "hi"}]}' if "chat" in path else "{}"
    headers = {**EVIL, **({"Content-Type": kind} if kind else {})}
    assert demo.http.post(path, content=body, headers=headers).status_code in (400, 415, 422)


def test_only_the_sites_that_are_named_may_read(tmp_path: Path) -> None:
    with served(tmp_path, baton_demo=False, baton_allowed_origins="https://shop.example") as running:
        mine = running.http.get("/healthz", headers={"Origin": "https://shop.example"})
        assert mine.headers["Access-Control-Allow-Origin"] == "https://shop.example"
        for origin in (
            "https://evil.example",
            "https://shop.example.evil.example",
            "null",
            "http://shop.example",
        ):
            assert not _allowing(running.http.get("/healthz", headers={"Origin": origin}))


def _allowing(answer: httpx.Response) -> list[str]:
    return [name for name in answer.headers if name.startswith("access-control-allow-origin")]
