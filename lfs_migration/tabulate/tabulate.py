"""The verb: the indicators of a module, with their breakdowns, as tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

import numpy as np

from lfs_migration import catalog
from lfs_migration.errors import DataError, EmptyDomain, EstimationError, NotFound, near
from lfs_migration.estimate import MultipleResponse, Proportion, Ratio, asked, estimate
from lfs_migration.estimate.statistics import Count, Statistic
from lfs_migration.frames import Ask
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Edition
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.estimates import Estimates
from lfs_migration.model.indicator import Indicator, Profile
from lfs_migration.model.noun import Text
from lfs_migration.model.results import OTHER, TOTAL, UNKNOWN, Cell, Table
from lfs_migration.sample import By, Sample
from lfs_migration.sample.identity import in_memory
from lfs_migration.tabulate import weights
from lfs_migration.tabulate.bases import Bases
from lfs_migration.tabulate.folding import Fold, folds, noted
from lfs_migration.tabulate.quality import facts_of, judge
from lfs_migration.tabulate.requests import Request, Requests
from lfs_migration.text import MESSAGES

QUANTILES = ("median", "quantile")
COMMON: Mapping[str, Text] = {OTHER: MESSAGES["other"], UNKNOWN: MESSAGES["unknown"], TOTAL: MESSAGES["total"]}
"""Labels of the codes that every dimension may have."""


def tabulate(
    data: Dataset, indicators: Sequence[str] = (), *, profile: str | None = None, record_keys: int | None = None
) -> tuple[Table, ...]:
    """Make the tables of indicators.

    Parameters
    ----------
    data : Dataset
        Harmonised.
    indicators : sequence of str
        Codes; without any, all that the edition's answers allow.
    profile : str, optional
        Quality rule profile; the edition's own without it. An indicator that names a profile is judged by that.
    record_keys : int, optional
        Secret seed of the keys of records, from 0 to below 2**512, for rules of disclosure control that perturb: see
        :mod:`lfs_migration.protect.perturbed`. The cells behind the figures then have keys; the figures are the same.

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
        Naming the reason, for an indicator that was asked for and cannot be computed; for keys of records that are not
        in memory.
    """
    if data.country is None or data.codebook is None:
        raise DataError("Indicators need a codebook", hint="Use lfm.read(path, country) and lfm.harmonise")
    indicators = [indicators] if isinstance(indicators, str) else indicators
    known = catalog.load_indicators(data.country.module, data.country)
    computable = catalog.Computable(data.codebook, data.country)
    for code in indicators:
        if code not in known:
            raise NotFound(f"No indicator {code!r}", hint=near(code, known))
        reason = computable.indicator(known[code]) or weights.why_not(data, known[code].weights)
        if reason:
            raise EstimationError(f"{code} cannot be computed for {data.country.id}", detail=reason)
    able = [one for one in known.values() if not (computable.indicator(one) or weights.why_not(data, one.weights))]
    chosen = [known[code] for code in indicators] or able
    return tables_of(data, chosen, data.codebook, profile, record_keys)


def tables_of(
    data: Dataset,
    indicators: Sequence[Indicator],
    codebook: Codebook,
    profile: str | None = None,
    record_keys: int | None = None,
) -> tuple[Table, ...]:
    """Make the tables of indicators that need not be the module's, whose breakdowns are in the codebook."""
    assert data.country is not None
    if record_keys is not None:
        in_memory(data)
    computable = catalog.Computable(codebook, data.country)
    requests, own = Requests(codebook, computable), profile or data.country.quality
    profiles = {name: catalog.load_profile(name, data.country) for name in {one.quality or own for one in indicators}}
    out: list[Table] = []
    for one in indicators:
        rules = profiles[one.quality or own]
        sample = weights.sample_of(data, one.weights)
        found = folds(sample, requests, one, rules)
        recodes = {dimension: fold.recode for dimension, fold in found.items()}
        recoded = replace(requests, recodes=recodes)
        maker = _Maker(sample, codebook, data.country, computable, rules, recoded, found, record_keys)
        out += maker.tables(noted(one, found.values()))
    return tuple(out)


