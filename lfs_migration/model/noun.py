"""The root of all nouns: frozen, strict, and without unknown keys."""

from __future__ import annotations

import re
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

_NO_FILE = re.compile(r"""[\x00-\x1f\x7f/\\:*?"<>|]|\.\.|^[.~\s-]|[.\s]$|^$""")


def _file_name(name: str) -> str:
    if _NO_FILE.search(name):
        raise ValueError("files are named by it: begin it with a letter or a digit, without slash, colon and ..")
    return name


FileName = Annotated[str, AfterValidator(_file_name)]
"""A name that files and folders are called by, on every system; no path."""

Value = int | float | str
"""A code or a number. ``1`` and ``'01'`` are different codes."""
