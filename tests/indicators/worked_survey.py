"""Builds surveys from a few answers: what an office's files hold after their codes became the codebook's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from ruamel.yaml import YAML

import lfs_migration as lfm
from lfs_migration import catalog, frames
from lfs_migration.harmonise.mapping import Target
from lfs_migration.model.country import RecordMap, Rename
from lfs_migration.model.dataset import Dataset

Rows = list[dict[str, Any]]

COUNTRY = {"country": "ARM", "round_id": "2007", "stratum": "1", "int_year": 2007, "int_month": 6}
"""What every household has. The country lends its name, its regions and its profile of quality rules, no answers."""

ITEMS = tuple(f"rc_c{number:02}" for number in range(1, 18))


def edition_asking(variables: Mapping[str, tuple[str, ...]], parameters: Mapping[str, Any] | None = None):
    """Return an edition that asks some variables of each record, at every selected address."""
    country = catalog.load_country("armenia", "2007")
    records = {
        record: RecordMap(file="households", variables={name: Rename(column=name) for name in names},
                          covers="selected" if record == "household" else "all")
        for record, names in variables.items()
    }  # fmt: skip
    return country.model_copy(update={
        "records": records, "weighting": None, "synthetic": None,
        "parameters": {**country.parameters, **(parameters or {})},
    })  # fmt: skip


def survey(rows: Mapping[str, Rows], variables: Mapping[str, tuple[str, ...]], parameters=None) -> Dataset:
    """Return the survey of some rows, with its derived variables; an answer that a row does not have is empty."""
    edition = edition_asking(variables, parameters)
    codebook = catalog.load_codebook(edition=edition)
    records = {
        record: frames.frame({name: pa.array([row.get(name) for row in rows[record]], Target.of(codebook, name).type)
                              for name in names})
        for record, names in variables.items()
    }  # fmt: skip
    return lfm.derive(Dataset(records, codebook, edition, lfm.Design("w_hh", "stratum", "psu")))


def every_question() -> dict[str, tuple[str, ...]]:
    """Return every variable of the codebook that is asked, by record."""
    codebook = catalog.load_codebook()
    return {record: tuple(dict.fromkeys((*codebook.records[record].key, *asked_of(codebook, record))))
            for record in codebook.records}  # fmt: skip


def asked_of(codebook, record: str):
    """Yield the variables of a record that are asked."""
    return (v.name for v in codebook.variables.values() if v.record == record and not v.derived)


def worked(path: Path) -> tuple[Dataset, dict[str, Any]]:
    """Return the survey of a file of households, and its examples by indicator."""
    told = YAML(typ="safe").load(path)
    codebook, variables = catalog.load_codebook(), every_question()
    rows: dict[str, Rows] = {record: [] for record in variables}
    for household, records in told["households"].items():
        for record, answers in records.items():
            if record == "household":
                rows[record].append(spread(codebook, {**COUNTRY, "hh_id": household, **answers}))
                continue
            line = codebook.records[record].key[-1]
            for number, row in enumerate(answers, 1):
                rows[record].append(spread(codebook, {"hh_id": household, line: number, **row}))
    return survey(rows, variables, told["parameters"]), told["indicators"]


def spread(codebook, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with an answer for each option of a question of which several may be ticked.

    The options that were ticked are 1 and the others 2; a reason why there is no answer is that of every option. An
    item of the cost that is not written was not paid.
    """
    out: dict[str, Any] = {}
    if row.get("rc_elig") == 1:
        out |= dict.fromkeys(ITEMS, 0)
    for name, answer in row.items():
        multiple = codebook.multiples.get(name)
        if multiple is None:
            if name not in codebook.variables:
                raise ValueError(f"{name} is no question of the codebook")
            out[name] = answer
        else:
            for number, part in multiple.parts.items():
                out[part] = (1 if number in answer else 2) if isinstance(answer, list) else answer
    return out
