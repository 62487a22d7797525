"""Every setting, from the environment and `.env`. `.env.example` documents each; a test compares the two."""

import ipaddress
from functools import cached_property
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import OperatorError

EMBEDDED = "embedded"
DEFAULT_MODEL = "default"
SAMPLE_BUSINESS = Path(__file__).resolve().parent.parent / "business"


class Settings(BaseSettings):
    """The configuration of one Baton process."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True)

    openai_api_key: SecretStr | None = None
    openai_base_url: str | None = None
    baton_model: str | None = None
    baton_host: str = "127.0.0.1"
    baton_port: int = Field(default=8000, ge=0, le=65535)
    baton_public_url: str | None = Field(default=None, pattern=r"^https?://\S+$")
    baton_data_dir: Path = Path("data")
    database_url: str | None = None
    chroma_url: str | None = None
    baton_embedding: str | None = Field(default=None, pattern=r"^openai:.+$")
    business_dir: Path = SAMPLE_BUSINESS
    baton_demo: bool = True
    baton_demo_force: bool = False
    baton_api_key: SecretStr | None = None
    baton_allowed_origins: str = ""
    baton_identity_secret: SecretStr | None = None

    @property
    def model_name(self) -> str:
        """`embedded` when key, base URL and model are all unset; `default`: as models.yaml says."""
        if self.baton_model:
            return self.baton_model
        return DEFAULT_MODEL if self.openai_api_key or self.openai_base_url else EMBEDDED

    @property
    def sql_url(self) -> str:
        """The SQLAlchemy address: PostgreSQL by psycopg 3, or SQLite in the data folder."""
        if self.database_url is None:
            return f"sqlite:///{self.baton_data_dir.resolve() / 'baton.db'}"
        for prefix in ("postgresql://", "postgres://"):
            if self.database_url.startswith(prefix):
                return "postgresql+psycopg://" + self.database_url.removeprefix(prefix)
        return self.database_url

    @property
    def public_url(self) -> str:
        """Where customers reach this Baton, without a slash at the end."""
        return (self.baton_public_url or f"http://{self.baton_host}:{self.baton_port}").rstrip("/")

    @property
    def on_postgresql(self) -> bool:
        return self.sql_url.startswith("postgresql")

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        if self.baton_host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.baton_host).is_loopback
        except ValueError:
            return False

    @cached_property
    def demo(self) -> bool:
        """Personas, their tokens and whole traces are served: only with the sample business on loopback.

        OperatorError when demo mode is asked for on another host and not forced.
        """
        if not self.baton_demo or self.business_dir.resolve() != SAMPLE_BUSINESS:
            return self.baton_demo and self.baton_demo_force
        if not self.on_loopback and not self.baton_demo_force:
            raise OperatorError(
                f"BATON_HOST={self.baton_host} is not loopback, and demo mode would hand out every persona's "
                "token and whole traces. Set BATON_DEMO=false, or BATON_DEMO_FORCE=true if that is wanted."
            )
        return True

    @property
    def allowed_origins(self) -> list[str]:
        return [origin.strip() for origin in self.baton_allowed_origins.split(",") if origin.strip()]


def load_settings(**overrides: object) -> Settings:
    """Settings from the environment, `.env` and `overrides`. OperatorError names each bad value."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        found = "; ".join(
            f"{str(e['loc'][0]).upper()}={e['input']!r}: {e['msg'].lower()}" for e in error.errors()
        )
        raise OperatorError(
            f"A setting is not usable: {found}. See .env.example for what each takes."
        ) from None
