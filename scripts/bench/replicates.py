"""Two hundred bootstrap replicates, made and used in three tables: a count, a mean and a distribution."""

from __future__ import annotations

from contest import Aim, Contest, Subject
from setting import BARE, BY_HAND, Setting


def contests(setting: Setting) -> list[Contest]:
    """Return the one contest. Everyone draws its own replicates, so that standard errors differ by chance."""
    file = setting.people()
    return [
        Contest(
            "replicates",
            f"200 bootstrap replicates made, and three tables of {setting.rows:,} rows",
            [
                setting.ours("by_lfm:Replicated", file, "replicates"),
                *setting.bare("by_numpy:Multipliers", file, "replicates", note=BY_HAND),
                *setting.peer("svy", "svy", "by_svy:Replicated", file, "replicates"),
                *setting.r("R survey, svyby", "bootstrap", "replicates"),
            ],
        )
    ]


SUBJECT = Subject(
    "replicates",
    contests,
    [Aim("replicates", 10, than=BARE), Aim("replicates", 100, than="svy", way="faster")],
)
