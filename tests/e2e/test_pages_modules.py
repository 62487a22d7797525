"""The pages' pure modules, run where they run: in a browser. No clock, no server's state."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.pages_kit import watched

CUSTOMER = {"id": "m1", "role": "customer", "name": None, "text": "Hello", "at": "2026-01-01T10:00:00.000Z"}
ANSWER = {"id": "m2", "role": "ai", "name": "Baton", "text": "Good day.", "at": "2026-01-01T10:00:01.000Z"}
CASE = {"id": "c1", "status": "queued", "position": 2, "expected_wait_s": 240}


@pytest.fixture(scope="module")
def blank(pages_browser: Browser, pages_files: str) -> Iterator[Page]:
    with watched(pages_browser, pages_files) as context:
        page = context.new_page()
        page.goto("/static/icon.svg")
        yield page


def run(page: Page, module: str, body: str, argument: object = None) -> Any:  # noqa: ANN401 - what JavaScript gives
    """The result of `body`, a function of the module `m` and of the argument `a`."""
    code = f"async (a) => {{ const m = await import('/static/{module}'); {body} }}"
    return page.evaluate(code, argument)


def chat(page: Page, *actions: dict[str, object]) -> Any:  # noqa: ANN401
    """The chat's state after these actions."""
    return run(page, "chat/reducer.js", "return a.reduce(m.reduce, m.START);", list(actions))


def event(kind: str, data: object) -> dict[str, object]:
    return {
        "type": "event",
        "event": {"id": None, "type": kind, "data": data},
        "at": "2026-01-01T10:00:02.000Z",
    }


def token(text: str, attempt: int = 1) -> dict[str, object]:
    return event("token", {"turn": "t1", "attempt": attempt, "text": text})


def test_a_stream_that_comes_in_any_pieces_gives_the_same_events(blank: Page) -> None:
    stream = (
        ': still here\n\nid: 7\nevent: token\ndata: {"text":\ndata: "a"}\n\nevent: done\r\ndata: {}\r\n\r\n'
    )
    body = """
      return [1, 2, 3, 1000].map((size) => {
        const parser = new m.Parser();
        const pieces = a.match(new RegExp(`[^]{1,${size}}`, "g"));
        return JSON.stringify(pieces.flatMap((piece) => parser.feed(piece)));
      });"""
    read = run(blank, "lib/events.js", body, stream)
    assert len(set(read)) == 1
    wanted = '[{"id":7,"type":"token","data":{"text":"a"}},{"id":null,"type":"done","data":{}}]'
    assert read[0] == wanted


def test_reconnecting_backs_off_from_half_a_second_to_half_a_minute(blank: Page) -> None:
    waits = run(blank, "lib/events.js", "return [0, 1, 2, 20].map((n) => m.backOff(n, 1));")
    assert waits == [500, 1000, 2000, 30_000]


def test_what_streamed_becomes_the_stored_answer(blank: Page) -> None:
    half = chat(blank, event("accepted", {"message": CUSTOMER}), token("Good "), token("da"))
    assert half["draft"]["text"] == "Good da"
    whole = chat(blank, event("accepted", {"message": CUSTOMER}), token("Good "), event("message", ANSWER))
    assert whole["draft"] is None
    assert [item["message"]["text"] for item in whole["items"]] == ["Hello", "Good day."]


def test_a_retracted_attempt_leaves_nothing_and_a_new_one_starts_anew(blank: Page) -> None:
    retracted = event("retracted", {"turn": "t1", "attempt": 1, "by": "restart"})
    assert chat(blank, token("Void "), retracted)["draft"] is None
    assert chat(blank, token("Void "), retracted, token("New", 2))["draft"]["text"] == "New"
    assert chat(blank, token("Void "), token("New", 2))["draft"]["text"] == "New"


