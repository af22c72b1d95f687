"""Tables of destinations for the tests of the map."""

from __future__ import annotations

from publish_nouns import cell, indicator, table

from lfs_migration.catalog.shapes import load_shapes

ATLAS = load_shapes()
ABROAD = indicator("E03", {"en": "Emigrants abroad"}, "total", "persons")
NAMES = {code: shape.label for code, shape in ATLAS.shapes.items()}
MOLDOVA = {
    "RUS": 160_000.4, "ITA": 55_000, "UKR": 20_000, "TUR": 12_000, "ROU": 9_000, "ISR": 8_000, "GRC": 7_000,
    "PRT": 6_500, "ESP": 6_000, "FRA": 5_000, "DEU": 4_800, "CZE": 4_000, "POL": 3_000, "CYP": 2_500, "IRL": 1_500,
    "BEL": 900, "AUT": 800, "LUX": 200, "MLT": 150, "USA": 3_000, "155_O": 700, "_O": 650, "_U": 90,
}  # fmt: skip
"""Many destinations, most of them near each other; a few of a size that nothing but the size tells."""
FEW = {"flag": "suppress", "why": "n < 20"}
CARE = {"flag": "caution", "why": "n < 50"}


def emigrants(sizes, *, hidden=(), care=(), labels=None):
    """A table of numbers by destination."""
    cells = [cell({"destination": "_T"}, "number", "persons", 400_000.0, 900.0, 5_000)]
    for code, size in sizes.items():
        flag = FEW if code in hidden else CARE if code in care else {}
        cells.append(cell({"destination": code}, "number", "persons", float(size), size / 10, 60, **flag))
    return table(ABROAD, ("destination",), cells, labels={"destination": NAMES | (labels or {})})


def moldova(**others):
    """The destinations of Moldova."""
    return emigrants(MOLDOVA, hidden=("IRL", "MLT"), care=("AUT", "TUR"), **others)
