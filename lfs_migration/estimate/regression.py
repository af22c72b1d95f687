"""Generalised linear models with design-based covariance."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration import engine
from lfs_migration.engine import Sums
from lfs_migration.errors import EstimationError, NotFound, near
from lfs_migration.estimate.independence import record_of
from lfs_migration.estimate.margins import RANGE, Model, family_of, library, working
from lfs_migration.estimate.refits import refitted
from lfs_migration.expr import parse
from lfs_migration.model.dataset import Dataset
from lfs_migration.sample import Sample
from lfs_migration.sample.replicates import degrees_of_freedom

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FUNCTIONS = (
    "C", "I", "Diff", "Helmert", "Poly", "Sum", "Treatment", "bs", "cc", "center", "cr", "cs", "exp", "log", "log10",
    "log2", "np.abs", "np.exp", "np.log", "np.log1p", "np.sqrt", "poly", "scale",
)  # fmt: skip
"""What a formula may call."""
_ALLOWED = (
    ast.Expression, ast.expr_context, ast.Name, ast.Constant, ast.BinOp, ast.operator, ast.UnaryOp, ast.unaryop,
    ast.Compare, ast.cmpop, ast.Call, ast.keyword, ast.List, ast.Tuple,
)  # fmt: skip
_COLLINEAR, _CONVERGED, _ENOUGH, _STEPS, _LOOSE = 1e-10, 1e-7, 1e-11, 20, 1e4


def glm(
    data: Dataset | Sample,
    formula: str,
    *,
    family: str = "gaussian",
    link: str | None = None,
    where: str = "",
    offset: str | None = None,
    record: str | None = None,
) -> Model:
    """Fit a generalised linear model, with the covariance of its coefficients under the design.

    The coefficients solve the weighted score equations, sum w_k s_k(b) = 0. Their covariance is A^-1 V A^-1 (Binder
    1983), with V the covariance of the total of w_k s_k, from its totals by primary sampling unit, and A the weighted
    expected information, as in R's ``svyglm``. It does not need the variance of the family to be right: a binomial or
    Poisson model is a quasi-likelihood one. Of data with replicates, each replicate fits the model again, from the
    coefficients of the full sample on, and the covariance is that of the replicates.

    Parameters
    ----------
    data : Dataset
    formula : str
        As ``amount ~ age + C(sex)``; a text is a category, a code is one inside ``C()``. The left side may be a
        condition: ``sends == 1 ~ age``. A row where a variable is not known is left out of the fit and stays in the
        design.
    family : str
        ``gaussian``, ``binomial``, ``poisson`` or ``gamma``.
    link : str, optional
        The canonical one without it (``inverse`` for gamma).
    where : str
        Expression: the domain. Rows outside it have weight zero and stay in the design.
    offset : str, optional
        Added to the linear predictor, as ``log(months)``.
    record : str, optional
        Whose rows are modelled; found from the variables without it.

    Raises
    ------
    EstimationError, NotFound, DesignError

    Examples
    --------
    >>> import lfs_migration as lfm, pandas as pd
    >>> frame = pd.DataFrame({"w": [1.0, 2, 2, 3], "x": [0.0, 1, 2, 3], "y": [1.0, 2, 4, 4]})
    >>> glm(lfm.dataset(frame, lfm.Design(weight="w")), "y ~ x").coefficients.round(4)
    array([1.1972, 1.0282])
    """
    sample = Sample.of(data)
    link, distribution = family_of(family, link)
    rows = rows_of(sample, formula, where, offset, record)
    _check(rows, family)
    b = _fitted(rows, family, link, distribution)
    mu, score, inverse = working(rows, distribution, b)
    refits = None
    if sample.design.replicates is None:
        covariance = engine.covariance(sample.units, rows.summed(score[:, None] * rows.x @ inverse))
    else:
        covariance, refits = refitted(rows, distribution, b)
    pearson = float(np.sum(rows.weight * (rows.y - mu) ** 2 / distribution.variance(mu)))
    return Model(
        formula, family, link, rows.names, b, covariance, refits=refits,
        df=rows.degrees_of_freedom + 1 - len(b), n=len(rows.y), left_out=rows.left_out,
        deviance=float(distribution.deviance(rows.y, mu, freq_weights=rows.weight)), dispersion=pearson / len(rows.y),
        record=rows.record, where=where, offset=offset,
        terms={str(term): tuple(places) for term, places in rows.spec.term_indices.items()},
        rows=partial(rows_of, formula=formula, where=where, offset=offset, record=rows.record),
    )  # fmt: skip


def _check(rows: ModelRows, family: str) -> None:
    """Check that the response is in the family's range, and that no column is made of the others."""
    low, high = RANGE[family]
    bad = (rows.y < low) | (rows.y > high) | ((family == "gamma") & (rows.y == 0))
    if bad.any():
        raise EstimationError(
            f"The {family} family has no value {rows.y[bad][0]:g}", where=rows.place(bad),
            detail=f"{bad.sum()} rows of the left side are out of its range",
        )  # fmt: skip
    if family in ("binomial", "poisson") and ((rows.y == low).all() or (rows.y == high).all()):
        raise EstimationError(f"The left side is {rows.y[0]:g} in all {len(rows.y)} rows, so nothing can be fitted")
    _check_columns(rows)


