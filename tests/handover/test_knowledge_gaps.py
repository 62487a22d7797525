"""Learning from people: what of their words answers, what is left out, what becomes of a decision."""

from contextlib import closing

import pytest

from core.business import Business
from core.errors import NotFound, OutOfState
from core.ids import ConversationId, CustomerId, MessageId
from core.vocabulary import Role
from handover import desk as acts
from handover.erasing import erase_customer
from handover.gap_decisions import decide, learned_entries
from handover.gap_questions import Answer, Question, answer_in
from handover.gaps import FoundGap, Material, find, gather
from handover.private import without_personal
from store import learning
from tests.support.desk import TUESDAY_MORNING, Desk
from tests.support.knowledge_store import start_knowledge


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Write to ann.lea@home.example today.", "Write to [e-mail] today."),
        ("Call me on +353 87 555 0142, or 087 555 0143.", "Call me on [phone], or [phone]."),
        (
            "Order AB-20481 and 20482 come on 3 May at 14:00.",
            "Order [number] and [number] come on 3 May at 14:00.",
        ),
        ("It costs €12500 and takes 10 days.", "It costs €12500 and takes 10 days."),
        ("My name is Jo Byrne and I will wait.", "[name] and I will wait."),
        ("Ask Maeve, Brennan said. Will may brennan?", "Ask [name], [name] said. Will may brennan?"),
        ("It went to 12 Old Mill Road, D08 XY12.", "It went to [address], [postcode]."),
    ],
)
def test_what_is_personal_is_taken_out_and_what_informs_stays(
    text: str, bare: str, business: Business
) -> None:
    assert without_personal(text, ["Maeve Brennan"], business) == bare


def test_what_the_business_publishes_itself_stays(business: Business) -> None:
    place = business.locations[0]
    text = f"Write to {business.shop.email} or come to {place.address}, {place.postcode}."
    assert without_personal(text, [], business) == text


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("Hi Ann, we do, in ten days. Anything else? Best, Tom", "we do, in ten days."),
        ("Good morning! Let me check that for you.", ""),
        (
            "I'm Tom from the workshop.\nThe oil is food safe. Your order AB-20481 has it too.",
            "The oil is food safe.",
        ),
        ("Could you send me a photo?", ""),
        ("Unfortunately we don't. Thanks for asking!", "Unfortunately we don't."),
    ],
)
def test_of_a_persons_words_only_what_states_something_for_everybody_is_an_answer(
    said: str, answer: str, business: Business
) -> None:
    assert answer_in(said, {"Tom", "Ann"}, business) == answer


def question(number: int, text: str, answer: str | None = None, best_then: float | None = 0.0) -> Question:
    said = Answer(answer, None, "Tom", None, TUESDAY_MORNING) if answer else None
    talk = ConversationId(f"conv_{number}")
    return Question(text, MessageId(f"msg_{number}"), talk, None, TUESDAY_MORNING, None, best_then, said)


