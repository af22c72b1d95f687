"""What a form compares and computes: answers, constants, and what is made of them, each with when it is known.

A form has no unknown: an answer that was not given is an empty text, and the code of an absent answer is a number like
others. So each value carries the condition under which it is known, and each comparison is made with it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from lfs_migration.errors import ExpressionError
from lfs_migration.forms.logic import ALWAYS, NEVER, Test, both, either, opposite, quoted, single
from lfs_migration.model.noun import Value

FEW = 12
"""Up to so many codes a list is written out."""
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
FALSE = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
"""The comparison that holds where another does not."""
TURNED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
"""The comparison with its sides changed."""


@dataclass(frozen=True)
class Condition:
    """A condition of the rule language: when it is true and when it is false; otherwise it is unknown."""

    true: Test
    false: Test

    def __invert__(self) -> Condition:
        return Condition(self.false, self.true)

    @property
    def known(self) -> Test:
        """When it is not unknown."""
        return either(self.true, self.false)


@dataclass(frozen=True)
class Quantity:
    """A number or a text.

    Parameters
    ----------
    known : Test
        When it is known; only then ``value`` means something.
    value : str
        In XPath.
    text : bool
    literal : optional
        Of a constant, the constant.
    absent : tuple, optional
        Of an answer, the codes of an absent one; ``None`` for what is not an answer.
    cases : mapping, optional
        Of a property of a code, which codes have which.
    of : Quantity, optional
        The answer whose property it is.
    """

    known: Test
    value: str
    text: bool = False
    literal: Value | None = None
    absent: tuple[Value, ...] | None = None
    cases: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    of: Quantity | None = None


UNKNOWN = Quantity(NEVER, "''")


def constant(value: Value) -> Quantity:
    """Return a constant."""
    return Quantity(ALWAYS, quoted(value), isinstance(value, str), literal=value)


def answer(reference: str, absent: Iterable[Value], *, text: bool) -> Quantity:
    """Return the answer to a question, or a value that the form has computed before."""
    codes = tuple(absent)
    given = both(single(f"{reference} != ''"), *(single(f"{reference} != {quoted(code)}") for code in codes))
    return Quantity(given, reference, text, absent=codes)


def property_of(of: Quantity, mapping: Mapping[Value, str]) -> Quantity:
    """Return a property of an answer's code; unknown for a code without it."""
    cases: dict[str, tuple[Value, ...]] = {}
    for code, name in mapping.items():
        cases[name] = (*cases.get(name, ()), code)
    value = "''"
    for name, codes in reversed(cases.items()):
        value = f"if({among(of, codes)}, {quoted(name)}, {value})"
    return Quantity(among(of, mapping), value, text=True, cases=cases, of=of)


def compared(sign: str, left: Quantity, right: Quantity) -> Condition:
    """Return a comparison as a condition."""
    return Condition(_holds(sign, left, right), _holds(FALSE[sign], left, right))


def _holds(sign: str, left: Quantity, right: Quantity) -> Test:
    if NEVER in (left.known, right.known):
        return NEVER
    if left.literal is not None and right.literal is None:
        return _holds(TURNED[sign], right, left)
    if left.text != right.text:
        raise ExpressionError(
            f"{left.value} and {right.value} do not go together", detail="One is a text, one a number"
        )
    if left.text and sign not in ("=", "!="):
        raise ExpressionError("A form cannot order texts", detail=f"{left.value} {sign} {right.value}")
    if right.literal is None:
        return both(left.known, right.known, single(f"{left.value} {sign} {right.value}"))
    if left.literal is not None:
        return ALWAYS if COMPARISONS[sign](left.literal, right.literal) else NEVER
    if left.of is not None:
        fitting = [name for name in left.cases if COMPARISONS[sign](name, right.literal)]
        return among(left.of, [code for name in fitting for code in left.cases[name]])
    if left.absent is not None:
        return _answer_holds(sign, left, right.literal)
    return both(left.known, single(f"{left.value} {sign} {right.value}"))


def _answer_holds(sign: str, left: Quantity, right: Value) -> Test:
    """Compare an answer with a constant: only those codes of absent answers are excluded for which it would hold."""
    absent = left.absent or ()
    if sign == "=" and right in absent:
        return NEVER
    guards = [f"{left.value} != ''"] if sign == "!=" else []
    guards += [f"{left.value} != {quoted(code)}" for code in absent
               if sign != "=" and isinstance(code, str) == left.text and COMPARISONS[sign](code, right)]  # fmt: skip
    return both(single(f"{left.value} {sign} {quoted(right)}"), *map(single, guards))


def among(of: Quantity, options: Iterable[Any]) -> Test:
    """Return when a value is known and one of some constants."""
    wanted = [option for option in dict.fromkeys(options) if option is not None]
    if of.literal is not None:
        return ALWAYS if of.literal in wanted else NEVER
    if any(isinstance(option, str) != of.text for option in wanted):
        raise ExpressionError(f"{of.value} is compared with values of another kind", detail=str(wanted))
    if of.of is not None:
        return among(of.of, [code for name in wanted for code in of.cases.get(name, ())])
    wanted = [option for option in wanted if option not in (of.absent or ())]
    if of.text and len(wanted) > FEW:
        listed = quoted(" ".join(wanted))
        return both(single(f"{of.value} != ''"), single(f"selected({listed}, {of.value})"))
    guard = ALWAYS if of.absent is not None else of.known
    return both(guard, either(*(single(f"{of.value} = {quoted(option)}") for option in wanted)))


def member(of: Quantity, options: Sequence[Any]) -> Condition:
    """Return whether a value is among constants, unknown where it is unknown."""
    inside = among(of, options)
    if inside == NEVER:
        return Condition(NEVER, of.known)
    return Condition(inside, both(of.known, opposite(inside)))


def chosen(condition: Condition, then: Quantity, otherwise: Quantity) -> Quantity:
    """Return one of two values, unknown where the condition is unknown."""
    if NEVER not in (then.known, otherwise.known) and then.text != otherwise.text:
        raise ExpressionError("One of the two values is a text, the other a number",
                              detail=f"{then.value}, {otherwise.value}")  # fmt: skip
    known = either(both(condition.true, then.known), both(condition.false, otherwise.known))
    if condition.true == ALWAYS or otherwise.known == NEVER:
        value = then.value
    elif NEVER in (condition.true, then.known):
        value = otherwise.value
    else:
        value = f"if({condition.true}, {then.value}, {otherwise.value})"
    return Quantity(known, value, (otherwise if then.known == NEVER else then).text)


def first_known(values: Sequence[Quantity]) -> Quantity:
    """Return the first of some values that is known."""
    return reduce(lambda rest, one: _or_else(one, rest), reversed(values[:-1]), values[-1])


def _or_else(one: Quantity, rest: Quantity) -> Quantity:
    if one.known == NEVER:
        return rest
    return chosen(Condition(one.known, opposite(one.known)), one, rest)