def _check_columns(rows: ModelRows) -> None:
    columns = np.sqrt(rows.weight)[:, None] * rows.x
    pivots = np.abs(np.diag(np.linalg.qr(columns, mode="r")))
    pivots = np.append(pivots, np.zeros(len(rows.names) - len(pivots)))
    alias = np.flatnonzero(pivots <= _COLLINEAR * np.linalg.norm(columns, axis=0))
    if len(alias):
        raise EstimationError(
            f"The column {rows.names[alias[0]]} is a combination of those before it",
            detail=f"{len(rows.y)} rows are in the fit", hint="Leave it out of the formula",
        )  # fmt: skip


def _fitted(rows: ModelRows, family: str, link: str, distribution: Any) -> Floats:
    """Return the coefficients: those of statsmodels, then Fisher's scoring until they stand still."""
    size, b, inverse = np.inf, np.zeros(len(rows.names)), np.eye(len(rows.names))
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # of separation and convergence: both are checked below
        try:
            b = _first(rows, distribution)
            for _ in range(_STEPS):
                mu, score, inverse = working(rows, distribution, b)
                if not np.isfinite(step := inverse @ (rows.x.T @ score)).all():
                    break
                eta = rows.x @ b + rows.offset
                around = np.abs(np.append(eta, (rows.y - mu) / distribution.link.inverse_deriv(eta))).max()
                size, b = np.abs(rows.x @ step).max() / max(around, np.finfo(float).tiny), b + step
                if size <= _ENOUGH:
                    break
        except (ValueError, np.linalg.LinAlgError):
            size = np.inf
        _settled(rows, family, b, inverse, size)
    low, high = RANGE[family]
    if ((mu < low) | (mu > high)).any():
        raise EstimationError(
            f"With the {link} link the model predicts what the {family} family has not", hint="Use another link"
        )
    return np.asarray(b, dtype=float)


def _first(rows: ModelRows, distribution: Any) -> Floats:
    """Return the coefficients of statsmodels, or of its first guess, where it gives up if nothing deviates."""
    model = library("statsmodels.genmod.generalized_linear_model").GLM
    try:
        fit = model(rows.y, rows.x, distribution, rows.offset, freq_weights=rows.weight).fit(maxiter=25)
        return np.asarray(fit.params, dtype=float)
    except ValueError:
        root = np.sqrt(rows.weight)
        guess = distribution.link(distribution.starting_mu(rows.y)) - rows.offset
        return np.asarray(np.linalg.lstsq(root[:, None] * rows.x, root * guess)[0], dtype=float)


