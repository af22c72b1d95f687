"""Known totals, as users give them and as calibration needs them; and whether they can all be true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
    if not given:
        raise DesignError("There is no margin to calibrate to", hint="Give known totals: {'sex': {1: 1200, 2: 1300}}")
    found = tuple(_margin(sample, key, totals, record) for key, totals in given.items())
    for margin in found:
        sample.require(margin.record)
        for code, total in margin.totals.items():
            if total is not None and (not (isfinite(total) or isnan(total)) or (margin.variables and total < 0)):
                raise DesignError(
                    f"The margin {margin.name} has the total {total:g}", detail=f"For {shown(code)}" if code else "",
                    hint="A total is a number, of a category not a negative one; None where it is not known",
                )  # fmt: skip
    return found


def _margin(sample: Sample, key: Key, totals: Any, record: str | None) -> Margin:
    if isinstance(key, Part):
        return Margin(key.record, {(): float(totals)}, value=key.value, where=key.where)
    if not hasattr(totals, "items") and not hasattr(totals, "columns"):
        if not isinstance(key, str):
            raise DesignError(f"The margin {' x '.join(key)} needs a total for each category", detail=f"Not {totals!r}")
        return Margin(record or sample.record_for(parse(key).names), {(): float(totals)}, value=key)
    variables = (key,) if isinstance(key, str) else tuple(key)
    own = record or sample.record_for(frozenset(variables))
    return Margin(own, dict(_table(totals, variables)), variables)


def _table(totals: Any, variables: tuple[str, ...]) -> Iterator[tuple[tuple[Value, ...], float]]:
    """Yield categories and their totals, from a mapping, a pandas series or a data frame."""
    name, seen = " x ".join(variables), set()
    for given, total in _rows(totals, variables) if hasattr(totals, "columns") else totals.items():
        parts = given if isinstance(given, tuple) else (given,)
        code = tuple(part.item() if hasattr(part, "item") else part for part in parts)
        if len(code) != len(variables) or code in seen:
            why = "stands twice" if code in seen else f"is {len(code)} codes for {len(variables)} variables"
            raise DesignError(f"The margin {name} has a category that {why}", detail=f"It is {shown(code)}")
        seen.add(code)
        yield code, nan if total is None else float(total)


def _rows(frame: Any, variables: tuple[str, ...]) -> Iterator[tuple[tuple[Value, ...], Any]]:
    table = from_native(frame)
    rest = [column for column in table.columns if column not in variables]
    absent = [variable for variable in variables if variable not in table.columns]
    if absent or len(rest) != 1:
        raise DataError(
            f"The table of the margin {' x '.join(variables)} needs those columns and one of totals",
            detail=f"It has {', '.join(table.columns)}",
        )
    codes = [values(table, variable) for variable in variables]
    yield from zip(zip(*codes, strict=True), values(table, rest[0]), strict=True)


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
                    hint="Scale one to the other, or allow a tolerance with method='ridge'",
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
