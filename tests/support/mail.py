"""The e-mails that a served Baton has put into its spool folder."""

from email import policy
from email.parser import BytesParser
from pathlib import Path

from tests.support.baton import wait_for


def codes_to(data: Path, address: str) -> list[str]:
    """One-time codes that were sent to an address, the oldest first."""
    found = []
    for path in sorted((data / "outbox").glob("*.eml"), key=lambda one: one.stat().st_mtime_ns):
        mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        first = str(mail["Subject"]).split()[0]
        if str(mail["To"]) == address and first.isdecimal():
            found.append(first)
    return found


def next_code(data: Path, address: str, after: int = 0) -> str:
    """The code that comes after so many others."""
    wait_for(lambda: len(codes_to(data, address)) > after)
    return codes_to(data, address)[after]
