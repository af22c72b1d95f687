"""Expressions of the rule language as columns of a frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lfs_migration.errors import ExpressionError, near, unquoted
from lfs_migration.expr import Expression
from lfs_migration.frames.columns import Frame, arrow
from lfs_migration.model.noun import Value


def evaluate(data: Frame, expression: Expression, scope: FrameScope) -> pa.ChunkedArray:
    """Return the value of an expression for each row.

    Raises
    ------
    ExpressionError
        When the types of its parts do not go together.
    """
    built = expression.build(scope)
    if not isinstance(built, nw.Expr):
        built = nw.lit(built)
    try:
        array = arrow(data.select(built.alias("value"))).column("value")
    except (pa.ArrowException, nw.exceptions.NarwhalsError) as error:
        raise ExpressionError(f"Cannot compute {expression.text!r}", detail=unquoted(error)) from None
    if len(array) == len(data):
        return array
    return pa.chunked_array([pa.array([array[0].as_py()] * len(data), type=array.type)])


def truth(data: Frame, expression: Expression, scope: FrameScope) -> NDArray[np.int8]:
    """Return 1 where an expression is true, 0 where false and -1 where unknown."""
    array = evaluate(data, expression, scope)
    if not pa.types.is_boolean(array.type) and not pa.types.is_null(array.type):
        raise ExpressionError(f"{expression.text!r} is not a condition", detail=f"Its values are {array.type}")
    out: NDArray[np.int8] = pc.cast(array, pa.int8()).fill_null(-1).to_numpy().astype(np.int8)
    return out


class FrameScope:
    """Builds expressions as columns of a frame.

    Parameters
    ----------
    data : Frame
    missing : mapping of variable to codes
        Codes of an absent answer: unknown in expressions.
    groups : callable
        Gives a variable's code-to-group mapping.
    lookups : callable
        Gives a variable's code-to-attribute mapping.
    aggregated : mapping
        Columns that hold the aggregates, by function, record and argument.
    """

    def __init__(
        self,
        data: Frame | nw.LazyFrame[Any],
        missing: Mapping[str, Mapping[Value, str]],
        groups: Callable[[str], Mapping[Value, str]],
        lookups: Callable[[str, str], Mapping[Value, str]],
        aggregated: Mapping[tuple[str, str, str], str],
    ) -> None:
        self._columns = set(data.columns)
        self._missing = missing
        self._groups = groups
        self._lookups = lookups
        self._aggregated = aggregated

    def _raw(self, name: str) -> nw.Expr:
        if name not in self._columns:
            raise ExpressionError(f"No variable {name!r} here", hint=near(name, self._columns))
        return nw.col(name)

    def column(self, name: str) -> nw.Expr:
        """Return a column, empty where the answer is missing."""
        raw = self._raw(name)
        codes = list(self._missing.get(name, {}))
        return nw.when(~raw.is_in(codes)).then(raw) if codes else raw

    def literal(self, value: Any) -> Any:
        """Return a constant."""
        return nw.lit(None) if value is None else nw.lit(value)

    def about(self, function: str, name: str, arguments: Sequence[Any]) -> nw.Expr:
        """Return whether and why an answer is missing, its group, or an attribute of its code."""
        raw, reasons = self._raw(name), self._missing.get(name, {})
        if function in ("group", "lookup"):
            mapping = self._groups(name) if function == "group" else self._lookups(name, arguments[0])
            if not mapping:
                return nw.lit(None).cast(nw.String)
            return raw.replace_strict(list(mapping), list(mapping.values()), default=None, return_dtype=nw.String)
        if function == "blank":
            return raw.is_null()
        if function == "answered":
            return ~raw.is_null() & ~self._among(raw, list(reasons))
        wanted = [code for code, reason in reasons.items() if function in ("missing", reason)]
        return ~raw.is_null() & self._among(raw, wanted)

    @staticmethod
    def _among(raw: nw.Expr, codes: list[Any]) -> nw.Expr:
        return nw.coalesce(raw.is_in(codes), nw.lit(False)) if codes else nw.lit(False)

    def aggregate(self, function: str, record: str, argument: Expression | None) -> nw.Expr:
        """Return an aggregate that was put into a column before."""
        return nw.col(self._aggregated[function, record, str(argument or "")])

    def call(self, function: str, arguments: Sequence[Any]) -> Any:
        """Return a function of values."""
        first = arguments[0]
        match function:
            case "abs":
                return first.abs()
            case "ceil":
                return nw.lit(0) - (nw.lit(0) - first).floor()
            case "coalesce":
                return nw.coalesce(*arguments)
            case "cut":
                return reduce(lambda total, limit: total + (first >= limit).cast(nw.Int64), arguments[1:], nw.lit(1))
            case "floor":
                return first.floor()
            case "max" | "min":
                chosen = nw.max_horizontal(*arguments) if function == "max" else nw.min_horizontal(*arguments)
                return nw.when(~reduce(or_, (argument.is_null() for argument in arguments))).then(chosen)
            case "number":
                return first.cast(nw.Float64)
            case "sqrt":
                return nw.when(first >= 0).then(first.sqrt())
            case _:
                return first.cast(nw.String)

    def case(self, condition: Any, then: Any, otherwise: Any) -> Any:
        """Return ``then`` where true, ``otherwise`` where false, empty where unknown."""
        return nw.when(condition).then(then).otherwise(nw.when(~condition).then(otherwise))

    def member(self, value: Any, options: Sequence[Any]) -> Any:
        """Return whether a value is among options, empty where it is unknown."""
        known = [option for option in options if option is not None]
        return nw.when(~value.is_null()).then(value.is_in(known) if known else nw.lit(False))
