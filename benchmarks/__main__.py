"""`make bench`: measures the README's figures and prints its table; `python -m benchmarks turns` runs one."""

import logging
import sys
from collections.abc import Callable

from benchmarks import faq_search, history, load, phases, turns

Row = tuple[str, str, str]
MEASURES: dict[str, Callable[[], list[Row]]] = {
    "turns": turns.measure,
    "phases": phases.measure,
    "history": history.measure,
    "load": load.measure,
    "faq": faq_search.measure,
}


def main() -> None:
    logging.disable(logging.WARNING)
    wanted = sys.argv[1:] or list(MEASURES)
    print("| what | measured | need |\n| --- | --- | --- |")
    for name in wanted:
        for what, figure, need in MEASURES[name]():
            print(f"| {what} | {figure} | {need} |", flush=True)


if __name__ == "__main__":
    main()
