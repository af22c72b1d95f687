"""pandera schemas made from the codebook: codes, range and pattern of each variable by itself.

pandera takes more than half a second to import, which only those wait for who make a schema.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from lfs_migration import catalog
from lfs_migration.errors import LfsMigrationError, NotFound, near, unquoted
from lfs_migration.frames import Frame, Records, to_pandas
from lfs_migration.frames.codes import Coded
from lfs_migration.model.codebook import Codebook, Variable
from lfs_migration.validate.judged import Rows
from lfs_migration.validate.running import across

if TYPE_CHECKING:
    import pandera.pandas as pa

CHECKS = ("codes", "range", "pattern")
"""Our ids of the checks in a schema."""


# pandera imports PySpark where there is one, from several threads, and has no use for it here.
warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas", category=FutureWarning)


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
    import pandera.pandas as pa

    book = codebook or catalog.load_codebook()
    if record not in book.records:
        raise NotFound(f"No record {record!r}", hint=near(record, book.records))
    columns = {v.name: _column(v, book) for v in book.variables_of(record) if not v.derived}
    for key in book.records[record].key:
        columns.setdefault(key, _column(book.variable(key), book))
    return pa.DataFrameSchema(columns, name=record)


def failures(records: Records, record: str, codebook: Codebook) -> dict[tuple[str, str], Rows]:
    """Return the rows that fail each check of a record's schema, by variable and id.

    The schema's checks judge each column's levels, of which there are some dozens, and what they say is spread over the
    rows: the same as of the whole frame. A column of nearly as many values as rows is judged as it is.

    Parameters
    ----------
    records : Records
    record : str
    codebook : Codebook

    Returns
    -------
    mapping of (variable, ``codes`` | ``range`` | ``pattern``) to rows
        Rows in their order; one entry for each check of each variable that the data have, empty where none fails.
    """
    wanted, held = schema(record, codebook), records.frames[record]
    out: dict[tuple[str, str], Rows] = {}
    checked = [name for name, column in wanted.columns.items() if column.checks and name in held.columns]
    known = across(lambda name: records.coded(name, record), checked)
    for name, coded in zip(checked, known, strict=True):
        checks = wanted.columns[name].checks
        out |= {(name, str(check.error)): np.zeros(0, dtype=np.int64) for check in checks}
        if coded is not None:
            out |= {(name, str(check.error)): _failing(check, coded, name) for check in checks}
    others = [name for name, coded in zip(checked, known, strict=True) if coded is None]
    if others:
        out |= _judged(wanted, held.select(others))
    return out


def _failing(check: pa.Check, coded: Coded, name: str) -> Rows:
    """Return the rows whose level fails a check; some levels may be in no row."""
    import pandas as pd

    levels = pd.Series(pd.array(coded.levels[:-1], dtype=pd.ArrowDtype(coded.levels.type)), name=name)
    try:
        right = check(levels).check_output
    except Exception as error:  # as pandera does, which takes whatever a check raises for its failure
        detail = f"{type(error).__name__}: {unquoted(error)}"
        raise LfsMigrationError(f"{name} cannot be checked", detail=detail) from error
    bad = np.zeros(len(coded.levels), dtype=np.uint8)
    bad[right.index[~right.to_numpy(dtype=np.bool_)]] = 1
    return np.flatnonzero(coded.spread(bad)) if bad.any() else np.zeros(0, dtype=np.int64)


def _judged(wanted: pa.DataFrameSchema, data: Frame) -> dict[tuple[str, str], Rows]:
    """Return the rows of a frame that fail, by variable and check."""
    from pandera.errors import SchemaErrors

    out: dict[tuple[str, str], Rows] = {}
    try:
        wanted.validate(to_pandas(data), lazy=True)
    except SchemaErrors as errors:
        for (name, check), group in errors.failure_cases.groupby(["column", "check"], sort=True):
            if check not in CHECKS:
                raise LfsMigrationError(f"{name} cannot be checked", detail=str(check)) from errors
            out[str(name), str(check)] = np.sort(group["index"].to_numpy(dtype=np.int64))
    return out


def _column(variable: Variable, codebook: Codebook) -> pa.Column:
    import pandera.pandas as pa

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
    import pandera.pandas as pa

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
    import pandera.pandas as pa

    missing = list(variable.missing)

    def fits(values: Any) -> Any:
        return values.isin(missing) | values.astype("string").str.fullmatch(variable.pattern).fillna(False)

    return pa.Check(fits, error="pattern", name="pattern")
