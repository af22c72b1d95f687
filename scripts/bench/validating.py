"""Validating a large person file by 100 rules, against reading the same records from where they were staged.

    python scripts/bench/validating.py [--rows 1000000] [--rules 100] [--turns 5] [--work FOLDER] [--slowest 10]

The file is made first, from a seed: persons with all questions of the emigration module, in households of four,
each answered by whom it is for. The rules are the module's own about persons, as many as the data can be judged by,
and made ones up to the number: conditions, limits by another answer, required answers. On top of them come, as always,
the codes, ranges and routing of each variable, keys, weights, strata and units. In each turn the records are read and
validated one after the other, so that a busy machine slows both alike. Given are the median seconds of both, their
ratio, the largest memory of the process, and the slowest rules.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import lfs_migration as lfm  # noqa: E402
from lfs_migration import catalog  # noqa: E402
from lfs_migration.expr import parse  # noqa: E402
from lfs_migration.frames import Records, frame, read_parquet  # noqa: E402
from lfs_migration.harmonise.mapping import Target  # noqa: E402
from lfs_migration.model.codebook import Codebook, Variable  # noqa: E402
from lfs_migration.model.country import Edition, File  # noqa: E402
from lfs_migration.model.dataset import Dataset  # noqa: E402
from lfs_migration.model.rules import KINDS, Rule  # noqa: E402
from lfs_migration.readers import Stage, read_file  # noqa: E402
from lfs_migration.validate.judged import Context  # noqa: E402
from lfs_migration.validate.judges import JUDGES  # noqa: E402

AIM = 3.0
"""Times as long as reading that validating may take."""
TEXT = {"en": "made for the benchmark"}


def knowledge() -> tuple[Codebook, Edition]:
    """Return the module's codebook, and an edition with households and persons that ask all of it."""
    plain = catalog.plain_edition(catalog.load_codebook(), "w_hh", "stratum", "psu")
    records = {name: record for name, record in plain.records.items() if name in ("household", "person")}
    edition = plain.model_copy(update={"records": records})
    return catalog.load_codebook(edition=edition), edition


def narrowed(edition: Edition, names: dict[str, set[str]]) -> Edition:
    """Return the edition with what was asked alone."""
    records = {
        record: held.model_copy(update={"variables": {n: m for n, m in held.variables.items() if n in names[record]}})
        for record, held in edition.records.items()
    }
    return edition.model_copy(update={"records": records})


