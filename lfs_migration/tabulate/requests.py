"""What is estimated for a table: the statistics of its indicator, by those of its dimensions that are kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lfs_migration import catalog
from lfs_migration.estimate import Concentration, Difference, MultipleResponse, Proportion, Quantile, Ratio, Share
from lfs_migration.estimate.statistics import Count, Figure, Statistic, Total
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.indicator import Indicator, Part
from lfs_migration.model.noun import Value
from lfs_migration.model.results import TOTAL
from lfs_migration.sample import By


@dataclass(frozen=True)
class Request:
    """A statistic of a table by some of its dimensions, with codes that are fixed and dimensions that are renamed."""

    statistic: Statistic
    by: Sequence[By]
    fixed: Mapping[str, str] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Requests:
    """Makes the requests of the tables of a data set.

    Parameters
    ----------
    codebook : Codebook
    computable : Computable
    recodes : mapping of dimension to mapping of code to category
        Codes that are another category in the tables, where some are folded.
    """

    codebook: Codebook
    computable: catalog.Computable
    recodes: Mapping[str, Mapping[Value, str]] = field(default_factory=dict)

    def by(self, dimension: str, records: Sequence[str]) -> By:
        """Return a dimension as a breakdown of some records, with a line for those of whom it is not known."""
        variables = {record: self.codebook.dimension_variable(dimension, record) or "" for record in records}
        return By(dimension, variables, unknown=True, recode=self.recodes.get(dimension, {}))

    def of(self, indicator: Indicator, kept: Sequence[str], category: str) -> Iterator[Request]:
        """Yield the requests of a table for some of its dimensions.

        Parameters
        ----------
        indicator : Indicator
        kept : sequence of str
            Breakdowns; the figures are over the others.
        category : str
            The dimension whose categories are distributed; empty for other kinds.
        """
        records = list(dict.fromkeys(part.record for part in (*indicator.own, *indicator.against)))
        by = [self.by(dimension, records) for dimension in kept]
        match indicator.kind:
            case "distribution":
                yield from self._distribution(indicator, by, category)
            case "options":
                yield from self._options(indicator, by)
            case "index":
                renamed = {self._variable(indicator, indicator.of[0]): indicator.of[0]}
                yield Request(self._statistic(indicator), by, renamed=renamed)
            case _:
                yield Request(self._statistic(indicator), by)

    def _distribution(self, indicator: Indicator, by: Sequence[By], category: str) -> Iterator[Request]:
        variable, record = self._variable(indicator, category), indicator.numerator.record
        recode = self.recodes.get(category, {})
        shares = Proportion(variable, indicator.numerator, indicator.over, unknown=True, recode=recode)
        yield Request(shares, by, renamed={variable: category})
        if indicator.totals:
            count = Count(record, indicator.numerator.where, "number")
            yield Request(count, [*by, self.by(category, [record])])
            yield Request(count, by, fixed={category: TOTAL})

    def _options(self, indicator: Indicator, by: Sequence[By]) -> Iterator[Request]:
        """Yield shares of rows that have an option, or of an amount that is an option's."""
        options, base = self.computable.options(indicator), indicator.numerator
        if any(option.base for option in options.values()):
            for name, option in options.items():
                among = " and ".join(f"({text})" for text in (base.where, option.base) if text)
                share = Share(Part(record=base.record, where=option.where), Part(record=base.record, where=among))
                yield Request(share, by, fixed={indicator.question: name})
            return
        if indicator.denominator is None:
            conditions = {name: option.where for name, option in options.items()}
            yield Request(MultipleResponse(conditions, base=base, question=indicator.question, name="share"), by)
            return
        for name, option in options.items():
            part = base.model_copy(update={"value": option.value})
            yield Request(Ratio(part, indicator.denominator, "share"), by, fixed={indicator.question: name})

    def _statistic(self, indicator: Indicator) -> Statistic:
        own, name = indicator.own, "rate"
        match indicator.kind:
            case "total" if not own[0].value:
                return Count(own[0].record, own[0].where, "number")
            case "share":
                return Share(own[0], own[1])
            case "ratio":
                return _ratio(own, name)
            case "relative":
                return Ratio(_ratio(own, name), _ratio(indicator.against, name), "relative rate")
            case "mean":
                return Ratio(own[0], Part(record=own[0].record, where=own[0].where), "mean")
            case "median":
                return Quantile(own[0], name="median")
            case "quantile":
                return Quantile(own[0], indicator.probability, name=f"percentile {100 * indicator.probability:g}")
            case "index":
                shares = Proportion(self._variable(indicator, indicator.of[0]), indicator.numerator)
                return Concentration(shares, indicator.largest, "share" if indicator.largest else "index")
            case "difference":
                assert indicator.between is not None
                between = self.by(indicator.between.dimension, [own[0].record])
                first, second = indicator.between.first, indicator.between.second
                return Difference(Share(own[0], own[1]), between, first, second, "difference")
            case _:
                return Total(own[0])

    def _variable(self, indicator: Indicator, dimension: str) -> str:
        variable = self.codebook.dimension_variable(dimension, indicator.numerator.record)
        assert variable is not None
        return variable


def _ratio(parts: Sequence[Part], name: str) -> Figure:
    return Ratio(parts[0], parts[1], name, parts[2] if len(parts) > 2 else None)