def test_a_stored_message_told_twice_is_shown_once(blank: Page) -> None:
    answer = {"accepted": CUSTOMER, "message": ANSWER, "turn": None, "mode": "ai"}
    state = chat(
        blank,
        {"type": "written", "key": "k1", "text": "Hello"},
        event("accepted", {"message": CUSTOMER}),
        event("message", ANSWER),
        {"type": "answered", "key": "k1", "answer": answer},
    )
    assert len(state["items"]) == 2
    assert state["outbox"] == []


def test_the_card_changes_in_place_from_waiting_to_joined_to_returned(blank: Page) -> None:
    steps = [
        event("handover", {"case": CASE}),
        event("mode", {"mode": "waiting"}),
        event("position", {"position": 1, "expected_wait_s": 60}),
        event("mode", {"mode": "person", "name": "Anna"}),
        event("case", {"id": "c1", "status": "returned"}),
        event("mode", {"mode": "ai"}),
    ]
    seen = []
    for count in range(1, len(steps) + 1):
        cards = [item for item in chat(blank, *steps[:count])["items"] if item["kind"] == "card"]
        assert len(cards) == 1
        seen.append((cards[0]["stage"], cards[0]["position"], cards[0]["name"]))
    assert seen[0] == ("follow_up", 2, None)
    assert seen[2] == ("waiting", 1, None)
    assert seen[3] == ("joined", 1, "Anna")
    assert seen[5][0] == "returned"


@pytest.mark.parametrize("settled_first", [True, False])
def test_a_resolved_case_is_told_by_its_card_and_not_as_handed_back(blank: Page, settled_first: bool) -> None:
    ending = [event("case", {"id": "c1", "status": "resolved"}), event("mode", {"mode": "ai"})]
    state = chat(
        blank,
        event("handover", {"case": CASE}),
        event("mode", {"mode": "person", "name": "Anna"}),
        *(ending if settled_first else reversed(ending)),
    )
    assert [item.get("stage", item["kind"]) for item in state["items"]] == ["resolved", "joined"]
    assert state["ended"] is True


def test_a_note_between_people_never_shows_in_the_chat(blank: Page) -> None:
    note = {**ANSWER, "role": "person", "name": "Anna", "internal": True}
    assert chat(blank, event("message", note))["items"] == []


def test_the_ai_s_answer_and_its_handover_card_are_one_thing(blank: Page) -> None:
    state = chat(
        blank,
        event("accepted", {"message": CUSTOMER}),
        event("handover", {"case": CASE}),
        event("message", ANSWER),
    )
    shown = run(blank, "chat/messages.js", "return m.paired(a);", state["items"])
    assert [(one["item"]["kind"], one["notice"] and one["notice"]["id"]) for one in shown] == [
        ("message", None),
        ("card", "m2"),
    ]


@pytest.mark.parametrize(
    "attack",
    [
        "<script>window.hit = 1</script>",
        "<img src=x onerror='window.hit = 1'>",
        "![x](//example.invalid/x.png)",
        "[a](javascript:window.hit=1)",
        "[a](data:text/html,x)",
        "<svg><a href='javascript:1'>x</a></svg>",
        "[a]: vbscript:x\n\n[a]",
        "<iframe srcdoc='x'></iframe><style>*{display:none}</style>",
        "<form action='/x'><input name=y></form>",
    ],
)
def test_markdown_from_a_model_runs_nothing_and_loads_nothing(blank: Page, attack: str) -> None:
    body = """
      const holder = document.createElementNS('http://www.w3.org/1999/xhtml', 'div');
      holder.append(m.renderMarkdown(a));
      const nodes = [...holder.querySelectorAll('*')];
      const named = (node) => [...node.attributes].map((one) => `${one.name}=${one.value}`);
      return nodes.map((node) => [node.localName, ...named(node)]);"""
    drawn = run(blank, "lib/markdown.js", body, attack)
    assert {node[0] for node in drawn} <= {"p", "a", "br"}
    assert not any("href" in part for node in drawn for part in node[1:])
    assert blank.evaluate("window.hit") is None


