"""A made-up office's survey of workers: its YAML, with names and codes of its own, and its file."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ruamel.yaml import YAML

from lfs_migration import catalog
from lfs_migration.model.codebook import Codebook, Variable
from lfs_migration.model.country import Edition
from lfs_migration.synth.answers import Survey, ask
from lfs_migration.synth.draw import Draws
from lfs_migration.synth.errors import listing, plant, plant_codes
from lfs_migration.synth.layout import Native
from lfs_migration.synth.native import to_native
from lfs_migration.synth.plan import Planted

STRATA, UNITS, WORKERS = 6, 5, 14
BY_ONE = 5
"""Sampling units that an interviewer visits."""
COUNTRIES = ("BHR", "KWT", "OMN", "QAT", "SAU", "ARE")
DESIGN = {"worker_id": "SERIAL", "stratum": "LAYER", "psu": "CLUSTER", "w_worker": "FACTOR"}
ABSENT = {"dont_know": 7, "refused": 8, "not_stated": 9}
"""Last figure of the office's codes for an absent answer; the figures before it are eights."""
KNOWN = ("IND", "NPL", "PHL", "BGD", "EGY")


@dataclass(frozen=True)
class Office:
    """The office's file and YAML, and the errors that stand in the file."""

    folder: Path
    edition: Edition
    codebook: Codebook
    planted: list[Planted]

    @property
    def yaml(self) -> Path:
        return self.folder / "dilmun-2008.yaml"


def office(folder: Path, *, without: tuple[str, ...] = ()) -> Office:
    """Write the survey into a folder; some questions may not be asked at all."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "dilmun-2008.yaml"
    with path.open("w", encoding="utf-8") as file:
        YAML().dump(described(catalog.load_codebook("worker"), without), file)
    edition = catalog.load_country(path)
    codebook = catalog.load_codebook("worker", edition)
    draws = Draws(8)
    plan = plant(answered(edition, codebook, draws), draws)
    sheet = plant_codes(plan, "worker", to_native(plan.survey, "worker", Native(), draws))
    with (folder / "workers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(sheet)
        writer.writerows(zip(*sheet.values(), strict=True))
    serials = plan.survey.records["worker"]["worker_id"]
    return Office(folder, edition, codebook, listing(plan, {str(serial): str(serial) for serial in serials}))


def described(codebook: Codebook, without: tuple[str, ...]) -> dict:
    """The edition's YAML: question numbers instead of names, codes counted from 21 on, others for absent answers."""
    asked = [v for v in codebook.variables_of("worker") if not v.derived and v.name not in (*DESIGN, *without)]
    maps = {name: {"column": column} for name, column in DESIGN.items()}
    for number, variable in enumerate(asked, 1):
        maps[variable.name] = mapped(variable, codebook, f"Q{number:02}")
    maps |= {"round_id": {"value": "2008"}, "int_year": {"value": 2008}}
    return {
        "country": "DIL", "name": "dilmun", "edition": "2008", "module": "worker", "title": {"en": "Dilmun 2008"},
        "reference": "made for tests", "layout": "ours", "languages": ["en"],
        "files": {"workers": {"path": "workers.csv", "format": "csv"}},
        "design": {"weight": "w_worker", "stratum": "stratum", "psu": "psu", "singletons": "fail"},
        "records": {"worker": {"file": "workers", "variables": maps}},
    }  # fmt: skip


def mapped(variable: Variable, codebook: Codebook, column: str) -> dict:
    width = max((len(str(code)) for code in variable.missing), default=3) + (variable.type != "code")
    absent = {int("8" * (width - 1) + str(figure)): why for why, figure in ABSENT.items() if variable.missing_code(why)}
    codelist = codebook.codelist_of(variable.name)
    if codelist is None or len(codelist.codes) > 50:
        absent = {str(code): why for code, why in absent.items()} if codelist else absent
        return {"column": column, "missing": absent}
    if codelist.is_text:
        return {"column": column, "codes": {f"{n:02}": c for n, c in enumerate(codelist.codes, 21)},
                "missing": {str(code): why for code, why in absent.items()}}  # fmt: skip
    return {"column": column, "codes": dict(enumerate(codelist.codes, 21)), "missing": absent}


def answered(edition: Edition, codebook: Codebook, draws: Draws) -> Survey:
    """Interviews without an error: answers drawn from the lists, then only those that the universes ask for."""
    size = STRATA * UNITS * WORKERS
    unit = np.repeat(np.arange(STRATA * UNITS), WORKERS)
    columns = {
        "worker_id": texts(np.arange(size) + 1), "stratum": texts(unit // UNITS + 1), "psu": texts(unit + 1),
        "w_worker": 50.0 + unit % 7, "round_id": texts(np.full(size, 2008)), "int_year": np.full(size, 2008.0),
        "interviewer": texts(unit // BY_ONE + 1),
        "gcc_country": np.array(COUNTRIES, dtype=object)[unit % STRATA],
    }  # fmt: skip
    mapped_here = edition.records["worker"].variables
    for variable in codebook.variables_of("worker"):
        if variable.name in mapped_here and variable.name not in columns:
            columns[variable.name] = drawn(variable, codebook, draws.uniform(variable.name, size))
    silent = {"gcc_delay": {"refused": 0.02}, "gcc_hours": {"dont_know": 0.02}, "gcc_wage_total": {"refused": 0.05},
              "gcc_contract": {"not_stated": 0.02}, "gcc_service_years": {"dont_know": 0.03}}  # fmt: skip
    silent = {name: shares for name, shares in silent.items() if name in columns}
    return ask(Survey(codebook, edition, {"worker": agreeing(columns)}), "worker", silent, draws)


def drawn(variable: Variable, codebook: Codebook, u: np.ndarray) -> np.ndarray:
    codelist = codebook.codelist_of(variable.name)
    if variable.name == "gcc_nat":
        return np.array(KNOWN, dtype=object)[(u * len(KNOWN)).astype(int)]
    if codelist is not None:
        codes = list(codelist.codes)
        kind = object if codelist.is_text else float
        return np.array(codes, dtype=kind)[np.floor(u * len(codes)).astype(int)]
    low, high = variable.range or (0, None)
    high = high if high is not None else 4000
    return np.floor((low or 0) + u * (high - (low or 0) + 1))


def agreeing(columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Answers that go together, so that no rule finds anything."""
    out = dict(columns)
    stay = np.floor(1 + columns["gcc_age"] % 12)
    out["gcc_arr_year"] = 2008 - np.minimum(stay, columns["gcc_age"] - 14)
    out["gcc_service_years"] = np.minimum(columns["gcc_service_years"], 2008 - out["gcc_arr_year"])
    out["gcc_wage_total"] = 1500 + columns["gcc_wage_total"]
    out["gcc_wage_basic"] = np.minimum(columns["gcc_wage_basic"], out["gcc_wage_total"])
    out["gcc_notice_days"] = np.where(columns["gcc_end"] == 4, 0, columns["gcc_notice_days"])
    out["gcc_isced"] = np.where(columns["gcc_age"] < 23, np.minimum(columns["gcc_isced"], 3), columns["gcc_isced"])
    out["gcc_hours"] = 1 + columns["gcc_hours"] % 98
    none = columns["gcc_socprot__8"] == 1
    for part in range(1, 8):
        name = f"gcc_socprot__{part}"
        out[name] = np.where(none, 2.0, columns[name])
    # Who has not none has some.
    out["gcc_socprot__1"] = np.where(none, 2.0, 1.0)
    return out


def texts(numbers: np.ndarray) -> np.ndarray:
    return np.array([str(int(number)) for number in numbers], dtype=object)
