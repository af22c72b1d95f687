"""Expressions on plain values."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

from lfs_migration.errors import ExpressionError, near
from lfs_migration.expr.language import Expression, parse


def evaluate(text: str, values: Mapping[str, Any]) -> Any:
    """Evaluate ``text`` on plain values; ``None`` and not-a-number are unknown.

    Returns
    -------
    bool, number, str or None
        ``None`` when the result is unknown.

    Raises
    ------
    ExpressionError
        For a name without a value, or when the types of its parts do not go together.

    Examples
    --------
    >>> evaluate("n < 20 or cv >= 0.333", {"n": 50, "cv": 0.4})
    True
    >>> evaluate("n < 20 and cv >= 0.333", {"n": 10, "cv": None}) is None
    True
    """
    expression = parse(text)
    try:
        return expression.build(_Values(values)).value
    except (TypeError, ValueError, OverflowError) as error:
        raise ExpressionError(f"Cannot compute {text!r}", detail=str(error)) from None


class _Truth:
    """A plain value or the unknown, with Kleene's logic."""

    __slots__ = ("value",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: Any) -> None:
        missing = value is None or (isinstance(value, float) and math.isnan(value))
        self.value = None if missing else value

    @property
    def kind(self) -> str:
        """What the value is: values of two kinds are not compared, as in a data frame."""
        if isinstance(self.value, bool):
            return "a truth value"
        return "text" if isinstance(self.value, str) else "a number"

    def _with(self, other: _Truth, function: Callable[[Any, Any], Any], kind: str = "") -> _Truth:
        if self.value is None or other.value is None:
            return _Truth(None)
        if self.kind != other.kind or kind not in ("", self.kind):
            raise TypeError(f"{self.value!r} and {other.value!r} do not go together")
        return _Truth(function(self.value, other.value))

    def __and__(self, other: _Truth) -> _Truth:
        if self.value is False or other.value is False:
            return _Truth(False)
        return self._with(other, operator.and_, "a truth value")

    def __or__(self, other: _Truth) -> _Truth:
        if self.value is True or other.value is True:
            return _Truth(True)
        return self._with(other, operator.or_, "a truth value")

    def __invert__(self) -> _Truth:
        if self.value is not None and self.kind != "a truth value":
            raise TypeError(f"{self.value!r} is not a truth value")
        return _Truth(None if self.value is None else not self.value)


def _overload(name: str, function: Callable[[Any, Any], Any], kind: str) -> None:
    def method(self: _Truth, other: _Truth) -> _Truth:
        return self._with(other, function, kind)

    setattr(_Truth, f"__{name}__", method)


for _name in ("add", "sub", "mul", "truediv", "floordiv"):
    _overload(_name, getattr(operator, _name), "a number")
for _name in ("eq", "ne", "lt", "le", "gt", "ge"):
    _overload(_name, getattr(operator, _name), "")


class _Values:
    """The scope of :func:`evaluate`."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def column(self, name: str) -> _Truth:
        if name not in self._values:
            raise ExpressionError(f"Unknown name {name!r}", hint=near(name, self._values))
        return _Truth(self._values[name])

    def literal(self, value: Any) -> _Truth:
        return _Truth(value)

    def about(self, function: str, name: str, arguments: Sequence[Any]) -> Any:
        raise ExpressionError(f"{function}() needs a data set")

    def aggregate(self, function: str, record: str, argument: Expression | None) -> Any:
        raise ExpressionError(f"{function}() needs a data set")

    def call(self, function: str, arguments: Sequence[_Truth]) -> _Truth:
        if function == "coalesce":
            return next((a for a in arguments if a.value is not None), _Truth(None))
        if any(argument.value is None for argument in arguments):
            return _Truth(None)
        values = [argument.value for argument in arguments]
        return _Truth(ON_VALUES[function](*values))

    def case(self, condition: _Truth, then: _Truth, otherwise: _Truth) -> _Truth:
        if condition.value is None:
            return _Truth(None)
        return otherwise if (~condition).value else then

    def member(self, value: _Truth, options: Sequence[Any]) -> _Truth:
        start = _Truth(None if value.value is None else False)
        return reduce(operator.or_, (value == _Truth(option) for option in options if option is not None), start)


def _text(value: Any) -> str:
    """Return a value as a data frame writes it: 1 for 1.0, true for True."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


ON_VALUES: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "ceil": math.ceil,
    "cut": lambda x, *limits: 1 + sum(x >= limit for limit in limits),
    "floor": math.floor,
    "max": max,
    "min": min,
    "number": float,
    "sqrt": lambda x: math.sqrt(x) if x >= 0 else None,
    "text": _text,
}
"""What the functions of the language do with known values; ``coalesce`` takes unknown ones too."""
