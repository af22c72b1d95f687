"""A survey of twenty-four households whose emigrants are in few and in many countries, made for tests of folding."""

from __future__ import annotations

from functools import lru_cache

import pyarrow as pa

import lfs_migration as lfm
from lfs_migration import catalog, frames
from lfs_migration.harmonise.mapping import Target
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.indicator import Indicator, Part, Profile

PLACES = {
    1: "RUS RUS GEO", 2: "RUS", 3: "RUS TUR", 4: "RUS TUR", 5: "USA", 6: "USA CAN", 7: "GEO", 8: "IRQ IRQ",
    9: "TUR", 10: "RUS", 11: "USA", 12: "UKR", 13: "NPL", 14: "XEU", 15: "", 16: "RUS IRQ", 17: "USA", 18: "ZZ9",
    19: "", 20: "TUR", 21: "RUS", 22: "", 23: "TUR", 24: "USA",
}  # fmt: skip
"""Destinations of the emigrants of each household: RUS 8, TUR 5, USA 5, IRQ 3, GEO 2; one of CAN, NPL, UKR, XEU, and
one that is not known."""
FOLD = {"destination": ("destination_subregion", "destination_region")}


def rule(n=3, households=1, **more):
    suppress = (f"n < {n}", f"households < {households}", "cv >= 9")
    return Profile(title={"en": "Small"}, suppress=suppress, caution=(), valid_from="", status="ours", reference="ours",
                   **more)  # fmt: skip


def indicator(kind="distribution", **changes):
    given = {
        "code": "X1", "title": {"en": "Emigrants"}, "kind": kind, "unit": "persons", "reference": "made for tests",
        "numerator": Part(record="emigrant", where="em_abroad"), "fold": FOLD,
        "of": ("destination",) if kind == "distribution" else (),
        "breakdowns": (("sex",),) if kind == "distribution" else (("destination",), ("destination", "sex")),
    }  # fmt: skip
    return Indicator(**{**given, **changes})


def _households():
    for number in range(1, 25):
        yield {
            "country": "ARM", "round_id": "2007", "hh_id": f"h{number}", "stratum": str(number % 2),
            "psu": str(number % 8), "region_code": "1", "urban": 1, "hh_result": 1, "int_year": 2007, "int_month": 6,
            "w_hh": 5.0 + number, "hh_em_any": 1, "hh_em_n": None, "rem_any": 2,
        }  # fmt: skip


def _emigrants():
    line = 0
    for household, places in PLACES.items():
        for place in places.split():
            line += 1
            yield {
                "hh_id": f"h{household}", "em_no": line, "em_sex": 1 + line % 2, "em_dest": place, "em_scope": 1,
                "em_status": 1, "em_age": 20 + line, "em_age_dep": 20, "em_reason": 2, "em_isced_dep": 3,
                "em_dep_year": 1990 + line % 17, "em_dep_month": 5,
            }  # fmt: skip


@lru_cache
def survey():
    edition = catalog.load_country("armenia")
    codebook = catalog.load_codebook(edition=edition)
    persons = [{"hh_id": f"h{n}", "per_no": 1, "per_sex": 1 + n % 2, "per_age": 40, "per_relation": 1} for n in PLACES]
    records = {}
    for record, rows in (("household", list(_households())), ("person", persons), ("emigrant", list(_emigrants()))):
        kinds = {name: Target.of(codebook, name).type for name in rows[0]}
        records[record] = frames.frame({n: pa.array([row[n] for row in rows], kind) for n, kind in kinds.items()})
    answered = {name for frame in records.values() for name in frame.columns}
    for record, variable in ((v.record, v) for v in codebook.variables.values() if not v.derived):
        if record in records and variable.name not in answered:
            empty = pa.nulls(len(records[record]), Target.of(codebook, variable.name).type)
            records[record] = frames.with_columns(records[record], {variable.name: empty})
    return lfm.derive(Dataset(records, codebook, edition, lfm.Design("w_hh", "stratum", "psu")))
