"""Twelve tables with standard errors over a person file, as a release of a labour force survey would hold them."""

from __future__ import annotations

from contest import Aim, Contest, Subject
from setting import BARE, BY_HAND, Setting


def contests(setting: Setting) -> list[Contest]:
    """Return the plan, and its tables of counts alone, which have a quicker form in R."""
    return [_plan(setting), _counts(setting)]


def _plan(setting: Setting) -> Contest:
    file = setting.people()
    return Contest(
        "plan",
        f"Twelve tables of {setting.rows:,} rows",
        [
            setting.ours("by_lfm:Tables", file, "plan"),
            *setting.bare("by_numpy:Sums", file, "plan", note="sums only; its counts are compared"),
            *setting.peer("duckdb", "DuckDB, by hand", "by_groups:DuckDB", file, "plan", note=BY_HAND),
            *setting.peer("polars", "polars, by hand", "by_groups:Polars", file, "plan", note=BY_HAND),
            *setting.peer("svy", "svy", "by_svy:Tables", file, "plan"),
            *setting.peer("samplics", "samplics", "by_samplics:Tables", file, "plan", note="its median is another"),
            *setting.r("R survey, svyby", "svyby", "plan"),
        ],
    )


def _counts(setting: Setting) -> Contest:
    file = setting.people()
    return Contest(
        "counts",
        f"Five tables of counts of {setting.rows:,} rows",
        [
            setting.ours("by_lfm:Tables", file, "counts"),
            *setting.bare("by_numpy:Sums", file, "counts"),
            *setting.r("R survey, svyby", "svyby", "counts"),
            *setting.r("R survey, by an expert", "expert", "counts", note="svytotal over interactions"),
        ],
    )


SUBJECT = Subject(
    "plan",
    contests,
    [
        Aim("plan", 5, than=BARE),
        Aim("plan", 100, than="R survey, svyby", way="faster"),
        Aim("plan", 60, than="svy", way="faster"),
        Aim("counts", 5, than="R survey, by an expert", way="faster"),
    ],
)
