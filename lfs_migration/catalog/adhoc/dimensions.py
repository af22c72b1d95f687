"""Breakdowns of ad hoc tables: those of the codebook, its variables, and classes of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lfs_migration.catalog.adhoc.subjects import NUMBERS, sort_of
from lfs_migration.catalog.checks.expressions import read
from lfs_migration.errors import CatalogError, NotFound, near
from lfs_migration.expr import parse
from lfs_migration.model.codebook import Codebook, Dimension, Variable
from lfs_migration.model.codelist import Code, CodeList
from lfs_migration.model.noun import Value

MOST = 60
"""Values that a variable without a code list may have as a breakdown: more are no categories."""


@dataclass
class Dimensions:
    """Finds the breakdowns that a table names, and gives the codebook those that it lacks.

    Parameters
    ----------
    codebook : Codebook
        A copy takes its place when something is added.
    """

    codebook: Codebook

    def named(self, text: str, record: str, place: str = "") -> str:
        """Return the name of a breakdown, which the codebook has afterwards.

        Parameters
        ----------
        text : str
            A dimension; a variable; ``cut(em_age, 15, 25)`` or ``group(em_reason)``, whose classes are derived.
        record : str
            Whose rows are broken down. A variable that measures one of its dimensions is that dimension.
        place : str
            ``file:line``, for errors.

        Raises
        ------
        CatalogError
            With near matches, for an unknown name; for a variable that has too many values to be a breakdown.
        """
        if text in self.codebook.dimensions:
            return text
        if not text.isidentifier():
            return self._classes(text, place)
        if text not in self.codebook.variables:
            known = [*self.codebook.dimensions, *self.codebook.variables]
            raise NotFound(f"No breakdown or variable {text!r}", where=place, hint=near(text, known))
        if own := self.measured_by(text, record):
            return own
        variable = self.codebook.variables[text]
        self._few(variable, place)
        self._add(text, Dimension(label=variable.label, variables={variable.record: text}))
        return text

    def measured_by(self, variable: str, record: str) -> str:
        """Return the dimension that a variable measures in a record; empty where there is none."""
        names = self.codebook.dimensions
        return next((name for name in names if self.codebook.dimension_variable(name, record) == variable), "")

    def concept(self, name: str) -> str:
        """Return what a dimension is about; two that are about the same are not crossed."""
        return self.codebook.dimensions[name].concept or name

    def _few(self, variable: Variable, place: str) -> None:
        """See that the values of a variable may be categories, as far as the codebook knows."""
        if variable.codelist is not None or variable.type == "bool":
            return
        if variable.name in self.codebook.records[variable.record].key:
            raise CatalogError(f"{variable.name} tells one {variable.record} from another, and has no categories",
                               where=place, hint="Name another variable")  # fmt: skip
        low, high = variable.range or (None, None)
        wide = low is not None and high is not None and variable.type != "year" and high - low >= MOST
        if variable.type in ("float", "amount") or wide:
            values = "any number" if high is None or not wide else f"the numbers from {low} to {high}"
            raise CatalogError(f"{variable.name} has too many values for categories: {values}", where=place,
                               hint=self.instead(variable.name))  # fmt: skip

    def instead(self, name: str) -> str:
        """Return what to break down by instead of a number with too many values."""
        made = [v.name for v in self.codebook.variables.values() if v.value and name in parse(v.value).names]
        classes = [d for d, own in self.codebook.dimensions.items() if set(own.variables.values()) & set(made)]
        text = self.codebook.variables[name].type not in NUMBERS
        hint = "Name another variable" if text else f"Cut it into classes, as cut({name}, 15, 25, 65)"
        return f"{hint}, or name a breakdown: {', '.join(classes)}" if classes else hint

    def _classes(self, text: str, place: str) -> str:
        """Return the breakdown of classes that are made of a variable."""
        expression = read(text, place)
        match expression.tree if not isinstance(expression, CatalogError) else None:
            case ast.Call(func=ast.Name(id="cut"), args=[ast.Name(id=name), *limits]):
                variable = self._variable(name, text, place)
                return self._made(text, variable, _steps(variable, _limits(limits, text, place)))
            case ast.Call(func=ast.Name(id="group"), args=[ast.Name(id=name)]):
                variable = self._variable(name, text, place)
                own = self.codebook.codelists.get(f"{variable.codelist}.groups")
                if own is None:
                    raise CatalogError(f"The codes of {name} have no groups", where=place, hint=f"Break down by {name}")
                return self._made(text, variable, own)
        raise CatalogError(f"{text!r} is no breakdown", where=place, hint="Divide names by commas; conditions follow "
                           "where, and numbers are cut, as cut(age, 15, 25)")  # fmt: skip

    def _variable(self, name: str, text: str, place: str) -> Variable:
        known = self.codebook.variables
        if name not in known:
            raise NotFound(f"No variable {name!r}", where=place, detail=f"Used in {text!r}", hint=near(name, known))
        if text.startswith("cut") and sort_of(ast.Name(id=name), self.codebook) != "number":
            raise CatalogError(f"{name} is no number, and cannot be cut", where=place, hint=f"Break down by {name}")
        return known[name]

    def _made(self, text: str, variable: Variable, codelist: CodeList) -> str:
        """Add a derived variable with its code list and dimension, and return its name."""
        name = re.sub(r"\W+", "_", text.removeprefix("cut(").removesuffix(")")).strip("_")
        if name not in self.codebook.variables:
            made = Variable(name=name, record=variable.record, type="code", codelist=name, label=variable.label,
                            value=text, reference="ours")  # fmt: skip
            self.codebook = self.codebook.model_copy(update={
                "variables": {**self.codebook.variables, name: made},
                "codelists": {**self.codebook.codelists, name: codelist},
            })  # fmt: skip
            self._add(name, Dimension(label=variable.label, variables={variable.record: name}))
        return name

    def _add(self, name: str, dimension: Dimension) -> None:
        dimensions = {**self.codebook.dimensions, name: dimension}
        self.codebook = self.codebook.model_copy(update={"dimensions": dimensions})


def _limits(nodes: Sequence[ast.expr], text: str, place: str) -> list[int | float]:
    try:
        limits = [ast.literal_eval(node) for node in nodes]
    except ValueError:
        limits = []
    if not limits or sorted(set(limits)) != limits:
        raise CatalogError(f"The limits of {text!r} are not numbers that rise", where=place,
                           hint="Write the lower limit of each class but the first")  # fmt: skip
    return limits


def _steps(variable: Variable, limits: Sequence[int | float]) -> CodeList:
    """Return the classes between limits: whole numbers as 15-24, others as 15 - < 25."""
    whole = variable.type in ("int", "year", "month") and all(isinstance(limit, int) for limit in limits)
    labels = [f"< {limits[0]}"]
    for low, high in pairwise(limits):
        labels.append((f"{low}-{high - 1}" if high - 1 > low else f"{low}") if whole else f"{low} - < {high}")
    labels.append(f"{limits[-1]}+")
    codes: dict[Value, Code] = {number: Code(label={"en": label}) for number, label in enumerate(labels, start=1)}
    return CodeList(label=variable.label, codes=codes, source="ours")
