"""A recipe of weights: from selection probabilities to the final weight, one line of a country's file a step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from lfs_migration.model.calibration import Method
from lfs_migration.model.noun import Noun
from lfs_migration.model.response import Bounds, Listed, Names, Nonresponse


class BaseWeights(Noun):
    """Inverse selection probabilities.

    Parameters
    ----------
    probabilities : tuple of str
        One expression a stage, the first stage first: unit, dwelling in the unit, household in the dwelling.
    subsample : str
        Expression: rate at which the module's households were taken from the survey's, in their stratum.
    """

    probabilities: Annotated[Names, Field(min_length=1)]
    subsample: str = ""


class GivenWeights(Noun):
    """Weights of the office, where the chain begins with them.

    Parameters
    ----------
    weight : str
        Expression.
    rounds : str
        Variable that tells rounds (quarters) apart which are pooled: each stands for the whole population, so that
        weights are divided by their number.
    households : float, optional
        What they must add up to, in all rounds together.
    within : float
        Share by which they may be away from it.
    """

    weight: str
    rounds: str = ""
    households: float | None = Field(default=None, gt=0)
    within: float = Field(default=0.1, ge=0)


class Replicating(Noun):
    """Replicates as columns of weights, in which all steps after this one are done anew.

    Parameters
    ----------
    method, replicates, seed, fay, mse
        As in :func:`lfs_migration.replicate`.
    """

    method: Literal["jackknife", "brr", "fay", "bootstrap", "successive_difference", "random_groups"] = "bootstrap"
    replicates: int = Field(default=200, ge=2)
    seed: int = 1
    fay: float = 0.5
    mse: bool = True


class Trimming(Noun):
    """Limits of weights, as numbers or by a rule of :func:`lfs_migration.weights.limits`.

    Parameters
    ----------
    low, high : float
        Numbers, or how many times the rule's spread or median.
    rule : str
    strict : bool
        Cut again until no weight is beyond a limit.
    """

    low: float | None = None
    high: float | None = None
    rule: Literal["limits", "median", "median_iqr", "mean"] = "limits"
    strict: bool = True

    @model_validator(mode="after")
    def _limited(self) -> Self:
        if self.low is None and self.high is None:
            raise ValueError("one of low and high is needed, or both")
        return self


class KnownMargin(Noun):
    """A margin: a file of totals, and which of its variables are crossed.

    Parameters
    ----------
    record : str, optional
        Whose rows the totals count, where it is not the step's: totals of residents and of households are met in one
        step (integrated weighting).
    tolerance : float, optional
        Of ``ridge``, where it is not the step's: share of its totals by which the margin may be missed; 0 meets it.
    """

    file: str
    variables: Annotated[Names, Field(min_length=1)]
    record: str | None = None
    tolerance: float | None = Field(default=None, ge=0)


class Calibrating(Noun):
    """Calibration to known totals of residents, from files.

    Parameters
    ----------
    method, bounds, tolerance
        As in :func:`lfs_migration.calibrate`.
    record : str
        Whose rows the totals count; the module's residents (``residents`` of its YAML) where none is named.
    unknown : str
        What to do with rows whose category is not known: an ``error``, or ``share``: they keep their share of the
        weights among all that have the categories that are known of them, and the totals of those are lowered by it.
    scale_to : str
        A file: margins of other files, of the same record, are scaled to its sum. Projections that are rounded to
        persons differ by a few, and two sums cannot both be met. The log has the factors.
    """

    margins: Annotated[tuple[KnownMargin, ...], Field(min_length=1), Listed]
    method: Method = "raking"
    bounds: Bounds | None = None
    tolerance: float | None = None
    record: str = ""
    unknown: Literal["error", "share"] = "share"
    scale_to: str = ""


class Comparing(Noun):
    """Known totals set beside the sums of weights, which stay as they are: where the office has calibrated already.

    Each margin is set beside the sample by itself: files may contradict each other.
    """

    margins: Annotated[tuple[KnownMargin, ...], Field(min_length=1), Listed]
    record: str = ""


class PersonWeights(Noun):
    """Residents get a weight of their own, at first their household's; for calibration of persons one by one."""

    record: str = ""


class ReferencePerson(Noun):
    """The household takes the weight of its reference person, where ``where`` is true; emigrants carry it."""

    where: str
    record: str = ""


class Multiplicity(Noun):
    """Rows of a record that several households could report.

    Parameters
    ----------
    households : str
        Expression: how many could; the weight is divided by it.
    record : str
        The record that the module is about where none is named.
    """

    households: str
    record: str = ""


Step = (
    BaseWeights
    | GivenWeights
    | Replicating
    | Nonresponse
    | Trimming
    | Calibrating
    | Comparing
    | PersonWeights
    | ReferencePerson
    | Multiplicity
)
STEPS: Mapping[str, type[Step]] = {
    "base_weights": BaseWeights,
    "given_weights": GivenWeights,
    "replicate": Replicating,
    "adjust_nonresponse": Nonresponse,
    "trim": Trimming,
    "calibrate": Calibrating,
    "compare": Comparing,
    "person_weights": PersonWeights,
    "reference_person": ReferencePerson,
    "multiplicity": Multiplicity,
}
"""The word of each step in a recipe."""
AT_ADDRESSES = (BaseWeights, Nonresponse)
"""Steps that need all visited addresses, not only those with an interview."""
AT_INTERVIEWS = (Calibrating, Comparing, PersonWeights, ReferencePerson, Multiplicity)
"""Steps that need the interviewed households, and who is in them."""


class MarginFile(Noun):
    """A file of known totals, one row a combination of codes.

    Parameters
    ----------
    path : str
        Name inside the data folder.
    format : str
    sheet : str
        Of a workbook; its first without it.
    columns : mapping of variable or category to column
    total : str
        Column of totals.
    source, date : str
        Where the totals come from, and the day that they are of.
    """

    path: str
    format: Literal["csv", "xlsx"] = "csv"
    encoding: str | None = None
    delimiter: str = ","
    sheet: str = ""
    columns: Annotated[dict[str, str], Field(min_length=1)]
    total: str
    source: str
    date: str
    note: str = ""


class Category(Noun):
    """A category of margins that is no variable of the codebook: an expression of whole numbers."""

    record: str
    value: str
    note: str = ""


class Recipe(Noun):
    """How the final weight comes about.

    Parameters
    ----------
    steps : tuple of (word, Step)
        In their order.
    margins : mapping of name to MarginFile
    categories : mapping of name to Category
    reference : str
    """

    reference: str
    steps: Annotated[tuple[tuple[str, Step], ...], Field(min_length=1)]
    margins: dict[str, MarginFile] = Field(default_factory=dict)
    categories: dict[str, Category] = Field(default_factory=dict)
    note: str = ""

    @property
    def at_addresses(self) -> int:
        """How many of the first steps are done at all visited addresses: those up to the last that needs them.

        Replicates that are made right after it are made there too: a sampling unit without an interview was drawn.
        """
        end = max((n for n, (_, step) in enumerate(self.steps, 1) if isinstance(step, AT_ADDRESSES)), default=0)
        return end + (0 < end < len(self.steps) and isinstance(self.steps[end][1], Replicating))

    @property
    def too_early(self) -> tuple[int, ...]:
        """Positions of steps that need the interviewed households, and come before one at the visited addresses."""
        first = self.steps[: self.at_addresses]
        return tuple(n for n, (_, step) in enumerate(first) if isinstance(step, AT_INTERVIEWS))
