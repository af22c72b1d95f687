"""Tables made by hand from the nouns, for the tests of this folder."""

from __future__ import annotations

import math

from lfs_migration.model.indicator import Indicator, Part
from lfs_migration.model.results import Cell, Table

SURVEY = {"en": "Labour Migration Survey 2007, Armenia", "fr": "Enquête sur la migration de travail 2007, Arménie"}
SEX = {"1": {"en": "Men", "fr": "Hommes"}, "2": {"en": "Women", "fr": "Femmes"}}
COUNTRIES = {
    "RU": {"en": "Russian Federation", "fr": "Fédération de Russie"},
    "NO": {"en": "Norway", "fr": "Norvège"},
    "NA": {"en": "Namibia", "fr": "Namibie"},
    "004": {"en": "Afghanistan (numeric code)"},
}
REASONS = {
    "work": {"en": "Work", "fr": "Travail"},
    "family": {"en": "Family", "fr": "Famille"},
    "_U": {"en": "Not known"},
}
DIMENSIONS = {
    "sex": {"en": "Sex", "fr": "Sexe"},
    "destination": {"en": "Country of destination", "fr": "Pays de destination"},
    "reason": {"en": "Main reason", "fr": "Motif principal"},
}
COVERAGE = {
    "whole_households": {
        "en": "Households that left as a whole are missing: nobody is there to report them.",
        "fr": "Les ménages partis en entier manquent.",
    }
}
LABELS = {"sex": SEX, "destination": COUNTRIES, "reason": REASONS}


def cell(keys, statistic, unit, estimate, se, n, *, flag="publish", why=""):
    """A cell with plain limits and a household for each three rows."""
    return Cell(
        keys=keys,
        statistic=statistic,
        unit=unit,
        estimate=estimate,
        se=se,
        cv=se / abs(estimate) if estimate else math.nan,
        ci_low=estimate - 1.98 * se,
        ci_high=estimate + 1.98 * se,
        df=112.0,
        n=n,
        households=n - n // 3,
        unknown_share=0.02,
        flag=flag,
        why=why,
    )


def indicator(code, title, kind, unit, **others):
    """An indicator over emigrants."""
    return Indicator(
        code=code,
        title=title,
        kind=kind,
        unit=unit,
        numerator=Part(record="emigrant"),
        reference="ILO emigration module, 2006",
        coverage=("whole_households",),
        **others,
    )


def table(ind, dimensions, cells, *, synthetic=True, labels=LABELS, names=DIMENSIONS, notes=()):
    """A table of the survey."""
    return Table(
        indicator=ind,
        survey="armenia-2007",
        survey_title=SURVEY,
        dimensions=dimensions,
        dimension_labels=names,
        labels=labels,
        cells=tuple(cells),
        protection="default",
        synthetic=synthetic,
        notes=notes,
    )


STOCK = indicator(
    "E03", {"en": "Emigrants abroad reported by households", "fr": "Émigrés déclarés"}, "total", "persons"
)
RATE = indicator("E02", {"en": "Households with an emigrant"}, "ratio", "per cent", per=100)
DESTINATION = indicator(
    "E14",
    {"en": "Emigrants by destination", "fr": "Émigrés selon la destination"},
    "distribution",
    "per cent",
    of=("destination",),
    per=100,
    totals=True,
    note={"en": "Shares are of the emigrants whose destination is known."},
)
REASON = indicator("E17", {"en": "Emigrants by reason"}, "distribution", "per cent", of=("reason",), per=100)
FEW = {"flag": "suppress", "why": "n < 20"}
CARE = {"flag": "caution", "why": "cv >= 0.165"}


def stock_by_sex():
    """Totals, the second of them 0.1 + 0.2 away from whole."""
    return table(
        STOCK,
        ("sex",),
        [
            cell({"sex": "_T"}, "total", "persons", 104_210.6, 4_120.0, 1_204),
            cell({"sex": "1"}, "total", "persons", 93_400 + 0.1 + 0.2, 3_900.5, 1_090),
            cell({"sex": "2"}, "total", "persons", 10_810.3, 2_010.0, 114, **CARE),
        ],
    )


def destinations():
    """Shares and numbers, one suppressed, one that cannot be computed."""
    shares = [("_T", 100.0, 0.0, 1180), ("RU", 93.1, 1.1, 1101), ("NO", 3.4, 0.8, 41), ("004", 2.6, 0.5, 30)]
    cells = [cell({"destination": code}, "share", "per cent", *rest) for code, *rest in shares]
    cells.append(cell({"destination": "NA"}, "share", "per cent", 0.9, 0.45, 8, **FEW))
    numbers = [("_T", 102_000.0, 4_100.0, 1180), ("RU", 94_962.0, 3_900.0, 1101), ("NO", 3_468.0, 820.0, 41)]
    cells += [cell({"destination": code}, "total", "persons", *rest) for code, *rest in numbers]
    cells.append(cell({"destination": "NA"}, "total", "persons", 918.0, 459.0, 8, **FEW))
    cells.append(cell({"destination": "004"}, "total", "persons", math.nan, math.nan, 0))
    return table(DESTINATION, ("destination",), cells)


def reasons_by_sex():
    """Two dimensions."""
    cells = []
    for sex, work, n in (("_T", 88.2, 1150), ("1", 92.5, 1044), ("2", 51.0, 106)):
        cells.append(cell({"sex": sex, "reason": "_T"}, "share", "per cent", 100.0, 0.0, n))
        cells.append(cell({"sex": sex, "reason": "work"}, "share", "per cent", work, 130 / n + 1, n))
        family = {"flag": "caution", "why": "n < 50"} if sex == "2" else {}
        cells.append(cell({"sex": sex, "reason": "family"}, "share", "per cent", 100 - work, 130 / n + 1, n, **family))
    return table(REASON, ("sex", "reason"), cells, notes=("The unknown are left out.",))


def households():
    """A rate without a breakdown."""
    return table(RATE, (), [cell({}, "ratio", "per cent", 16.2, 0.9, 2_500)])
