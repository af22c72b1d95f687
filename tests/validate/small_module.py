"""A small module with one question of each sort, and records for it: each kind of rule is tested alone on them."""

from __future__ import annotations

from functools import lru_cache

import pyarrow as pa

from lfs_migration import catalog, frames
from lfs_migration.frames import Records
from lfs_migration.model.codebook import Codebook, Record, Variable
from lfs_migration.model.codelist import Code, CodeList, Group
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.rules import KINDS
from lfs_migration.validate.judged import Context
from lfs_migration.validate.judges import JUDGES

TEXT = {"en": "?"}
TYPES = {
    "household": {"hh": pa.string(), "region": pa.int64(), "month": pa.int64()},
    "person": {
        "hh": pa.string(), "no": pa.int64(), "age": pa.int64(), "sex": pa.int64(), "relation": pa.int64(),
        "spouse": pa.int64(), "name": pa.string(), "size": pa.float64(), "a": pa.int64(), "b": pa.int64(),
        "c": pa.int64(), "d": pa.int64(),
    },
    "emigrant": {"hh": pa.string(), "em": pa.int64(), "reporter": pa.int64()},
}  # fmt: skip
MISSING = {98: "refused", 99: "dont_know"}


@lru_cache
def codebook() -> Codebook:
    """Households, their persons and their emigrants; 98 and 99 are codes of an absent answer."""
    variables = {}
    for record, columns in TYPES.items():
        for name, kind in columns.items():
            if name != "hh" or record == "household":
                is_text = pa.types.is_string(kind)
                variables[name] = Variable(
                    name=name, record=record, type="str" if is_text else "int", label=TEXT, reference="ours",
                    codelist="relation" if name == "relation" else None, missing={} if is_text else MISSING,
                )  # fmt: skip
    codes = {1: "head", 2: "partner", 3: "child"}
    relation = CodeList(
        label=TEXT, source="ours",
        codes={code: Code(label=TEXT, attributes={"kin": name}) for code, name in codes.items()},
        groups={name: Group(label=TEXT, codes=(code,)) for code, name in codes.items()},
    )  # fmt: skip
    return Codebook(
        name="small", version="1", title=TEXT, reference="ours", rules={}, dimensions={}, parameters={},
        records={
            "household": Record(label=TEXT, key=("hh",)),
            "person": Record(label=TEXT, key=("hh", "no"), parent="household"),
            "emigrant": Record(label=TEXT, key=("hh", "em"), parent="household"),
        },
        variables=variables, codelists={"relation": relation},
    )  # fmt: skip


def records(**given) -> Records:
    """Make records from rows; a name that a row does not give is empty. Without households there is one for each."""
    rows = {"person": [], "emigrant": [], **given}
    homes = dict.fromkeys(row["hh"] for entries in rows.values() for row in entries if row.get("hh"))
    rows.setdefault("household", [{"hh": home, "region": 1} for home in homes])
    made = {
        record: frames.frame({n: pa.array([row.get(n) for row in rows[record]], k) for n, k in columns.items()})
        for record, columns in TYPES.items()
    }
    return Records(Dataset(made, codebook()))


def rule(kind, **fields):
    """Make a rule of a kind."""
    base = {"id": "r", "record": "person", "severity": "error", "label": TEXT, "remedy": TEXT, "reference": "ours"}
    return KINDS[kind](**{**base, **fields})


def judge(one, held, before=None):
    """Judge records by a rule."""
    context = Context(held, codebook(), catalog.load_country("armenia"), before=before)
    return JUDGES[type(one)](one, context)


def ended(one, held, before=None):
    """Return which rows fail, and how many pass and are unknown."""
    judged = judge(one, held, before)
    assert judged.values is None or len(judged.values) == len(judged.failed)
    return judged.failed.tolist(), judged.passed, judged.unknown


def told(one, held, before=None):
    """Return what is shown of each row that fails."""
    return list(judge(one, held, before).values)
