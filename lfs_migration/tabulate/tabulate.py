"""The verb: the indicators of a module, with their breakdowns, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np

from lfs_migration import catalog
from lfs_migration.errors import DataError, EmptyDomain, EstimationError, NotFound, near
from lfs_migration.estimate import Proportion, Quantile, Ratio, Share, asked, estimate
from lfs_migration.estimate.statistics import Count, Smooth, Total
from lfs_migration.frames import Ask
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Edition
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.indicator import Indicator, Part, Profile
from lfs_migration.model.noun import Text
from lfs_migration.model.results import OTHER, TOTAL, UNKNOWN, Cell, Estimates, Table
from lfs_migration.sample import By, Sample
from lfs_migration.tabulate.quality import judge
from lfs_migration.text import MESSAGES

COMMON: Mapping[str, Text] = {OTHER: MESSAGES["other"], UNKNOWN: MESSAGES["unknown"], TOTAL: MESSAGES["total"]}
"""Labels of the codes that every dimension may have."""


def tabulate(data: Dataset, indicators: Sequence[str] = (), *, profile: str | None = None) -> tuple[Table, ...]:
    """Make the tables of indicators.

    Parameters
    ----------
    data : Dataset
        Harmonised.
    indicators : sequence of str
        Codes; without any, all that the edition's answers allow.
    profile : str, optional
        Quality rule profile; the edition's own without it.

    Returns
    -------
    tuple of Table
        One an indicator and breakdown. A breakdown that the edition did not ask is left out;
        ``lfs-migration check`` says which and why.

    Raises
    ------
    NotFound
        With near matches, for an unknown indicator.
    EstimationError
        Naming the reason, for an indicator that was asked for and cannot be computed.
    """
    if data.country is None or data.codebook is None:
        raise DataError("Indicators need a codebook", hint="Use lfm.read(path, country) and lfm.harmonise")
    indicators = [indicators] if isinstance(indicators, str) else indicators
    known = catalog.load_indicators(data.country.module, data.country)
    computable = catalog.Computable(data.codebook, data.country)
    for code in indicators:
        if code not in known:
            raise NotFound(f"No indicator {code!r}", hint=near(code, known))
        reason = computable.indicator(known[code])
        if reason:
            raise EstimationError(f"{code} cannot be computed for {data.country.id}", detail=reason)
    chosen = [known[code] for code in indicators] or [i for i in known.values() if not computable.indicator(i)]
    rules = catalog.load_profile(profile or data.country.quality)
    maker = _Maker(Sample.of(data), data.codebook, data.country, computable, rules)
    return tuple(table for indicator in chosen for table in maker.tables(indicator))


@dataclass(frozen=True)
class _Request:
    """A statistic of a table by some of its dimensions, with codes that are fixed and dimensions that are renamed."""

    statistic: Smooth | Quantile
    by: Sequence[By]
    fixed: Mapping[str, str] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Maker:
    """Makes the tables of one data set."""

    sample: Sample
    codebook: Codebook
    edition: Edition
    computable: catalog.Computable
    profile: Profile

    def tables(self, indicator: Indicator) -> Iterator[Table]:
        """Yield the indicator's tables: without a breakdown first, then by each one that can be made."""
        record = indicator.numerator.record
        silent = [statement for dimension, statement in indicator.coverage_without.items()
                  if self.computable.dimension(dimension, record)]  # fmt: skip
        indicator = indicator.model_copy(update={"coverage": (*indicator.coverage, *silent)})
        of = [d for d in indicator.of if not self.computable.dimension(d, record)] or [""]
        for breakdown in ((), *indicator.breakdowns):
            if self.computable.breakdown(indicator, breakdown):
                continue
            for category in of:
                if self._concept(category) not in map(self._concept, breakdown):
                    yield self._table(indicator, breakdown, category)

    def _concept(self, dimension: str) -> str:
        return self.codebook.dimensions[dimension].concept or dimension if dimension else ""

    def _table(self, indicator: Indicator, breakdown: tuple[str, ...], category: str) -> Table:
        dimensions = (*breakdown, category) if category else breakdown
        focused = replace(self, sample=self.sample.focused(lambda: self._asked(indicator, breakdown, category)))
        cells: list[Cell] = []
        for size in range(len(breakdown), -1, -1):
            for kept in combinations(breakdown, size):
                cells += focused._cells(indicator, breakdown, kept, category)
        return Table(
            indicator=indicator,
            survey=self.edition.id,
            survey_title=self.edition.title,
            dimensions=dimensions,
            dimension_labels={d: self.codebook.dimensions[d].label for d in dimensions},
            labels={d: self._labels(d, indicator.numerator.record) for d in dimensions},
            cells=tuple(cells),
            synthetic=self.edition.synthetic is not None,
            notes=catalog.choices(self.codebook, self.edition, indicator),
            units=self.codebook.words.get("units"),
        )

    def _labels(self, dimension: str, record: str) -> Mapping[str, Text]:
        variable = self.codebook.dimension_variable(dimension, record)
        codelist = self.codebook.codelist_of(variable) if variable else None
        own = {str(code): entry.label for code, entry in codelist.codes.items()} if codelist else {}
        return {**own, **COMMON}

    def _by(self, dimension: str, records: Sequence[str]) -> By:
        variables = {record: self.codebook.dimension_variable(dimension, record) or "" for record in records}
        return By(dimension, variables, unknown=True)

    def _asked(self, indicator: Indicator, breakdown: Sequence[str], category: str) -> Mapping[str, Ask]:
        """Return what the whole table asks: its totals are sums over the cells of its finest breakdown."""
        asks: dict[str, Ask] = {}
        for request in self._requests(indicator, breakdown, category):
            for record, ask in asked(self.sample, [request.statistic], request.by, where="").items():
                asks[record] = asks[record] | ask if record in asks else ask
        return asks

    def _requests(self, indicator: Indicator, kept: Sequence[str], category: str) -> Iterator[_Request]:
        """Yield the statistics of a table for some of its dimensions."""
        parts = [part for part in (indicator.numerator, indicator.denominator) if part is not None]
        records = [part.record for part in parts]
        by = [self._by(dimension, records) for dimension in kept]
        if not category:
            yield _Request(_statistic(indicator, parts), by)
            return
        variable = self.codebook.dimension_variable(category, records[0])
        assert variable is not None
        shares = Proportion(variable, indicator.numerator, indicator.over, unknown=True)
        yield _Request(shares, by, renamed={variable: category})
        if indicator.totals:
            count = Count(indicator.numerator.record, indicator.numerator.where, "number")
            yield _Request(count, [*by, self._by(category, records)])
            yield _Request(count, by, fixed={category: TOTAL})

    def _cells(
        self, indicator: Indicator, breakdown: Sequence[str], kept: Sequence[str], category: str
    ) -> Iterator[Cell]:
        """Yield the figures for the kept dimensions, with a total over the breakdowns that are not kept."""
        for request in self._requests(indicator, kept, category):
            fixed = {**dict.fromkeys(breakdown, TOTAL), **request.fixed}
            yield from self._figures(indicator, request.statistic, request.by, fixed, request.renamed)

    def _figures(
        self,
        indicator: Indicator,
        statistic: Smooth | Quantile,
        by: Sequence[By],
        fixed: Mapping[str, str],
        renamed: Mapping[str, str],
    ) -> Iterator[Cell]:
        try:
            result = estimate(self.sample, statistic, by=by)
        except EmptyDomain:  # nobody of whom the value is known has no median, as he has no mean
            return
        names = {name: renamed.get(name, name) for name in result.by}
        rows = []
        for row in range(len(result)):
            if _meaningful(result, row, statistic, by):
                keys = {**fixed, **{names[name]: str(codes[row]) for name, codes in result.by.items()}}
                rows.append(self._cell(indicator, statistic, result, row, keys))
        orders = {d: list(self._labels(d, indicator.numerator.record)) for d in names.values()}
        yield from sorted(rows, key=lambda cell: _position(cell, orders))

    def _cell(
        self, indicator: Indicator, statistic: Smooth | Quantile, result: Estimates, row: int, keys: Mapping[str, str],
    ) -> Cell:  # fmt: skip
        share = isinstance(statistic, Proportion | Share)
        counted = isinstance(statistic, Count) and indicator.kind == "distribution"
        per = 1 if counted else indicator.per
        facts = {
            "estimate": result.estimate[row], "se": result.se[row], "cv": result.cv[row], "n": int(result.n[row]),
            "households": int(result.households[row]), "df": result.df[row], "unknown_share": result.unknown[row],
            "n_numerator": int(result.n_numerator[row]), "proportion": share,
        }  # fmt: skip
        flag, why = judge(self.profile, {k: float(v) if isinstance(v, np.floating) else v for k, v in facts.items()})
        return Cell(
            keys=keys,
            statistic=statistic.name,
            unit=indicator.count_unit if counted else indicator.unit,
            estimate=float(result.estimate[row] * per),
            se=float(result.se[row] * per),
            cv=float(result.cv[row]),
            ci_low=float(result.ci_low[row] * per),
            ci_high=float(result.ci_high[row] * per),
            df=float(result.df[row]),
            n=int(result.n[row]),
            households=int(result.households[row]),
            unknown_share=float(result.unknown[row]),
            flag=flag,
            why=why,
        )


