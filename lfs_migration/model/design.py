"""The sampling design, and what to do with a stratum of one primary sampling unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from lfs_migration.errors import DesignError, near

Singletons = Literal["fail", "certainty", "adjust", "average", "collapse"]


@dataclass(frozen=True)
class Design:
    """How the sample was drawn, as column names.

    Parameters
    ----------
    weight : str
        Inverse of the selection probability, adjusted and calibrated as the office did.
    stratum, psu : str, optional
        First-stage stratum and primary sampling unit. Without a ``psu`` each row is its own.
    singletons : str
        What a stratum with one primary sampling unit adds to a variance: ``fail`` refuses; ``certainty`` nothing;
        ``adjust`` its squared distance from the mean of all units; ``average`` the mean of the other strata;
        ``collapse`` joins it to the stratum next to it.
    record_weights : mapping of record to str
        Records whose rows have a weight of their own, where it differs inside a household.

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
    psu: str | None = None
    singletons: Singletons = "fail"
    record_weights: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        policies = get_args(Singletons)
        if self.singletons not in policies:
            raise DesignError(
                f"No policy {self.singletons!r} for strata with one PSU", hint=near(self.singletons, policies)
            )
