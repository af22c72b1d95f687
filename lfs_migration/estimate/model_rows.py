"""The rows that a model is fitted to: those of the domain in which all variables of its formula are known."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration import engine
from lfs_migration.engine import Sums
from lfs_migration.errors import EstimationError, NotFound, near
from lfs_migration.estimate.independence import record_of
from lfs_migration.estimate.margins import library
from lfs_migration.expr import parse
from lfs_migration.sample import Sample
from lfs_migration.sample.replicates import degrees_of_freedom

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FUNCTIONS = (
    "C", "I", "Diff", "Helmert", "Poly", "Sum", "Treatment", "bs", "cc", "center", "cr", "cs", "exp", "log", "log10",
    "log2", "np.abs", "np.exp", "np.log", "np.log1p", "np.sqrt", "poly", "scale",
)  # fmt: skip
"""What a formula may call."""
_ALLOWED = (
    ast.Expression, ast.expr_context, ast.Name, ast.Constant, ast.BinOp, ast.operator, ast.UnaryOp, ast.unaryop,
    ast.Compare, ast.cmpop, ast.Call, ast.keyword, ast.List, ast.Tuple,
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class ModelRows:
    """The rows of a fit: unit, household, weight (adding up to their number), and the columns of the model.

    ``frame`` holds the variables of the formula, and ``spec`` makes columns of another frame as ``x`` was made.
    """

    sample: Sample
    record: str
    index: Ints
    psu: Ints
    household: Ints
    weight: Floats
    frame: Any
    spec: Any
    x: Floats
    y: Floats
    offset: Floats
    left_out: int

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self.spec.column_names)

    def place(self, bad: NDArray[np.bool_]) -> str:
        """Return the household of the first of some rows, for messages."""
        return self.sample.place(self.record, int(self.index[np.flatnonzero(bad)[0]]))

    def columns(self, frame: Any) -> Floats:
        """Return the columns of the model for another frame."""
        return _matrix(self.spec, frame)[0]

    @property
    def degrees_of_freedom(self) -> float:
        """Those of the design, over the strata that have a row here, as for every estimate of a domain."""
        sums = engine.collect(self.psu, np.zeros(len(self.psu), dtype=np.int64), self.weight, 1)
        return float(degrees_of_freedom(self.sample, sums)[0])

    def summed(self, columns: Floats) -> Sums:
        """Return the sums of columns by primary sampling unit, one cell a column."""
        size = columns.shape[1]
        parts = [engine.collect(self.psu, np.full(len(self.psu), j), columns[:, j], size) for j in range(size)]
        psu, cell, value = (np.concatenate([getattr(p, name) for p in parts]) for name in ("psu", "cell", "value"))
        return engine.collect(psu, cell, value, size)


def rows_of(
    sample: Sample, formula: str, where: str = "", offset: str | None = None, record: str | None = None
) -> ModelRows:
    """Return the rows of the domain where all variables of a formula are known."""
    sides = _sides(formula, offset)
    found = [_variables(factor) for side in sides for term in side for factor in term.factors]
    names, coded = (frozenset(chain.from_iterable(part)) for part in zip(*found, strict=True))
    record = record or record_of(sample, names | (parse(where).names if where else frozenset()))
    sample.require(record)
    replicates = sample.design.replicates.columns if sample.design.replicates else ()
    sample = sample.fetched(record, sorted({*names, *replicates}), where)
    facts, values = sample.rows(record), {name: sample.records.values(name, record) for name in sorted(names)}
    domain = (facts.psu >= 0) & (facts.weight > 0) & (sample.records.truth(where, record) == 1)
    index = np.flatnonzero(np.logical_and.reduce([domain, *(array.is_valid().to_numpy() for array in values.values())]))
    if not len(index):
        raise EstimationError(f"No row to fit {formula} to", detail=f"The domain has {domain.sum()} rows")
    frame = _frame({name: array.take(index).to_numpy() for name, array in values.items()}, coded)
    (y, _), (x, spec), *rest = (_matrix(side, frame) for side in sides)
    weight, shift = facts.weight[index], _one(rest[0][0], offset or "") if rest else np.zeros(len(index))
    rows = ModelRows(
        sample, record, index, facts.psu[index], facts.household[index], weight / weight.mean(), frame, spec, x,
        y=_one(y, formula), offset=shift, left_out=int(domain.sum()) - len(index),
    )  # fmt: skip
    _finite(rows)
    return rows


def _finite(rows: ModelRows) -> None:
    columns = {"left side": rows.y, "offset": rows.offset, **dict(zip(rows.names, rows.x.T, strict=True))}
    for name, column in columns.items():
        bad = ~np.isfinite(column)
        if bad.any():
            raise EstimationError(f"{name} is infinite or undefined in {bad.sum()} rows", where=rows.place(bad))


def _one(column: Floats, text: str) -> Floats:
    """Return the only column of a response or offset."""
    if column.shape[1] != 1:
        raise EstimationError(
            f"{text}: a number is needed, not a category", hint="As a condition: destination == 'ESP' ~ age"
        )
    return column[:, 0]


def _sides(formula: str, offset: str | None) -> list[Any]:
    """Return the left side, the right side and the offset as parsed formulas."""
    response, tilde, terms = formula.partition("~")
    if not (tilde and response.strip() and terms.strip()):
        raise EstimationError(f"{formula!r} has not two sides", hint="Write it as y ~ age + C(sex)")
    formulaic = library("formulaic")
    try:
        single = [f"0 + {{{text}}}" for text in (response.strip(), offset) if text]
        sides = [formulaic.Formula(text) for text in (single[0], terms, *single[1:])]
    except (formulaic.errors.FormulaicError, SyntaxError) as error:
        raise EstimationError(f"Cannot read {formula!r}", detail=str(error).splitlines()[0]) from None
    if not all(isinstance(side, formulaic.SimpleFormula) for side in sides):
        raise EstimationError(f"{formula!r} has more than two sides")
    return sides


def _variables(factor: Any) -> tuple[frozenset[str], frozenset[str]]:
    """Return the variables of a factor of a term, and those of them inside ``C()``."""
    kind = factor.eval_method.value
    if kind != "python":
        return frozenset([factor.expr] if kind == "lookup" else ()), frozenset()
    try:
        tree = ast.parse(factor.expr, mode="eval")
    except SyntaxError as error:
        raise EstimationError(f"Cannot read {factor.expr!r}", detail=error.msg) from None
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    called = {id(node) for call in calls for node in ast.walk(call.func)}
    for name in (ast.unparse(call.func) for call in calls):
        if name not in FUNCTIONS:
            raise NotFound(f"No function {name!r} in a formula", hint=near(name, FUNCTIONS))
    nodes = [node for node in ast.walk(tree) if id(node) not in called]
    for node in nodes:
        if not isinstance(node, _ALLOWED):
            raise EstimationError(
                f"{factor.expr!r} is not for a formula", detail=f"{type(node).__name__} is not allowed"
            )
    inside = [node for call in calls if ast.unparse(call.func) == "C" for node in ast.walk(call)]
    return _named(nodes), _named(node for node in inside if id(node) not in called)


def _named(nodes: Iterable[ast.AST]) -> frozenset[str]:
    return frozenset(node.id for node in nodes if isinstance(node, ast.Name))


def _frame(columns: Mapping[str, NDArray[Any]], coded: frozenset[str]) -> Any:
    """Return a frame: whole codes as integers, other numbers as floats, so that no power overflows, texts as texts."""
    import pandas as pd

    out = {}
    for name, column in columns.items():
        out[name] = column
        if np.issubdtype(column.dtype, np.number) or column.dtype == bool:
            number = column.astype(float)
            out[name] = number.astype(np.int64) if name in coded and (number == np.round(number)).all() else number
    return pd.DataFrame(out)


def _matrix(side: Any, frame: Any) -> tuple[Floats, Any]:
    """Return the columns of one side of a formula, and how they were made."""
    errors = library("formulaic").errors
    try:
        with np.errstate(all="ignore"):
            matrix = side.get_model_matrix(frame, context={}, output="numpy", na_action="ignore")
    except (errors.FormulaicError, ValueError, TypeError, KeyError) as error:
        raise EstimationError("Cannot make the columns of the formula", detail=str(error).splitlines()[0]) from None
    single = [str(term) for term, places in matrix.model_spec.term_indices.items() if not places]
    if single:
        raise EstimationError(
            f"{single[0]} has one category among the rows of the fit", hint="Leave it out of the formula"
        )
    return np.asarray(matrix, dtype=float), matrix.model_spec
