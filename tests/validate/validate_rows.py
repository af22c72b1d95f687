"""A small, clean, harmonised survey in the codes of the Armenian edition."""

from __future__ import annotations

from functools import lru_cache

import pyarrow as pa

import lfs_migration as lfm
from lfs_migration import catalog, frames
from lfs_migration.harmonise.mapping import Target
from lfs_migration.model.dataset import Dataset


def household(number, **answers):
    return {
        "country": "ARM", "round_id": "2007", "hh_id": f"h{number}", "stratum": "1", "psu": f"{number % 2}",
        "region_code": "1", "urban": 1, "hh_result": 1, "int_year": 2007, "int_month": 6,
        "int_day": 5, "interviewer": "1", "w_hh": 100.0, "p_psu": 0.05, "p_dwelling": 0.2,
        "mod_selected": 1, "hh_em_any": 2, "hh_em_n": None, "rem_any": 2, **answers,
    }  # fmt: skip


def person(number, line, **answers):
    return {"hh_id": f"h{number}", "per_no": line, "per_sex": 1, "per_age": 40, "per_relation": 1, "per_isced": 3,
            "per_lfstat": 1, **answers}  # fmt: skip


def emigrant(number, line, **answers):
    return {
        "hh_id": f"h{number}", "em_no": line, "em_scope": 1, "em_status": 1, "em_sex": 1,
        "em_age": 30, "em_age_dep": 27,
        "em_relation": 3, "em_isced_dep": 3, "em_dep_year": 2004, "em_dep_month": 6, "em_reason": 2, "em_dest": "RUS",
        "em_stay_plan": 5, "em_ret_year": None, "em_ret_month": None, "em_act_before": 3, "em_act_now": 1,
        "em_rem_any": 1, "em_rem_cash": 1000.0, **answers,
    }  # fmt: skip


def clean():
    """Rows by record: household 1 has an emigrant abroad and one who returned, household 2 one inside the country."""
    returned = {"em_status": 2, "em_sex": 2, "em_stay_plan": None, "em_ret_year": 2006, "em_ret_month": 3,
                "em_act_now": None, "em_rem_any": None, "em_rem_cash": None}  # fmt: skip
    inside = {"em_scope": 2, "em_status": None, "em_dest": None, "em_reason": None, "em_stay_plan": None,
              "em_act_before": None, "em_act_now": None, "em_rem_any": None, "em_rem_cash": None}  # fmt: skip
    return {
        "household": [
            household(1, hh_em_any=1, hh_em_n=2, rem_any=1),
            household(2, hh_em_any=1, hh_em_n=1),
            household(3),
        ],
        "person": [
            person(1, 1),
            person(1, 2, per_age=3, per_isced=None, per_lfstat=None, per_relation=3),
            person(2, 1),
            person(3, 1),
        ],
        "emigrant": [emigrant(1, 1), emigrant(1, 2, **returned), emigrant(2, 1, **inside)],
    }


@lru_cache
def armenia():
    edition = catalog.load_country("armenia")
    return edition, catalog.load_codebook(edition=edition)


def dataset(rows, **extra):
    """Make a harmonised data set from rows."""
    edition, codebook = armenia()
    records = {}
    for record, entries in rows.items():
        names = {name: Target.of(codebook, name).type for name in clean()[record][0]}
        columns = {name: pa.array([row[name] for row in entries], kind) for name, kind in names.items()}
        records[record] = frames.frame(columns)
    chosen = edition.design
    design = lfm.Design(
        chosen.weight, chosen.stratum, chosen.psu, singletons=chosen.singletons, record_weights=chosen.record_weights
    )
    return lfm.derive(Dataset(records, codebook, edition, design, **extra))


def check(rows, **extra):
    """Validate rows."""
    return lfm.validate(dataset(rows, **extra))
