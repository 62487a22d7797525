"""E-mail to a spool folder: each message a file that a mail server, or a person, can pick up."""

from collections.abc import Iterable
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from core.clock import utc_now


class Spool:
    """Writes `outbox/<id>.eml` below the data folder. The same id twice is the same file."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "outbox"

    def forget(self, ids: Iterable[str]) -> None:
        """Removes these messages, as far as they are still here."""
        for id in ids:
            (self._folder / f"{id}.eml").unlink(missing_ok=True)

    def write(self, id: str, *, to: str, subject: str, text: str) -> None:
        """One message, whole or not at all."""
        message = EmailMessage()
        message["To"] = to
        message["Subject"] = subject
        message["Message-ID"] = f"<{id}@baton>"
        message["Date"] = format_datetime(utc_now())
        message.set_content(text)
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"{id}.part"
        part.write_bytes(message.as_bytes())
        part.rename(self._folder / f"{id}.eml")
