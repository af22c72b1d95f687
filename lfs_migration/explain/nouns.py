"""What an explanation holds: values alone, so that text and JSON say the same."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from lfs_migration.explain.counted import Checked, Funnel, Value
from lfs_migration.explain.judged import Judgement, Spread, Weighting
from lfs_migration.explain.sources import Ingredient

Hidden = Literal["", "quality", "disclosure"]


@dataclass(frozen=True)
class Place:
    """The code of a figure in a dimension.

    Parameters
    ----------
    dimension, heading, code, label : str
    folded : tuple of str
        Codes, with their labels, that were too few to stand alone and are together in it.
    """

    dimension: str
    heading: str
    code: str
    label: str
    folded: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figure:
    """A figure as it is published.

    Parameters
    ----------
    indicator, title, survey, statistic, unit : str
    cell : tuple of Place
        Without the dimensions that it is a total over.
    estimate, se, cv, ci_low, ci_high, df : float, optional
        None where undefined, or hidden.
    n, households : int, optional
        Rows and units of the sample behind it; None where disclosure control hides them.
    units : str
        What ``households`` counts.
    flag : str
    hidden : str
        What hides it: the rules of ``quality`` or of ``disclosure``; empty where nothing does.
    reasons : tuple of str
        The rules that hide it, or ask for caution, in words.
    protection : str
        Name of the rules of disclosure control; empty where none were applied.
    changed : str
        How disclosure control changed it without hiding it: ``rounded`` or ``perturbed``.
    confidential : bool
        Whether more is told than may be published.
    """

    indicator: str
    title: str
    survey: str
    statistic: str
    unit: str
    cell: tuple[Place, ...]
    estimate: float | None
    se: float | None
    cv: float | None
    ci_low: float | None
    ci_high: float | None
    df: float | None
    n: int | None
    households: int | None
    units: str
    flag: str
    hidden: Hidden
    reasons: tuple[str, ...]
    protection: str
    changed: str = ""
    confidential: bool = False

    @property
    def closed(self) -> bool:
        """Whether what it is made of must not be told."""
        return not self.confidential and bool(self.hidden or self.changed)


@dataclass(frozen=True)
class Condition:
    """A part of an indicator.

    Parameters
    ----------
    role : str
        ``counted``, ``numerator``, ``denominator``, ``beside`` it, or what an option is.
    record : str
    label : str
        Of the record.
    where, words : str
        The rows, in the rule language and in words; empty where the codebook has none.
    value : str
        What is summed; rows are counted where it is empty.
    """

    role: str
    record: str
    label: str
    where: str
    words: str
    value: str


@dataclass(frozen=True)
class Definition:
    """What an indicator is.

    Parameters
    ----------
    kind, statement : str
        Its kind, and what is computed, in a sentence.
    parts : tuple of Condition
    universe : mapping of record to str
        Rows of a record that the module is about.
    weights : str
    coverage, notes, choices : tuples of str
        What a survey cannot see; notes of its tables; what the country chose.
    reference : str
    """

    kind: str
    statement: str
    parts: tuple[Condition, ...]
    universe: Mapping[str, str]
    weights: str
    coverage: tuple[str, ...]
    notes: tuple[str, ...]
    choices: tuple[str, ...]
    reference: str


@dataclass(frozen=True)
class Explanation:
    """How a figure was made.

    Parameters
    ----------
    figure : Figure
    definition : Definition
    variables : tuple of Ingredient
    funnels : tuple of Funnel
        Empty where the figure is hidden.
    weighting : Weighting
    value : Value, optional
        None where the figure is hidden.
    spread : Spread
    judgement : Judgement
    checked : Checked, optional
        None where the figure is hidden.
    """

    figure: Figure
    definition: Definition
    variables: tuple[Ingredient, ...]
    funnels: tuple[Funnel, ...]
    weighting: Weighting
    value: Value | None
    spread: Spread
    judgement: Judgement
    checked: Checked | None

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain values, as JSON has them; what is undefined is None."""
        out: dict[str, Any] = _plain(asdict(self))
        if self.value is not None:
            out["value"]["agrees"] = self.value.agrees
        for held, funnel in zip(out["funnels"], self.funnels, strict=True):
            held["adds_up"] = funnel.adds_up
        return out

    def lines(self) -> list[str]:
        """Return it as lines of text."""
        from lfs_migration.explain.lines import lines_of

        return list(lines_of(self))

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def __repr__(self) -> str:
        """Return what it is about, and no figure: one that is hidden must not be kept in a notebook."""
        cell = ",".join(f"{place.dimension}={place.code}" for place in self.figure.cell)
        return f"<Explanation of {self.figure.indicator}{f' {cell}' if cell else ''} of {self.figure.survey}>"


def _plain(value: Any) -> Any:
    """Return a value with lists for tuples, and nothing for numbers that are none."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
