"""Many rows of one record, by column, for the rules about many rows together."""

from __future__ import annotations

from functools import lru_cache

import pyarrow as pa

from lfs_migration import frames
from lfs_migration.frames import Records
from lfs_migration.model.codebook import Codebook, Record, Variable
from lfs_migration.model.country import Edition, EditionDesign, File, RecordMap, Rename
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.rules import KINDS
from lfs_migration.validate.judged import Context
from lfs_migration.validate.judges import JUDGES

TEXT = {"en": "?"}
NAMES = {"no": "int", "who": "str", "area": "int", "day": "int", "age": "int", "sex": "int", "work": "int",
         "hours": "int", "pay": "amount", "pay_before": "amount", "proxy": "int"}  # fmt: skip
MISSING = {"who": {"999": "not_stated"}, "age": {998: "dont_know"}, "work": {8: "refused", 9: "dont_know"},
           "hours": {98: "refused", 99: "dont_know"}, "pay": {99999999.0: "refused"}}  # fmt: skip
UNIVERSES = {"hours": "work == 1", "pay": "work == 1"}
ARROW = {"str": pa.string(), "int": pa.int64(), "amount": pa.float64()}


@lru_cache
def codebook(scope=""):
    """Persons by interviewer (``who``), area and day; hours and pay are asked of those who work."""
    variables = {
        name: Variable(name=name, record="person", type=kind, label=TEXT, reference="ours",
                       universe=UNIVERSES.get(name, ""), missing=MISSING.get(name, {}))
        for name, kind in NAMES.items()
    }  # fmt: skip
    home = Variable(name="rooms", record="household", type="int", label=TEXT, reference="ours")
    records = {
        "household": Record(label=TEXT, key=("hh",)),
        "person": Record(label=TEXT, key=("no",), parent="household", scope=scope),
    }
    return Codebook(
        name="many", version="1", title=TEXT, reference="ours", rules={}, dimensions={}, parameters={}, codelists={},
        records=records, variables={**variables, "rooms": home},
    )  # fmt: skip


@lru_cache
def edition(without=()):
    """Return an edition that asks all, or all but some."""
    mapped = {name: Rename(column=name) for name in NAMES if name not in without}
    return Edition(
        country="ARM", name="many", edition="1", module="many", title=TEXT, reference="ours", layout="ours",
        languages=("en",), files={"p": File(path="p.csv", format="csv")},
        design=EditionDesign(weight="w", stratum="area", psu="area", singletons="fail"),
        records={"person": RecordMap(file="p", variables=mapped)},
    )  # fmt: skip


def rule(kind, **fields):
    """Make a rule of a kind."""
    base = {"id": "r", "record": "person", "severity": "error", "label": TEXT, "remedy": TEXT, "reference": "ours"}
    return KINDS[kind](**base, **fields)


def judge(one, *, scope="", without=(), **columns):
    """Judge rows, given by column, by a rule; ``None`` is empty."""
    held = frames.frame({name: pa.array(column, ARROW[NAMES[name]]) for name, column in columns.items()})
    asked, book = edition(without), codebook(scope)
    records = Records(Dataset({"person": held}, book, asked))
    return JUDGES[type(one)](one, Context(records, book, asked))


def counts(judged):
    """Return how many groups pass, fail and are unknown."""
    return judged.passed, len(judged.patterns), judged.unknown


def found(judged):
    """Return what is said of each group that fails, by its codes."""
    return {tuple(one.group.values()): one.value for one in judged.patterns}
