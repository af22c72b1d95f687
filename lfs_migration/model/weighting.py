"""A recipe of weights: from selection probabilities to the final weight, one line of a country's file a step."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, isfinite
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from lfs_migration.model.calibration import Method
from lfs_migration.model.noun import Noun, Value


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


_Listed = BeforeValidator(_tuple)
Names = Annotated[tuple[str, ...], _Listed]
Codes = Annotated[tuple[Value, ...], _Listed]
Bounds = Annotated[tuple[float, float], _Listed]

OutcomeClass = Literal["respondent", "nonrespondent", "unknown", "ineligible", "abroad"]
"""What an address that was visited is: of unknown eligibility is one where nobody could tell whether a household lives
there; ``abroad`` is a household that left as a whole, which no resident can report."""


class Outcomes(Noun):
    """What the outcomes of visits mean.

    Parameters
    ----------
    variable : str
        Outcome of each visited address, replacements among them.
    classes : mapping of class to tuple of codes
        ``respondent``, ``nonrespondent`` (eligible), ``unknown`` eligibility, ``ineligible``, ``abroad``.
    partial : tuple of codes
        Respondents whose interview is not complete.
    refused, other : tuple of codes
        Non-respondents who were met: those who refused, and those kept from answering by language or health. The rest
        was not met.
    """

    variable: str
    classes: Mapping[OutcomeClass, Codes]
    partial: Codes = ()
    refused: Codes = ()
    other: Codes = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        codes = [code for own in self.classes.values() for code in own]
        twice = next((code for code in codes if codes.count(code) > 1), None)
        if twice is not None:
            raise ValueError(f"the outcome {twice!r} is in two classes")
        if not self.classes.get("respondent"):
            raise ValueError("no outcome is a respondent's")
        parts: tuple[tuple[str, OutcomeClass], ...] = (
            ("partial", "respondent"), ("refused", "nonrespondent"), ("other", "nonrespondent")
        )  # fmt: skip
        for part, whole in parts:
            strange = [code for code in getattr(self, part) if code not in self.classes.get(whole, ())]
            if strange:
                raise ValueError(f"{part}: the outcome {strange[0]!r} is not among those of class {whole}")
        return self


class Cells(Noun):
    """Weighting cells, and the coarser ones into which those that are too thin collapse.

    Parameters
    ----------
    by : tuple of str
        Variables whose combinations are the cells; without one the whole sample is a cell.
    collapse : tuple of tuples of str
        Coarser cells, in the order in which they are tried; the cells of one contain whole cells of that before it.
    minimum : int
        Fewest respondents of a cell.
    maximum : float
        Largest factor of a cell.
    """

    by: Names = ()
    collapse: Annotated[tuple[Names, ...], _Listed] = ()
    minimum: int = Field(default=1, ge=1)
    maximum: float = Field(default=float("inf"), gt=1)


class Propensity(Noun):
    """A logistic model of response.

    Parameters
    ----------
    categories, numbers : tuple of str
        Variables that enter as categories, and expressions that enter as numbers.
    classes : int
        Classes of equal numbers of addresses by predicted propensity, within which the response rate is inverted; 0
        inverts each address's own propensity.
    """

    categories: Names = ()
    numbers: Names = ()
    classes: int = Field(default=5, ge=0)


class ToSample(Noun):
    """Calibration of the respondents to the totals of respondents and non-respondents together.

    Parameters
    ----------
    categories, numbers : tuple of str
        What is known of both: variables whose categories, and expressions whose sums, are the auxiliaries.
    method : str
    bounds : (low, high), optional
        Of the factors, around 1; ``logit`` needs them.
    """

    categories: Names = ()
    numbers: Names = ()
    method: Literal["raking", "linear", "logit"] = "raking"
    bounds: Bounds | None = None

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        low, high = self.bounds or (0.0, inf)
        if not 0 <= low < 1 < high:
            raise ValueError(f"the bounds {low:g} and {high:g} are not around 1, the low one at least 0")
        if self.method == "logit" and not (self.bounds and isfinite(high)):
            raise ValueError("the method 'logit' needs two bounds, such as [0.5, 3]")
        return self


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


class Nonresponse(Noun):
    """Adjustment for unknown eligibility, then for non-response; one of the three ways."""

    outcomes: Outcomes
    unknown: Cells = Cells()
    cells: Cells | None = None
    propensity: Propensity | None = None
    calibration: ToSample | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(way is not None for way in (self.cells, self.propensity, self.calibration)) != 1:
            raise ValueError("one of cells, propensity and calibration says how")
        return self

    @property
    def way(self) -> Cells | Propensity | ToSample:
        """How non-response is adjusted for."""
        way = self.cells or self.propensity or self.calibration
        assert way is not None
        return way


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
        Whose rows the totals count: residents or households.
    unknown : str
        What to do with rows whose category is not known: an ``error``, or ``share``: they keep their share of the
        weights among all that have the categories that are known of them, and the totals of those are lowered by it.
    scale_to : str
        A file: margins of other files, of the same record, are scaled to its sum. Projections that are rounded to
        persons differ by a few, and two sums cannot both be met. The log has the factors.
    """

    margins: Annotated[tuple[KnownMargin, ...], Field(min_length=1), _Listed]
    method: Method = "raking"
    bounds: Bounds | None = None
    tolerance: float | None = None
    record: str = "person"
    unknown: Literal["error", "share"] = "share"
    scale_to: str = ""


class Comparing(Noun):
    """Known totals set beside the sums of weights, which stay as they are: where the office has calibrated already.

    Each margin is set beside the sample by itself: files may contradict each other.
    """

    margins: Annotated[tuple[KnownMargin, ...], Field(min_length=1), _Listed]
    record: str = "person"


class PersonWeights(Noun):
    """Residents get a weight of their own, at first their household's; for calibration of persons one by one."""

    record: str = "person"


class ReferencePerson(Noun):
    """The household takes the weight of its reference person, where ``where`` is true; emigrants carry it."""

    where: str
    record: str = "person"


class Multiplicity(Noun):
    """Rows of a record that several households could report.

    Parameters
    ----------
    households : str
        Expression: how many could; the weight is divided by it.
    """

    households: str
    record: str = "emigrant"


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