def test_markdown_keeps_emphasis_lists_and_web_links(blank: Page) -> None:
    body = """
      const holder = document.createElementNS('http://www.w3.org/1999/xhtml', 'div');
      holder.append(m.renderMarkdown(a));
      const nodes = [...holder.querySelectorAll('strong, li, a')];
      return nodes.map((node) => node.getAttribute('rel') ?? node.localName);"""
    drawn = run(blank, "lib/markdown.js", body, "**a**\n\n- b\n\n[c](https://example.invalid)")
    assert drawn == ["strong", "li", "noopener noreferrer nofollow"]


def test_any_graph_is_laid_out_with_every_node_in_a_place_of_its_own(blank: Page) -> None:
    edges = [
        ("__start__", "listen"),
        ("listen", "think"),
        ("listen", "act"),
        ("listen", "handover"),
        ("think", "act"),
        ("act", "think"),
        ("think", "own"),
        ("own", "judge"),
        ("judge", "handover"),
        ("judge", "settle"),
        ("handover", "settle"),
        ("settle", "__end__"),
    ]
    names = sorted({name for edge in edges for name in edge})
    graph = {"nodes": [{"id": n} for n in names], "edges": [{"source": a, "target": b} for a, b in edges]}
    body = "const { places, lines } = m.layOut(a); return [[...places.values()], lines.length];"
    places, lines = run(blank, "trace/layout.js", body, graph)
    at = {place["id"]: (place["row"], place["column"]) for place in places}
    assert sorted(at) == names
    assert len(set(at.values())) == len(names)
    assert lines == len(edges)
    main = [
        name for name, (row, _) in sorted(at.items(), key=lambda one: one[1][1]) if row == at["listen"][0]
    ]
    assert main == ["__start__", "listen", "think", "own", "judge", "settle", "__end__"]
    assert at["act"][0] < at["think"][0] < at["handover"][0]


def test_the_trace_follows_a_running_turn_and_then_shows_the_whole_one(blank: Page) -> None:
    turn = {"id": "t1", "triggers": {"anger": 0.2}, "path": [{"node": "listen", "ms": 1}]}
    running = [
        event("node", {"turn": "t1", "node": "listen", "state": "entered"}),
        event("node", {"turn": "t1", "node": "listen", "state": "left", "ms": 2}),
    ]
    body = "return a.reduce(m.reduce, m.START);"
    half = run(blank, "trace/reducer.js", body, running)
    assert half["running"]["path"] == [{"node": "listen", "ms": 2}]
    whole = run(blank, "trace/reducer.js", body, [*running, event("done", {"turn": turn, "mode": "ai"})])
    assert whole["running"] is None
    assert [one["id"] for one in whole["turns"]] == ["t1"]


def test_a_live_event_that_comes_after_the_end_of_its_turn_is_too_late(blank: Page) -> None:
    turn = {"id": "t1", "triggers": {}, "path": []}
    late = event("node", {"turn": "t1", "node": "settle", "state": "left", "ms": 3})
    state = run(
        blank,
        "trace/reducer.js",
        "return a.reduce(m.reduce, m.START);",
        [event("done", {"turn": turn, "mode": "ai"}), late],
    )
    assert state["running"] is None


def test_turns_of_an_earlier_visit_do_not_displace_what_was_heard_meanwhile(blank: Page) -> None:
    first: dict[str, object] = {"id": "t1", "triggers": {}, "path": []}
    second: dict[str, object] = {**first, "id": "t2"}
    actions = [event("done", {"turn": second, "mode": "ai"}), {"type": "turns", "turns": [first]}]
    state = run(blank, "trace/reducer.js", "return a.reduce(m.reduce, m.START);", actions)
    assert [turn["id"] for turn in state["turns"]] == ["t1", "t2"]


def test_a_turn_whose_inside_is_not_ours_to_see_is_not_drawn(blank: Page) -> None:
    short = {"id": "t1", "decision": "answer", "case_id": None}
    state = run(blank, "trace/reducer.js", "return m.reduce(m.START, a);", event("done", {"turn": short}))
    assert state["turns"] == []
    assert state["hidden"] is True


