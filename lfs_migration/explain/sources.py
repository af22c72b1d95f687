"""What is told of the variables of a figure, and of where they come from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CodeSource:
    """A code of the codebook, and what stands for it in a country's file.

    Parameters
    ----------
    code, label : str
    natives : tuple of str
        Native codes; empty where none is mapped to it.
    """

    code: str
    label: str
    natives: tuple[str, ...]


@dataclass(frozen=True)
class Native:
    """Where a variable comes from in a country's file.

    Parameters
    ----------
    file, where : str
        Name of the file, and ``file:line`` of the map.
    columns : tuple of str
    how : str
        ``as it is``, ``recoded``, ``joined``, ``computed`` or ``the same in every row``.
    detail : str
        The expression, or the value.
    labels : tuple of str
        What the file itself calls the columns.
    note : str
    """

    file: str
    where: str
    columns: tuple[str, ...]
    how: str
    detail: str
    labels: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Ingredient:
    """A variable that enters a figure, and what it is made of itself.

    Parameters
    ----------
    name, label, record, type, unit : str
    roles : tuple of str
        Where it enters: ``numerator``, ``breakdown``, ``weight``; empty for what a derived variable is made of.
    question, number : str
        Wording and number of the question in the edition's own questionnaire.
    universe : str
        Who is asked.
    native : Native, optional
    codes : tuple of CodeSource
        Those that matter for the figure.
    others : int
        Further codes of its map.
    absent : tuple of CodeSource
        Codes of an absent answer, with the reason as label.
    treatment : str
        What is done with rows whose answer is absent.
    expression, words : str
        Of a derived variable.
    note, reference, defined : str
        ``defined`` is ``file:line``.
    parts : tuple of Ingredient
    again : bool
        Whether it was told of before, so that nothing is repeated.
    """

    name: str
    label: str
    record: str
    type: str
    unit: str = ""
    roles: tuple[str, ...] = ()
    question: str = ""
    number: str = ""
    universe: str = ""
    native: Native | None = None
    codes: tuple[CodeSource, ...] = ()
    others: int = 0
    absent: tuple[CodeSource, ...] = ()
    treatment: str = ""
    expression: str = ""
    words: str = ""
    note: str = ""
    reference: str = ""
    defined: str = ""
    parts: tuple[Ingredient, ...] = ()
    again: bool = False
