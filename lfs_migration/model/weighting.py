"""A recipe of weights: from selection probabilities to the final weight, one line of a country's file a step."""

from __future__ import annotations

from collections.abc import Mapping
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
        Of the factors.
    """

    categories: Names = ()
    numbers: Names = ()
    method: Literal["raking", "linear", "logit"] = "raking"
    bounds: Bounds | None = None


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
    households: float | None = None
    within: float = 0.1


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


class KnownMargin(Noun):
    """A margin: a file of totals, and which of its variables are crossed."""

    file: str
    variables: Annotated[Names, Field(min_length=1)]


class Calibrating(Noun):
    """Calibration to known totals of residents, from files.

    Parameters
    ----------
    record : str
        Whose rows the totals count: residents or households.
    unknown : str
        What to do with rows whose category is not known: an ``error``, or ``share``: they keep their share of the
        weights, and the known totals of the margin are lowered by it.
    """

    margins: Annotated[tuple[KnownMargin, ...], Field(min_length=1), _Listed]
    method: Method = "raking"
    bounds: Bounds | None = None
    tolerance: float | None = None
    record: str = "person"
    unknown: Literal["error", "share"] = "share"


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
    BaseWeights | GivenWeights | Nonresponse | Trimming | Calibrating | PersonWeights | ReferencePerson | Multiplicity
)
STEPS: Mapping[str, type[Step]] = {
    "base_weights": BaseWeights,
    "given_weights": GivenWeights,
    "adjust_nonresponse": Nonresponse,
    "trim": Trimming,
    "calibrate": Calibrating,
    "person_weights": PersonWeights,
    "reference_person": ReferencePerson,
    "multiplicity": Multiplicity,
}
"""The word of each step in a recipe."""


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
    columns: dict[str, str]
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
