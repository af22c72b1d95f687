"""Non-response in recipes: what the outcomes of visits mean, and the ways to adjust for those who did not answer."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, isfinite
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from lfs_migration.model.noun import Noun, Value


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


Listed = BeforeValidator(_tuple)
Names = Annotated[tuple[str, ...], Listed]
Codes = Annotated[tuple[Value, ...], Listed]
Bounds = Annotated[tuple[float, float], Listed]

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
    collapse: Annotated[tuple[Names, ...], Listed] = ()
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
