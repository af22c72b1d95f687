"""Where a variable comes from: the question that asks it, and the columns of an edition's files that hold it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Derive, Edition, Fixed, Join, Map, Recode, Rename
from lfs_migration.model.noun import Value
from lfs_migration.model.questionnaire import Item, Questionnaire, Section


@dataclass(frozen=True)
class Question:
    """An item that asks something.

    Parameters
    ----------
    number : int
        Its place among all items, from 1.
    first : bool
        Whether the section's introduction stands before it.
    """

    item: Item
    section: Section
    number: int
    first: bool


@dataclass(frozen=True)
class Native:
    """What a country's file holds of a variable.

    Parameters
    ----------
    file : str
        Name of the file.
    columns : tuple of str
        Empty where the value is the same in every row, or is computed.
    """

    file: str
    source: Map
    columns: tuple[str, ...] = ()

    @property
    def code_of(self) -> Mapping[Value, tuple[Value, ...]]:
        """The native codes of each code of the codebook."""
        out: dict[Value, tuple[Value, ...]] = {}
        if isinstance(self.source, Recode):
            for native, code in self.source.codes.items():
                out[code] = (*out.get(code, ()), native)
        return out

    @property
    def absent(self) -> Mapping[Value, str]:
        """The reason that each native code of an absent answer stands for."""
        return self.source.missing if isinstance(self.source, Rename | Recode) else {}

    @property
    def skipped(self) -> tuple[Value, ...]:
        """Native codes that mean that the question does not apply."""
        return self.source.skip if isinstance(self.source, Recode) else ()


def natives(edition: Edition | None) -> dict[str, Native]:
    """Return what the files of an edition hold, by variable.

    Examples
    --------
    >>> from lfs_migration.catalog import load_country
    >>> natives(load_country("armenia"))["hh_id"].columns
    ('A6_Month', 'A1')
    """
    if edition is None:
        return {}
    return {
        variable: Native(edition.files[record.file].path, source, _columns(source))
        for record in edition.records.values()
        for variable, source in record.variables.items()
    }


def _columns(source: Map) -> tuple[str, ...]:
    match source:
        case Rename(column=column) | Recode(column=column):
            return (column,)
        case Join(columns=columns):
            return columns
        case Derive() | Fixed():
            return ()


def questions(
    codebook: Codebook, questionnaire: Questionnaire | None, edition: Edition | None = None
) -> dict[str, Question]:
    """Return the question of each variable and of each multiple-response question; its parts share it.

    Parameters
    ----------
    codebook : Codebook
    questionnaire : Questionnaire, optional
        The items of the module's own name variables, those of an edition's own name the columns of its files.
    edition : Edition, optional
        Gives the columns.

    Examples
    --------
    >>> from lfs_migration.catalog import load_codebook, load_questionnaire
    >>> questions(load_codebook(), load_questionnaire())["hh_em_any"].section.record
    'household'
    """
    if questionnaire is None:
        return {}
    named = _by_column(edition) if questionnaire.edition else {}
    out: dict[str, Question] = {}
    for question in _asked(questionnaire):
        for name in named.get(question.item.name, () if questionnaire.edition else (question.item.name,)):
            multiple = codebook.multiples.get(name)
            for one in (name, *(multiple.parts.values() if multiple else ())):
                out.setdefault(one, question)
    return out


def _asked(questionnaire: Questionnaire) -> Iterator[Question]:
    number = 0
    for section in questionnaire.sections:
        introduced = False
        for item in section.items:
            number += 1
            if item.name:
                yield Question(item, section, number, not introduced)
                introduced = True


def _by_column(edition: Edition | None) -> dict[str, tuple[str, ...]]:
    out: dict[str, tuple[str, ...]] = {}
    for variable, native in natives(edition).items():
        if isinstance(native.source, Rename | Recode):
            column = native.columns[0]
            out[column] = (*out.get(column, ()), variable)
    return out
