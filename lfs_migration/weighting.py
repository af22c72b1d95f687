"""The road of weights: from a survey's files to the final weight, its diagnostics, and the files with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

import pyarrow as pa

from lfs_migration import catalog, readers
from lfs_migration.checking import sound
from lfs_migration.errors import CatalogError, LfsMigrationError, NotFound, ReadError, near
from lfs_migration.estimate import Share, estimate
from lfs_migration.files import atomic, ready, resolved
from lfs_migration.frames import Frame, arrow, from_native, values, write_parquet
from lfs_migration.harmonise import correct, harmonise, read
from lfs_migration.harmonise.recoding import one
from lfs_migration.model.country import Edition, File, Format, RecordMap
from lfs_migration.model.dataset import Dataset, Source
from lfs_migration.model.decisions import Correction
from lfs_migration.model.design import Design
from lfs_migration.model.indicator import Part
from lfs_migration.model.response import Nonresponse, Outcomes
from lfs_migration.model.weighting import Recipe, Replicating
from lfs_migration.publish import write_manifest, write_weights
from lfs_migration.publish.about import survey_of
from lfs_migration.sample import Sample
from lfs_migration.weights import Diagnostic, Known, diagnose, follow, known_totals, needs_addresses

Say = Callable[[str], None]
FINAL, FINAL_LABEL = "w_final", "Weight, by the recipe of the country's file"
"""Name and label of the weight in the office's files."""
RATES = "weights.csv"
"""File of the diagnostics, beside the office's files."""
INSTEAD: Mapping[str, str] = {"por": "sav", "fixed": "csv", "cspro": "csv", "xlsx": "csv"}
"""What a file is written as whose own format is read only."""


@dataclass(frozen=True)
class Weighted:
    """A survey with the weights of its recipe.

    Parameters
    ----------
    data : Dataset
        Harmonised, its design with the final weight.
    native : Dataset
        The files as they were read.
    visited : Dataset, optional
        All visited addresses, with the weights of the steps that need them.
    diagnostics : tuple of Diagnostic
    """

    data: Dataset
    native: Dataset
    visited: Dataset | None
    diagnostics: tuple[Diagnostic, ...]


def weigh_by_recipe(
    native: Dataset, folder: Path, say: Say = lambda _: None, corrections: Sequence[Correction] = ()
) -> Weighted:
    """Follow the recipe of a country, from its base weight to the final one.

    Parameters
    ----------
    native : Dataset
        As :func:`lfs_migration.read` gives it, in memory.
    folder : Path
        Of the survey's files; those of known totals are there too.
    say : callable
        Takes progress messages.
    corrections : sequence of Correction
        Made in the answers before anything is weighed.

    Raises
    ------
    CatalogError
        Where the country's file has no recipe.
    LfsMigrationError
        As the steps do.
    """
    edition = native.country
    assert edition is not None and native.codebook is not None
    recipe = edition.weighting
    if recipe is None:
        raise CatalogError("There is no recipe of weights", where=edition.line(), hint="Add steps under weighting")
    known, sources = _known(native, recipe, folder)
    data = harmonise(native)
    if corrections:
        data = correct(data, corrections)
    visited = None
    if needs_addresses(recipe):
        visited = harmonise(replace(native, country=_addresses(edition, data)))
        own = [one for one in corrections if native.codebook.variables[one.variable].record == _home(data)]
        visited = correct(visited, own) if own else visited
        say(f"{len(next(iter(visited.records.values()))):,} addresses visited")
    done = follow(replace(data, sources=(*data.sources, *sources)), recipe, visited=visited, known=known)
    after = None if visited is None else _at_addresses(visited, recipe)
    gap = () if after is None else tuple(_gap(after, recipe))
    return Weighted(done, native, after, (*diagnose(done), *gap, *_effect(done)))


def _known(native: Dataset, recipe: Recipe, folder: Path) -> tuple[Mapping[str, Known], tuple[Source, ...]]:
    assert native.codebook is not None
    known, sources = {}, []
    for name, spec in recipe.margins.items():
        table, source = readers.read_totals(folder, name, spec)
        known[name] = known_totals(table, spec, native.codebook)
        sources.append(source)
    return known, tuple(sources)


