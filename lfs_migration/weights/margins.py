"""Known totals, as users give them and as calibration needs them; and whether they can all be true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from math import isfinite, isnan, nan
from typing import Any

from lfs_migration.errors import DataError, DesignError
from lfs_migration.expr import parse
from lfs_migration.frames import from_native, values
from lfs_migration.model.calibration import Margin
from lfs_migration.model.indicator import Part
from lfs_migration.model.noun import Value
from lfs_migration.sample import Sample
from lfs_migration.sample.auxiliaries import shown

Key = str | tuple[str, ...] | Part
Totals = Mapping[Key, Any]
SAME = 1e-9
"""Relative difference up to which two totals are one."""


def margins_of(sample: Sample, given: Totals, record: str | None) -> tuple[Margin, ...]:
    """Return margins as nouns.

    Parameters
    ----------
    sample : Sample
    given : mapping
        As in :func:`lfs_migration.calibrate`.
    record : str, optional
        Whose rows the totals count; without it that of the variables.

    Raises
    ------
    DesignError, NotFound
        Naming the margin and its total or code that cannot be.
    """
    if not isinstance(given, Mapping) or not given:
        raise DesignError(
            "There is no margin to calibrate to", detail="" if isinstance(given, Mapping) else f"Not {given!r:.60}",
            hint="Give known totals: {'sex': {1: 1200, 2: 1300}}",
        )  # fmt: skip
    found = tuple(_margin(sample, key, totals, record) for key, totals in given.items())
    for margin in found:
        sample.require(margin.record)
        if all(map(isnan, margin.totals.values())):
            raise DesignError(f"The margin {margin.name} has no known total", hint="Give one, or leave the margin out")
    return found


def _margin(sample: Sample, key: Key, totals: Any, record: str | None) -> Margin:
    if isinstance(key, Part):
        return _of_number(Margin(key.record, {}, value=key.value, where=key.where), totals)
    variables = (key,) if isinstance(key, str) else key
    if not (isinstance(variables, tuple) and variables and all(isinstance(name, str) for name in variables)):
        raise DesignError(
            f"{key!r} is no margin", hint="Give a variable, a tuple of variables, an expression or a Part"
        )
    if hasattr(totals, "items") or hasattr(totals, "columns"):
        own = record or sample.record_for(frozenset(variables))
        return Margin(own, dict(_table(totals, variables)), variables)
    if not isinstance(key, str):
        raise DesignError(f"The margin {' x '.join(key)} needs a total for each category", detail=f"Not {totals!r:.60}")
    return _of_number(Margin(record or sample.record_for(parse(key).names), {}, value=key), totals)


def _of_number(margin: Margin, total: Any) -> Margin:
    return replace(margin, totals={(): _total(margin.name, (), total)})


def _total(name: str, code: tuple[Value, ...], total: Any) -> float:
    """Return a known total as a number."""
    try:
        number = float(total)
    except (TypeError, ValueError):
        number = nan
    if not isfinite(number) or (code and number < 0):
        raise DesignError(
            f"The margin {name} has the total {total!s:.60}", detail=f"For {shown(code)}" if code else "",
            hint="A total is a number, of a category not a negative one; None where it is not known" if code else
            "Give a number, or a total for each category: {1: 1200, 2: 1300}",
        )  # fmt: skip
    return number


def _table(totals: Any, variables: tuple[str, ...]) -> Iterator[tuple[tuple[Value, ...], float]]:
    """Yield categories and their totals, from a mapping, a pandas series or a data frame."""
    name, seen, places = " x ".join(variables), set(), _places(totals, variables)
    for given, total in _rows(totals, variables) if hasattr(totals, "columns") else totals.items():
        parts = given if isinstance(given, tuple) else (given,)
        code = tuple(part.item() if hasattr(part, "item") else part for part in parts)
        if len(code) != len(variables) or code in seen:
            why = "stands twice" if code in seen else f"is {len(code)} codes for {len(variables)} variables"
            raise DesignError(f"The margin {name} has a category that {why}", detail=f"It is {shown(code)}")
        seen.add(code)
        code = tuple(code[place] for place in places)
        yield code, nan if total is None else _total(name, code, total)


def _places(totals: Any, variables: tuple[str, ...]) -> list[int]:
    """Return where each variable is in a category: as the index of a series says, else in the order of the key."""
    names = list(getattr(getattr(totals, "index", None), "names", ()))
    if hasattr(totals, "columns") or all(name is None for name in names):
        return list(range(len(variables)))
    rest = iter([variable for variable in variables if variable not in names])
    order = [next(rest, None) if name is None else name for name in names]
    if len(order) != len(variables) or set(order) != set(variables):
        raise DesignError(
            f"The margin {' x '.join(variables)} is a series whose index has the names {', '.join(map(str, names))}",
            hint="Name its levels by the variables, or not at all",
        )
    return [order.index(variable) for variable in variables]


def _rows(frame: Any, variables: tuple[str, ...]) -> Iterator[tuple[tuple[Value, ...], Any]]:
    """Yield rows of a frame; an empty total is not-a-number there, for a failed merge leaves no other."""
    table = from_native(frame)
    rest = [column for column in table.columns if column not in variables]
    absent = [variable for variable in variables if variable not in table.columns]
    if absent or len(rest) != 1:
        raise DataError(
            f"The table of the margin {' x '.join(variables)} needs those columns and one of totals",
            detail=f"It has {', '.join(table.columns)}",
        )
    codes = [values(table, variable) for variable in variables]
    totals = [nan if total is None else total for total in values(table, rest[0])]
    yield from zip(zip(*codes, strict=True), totals, strict=True)


def agree(margins: Sequence[Margin]) -> None:
    """Check that margins of one record have the same totals over what they share.

    Raises
    ------
    DesignError
        Naming two margins and what they add up to, over all categories or over one that both have.
    """
    for one, two in combinations([margin for margin in margins if _complete(margin)], 2):
        if one.record != two.record:
            continue
        shared = [variable for variable in one.variables if variable in two.variables]
        first, second = _over(one, shared), _over(two, shared)
        for code in (code for code in first if code in second):
            if abs(first[code] - second[code]) > SAME * max(abs(first[code]), abs(second[code])):
                of = f" for {shown(code)}" if code else ""
                raise DesignError(
                    f"The margins {one.name} and {two.name} contradict each other",
                    detail=f"Their totals{of} add up to {first[code]:,.10g} and {second[code]:,.10g}",
                    hint="Scale one to the other (scale_to in a recipe), or allow a tolerance with method='ridge'",
                )


def _complete(margin: Margin) -> bool:
    """Whether a margin's totals are those of all its rows."""
    everyone = not (margin.variables or margin.value or margin.where)
    return everyone or bool(margin.variables and not any(isnan(total) for total in margin.totals.values()))


def _over(margin: Margin, shared: Sequence[str]) -> dict[tuple[Value, ...], float]:
    """Return a margin's totals over the other variables."""
    places = [margin.variables.index(variable) for variable in shared]
    out: dict[tuple[Value, ...], float] = {}
    for code, total in margin.totals.items():
        own = tuple(code[place] for place in places)
        out[own] = out.get(own, 0.0) + total
    return out
