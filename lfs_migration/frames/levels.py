"""Plain conditions on the levels of one variable: a comparison with constants, and whether and why it has no answer.

Most conditions are of these. They are worked out here by numpy, on the few levels of the variable; all others go the
general way (:mod:`lfs_migration.frames.truths`), which gives the same and takes some ten times as long.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lfs_migration.frames.codes import Coded
from lfs_migration.model.noun import Value

Kleene = NDArray[np.uint8]
"""0 where something is false, 1 where that is unknown, 2 where it is true."""
FALSE, UNKNOWN, TRUE = 0, 1, 2
FEW = 1 << 12
"""Combinations of levels that are always few."""
EXACT = 1 << 53
"""Up to which whole numbers are the same as floats."""
COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}  # fmt: skip
REASONS = ("missing", "refused", "dont_know", "not_stated", "uncodable")


def simple(node: ast.expr, coded: Coded, absent: Mapping[Value, str]) -> Kleene | None:
    """Return what a plain comparison, or a question about an answer, is for each level; nothing for other parts."""
    if isinstance(node, ast.Call):
        return _about(node, coded, absent)
    match node:
        case ast.Compare(left=ast.Name(), ops=[op], comparators=[right]):
            values = _options(right) if isinstance(op, ast.In | ast.NotIn) else _constant(right)
        case _:
            return None
    levels = _levels(coded, values)
    among = _among(coded, list(absent))
    if levels is None or among is None:
        return None
    if isinstance(op, ast.In | ast.NotIn):
        true = np.isin(levels, values) ^ isinstance(op, ast.NotIn)
    elif levels.dtype == object and not isinstance(op, ast.Eq | ast.NotEq):
        return None
    else:
        true = COMPARE[type(op)](levels, values[0])
    out = np.where(true, TRUE, FALSE).astype(np.uint8)
    out[among] = UNKNOWN
    out[coded.empty] = UNKNOWN
    return out


def _about(node: ast.Call, coded: Coded, absent: Mapping[Value, str]) -> Kleene | None:
    function = node.func.id if isinstance(node.func, ast.Name) else ""
    out = np.full(len(coded.levels), FALSE, dtype=np.uint8)
    if function == "blank":
        out[coded.empty] = TRUE
        return out
    if function not in ("answered", *REASONS):
        return None
    wanted = [code for code, reason in absent.items() if function in ("answered", "missing", reason)]
    among = _among(coded, wanted)
    if among is None:
        return None
    out[among] = TRUE
    if function == "answered":
        out = TRUE - out
        out[coded.empty] = FALSE
    return out


def _constant(node: ast.expr) -> list[Any]:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return []
    return [value]


def _options(node: ast.expr) -> list[Any]:
    assert isinstance(node, ast.List | ast.Tuple)
    return [ast.literal_eval(item) for item in node.elts]


def _levels(coded: Coded, values: Sequence[Any]) -> NDArray[Any] | None:
    """Return the levels as numpy compares them with some constants as Arrow does; nothing where the kinds differ."""
    kind = coded.levels.type
    if not values:
        return None
    if pa.types.is_signed_integer(kind) and all(type(value) is int and abs(value) < EXACT for value in values):
        whole: NDArray[np.int64] = coded.levels.fill_null(0).to_numpy().astype(np.int64)
        return whole
    if pa.types.is_floating(kind) and all(type(value) in (int, float) and abs(value) < EXACT for value in values):
        numbers: NDArray[np.float64] = coded.levels.to_numpy(zero_copy_only=False)
        return numbers
    if pa.types.is_string(kind) and all(type(value) is str for value in values) and len(coded.levels) < FEW:
        return np.array([*coded.levels.to_pylist()[:-1], ""], dtype=object)
    return None


def _among(coded: Coded, codes: Sequence[Value]) -> NDArray[np.bool_] | None:
    """Return which levels are among some codes of an absent answer; nothing where they are of another kind."""
    if not codes:
        return np.zeros(len(coded.levels), dtype=np.bool_)
    levels = _levels(coded, codes)
    if levels is None:
        return None
    out: NDArray[np.bool_] = np.isin(levels, np.array(codes, dtype=levels.dtype))
    out[coded.empty] = False
    return out
