"""The JSON schema of a case file, for editors: `python -m evals.schema` writes it anew."""

import json
from pathlib import Path

from pydantic import TypeAdapter

from evals.case import Case

FILE = Path(__file__).parent / "case.schema.json"


def schema() -> str:
    """The schema as the file holds it."""
    return json.dumps(TypeAdapter(list[Case]).json_schema(), indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(schema())
