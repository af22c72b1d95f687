"""How the figures of two rounds vary together: their tables are linearised again, unit by unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from lfs_migration import catalog
from lfs_migration.comparing import Influence, Overlap, influence
from lfs_migration.comparing.overlap import Figure
from lfs_migration.errors import EmptyDomain
from lfs_migration.estimate import asked
from lfs_migration.estimate.aligned import stacked
from lfs_migration.estimate.composed import pieces_of
from lfs_migration.estimate.pieces import Pieces
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Edition
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.results import TOTAL, Cell, Table
from lfs_migration.sample import Sample
from lfs_migration.tabulate.folding import folds
from lfs_migration.tabulate.requests import Request, Requests
from lfs_migration.tabulate.weights import sample_of


@dataclass(frozen=True)
class Figures:
    """Linearises the figures of a data set's tables, as they were tabulated.

    Parameters
    ----------
    data : Dataset
    codebook : Codebook
    edition : Edition
    profile : str, optional
        Quality rule profile of the tables, which decides what they fold.
    """

    data: Dataset
    codebook: Codebook
    edition: Edition
    profile: str | None = None

    def sample(self, table: Table) -> Sample:
        """Return the sample that a table was made from."""
        return sample_of(self.data, table.indicator.weights)

    def influence(self, table: Table) -> Influence:
        """Return what each primary sampling unit contributes to the figures of a table."""
        sample, requests = self.sample(table), self._requests(table)
        figures: list[Figure] = []
        linear = []
        for request, fixed in _asked(requests, table):
            for piece in _pieces(sample, request):
                figures += list(_figures(table, request, fixed, piece))
                linear.append(piece.linear)
        return influence(sample, figures, stacked(linear))

    def _requests(self, table: Table) -> Requests:
        """Return what makes the requests of a table, with the categories that it folds."""
        requests = Requests(self.codebook, catalog.Computable(self.codebook, self.edition))
        if not table.indicator.fold:
            return requests
        name = table.indicator.quality or self.profile or self.edition.quality
        rules = catalog.load_profile(name, self.edition)
        found = folds(self.sample(table), requests, table.indicator, rules)
        return replace(requests, recodes={dimension: fold.recode for dimension, fold in found.items()})


def _asked(requests: Requests, table: Table) -> Iterator[tuple[Request, dict[str, str]]]:
    """Yield the requests of a table, each with the codes of the dimensions that it is over."""
    indicator, dimensions = table.indicator, table.dimensions
    category = dimensions[-1] if dimensions and dimensions[-1] in (*indicator.of, indicator.question) else ""
    breakdown = dimensions[:-1] if category else dimensions
    for size in range(len(breakdown), -1, -1):
        for kept in combinations(breakdown, size):
            for request in requests.of(indicator, kept, category):
                yield request, {**dict.fromkeys(breakdown, TOTAL), **request.fixed}


def _pieces(sample: Sample, request: Request) -> list[Pieces]:
    by = list(request.by)
    sample = sample.focused(lambda: asked(sample, [request.statistic], by, ""))
    try:
        return pieces_of(sample, request.statistic, by, "", 0.95)
    except EmptyDomain:
        return []


def _figures(table: Table, request: Request, fixed: Mapping[str, str], piece: Pieces) -> Iterator[Figure]:
    names = {request.renamed.get(name, name): codes for name, codes in piece.keys.items()}
    for row in range(len(piece.n)):
        keys = {**fixed, **{name: str(codes[row]) for name, codes in names.items()}}
        yield (request.statistic.name, *(keys[d] for d in table.dimensions))


class Related:
    """Knows how the figures of two rounds vary together.

    Parameters
    ----------
    first, second : Figures
    """

    def __init__(self, first: Figures, second: Figures) -> None:
        self._rounds = (first, second)
        self._overlaps: dict[str, Overlap] = {}
        self._last: tuple[tuple[str, tuple[str, ...]], tuple[Influence, Influence]] | None = None

    def correlation(self, one: Table, two: Table, first: Cell, second: Cell) -> float | None:
        """Return the correlation of two figures, nothing where one is not among those that can be linearised."""
        overlap = self._overlap(one, two)
        if not len(overlap):
            return 0.0
        key = (one.indicator.code, one.dimensions)
        if self._last is None or self._last[0] != key:
            self._last = key, (self._rounds[0].influence(one), self._rounds[1].influence(two))
        sides = [
            found.of((cell.statistic, *(cell.keys[d] for d in table.dimensions)))
            for found, table, cell in zip(self._last[1], (one, two), (first, second), strict=True)
        ]
        return None if sides[0] is None or sides[1] is None else overlap.correlation(sides[0], sides[1])

    def _overlap(self, one: Table, two: Table) -> Overlap:
        """Return the units in both samples; with other weights a sample may have units without a final one too."""
        weights = one.indicator.weights
        if weights not in self._overlaps:
            self._overlaps[weights] = Overlap.of(self._rounds[0].sample(one), self._rounds[1].sample(two))
        return self._overlaps[weights]
