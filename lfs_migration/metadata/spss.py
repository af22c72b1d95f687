"""SPSS syntax that labels the records of a module: one file a record.

Each variable has commands of its own, so that one which a file does not hold costs one message and no other label.
SPSS takes three codes of absent answers for a number, or a range and one more: four reasons are the range of the last
three and the one before it, which holds no other whole number. It takes three and no range for a string: what is
left over is labelled, and named in the comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from lfs_migration.errors import CatalogError
from lfs_migration.metadata.labels import (
    Cuts,
    coded,
    in_bytes,
    is_text,
    named_as,
    one_line,
    reason_label,
    write_scripts,
)
from lfs_migration.model.codebook import Codebook, Multiple, Variable
from lfs_migration.model.noun import Value
from lfs_migration.text import pick

VARIABLE_LABEL, VALUE_LABEL, DOCUMENT_LINE, NAME = 255, 120, 80, 64
"""Most bytes of each."""
LITERAL = 200
"""Bytes of a literal on one line, well below the 256 that older versions read."""

_NAME = re.compile(r"[A-Za-z@][A-Za-z0-9_.@#$]*(?<![._])", re.ASCII)
_RESERVED = frozenset(("ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"))
_LEVELS = {"code": "NOMINAL", "bool": "NOMINAL", "str": "NOMINAL", "month": "ORDINAL"}


def write_spss(codebook: Codebook, folder: Path, stem: str, *, language: str = "en") -> tuple[Path, ...]:
    """Write a ``.sps`` file for each record.

    Parameters
    ----------
    codebook : Codebook
    folder : Path
    stem : str
        Before the record in the names of the files: ``emigration`` for ``emigration_household.sps``.
    language : str
        Of the labels.

    Returns
    -------
    tuple of Path

    Raises
    ------
    CatalogError
        For a name that SPSS does not take, and for codes of absent answers of a number that it cannot declare.
    """
    lines = {record: _Script(codebook, record, language).lines() for record in codebook.records}
    return write_scripts(folder, stem, "sps", lines)


class _Script:
    """The commands for one record."""

    def __init__(self, codebook: Codebook, record: str, language: str) -> None:
        self._codebook, self._record, self._language = codebook, record, language
        self._cuts = Cuts(in_bytes)
        self._undeclared: list[tuple[str, Value]] = []

    def lines(self) -> Iterator[str]:
        """Yield the syntax line by line; what was cut is known once all commands are written."""
        label = one_line(pick(self._codebook.records[self._record].label, self._language))
        yield "* Encoding: UTF-8."
        yield ""
        yield f"* Labels of the record {self._record}: {label}."
        yield f"* Module {self._codebook.name}, version {self._codebook.version}."
        yield "* Open the data file first; each variable has commands of its own."
        for variable in self._codebook.variables_of(self._record):
            yield ""
            yield from self._variable(variable)
        for multiple in self._codebook.multiples.values():
            if multiple.record == self._record:
                yield ""
                yield from self._set(multiple)
        yield from self._documents()

    def _variable(self, variable: Variable) -> Iterator[str]:
        name = _legal(variable.name, self._codebook)
        label = self._cuts.fit(pick(variable.label, self._language), VARIABLE_LABEL, name)
        yield f"VARIABLE LABELS {name}"
        yield f" {_literal(label)}."
        text = is_text(variable, self._codebook)
        labels = [*self._labels(variable)]
        if labels:
            yield f"VALUE LABELS {name}"
            *first, (last, said) = [(_value(code, text=text), _literal(label)) for code, label in labels]
            yield from (f" {code} {label}" for code, label in first)
            yield f" {last} {said}."
        if variable.missing:
            yield f"MISSING VALUES {name} ({self._missing(variable, text=text)})."
        yield f"VARIABLE LEVEL {name} ({_LEVELS.get(variable.type, 'SCALE')})."

    def _labels(self, variable: Variable) -> Iterator[tuple[Value, str]]:
        for code, label in coded(variable, self._codebook).items():
            yield code, self._fitted(variable, code, pick(label, self._language))
        for code, reason in variable.missing.items():
            yield code, self._fitted(variable, code, reason_label(reason, self._language))

    def _fitted(self, variable: Variable, code: Value, label: str) -> str:
        return self._cuts.fit(label, VALUE_LABEL, f"{variable.name} {code}")

    def _missing(self, variable: Variable, *, text: bool) -> str:
        codes = list(variable.missing)
        if text:
            self._undeclared += [(variable.name, code) for code in codes[3:]]
            return ", ".join(_value(code, text=True) for code in codes[:3])
        return _declared(variable, self._codebook)

    def _set(self, multiple: Multiple) -> Iterator[str]:
        parts = " ".join(_legal(part, self._codebook) for part in multiple.parts.values())
        name = f"${_legal(multiple.name, self._codebook)}"
        label = self._cuts.fit(pick(multiple.label, self._language), VARIABLE_LABEL, name)
        yield "MRSETS"
        yield f" /MDGROUP NAME={name} LABEL="
        yield f" {_literal(label)}"
        yield " CATEGORYLABELS=VARLABELS VARIABLES="
        yield from (f" {line}" for line in _wrapped(parts, LITERAL))
        yield " VALUE=1"
        yield f" /DISPLAY NAME=[{name}]."

    def _documents(self) -> Iterator[str]:
        if self._undeclared:
            yield ""
            yield "* SPSS declares three codes of absent answers of a string. These are labelled and not declared:"
            *first, last = _wrapped(", ".join(f"{name} {code}" for name, code in self._undeclared), LITERAL)
            yield from (f"  {line}" for line in first)
            yield f"  {last}."
        if not self._cuts.full:
            return
        yield ""
        yield "* Labels that SPSS is too short for, in full, kept with the data file."
        yield "ADD DOCUMENT"
        lines = [line for what, text in self._cuts.full for line in _wrapped(f"{what}: {text}", DOCUMENT_LINE)]
        *first, last = map(_quoted, lines)
        yield from (f" {line}" for line in first)
        yield f" {last}."


def _legal(name: str, codebook: Codebook) -> str:
    legal = bool(_NAME.fullmatch(name)) and in_bytes(name) <= NAME and name.upper() not in _RESERVED
    return named_as("SPSS", name, codebook, legal=legal)


def _declared(variable: Variable, codebook: Codebook) -> str:
    """Return the codes of absent answers of a number as SPSS takes them.

    Raises
    ------
    CatalogError
        When there are more than three and no range holds all but one and nothing else.
    """
    codes = sorted(code for code in variable.missing if not isinstance(code, str))
    if len(codes) <= 3:
        return ", ".join(map(str, codes))
    for alone in (codes[0], codes[-1]):
        rest = [code for code in codes if code != alone]
        if _neighbours(rest):
            return f"{rest[0]} THRU {rest[-1]}, {alone}"
    hint = "Take codes of which all but one are neighbours, as 95, 97, 98 and 99"
    raise CatalogError(
        f"SPSS cannot declare the absent answers of {variable.name}",
        where=codebook.where(variable.name), detail=f"Codes {', '.join(map(str, codes))}", hint=hint,
    )  # fmt: skip


def _neighbours(codes: Sequence[int | float]) -> bool:
    """Return whether a range of codes holds no whole number but them."""
    return all(isinstance(code, int) for code in codes) and codes[-1] - codes[0] == len(codes) - 1


def _value(code: Value, *, text: bool) -> str:
    return _quoted(str(code)) if text else str(code)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _literal(text: str) -> str:
    """Return a text as literals on lines of their own, joined by ``+`` where one line is too short."""
    return " +\n ".join(map(_quoted, _pieces(text, LITERAL)))


def _pieces(text: str, limit: int) -> list[str]:
    """Cut a text into pieces of at most ``limit`` bytes, quotation marks counted as the two that they become."""
    pieces, size = [""], 0
    for sign in text:
        width = in_bytes(sign) * (2 if sign == "'" else 1)
        if size + width > limit:
            pieces.append("")
            size = 0
        pieces[-1] += sign
        size += width
    return pieces


def _wrapped(text: str, limit: int) -> list[str]:
    """Cut a text into lines of at most ``limit`` bytes, between words where there are any."""
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if in_bytes(joined) <= limit:
            lines[-1] = joined
        else:
            lines += _pieces(word, limit) if in_bytes(word) > limit else [word]
    return [line for line in lines if line]
