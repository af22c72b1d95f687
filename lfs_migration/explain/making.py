"""What a figure is made with: its indicator, sample, requests and quality rules, as tabulation has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from lfs_migration import catalog
from lfs_migration.errors import DataError, EstimationError, NotFound, near
from lfs_migration.estimate import asked, estimate
from lfs_migration.explain.cells import Found
from lfs_migration.explain.plan import Chosen, Plan, chosen, plan_of
from lfs_migration.explain.rows import Place, Tally, Weigher, tallies
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Edition
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.estimates import Estimates
from lfs_migration.model.indicator import Indicator, Profile
from lfs_migration.sample import Sample
from lfs_migration.tabulate import weights
from lfs_migration.tabulate.folding import Fold, folds
from lfs_migration.tabulate.requests import Requests


@dataclass(frozen=True)
class Making:
    """A figure of a data set, with all that it is made with.

    Parameters
    ----------
    data : Dataset
        Harmonised and weighted.
    indicator : Indicator
    profile : Profile
        The quality rules that judge it.
    found : Found
        The figure as it was tabulated, before disclosure control.
    rules : str
        Name of the profile.
    """

    data: Dataset
    indicator: Indicator
    profile: Profile
    found: Found
    rules: str = ""

    @property
    def codebook(self) -> Codebook:
        """That of the edition."""
        assert self.data.codebook is not None
        return self.data.codebook

    @property
    def edition(self) -> Edition:
        """That of the data."""
        assert self.data.country is not None
        return self.data.country

    @cached_property
    def computable(self) -> catalog.Computable:
        """What the edition can compute."""
        return catalog.Computable(self.codebook, self.edition)

    @cached_property
    def sample(self) -> Sample:
        """The sample with the weights of the indicator."""
        return weights.sample_of(self.data, self.indicator.weights)

    @cached_property
    def folded(self) -> dict[str, Fold]:
        """Categories that were too few to stand alone, by dimension."""
        plain = Requests(self.codebook, self.computable)
        return folds(self.sample, plain, self.indicator, self.profile)

    @cached_property
    def chosen(self) -> Chosen:
        """The request that gave the figure."""
        recodes = {dimension: fold.recode for dimension, fold in self.folded.items()}
        requests = Requests(self.codebook, self.computable, recodes)
        return chosen(requests, self.indicator, self.found.cell, self.found.table.dimensions)

    @cached_property
    def plan(self) -> Plan:
        """What is counted for it."""
        return plan_of(self.chosen)

    @cached_property
    def weigher(self) -> Weigher:
        """Gives the weight of each row."""
        return Weigher(self.sample.design, self.sample.home, self.indicator.weights == "none")

    @property
    def per(self) -> int:
        """What the figure is multiplied by: shares and rates may be per 100 or 1,000, numbers never are."""
        own = self.found.cell.unit == self.indicator.unit
        return self.indicator.per if own else 1

    @cached_property
    def estimated(self) -> tuple[Estimates, int]:
        """The estimates of the request, and the row of the figure among them."""
        request = self.chosen.request
        asks = partial(asked, self.sample, [request.statistic], request.by, where="")
        sample = self.sample.focused(asks)
        result = estimate(sample, request.statistic, by=request.by)
        codes = dict(self.chosen.codes)
        if self.chosen.category:
            extra = [name for name in result.by if name not in codes]
            codes |= dict.fromkeys(extra, self.chosen.category)
        for row in range(len(result)):
            if all(str(own[row]) == codes.get(name) for name, own in result.by.items()):
                return result, row
        raise EstimationError(f"{self.indicator.code} was not estimated again")

    def tallies(self, places: Sequence[Place] = ()) -> tuple[Tally, ...]:
        """Return what the rows of each side of the plan add up to."""
        return tallies(replace(self.sample.data, design=None), self.weigher, self.plan.sides, places)


def indicator_of(data: Dataset, code: str) -> Indicator:
    """Return an indicator of a data set's module that its edition can compute.

    Raises
    ------
    DataError
        For data without a codebook.
    NotFound
        With near matches.
    EstimationError
        With the reason.
    """
    if data.country is None or data.codebook is None:
        raise DataError("Figures are explained by a codebook", hint="Use lfm.read(path, country) and lfm.harmonise")
    known = catalog.load_indicators(data.country.module, data.country)
    if code not in known:
        raise NotFound(f"No indicator {code!r}", hint=near(code, known))
    reason = catalog.Computable(data.codebook, data.country).indicator(known[code])
    reason = reason or weights.why_not(data, known[code].weights)
    if reason:
        raise EstimationError(f"{code} cannot be computed for {data.country.id}", detail=reason)
    return known[code]