def _settled(rows: ModelRows, family: str, b: Floats, inverse: Floats, size: float) -> None:
    """Check that the fit stands still, and that no coefficient of a count or condition grows without end."""
    spread = np.ptp(rows.x, axis=0)
    loose = np.sqrt(np.diag(inverse))[spread > 0] * spread[spread > 0] > _LOOSE
    reach = np.where(spread > 0, np.abs(b) * spread, 0.0)
    if family in ("binomial", "poisson") and (loose.any() or (not size <= _CONVERGED and reach.max() > 12)):
        raise EstimationError(
            f"The column {rows.names[int(np.argmax(reach))]} separates the rows: its coefficient has no bound",
            detail="Among some of its rows the left side is always the same",
            hint="Join categories, or leave it out of the formula",
        )
    if not size <= _CONVERGED:
        raise EstimationError("The fit does not converge", hint="Try another link, or fewer terms")


@dataclass(frozen=True, eq=False)
class ModelRows:
    """The rows of a fit: unit, household, weight (adding up to their number), and the columns of the model.

    ``frame`` holds the variables of the formula, and ``spec`` makes columns of another frame as ``x`` was made.
    """

    sample: Sample
    record: str
    index: Ints
    psu: Ints
    household: Ints
    weight: Floats
    frame: Any
    spec: Any
    x: Floats
    y: Floats
    offset: Floats
    left_out: int

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self.spec.column_names)

    def place(self, bad: NDArray[np.bool_]) -> str:
        """Return the household of the first of some rows, for messages."""
        return self.sample.place(self.record, int(self.index[np.flatnonzero(bad)[0]]))

    def columns(self, frame: Any) -> Floats:
        """Return the columns of the model for another frame."""
        return _matrix(self.spec, frame)[0]

    @property
    def degrees_of_freedom(self) -> float:
        """Those of the design, over the strata that have a row here, as for every estimate of a domain."""
        sums = engine.collect(self.psu, np.zeros(len(self.psu), dtype=np.int64), self.weight, 1)
        return float(degrees_of_freedom(self.sample, sums)[0])

    def summed(self, columns: Floats) -> Sums:
        """Return the sums of columns by primary sampling unit, one cell a column."""
        size = columns.shape[1]
        parts = [engine.collect(self.psu, np.full(len(self.psu), j), columns[:, j], size) for j in range(size)]
        psu, cell, value = (np.concatenate([getattr(p, name) for p in parts]) for name in ("psu", "cell", "value"))
        return engine.collect(psu, cell, value, size)


def rows_of(
    sample: Sample, formula: str, where: str = "", offset: str | None = None, record: str | None = None
) -> ModelRows:
    """Return the rows of the domain where all variables of a formula are known."""
    sides = _sides(formula, offset)
    found = [_variables(factor) for side in sides for term in side for factor in term.factors]
    names, coded = (frozenset(chain.from_iterable(part)) for part in zip(*found, strict=True))
    record = record or record_of(sample, names | (parse(where).names if where else frozenset()))
    sample.require(record)
    replicates = sample.design.replicates.columns if sample.design.replicates else ()
    sample = sample.fetched(record, sorted({*names, *replicates}), where)
    facts, values = sample.rows(record), {name: sample.records.values(name, record) for name in sorted(names)}
    domain = (facts.psu >= 0) & (facts.weight > 0) & (sample.records.truth(where, record) == 1)
    index = np.flatnonzero(np.logical_and.reduce([domain, *(array.is_valid().to_numpy() for array in values.values())]))
    if not len(index):
        raise EstimationError(f"No row to fit {formula} to", detail=f"The domain has {domain.sum()} rows")
    frame = _frame({name: array.take(index).to_numpy() for name, array in values.items()}, coded)
    (y, _), (x, spec), *rest = (_matrix(side, frame) for side in sides)
    weight, shift = facts.weight[index], _one(rest[0][0], offset or "") if rest else np.zeros(len(index))
    rows = ModelRows(
        sample, record, index, facts.psu[index], facts.household[index], weight / weight.mean(), frame, spec, x,
        y=_one(y, formula), offset=shift, left_out=int(domain.sum()) - len(index),
    )  # fmt: skip
    _finite(rows)
    return rows


