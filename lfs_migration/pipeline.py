"""The methodology as one road: read, harmonise, validate, weigh, tabulate, publish."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from lfs_migration import catalog
from lfs_migration.checking import sound
from lfs_migration.errors import LfsMigrationError, NotFound, near
from lfs_migration.files import ready
from lfs_migration.frames import PARENT, ROW, Engine, Frame, Records, frame
from lfs_migration.harmonise import harmonise, read
from lfs_migration.model.country import Edition
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.findings import Findings
from lfs_migration.model.results import Table
from lfs_migration.publish import About, publish, withdraw, write_findings
from lfs_migration.tabulate import tabulate
from lfs_migration.validate import validate
from lfs_migration.weighting import weigh_by_recipe
from lfs_migration.weights import Diagnostic, weigh

Say = Callable[[str], None]
Weights = Literal["recipe", "office"]


@dataclass(frozen=True)
class Run:
    """What one run made.

    Parameters
    ----------
    data : Dataset
    findings : Findings
    tables : tuple of Table
    outputs : tuple of Path
    """

    data: Dataset
    findings: Findings
    tables: tuple[Table, ...]
    outputs: tuple[Path, ...]


def prepare(
    country: str | Path, edition: str | None, path: Path, say: Say = lambda _: None, engine: str | Engine = "auto"
) -> Dataset:
    """Read and harmonise a survey, after its YAML has been checked.

    Raises
    ------
    CatalogError
        The first problem of the country's YAML, with the number of others.
    """
    chosen = sound(country, edition)
    say(f"read {path}")
    data = read(path, chosen, engine)
    say("harmonise " + ", ".join(f"{source.rows:,} rows of {Path(source.path).name}" for source in data.sources))
    for source in data.sources:
        for doubt in source.doubts:
            say(f"{Path(source.path).name}: {doubt}")
    data = harmonise(data)
    for lost in data.unmatched:
        say(f"{lost.where} {lost.column}: code {lost.value} has no target. Seen {len(lost.keys)} times")
    return data


def run(  # noqa: PLR0913
    country: str | Path,
    path: Path,
    out: Path,
    *,
    edition: str | None = None,
    profile: str | None = None,
    say: Say = lambda _: None,
    engine: str | Engine = "auto",
    weights: str = "recipe",
) -> Run:
    """Turn the files of a survey into published tables.

    Parameters
    ----------
    country : str or Path
        A country of the catalog, or its YAML file.
    path : Path
        The folder with the survey's files.
    out : Path
        The results go to a folder of the edition's name inside it.
    edition : str, optional
        The newest without it.
    profile : str, optional
        Quality rule profile; the edition's own without it.
    say : callable
        Takes progress messages.
    engine : str or Engine
        What holds the records: ``auto``, ``memory``, ``duckdb`` or ``spark``. It does not change a byte of the results.
        Records that are not in memory are in a folder inside ``out`` meanwhile.
    weights : str
        ``recipe``: they are made by the recipe of the country's file, in memory, where it has one. ``office``: they are
        the office's final ones, as where it has none.

    Returns
    -------
    Run

    Raises
    ------
    LfsMigrationError
        When it cannot proceed. Findings that explain why are written first.
    """
    if weights not in get_args(Weights):
        raise NotFound(f"No weights {weights!r}", hint=near(str(weights), get_args(Weights)))
    folder = out / catalog.load_country(country, edition).id
    wanted = Engine.of(engine)
    ready(folder)
    data = prepare(country, edition, path, say, replace(wanted, folder=wanted.folder or out))
    chosen = data.country
    assert chosen is not None
    say("validate")
    findings = validate(data)
    data = data.after("validate", dict(findings.counts()))
    try:
        data, diagnostics = _weighed(data, path, weights, say)
        say("tabulate")
        tables = tabulate(data, profile=profile)
    except LfsMigrationError as error:
        withdraw(folder)  # tables of an earlier run no longer belong to these findings
        place = write_findings(findings, folder / "findings.csv")
        hint = " ".join(filter(None, [f"{error.hint}." if error.hint else "", f"All findings are in {place}"]))
        raise type(error)(error.title, where=error.where, detail=error.detail, hint=hint) from error
    data = data.after("tabulate", {"tables": len(tables), "figures": sum(len(table.cells) for table in tables)})
    say(f"publish {folder}")
    outputs = publish(
        tables, folder, data=data, findings=findings, microdata=microdata(data), about=_about(chosen, profile),
        weights=diagnostics,
    )  # fmt: skip
    return Run(data, findings, tables, tuple(outputs))


def _weighed(data: Dataset, path: Path, weights: str, say: Say) -> tuple[Dataset, tuple[Diagnostic, ...]]:
    """Return the data with their weights: by the recipe, or the office's own."""
    edition = data.country
    assert edition is not None
    if weights == "office" or edition.weighting is None:
        return weigh(data), ()
    say("weigh by the recipe")
    made = weigh_by_recipe(read(path, edition, "memory"), path, say)
    at = next(number for number, step in enumerate(data.log) if step.verb == "validate")
    log = (*data.log, *made.data.log[at:])
    return weigh(replace(made.data, log=log)), made.diagnostics


def microdata(data: Dataset) -> Frame | Iterator[Any]:
    """Return the records that the module is about (emigrants), each with its household's variables.

    That is the codebook's main record; where the data have none of it, or the codebook names none, the last that they
    have.

    Codes of absent answers and empty values stay as they are. Records that are not in memory are streamed, in the same
    order: that of their keys.
    """
    assert data.codebook is not None
    main = data.codebook.main
    record = main if main in data.records else [name for name in data.codebook.records if name in data.records][-1]
    if data.store is not None:
        rows: Iterator[Any] = data.store.batches(record, data.codebook.records[record].key, leave=(ROW, PARENT))
        return rows
    records = Records(data)
    own = data.records[record].columns
    parents = [name for r in data.codebook.lineage(record)[1:] if r in data.records for name in data.records[r].columns]
    names = [*own, *(name for name in parents if name not in own)]
    return frame({name: records.column(name, record) for name in names})


def _about(edition: Edition, profile: str | None) -> About:
    root = catalog.folder()
    files = catalog.files_of(edition)
    return About(
        profile=catalog.load_profile(profile or edition.quality),
        codebooks={_named(path, root): hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
        notes=(f"{edition.design.note.rstrip('.')}.",) if edition.design.note else (),
        seed=edition.synthetic.seed if edition.synthetic else None,
    )


def _named(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
