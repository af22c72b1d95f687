"""Disclosure control: its rules, and what it did to a publication."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, overload

from pydantic import Field, model_validator

from lfs_migration.model.noun import Noun, Text
from lfs_migration.model.results import Table
from lfs_migration.model.verb import verb

Primary = Literal["persons", "households", "contributors", "dominance", "p_percent", "complement", "full"]
"""The rules by which a cell is sensitive by itself."""


class Dominance(Noun):
    """A total is sensitive when its ``n`` largest contributions are more than ``k`` per cent of it."""

    n: Literal[1, 2] = 2
    k: float = Field(gt=0, le=100)


class Waiver(Noun):
    """Cells to which some rules are not applied.

    Parameters
    ----------
    rules : tuple of str
        Empty is all.
    dimension, code : str
        Cells that have the code in the dimension; an empty one is any.
    record : str
        Cells that count rows of it; empty is any.
    reason : Text
    decided_by : str
    """

    rules: tuple[Primary, ...] = ()
    dimension: str = ""
    code: str = ""
    record: str = ""
    reason: Text
    decided_by: str = ""


class Rounding(Noun):
    """To which multiple published totals are rounded, and how."""

    base: float = Field(gt=0)
    method: Literal["nearest", "random", "controlled"] = "nearest"
    seed: int = 0


class Perturbation(Noun):
    """The noise that numbers get in place of being hidden, drawn by the keys of those whom they count.

    It is in rows of the sample: see :func:`lfs_migration.protect.cellkeys.perturbation_table`. The seed of the keys is
    a secret, and in no file.

    Parameters
    ----------
    deviation : int
        Largest noise.
    variance : float
        Of the noise of every count but zero.
    threshold : int
        Counts from 1 to it never appear.
    """

    deviation: int = Field(ge=1, le=1000)
    variance: float = Field(gt=0)
    threshold: int = Field(default=0, ge=0, le=1000)


class ProtectionRules(Noun):
    """When a cell would tell of persons, and what is done about it.

    Parameters
    ----------
    persons, households : int
        A cell of fewer rows, or rows of fewer households, in the sample is sensitive.
    contributors : int
        A total, mean or quantile of amounts of fewer rows is sensitive.
    dominance : Dominance, optional
    p_percent : float, optional
        A total is sensitive when the second largest contributor can work the largest one out to within this part of it,
        in per cent.
    complement : bool
        Whether those of a share's base who are not in its numerator are a cell as well.
    full : bool
        Whether a category that holds all of its base is sensitive: of everyone there the answer is known.
    range : float
        How far below and above the truth an attacker must still think the number of a sensitive cell possible, in
        average contributions.
    waived : tuple of Waiver
    rounding : Rounding, optional
    perturbation : Perturbation, optional
        Numbers of rows get noise, and are then not hidden for resting on few: ``persons``, ``households`` and
        ``complement`` are rules of amounts, means and quantiles alone.
    """

    title: Text
    persons: int = Field(ge=0)
    households: int = Field(ge=0)
    contributors: int = Field(ge=0)
    dominance: Dominance | None = None
    p_percent: float | None = Field(default=None, gt=0, le=100)
    complement: bool = True
    full: bool = False
    range: float = Field(default=1.0, gt=0)
    waived: tuple[Waiver, ...] = ()
    rounding: Rounding | None = None
    perturbation: Perturbation | None = None
    valid_from: str
    status: str
    reference: str

    @model_validator(mode="after")
    def _one_of_two(self) -> ProtectionRules:
        if self.rounding and self.perturbation:
            raise ValueError("rounding is of true numbers, perturbation of what is shown for them: take one of the two")
        return self


@dataclass(frozen=True)
class Hidden:
    """A cell that disclosure control hid, for the office's own log.

    Parameters
    ----------
    survey, record, where, value : str
        What is counted, or summed.
    codes : mapping of dimension to code
    rule : str
        By which rule, or ``secondary``.
    n, households : int
        Behind it in the sample.
    amount : float
        Its number or total in the population.
    low, high : float
        Between which an attacker must still think it possible.
    figures : int
        Published figures that are hidden with it.
    """

    survey: str
    record: str
    where: str
    value: str
    codes: Mapping[str, str]
    rule: str
    n: int
    households: int
    amount: float
    low: float
    high: float
    figures: int


@dataclass(frozen=True)
class Protected(Sequence[Table]):
    """Tables in which nobody can be recognised, and the account of what was done.

    Parameters
    ----------
    tables : tuple of Table
    profile : str
        Name of the rules.
    rules : ProtectionRules
    log : tuple of Hidden
        Not for publication.
    counts : mapping of str to int or float
        ``cells``, ``primary``, ``secondary``, ``figures``, ``figures_hidden`` (by disclosure control), ``figures_lost``
        (that quality would have let stand) and ``value_lost`` (the part of the population's totals in cells that are
        hidden, in per cent); with perturbation also ``cells_perturbed`` and ``figures_perturbed``.
    """

    tables: tuple[Table, ...]
    profile: str
    rules: ProtectionRules
    log: tuple[Hidden, ...]
    counts: Mapping[str, float]

    def __len__(self) -> int:
        return len(self.tables)

    @overload
    def __getitem__(self, place: int) -> Table: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Table, ...]: ...
    def __getitem__(self, place: int | slice) -> Table | tuple[Table, ...]:
        return self.tables[place]

    def __iter__(self) -> Iterator[Table]:
        return iter(self.tables)

    def __repr__(self) -> str:
        """Return what it is, and not what is hidden."""
        return f"<{len(self.tables):,} tables protected by {self.profile!r}>"

    def _repr_html_(self) -> str:
        """Return the list of tables as a notebook shows it: ``lfm.to_html(tables)``."""
        return str(verb("to_html")(self))
