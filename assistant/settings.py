"""Every setting, from `C5_*` environment variables, in one frozen value.

Nothing else reads the environment. Secrets (an LLM's key) stay in the variables their own
libraries read and are never part of this value.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import SettingsError

# read by modules that need them and not part of the public settings
_SECRETS = {"C5_CHROMA_TOKEN", "C5_LLM_API_KEY"}


class Settings(BaseSettings):
    """What can be set; the names in the environment are these in capitals after `C5_`."""

    model_config = SettingsConfigDict(
        env_prefix="C5_", env_ignore_empty=True, frozen=True, extra="forbid"
    )

    docs: Path = Field(Path("docs"), description="folder of the articles")
    index: Path = Field(Path(".index"), description="folder of the index")
    encoder: str | None = Field(None, description="sentence-transformers folder or name")
    chroma_url: str | None = Field(None, description="Chroma server shared by replicas")
    llm: str | None = Field(None, description="provider:model for written answers")
    llm_base_url: str | None = Field(None, description="where the LLM's server is")
    llm_timeout: float = Field(60.0, gt=0, description="seconds before the extractive answer")
    auth: Literal["none", "basic", "proxy"] = Field("none", description="who may come in")
    users_file: Path | None = Field(None, description="users and password hashes (basic)")
    proxy_user_header: str = Field("X-Remote-User", description="header with the user (proxy)")
    groups_header: str = Field("X-Remote-Groups", description="header with the groups (proxy)")
    editor_groups: str = Field("", description="groups whose members are editors, comma between")
    tokens_file: Path | None = Field(None, description="hashes of API tokens; see c5 token")
    trusted_proxies: str = Field("127.0.0.1,::1", description="addresses, comma between")
    allowed_origins: str = Field("", description="origins that may frame and call, comma between")
    root_path: str = Field("", description="path prefix behind a proxy, e.g. /newsroom")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(7860, ge=0, le=65535, description="port to listen on")
    keep_questions: bool = Field(False, description="write questions to the log")
    state: Path | None = Field(None, description="folder of links and the seal")
    feedback: Path | None = Field(None, description="SQLite file of what readers say; off if unset")
    editors: str = Field("", description="users who may add articles, comma between; * = all")
    log_format: Literal["text", "json"] = Field("text", description="lines of the log")
    metrics_allow: str = Field("127.0.0.1,::1", description="addresses that may read /metrics")
    rate_limit: int = Field(120, ge=0, description="requests a minute for each user; 0 = off")

    @field_validator("root_path")
    @classmethod
    def _one_slash_in_front(cls, value: str) -> str:
        stripped = value.strip("/")
        return f"/{stripped}" if stripped else ""

    @property
    def origins(self) -> tuple[str, ...]:
        """Return the allowed origins; empty means same origin only."""
        return _listed(self.allowed_origins)

    @property
    def proxies(self) -> tuple[str, ...]:
        """Return the addresses (or networks) whose forwarding headers are believed."""
        return _listed(self.trusted_proxies)

    @property
    def editors_by_group(self) -> tuple[str, ...]:
        """Return the groups whose members are editors."""
        return _listed(self.editor_groups)

    @property
    def watchers(self) -> tuple[str, ...]:
        """Return the addresses (or networks) that may read the metrics."""
        return _listed(self.metrics_allow)

    @property
    def editor_names(self) -> tuple[str, ...]:
        """Return the users who are editors; ``*`` is everyone who may come in."""
        return _listed(self.editors)

    @classmethod
    def load(cls, **overrides: object) -> Settings:
        """Read the environment; `overrides` that are not None (command-line options) win.

        Raises SettingsError naming the variable that is unknown or has an impossible value.
        """
        known = {f"C5_{name.upper()}" for name in cls.model_fields}
        unknown = sorted(
            name for name in os.environ if name.startswith("C5_") and name not in known | _SECRETS
        )
        if unknown:
            raise SettingsError(
                f"unknown setting {', '.join(unknown)}; known are {', '.join(sorted(known))}"
            )
        given = {name: value for name, value in overrides.items() if value is not None}
        try:
            return cls(**given)  # type: ignore[arg-type]
        except ValidationError as error:
            fault = error.errors()[0]
            name = f"C5_{str(fault['loc'][0]).upper()}"
            raise SettingsError(f"{name}={fault['input']!r}: {fault['msg'].lower()}") from None


def _listed(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())
