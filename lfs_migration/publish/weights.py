"""The weights: their diagnostics as a file, and as a section of the report with a picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lfs_migration.files import csv_line, write_lines
from lfs_migration.publish.data.tidy import disarm
from lfs_migration.publish.figures import show, stable
from lfs_migration.publish.words import phrase, phrases
from lfs_migration.weights.diagnose import BETWEEN, SHARE, Diagnostic

HEAD = ("step", "measure", "category", "value", "survey")
WIDTH, HEIGHT = 480, 120
MEASURES = ("weights", "sum", "smallest", "largest", "kish_design_effect")
RATES = ("RR1", "RR3", "RR5", "contact", "refusal", "abroad")


def write_weights(diagnostics: Iterable[Diagnostic], path: Path | str, survey: str) -> Path:
    """Write diagnostics of weights as a CSV file, one row a number.

    Parameters
    ----------
    diagnostics : iterable of Diagnostic
    path : path
    survey : str
        Title, which says so when the data are synthetic.

    Returns
    -------
    Path
    """
    rows = [HEAD, *((d.step, d.measure, d.category, _shown(d.value), survey) for d in diagnostics)]
    return write_lines(path, (csv_line(map(disarm, row)) for row in rows), private=True)


def _shown(value: float | str) -> str:
    if isinstance(value, str):
        return value
    number = stable(float(value))
    return "" if number is None else repr(int(number) if number.is_integer() else number)


@dataclass(frozen=True)
class Column:
    """One bar of the picture, in its units."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Weighting:
    """What the report says of the weights.

    Parameters
    ----------
    steps : tuple of (step, weights, sum, smallest, largest, Kish's design effect)
        Of those that made weights.
    rates : tuple of (rate, unweighted, weighted)
    rows : tuple of (step, measure, category, value)
        Without households: the report is for publication.
    bars : tuple of Column
        The number of weights in classes of equal width.
    low, high : str
        Ends of the picture.
    """

    steps: tuple[tuple[str, ...], ...]
    rates: tuple[tuple[str, ...], ...]
    rows: tuple[tuple[str, str, str, str], ...]
    bars: tuple[Column, ...]
    low: str
    high: str


def weighting_of(diagnostics: Sequence[Diagnostic], language: str = "en") -> Weighting:
    """Return what the report says of the weights."""
    classes = [d for d in diagnostics if d.measure == BETWEEN]
    rows = tuple(
        (d.step, d.measure.replace("_", " "), d.category.replace("_", " "), _readable(d.value, language))
        for d in diagnostics
        if d.measure not in (BETWEEN, SHARE)
    )
    ends = _ends(classes, language)
    bars = tuple(_bars([float(d.value) for d in classes]))
    return Weighting(tuple(_steps(diagnostics, language)), tuple(_rates(diagnostics, language)), rows, bars, *ends)


def _ends(classes: Sequence[Diagnostic], language: str) -> tuple[str, str]:
    if not classes:
        return "", ""
    low, high = classes[0].category.split(" to ")[0], classes[-1].category.split(" to ")[1]
    return show(float(low), 1, language), show(float(high), 1, language)


def _steps(diagnostics: Sequence[Diagnostic], language: str) -> Iterator[tuple[str, ...]]:
    """Yield the steps that made weights, with what came of them."""
    found = {(d.step, d.measure): d.value for d in diagnostics if not d.category}
    for step in dict.fromkeys(d.step for d in diagnostics):
        word = f"step_{step.partition(' ')[2]}"
        if word in phrases() and (step, "sum") in found:
            yield phrase(word, language), *(_readable(found.get((step, name), ""), language) for name in MEASURES)


def _rates(diagnostics: Sequence[Diagnostic], language: str) -> Iterator[tuple[str, ...]]:
    """Yield response rates in per cent, of addresses and weighted."""
    found = {(d.measure, d.category): d.value for d in diagnostics if d.measure in ("rates", "weighted_rates")}
    for name in RATES:
        if ("rates", name) in found:
            each = (float(found[measure, name]) for measure in ("rates", "weighted_rates"))
            yield phrase(f"rate_{name}", language), *(show(100 * rate, 1, language) for rate in each)


def _readable(value: float | str, language: str) -> str:
    if isinstance(value, str):
        return value
    whole = float(value).is_integer() or abs(value) >= 1000
    return show(float(value), 0 if whole else 3, language)


def _bars(counts: Sequence[float]) -> Iterator[Column]:
    """Yield the bars of a histogram.

    Examples
    --------
    >>> [bar.height for bar in _bars([2, 0, 1])]
    [120.0, 60.0]
    """
    width, most = WIDTH / max(len(counts), 1), max(counts, default=0) or 1
    for place, count in enumerate(counts):
        if count:
            height = round(HEIGHT * count / most, 1)
            yield Column(round(place * width, 1), round(HEIGHT - height, 1), round(width - 1, 1), height)