def _addresses(edition: Edition, data: Dataset) -> Edition:
    """Return the edition with one record, that of households, which holds all visited addresses."""
    home = _home(data)
    everyone: RecordMap = edition.records[home].model_copy(update={"where": ""})
    return edition.model_copy(update={"records": {home: everyone}})


def _home(data: Dataset) -> str:
    assert data.codebook is not None
    return data.codebook.home


def _at_addresses(visited: Dataset, recipe: Recipe) -> Dataset:
    """Return the visited addresses after the steps that are done there; replicates do not change their weights."""
    first = recipe.steps[: recipe.at_addresses]
    steps = tuple((word, step) for word, step in first if not isinstance(step, Replicating))
    return follow(visited, recipe.model_copy(update={"steps": steps}))


def _gap(visited: Dataset, recipe: Recipe) -> Iterator[Diagnostic]:
    """Yield the share of households abroad as a whole, with its standard error: the gap in coverage."""
    steps = [step for _, step in recipe.steps if isinstance(step, Nonresponse)]
    if not steps or visited.design is None:
        return
    home, outcomes = next(iter(visited.records)), steps[-1].outcomes
    weight = [name for name in visited.records[home].columns if name.startswith("w_eligible")][-1]
    design = Design(weight, visited.design.stratum, visited.design.psu, singletons=visited.design.singletons)
    abroad = _among(outcomes, "abroad")
    if not abroad:
        return
    housed = _among(outcomes, "respondent", "nonrespondent", "abroad")
    result = estimate(
        replace(visited, design=design),
        Share(Part(record=home, where=abroad), Part(record=home, where=housed)),
    )  # fmt: skip
    for measure, value in (("estimate", result.estimate), ("se", result.se), ("n", result.n_numerator)):
        yield Diagnostic("coverage gap", f"share of households abroad as a whole, {measure}", "", float(value[0]))


def _among(outcomes: Outcomes, *classes: Any) -> str:
    codes = [code for name in classes for code in outcomes.classes.get(name, ())]
    return f"{outcomes.variable} in [{', '.join(map(repr, codes))}]" if codes else ""


def _effect(data: Dataset) -> Iterator[Diagnostic]:
    """Yield the design effect of the module's key figure, as calibrated and as if it were not."""
    assert data.codebook is not None and data.country is not None and data.design is not None
    key = data.codebook.key_indicator
    if not key:
        return
    indicator = catalog.load_indicators(data.country.module, data.country)[key]
    if catalog.Computable(data.codebook, data.country).indicator(indicator) or indicator.denominator is None:
        return
    share = Share(indicator.numerator, indicator.denominator)
    plain = replace(data.design, calibrations=(), replicates=None, reference=None)
    for name, design in (("with calibration", data.design), ("as if not calibrated", plain)):
        result = estimate(replace(data, design=design), share)
        yield Diagnostic("final", f"design effect of {key}", name, float(result.deff[0]))


def weigh_files(
    country: str | Path, path: Path, out: Path, *, edition: str | None = None, form: str | None = None,
    say: Say = lambda _: None, stage: readers.Stage | None = None,
) -> tuple[Path, ...]:  # fmt: skip
    """Make the weights of a survey by its recipe, and write the office's files with them.

    Parameters
    ----------
    country : str or Path
        A country of the catalog, or its YAML file.
    path : Path
        The folder with the survey's files.
    out : Path
        The results go to a folder of the edition's name inside it: ``weights.csv``, ``weights.json`` and each file
        whose rows got a weight of their own, with all columns and labels of the office and the weight as one column
        more. Emigrants have one where it is divided by the households that could report them.
    edition : str, optional
        The newest without it.
    form : str, optional
        ``sav``, ``dta``, ``csv`` or ``parquet``; the file's own without it.
    say : callable
        Takes progress messages.
    stage : Stage, optional
        Where the survey's files are kept as they were read.

    Returns
    -------
    tuple of Path
    """
    chosen = sound(country, edition)
    if form is not None and form not in get_args(Format):
        raise NotFound(f"No format {form!r}", hint=near(form, get_args(Format)))
    folder = out / chosen.id
    if resolved(folder) == resolved(path if path.is_dir() else path.parent):
        raise ReadError("The results would overwrite the survey's files", where=str(folder), hint="Give another --out")
    ready(folder)
    say(f"read {path}")
    weighted = weigh_by_recipe(read(path, chosen, "memory", stage), path, say)
    title = survey_of((), weighted.data).named()
    paths: list[Path] = []
    try:
        paths.extend(_files(weighted, folder, form))
    except LfsMigrationError:
        for one in paths:  # all of the files, or none
            one.unlink()
        raise
    paths.insert(0, write_weights(weighted.diagnostics, folder / RATES, title))
    manifest = folder / "weights.json"
    write_manifest(manifest, data=weighted.data, outputs=paths, codebooks={})
    return (*paths, manifest)


