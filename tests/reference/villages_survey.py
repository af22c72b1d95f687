"""The small survey of ``scripts/reference/villages.py`` as a data set of three records."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from against_r import table

from lfs_migration.estimate import dataset
from lfs_migration.model.codebook import Codebook, Record, Variable
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.design import Design

LONELY = ("K", "L")
"""The strata of one unit."""
RECORDS = {"household": "households", "person": "persons", "emigrant": "emigrants"}


@cache
def villages(policy: str = "fail", own_weights: bool = False) -> Dataset:
    """Return the survey, without the strata of one unit where the policy is ``fail``."""
    frames = {record: table(f"villages_{name}") for record, name in RECORDS.items()}
    homes = frames["household"]
    if policy == "fail":
        homes = frames["household"] = homes[~homes["stratum"].isin(LONELY)]
    frames = {record: frame[frame["hh"].isin(homes["hh"])] for record, frame in frames.items()}
    design = Design("w", "stratum", "unit", singletons=policy, record_weights={"person": "wp"} if own_weights else {})
    parts = {record: dataset(frame, Design(frame.columns[0])).records["data"] for record, frame in frames.items()}
    return replace(Dataset(records=parts), codebook=codebook(), design=design)


def codebook() -> Codebook:
    """Return what estimation needs to know: which record belongs to which, and that 97 is no answer."""
    word = {"en": "-"}
    records = {
        "household": Record(label=word, key=("hh",)),
        "person": Record(label=word, key=("hh", "line"), parent="household"),
        "emigrant": Record(label=word, key=("hh", "line"), parent="household"),
    }
    coded = {"piped": "household"}
    coded |= dict.fromkeys(("reason", "sends", "use_food", "use_school", "use_house"), "emigrant")
    variables = {
        name: Variable(name=name, record=record, type="int", label=word, missing={97: "dont_know"}, reference="-")
        for name, record in coded.items()
    }
    return Codebook(
        name="villages", version="1", title=word, reference="-", records=records, variables=variables,
        codelists={}, rules={}, dimensions={}, parameters={},
    )  # fmt: skip
