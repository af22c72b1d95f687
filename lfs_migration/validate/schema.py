"""pandera schemas made from the codebook: codes, range and pattern of each variable by itself."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lfs_migration import catalog
from lfs_migration.errors import NotFound, near
from lfs_migration.model.codebook import Codebook, Variable


@contextmanager
def quiet() -> Iterator[None]:
    """Keep back what PySpark says of pandas: pandera imports it where there is one, and has no use for it here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas", category=FutureWarning)
        yield


with quiet():
    import pandera.pandas as pa


def schema(record: str, codebook: Codebook | None = None) -> pa.DataFrameSchema:
    """Return the schema of a record.

    Only what concerns one variable is in it; routing, keys and rules between variables are checked by
    :func:`lfs_migration.validate`. Each check's ``error`` is the id of our rule: ``codes``, ``range`` or ``pattern``.

    Parameters
    ----------
    record : str
        ``household``, ``person`` or ``emigrant`` of the emigration module.
    codebook : Codebook, optional
        The emigration module's without a country when absent.

    Raises
    ------
    NotFound
        With near matches, for an unknown record.

    Examples
    --------
    >>> schema("emigrant").columns["em_sex"].checks[0].error
    'codes'
    """
    book = codebook or catalog.load_codebook()
    if record not in book.records:
        raise NotFound(f"No record {record!r}", hint=near(record, book.records))
    columns = {v.name: _column(v, book) for v in book.variables_of(record) if not v.derived}
    for key in book.records[record].key:
        columns.setdefault(key, _column(book.variable(key), book))
    return pa.DataFrameSchema(columns, name=record)


def _column(variable: Variable, codebook: Codebook) -> pa.Column:
    codelist = codebook.codelist_of(variable.name)
    checks = []
    if codelist is not None:
        allowed: list[Any] = [*codelist.codes, *variable.missing]
        checks.append(pa.Check.isin(allowed, error="codes"))
    if variable.range is not None:
        checks.append(_range(variable))
    if variable.pattern:
        checks.append(_pattern(variable))
    return pa.Column(None, checks, nullable=True, required=False, title=variable.label["en"])


def _range(variable: Variable) -> pa.Check:
    low, high = variable.range or (None, None)
    missing = list(variable.missing)

    def inside(values: Any) -> Any:
        absent = values.isin(missing)
        fits = absent | True
        if low is not None:
            fits &= absent | (values >= low)
        if high is not None:
            fits &= absent | (values <= high)
        return fits

    return pa.Check(inside, error="range", name="range")


def _pattern(variable: Variable) -> pa.Check:
    missing = list(variable.missing)

    def fits(values: Any) -> Any:
        return values.isin(missing) | values.astype("string").str.fullmatch(variable.pattern).fillna(False)

    return pa.Check(fits, error="pattern", name="pattern")
