"""Tables of indicators that are not the module's own: asked for in words, or an office's set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lfs_migration import catalog
from lfs_migration.catalog.adhoc import MOST
from lfs_migration.catalog.adhoc.subjects import unasked
from lfs_migration.catalog.entries import TICKED
from lfs_migration.errors import DataError, EstimationError
from lfs_migration.harmonise import derive
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.indicator import Indicator
from lfs_migration.model.noun import Text
from lfs_migration.model.results import OTHER, TOTAL, UNKNOWN, Table
from lfs_migration.tabulate.tabulate import tables_of


def table(
    data: Dataset, text: str, *, statistic: str = "", profile: str | None = None, record_keys: int | None = None
) -> Table:
    """Make the table that a text asks for.

    Parameters
    ----------
    data : Dataset
        Harmonised.
    text : str
        ``em_dest by em_sex where em_age >= 15``: what is tabulated (a variable, a breakdown, a record, an expression),
        ``by`` breakdowns or variables, ``where`` a condition in the rule language, ``per`` or ``over`` what it is set
        against.
    statistic : str
        ``total``, ``proportion``, ``mean``, ``median``, ``quantile:0.8``, ``ratio`` or ``share``; without it what is
        usual for what is tabulated.
    profile : str, optional
        Quality rule profile; the edition's own without it.
    record_keys : int, optional
        As :func:`lfs_migration.tabulate` takes them.

    Returns
    -------
    Table
        With all its margins; see its ``to_frame()``.

    Raises
    ------
    CatalogError
        For a text that cannot be read, with near matches for unknown names; for one that the edition cannot compute,
        with the reason; for a condition that can never hold.
    EstimationError
        Where no row of the data is in the table, or a breakdown has too many values.
    """
    if data.country is None or data.codebook is None:
        raise DataError("An ad hoc table needs a codebook", hint="Use lfm.estimate for a frame of your own")
    made = catalog.ad_hoc(text, data.codebook, data.country, statistic=statistic)
    *_, whole = tabulate_indicators(
        data, [made.indicator], codebook=made.codebook, profile=profile, record_keys=record_keys
    )
    if not whole.cells:
        texts = [part.where for part in made.indicator.own]
        why = unasked(made.codebook, data.country, texts)
        raise EstimationError("No row is in this table", where=text, detail=why,
                              hint="Look at its conditions, and at the findings of validate")  # fmt: skip
    return whole


def tabulate_indicators(
    data: Dataset,
    indicators: Sequence[Indicator],
    *,
    codebook: Codebook | None = None,
    profile: str | None = None,
    record_keys: int | None = None,
) -> tuple[Table, ...]:
    """Make the tables of indicators that are given whole.

    Parameters
    ----------
    data : Dataset
        Harmonised.
    indicators : sequence of Indicator
        All of which the edition can compute.
    codebook : Codebook, optional
        The data's own with further breakdowns, and variables derived for them.
    profile : str, optional
        Quality rule profile; the edition's own without it.
    record_keys : int, optional
        As :func:`lfs_migration.tabulate` takes them.

    Returns
    -------
    tuple of Table
        One an indicator and breakdown.

    Raises
    ------
    EstimationError
        For an indicator whose weights are not given; for a breakdown without a code list that has more values than
        categories can be.
    """
    own = data.codebook
    if data.country is None or own is None:
        raise DataError("Indicators need a codebook", hint="Use lfm.read(path, country) and lfm.harmonise")
    book = codebook or own
    used = {name for one in indicators for names in (one.of, *one.breakdowns) for name in names}
    made = {
        variable for name in used if name in book.dimensions for variable in book.dimensions[name].variables.values()
    }
    if not made <= set(own.variables):
        data = derive(replace(data, codebook=book))
    return tuple(_named(one, book) for one in tables_of(data, indicators, book, profile, record_keys))


def _named(one: Table, codebook: Codebook) -> Table:
    """Return a table with words for what is true and false, after its values have been counted."""
    labels = dict(one.labels)
    for dimension, variable in _unlisted(one, codebook):
        if codebook.variables[variable].type == "bool":
            labels[dimension] = {**_truths(codebook), **labels[dimension]}
            continue
        values = {cell.keys[dimension] for cell in one.cells} - {TOTAL, UNKNOWN, OTHER}
        if len(values) > MOST:
            hint = catalog.Dimensions(codebook).instead(variable)
            raise EstimationError(f"{variable} has {len(values)} different values: too many for a breakdown", hint=hint)
    return replace(one, labels=labels)


def _unlisted(one: Table, codebook: Codebook) -> Iterator[tuple[str, str]]:
    """Yield the dimensions of a table that have no code list, each with its variable."""
    for dimension in one.dimensions:
        if dimension in codebook.dimensions:
            variable = codebook.dimension_variable(dimension, one.indicator.numerator.record)
            if variable and codebook.codelist_of(variable) is None:
                yield dimension, variable


def _truths(codebook: Codebook) -> dict[str, Text]:
    """Return the labels of true and false: those of yes and no."""
    yes, no, *_ = codebook.codelists[TICKED].codes.values() if TICKED in codebook.codelists else (None, None)
    return {} if yes is None or no is None else {"True": yes.label, "False": no.label}