def _finite(rows: ModelRows) -> None:
    columns = {"left side": rows.y, "offset": rows.offset, **dict(zip(rows.names, rows.x.T, strict=True))}
    for name, column in columns.items():
        bad = ~np.isfinite(column)
        if bad.any():
            raise EstimationError(f"{name} is infinite or undefined in {bad.sum()} rows", where=rows.place(bad))


def _one(column: Floats, text: str) -> Floats:
    """Return the only column of a response or offset."""
    if column.shape[1] != 1:
        raise EstimationError(
            f"{text}: a number is needed, not a category", hint="As a condition: destination == 'ESP' ~ age"
        )
    return column[:, 0]


def _sides(formula: str, offset: str | None) -> list[Any]:
    """Return the left side, the right side and the offset as parsed formulas."""
    response, tilde, terms = formula.partition("~")
    if not (tilde and response.strip() and terms.strip()):
        raise EstimationError(f"{formula!r} has not two sides", hint="Write it as y ~ age + C(sex)")
    formulaic = library("formulaic")
    try:
        single = [f"0 + {{{text}}}" for text in (response.strip(), offset) if text]
        sides = [formulaic.Formula(text) for text in (single[0], terms, *single[1:])]
    except (formulaic.errors.FormulaicError, SyntaxError) as error:
        raise EstimationError(f"Cannot read {formula!r}", detail=str(error).splitlines()[0]) from None
    if not all(isinstance(side, formulaic.SimpleFormula) for side in sides):
        raise EstimationError(f"{formula!r} has more than two sides")
    return sides


def _variables(factor: Any) -> tuple[frozenset[str], frozenset[str]]:
    """Return the variables of a factor of a term, and those of them inside ``C()``."""
    kind = factor.eval_method.value
    if kind != "python":
        return frozenset([factor.expr] if kind == "lookup" else ()), frozenset()
    try:
        tree = ast.parse(factor.expr, mode="eval")
    except SyntaxError as error:
        raise EstimationError(f"Cannot read {factor.expr!r}", detail=error.msg) from None
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    called = {id(node) for call in calls for node in ast.walk(call.func)}
    for name in (ast.unparse(call.func) for call in calls):
        if name not in FUNCTIONS:
            raise NotFound(f"No function {name!r} in a formula", hint=near(name, FUNCTIONS))
    nodes = [node for node in ast.walk(tree) if id(node) not in called]
    for node in nodes:
        if not isinstance(node, _ALLOWED):
            raise EstimationError(
                f"{factor.expr!r} is not for a formula", detail=f"{type(node).__name__} is not allowed"
            )
    inside = [node for call in calls if ast.unparse(call.func) == "C" for node in ast.walk(call)]
    return _named(nodes), _named(node for node in inside if id(node) not in called)


def _named(nodes: Iterable[ast.AST]) -> frozenset[str]:
    return frozenset(node.id for node in nodes if isinstance(node, ast.Name))


def _frame(columns: Mapping[str, NDArray[Any]], coded: frozenset[str]) -> Any:
    """Return a frame: whole codes as integers, other numbers as floats, so that no power overflows, texts as texts."""
    import pandas as pd

    out = {}
    for name, column in columns.items():
        out[name] = column
        if np.issubdtype(column.dtype, np.number) or column.dtype == bool:
            number = column.astype(float)
            out[name] = number.astype(np.int64) if name in coded and (number == np.round(number)).all() else number
    return pd.DataFrame(out)


def _matrix(side: Any, frame: Any) -> tuple[Floats, Any]:
    """Return the columns of one side of a formula, and how they were made."""
    errors = library("formulaic").errors
    try:
        with np.errstate(all="ignore"):
            matrix = side.get_model_matrix(frame, context={}, output="numpy", na_action="ignore")
    except (errors.FormulaicError, ValueError, TypeError, KeyError) as error:
        raise EstimationError("Cannot make the columns of the formula", detail=str(error).splitlines()[0]) from None
    single = [str(term) for term, places in matrix.model_spec.term_indices.items() if not places]
    if single:
        raise EstimationError(
            f"{single[0]} has one category among the rows of the fit", hint="Leave it out of the formula"
        )
    return np.asarray(matrix, dtype=float), matrix.model_spec