@dataclass(frozen=True)
class _Maker:
    """Makes the tables of one indicator."""

    sample: Sample
    codebook: Codebook
    edition: Edition
    computable: catalog.Computable
    profile: Profile
    requests: Requests
    folds: Mapping[str, Fold]
    record_keys: int | None = field(default=None, repr=False)

    def tables(self, indicator: Indicator) -> Iterator[Table]:
        """Yield the indicator's tables: without a breakdown first, then by each one that can be made."""
        record = indicator.numerator.record
        silent = [statement for dimension, statement in indicator.coverage_without.items()
                  if self.computable.dimension(dimension, record)]  # fmt: skip
        indicator = indicator.model_copy(update={"coverage": (*indicator.coverage, *silent)})
        of = [d for d in indicator.of if not self.computable.dimension(d, record)]
        for breakdown in ((), *indicator.breakdowns):
            if self.computable.breakdown(indicator, breakdown):
                continue
            for category in of if indicator.kind == "distribution" else [indicator.question]:
                if self._concept(category) not in map(self._concept, breakdown):
                    yield self._table(indicator, breakdown, category)

    def _concept(self, dimension: str) -> str:
        return self.codebook.dimensions[dimension].concept or dimension if dimension in self.codebook.dimensions else ""

    def _table(self, indicator: Indicator, breakdown: tuple[str, ...], category: str) -> Table:
        dimensions = (*breakdown, category) if category else breakdown
        whole = list(self.requests.of(indicator, breakdown, category))
        focused = self if indicator.kind == "options" else self._focused(indicator, whole)
        cells: list[Cell] = []
        bases = Bases(focused.sample, indicator.weights, self.record_keys)
        for size in range(len(breakdown), -1, -1):
            for kept in combinations(breakdown, size):
                cells += focused._cells(indicator, breakdown, kept, category, bases)
        return Table(
            indicator=indicator,
            survey=self.edition.id,
            survey_title=self.edition.title,
            dimensions=dimensions,
            dimension_labels={d: self._heading(indicator, d) for d in dimensions},
            labels={d: self._labels(indicator, d) for d in dimensions},
            cells=tuple(cells),
            synthetic=self.edition.synthetic is not None,
            notes=(*catalog.choices(self.codebook, self.edition, indicator), *self._older()),
            units=self.codebook.words.get("units"),
            bases=bases.cells,
            nesting=self._nesting(indicator.numerator.record, dimensions),
            variables=self._variables(indicator, dimensions),
            codebook=self.codebook,
        )

    def _older(self) -> tuple[Text, ...]:
        """Return what the quality rules say of themselves: that they are later than the survey."""
        return ({tongue: f"{note}." for tongue, note in self.profile.note.items()},) if self.profile.note else ()

    def _heading(self, indicator: Indicator, dimension: str) -> Text:
        if dimension == indicator.question:
            assert indicator.question_label is not None
            return indicator.question_label
        return self.codebook.dimensions[dimension].label

    def _labels(self, indicator: Indicator, dimension: str) -> Mapping[str, Text]:
        if dimension == indicator.question:
            return {**{code: option.label for code, option in indicator.options.items()}, **COMMON}
        variable = self.codebook.dimension_variable(dimension, indicator.numerator.record)
        codelist = self.codebook.codelist_of(variable) if variable else None
        own = {str(code): entry.label for code, entry in codelist.codes.items()} if codelist else {}
        rests = self.folds[dimension].labels if dimension in self.folds else {}
        return {**own, **rests, **COMMON}

    def _focused(self, indicator: Indicator, requests: Sequence[Request]) -> _Maker:
        """Return the maker with the sample as far as some requests need it.

        Those of a whole table are asked together: its totals are sums over the cells of its finest breakdown. Those of
        many options are not, for the answers to all of them together are more than the rows.
        """
        return replace(self, sample=self.sample.focused(lambda: self._asked(indicator, requests)))

    def _asked(self, indicator: Indicator, requests: Sequence[Request]) -> Mapping[str, Ask]:
        asks: dict[str, Ask] = {}
        for request in requests:
            for record, ask in asked(self.sample, [request.statistic], request.by, where="").items():
                asks[record] = asks[record] | ask if record in asks else ask
        for part in indicator.parts if indicator.kind not in QUANTILES else ():
            if part.value and part.record in asks:  # the largest contributions must be told apart
                asks[part.record] |= Ask(exact=(part.value,), where=asks[part.record].where)
        return asks

    def _variables(self, indicator: Indicator, dimensions: Sequence[str]) -> dict[str, str]:
        """Return the dimension that each variable is, of those whose categories all stand."""
        records = dict.fromkeys(part.record for part in indicator.parts)
        whole = [d for d in dimensions if d in self.codebook.dimensions and d not in self.folds]
        named = {self.codebook.dimension_variable(d, record): d for record in records for d in whole}
        return {variable: dimension for variable, dimension in named.items() if variable}

    def _nesting(self, record: str, dimensions: Sequence[str]) -> dict[tuple[str, str], dict[str, frozenset[str]]]:
        """Return in which categories of the other dimensions of their concept those of some dimensions are."""
        known, out = self.codebook.dimensions, dict[tuple[str, str], dict[str, frozenset[str]]]()
        for fine in (d for d in dimensions if d in known and known[d].concept):
            for coarse in (d for d in known if d != fine and known[d].concept == known[fine].concept):
                if not self.computable.dimension(coarse, record):
                    names = [self.codebook.dimension_variable(d, record) or "" for d in (fine, coarse)]
                    folded = [self.requests.by(d, [record]).category for d in (fine, coarse)]
                    out[fine, coarse] = _inside(self.sample.together(record, names), *folded)
        return out

    def _cells(
        self, indicator: Indicator, breakdown: Sequence[str], kept: Sequence[str], category: str, bases: Bases
    ) -> Iterator[Cell]:
        """Yield the figures for the kept dimensions, with a total over the breakdowns that are not kept."""
        for request in self.requests.of(indicator, kept, category):
            own = self._focused(indicator, [request]) if indicator.kind == "options" else self
            bases.sample = own.sample
            fixed = {**dict.fromkeys(breakdown, TOTAL), **request.fixed}
            yield from own._figures(indicator, request, fixed, bases)

    def _figures(
        self, indicator: Indicator, request: Request, fixed: Mapping[str, str], bases: Bases
    ) -> Iterator[Cell]:
        statistic, renamed = request.statistic, request.renamed
        try:
            result = estimate(self.sample, statistic, by=request.by)
        except EmptyDomain:  # nobody of whom the value is known has no median, as he has no mean
            return
        names = {name: renamed.get(name, name) for name in result.by}
        rows, refs = [], bases.of(request)
        for row in range(len(result)):
            if _meaningful(result, row, statistic, request.by):
                own = {names[name]: str(codes[row]) for name, codes in result.by.items()}
                cell = self._cell(indicator, statistic, result, row, {**fixed, **own})
                rows.append(replace(cell, bases=refs.get(frozenset(own.items()), ())))
        orders = {d: list(self._labels(indicator, d)) for d in names.values()}
        yield from sorted(rows, key=lambda cell: _position(cell, orders))

    def _cell(
        self, indicator: Indicator, statistic: Statistic, result: Estimates, row: int, keys: Mapping[str, str],
    ) -> Cell:  # fmt: skip
        counted = isinstance(statistic, Count) and indicator.kind == "distribution"
        per = 1 if counted else indicator.per
        flag, why = judge(self.profile, facts_of(result, row, statistic))
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


