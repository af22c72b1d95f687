"""The verbs of comparison: surveys side by side, two rounds of one, and a survey with an outside source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from lfs_migration import catalog
from lfs_migration.comparing import (
    Changes,
    Comparison,
    Coverage,
    Outside,
    Overlap,
    changes,
    choices_made,
    coverage,
    read_outside,
    side_by_side,
)
from lfs_migration.comparison.related import Figures, Related
from lfs_migration.comparison.shown import shown
from lfs_migration.errors import DataError, EstimationError, NotFound, near
from lfs_migration.estimate import Count, Total, estimate
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Edition
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.estimates import Estimates
from lfs_migration.model.indicator import Indicator
from lfs_migration.model.results import TOTAL, Flag, Table
from lfs_migration.protect import protect
from lfs_migration.publish.figures import settle
from lfs_migration.sample import By, Sample
from lfs_migration.tabulate import tabulate
from lfs_migration.tabulate.quality import judge
from lfs_migration.tabulate.weights import sample_of, why_not
from lfs_migration.text import pick

AREAS = "COUNTRY"
"""Code list of countries and areas, which the catalog makes."""
SEX = "sex"
"""Dimension that the column of this name of an outside source gives."""


def compare_countries(
    *surveys: Dataset, indicators: Sequence[str] = (), profile: str | None = None, protection: str | None = ""
) -> Comparison:
    """Set the indicators of several surveys side by side, on the breakdowns and codes that they share.

    Parameters
    ----------
    *surveys : Dataset
        Two or more, harmonised.
    indicators : sequence of str
        Codes; without any, all that two surveys can compute.
    profile : str, optional
        Quality rule profile for all of them; each edition's own without it.
    protection : str, optional
        Rules of disclosure control, for each survey by itself, and each edition's own if None; without any the result
        is for the office's own use. A publication of more tables may have hidden other figures.

    Returns
    -------
    Comparison
        Its notes say which definitions differ: working age, look-back period, who the roster holds.

    Raises
    ------
    NotFound
        With near matches, for an unknown indicator.
    EstimationError
        For fewer than two surveys, or when they share no table.
    """
    tables = [table for data in surveys for table in _tables(data, indicators, profile, protection)]
    return side_by_side(tables, {_edition(data).id: _choices(data) for data in surveys})


def compare_rounds(
    first: Dataset,
    second: Dataset,
    indicators: Sequence[str] = (),
    *,
    independent: bool = False,
    profile: str | None = None,
    protection: str | None = "",
) -> Changes:
    """Return what changed between two rounds of a survey, with its standard error and a test.

    Parameters
    ----------
    first, second : Dataset
        Harmonised, of one country; the editions may differ.
    indicators : sequence of str
        Codes; without any, all that both rounds can compute.
    independent : bool
        The samples were drawn independently, though the numbers of their sampling units are the same. Without it a unit
        whose stratum and number are in both rounds is one unit, and the covariance of the two figures is taken account
        of: see :mod:`lfs_migration.comparing.overlap`.
    profile : str, optional
        Quality rule profile; each edition's own without it.
    protection : str, optional
        Rules of disclosure control, for each round by itself, and each edition's own if None; without any the result is
        for the office's own use.

    Returns
    -------
    Changes
        Definitions that differ are in its notes, and how many units the rounds share.

    Raises
    ------
    NotFound
        With near matches, for an unknown indicator.
    EstimationError
        For rounds of two countries, or without a table in common.
    """
    countries = [_edition(data).country for data in (first, second)]
    if len(set(countries)) > 1:
        raise EstimationError(f"Rounds are of one country, not of {' and '.join(countries)}",
                              hint="Use compare_countries")  # fmt: skip
    one, two = (_tables(data, indicators, profile, protection) for data in (first, second))
    choices = (_choices(first), _choices(second))
    if independent:
        return _noted(changes(one, two, None, choices), "The samples are independent: the variances of the rounds add.")
    figures = [Figures(data, _codebook(data), _edition(data), profile) for data in (first, second)]
    overlap = Overlap.of(Sample.of(first), Sample.of(second))
    of = " and ".join(f"{size:,}" for size in overlap.sizes)
    words = f"{len(overlap):,} primary sampling units are in both rounds, of {of}."
    return _noted(changes(one, two, Related(*figures).correlation, choices), words)


def compare_with(
    data: Dataset,
    outside: Outside | Path | str,
    *,
    indicator: str = "",
    year: str = "",
    profile: str | None = None,
    protection: str | None = "",
    **about: str,
) -> Coverage:
    """Compare a survey's total by destination with an outside source: UN migrant stock, registers, border statistics.

    Parameters
    ----------
    data : Dataset
        Harmonised.
    outside : Outside or path
        A CSV file as in :mod:`lfs_migration.comparing.outside`.
    indicator : str
        A total by country; the module's first one without it.
    year : str
        Of the source, where it has several.
    profile : str, optional
        Quality rule profile; the edition's own without it.
    protection : str, optional
        Rules of disclosure control, and the edition's own if None: then a figure is shown that the publication of all
        indicators shows, and no other, as :mod:`lfs_migration.comparison.shown` has it. Without any the result is for
        the office's own use.
    **about : str
        ``source``, ``reference`` and ``definition`` of the source, in place of those in the file.

    Returns
    -------
    Coverage

    Raises
    ------
    ReadError, DataError, NotFound
        For a file that is not as it should be, with file and line.
    EstimationError
        When no destination is in both, or the indicator is no total by country; when a cell cannot be protected.
    """
    edition, codebook = _edition(data), _codebook(data)
    chosen, dimension = _by_country(data, indicator)
    record = chosen.numerator.record
    sexes = codebook.dimension_variable(SEX, record) if SEX in codebook.dimensions else None
    lists = {d: codebook.codelist_of(name) for d, name in ((dimension, _variable(codebook, dimension, record)),
                                                           (SEX, sexes)) if name}  # fmt: skip
    destinations = lists[dimension]
    assert destinations is not None
    source = outside if isinstance(outside, Outside) else read_outside(
        outside, destinations, lists.get(SEX), year=year, **about
    )  # fmt: skip
    by_sex = {one.sex != TOTAL for one in source.figures}
    breakdowns: list[tuple[str, ...]] = [(dimension, SEX) if apart else (dimension,) for apart in sorted(by_sex)]
    rules = catalog.load_profile(chosen.quality or profile or edition.quality, edition)

    def judged(facts: Mapping[str, Any]) -> Flag:
        return judge(rules, facts)[0]

    estimates, names = [_totals(data, chosen, by) for by in breakdowns], (dimension, SEX)
    protected = _rules(data, protection)
    published = shown(data, chosen, names, breakdowns, profile=profile, rules=protected) if protected else None
    rows, notes = coverage(estimates, source, names, judged, published)
    labels = {d: {str(code): entry.label for code, entry in own.codes.items()} for d, own in lists.items() if own}
    printed = map(pick, catalog.choices(codebook, edition, chosen))
    return Coverage(
        edition.id, edition.title, chosen, dimension, source, rows, labels, (*printed, *notes),
        synthetic=edition.synthetic is not None,
    )  # fmt: skip


def _edition(data: Dataset) -> Edition:
    if data.country is None:
        raise DataError("Indicators need a country's edition", hint="Use lfm.read(path, country) and lfm.harmonise")
    return data.country


def _codebook(data: Dataset) -> Codebook:
    if data.codebook is None:
        raise DataError("Indicators need a codebook", hint="Use lfm.read(path, country) and lfm.harmonise")
    return data.codebook


def _choices(data: Dataset) -> Mapping[str, str]:
    return choices_made(_codebook(data), _edition(data))


def _rules(data: Dataset, protection: str | None) -> str:
    return _edition(data).protection if protection is None else protection


def _noted(found: Changes, note: str) -> Changes:
    return replace(found, notes=(note, *found.notes))


def _tables(data: Dataset, indicators: Sequence[str], profile: str | None, protection: str | None) -> tuple[Table, ...]:
    """Return the tables of the indicators that a survey can compute, of those asked for, settled.

    An indicator that it cannot compute is absent in it, and may be there in the others.
    """
    edition = _edition(data)
    known = catalog.load_indicators(edition.module, edition)
    computable = catalog.Computable(_codebook(data), edition)
    for code in indicators:
        if code not in known:
            raise NotFound(f"No indicator {code!r}", hint=near(code, known))
    asked_for = [
        code for code in indicators or known
        if not (computable.indicator(known[code]) or why_not(data, known[code].weights))
    ]  # fmt: skip
    tables = tabulate(data, asked_for, profile=profile) if asked_for else ()
    if rules := _rules(data, protection):
        tables = protect(tables, rules=rules).tables
    return tuple(replace(table, cells=tuple(map(settle, table.cells))) for table in tables)


def _by_country(data: Dataset, code: str) -> tuple[Indicator, str]:
    """Return a total that is broken down by country, and the breakdown."""
    edition, codebook = _edition(data), _codebook(data)
    known = catalog.load_indicators(edition.module, edition)
    if code and code not in known:
        raise NotFound(f"No indicator {code!r}", hint=near(code, known))
    computable = catalog.Computable(codebook, edition)
    for indicator in [known[code]] if code else known.values():
        if indicator.kind == "total" and not computable.indicator(indicator):
            for breakdown in indicator.breakdowns:
                variable = codebook.dimension_variable(breakdown[0], indicator.numerator.record)
                if len(breakdown) == 1 and variable and codebook.variable(variable).codelist == AREAS:
                    return indicator, breakdown[0]
    raise EstimationError(f"{code or edition.id} has no total by country that can be computed",
                          hint="Name an indicator of kind total with such a breakdown")  # fmt: skip


def _variable(codebook: Codebook, dimension: str, record: str) -> str:
    variable = codebook.dimension_variable(dimension, record)
    if variable is None:
        raise EstimationError(f"The {record} record has no {dimension}", hint="Leave the breakdown out of the source")
    return variable


def _totals(data: Dataset, indicator: Indicator, dimensions: Sequence[str]) -> Estimates:
    part, codebook = indicator.numerator, _codebook(data)
    by = [By(d, {part.record: _variable(codebook, d, part.record)}, unknown=True) for d in dimensions]
    sample = sample_of(data, indicator.weights)
    return estimate(sample, Total(part) if part.value else Count(part.record, part.where), by=by)
