"""Stata do-files that label the records of a module: one file a record.

Each variable is labelled only where the data hold it. Stata labels whole numbers alone: a text code keeps its code, and
an option of the do-file makes a numbered copy that shows the labels. Another option turns codes of absent answers into
Stata's own, one letter a reason; without it they stay numbers, which enter a mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from lfs_migration.metadata.labels import Cuts, coded, is_text, named_as, one_line, reason_label, write_scripts
from lfs_migration.metadata.words import REASONS
from lfs_migration.model.codebook import Codebook, Variable
from lfs_migration.model.noun import Value
from lfs_migration.text import pick

VARIABLE_LABEL, VALUE_LABEL, NAME = 80, 32_000, 32
"""Most characters of each."""
LETTERS: Mapping[str, str] = dict(zip(REASONS, (".a", ".b", ".c", ".d"), strict=True))
"""Stata's missing value for each reason."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_RESERVED = frozenset((
    "_all", "_b", "_coef", "_cons", "_n", "_N", "_pi", "_pred", "_rc", "_skip",
    "byte", "double", "float", "if", "in", "int", "long", "strL", "using", "with",
))  # fmt: skip
_STRING = re.compile(r"str\d+")
_COMMENT = re.compile(r"/\*|\*/|///|(?<!\S)//")


def write_stata(codebook: Codebook, folder: Path, stem: str, *, language: str = "en") -> tuple[Path, ...]:
    """Write a ``.do`` file for each record.

    Parameters
    ----------
    codebook : Codebook
    folder : Path
    stem : str
        Before the record in the names of the files: ``emigration`` for ``emigration_household.do``.
    language : str
        Of the labels.

    Returns
    -------
    tuple of Path

    Raises
    ------
    CatalogError
        For a name that Stata does not take.
    """
    lines = {record: _Script(codebook, record, language).lines() for record in codebook.records}
    return write_scripts(folder, stem, "do", lines)


