"""What tabulation gives back: tables, their figures, and the sums behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isnan
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from lfs_migration.model.codebook import Codebook
from lfs_migration.model.indicator import Indicator
from lfs_migration.model.noun import Text
from lfs_migration.model.verb import verb
from lfs_migration.text import pick

if TYPE_CHECKING:
    import pandas as pd

Flag = Literal["publish", "caution", "suppress"]
TOTAL = "_T"
"""SDMX's code for a total over a dimension."""
UNKNOWN = "_U"
"""SDMX's code for an unknown category."""
OTHER = "_O"
"""SDMX's code for the other categories."""
CONFIDENTIAL = "confidential"
"""The reason of figures that disclosure control hides."""
WHERE = "where"
"""In the place of a dimension: that the rows are also in the numerator of a share, whose condition is the code."""
KNOWN = "_K"
"""All categories of a dimension without the unknown; only cells behind figures have it."""
KEY_BITS = 32
"""Of the key of a cell."""


class Measure(NamedTuple):
    """What is summed over which rows.

    Parameters
    ----------
    record : str
    where : str
        Condition on the rows.
    value : str
        What is summed; rows are counted where it is empty.
    known : str
        What is known of the rows beside; rows of which it is not are outside.
    weights : str
        With what: the final weights, those of the selection alone, or none.
    """

    record: str
    where: str = ""
    value: str = ""
    known: str = ""
    weights: str = "final"


Key = frozenset[tuple[str, str]]
"""The code of each dimension of which a sum is no total."""
Ref = tuple[Measure, Key]
"""Name of a weighted sum, the same in every table that has it."""


@dataclass(frozen=True)
class Base:
    """A weighted sum that figures are made of.

    Parameters
    ----------
    value : float
        Number of rows in the population, or their total.
    n, households : int
        Rows and households of the sample in it.
    largest : tuple of float
        The largest weighted contributions of rows to a total of amounts, at most two; none where rows are counted.
    key : int
        Sum of the secret keys of the rows, modulo 2**:data:`KEY_BITS`; 0 where they were given none.
    """

    value: float
    n: int
    households: int
    largest: tuple[float, ...] = ()
    key: int = field(default=0, repr=False)

    def beside(self, other: Base) -> Base:
        """Return the sum over the rows of both; of the households, at least so many."""
        most = tuple(sorted((*self.largest, *other.largest), reverse=True))[:2]
        households = max(self.households, other.households)
        key = (self.key + other.key) % (1 << KEY_BITS)
        return Base(self.value + other.value, self.n + other.n, households, most, key)


@dataclass(frozen=True)
class Cell:
    """One published figure. It equals another where all is the same, and what is undefined in one is in the other.

    Parameters
    ----------
    keys : mapping of dimension to code
        :data:`TOTAL` where the figure is over all of it, :data:`UNKNOWN` where the answer is not known.
    statistic, unit : str
    estimate, se, cv, ci_low, ci_high, df : float
        Not-a-number where undefined.
    n, households : int, optional
        Rows, and different rows of the module's first record that they belong to: households, or whatever was sampled.
        None where disclosure control hides them.
    unknown_share : float
        Weighted share of the base whose answer is not known.
    flag : str
    why : str
        The quality rule that decided, when the flag is not ``publish``.
    bases : tuple of Ref
        The weighted sums that it is made of, among those of its table.
    """

    keys: Mapping[str, str]
    statistic: str
    unit: str
    estimate: float
    se: float
    cv: float
    ci_low: float
    ci_high: float
    df: float
    n: int | None
    households: int | None
    unknown_share: float
    flag: Flag
    why: str = ""
    bases: tuple[Ref, ...] = ()

    def __eq__(self, other: object) -> bool:
        # Python since 3.13 compares what dataclasses hold one by one, and then not-a-number is not even itself.
        return self._known() == other._known() if isinstance(other, Cell) else NotImplemented

    def __hash__(self) -> int:
        return hash((frozenset(self.keys.items()), self.statistic, self.unit))

    def _known(self) -> tuple[object, ...]:
        return tuple(None if isinstance(one, float) and isnan(one) else one for one in vars(self).values())


@dataclass(frozen=True)
class Table:
    """One indicator by one breakdown.

    Parameters
    ----------
    indicator : Indicator
    survey : str
        The edition's id, as ``mexico-2023``.
    survey_title : Text
    dimensions : tuple of str
        The breakdowns, the distributed one last.
    labels : mapping of dimension to mapping of code to Text
    dimension_labels : mapping of dimension to Text
    cells : tuple of Cell
    synthetic : bool
        Whether the data were generated.
    notes : tuple of str or Text
        What is said under it.
    units : Text, optional
        What the sampled units are called that ``households`` of a cell counts, where they are no households.
    protection : str
        Name of the rules of disclosure control that were applied; empty where none were.
    bases : mapping of Ref to Base
        The weighted sums that its figures are made of, for disclosure control.
    nesting : mapping of (dimension, other dimension) to mapping of code to set of codes
        Of its dimensions: in which categories of another of their concept each of theirs can be.
    variables : mapping of variable to dimension
        Of the records that it counts, where no category was folded.
    codebook : Codebook, optional
        What its variables are made of.
    """

    indicator: Indicator
    survey: str
    survey_title: Text
    dimensions: tuple[str, ...]
    dimension_labels: Mapping[str, Text]
    labels: Mapping[str, Mapping[str, Text]]
    cells: tuple[Cell, ...]
    synthetic: bool = False
    notes: tuple[str | Text, ...] = ()
    units: Text | None = None
    protection: str = ""
    bases: Mapping[Ref, Base] = field(default_factory=dict, repr=False)
    nesting: Mapping[tuple[str, str], Mapping[str, frozenset[str]]] = field(default_factory=dict, repr=False)
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    codebook: Codebook | None = field(default=None, repr=False, compare=False)

    def notes_in(self, language: str = "en") -> tuple[str, ...]:
        """Return what is said under it, in a language where it is written in that."""
        return tuple(note if isinstance(note, str) else pick(note, language) for note in self.notes)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a cell."""
        import pandas as pd

        facts = [name for name in Cell.__dataclass_fields__ if name not in ("keys", "bases")]
        return pd.DataFrame([{**cell.keys, **{name: getattr(cell, name) for name in facts}} for cell in self.cells])

    def __repr__(self) -> str:
        """Return what it is about, and no figure: one that is not published must not be kept in a notebook."""
        by = f" by {', '.join(self.dimensions)}" if self.dimensions else ""
        return f"<Table {self.indicator.code}{by} of {self.survey}: {len(self.cells):,} figures>"

    def plot(self, *, statistic: str = "", language: str = "en") -> Any:
        """Return an Altair chart: ``lfm.plot(table)``, which see."""
        return verb("plot")(self, statistic=statistic, language=language)

    def _repr_html_(self) -> str:
        """Return the table as a notebook shows it: ``lfm.to_html(table)``."""
        return str(verb("to_html")(self))
