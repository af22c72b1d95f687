"""The sample behind a data set: its primary sampling units, and the weight and unit of each row of each record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration import engine
from lfs_migration.errors import DesignError, EstimationError, NotFound, near
from lfs_migration.frames import Ask, Frame, Records, column, factor, floats, is_lazy
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.design import Design
from lfs_migration.sample.facts import Facts, Weighted
from lfs_migration.sample.units import distinct, finite, in_one_stratum, later_stage, psus, settled

if TYPE_CHECKING:
    from lfs_migration.sample.calibrations import Calibrations
    from lfs_migration.sample.ordered import Ordered
    from lfs_migration.sample.rows import Rows

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
KEPT = 12
"""Sets of rows that a sample keeps for the next statistics."""


class Sample:
    """What estimation needs of a data set.

    Parameters
    ----------
    data : Dataset

    Raises
    ------
    DesignError
        When the data have no design; when a weight is missing or negative, or a stratum or unit is missing, naming the
        household; when a stratum has one unit and the policy is ``fail``.
    """

    def __init__(self, data: Dataset, records: Any = None) -> None:
        if data.design is None:
            raise DesignError("The data have no sampling design", hint="Give one: lfm.Design(weight=...)")
        self.data = data
        self.design: Design = data.design
        self.records = records or Records(data)
        self.cells: dict[Any, Any] = {}
        """What was numbered or made once for this sample, and those that differ from it by their replicates."""
        self._own: dict[Any, Any] = {}
        self._rows: dict[str, Facts] = {}

    @classmethod
    def of(cls, data: Dataset | Sample) -> Sample:
        """Return the sample of a data set, made when it is first asked for: a data set never changes."""
        if isinstance(data, Sample):
            return data
        known = data.__dict__.get("_sample")
        if known is None:
            from lfs_migration.sample.remote import RemoteSample

            known = RemoteSample(data) if any(map(is_lazy, data.records.values())) else cls(data)
            object.__setattr__(data, "_sample", known)
        sample: Sample = known
        return sample

    def replicated(self, data: Dataset) -> Sample:
        """Return the sample of this data set with other replicates: what was found once stays found."""
        other = copy(self)
        assert data.design is not None
        other.data, other.design, other._own = data, data.design, {}
        return other

    @cached_property
    def home(self) -> str:
        """The record that carries the design: the household, or the only one."""
        return self.records.record_of(self.design.weight)

    @property
    def plan(self) -> Frame:
        """Rows that hold the design: those of the home record."""
        frame: Frame = self.records.frames[self.home]
        return frame

    def once(self, name: Any, make: Callable[[], Any], *, own: bool = False) -> Any:
        """Return what is made once for this sample; what is its own does not serve those with other replicates."""
        kept = self._own if own else self.cells
        if name not in kept:
            kept[name] = make()
        return kept[name]

    def lately(self, name: Any, make: Callable[[], Any]) -> Any:
        """Return what is made for this sample, and kept until so many others were asked for."""
        kept: dict[Any, Any] = self.cells.setdefault("lately", {})
        if name not in kept:
            if len(kept) >= KEPT:
                del kept[next(iter(kept))]
            kept[name] = make()
        return kept[name]

    def focused(self, asks: Callable[[], Mapping[str, Ask]]) -> Sample:
        """Return the sample as far as a request needs it: in memory, all of it."""
        return self

    def fetched(self, record: str, names: Iterable[str], where: str) -> Sample:
        """Return the sample with some variables of the rows of a domain: in memory, all of it."""
        return self

    @property
    def _units(self) -> tuple[engine.Psus, Ints]:
        """The primary sampling units, and the unit of the last stage that counts of each row of the home record."""
        found: tuple[engine.Psus, Ints] = self.once("units", self._found)
        return found

    def _found(self) -> tuple[engine.Psus, Ints]:
        design, size = self.design, len(self.plan)
        alone = np.zeros(size, dtype=np.int64), [""]
        stratum = self._factor(design.stratum) if design.stratum else alone
        psu = self._factor(design.units[0]) if design.units else (np.arange(size), range(1, size + 1))
        if not design.nest:
            in_one_stratum(stratum, psu)
        units, position = psus(stratum, psu, design.singletons)
        populations = [self._numbers(name) for name in design.populations]
        if populations:
            units = finite(units, position, populations[0], design.pps)
        for name, population in zip(design.units[1:], populations[1:], strict=False):
            stage, position = later_stage(position, self._factor(name)[0], population)
            units = replace(units, later=(*units.later, stage))
        return settled(units), position

    def _numbers(self, variable: str) -> Floats:
        numbers = floats(self.plan, variable)
        absent = np.flatnonzero(np.isnan(numbers))
        if len(absent):
            raise DesignError(
                f"{variable} is missing in {len(absent)} rows", where=self.place(self.home, int(absent[0])),
                hint="Every row needs its finite population",
            )  # fmt: skip
        return numbers

    @cached_property
    def units(self) -> engine.Psus:
        """The primary sampling units of the whole file."""
        units = self._units[0]
        return replace(units, calibrated=self.calibrations.calibrated) if self.calibrations else units

    @cached_property
    def calibrations(self) -> Calibrations | None:
        """How the weights were calibrated, if they were."""
        from lfs_migration.sample.calibrations import Calibrations

        return Calibrations(self, self._units[1]) if self.design.calibrations else None

    @property
    def last(self) -> int:
        """Number of the sampling units that sums are over; 0 where they are over parts of them."""
        units = self._units[0]
        if self.design.calibrations:
            return 0
        return len(units.later[-1].parent) if units.later else len(units)

    def _factor(self, variable: str) -> tuple[Ints, list[Any]]:
        codes, levels = factor(self.plan, variable)
        absent = np.flatnonzero(codes < 0)
        if len(absent):
            raise DesignError(
                f"{variable} is missing in {len(absent)} rows", where=self.place(self.home, int(absent[0])),
                hint="Every row of the design needs a stratum and a primary sampling unit",
            )  # fmt: skip
        return codes, levels

    def place(self, record: str, row: int) -> str:
        """Return the household of a row, or the row's number where there is none, for messages."""
        home = row if record == self.home else int(self.records.link(record)[row])
        if home < 0:
            return f"row {row + 1} of the {record} record, which has no household"
        return self._household(home)

    def _household(self, row: int) -> str:
        frame = self.records.frames[self.home]
        key = self.data.codebook.records[self.home].key[0] if self.data.codebook else None
        return f"{self.home} {column(frame, key)[row].as_py()}" if key and key in frame.columns else f"row {row + 1}"

    def _weights(self, variable: str, record: str) -> Floats:
        weight = self.records.floats(variable, record)
        bad = np.flatnonzero(~((weight >= 0) & (weight < np.inf)))
        if len(bad):
            first = float(weight[bad[0]])
            raise unfit(variable, record, (len(bad), len(weight)), first, self.place(record, int(bad[0])))
        return weight

    def rows(self, record: str) -> Facts:
        """Return the design facts of a record's rows; emigrants and residents carry their household's."""
        if record not in self._rows:
            psu, weight = self._units[1], self._weights(self.design.weight, self.home)
            household = np.arange(len(psu))
            if record != self.home:
                link = self.records.link(record)
                inside = link >= 0
                psu, weight = np.where(inside, psu[link], -1), np.where(inside, weight[link], 0.0)
                household = link
                own = self.design.record_weights.get(record)
                weight = np.where(inside, self._weights(own, record), 0.0) if own else weight
                weight = weight / self.households_of(record)
            if self.calibrations:
                psu = self.calibrations.part(record)
            self._rows[record] = Facts(psu, weight, household)
        return self._rows[record]

    def length(self, record: str) -> int:
        """Return the number of rows that a record has here."""
        return len(self.records.frames[record])

    def whole(self, record: str) -> tuple[float, int]:
        """Return the sum of the weights of a record, and the number of its rows in the file."""
        return float(self.rows(record).weight.sum()), self.length(record)

    def together(self, record: str, variables: Sequence[str]) -> list[tuple[Any, ...]]:
        """Return the combinations of codes of some variables that occur in a record, an absent code as nothing."""
        factors = [self.records.factor(name, record) for name in variables]
        places = np.unique(np.stack([codes for codes, _ in factors]), axis=1)
        return [tuple(None if at < 0 else levels[at] for at, (_, levels) in zip(column, factors, strict=True))
                for column in places.T.tolist()]  # fmt: skip

    def households(self, rows: Rows) -> Ints:
        """Return the number of different households in each cell of some rows, of shape (cells,)."""
        return distinct(self.rows(rows.record).household[rows.index], rows.cell, rows.cells)

    def products(self, rows: Rows, first: Rows, second: Rows) -> Floats:
        """Return weight times the values of two parts of a record, in each of some rows of it."""
        return rows.weight * first.values_at(rows) * second.values_at(rows)

    def weighted(self, variable: str) -> Weighted:
        """Return another weight of the home record."""
        weight = cache(partial(self.weights_of, variable))
        return Weighted(
            variable,
            lambda record, text: weight(record) * self.records.floats(text, record) if text else weight(record),
        )

    def ordered(self, rows: Rows) -> Ordered:
        """Return some rows in the order of their values."""
        from lfs_migration.sample.ordered import Sorted

        return Sorted(rows)

    def weights_of(self, variable: str, record: str) -> Floats:
        """Return another weight of the home record for each row of a record, 0 for a row without a household."""
        return self.replicated_weight(variable, record, {}) / self.households_of(record)

    def replicated_weight(self, variable: str, record: str, before: Mapping[str, str]) -> Floats:
        """Return the weights of a record when those of the home record are others; not divided by its multiplicity.

        Rows with a weight of their own have it as many times as the household has its weight.

        Parameters
        ----------
        variable : str
            The other weight of the home record.
        record : str
        before : mapping of record to str
            The weights that it takes the place of, where they are not those of the design.
        """
        weight, own = self._weights(variable, self.home), self.design.record_weights.get(record)
        if record == self.home:
            return weight
        link = self.records.link(record)
        if own is None:
            return np.where(link >= 0, weight[link], 0.0)
        of_home = self.design.reference.base if self.design.reference else self.design.weight
        base = self._weights(before.get(self.home, of_home), self.home)
        times = np.divide(weight, base, out=np.zeros_like(weight), where=base > 0)
        return np.where(link >= 0, self._weights(before.get(record, own), record) * times[link], 0.0)

    def households_of(self, record: str) -> Floats | float:
        """Return how many households could report each row of a record; 1 where that is not known of the record."""
        column = self.design.multiplicity.get(record)
        return self.records.floats(column, record) if column else 1.0

    def require(self, record: str) -> None:
        """Check that the data have a record.

        Raises
        ------
        NotFound
            With near matches.
        """
        if record not in self.records.frames:
            raise NotFound(f"No record {record!r} in the data", hint=near(record, self.records.frames))

    def record_for(self, names: frozenset[str]) -> str:
        """Return the record that an expression of these names belongs to: a child, if it names one of its variables.

        Raises
        ------
        EstimationError
            When the names are from two child records, whose rows do not belong together.
        """
        children = sorted({self.records.record_of(name) for name in names} - {self.home})
        if len(children) > 1:
            raise EstimationError(
                f"{', '.join(sorted(names))} are in different records",
                detail=f"Their records are {' and '.join(children)}",
                hint="Use Ratio with one Part for each record",
            )
        return children[0] if children else self.home


def unfit(variable: str, record: str, bad: tuple[int, int], found: float, place: str) -> DesignError:
    """Return the error for weights that cannot be used: how many of how many rows, and the first of them."""
    return DesignError(
        f"{variable} is missing, negative or infinite in {bad[0]} of {bad[1]} {record} rows",
        where=place,
        detail=f"It is {'missing' if np.isnan(found) else f'{found:g}'} there",
        hint="Mend the weight, or leave the household out and say so",
    )
