"""Several serving processes on one PostgreSQL and one Chroma server: any of them serves any conversation."""

import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial

import pytest

from store import events
from tests.support.baton import Customer, Person, read_events, wait_for
from tests.support.chroma import chroma_server
from tests.support.process import BatonProcess, Nursery, asked_by, store_of, tells
from tests.support.scripted_answers import Answer, content, reply
from tests.support.scripted_server import Request, ScriptedServer
from tests.support.shop import fresh_url

RESUMES_S = 15


@dataclass
class Both:
    """Two processes, and the model that both ask."""

    one: BatonProcess
    two: BatonProcess
    model: ScriptedServer

    def named(self, name: str) -> BatonProcess:
        return self.one if self.one.name == name else self.two

    def other(self, name: str) -> BatonProcess:
        return self.two if self.one.name == name else self.one


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("processes")
    with ExitStack() as stack:
        model = stack.enter_context(ScriptedServer(content("unset")))
        nursery = stack.enter_context(Nursery())
        chroma = stack.enter_context(chroma_server(folder))
        more = {"DATABASE_URL": fresh_url("postgresql", folder), "CHROMA_URL": chroma}
        processes = [
            stack.enter_context(
                closing(BatonProcess(nursery=nursery, folder=folder, model=model, name=name, more=more))
            )
            for name in ("one", "two")
        ]
        # At once: both find an empty database, and one of them makes its tables.
        with ThreadPoolExecutor() as threads:
            list(threads.map(BatonProcess.start, processes))
        yield Both(processes[0], processes[1], model)


def at(process: BatonProcess, customer: Customer) -> Customer:
    """The same customer at another process."""
    return Customer(process.http, customer.id, customer.token)


def test_a_message_accepted_by_one_process_is_read_and_answered_at_the_other(both: Both) -> None:
    both.model.play(reply("Hello."))
    customer = both.one.customer()
    tells(customer, "Do you ship to Ireland?")
    told = at(both.two, customer).events(0, until="done")
    assert [event.kind for event in told if event.kind in ("accepted", "done")] == ["accepted", "done"]
    assert at(both.two, customer).texts("ai") == ["Hello."]
    assert customer.texts("ai") == ["Hello."]


def test_an_open_stream_at_one_process_hears_what_the_other_takes_in(both: Both) -> None:
    both.model.play(reply("Hello."))
    customer = both.one.customer()
    headers = customer.headers | {"Last-Event-ID": str(customer.view()["last_event_id"])}
    path = f"{customer.path}/events"
    with both.two.http.stream("GET", path, headers=headers, timeout=30) as response:
        told = read_events(response)
        for text in ("Do you ship to Ireland?", "And to France?"):
            assert customer.says(text)["message"]["text"] == "Hello."
            kinds = [next(told).kind]
            while kinds[-1] != "done":
                kinds.append(next(told).kind)
            stored = [kind for kind in kinds if kind in ("accepted", "message", "done")]
            assert stored == ["accepted", "message", "done"]


def test_the_same_key_at_two_processes_at_once_stores_and_answers_once(both: Both) -> None:
    both.model.play(reply("Once.").after(0.2))
    customer = both.one.customer()
    answers = []

    def send(process: BatonProcess) -> None:
        answers.append(at(process, customer).says("Do you ship to Ireland?", Idempotency_Key="k"))

    at_once(partial(send, both.one), partial(send, both.two))
    assert answers[0]["message"] == answers[1]["message"]
    assert customer.texts("customer") == ["Do you ship to Ireland?"]
    assert customer.texts("ai") == ["Once."]


def test_the_desks_stream_is_complete_and_the_same_at_both(both: Both) -> None:
    both.model.play(reply("Hello."))

    def hands_over(process: BatonProcess) -> None:
        for _ in range(3):
            customer = process.customer()
            customer.says("Do you ship to Ireland?")
            customer.says("I want to talk to a human please")

    at_once(*[partial(hands_over, process) for process in (both.one, both.two) * 2])
    with store_of(both.one) as database:
        last = database.read(events.last_of_desk)
    assert last >= 12 * 3
    ids = [ids_of_desk(process, last) for process in (both.one, both.two)]
    assert ids[0] == ids[1] == list(range(1, last + 1))


def ids_of_desk(process: BatonProcess, last: int) -> list[int]:
    """The numbers of all events that the desk's stream tells, up to `last`."""
    person: Person = process.person()
    headers = person.headers | {"Last-Event-ID": "0"}
    ids: list[int] = []
    with process.http.stream("GET", "/v1/desk/events", headers=headers, timeout=30) as response:
        for event in read_events(response):
            if event.id is not None:
                ids.append(event.id)
            if event.id == last:
                break
    return ids


def test_a_process_that_stood_still_and_lost_its_lease_says_nothing_late(both: Both) -> None:
    asked: list[str] = []

    def model(request: Request) -> Answer:
        asked.append(asked_by(request.headers))
        return reply("Late words.").after(4) if len(asked) == 1 else reply("The other's words.")

    both.model.play(model)
    customer = both.one.customer()
    tells(customer, "Do you ship to Ireland?")
    wait_for(lambda: asked)
    frozen, awake = both.named(asked[0]), both.other(asked[0])
    frozen.signal(signal.SIGSTOP)
    try:
        wait_for(lambda: at(awake, customer).texts("ai"), RESUMES_S)
    finally:
        frozen.signal(signal.SIGCONT)
    wait_for(lambda: frozen.http.get("/readyz").is_success)
    time.sleep(1)
    assert asked == [frozen.name, awake.name]
    assert at(frozen, customer).texts("ai") == ["The other's words."]
    told = at(frozen, customer).events(0, until="done")
    assert [event.data["by"] for event in told if event.kind == "retracted"] == ["restart"]


def test_what_a_killed_process_had_under_way_is_taken_over_by_the_other(both: Both) -> None:
    asked: list[str] = []

    def model(request: Request) -> Answer:
        asked.append(asked_by(request.headers))
        return reply("Never said.").after(60) if len(asked) == 1 else reply("Taken over.")

    both.model.play(model)
    customer = both.one.customer()
    tells(customer, "Do you ship to Ireland?")
    wait_for(lambda: asked)
    dead, alive = both.named(asked[0]), both.other(asked[0])
    dead.kill()
    wait_for(lambda: at(alive, customer).texts("ai"), RESUMES_S)
    assert at(alive, customer).texts("ai") == ["Taken over."]


def at_once(*acts: Callable[[], None]) -> None:
    with ThreadPoolExecutor(len(acts)) as threads:
        for running in [threads.submit(act) for act in acts]:
            running.result()