def _files(weighted: Weighted, folder: Path, form: str | None) -> Iterator[Path]:
    """Yield the files whose rows got a weight, as they are written."""
    data, native = weighted.data, weighted.native
    assert data.design is not None and native.country is not None
    design, columns = data.design, dict[str, dict[str, pa.Array]]()
    for record in dict.fromkeys([_home(data), *design.record_weights, *design.multiplicity]):
        file = native.country.records[record].file
        own = columns.setdefault(file, {})
        own[FINAL if not own else f"{FINAL}_{record}"] = _placed(data, native, record)
    names = _names(native.country, columns, form)
    for file, own in columns.items():
        spec = native.country.files[file]
        kind: Any = form or INSTEAD.get(spec.format, spec.format)
        yield _write(native, file, own, spec.model_copy(update={"format": kind}), folder / names[file])


def _names(edition: Edition, files: Iterable[str], form: str | None) -> dict[str, Path]:
    """Return the name under which each file is written: the office's, with its key where another one has the same."""
    specs = {file: edition.files[file] for file in files}
    kinds = {file: form or INSTEAD.get(spec.format, spec.format) for file, spec in specs.items()}
    names = {file: Path(f"{Path(spec.path).stem}.{kinds[file]}") for file, spec in specs.items()}
    times = Counter(str(name).lower() for name in (RATES, *names.values()))
    once = {file for file, name in names.items() if times[str(name).lower()] == 1}
    return {file: name if file in once else name.with_stem(f"{name.stem}_{file}") for file, name in names.items()}


def _placed(data: Dataset, native: Dataset, record: str) -> pa.Array:
    """Return the weights of a record in the order of its file, empty for a row that is no part of the record."""
    assert data.codebook is not None and native.country is not None
    key = data.codebook.records[record].key
    file: Frame = from_native(arrow(native.records[native.country.records[record].file]))
    weight = Sample.of(data).rows(record).weight.tolist()
    held = zip(*(values(data.records[record], name) for name in key), strict=True)
    known: dict[tuple[Any, ...], float] = dict(zip(held, weight, strict=True))
    rows = zip(*(one(native, record, name, file).values.to_pylist() for name in key), strict=True)
    return pa.array([known.get(row) for row in rows], pa.float64())


def _write(native: Dataset, file: str, columns: Mapping[str, pa.Array], spec: File, target: Path) -> Path:
    table: pa.Table = arrow(native.records[file])
    source = next(source for source in native.sources if source.name == file)
    for name, column in columns.items():
        own: Any = column
        if pa.types.is_string(table.schema.field(0).type) and spec.format == "csv":
            own = pa.array([None if v is None else repr(v).replace(".", spec.decimal) for v in column.to_pylist()])
        table = table.append_column(_free(table, name), own)
    labels = {**source.labels, **dict.fromkeys(table.column_names[-len(columns) :], FINAL_LABEL)}
    words: dict[str, Any] = {"labels": labels, "value_labels": source.value_labels, "missing": source.user_missing}
    match spec.format:
        case "sav" | "zsav":
            readers.write_sav(table, target, **words)
        case "dta":
            readers.write_dta(table, target, **words)
        case "csv":
            readers.write_csv(table, target, encoding=spec.encoding or "utf-8", delimiter=spec.delimiter)
        case "parquet":
            with atomic(target, private=True) as part:
                write_parquet(from_native(table), part, {"source": source.sha256})
    return target


def _free(table: pa.Table, name: str) -> str:
    """Return a name that no column of the office has, whatever its capital letters."""
    taken = {column.lower() for column in table.column_names}
    names: Iterator[str] = iter([name, *(f"{name}_{number}" for number in range(2, len(taken) + 3))])
    return next(one for one in names if one.lower() not in taken)