@pytest.mark.parametrize(
    ("one", "other", "conflict"),
    [
        ("The oil is food safe.", "Yes, the oil is food safe.", False),
        ("It takes 10 days.", "It takes 14 days.", True),
        ("The oil is food safe.", "The oil is not food safe.", True),
    ],
)
def test_answers_with_other_numbers_or_another_yes_are_not_one(
    one: str, other: str, conflict: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    asked = [question(1, "Is the oil food safe?", one), question(2, "Is this oil food safe?", other)]
    with closing(start_knowledge(tmp_path_factory.mktemp("knowledge"))) as knowledge:
        (found,) = find(Material(asked, []), knowledge)
    assert found.gap.conflict is conflict
    assert (found.gap.proposal is None) is conflict
    assert found.gap.count == 2


def test_different_questions_are_different_gaps_and_a_dismissed_one_is_none(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    asked = [question(1, "Is the oil food safe?"), question(2, "Where do you buy your wool?")]
    with closing(start_knowledge(tmp_path_factory.mktemp("knowledge"))) as knowledge:
        both = find(Material(asked, []), knowledge)
        one = find(Material(asked, ["Is that oil food safe?"]), knowledge)
    assert len(both) == 2
    assert [found.gap.question for found in one] == ["Where do you buy your wool?"]


def gap_of(desk: Desk, customer_id: str | None = None) -> FoundGap:
    """A gap with one question that a customer asked."""
    talk = desk.conversation(customer_id)
    message = desk.writes(talk, "Is the oil on the walrus shelf food safe?")
    base = question(1, message.text, "It is food safe.")
    asked = Question(**{**base.__dict__, "message_id": MessageId(message.id), "conversation_id": talk})
    gap = find_one(asked)
    return FoundGap(gap.gap, (asked,), gap.said)


def find_one(asked: Question) -> FoundGap:
    class Nothing:
        no_answer_line = 0.5

        def search(self, query: str, k: int = 4) -> tuple[()]:
            return ()

    (found,) = find(Material([asked], []), Nothing())  # type: ignore[arg-type]
    return found


def test_an_entry_is_added_changed_and_taken_out_and_each_is_on_record(desk: Desk) -> None:
    desk.staff("ines")
    person, gap = desk.person("ines"), gap_of(desk)
    found = {gap.gap.id: gap}

    added = desk.store.write(lambda uow: decide(uow, gap.gap.id, "add", person, found))
    assert added["entry"]["text"] == "It is food safe."
    before = desk.store.read(learning.revision)
    desk.store.write(lambda uow: decide(uow, gap.gap.id, "edit", person, {}, "It is food safe once dry."))
    (entry,) = desk.store.read(lambda uow: learned_entries(uow, desk.business))
    assert (entry.text, entry.id) == ("It is food safe once dry.", added["entry"]["id"])
    assert desk.store.read(learning.revision) > before
    assert desk.store.read(learning.decided_messages) == {gap.questions[0].message_id}

    desk.store.write(lambda uow: decide(uow, gap.gap.id, "dismiss", person, {}))
    assert desk.store.read(lambda uow: learned_entries(uow, desk.business)) == []
    with pytest.raises(NotFound):
        desk.store.write(lambda uow: decide(uow, "gap_x", "dismiss", person, {}))


def test_a_gap_that_nobody_answered_needs_a_text(desk: Desk) -> None:
    desk.staff("ines")
    person, gap = desk.person("ines"), gap_of(desk)
    unanswered = FoundGap(gap.gap.model_copy(update={"proposal": None, "answers": []}), gap.questions)
    with pytest.raises(OutOfState):
        desk.store.write(lambda uow: decide(uow, gap.gap.id, "add", person, {gap.gap.id: unanswered}))


def test_the_wording_of_a_customer_who_is_erased_helps_to_find_the_entry_no_more(desk: Desk) -> None:
    desk.staff("ines")
    person, gap = desk.person("ines"), gap_of(desk, "C-1001")
    desk.store.write(
        lambda uow: decide(
            uow, gap.gap.id, "add", person, {gap.gap.id: gap}, question="Is the oil food safe?"
        )
    )
    (entry,) = desk.store.read(lambda uow: learned_entries(uow, desk.business))
    assert entry.also == ("Is the oil on the walrus shelf food safe?",)
    before = desk.store.read(learning.revision)

    desk.store.write(lambda uow: erase_customer(uow, CustomerId("C-1001")))

    (entry,) = desk.store.read(lambda uow: learned_entries(uow, desk.business))
    assert (entry.also, entry.title) == ((), "Is the oil food safe?")
    assert desk.store.read(learning.revision) > before


def test_a_question_put_to_a_person_is_found_with_its_answer(desk: Desk) -> None:
    desk.staff("padraig")
    padraig, talk = desk.person("padraig"), desk.conversation()
    case = desk.hands_over(talk, text="I want a person").case
    desk.does(case.id, lambda held, row: acts.claim(held, row, padraig, desk.business))
    desk.clock.passes(5)
    desk.writes(talk, "Is the oil on the shelf food safe?")
    desk.clock.passes(5)
    desk.holds(
        talk,
        lambda held: held.say(Role.PERSON, "The oil is food safe.", name="Pádraig", person_id=padraig.id),
    )
    assert desk.store.read(lambda uow: gather(uow, desk.business)).questions == []

    desk.clock.passes(5)
    desk.does(case.id, lambda held, row: acts.return_to_ai(held, row, padraig, ""))

    (found,) = desk.store.read(lambda uow: gather(uow, desk.business)).questions
    assert (found.text, found.answer and found.answer.text) == (
        "Is the oil on the shelf food safe?",
        "The oil is food safe.",
    )