def _inside(
    pairs: Sequence[tuple[Any, ...]], fine: Callable[[Any], Any], coarse: Callable[[Any], Any]
) -> dict[str, frozenset[str]]:
    """Return the categories of a coarser dimension in which the codes of each category are."""
    found: dict[str, set[str]] = {}
    for pair in pairs:
        one, other = (
            UNKNOWN if code is None else str(fold(code)) for code, fold in zip(pair, (fine, coarse), strict=True)
        )
        found.setdefault(one, set()).add(other)
    return {code: frozenset(others) for code, others in found.items()}


def _meaningful(result: Estimates, row: int, statistic: Statistic, by: Sequence[By]) -> bool:
    """Whether a row says something of the indicator.

    A category that only rows outside the indicator have is not one of its own; and those whose sex is not known among
    emigrants and among residents are not the same people, so that no rate relates them.
    """
    if np.isnan(result.estimate[row]) or (
        result.by and isinstance(statistic, Count | Proportion | MultipleResponse) and not result.n[row]
    ):
        return False
    two_records = isinstance(statistic, Ratio) and any(len(breakdown.variables) > 1 for breakdown in by)
    return not (two_records and any(codes[row] == UNKNOWN for codes in result.by.values()))


def _position(cell: Cell, orders: Mapping[str, Sequence[str]]) -> list[int]:
    """Return where a cell stands: in the order of its code lists, then codes of none, the other, unknown and total."""
    return [
        order.index(cell.keys[d]) if cell.keys[d] in order else len(order) - len(COMMON) for d, order in orders.items()
    ]
