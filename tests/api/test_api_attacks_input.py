"""Attacks by input: bodies, headers and addresses that are too big, too deep, or no text at all."""

import json
import socket

import httpx
import pytest

from tests.support.baton import Customer, ServedBaton
from tests.support.scripted_answers import reply
from tests.support.scripted_server import ScriptedServer

JSON = {"Content-Type": "application/json"}
DEEP = "[" * 100_000 + "]" * 100_000
HALF = '"\\ud800"'
HUGE = "9" * 5000


def _sent(
    customer: Customer, content: str | bytes, path: str = "/messages", **headers: str
) -> httpx.Response:
    return customer.http.post(
        customer.path + path, content=content, headers={**customer.headers, **JSON, **headers}
    )


@pytest.mark.parametrize(
    "content",
    [
        f'{{"text": {HALF}}}',
        '{"text": "a\\u0000b"}',
        '{"text": "a\\u001b[31mb"}',
        '{"text": "\\u0085"}',
        '{"text": " \\n\\t "}',
        '{"text": ""}',
        f'{{"text": {DEEP}}}',
        '{"text": 5}',
        '{"text":',
        b'{"text": "\xff"}',
        "[1]",
        "null",
        "",
        '{"text": "hi", "role": "ai"}',
        '{"text": "hi", "internal": true}',
    ],
)
def test_what_is_no_message_is_refused_and_not_stored(demo: ServedBaton, content: str | bytes) -> None:
    customer = demo.customer()
    answer = _sent(customer, content)
    assert answer.status_code in (400, 422)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert customer.texts("customer") == []


@pytest.mark.parametrize(
    "content",
    [
        f'{{"metadata": {{"a": {HALF}}}}}',
        f'{{"metadata": {{{HALF}: 1}}}}',
        '{"metadata": {"a": "\\u0000"}}',
        '{"metadata": {"a": NaN}}',
        '{"metadata": {"a": 1e999}}',
        f'{{"metadata": {{"a": {DEEP}}}}}',
        f'{{"metadata": {{"a": {HUGE}}}}}',
        f'{{"channel": {HALF}}}',
        f'{{"identity_token": {HALF}}}',
        '{"channel": "a\\u0000"}',
        '{"locale": "../../etc/passwd"}',
        json.dumps({"locale": "en" + "-abcdefgh" * 5000}),
        json.dumps({"metadata": {"a": "x" * 20_000}}),
    ],
)
def test_what_no_database_keeps_makes_no_conversation(demo: ServedBaton, content: str) -> None:
    answer = demo.http.post("/v1/conversations", content=content, headers=JSON)
    assert answer.status_code in (400, 422), answer.text


@pytest.mark.parametrize("text", ["a\\u0000", "\\ud800", "\\u001b]0;x"])
def test_a_rating_is_text_too(demo: ServedBaton, text: str) -> None:
    assert _sent(demo.customer(), f'{{"score": 5, "text": "{text}"}}', "/rating").status_code == 422


@pytest.mark.parametrize(
    "content",
    [
        f'{{"messages": [{{"role": "user", "content": {HALF}}}]}}',
        f'{{"user": {HALF}, "messages": [{{"role": "user", "content": "hi"}}]}}',
        f'{{"messages": [{{"role": "assistant", "content": {HALF}}}, {{"role": "user", "content": "hi"}}]}}',
        '{"messages": [{"role": "assistant", "content": "\\u0000"}, {"role": "user", "content": "hi"}]}',
        f'{{"messages": {DEEP}}}',
        '{"messages": []}',
        '{"messages": [{"role": "assistant", "content": "hi"}]}',
        '{"messages": [{"role": "user", "content": "hi"}], "n": 2}',
        '{"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}',
    ],
)
def test_completions_refuse_what_is_no_talk(demo: ServedBaton, content: str) -> None:
    answer = demo.http.post("/v1/chat/completions", content=content, headers=JSON)
    assert answer.status_code in (400, 422), answer.text


def test_a_text_that_is_too_long_is_too_large(demo: ServedBaton) -> None:
    assert _sent(demo.customer(), json.dumps({"text": "x" * 100_000})).status_code == 413
    assert _sent(demo.customer(), json.dumps({"text": "x" * 8001})).status_code == 413


@pytest.mark.parametrize("path", ["/v1/conversations", "/v1/chat/completions"])
def test_a_huge_body_is_refused_before_it_is_read(demo: ServedBaton, path: str) -> None:
    host, port = demo.http.base_url.host, demo.http.base_url.port
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: 50000000"
    )
    with socket.create_connection((host, port or 80), timeout=10) as line:
        line.sendall(f"{head}\r\n\r\n".encode() + b'{"channel": "')
        assert b" 413 " in line.recv(4096)


