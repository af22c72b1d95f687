"""Records that stay where they are: DuckDB relations and Spark frames give groups, and never all of their rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import reduce
from operator import and_, or_
from typing import Any

import narwhals.stable.v2 as nw
import pyarrow as pa

from lfs_migration.errors import DataError, ExpressionError, NotFound, near, unquoted
from lfs_migration.expr import Expression, parse
from lfs_migration.frames.records import Named
from lfs_migration.frames.scope import FrameScope
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.noun import Value

Lazy = nw.LazyFrame[Any]
Flags = Sequence[Mapping[str, int]]
"""What conditions and knowns are in some groups of an answer."""
Pair = tuple[str, str]
"""Two expressions whose values are multiplied; an empty one is 1."""

Recoded = tuple[str, Mapping[Value, str]]
"""A variable, and the categories that some of its codes are in instead."""

ENGINES = ("duckdb", "_duckdb", "polars", "pyspark", "py4j", "narwhals")
"""Libraries whose errors are about the data."""
ROW, PARENT = "_row", "_parent"
"""Columns of records in parts: the number of a row, and that of its parent."""


@dataclass(frozen=True)
class Ask:
    """What is asked of a record: by which answers its rows are put together, and what is added up in each group.

    Parameters
    ----------
    codes : tuple of str
        Variables; a missing code counts as empty.
    truths : tuple of str
        Conditions: 1 true, 0 false, -1 unknown.
    values : tuple of str
        Expressions whose weighted values are added up; rows where one is unknown are in groups of their own.
    exact : tuple of str
        Expressions whose values stay as they are.
    products : tuple of pairs of str
        Expressions whose weighted products are added up.
    spans : tuple of str
        Expressions whose least and greatest values are wanted.
    where : str
        Rows for which it is not true are left out.
    parts : tuple of str
        Rows for which all of these conditions are false are left out; none is, without them.
    """

    codes: tuple[str, ...] = ()
    truths: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    products: tuple[Pair, ...] = ()
    spans: tuple[str, ...] = ()
    where: str = ""
    parts: tuple[str, ...] = ()

    def __or__(self, other: Ask) -> Ask:
        """Return what answers both; they have the same domain."""
        both = {
            part.name: tuple(dict.fromkeys((*getattr(self, part.name), *getattr(other, part.name))))
            for part in fields(self) if part.name != "where"
        }  # fmt: skip
        if not (self.parts and other.parts):
            both["parts"] = ()
        return Ask(**both, where=self.where)

    def answers(self, other: Ask) -> bool:
        """Whether this answers the other too."""
        return self.where == other.where and (self | other) == self


class LazyRecords(Named):
    """The records of a data set that stay on their engine.

    A child record has its parent's variables in its own frame, and the number of its parent's row.
    """

    def __init__(self, data: Dataset) -> None:
        super().__init__(data)
        self._conditions = set[tuple[str, str]]()

    def groups_of(self, record: str, ask: Ask, keys: Iterable[str], weights: Iterable[str]) -> pa.Table:
        """Return one row a group.

        Parameters
        ----------
        record : str
        ask : Ask
        keys : columns that are grouped by as they are
        weights : columns
            Each is added up, by itself and times each value and product.

        Returns
        -------
        table
            ``key K``, ``code C``, ``truth T``, ``known V``, ``exact V``, ``n``, ``sum W * V * V`` for a weight and the
            values that it is multiplied with, ``least V`` and ``most V``.
        """
        self._require(record, ask.codes)
        conditions = [ask.where, *ask.truths, *ask.parts]
        numbers = {*ask.values, *ask.exact, *(text for pair in ask.products for text in pair)} - {""}
        frame, built = self._built(record, [*conditions, *numbers])
        value = {text: number(built[text]) for text in numbers}
        self._require_conditions(record, frame, {text: built[text] for text in conditions if text})
        if ask.where:
            frame = frame.filter(built[ask.where])
        if ask.parts:
            frame = frame.filter(reduce(or_, (_truth(built[text]) != 0 for text in ask.parts)))
        by = {f"key {name}": nw.col(name) for name in keys} | self._codes(ask.codes)
        by |= {f"truth {text}": _truth(built[text]) for text in ask.truths}
        by |= {f"known {text}": (~value[text].is_null()).cast(nw.Int8) for text in ask.values}
        by |= {f"exact {text}": value[text] for text in ask.exact}
        terms: list[tuple[str, ...]] = [(), *((text,) for text in ask.values), *ask.products]
        sums = {
            " * ".join((f"sum {weight}", *filter(None, term))): reduce(
                lambda product, text: product * value[text], filter(None, term), nw.col(weight).cast(nw.Float64)
            )
            for weight in weights for term in terms
        }  # fmt: skip
        return grouped(frame, by, sums, {text: value[text] for text in ask.spans})

    def distinct(self, record: str, codes: Iterable[str]) -> pa.Table:
        """Return the combinations of codes that occur anywhere in a record: ``code C`` and ``n``."""
        return grouped(self.frames[record], self._codes(codes), {})

    def whole(self, record: str, weight: str) -> tuple[float, int]:
        """Return the sum of the weights of a record, and the number of its rows."""
        table = collected(self.frames[record].select(sum=nw.col(weight).cast(nw.Float64).sum(), n=nw.len()))
        return float(table["sum"][0].as_py() or 0.0), int(table["n"][0].as_py())

    def combinations(self, record: str, columns: Iterable[str]) -> pa.Table:
        """Return the different rows of some columns, as they are: ``key K`` and ``n``."""
        return grouped(self.frames[record], {f"key {name}": nw.col(name) for name in columns}, {})

    def parents(self, record: str, ask: Ask, flags: Flags, codes: Sequence[Recoded]) -> pa.Table:
        """Return the number of different parents behind each combination of categories, in groups of an answer.

        Parameters
        ----------
        flags : list of mappings
            The groups; see :meth:`inside`.
        codes : sequence of (variable, recode)
            Where a variable is recoded, its codes are text; those that the recode does not name stay as they are.
        """
        frame, _ = self.inside(record, ask, flags)
        by = {f"_{i}": self.category(*one) for i, one in enumerate(codes)} or {"_0": nw.lit(0)}
        rows = frame.filter(~nw.col(PARENT).is_null()).select(PARENT, **by)
        return collected(rows.group_by(*by).agg(households=nw.col(PARENT).n_unique()))

    def inside(self, record: str, ask: Ask, flags: Flags) -> tuple[Lazy, dict[str, nw.Expr]]:
        """Return the rows of some groups of an answer to a request, and the request's expressions as columns of them.

        Parameters
        ----------
        flags : list of mappings
            What ``truth T`` and ``known V`` are in each group.
        """
        frame, built = self._built(record, [ask.where, *ask.truths, *ask.values])
        found = {f"truth {text}": _truth(built[text]) for text in ask.truths}
        found |= {f"known {text}": (~number(built[text]).is_null()).cast(nw.Int8) for text in ask.values}
        if ask.where:
            frame = frame.filter(built[ask.where])
        if not flags:
            return frame.head(0), built
        groups = [reduce(and_, (found[name] == flag for name, flag in group.items())) for group in flags if group]
        return frame.filter(reduce(or_, groups)) if groups else frame, built

    def rows_of(self, record: str, keys: Iterable[str], weight: str, texts: Iterable[str], where: str) -> pa.Table:
        """Return the rows of a domain, each as a group: ``key K``, ``sum W``, ``exact V`` and ``n``, which is 1."""
        frame, built = self._built(record, [where, *texts])
        chosen = {f"key {name}": nw.col(name) for name in keys} | {f"sum {weight}": nw.col(weight)}
        chosen |= {f"exact {text}": built[text] for text in texts}
        rows = frame.filter(built[where]) if where else frame
        table = collected(rows.select(*(column.alias(f"_{i}") for i, column in enumerate(chosen.values()))))
        return table.rename_columns(list(chosen)).append_column("n", pa.array([1] * len(table), pa.int64()))

    def unfit(self, record: str, weight: str) -> tuple[int, pa.Table]:
        """Return how many rows have a weight that is missing, negative or infinite, and the first that is met."""
        number = nw.col(weight).cast(nw.Float64)
        good = (number >= 0) & (number < float("inf"))
        frame = self.frames[record].filter(~nw.coalesce(good, nw.lit(False)))
        if PARENT in frame.columns:
            frame = frame.filter(~nw.col(PARENT).is_null())
        count = int(collected(frame.select(n=nw.len()))["n"][0].as_py())
        return count, collected(frame.head(1)) if count else pa.table({})

    def _require(self, record: str, names: Iterable[str]) -> None:
        columns = self.frames[record].columns
        for name in sorted(set(names).difference(columns)):
            raise NotFound(f"No variable {name!r} in the {record} record", hint=near(name, columns))

    def _require_conditions(self, record: str, frame: Lazy, built: Mapping[str, nw.Expr]) -> None:
        new = {text: condition for text, condition in built.items() if (record, text) not in self._conditions}
        for text, kind in _kinds(frame, new).items():
            if kind not in (nw.Boolean, nw.Unknown):
                raise ExpressionError(f"{text!r} is not a condition", detail=f"Its values are {kind}")
        self._conditions.update((record, text) for text in new)

    def _codes(self, names: Iterable[str]) -> dict[str, nw.Expr]:
        return {f"code {name}": self.code(name) for name in names}

    def code(self, name: str) -> nw.Expr:
        """Return a variable as a column, empty where its code is one of an absent answer."""
        codes = list(self.missing(name))
        return nw.when(~nw.col(name).is_in(codes)).then(nw.col(name)) if codes else nw.col(name)

    def category(self, name: str, recode: Mapping[Value, str]) -> nw.Expr:
        """Return a variable as a column of the categories that its codes are in, empty where its answer is absent."""
        out = self.code(name)
        if recode:
            code, out = out, out.cast(nw.String)
            for category in dict.fromkeys(recode.values()):
                own = [one for one, to in recode.items() if to == category]
                out = nw.when(code.is_in(own)).then(nw.lit(category)).otherwise(out)
        return out

    def _built(self, record: str, texts: Iterable[str]) -> tuple[Lazy, dict[str, nw.Expr]]:
        """Return a frame that holds all that some expressions need, and the expressions as columns of it."""
        frame: Lazy = self.frames[record]
        parsed = {text: parse(text) for text in texts if text}
        self._require(record, {name for expression in parsed.values() for name in expression.names})
        aggregated: dict[tuple[str, str, str], str] = {}
        for expression in parsed.values():
            for function, child, argument in expression.aggregates:
                key = (function, child, str(argument or ""))
                if key not in aggregated:
                    aggregated[key] = f"_aggregate {len(aggregated)}"
                    frame = self._with_aggregate(frame, record, key, argument, aggregated[key])
        missing = {name: self.missing(name) for expression in parsed.values() for name in expression.names}
        scope = FrameScope(frame, missing, self.groups, self.lookups, aggregated)
        return frame, {text: _expression(expression.build(scope)) for text, expression in parsed.items()}

    def _with_aggregate(
        self, frame: Lazy, record: str, key: tuple[str, str, str], argument: Expression | None, name: str
    ) -> Lazy:
        """Add an aggregate over the children of each row; a child whose answer is unknown makes it unknown."""
        function, child, _ = key
        if child not in self.frames or self.parent(child) != record:
            raise ExpressionError(f"{child!r} is not a record under {record}", detail=f"Used in {function}()")
        text = argument.text if argument else ""
        children, built = self._built(child, [text])
        answer = built[text] if text else nw.lit(True)
        value = number(answer) if function == "total" else answer.cast(nw.Int64)
        added = (
            children.filter(~nw.col(PARENT).is_null())
            .with_columns(_value=value, _unknown=value.is_null().cast(nw.Int64))
            .group_by(PARENT)
            .agg(_sum=nw.col("_value").sum(), _doubts=nw.col("_unknown").sum())
        )
        joined = frame.join(added, left_on=ROW, right_on=PARENT, how="left")
        nothing = nw.col("_doubts").is_null()
        total, doubtful = nw.coalesce(nw.col("_sum"), nw.lit(0)), nw.coalesce(nw.col("_doubts"), nw.lit(0)) > 0
        result = {"any": total > 0, "count": total, "total": total}[function]
        unknown = doubtful & (total == 0) if function == "any" else doubtful
        settled = nw.when(nothing | ~unknown).then(result)
        return joined.with_columns(settled.alias(name)).drop("_sum", "_doubts")


def with_constant(frame: Any, name: str, value: float) -> Any:
    """Return a frame, in memory or on its engine, with a column more that is the same number in every row."""
    return frame.with_columns(**{name: nw.lit(value)})


def is_lazy(frame: Any) -> bool:
    """Whether a frame stays on its engine."""
    return isinstance(frame, nw.LazyFrame)


def _kinds(frame: Lazy, built: Mapping[str, nw.Expr]) -> dict[str, Any]:
    """Return the types of expressions.

    Raises
    ------
    ExpressionError
        Naming one that cannot be computed.
    """
    if not built:
        return {}
    try:
        columns = {f"_{i}": expression for i, expression in enumerate(built.values())}
        return dict(zip(built, frame.select(**columns).collect_schema().values(), strict=True))
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ENGINES:
            raise
        if len(built) > 1:  # one of them: each is asked about alone
            return {text: _kinds(frame, {text: one})[text] for text, one in built.items()}
        (text,) = built
        raise ExpressionError(f"Cannot compute {text!r}", detail=unquoted(str(error).strip())) from None


def _expression(built: Any) -> nw.Expr:
    return built if isinstance(built, nw.Expr) else nw.lit(built)


def _truth(condition: nw.Expr) -> nw.Expr:
    return nw.coalesce(condition.cast(nw.Int8), nw.lit(-1).cast(nw.Int8))


def number(value: nw.Expr) -> nw.Expr:
    """Return a value as a float, empty where it is not a number."""
    wide = value.cast(nw.Float64)
    return nw.when(~wide.is_nan()).then(wide)


def grouped(
    frame: Lazy, by: Mapping[str, nw.Expr], sums: Mapping[str, nw.Expr], spans: Mapping[str, nw.Expr] | None = None
) -> pa.Table:
    """Return one row a group: the keys, the number of rows ``n``, sums over them, least and greatest values."""
    keys = {f"_k{i}": expression for i, expression in enumerate(by.values())} or {"_k": nw.lit(0)}
    numbers = {f"_s{i}": expression for i, expression in enumerate(sums.values())}
    values = {f"_v{i}": expression for i, expression in enumerate((spans or {}).values())}
    wanted = {name: nw.col(name).sum() for name in numbers}
    wanted |= {f"{name} {end}": getattr(nw.col(name), end)() for name in values for end in ("min", "max")}
    found = frame.select(**keys, **numbers, **values).group_by(*keys).agg(n=nw.len(), **wanted)
    table = collected(found.select(*(keys if by else ()), "n", *wanted))
    return table.rename_columns(
        [*by, "n", *sums, *(f"{end} {text}" for text in spans or () for end in ("least", "most"))]
    )


def collected(frame: Lazy) -> pa.Table:
    """Return the rows of a frame, in memory.

    Raises
    ------
    DataError
        With the engine's words, where it cannot compute them.
    """
    try:
        table: pa.Table = nw.to_native(frame.collect("pyarrow"))
    except Exception as error:  # each engine has errors of its own
        if type(error).__module__.partition(".")[0] not in ENGINES:
            raise
        raise DataError(
            "Cannot compute what was asked of the data", detail=unquoted(str(error).strip()),
            hint="Mend the value in the file; a column of text needs number(...) in the expression",
        ) from None  # fmt: skip
    return table
