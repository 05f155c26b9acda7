"""The SQL of this folder."""

from __future__ import annotations

from importlib.resources import files

__all__ = ["sql_text"]


def sql_text(name: str) -> str:
    """The statement, or the statements, of sql/`name`.sql."""
    return (files("signer.corrections") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
