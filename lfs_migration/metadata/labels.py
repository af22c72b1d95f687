"""What label scripts of SPSS and Stata share: labels of one line, cut where the program is short, never silently."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lfs_migration.errors import CatalogError
from lfs_migration.files import write_bytes
from lfs_migration.metadata.words import WORDS
from lfs_migration.model.codebook import Codebook, Variable
from lfs_migration.model.codelist import CodeList, Reason
from lfs_migration.model.noun import Text, Value
from lfs_migration.text import pick

ELLIPSIS = "..."

_TRUTH: Mapping[Value, Text] = {0: WORDS["false"], 1: WORDS["true"]}


@dataclass
class Cuts:
    """The texts that were too long for a program, in full.

    Parameters
    ----------
    size : function
        Length of a text as the program counts it.
    """

    size: Callable[[str], int]
    full: list[tuple[str, str]] = field(default_factory=list)

    def fit(self, text: str, limit: int, what: str) -> str:
        """Return a text of one line within a limit; what was cut is kept in full under ``what``.

        Examples
        --------
        >>> cuts = Cuts(len)
        >>> cuts.fit("Relationship to the head", 12, "em_relation")
        'Relations...'
        >>> cuts.full
        [('em_relation', 'Relationship to the head')]
        """
        line = one_line(text)
        if self.size(line) <= limit:
            return line
        self.full.append((what, line))
        short = line
        while self.size(short + ELLIPSIS) > limit:
            short = short[:-1]
        return short.rstrip() + ELLIPSIS


def one_line(text: str) -> str:
    r"""Return a text without line ends and other signs that cannot be printed.

    Examples
    --------
    >>> one_line("a\n b\x00")
    'a b'
    """
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def in_bytes(text: str) -> int:
    """Return the length of a text in UTF-8."""
    return len(text.encode())


def coded(variable: Variable, codebook: Codebook) -> Mapping[Value, Text]:
    """Return the labels of a variable's codes, without those of absent answers."""
    if variable.type == "bool":
        return _TRUTH
    codelist: CodeList | None = codebook.codelist_of(variable.name)
    return {code: own.label for code, own in codelist.codes.items()} if codelist else {}


def is_text(variable: Variable, codebook: Codebook) -> bool:
    """Return whether a variable's values are strings; a list that each edition brings itself has text codes."""
    codelist = codebook.codelist_of(variable.name)
    listed = variable.type == "code" and (codelist is None or codelist.is_text)
    return variable.is_text or listed


def reason_label(reason: Reason, language: str) -> str:
    """Return why an answer is absent, in a language."""
    return pick(WORDS[reason], language)


def named_as(program: str, name: str, codebook: Codebook, *, legal: bool) -> str:
    """Return a name that a program takes.

    Raises
    ------
    CatalogError
        With the variable's file and line, for one that it does not.
    """
    if not legal:
        hint = f"A name of {program} has a letter first, then letters, digits and _, and is none of its own words"
        raise CatalogError(f"{program} takes no variable called {name!r}", where=codebook.where(name), hint=hint)
    return name


def write_scripts(folder: Path, stem: str, ending: str, lines: Mapping[str, Iterable[str]]) -> tuple[Path, ...]:
    """Write the lines of each record's script: ``emigration_household.do`` for the stem ``emigration``."""
    texts = {record: "".join(f"{line}\n" for line in own) for record, own in lines.items()}
    return tuple(write_bytes(folder / f"{stem}_{record}.{ending}", text.encode()) for record, text in texts.items())
