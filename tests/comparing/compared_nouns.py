"""Tables made by hand from the nouns, for the tests of comparisons."""

from __future__ import annotations

import math

from lfs_migration.model.indicator import Indicator, Part
from lfs_migration.model.results import Cell, Table

SEX = {"1": {"en": "Men"}, "2": {"en": "Women"}}
COMMON = {"_O": {"en": "Other"}, "_U": {"en": "Not known"}, "_T": {"en": "Total"}}
AREAS = {"RUS": {"en": "Russia"}, "ESP": {"en": "Spain"}, "004": {"en": "Afghanistan"}}


def cell(keys, estimate, se=1.0, *, n=100, df=30.0, flag="publish", statistic="number", unit="persons"):
    cv = se / abs(estimate) if estimate else math.nan
    limits = (estimate - 2 * se, estimate + 2 * se)
    return Cell(keys, statistic, unit, estimate, se, cv, *limits, df, n, n // 2, 0.0, flag)


def indicator(code="T1", title="Who left", where="left", **others):
    part = Part(record="mover", where=where)
    facts = {"kind": "total", "unit": "persons", "numerator": part, "reference": "made for tests", **others}
    return Indicator(code=code, title={"en": title}, **facts)


def table(survey, dimensions, cells, *, of=None, labels=None, notes=(), synthetic=False):
    own = labels or {"sex": SEX, "destination": AREAS}
    return Table(
        indicator=of or indicator(),
        survey=survey,
        survey_title={"en": survey.title()},
        dimensions=dimensions,
        dimension_labels={d: {"en": d} for d in dimensions},
        labels={d: {**own[d], **COMMON} for d in dimensions},
        cells=tuple(cells),
        synthetic=synthetic,
        notes=notes,
    )
