"""What was learned reaches every process: each takes in what another has written to the store."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.business import Business
from core.ids import ConversationId, MessageId
from knowledge import Knowledge
from runtime.learned import Learned, learned_now
from store import learning
from store.database import Database, UnitOfWork
from tests.support.knowledge_store import start_knowledge

QUESTION = "Do you rent out parasols for a weekend?"


@pytest.fixture
def knowledge(tmp_path: Path) -> Iterator[Knowledge]:
    with closing(start_knowledge(tmp_path)) as opened:
        yield opened


def best(knowledge: Knowledge) -> str:
    return knowledge.search("can I rent a parasol for the weekend", 1)[0].text


def test_an_entry_that_another_process_learned_is_found_here_and_goes_when_it_is_taken_out(
    store: Database, business: Business, knowledge: Knowledge
) -> None:
    # given: a process that has started before anything was learned
    revision, entries = store.read(lambda uow: learned_now(uow, business))
    here = Learned(store, knowledge, business, revision)
    assert entries == []

    # when another one writes
    def learn(uow: UnitOfWork) -> None:
        asked = [(MessageId("msg_1"), ConversationId("conv_1"))]
        learning.decide(uow, "gap_1", "added", None, asked)
        learning.learn(uow, "gap_1", QUESTION, "For 20 euro.", None)

    store.write(learn)
    here.refresh()

    # then
    assert best(knowledge) == "For 20 euro."
    store.write(lambda uow: learning.learn(uow, "gap_1", QUESTION, "For 25 euro.", None))
    here.refresh()
    assert best(knowledge) == "For 25 euro."
    store.write(lambda uow: learning.unlearn(uow, "gap_1"))
    here.refresh()
    assert "euro" not in best(knowledge)


def test_nothing_is_taken_in_while_nothing_has_changed(
    store: Database, business: Business, knowledge: Knowledge
) -> None:
    here = Learned(store, knowledge, business, store.read(learning.revision))
    before = knowledge.report
    here.refresh()
    assert knowledge.report is before