def _statistic(indicator: Indicator, parts: Sequence[Part]) -> Smooth | Quantile:
    match indicator.kind:
        case "total" if not parts[0].value:
            return Count(parts[0].record, parts[0].where, "number")
        case "share":
            return Share(parts[0], parts[1])
        case "ratio":
            return Ratio(parts[0], parts[1], "rate")
        case "mean":
            return Ratio(parts[0], Part(record=parts[0].record, where=parts[0].where), "mean")
        case "median":
            return Quantile(parts[0], name="median")
        case _:
            return Total(parts[0])


def _meaningful(result: Estimates, row: int, statistic: Smooth | Quantile, by: Sequence[By]) -> bool:
    """Whether a row says something of the indicator.

    A category that only rows outside the indicator have is not one of its own; and those whose sex is not known among
    emigrants and among residents are not the same people, so that no rate relates them.
    """
    if np.isnan(result.estimate[row]) or (
        result.by and isinstance(statistic, Count | Proportion) and not result.n[row]
    ):
        return False
    two_records = isinstance(statistic, Ratio) and any(len(breakdown.variables) > 1 for breakdown in by)
    return not (two_records and any(codes[row] == UNKNOWN for codes in result.by.values()))


def _position(cell: Cell, orders: Mapping[str, Sequence[str]]) -> list[int]:
    """Return where a cell stands: in the order of its code lists, then the other, the unknown and the total."""
    return [order.index(cell.keys[d]) if cell.keys[d] in order else len(order) for d, order in orders.items()]