def test_a_huge_body_without_a_length_is_refused_too(demo: ServedBaton) -> None:
    def pieces() -> object:
        for _ in range(100):
            yield b"x" * 100_000

    try:
        answer = demo.http.post("/v1/conversations", content=pieces(), headers=JSON)  # type: ignore[arg-type]
    except httpx.WriteError:
        return  # it closed the line on us
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("value", ["-1", "abc", "1e3", "9" * 30, HUGE, str(2**63), "0x1", "1 OR 1=1"])
def test_a_last_event_id_that_is_none_is_refused(demo: ServedBaton, value: str) -> None:
    for path, headers in (
        (f"{demo.customer().path}/events", None),
        ("/v1/desk/events", demo.person().headers),
    ):
        customer = demo.customer()
        place = path if headers else f"{customer.path}/events"
        told = demo.http.get(place, headers={**(headers or customer.headers), "Last-Event-ID": value})
        assert told.status_code == 422


@pytest.mark.parametrize("cursor", ["-1", "abc", "²", "٣", "9" * 30, HUGE, "1.5", "", "1 "])
def test_a_cursor_that_was_never_given_is_refused(demo: ServedBaton, cursor: str) -> None:
    answer = demo.http.get("/v1/cases", params={"cursor": cursor}, headers=demo.person().headers)
    assert answer.status_code == 422


@pytest.mark.parametrize("limit", ["0", "-1", "201", "9" * 30, "x"])
def test_a_limit_out_of_bounds_is_refused(demo: ServedBaton, limit: str) -> None:
    answer = demo.http.get("/v1/cases", params={"limit": limit}, headers=demo.person().headers)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        "/static/../pages.py",
        "/static/%2e%2e/pages.py",
        "/static/..%2f..%2fcore%2fsettings.py",
        "/static//etc/passwd",
        "/static/%00",
        "/v1/conversations/..%2f..%2fv1%2fdemo",
        "/v1/conversations/%00",
        "/v1/conversations/%ff",
        "/v1/cases/%00",
    ],
)
def test_an_address_leads_nowhere_else(demo: ServedBaton, path: str) -> None:
    host, port = demo.http.base_url.host, demo.http.base_url.port
    head = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {demo.person().key}\r\n"
    with socket.create_connection((host, port or 80), timeout=10) as line:
        line.sendall(f"{head}Connection: close\r\n\r\n".encode())
        assert line.recv(4096).startswith(b"HTTP/1.1 404 ")


def test_what_is_said_cannot_add_an_event_to_the_stream(demo: ServedBaton, model: ScriptedServer) -> None:
    forged = 'x\n\nevent: handover\ndata: {"case": {"id": "forged"}}\n\nid: 99'
    model.play(reply(forged))
    customer = demo.customer()
    events = customer.says_streaming(forged)
    assert {event.kind for event in events} <= {
        "accepted",
        "node",
        "signal",
        "decision",
        "token",
        "message",
        "done",
    }
    assert next(event.data["message"]["text"] for event in events if event.kind == "accepted") == forged


def test_what_is_said_cannot_add_a_chunk_to_a_completion(demo: ServedBaton, model: ScriptedServer) -> None:
    forged = "x\n\ndata: [DONE]\n\ndata: y"
    model.play(reply(forged))
    body = {"model": forged, "stream": True, "messages": [{"role": "user", "content": "Hi"}]}
    with demo.http.stream("POST", "/v1/chat/completions", json=body) as response:
        lines = [line for line in response.read().split(b"\n") if line]
    assert all(line.startswith((b"data: {", b": ")) for line in lines[:-1])
    assert lines[-1] == b"data: [DONE]"


def test_an_error_shows_no_trace_and_no_file(demo: ServedBaton) -> None:
    for answer in (
        demo.http.get("/v1/nowhere"),
        demo.http.post("/v1/conversations", content=DEEP, headers=JSON),
        demo.http.put("/v1/conversations"),
        demo.http.get("/v1/cases", headers={"Authorization": "Bearer x"}),
    ):
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert not [word for word in ("Traceback", ".py", "sqlalchemy", "SELECT") if word in answer.text]


def test_an_idempotency_key_that_is_too_long_is_refused(demo: ServedBaton) -> None:
    answer = demo.http.post("/v1/conversations", json={}, headers={"Idempotency-Key": "k" * 300})
    assert answer.status_code == 422


def test_markup_is_data_on_its_way_in_and_out(demo: ServedBaton, model: ScriptedServer) -> None:
    markup = "<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1))"
    model.play(reply("Hello."))
    customer = demo.customer()
    customer.says(markup)
    answer = demo.http.get(customer.path, headers=customer.headers)
    assert customer.texts("customer") == [markup]
    assert answer.headers["Content-Type"] == "application/json"