class _Script:
    """The commands for one record."""

    def __init__(self, codebook: Codebook, record: str, language: str) -> None:
        self._codebook, self._record, self._language = codebook, record, language
        self._cuts = Cuts(len)
        self._swapped: dict[str, None] = {}
        self._sets: dict[tuple[str, tuple[tuple[Value, str], ...]], str] = {}

    def lines(self) -> Iterator[str]:
        """Yield the do-file line by line; what was changed is known once all commands are written."""
        yield f"* Labels of the record {self._record} of the module {self._codebook.name}, {self._codebook.version}"
        yield "* Run it with the data in memory: it labels what is there, and changes no value unless you say so."
        yield "version 14"
        yield "* Say 1 and codes of absent answers become missing values of Stata:"
        yield f"* {', '.join(f'{LETTERS[reason]} {reason}' for reason in REASONS)}"
        yield "local absent 0"
        yield "* Say 1 and each text code gets a numbered copy, NAME_n, that shows the labels."
        yield "local numbered 0"
        for variable in self._codebook.variables_of(self._record):
            yield ""
            yield from self._variable(variable)
        if self._cuts.full:
            yield ""
            yield "* Labels that Stata is too short for, in full; the notes of the data have them too."
            yield from (f"* {what}: {text}" for what, text in self._cuts.full)
        if self._swapped:
            yield ""
            yield "* Written with other quotation marks or spaces, because Stata reads the signs as its own:"
            yield f"* {', '.join(self._swapped)}"

    def _variable(self, variable: Variable) -> Iterator[str]:
        name = _legal(variable.name, self._codebook)
        text = is_text(variable, self._codebook)
        labels = self._labels(variable)
        known = len(self._sets)
        label_set = self._set_of(variable, labels)
        if len(self._sets) > known and labels:
            yield from _numbered(label_set, labels) if text else self._defined(label_set, labels, variable)
        before = len(self._cuts.full)
        label = self._fitted(pick(variable.label, self._language), VARIABLE_LABEL, name)
        yield f"capture confirm variable {name}, exact"
        yield "if !_rc {"
        yield f"    label variable {name} {_quoted(label)}"
        yield from (f"    notes {name}: {full}" for _, full in self._cuts.full[before:])
        if labels and not text:
            yield f"    label values {name} {label_set}"
        yield from (f"    {line}" for line in self._options(variable, name, label_set, labels, text=text))
        yield "}"

    def _labels(self, variable: Variable) -> dict[Value, str]:
        said = {code: pick(label, self._language) for code, label in coded(variable, self._codebook).items()}
        said |= {code: reason_label(reason, self._language) for code, reason in variable.missing.items()}
        return {code: self._fitted(text, VALUE_LABEL, f"{variable.name} {code}") for code, text in said.items()}

    def _fitted(self, text: str, limit: int, what: str) -> str:
        line = one_line(text)
        written = _safe(line)
        if written != line:
            self._swapped[what] = None
        return self._cuts.fit(written, limit, what)

    def _defined(self, label_set: str, labels: Mapping[Value, str], variable: Variable) -> Iterator[str]:
        """Yield the labels of numbers, and of the missing values of Stata that may take the place of some."""
        yield f"capture label drop {label_set}"
        for code, label in labels.items():
            if isinstance(code, float) and not code.is_integer():
                yield f"* {variable.name}: Stata labels whole numbers alone, not {code} ({label})"
            else:
                yield f"label define {label_set} {int(code)} {_quoted(label)}, modify"
        for reason in dict.fromkeys(variable.missing.values()):
            yield f"label define {label_set} {LETTERS[reason]} {_quoted(reason_label(reason, self._language))}, modify"

    @staticmethod
    def _options(
        variable: Variable, name: str, label_set: str, labels: Mapping[Value, str], *, text: bool
    ) -> Iterator[str]:
        numbers = {code: number for number, code in enumerate(labels, 1)} if text else {code: code for code in labels}
        pairs = " \\ ".join(f"{numbers[code]}={LETTERS[reason]}" for code, reason in variable.missing.items())
        if text and labels:
            yield "if `numbered' {"
            yield f"    encode {name}, generate({_copy(name)}) label({label_set}_c) noextend"
            yield f"    label values {_copy(name)} {label_set}"
            if pairs:
                yield f"    if `absent' mvdecode {_copy(name)}, mv({pairs})"
            yield "}"
        elif pairs:
            yield f"if `absent' mvdecode {name}, mv({pairs})"

    def _set_of(self, variable: Variable, labels: Mapping[Value, str]) -> str:
        """Return the name of the set of value labels; variables with the same labels share it."""
        stem = re.sub(r"\W", "_", variable.codelist or variable.type, flags=re.ASCII)[: NAME - 6]
        key = (stem, tuple(labels.items()))
        if key not in self._sets:
            alike = sum(one == stem for one, _ in self._sets)
            self._sets[key] = f"L_{stem}" if not alike else f"L{alike + 1}_{stem}"
        return self._sets[key]


def _numbered(label_set: str, labels: Mapping[Value, str]) -> Iterator[str]:
    """Yield two sets of labels for text codes in their order: the codes, for ``encode``, and what they mean."""
    yield f"capture label drop {label_set}"
    yield f"capture label drop {label_set}_c"
    for number, (code, label) in enumerate(labels.items(), 1):
        yield f"label define {label_set} {number} {_quoted(label)}, modify"
        yield f"label define {label_set}_c {number} {_quoted(_safe(str(code)))}, modify"


def _copy(name: str) -> str:
    return f"{name[: NAME - 2]}_n"


def _legal(name: str, codebook: Codebook) -> str:
    legal = bool(_NAME.fullmatch(name)) and len(name) <= NAME and name not in _RESERVED and not _STRING.fullmatch(name)
    return named_as("Stata", name, codebook, legal=legal)


def _safe(text: str) -> str:
    """Return a text without the signs that Stata reads as its own: ends of quotes, macros, comments.

    Examples
    --------
    >>> _safe("a `b' /* c")
    "a ‘b' / * c"
    """
    plain = text.replace("`", "\u2018").replace("\"'", "\u201d'").replace("$", "\uff04")
    return re.sub(r"/(?=[/*])|\*(?=/)", lambda sign: f"{sign[0]} ", plain) if _COMMENT.search(plain) else plain


def _quoted(text: str) -> str:
    return f'`"{text}"\''
