"""E-mail to a spool folder: each message a file that a mail server, or a person, can pick up."""

from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from core.clock import utc_now
from store.outbox import Due


class Spool:
    """Writes `outbox/<id>.eml` below the data folder. The same row twice is the same file."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "outbox"

    def deliver(self, due: Due) -> None:
        """`payload`: `to`, `subject`, `text`. KeyError when one is missing, so that the row shows it."""
        message = EmailMessage()
        message["To"] = due.payload["to"]
        message["Subject"] = due.payload["subject"]
        message["Message-ID"] = f"<{due.id}@baton>"
        message["Date"] = format_datetime(utc_now())
        message.set_content(due.payload["text"])
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"{due.id}.part"
        part.write_bytes(message.as_bytes())
        part.rename(self._folder / f"{due.id}.eml")
