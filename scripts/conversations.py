"""Draws the README's table of the ten capabilities, a conversation each: `python -m scripts.conversations`.

The conversations are eval cases, played with the embedded model. With `--check` nothing is written, and the
exit code is 1 when the README does not show what the agent says today. References made at random are `RF-…`.
"""

import asyncio
import re
import sys
import tempfile
from pathlib import Path

from core.business import load_business
from core.settings import Settings
from core.vocabulary import Capability
from evals.case_files import Placed, load_cases
from evals.record import Talked
from evals.talk import play
from evals.world import World, open_world

README = Path(__file__).resolve().parent.parent / "README.md"
MARKED = re.compile(r"(<!-- conversations -->\n).*?(<!-- /conversations -->)", re.DOTALL)
AT_RANDOM = re.compile(r"\b([A-Z]{2})-[0-9A-Z]{8}\b|(?<=token=)[\w.-]+")
SHOWN: dict[Capability, str] = {
    Capability.COLLECT_DETAILS: "collect_details/cd-call-back",
    Capability.QUALIFY_LEAD: "qualify_lead/ql-hotel",
    Capability.ORDER_STATUS: "order_status/os-split",
    Capability.HOURS_LOCATIONS: "hours_locations/hl-boxing-day",
    Capability.FAQ: "faq/fq-countries-follow-up",
    Capability.REFUND: "refund/rf-pendant",
    Capability.UPDATE_CONTACT: "update_contact/uc-order-address",
    Capability.BOOKING: "booking/bk-next-tuesday-after-four",
    Capability.RECOMMEND: "recommend/rc-none-fits",
    Capability.TICKET_FOLLOW_UP: "ticket_follow_up/tk-reopen",
}
"""The eval case that shows each capability."""


def table() -> str:
    """The table in Markdown: capability, tools that were called, the conversation."""
    settings = Settings(_env_file=None, baton_model="embedded")
    cases = {placed.name: placed for placed in load_cases(load_business(settings.business_dir))}
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        open_world(settings, Path(folder)) as world,
    ):
        talks = asyncio.run(_played(world, [cases[name] for name in SHOWN.values()]))
    rows = [_row(capability, talked) for capability, talked in zip(SHOWN, talks, strict=True)]
    return "\n".join(["| | tools | a conversation |", "| --- | --- | --- |", *rows]) + "\n"


async def _played(world: World, cases: list[Placed]) -> list[Talked]:
    return [await play(world, placed.case) for placed in cases]


def _row(capability: Capability, talked: Talked) -> str:
    tools = dict.fromkeys(run.name for one in talked.exchanges for run in one.tools)
    lines = []
    for one in talked.exchanges:
        lines.append(f"*{_cell(one.customer)}*")
        lines += [f"→ {_cell(text)}" for text in one.agent]
    called = "<br>".join(f"`{name}`" for name in tools)
    return f"| `{capability}` | {called} | {'<br>'.join(lines)} |"


def _cell(text: str) -> str:
    """A text on one line of a table, without what is different each time."""
    plain = " ".join(text.split()).replace("|", "\\|").replace("*", "\\*")
    return AT_RANDOM.sub(lambda found: f"{found[1]}-…" if found[1] else "…", plain)


def with_table(page: str, drawn: str) -> str:
    """The page with the table between its markers. ValueError when the page has no such place."""
    if not MARKED.search(page):
        raise ValueError("the page has no `<!-- conversations -->` … `<!-- /conversations -->`")
    return MARKED.sub(lambda found: f"{found[1]}{drawn}{found[2]}", page)


def main(arguments: list[str]) -> int:
    """Draws the table, or with `--check` only says whether it is stale."""
    page = README.read_text(encoding="utf-8")
    drawn = with_table(page, table())
    if arguments == ["--check"]:
        return int(drawn != page)
    README.write_text(drawn, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