def make(folder: Path, rows: int, codebook: Codebook) -> None:
    """Write both records as Parquet, unless they are there."""
    if all((folder / f"{record}.parquet").exists() for record in ("household", "person")):
        return
    draw, homes = np.random.default_rng(1), max(rows // 4, 1)
    key = [f"{number:07d}" for number in range(homes)]
    unit = np.arange(homes) * 40 // homes
    stratum, psu = [f"{number:02d}" for number in unit], [f"{number:05d}" for number in np.arange(homes) // 60]
    household = {"hh_id": pa.array(key), "stratum": pa.array(stratum), "psu": pa.array(psu),
                 "w_hh": pa.array(20 + 60 * draw.random(homes)), "int_year": pa.array([2024] * homes),
                 "int_month": pa.array(draw.integers(1, 13, homes)),
                 "interviewer": pa.array(psu), "country": pa.array(["ARM"] * homes),
                 "urban": pa.array(draw.integers(1, 3, homes))}  # fmt: skip
    asked = {v.name for v in codebook.variables_of("household") if not v.derived}
    household = {name: column for name, column in household.items() if name in asked}
    line = np.arange(rows) % 4 + 1
    home = np.minimum(np.arange(rows) // 4, homes - 1)
    person = {"hh_id": pa.array(key).take(pa.array(home)), "per_no": pa.array(line)}
    data = Dataset({"household": frame(household), "person": frame(person)}, codebook)
    records = Records(data)
    family = _family(line, draw)
    for variable in codebook.variables_of("person"):
        if not variable.derived and variable.name not in person:
            answers = family.get(variable.name)
            if answers is None:
                answers = _answers(variable, codebook, rows, draw)
            asked_of = records.truth(variable.universe, "person") == 1
            kind = Target.of(codebook, variable.name).type
            records.add("person", variable.name, pa.array(answers, mask=~asked_of).cast(kind))
    folder.mkdir(parents=True, exist_ok=True)
    for record, held in records.frames.items():
        unfinished = folder / f"part-{record}.parquet"
        pq.write_table(held.to_native(), unfinished, compression="zstd")
        unfinished.rename(folder / f"{record}.parquet")


def _family(line: Any, draw: np.random.Generator) -> dict[str, Any]:
    """Return what hangs together in a household: a couple and two children, who left and came back in order."""
    rows = len(line)
    age = np.array([0, 45, 42, 17, 12])[line] + np.repeat(draw.integers(-4, 5, -(-rows // 4)), 4)[:rows]
    old = line <= 2
    gone = draw.integers(2005, 2015, rows)
    return {
        "per_sex": np.where(old, line, draw.integers(1, 3, rows)),
        "per_age": age,
        "per_birth_year": 2024 - age,
        "per_relation": np.array([0, 1, 2, 3, 3])[line],
        "per_mother_no": np.where(old, 0, 2),
        "per_father_no": np.where(old, 0, 1),
        "per_marital": np.where(old, 2, 1),
        "per_spouse_no": np.where(old, 3 - line, 0),
        "per_isced": np.where(age < 22, 1, draw.integers(2, 9, rows)),
        "per_hours": draw.integers(20, 60, rows),
        "ret_dep_year": gone,
        "ret_year": gone + draw.integers(2, 8, rows),
        "ret_work_months": draw.integers(1, 12, rows),
        "ret_socprot__8": np.full(rows, 2),
        "int_steps__6": np.full(rows, 2),
    }


def _answers(variable: Variable, codebook: Codebook, rows: int, draw: np.random.Generator) -> Any:
    """Return answers that are codes of the list or lie in the range, one in fifty of them absent."""
    codelist = codebook.codelist_of(variable.name)
    if codelist is not None:
        codes = [*codelist.codes] or [1]
        made = np.array(codes)[draw.integers(0, len(codes), rows)]
    elif variable.type in ("amount", "float"):
        made = np.round(np.exp(draw.normal(6, 1, rows)), 2)
    elif variable.type == "year":
        made = draw.integers(1960, 2024, rows)
    else:
        low, high = variable.range or (0, 9)
        made = draw.integers(int(low or 0), min(int(high or 99), 99) + 1, rows)
    absent = variable.missing_code("refused")
    if absent is not None:
        made[draw.random(rows) < 0.02] = absent
    return made


def ruled(codebook: Codebook, edition: Edition, number: int) -> Codebook:
    """Return the codebook with as many rules about persons as are wanted: its own, and made ones."""
    able = catalog.Computable(codebook, edition)
    own = [r for r in codebook.rules.values() if r.record == "person" and not r.round and not able.rule(r)][:number]
    made = list(_made(codebook, number - len(own)))
    return codebook.model_copy(update={"rules": {rule.id: rule for rule in [*own, *made]}})


def _made(codebook: Codebook, number: int) -> list[Rule]:
    """Make rules of several kinds, all of them different, over pairs of questions."""
    chosen = [
        v for v in codebook.variables_of("person") if v.codelist in ("YESNO", "SEX", "MARITAL", "LFSTAT", "ICSE93")
    ]
    numbers = [v.name for v in codebook.variables_of("person") if v.type == "int" and not v.derived]
    out: list[Rule] = []
    for at in range(number):
        one, two = chosen[at % len(chosen)].name, chosen[(at * 7 + 3) % len(chosen)].name
        three = numbers[at % len(numbers)]
        kind, fields = (
            (
                "condition",
                {"when": f"per_age >= {15 + at % 50}", "check": f"{one} == 1 or {two} in [1, 2, 3] or {two} > 3"},
            ),
            ("condition", {"check": f"not ({one} == 1 and {two} == 2 and per_age < {at % 9}) or answered({three})"}),
            ("condition", {"check": f"{three} + {at} >= 0 or not answered({one})"}),
            ("bounds", {"variable": three, "by": one, "limits": {1: (0, 700 + at), 2: (0, None)}}),
            ("required", {"when": f"{one} == 1 and per_age > {at % 60}", "of": ("per_sex", "per_age", "per_relation")}),
        )[at % 5]
        out.append(
            KINDS[kind](
                kind=kind,
                id=f"made_{at}",
                record="person",
                severity="warning",
                label=TEXT,
                remedy=TEXT,
                reference="none",
                variables=(three,),
                **fields,
            )
        )
        for text in out[-1].texts:
            parse(text)
    return out


def read(folder: Path) -> dict[str, Any]:
    """Read both records as a run does the second time: from the stage of their files."""
    found = {}
    for record in ("household", "person"):
        path = folder / f"{record}.parquet"
        found[record] = read_file(path, File(path=path.name, format="parquet"), ["en"], Stage(folder / "stage"))[0]
    return found


def slowest(data: Dataset, number: int) -> list[tuple[float, str]]:
    """Return the seconds of the slowest rules, each alone on records that know nothing yet."""
    assert data.codebook is not None and data.country is not None
    took = []
    for rule in data.codebook.rules.values():
        context = Context(Records(data), data.codebook, data.country)
        start = time.perf_counter()
        JUDGES[type(rule)](rule, context)
        took.append((time.perf_counter() - start, f"{rule.kind} {rule.id}"))
    return sorted(took, reverse=True)[:number]


def main() -> None:
    """Make the file, take turns, and print."""
    words = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    words.add_argument("--rows", type=int, default=1_000_000)
    words.add_argument("--rules", type=int, default=100)
    words.add_argument("--turns", type=int, default=5)
    words.add_argument("--slowest", type=int, default=10)
    words.add_argument("--work", type=Path, default=ROOT / "out" / "bench" / "validating")
    chosen = words.parse_args()
    codebook, edition = knowledge()
    folder = chosen.work / str(chosen.rows)
    make(folder, chosen.rows, codebook)
    kept = {record: read_parquet(folder / f"{record}.parquet") for record in ("household", "person")}
    edition = narrowed(edition, {record: set(held.columns) for record, held in kept.items()})
    codebook = ruled(catalog.load_codebook(edition=edition), edition, chosen.rules)
    design = lfm.Design("w_hh", stratum="stratum", psu="psu")
    data = lfm.derive(Dataset(kept, codebook, edition, design))
    read(folder)
    findings = lfm.validate(data)  # libraries are loaded late
    took: dict[str, list[float]] = {"read": [], "validate": []}
    for _ in range(chosen.turns):
        for name, work in (("read", lambda: read(folder)), ("validate", lambda: lfm.validate(replace(data)))):
            start = time.perf_counter()
            work()
            took[name].append(time.perf_counter() - start)
    seconds = {name: statistics.median(each) for name, each in took.items()}
    ratio = statistics.median(b / a for a, b in zip(took["read"], took["validate"], strict=True))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    run = len({one.rule for one in findings.outcomes} & set(codebook.rules))
    others = len(findings.outcomes) - run
    print(f"{chosen.rows:,} persons, {len(kept['person'].columns)} columns; {run} rules and {others} other checks")
    print(f"read {seconds['read']:.3f} s, validate {seconds['validate']:.3f} s, {ratio:.1f} times (aim {AIM:g})")
    worst = sorted(findings.counts().items(), key=lambda item: -item[1])[:5]
    print("most findings: " + ", ".join(f"{rule} {count:,}" for rule, count in worst))
    print(f"peak memory {memory / 1e6:,.0f} MB; findings {findings.total:,}, listed {len(findings):,}")
    for time_taken, rule in slowest(data, chosen.slowest):
        print(f"  {time_taken:.3f} s alone  {rule}")


if __name__ == "__main__":
    main()
