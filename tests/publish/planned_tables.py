"""Tables of a survey that was asked everything, made by hand from a module's plans and code lists."""

from __future__ import annotations

import itertools
import math

from publish_nouns import CARE, cell

from lfs_migration import catalog
from lfs_migration.model.results import TOTAL, UNKNOWN, Table
from lfs_migration.tabulate.tabulate import COMMON

HIDDEN = {"flag": "suppress", "why": "n < 20; cv >= 0.333"}
MOST = 8
"""Categories of a dimension at most; the last but one of them is hidden, the one before to be used with caution."""


def made(code, dimensions, module="emigration", country="armenia"):
    """A table with a figure for each category, no two of them alike."""
    edition = catalog.load_country(country)
    book, one = catalog.load_codebook(module), catalog.load_indicators(module)[code]
    labels = {name: {**_labels(one, name, book), **COMMON} for name in dimensions}
    codes = [[*itertools.islice((c for c in labels[name] if c not in COMMON), MOST), UNKNOWN, TOTAL]
             for name in dimensions]  # fmt: skip
    distributed = dimensions[-1] if one.kind == "distribution" and dimensions else ""
    statistic = "number" if one.kind == "total" else "share"
    cells = [
        _cell(dict(zip(dimensions, keys, strict=True)), number, one, statistic, code)
        for number, keys in enumerate(itertools.product(*codes))
        if not distributed or keys[-1] != TOTAL
    ]
    return Table(
        indicator=one, survey=edition.id, survey_title=edition.title, dimensions=dimensions,
        dimension_labels={name: one.question_label if name == one.question else book.dimensions[name].label
                          for name in dimensions},
        labels=labels, cells=tuple(cells), protection="default", notes=("A choice of the country.",),
    )  # fmt: skip


def everything(module="emigration"):
    """All that the module's profile shows and its exports ask for."""
    page, plans = catalog.load_profile_page(module), catalog.load_exports(module)
    wanted = [(one.indicator, one.by) for one in page.shown]
    wanted += [(file.indicator, one) for plan in plans.values() for file in plan.files.values() for one in file.tables]
    return tuple(made(code, dimensions, module) for code, dimensions in dict.fromkeys(wanted))


def _cell(keys, number, one, statistic, code):
    size = 1000.0 * (sum(map(ord, code)) % 97) if one.unit in ("persons", "households") else 2.0
    how = HIDDEN if number % 8 == 6 else CARE if number % 8 == 5 else {}
    return cell(keys, statistic, one.unit, size + 3.37 * number + math.pi, 0.4 + number / 50, 120 + number, **how)


def _labels(one, name, book):
    if name == one.question:
        return {code: option.label for code, option in one.options.items()}
    codelist = book.codelist_of(book.dimension_variable(name, one.numerator.record))
    if codelist is None:
        return {str(number): {"en": f"Region {number}"} for number in range(4)}
    return {str(code): entry.label for code, entry in codelist.codes.items()}
