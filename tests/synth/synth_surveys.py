"""Surveys that several tests look at: the four pilots, made once, and a small edition of the tests' own."""

from __future__ import annotations

import importlib.util
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import ModuleType

import numpy as np

from lfs_migration import catalog, synth
from lfs_migration.expr import parse
from lfs_migration.frames import Frame, FrameScope, frame, take, truth
from lfs_migration.harmonise import harmonise, read
from lfs_migration.harmonise.recoding import one
from lfs_migration.model.country import Edition
from lfs_migration.model.dataset import Dataset
from lfs_migration.synth import Planted

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("armenia", "ecuador", "egypt", "thailand")
_FOLDER = tempfile.TemporaryDirectory(prefix="pilots")


@dataclass(frozen=True)
class Pilot:
    """A freshly generated pilot."""

    edition: Edition
    folder: Path
    planted: list[Planted]


@lru_cache
def pilot(name: str) -> Pilot:
    edition = catalog.load_country(name)
    folder = Path(_FOLDER.name) / edition.id
    return Pilot(edition, folder, generated(edition, folder))


@lru_cache
def harmonised(name: str) -> Dataset:
    return harmonise(read(pilot(name).folder, pilot(name).edition))


def in_file_order(name: str, record: str) -> Frame:
    """The answers of a pilot's record in the order of its file, which is that of the draws."""
    data = read(pilot(name).folder, pilot(name).edition)
    mapped = data.country.records[record]
    native = data.records[mapped.file]
    if mapped.where:
        scope = FrameScope(native, {}, lambda _: {}, lambda *_: {}, {})
        native = take(native, np.flatnonzero(truth(native, parse(mapped.where), scope) == 1))
    return frame({variable: one(data, record, variable, native).values for variable in mapped.variables})


def generated(edition: Edition, folder: Path) -> list[Planted]:
    return synth.generate(edition, catalog.load_codebook(edition.module, edition), folder)


@lru_cache
def script() -> ModuleType:
    """The script ``make_pilots``, which is in no package."""
    spec = importlib.util.spec_from_file_location("make_pilots", ROOT / "scripts" / "make_pilots.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def small(folder: Path, *changes: tuple[str, str]) -> Edition:
    """The small edition, some of its text replaced."""
    text = SMALL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "small-2010.yaml"
    path.write_text(text.lstrip(), "utf-8")
    return catalog.load_country(path)


SMALL = """
country: SML
name: small
edition: "2010"
module: emigration
title: {en: A small edition}
reference: ours
layout: ours
languages: [en]
files:
  households: {path: hh.csv, format: csv, encoding: utf-8, delimiter: ";", decimal: ","}
  lists: {path: lists.csv, format: csv, encoding: utf-8}
design: {weight: w_hh, stratum: stratum, psu: psu, singletons: fail}
parameters: {roster: all}
codelists:
  REGION:
    label: {en: Region}
    source: ours
    codes: {'01': {en: North}, '02': {en: South}}
records:
  household:
    file: households
    variables:
      country: {value: SML}
      round_id: {value: "2010"}
      hh_id: {columns: [psu_no, hh_no], widths: [4, 2]}
      stratum: {columns: [reg, area]}
      psu: {column: psu_no}
      region_code: {column: reg, codes: {'N': '01', 'S': '02'}}
      urban: {column: area, codes: {'1': 1, '2': 2}}
      int_year: {column: year, calendar: buddhist}
      int_month: {column: month}
      w_hh: {column: weight}
      hh_em_any: {column: any, codes: {'1': 1, '2': 2}}
      hh_em_n: {column: number}
  emigrant:
    file: lists
    variables:
      hh_id: {columns: [psu_no, hh_no], widths: [4, 2]}
      em_no: {column: line}
      em_scope: {column: why, codes: {A: 1, B: 1, C: 1, D: 1, V: 3, W: 3}}
      em_status: {value: 1}
      em_sex: {column: sex, codes: {M: 1, F: 2}, missing: {X: not_stated}}
      em_age: {column: age}
      em_age_dep: {column: age_left, missing: {'999': dont_know}}
      em_dep_year: {column: left, calendar: buddhist, missing: {'9999': not_stated}}
      em_dep_month: {column: left_month, missing: {'99': not_stated}}
      em_reason: {column: why, codes: {A: 1, B: 2, C: 6, D: 96}, skip: [V, W]}
      em_dest: {column: dest, codes: {U: USA, u: USA, R: RUS}}
synthetic:
  households: 400
  seed: 1
  reference: ours
  parameters:
    sources: {emigrants.destinations: assumed}
    interview: {year: 2010, months: {1: 1}}
    sample:
      population: 10000
      take: {1: 5, 2: 10}
      regions: {'01': {share: 0.5, urban: 0.5}, '02': {share: 0.5, urban: 0.5}}
    residents:
      size: {1: 0.2, 3: 0.5, 5: 0.3}
      education: {1: 1}
      status: {1: {1: 1}, 2: {1: 1}}
    emigrants:
      households: 0.3
      number: {1: 0.8, 2: 0.2}
      scope: {1: 0.8, 3: 0.2}
      male: 0.5
      age: [0, 30, 60]
      months: {12: 0.5, 60: 0.5}
      destinations: {USA: 0.7, RUS: 0.3}
      reasons: {1: {1: 0.5, 2: 0.5}, 2: {6: 0.5, 96: 0.5}}
      child_reasons: {6: 1}
      plan: {4: 0.5, 5: 0.5}
      education: {1: 1}
      before: {1: {1: 1}, 2: {1: 1}}
      now: {work: {1: 1}, study: {4: 1}, other: {5: 1}}
    remittances: {senders: {1: 0.5, 2: 0.1}, others: 0.1, amount: [10, 20, 90], unit: 5}
    nonresponse:
      em_sex: {not_stated: 0.06}
      em_age_dep: {dont_know: 0.06}
      em_dep_month: {not_stated: 0.2}
    native:
      household:
        compute: {psu_no: psu_number, hh_no: household_in_psu}
      emigrant:
        compute: {psu_no: psu_number, hh_no: household_in_psu}
        tables:
          - {columns: [dest], by: em_scope, rows: {3: [[R, 1]]}}
        split: {dest: {U: 0.5, u: 0.5}, why: {V: 0.5, W: 0.5}}
"""
"""An edition for tests to change: two native codes for one, a column that two maps read, Buddhist years."""