def case(
    id: str, status: str = "queued", person: str | None = None, priority: str = "normal"
) -> dict[str, object]:
    due = {"opened_at": f"2026-01-01T10:00:0{id[-1]}.000Z", "due_at": None, "first_reply_due": None}
    who = {"person": person, "priority": priority, "mine": False}
    return {"id": id, "conversation_id": f"v-{id}", "status": status, **who, **due}


def desk(page: Page, *actions: Mapping[str, object]) -> Any:  # noqa: ANN401
    """The queue's three parts, by id, after these actions; with what is held back."""
    body = """
      const state = a.reduce(m.reduce, m.reduce(m.START, { type: 'me', me: { name: 'Anna' } }));
      const ids = (list) => list.map((found) => found.id);
      const { yours, queue, colleagues } = m.groups(state);
      return { yours: ids(yours), queue: ids(queue), colleagues: ids(colleagues), held: ids(state.held) };"""
    return run(page, "desk/reducer.js", body, list(actions))


def test_the_queue_has_mine_first_then_waiting_then_colleagues(blank: Page) -> None:
    told = [
        {"type": "case", "case": case("c1")},
        {"type": "case", "case": case("c2", "claimed", "Anna")},
        {"type": "case", "case": case("c3", "claimed", "Jonas")},
        {"type": "case", "case": case("c4", priority="urgent")},
        {"type": "case", "case": case("c5", "resolved")},
    ]
    assert desk(blank, *told) == {"yours": ["c2"], "queue": ["c4", "c1"], "colleagues": ["c3"], "held": []}


def test_a_new_case_does_not_move_the_list_under_the_pointer(blank: Page) -> None:
    aimed = {"type": "case", "case": case("c2", priority="urgent"), "aiming": True}
    first = {"type": "case", "case": case("c1")}
    assert desk(blank, first, aimed)["queue"] == ["c1"]
    assert desk(blank, first, aimed)["held"] == ["c2"]
    assert desk(blank, first, aimed, {"type": "show_held"})["queue"] == ["c2", "c1"]


def test_what_fired_is_marked_in_the_customer_s_own_words(blank: Page) -> None:
    pieces = run(
        blank,
        "desk/transcript.js",
        "return m.marked(a[0], a[1]);",
        ["This is the THIRD time (really).", ["third time", "(really)"]],
    )
    assert [piece["text"] for piece in pieces if piece["marked"]] == ["THIRD time", "(really)"]


def test_a_starter_picks_the_first_persona_whom_it_suits(blank: Page) -> None:
    tom = {"id": "tom", "about": "regular", "orders": [{"number": "A-1", "state": "paid", "items": []}]}
    shipped = {"number": "A-2", "state": "shipped", "delivered": None, "items": [{"name": "Lamp"}]}
    maya = {"id": "maya", "about": "the highest tier", "orders": [shipped]}
    body = """
      const context = { personas: a.personas, persona: 'tom', topTier: /highest/, now: 0 };
      return a.starters.map((starter) => m.prepare(starter, context));"""
    starters = [
        {"needs": "shipped", "say": ["Where is {order} with the {item}?"]},
        {"needs": "top", "say": ["I am leaving."]},
        {"say": ["When are you open?"]},
    ]
    chosen = run(blank, "playground/starters.js", body, {"personas": [tom, maya], "starters": starters})
    assert [one["persona"] for one in chosen] == ["maya", "maya", "tom"]
    assert chosen[0]["texts"] == ["Where is A-2 with the Lamp?"]


def test_a_brand_colour_that_cannot_be_read_is_noticed(blank: Page) -> None:
    body = "return [m.contrast([0, 0, 0], [255, 255, 255]), m.contrast([255, 255, 0], [255, 255, 255])];"
    black, yellow = run(blank, "chat/contrast.js", body)
    assert black == pytest.approx(21)
    assert yellow < 1.1
