"""The sampling design, and what to do with a stratum of one primary sampling unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from lfs_migration.errors import DesignError, near
from lfs_migration.model.calibration import Calibration

Singletons = Literal["fail", "certainty", "adjust", "average", "collapse"]
Pps = Literal["brewer", "hajek"]


@dataclass(frozen=True)
class Replicates:
    """How variances by replicates are made.

    Parameters
    ----------
    method : str
        As in :func:`lfs_migration.replicate`, which sets them; ``columns`` for replicate weights that the office gives.
    replicates, seed, fay, mse
        As there.
    columns : tuple of str
        Replicate weights, where they are columns of the data.
    scale : float
    rscales : tuple of float
        One a column; empty is 1 for each.
    """

    method: str
    replicates: int = 0
    seed: int = 0
    fay: float = 0.0
    mse: bool = True
    columns: tuple[str, ...] = ()
    scale: float = 1.0
    rscales: tuple[float, ...] = ()

    @classmethod
    def from_columns(
        cls, columns: Sequence[str], *, scale: float | None = None, rscales: Sequence[float] = (), mse: bool = True
    ) -> Replicates:
        """Describe replicate weights that are columns of the data, whole weights and not factors.

        Parameters
        ----------
        columns : sequence of str
        scale : float, optional
            1 / R without it, as for the bootstrap and balanced half-samples; 1 / (R (1 - rho)^2) for Fay's, (R - 1) / R
            for the jackknife without strata, 1 with ``rscales`` for JKn, 4 / R for the American Community Survey.
        rscales : sequence of float
            For JKn ``(n_h - 1) / n_h`` of the stratum of the unit left out.
        mse : bool
            Deviations from the full sample's estimate; else from the mean of the replicates.

        Raises
        ------
        DesignError
            Without a column, or without one of ``rscales`` for each.

        Examples
        --------
        >>> Replicates.from_columns(["r1", "r2"]).scale
        0.5
        """
        names = tuple(columns)
        if not names or (rscales and len(rscales) != len(names)):
            raise DesignError(f"{len(rscales)} rscales for {len(names)} columns of replicate weights")
        chosen = 1 / len(names) if scale is None else scale
        return cls("columns", len(names), mse=mse, columns=names, scale=chosen, rscales=tuple(rscales))


@dataclass(frozen=True)
class Reference:
    """Where households have the weight of one of their members.

    Parameters
    ----------
    record : str
        Of the members, whose rows have a weight of their own.
    column : str
        Of that record: 1 for the member whose weight the household has.
    base : str
        Weight of the households before that.
    """

    record: str
    column: str
    base: str


@dataclass(frozen=True)
class Design:
    """How the sample was drawn, as column names.

    Parameters
    ----------
    weight : str
        Inverse of the selection probability, adjusted and calibrated as the office did.
    stratum : str, optional
        First-stage stratum.
    psu : str or sequence of str, optional
        Sampling units, one column a stage, the first stage first; the numbers of a later stage may repeat in other
        units. Without any each row is its own unit. Stages after the first matter only with ``fpc``.
    fpc : str or sequence of str, optional
        Finite population, one column for each stage of ``psu``: how many units the stratum (at a later stage, the unit
        before) holds in the population, or the share of them that is in the sample. Without it units are taken as drawn
        with replacement, which is the usual choice and the safer one.
    pps : str, optional
        Units of the first stage were drawn without replacement with unequal probabilities, which ``fpc`` gives:
        ``brewer`` (Brewer 2002, equation 9.6) or ``hajek`` (Hajek 1964) approximates the variance without joint ones.
    singletons : str
        What a stratum with one primary sampling unit adds to a variance: ``fail`` refuses; ``certainty`` nothing;
        ``adjust`` its squared distance from the mean of all units; ``average`` the mean of the other strata;
        ``collapse`` joins it to the stratum next to it.
    record_weights : mapping of record to str
        Records whose rows have a weight of their own, where it differs inside a household.
    replicates : Replicates, optional
        Variances by replicates instead of linearisation; :func:`lfs_migration.replicate` sets it, and
        :meth:`Replicates.from_columns` takes those of the office.
    nest : bool
        Whether units are numbered anew in each stratum, so that a number in two strata is two units. Without it a
        number in two strata is an error.
    calibrations : tuple of Calibration
        What was done to the weights; :func:`lfs_migration.calibrate` sets it. Variances take account of it.
    multiplicity : mapping of record to str
        Records whose rows several households could report, and the column of their number: a row has the weight of its
        household divided by it (Sirken 1970); :func:`lfs_migration.multiplicity` sets it.
    reference : Reference, optional
        Whose weight the households have; :func:`lfs_migration.reference_person` sets it. Variances take account of how
        that was calibrated.

    Raises
    ------
    DesignError
        For an unknown policy.

    Examples
    --------
    >>> Design(weight="w", stratum="h", psu="c", singletons="adjust").psu
    'c'
    """

    weight: str
    stratum: str | None = None
    psu: str | Sequence[str] | None = None
    fpc: str | Sequence[str] | None = None
    pps: Pps | None = None
    singletons: Singletons = "fail"
    record_weights: Mapping[str, str] = field(default_factory=dict)
    replicates: Replicates | None = None
    nest: bool = True
    calibrations: tuple[Calibration, ...] = ()
    multiplicity: Mapping[str, str] = field(default_factory=dict)
    reference: Reference | None = None

    def __post_init__(self) -> None:
        if self.populations and len(self.populations) != max(len(self.units), 1):
            raise DesignError(
                f"{len(self.populations)} columns of fpc for {max(len(self.units), 1)} stages",
                hint="Give one for each stage",
            )
        if self.pps and not self.fpc:
            raise DesignError(f"The {self.pps} approximation needs inclusion probabilities", hint="Give them as fpc")
        if self.pps is not None and self.pps not in get_args(Pps):
            raise DesignError(f"No approximation {self.pps!r}", hint=near(self.pps, get_args(Pps)))
        policies = get_args(Singletons)
        if self.singletons not in policies:
            raise DesignError(
                f"No policy {self.singletons!r} for strata with one PSU", hint=near(self.singletons, policies)
            )

    @property
    def units(self) -> tuple[str, ...]:
        """Columns of the sampling units, one a stage."""
        return _columns(self.psu)

    @property
    def populations(self) -> tuple[str, ...]:
        """Columns of the finite populations, one a stage."""
        return _columns(self.fpc)

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns of the design."""
        given = (self.weight, *_columns(self.stratum), *self.units, *self.populations, *self.record_weights.values())
        given = (*given, *self.multiplicity.values())
        return (*given, *(self.replicates.columns if self.replicates else ()))


def _columns(given: str | Sequence[str] | None) -> tuple[str, ...]:
    return () if given is None else (given,) if isinstance(given, str) else tuple(given)
