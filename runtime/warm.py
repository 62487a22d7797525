"""Warming up: reads what else the first turn would have to read, and wait for."""

from agent import data
from agent.models import prompt_texts
from agent.triggers import Heard, hear
from core.wordings import BASE_LANGUAGE
from handover import words


def warm() -> None:
    """Prompts, words and detectors; about half a second, once for the process."""
    data.read_all()
    for file in prompt_texts.PROMPTS.glob("*.md"):
        prompt_texts.sections(file.stem)
    words.place(1, BASE_LANGUAGE)
    hear(Heard(""))
