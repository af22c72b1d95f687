"""Tests of independence of two variables in a survey."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, fdtrc

from lfs_migration import engine
from lfs_migration.engine import Sums
from lfs_migration.errors import EstimationError, near
from lfs_migration.model.dataset import Dataset
from lfs_migration.sample import Sample
from lfs_migration.sample.replicates import degrees_of_freedom

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Statistic = Literal["F", "Chisq", "Wald", "adjWald"]


@dataclass(frozen=True, eq=False)
class Test:
    """A test and its outcome.

    Parameters
    ----------
    name : str
        What was tested, and how.
    statistic, df : float
    ddf : float
        Degrees of freedom of the denominator; infinite for a chi-square.
    p : float
        Probability of a larger statistic; not-a-number where the design leaves no degree of freedom.
    """

    __test__ = False  # not a test of pytest

    name: str
    statistic: float
    df: float
    ddf: float
    p: float

    def __str__(self) -> str:
        letter, ddf = ("X2", "") if np.isinf(self.ddf) else ("F", f" and {self.ddf:.5g}")
        return (
            f"{self.name}\n{letter} = {self.statistic:.5g} with {self.df:.5g}{ddf} degrees of freedom, p = {self.p:.4g}"
        )

    def _repr_html_(self) -> str:
        return "<p>" + escape(str(self)).replace("\n", "<br>") + "</p>"


@dataclass(frozen=True, eq=False)
class Independence(Test):
    """Test of independence of the rows and columns of a table.

    Parameters
    ----------
    row, column : str
        Variables.
    rows, columns : tuple
        Their categories.
    observed, expected : float arrays of shape (rows, columns)
        Weighted numbers: as estimated, and as they would be with the same margins under independence.
    n, left_out : int
        Rows of the sample in the table, and rows of the domain where one of the variables is not known.
    design_effect : float
        Mean of the generalised design effects of the cells, by which ``Chisq`` is divided before its ``p`` is taken;
        not-a-number for the Wald tests.
    """

    row: str
    column: str
    rows: tuple[Any, ...]
    columns: tuple[Any, ...]
    observed: Floats = field(repr=False)
    expected: Floats = field(repr=False)
    n: int
    left_out: int
    design_effect: float

    def to_frame(self) -> pd.DataFrame:
        """Return one row a cell: the two variables, observed, expected."""
        import pandas as pd

        keys = {self.row: np.repeat(np.array(self.rows, dtype=object), len(self.columns))}
        keys[self.column] = np.tile(np.array(self.columns, dtype=object), len(self.rows))
        return pd.DataFrame({**keys, "observed": self.observed.ravel(), "expected": self.expected.ravel()})


def independence(
    data: Dataset | Sample,
    row: str,
    column: str,
    *,
    where: str = "",
    statistic: Statistic = "F",
    record: str | None = None,
) -> Independence:
    """Test whether two variables are independent in the population.

    Parameters
    ----------
    data : Dataset
    row, column : str
        Variables of one record, or of a record and its household. A row where one is not known is left out.
    where : str
        Expression: the domain. Rows outside it have weight zero and stay in the design.
    statistic : str
        With ``X2 = n sum (p_ij - p_i. p_.j)^2 / (p_i. p_.j)``, of weighted proportions, K = (rows - 1) (columns - 1),
        and D = (C' P^-1 C / n)^-1 C' P^-1 V P^-1 C the generalised design effects of the K contrasts C of interaction:

        - ``F``: X2 / tr D against F with d = (tr D)^2 / tr D^2 and d nu degrees of freedom, where nu are those of
          the design (second-order correction; Rao and Scott 1984, Thomas and Rao 1987);
        - ``Chisq``: X2 / (tr D / K) against chi-square with K (first order); the statistic given is X2 itself;
        - ``Wald``: W / K against F with K and nu, W the Wald statistic of ``N_ij - N_i. N_.j / N`` (Koch, Freeman and
          Freeman 1975); it rejects too often where nu is small;
        - ``adjWald``: W (nu - K + 1) / (K nu) against F with K and nu - K + 1 (Thomas and Rao 1987).
    record : str, optional
        Whose rows are counted; found from the variables without it.

    Returns
    -------
    Independence
        As R's ``svychisq``, with two differences: nu is counted over the strata that hold a row of the domain, not over
        the units that do; and n counts rows where both variables are known, so that X2 is smaller where some are not.

    Raises
    ------
    EstimationError
        When a variable has fewer than two categories in the domain, or a covariance is singular.

    Examples
    --------
    >>> import lfs_migration as lfm, pandas as pd
    >>> frame = pd.DataFrame({"w": [1.0] * 8, "sex": [1, 1, 1, 1, 2, 2, 2, 2], "gone": [1, 1, 1, 0, 1, 0, 0, 0]})
    >>> print(independence(lfm.dataset(frame, lfm.Design(weight="w")), "sex", "gone"))
    Independence of sex and gone, Rao and Scott's second-order correction
    F = 1.75 with 1 and 7 degrees of freedom, p = 0.2275
    """
    if statistic not in get_args(Statistic):
        raise EstimationError(f"No statistic {statistic!r} of independence", hint=near(statistic, get_args(Statistic)))
    table = _table(Sample.of(data), row, column, where, record)
    covariance = engine.covariance(table.sample.units, table.sums)
    if not np.isfinite(covariance).all():
        raise EstimationError("The variance is undefined under the policy for strata of one unit")
    if "Wald" in statistic:
        test, deff = _wald(table, covariance, adjusted=statistic == "adjWald"), float("nan")
    else:
        test, deff = _rao_scott(table, covariance, statistic)
    return Independence(
        f"Independence of {row} and {column}, {test.name}", test.statistic, test.df, test.ddf, test.p,
        row, column, table.rows, table.columns, table.observed, table.expected, table.n, table.left_out, deff,
    )  # fmt: skip


@dataclass(frozen=True)
class _Table:
    """A weighted table and the sums behind it; cell (i, j) is number ``i * columns + j``."""

    sample: Sample
    sums: Sums
    rows: tuple[Any, ...]
    columns: tuple[Any, ...]
    n: int
    left_out: int
    nu: float

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.rows), len(self.columns)

    @property
    def contrasts(self) -> int:
        return (len(self.rows) - 1) * (len(self.columns) - 1)

    @property
    def observed(self) -> Floats:
        return self.sums.total.reshape(self.shape)

    @property
    def expected(self) -> Floats:
        table = self.observed
        out: Floats = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
        return out


def record_of(sample: Sample, names: frozenset[str]) -> str:
    """Return the record that all of the variables stand in, or in its household."""
    try:
        return sample.record_for(names)
    except EstimationError as error:
        hint = 'Where several records have a variable of that name, say which: record="..."'
        raise EstimationError(error.title, detail=error.detail, hint=hint) from None


def _table(sample: Sample, row: str, column: str, where: str, record: str | None) -> _Table:
    if row == column:
        raise EstimationError(f"Independence is of two different variables, not of {row!r} and itself")
    record = record or record_of(sample, frozenset({row, column}))
    sample.require(record)
    sample = sample.fetched(record, (row, column), where)
    facts = sample.rows(record)
    domain = (facts.psu >= 0) & (facts.weight > 0) & (sample.records.truth(where, record) == 1)
    coded = [sample.records.factor(name, record) for name in (row, column)]
    inside = domain & (coded[0][0] >= 0) & (coded[1][0] >= 0)
    (i, rows), (j, columns) = (
        _present(name, codes[inside], levels, where) for name, (codes, levels) in zip((row, column), coded, strict=True)
    )
    psu, weight, cells = facts.psu[inside], facts.weight[inside], len(rows) * len(columns)
    sums = engine.collect(psu, i * len(columns) + j, weight, cells)
    whole = engine.collect(psu, np.zeros(len(psu), dtype=np.int64), weight, 1)
    nu = float(degrees_of_freedom(sample, whole)[0])
    n = int(inside.sum())
    return _Table(sample, sums, rows, columns, n, int(domain.sum()) - n, nu)


def _present(name: str, codes: Ints, levels: list[Any], where: str) -> tuple[Ints, tuple[Any, ...]]:
    """Return the codes over the categories that occur."""
    occurring, position = np.unique(codes, return_inverse=True)
    if len(occurring) < 2:
        found = f"only the category {levels[occurring[0]]!r}" if len(occurring) else "no known category"
        raise EstimationError(
            f"{name} has {found}" + (f" where {where}" if where else ""), hint="A test needs two categories or more"
        )
    return position, tuple(levels[code] for code in occurring)


def _interaction(rows: int, columns: int) -> Floats:
    """Return contrasts of interaction, orthogonal to the effects of rows and of columns."""
    of_rows, of_columns = (np.eye(size)[:, 1:] - 1 / size for size in (rows, columns))
    return np.asarray(np.kron(of_rows, of_columns), dtype=np.float64)


def _rao_scott(table: _Table, covariance: Floats, statistic: str) -> tuple[Test, float]:
    p, n = table.sums.total / table.sums.total.sum(), table.n
    inverse = np.divide(1.0, p, out=np.zeros_like(p), where=p > 0)
    contrasts = _interaction(*table.shape)
    scaled = inverse[:, None] * contrasts
    base = contrasts.T @ scaled / n
    if np.linalg.matrix_rank(base, hermitian=True) < table.contrasts:
        raise EstimationError("Too many cells of the table are empty for a test", hint="Join categories")
    effects = np.linalg.solve(base, scaled.T @ _of_proportions(covariance, table.sums.total) @ scaled)
    trace = float(np.trace(effects))
    if trace < 1e-12:
        raise EstimationError("The table does not vary between primary sampling units, so nothing can be tested")
    expected = table.expected
    pearson = n * float(np.sum((table.observed - expected) ** 2 / expected)) / float(table.observed.sum())
    deff = trace / table.contrasts
    if statistic == "Chisq":
        tail = float(chdtrc(table.contrasts, pearson / deff))
        return Test("Rao and Scott's first-order correction", pearson, table.contrasts, np.inf, tail), deff
    d = trace**2 / float(np.trace(effects @ effects))
    return f_test("Rao and Scott's second-order correction", pearson / trace, d, d * table.nu), deff


def _of_proportions(covariance: Floats, total: Floats) -> Floats:
    """Return the covariance of the shares of cells from that of their totals."""
    gradient = (np.eye(len(total)) - total[:, None] / total.sum()) / total.sum()
    out: Floats = gradient @ covariance @ gradient.T
    return out


def _wald(table: _Table, covariance: Floats, adjusted: bool) -> Test:
    rows, columns = table.shape
    observed, total = table.observed, float(table.observed.sum())
    of_row, of_column = observed.sum(axis=1), observed.sum(axis=0)
    same_row, same_column = np.kron(np.eye(rows), np.ones((columns, columns))), np.tile(np.eye(columns), (rows, rows))
    lower = same_row * np.tile(of_column, rows)[:, None] + same_column * np.repeat(of_row, columns)[:, None]
    gradient = np.eye(rows * columns) - lower / total + table.expected.reshape(-1, 1) / total
    use = np.arange(rows * columns).reshape(table.shape)[1:, 1:].ravel()
    y = (observed - table.expected).ravel()[use]
    v = (gradient @ covariance @ gradient.T)[np.ix_(use, use)]
    k, wald = table.contrasts, quadratic(y, v)
    if not adjusted:
        return f_test("Wald test", wald / k, k, table.nu)
    ddf = table.nu - k + 1
    return f_test("adjusted Wald test", wald * ddf / (k * table.nu) if ddf > 0 else float("nan"), k, ddf)


def quadratic(y: Floats, v: Floats) -> float:
    """Return y' V^-1 y.

    Raises
    ------
    EstimationError
        When the covariance V is singular.
    """
    scale = np.sqrt(np.diag(v))
    correlation = v / np.outer(scale, scale) if (scale > 0).all() else np.zeros_like(v)
    if np.linalg.eigvalsh(correlation)[0] < 1e-10:
        raise EstimationError(
            f"{len(y)} numbers cannot be tested together, because their covariance is singular",
            hint="Join categories, or test fewer: the design must have more degrees of freedom than that",
        )
    return float(y / scale @ np.linalg.solve(correlation, y / scale))


def f_test(name: str, statistic: float, df: float, ddf: float) -> Test:
    """Return a test against Fisher's F."""
    return Test(name, statistic, df, ddf, float(fdtrc(df, ddf, statistic)) if ddf > 0 else float("nan"))
