"""What the words of an ad hoc table are in a codebook: rows, categories, numbers, conditions; and of which record."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from lfs_migration.catalog.adhoc.wording import CLAUSES
from lfs_migration.catalog.checks.expressions import coded, elsewhere, named, read
from lfs_migration.catalog.checks.reach import Reach
from lfs_migration.errors import CatalogError, NotFound, near
from lfs_migration.expr import ABOUT, parse
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Edition
from lfs_migration.model.noun import Text

Sort = Literal["rows", "categories", "number", "condition", "question"]
NUMBERS = ("int", "float", "amount", "year", "month")
TRUTHS = ("any", *(name for name in ABOUT if name not in ("group", "lookup")))
"""Functions of the rule language that are true or false."""


@dataclass(frozen=True)
class Subject:
    """What a name or an expression is.

    Parameters
    ----------
    text : str
    sort : str
        ``rows`` of a record, ``categories`` (a variable, a dimension, or classes made by ``cut`` or ``group``), a
        ``number``, a ``condition``, or a ``question`` of which several answers may be ticked.
    label : Text
    names : tuple of str
        Variables and aggregated records that it names.
    unit : str
    dimension : bool
        Whether it is the name of a dimension, which no variable has.
    """

    text: str
    sort: Sort
    label: Text
    names: tuple[str, ...] = ()
    unit: str = ""
    dimension: bool = False


def subject(text: str, codebook: Codebook, place: str = "") -> Subject:
    """Return what is tabulated.

    Raises
    ------
    CatalogError
        With near matches, for an unknown name, and for what is not in the rule language.
    """
    if not text.isidentifier():
        return _expression(text, codebook, place)
    if text in codebook.records:
        return Subject(text, "rows", codebook.records[text].label)
    if text in codebook.variables:
        variable = codebook.variables[text]
        number = variable.type in NUMBERS and variable.codelist is None
        return Subject(text, "number" if number else "categories", variable.label, (text,), variable.unit)
    if text in codebook.multiples:
        question = codebook.multiples[text]
        return Subject(text, "question", question.label, tuple(question.parts.values()))
    if text in codebook.dimensions:
        return Subject(text, "categories", codebook.dimensions[text].label, dimension=True)
    known = [*codebook.records, *codebook.variables, *codebook.multiples, *codebook.dimensions]
    raise NotFound(f"No variable, breakdown or record {text!r}", where=place, hint=near(text, known))


def _expression(text: str, codebook: Codebook, place: str) -> Subject:
    expression = read(text, place)
    if isinstance(expression, CatalogError):
        raise _unreadable(text, expression, codebook)
    names = tuple(sorted(expression.names))
    for name in names:
        if name not in codebook.variables:
            raise NotFound(f"No variable {name!r}", where=place, detail=f"Used in {text!r}",
                           hint=near(name, codebook.variables))  # fmt: skip
    kind = sort_of(expression.tree, codebook)
    if kind == "number":
        codes = next(iter(sorted(_coded_numbers(expression.tree, codebook))), "")
        if codes:
            raise CatalogError(f"{codes} has codes, and is no number to compute with", where=place,
                               detail=f"Used in {text!r}", hint=f"Compare it, as {codes} == 1")  # fmt: skip
    return Subject(text, kind, {"en": text}, names, f"unit of {text}" if kind == "number" else "")


def _unreadable(text: str, error: CatalogError, codebook: Codebook) -> CatalogError:
    """Return what is wrong with a text that is no expression; often a clause begins with a misspelt word."""
    words = [word for word in re.findall(r"[a-z]\w*", text) if word not in codebook.variables]
    meant = next((f"{word}: {near(word, CLAUSES)}" for word in words if get_close_matches(word, CLAUSES)), "")
    hint = meant or "Commas divide breakdowns; a condition follows where, in the rule language"
    return CatalogError(f"Cannot read {text!r}", where=error.where, hint=hint)


def sort_of(node: ast.expr, codebook: Codebook) -> Sort:
    """Return whether an expression is a condition, a number, or one of several categories."""
    match node:
        case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()) | ast.Constant(value=bool()):
            return "condition"
        case ast.Call(func=ast.Name(id=name)) if name in TRUTHS:
            return "condition"
        case ast.Call(func=ast.Name(id="cut" | "group" | "lookup" | "text")) | ast.Constant(value=str()):
            return "categories"
        case ast.Call(func=ast.Name(id="coalesce"), args=[first, *_]) | ast.IfExp(body=first):
            return sort_of(first, codebook)
        case ast.Name(id=name) if name in codebook.variables:
            variable = codebook.variables[name]
            if variable.type == "bool":
                return "condition"
            return "number" if variable.type in NUMBERS and variable.codelist is None else "categories"
    return "number"


def _coded_numbers(tree: ast.expr, codebook: Codebook) -> set[str]:
    """Return variables with codes that are added, multiplied and so on, as if they were amounts."""
    operands = [side for node in ast.walk(tree) if isinstance(node, ast.BinOp) for side in (node.left, node.right)]
    names = {side.id for side in operands if isinstance(side, ast.Name)}
    return {name for name in names if sort_of(ast.Name(id=name), codebook) == "categories"}


def record_of(
    codebook: Codebook, texts: Sequence[str], dimensions: Sequence[str], of: str = "", place: str = ""
) -> str:
    """Return the record whose rows are counted: the one that knows all that is named.

    That is the lowest record that one of the variables stands in; of dimensions alone, the record that the module is
    about, if it knows them, or the first that does.

    Parameters
    ----------
    codebook : Codebook
    texts : sequence of str
        Expressions of its rows.
    dimensions : sequence of str
        Names of breakdowns.
    of : str
        The record that was asked for.
    place : str
        ``file:line``, for errors.

    Raises
    ------
    CatalogError
        Naming two variables that no row has together, or the breakdown that the record does not know.
    """
    homes = _homes(codebook, texts)
    lowest = max(homes, key=lambda record: len(codebook.lineage(record)), default="")
    apart = next((record for record in homes if record not in codebook.lineage(lowest)), "")
    if of:
        if of not in codebook.records:
            raise NotFound(f"No record {of!r}", where=place, hint=near(of, codebook.records))
        beyond = next((record for record in homes if record not in codebook.lineage(of)), "")
        if beyond:
            raise CatalogError(f"{homes[beyond]!r} is not a variable of {of}", where=place,
                               hint=elsewhere(codebook, homes[beyond], of))  # fmt: skip
    elif apart:
        title = f"{homes[lowest]} is asked of each {lowest}, {homes[apart]} of each {apart}"
        hint = "Make two tables, or set one against the other with per"
        raise CatalogError(title, where=place, detail="No row has both", hint=hint)
    order = dict.fromkeys([of] if of else [lowest, codebook.main, *codebook.records])
    fitting = [r for r in order if r and all(home in codebook.lineage(r) for home in homes)]
    for record in fitting:
        if all(codebook.dimension_variable(name, record) for name in dimensions):
            return record
    unknown = next(name for name in dimensions if not codebook.dimension_variable(name, fitting[0]))
    knows = [name for name in codebook.dimensions if codebook.dimension_variable(name, fitting[0])]
    raise CatalogError(
        f"{unknown} is not a breakdown of the {fitting[0]} record", where=place, hint=near(unknown, knows)
    )


def _homes(codebook: Codebook, texts: Sequence[str]) -> dict[str, str]:
    """Return the records that the variables of expressions stand in, each with one of them."""
    out: dict[str, str] = {}
    for expression in map(parse, texts):
        for name in sorted(expression.names):
            if name in codebook.variables:
                out.setdefault(codebook.variables[name].record, name)
        for function, child, _ in expression.aggregates:
            parent = codebook.records[child].parent if child in codebook.records else None
            if parent:
                out.setdefault(parent, f"{function}({child})")
    return out


def sound_condition(codebook: Codebook, text: str, record: str, place: str = "") -> None:
    """See that a condition on the rows of a record is one: its language, its variables and the codes that it names.

    Raises
    ------
    CatalogError
        The first that is wrong.
    """
    sound(codebook, text, record, place)
    if sort_of(parse(text).tree, codebook) != "condition":
        raise CatalogError(f"{text!r} is no condition", where=place, hint=f"Compare it, as {text} == 1")


def sound(codebook: Codebook, text: str, record: str, place: str = "") -> None:
    """See that an expression can be computed of the rows of a record, and that the codes in it are codes.

    Raises
    ------
    CatalogError
        The first that is wrong.
    """
    wrong = next(named(codebook, text, record, place), None)
    if wrong is None:
        wrong = next((error for _, error in coded(codebook, parse(text))), None)
        if wrong is not None and place:
            wrong = CatalogError(wrong.title, where=place, detail=wrong.detail, hint=wrong.hint)
    if wrong is not None:
        raise wrong


def never(codebook: Codebook, edition: Edition, texts: Sequence[str]) -> str:
    """Return the condition that can never be true together with those before it, by codes and ranges; empty if all can.

    Who is asked what is left aside: answers that should not be there may still be in the files.
    """
    reach = Reach(codebook, edition, steps=2000)
    texts = [text for text in texts if text]
    for number in range(1, len(texts) + 1):
        if reach.search(texts[:number], free=None).can is False:
            return texts[number - 1]
    return ""


def unasked(codebook: Codebook, edition: Edition, texts: Sequence[str]) -> str:
    """Return why no interview that followed the questionnaire has rows that meet conditions; empty if some may."""
    reach = Reach(codebook, edition, steps=2000)
    texts = [text for text in texts if text]
    if reach.search(texts).can is not False:
        return ""
    names = dict.fromkeys(name for text in texts for name in reach.leading(text))
    asked = [f"{name} is asked where {codebook.variables[name].universe}"
             for name in names if codebook.variables[name].universe not in ("", "True")]  # fmt: skip
    return "; ".join(asked)
