"""The root of all nouns: frozen, strict, and without unknown keys."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from lfs_migration.text import LANGUAGES


class Noun(BaseModel):
    """A frozen value read from YAML; an unknown key or a wrong type is an error, never a guess."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


def _in_english(text: dict[str, str]) -> dict[str, str]:
    if "en" not in text:
        raise ValueError("a text needs its English wording, under 'en'")
    unknown = sorted(set(text) - set(LANGUAGES))
    if unknown:
        raise ValueError(f"no such language: {', '.join(unknown)}; known: {', '.join(LANGUAGES)}")
    return text


Text = Annotated[dict[str, str], AfterValidator(_in_english)]
"""A text by language, English always among them."""

Value = int | float | str
"""A code or a number. ``1`` and ``'01'`` are different codes."""
