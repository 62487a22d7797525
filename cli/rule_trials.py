"""`baton rules try`: tries a file of rules on the turns of the store and prints what would flip."""

from pathlib import Path

from rich.console import Console
from rich.text import Text

from agent.triggers.heard import CustomerFacts
from core.business import Business, load_business, load_rules
from core.errors import OperatorError
from core.settings import Settings
from evals.rule_trial import Flip, Outcome, trial
from store.database import UnitOfWork, open_database
from store.past import PastTurn, past_turns
from tools.ports import Ports
from tools.records import customer_facts

LONGEST_QUOTE = 90


def show_trial(settings: Settings, file: Path, limit: int) -> None:
    """Prints each flip as a diff, then the sum. OperatorError: the file is wrong, or there is no store."""
    tried, flips = flips_of(settings, file, limit)
    console = Console(highlight=False)
    for flip in flips:
        _show(console, flip)
    least, most = sum(flip.least for flip in flips), sum(flip.most for flip in flips)
    console.print(f"{len(flips)} of {tried} turns would be decided otherwise.")
    if flips:
        console.print(f"Cost, in the unit of costs.yaml: {least:+g} to {most:+g} (below zero it saves).")


def flips_of(settings: Settings, file: Path, limit: int) -> tuple[int, list[Flip]]:
    """How many turns were tried, and those that the file would flip.

    OperatorError: the file is wrong (with its line), or there is no store.
    """
    business = load_business(settings.business_dir)
    rules = load_rules(file, business)
    if not settings.on_postgresql and not Path(settings.sql_url.removeprefix("sqlite:///")).exists():
        raise OperatorError(f"There are no conversations in {settings.baton_data_dir}: `make run` first.")
    database = open_database(settings.sql_url)
    try:
        turns = database.read(lambda uow: _read(uow, business, limit))
    finally:
        database.close()
    return len(turns), trial(turns, rules, business)


def _read(uow: UnitOfWork, business: Business, limit: int) -> list[tuple[PastTurn, CustomerFacts]]:
    ports, found = Ports(), []
    known: dict[str, CustomerFacts] = {}
    for past in past_turns(uow, limit):
        if past.customer_id is not None and past.customer_id not in known:
            facts = customer_facts(uow, past.customer_id, business, ports)
            known[past.customer_id] = (
                CustomerFacts(facts.lifetime_value, facts.tier, facts.late_orders)
                if facts
                else CustomerFacts()
            )
        found.append((past, known.get(past.customer_id or "", CustomerFacts())))
    return found


def _show(console: Console, flip: Flip) -> None:
    words = flip.past.words
    quote = words if len(words) <= LONGEST_QUOTE else f"{words[: LONGEST_QUOTE - 1]}…"
    console.print(Text(f"{flip.past.conversation_id}  {flip.past.at:%Y-%m-%d %H:%M}  “{quote}”"))
    console.print(Text(f"- {_line(flip.before)}", style="red"))
    price = f"{flip.least:+g}" if flip.least == flip.most else f"{flip.least:+g} to {flip.most:+g}"
    console.print(Text(f"+ {_line(flip.after)}   cost {price}", style="green"))


def _line(outcome: Outcome) -> str:
    parts = [outcome.decision.value, outcome.reason.value if outcome.reason else ""]
    if outcome.rule:
        parts.append(f"[{outcome.rule}]")
    return " ".join(part for part in parts if part)
