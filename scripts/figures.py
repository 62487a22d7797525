"""Draws the README's figures from the code: `python -m scripts.figures`, with `--check` only looks.

Each figure is Mermaid text in `docs/figures/NAME.mmd`. Where the README has `<!-- figure:NAME -->` and
`<!-- /figure -->`, the same text stands between the two.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from agent.graph import build_graph
from handover.cases import TABLE

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "figures"
README = ROOT / "README.md"
MARKED = re.compile(r"(<!-- figure:(\w+) -->\n).*?(<!-- /figure -->)", re.DOTALL)
ENDS = {"__start__": "start([start])", "__end__": "done([end])"}
"""`end` is a word of Mermaid's own."""


def graph_figure() -> str:
    """The compiled graph of one turn: dotted where the node chooses."""
    lines = ["flowchart LR"]
    for edge in build_graph().get_graph().edges:
        source, target = (ENDS.get(node, node) for node in (edge.source, edge.target))
        lines.append(f"    {source} {'-.->' if edge.conditional else '-->'} {target}")
    return "\n".join(lines) + "\n"


def case_figure() -> str:
    """The states of a case: every event that its table allows."""
    events: dict[tuple[str, str], list[str]] = defaultdict(list)
    for status, after in TABLE.items():
        for event, target in after.items():
            events[status or "[*]", target].append(event.replace("_", " "))
    lines = ["stateDiagram-v2"]
    lines += [f"    {source} --> {target}: {', '.join(names)}" for (source, target), names in events.items()]
    lines += [f"    {status} --> [*]" for status, after in TABLE.items() if status and not after]
    return "\n".join(lines) + "\n"


FIGURES: dict[str, Callable[[], str]] = {"graph": graph_figure, "case": case_figure}


def drawn_files() -> dict[Path, str]:
    """Every file that holds a figure, as it should be; the README as far as there is one."""
    texts = {name: draw() for name, draw in FIGURES.items()}
    files = {FOLDER / f"{name}.mmd": text for name, text in texts.items()}
    if README.exists():
        files[README] = with_figures(README.read_text(encoding="utf-8"), texts)
    return files


def with_figures(page: str, texts: dict[str, str]) -> str:
    """The page with each marked figure drawn anew. KeyError for a marker that names no figure."""
    return MARKED.sub(lambda found: f"{found[1]}```mermaid\n{texts[found[2]]}```\n{found[3]}", page)


def stale_files() -> list[Path]:
    """The files that do not show what the code says."""
    files = drawn_files()
    return [file for file, text in files.items() if not file.exists() or file.read_text("utf-8") != text]


def main(arguments: list[str]) -> int:
    """Draws what is stale; with `--check` only names it, and returns 1 when there is any."""
    stale, files = stale_files(), drawn_files()
    for file in stale:
        print(f"{'stale' if arguments == ['--check'] else 'drawn'}: {file.relative_to(ROOT)}")
        if arguments != ["--check"]:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(files[file], encoding="utf-8")
    return int(bool(stale) and arguments == ["--check"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
