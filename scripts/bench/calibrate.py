"""Calibration: persons raked to three margins, with bounds too; households with one weight for all of them; replicates.

The bound is Newton's method on collapsed cells, written by hand from codes that are given. Ours starts from a loaded
data set, checks the margins, and gives a data set with the weights, whose variances then take account of them.
"""

from __future__ import annotations

from functools import partial

from contest import Aim, Contest, Subject
from setting import Setting

HAND, ONE = "numpy, Newton by hand", "lfs-migration, one calibration"
HOMES = {"linear": "households", "raking": "households_raked"}
SHARED = "weights of each thousandth row are compared"


def contests(setting: Setting) -> list[Contest]:
    """Return the contests."""
    persons, homes = (_persons(setting, way) for way in ("raking", "logit")), map(partial(_households, setting), HOMES)
    return [*persons, *homes, _replicates(setting)]


def _persons(setting: Setting, method: str) -> Contest:
    file, titles = setting.people(), {"raking": "Raking", "logit": "Bounded logit calibration of"}
    svy = setting.peer("svy", "svy", "calibrate_by_svy:Raking", file) if method == "raking" else []
    rake = setting.r("R survey, rake", "rake", note="some seven digits", script="calibrate.R") if svy else []
    return Contest(
        method,
        f"{titles[method]} {setting.rows:,} persons to sex by age, region and urban",
        [
            setting.ours("calibrate_by_lfm:Persons", file, method, note=SHARED),
            *setting.bare("calibrate_by_numpy:Persons", file, method, name=HAND),
            *svy,
            *rake,
            *setting.r("R survey, calibrate", method, script="calibrate.R"),
        ],
    )


def _households(setting: Setting, method: str) -> Contest:
    file, svy = setting.people(), "calibrate_by_svy:Households"
    title = {"linear": "Linear calibration", "raking": "Raking"}[method]
    return Contest(
        HOMES[method],
        f"{title} of {setting.rows // 4:,} households with one weight for all persons",
        [
            setting.ours("calibrate_by_lfm:Households", file, method, note=SHARED),
            *setting.bare("calibrate_by_numpy:Households", file, method, name=HAND),
            *(setting.peer("svy", "svy", svy, file, note="a closed form") if method == "linear" else []),
            *setting.r("R survey, calibrate", "households", method, script="calibrate.R"),
        ],
    )


def _replicates(setting: Setting) -> Contest:
    file = setting.people()
    return Contest(
        "recalibrated",
        f"200 bootstrap replicates of {setting.rows:,} persons raked each, and a total",
        [
            setting.ours("calibrate_by_lfm:Replicated", file),
            setting.ours("calibrate_by_lfm:Persons", file, "raking", name=ONE),
        ],
    )


SUBJECT = Subject(
    "calibrate",
    contests,
    [
        *(Aim(name, 5, than=HAND) for name in ("raking", "logit", *HOMES.values())),
        Aim("raking", 20, than="svy", way="faster"),
        Aim("raking", 20, than="R survey, calibrate", way="faster"),
        Aim("logit", 20, than="R survey, calibrate", way="faster"),
        Aim("households", 20, than="svy", way="faster"),
        Aim("households", 20, than="R survey, calibrate", way="faster"),
        Aim("households_raked", 20, than="R survey, calibrate", way="faster"),
        Aim("recalibrated", 60, than=ONE),
    ],
)
