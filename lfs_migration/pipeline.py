"""The methodology as one road: read, harmonise, validate, weigh, tabulate, protect, publish."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from lfs_migration import catalog
from lfs_migration.checking import sound
from lfs_migration.errors import Alert, LfsMigrationError, NotFound, near
from lfs_migration.files import ready, sha256
from lfs_migration.frames import PARENT, ROW, Engine, Frame, Records, frame
from lfs_migration.harmonise import correct, harmonise, read
from lfs_migration.locks import alone
from lfs_migration.metadata.microdata import write_microdata_ddi
from lfs_migration.model.country import Edition
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.decisions import Accepted, Correction
from lfs_migration.model.findings import Findings
from lfs_migration.model.protection import Protected
from lfs_migration.model.results import Table
from lfs_migration.model.told import Told
from lfs_migration.protect import protect
from lfs_migration.provenance import codebooks_of, dictionaries_of, rules_of, told_of
from lfs_migration.publish import FINDINGS, INTERNAL, About, cleared, publish, withdraw, write_findings
from lfs_migration.readers import Stage
from lfs_migration.tabulate import tabulate, tabulate_indicators
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
    tables : Protected or tuple of Table
    outputs : tuple of Path
    """

    data: Dataset
    findings: Findings
    tables: Sequence[Table]
    outputs: tuple[Path, ...]


def prepare(
    country: str | Path, edition: str | None, path: Path, say: Say = lambda _: None, engine: str | Engine = "auto",
    stage: Stage | None = None, corrections: Sequence[Correction] = (),
) -> Dataset:  # fmt: skip
    """Read, harmonise and correct a survey, after its YAML has been checked.

    Its files are staged where ``stage`` says.

    Raises
    ------
    CatalogError
        The first problem of the country's YAML, with the number of others.
    DataError
        For corrections that cannot be made.
    """
    chosen = sound(country, edition)
    say(f"read {path}")
    data = read(path, chosen, engine, stage)
    say("harmonise " + ", ".join(f"{source.rows:,} rows of {Path(source.path).name}" for source in data.sources))
    for source in data.sources:
        for doubt in source.doubts:
            say(Alert(f"{Path(source.path).name}: {doubt.told()}"))
    data = harmonise(data)
    for lost in data.unmatched:
        say(Alert(lost.told()))
    if corrections:
        say(f"correct {len(corrections):,} answers")
        data = correct(data, corrections)
    return data


def accepted_in(path: Path | None) -> tuple[Accepted, ...]:
    """Return the accepted exceptions of a file; none without one."""
    return () if path is None else catalog.load_accepted(path)


def corrections_in(path: Path | None) -> tuple[Correction, ...]:
    """Return the corrections of a file; none without one."""
    return () if path is None else catalog.load_corrections(path)


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
    stage: Stage | None = None,
    accepted: Path | None = None,
    corrections: Path | None = None,
    protection: str | None = None,
    unprotected: bool = False,
    tables_file: Path | None = None,
    seed: int | None = None,
    languages: Sequence[str] = ("en",),
    sdmx_ml: bool = False,
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
        Records that are not in memory are in a folder of ``out/internal`` meanwhile.
    weights : str
        ``recipe``: they are made by the recipe of the country's file, in memory, where it has one. ``office``: they are
        the office's final ones, as where it has none.
    stage : Stage, optional
        Where the survey's files are kept as they were read, and choices of disclosure control as they were made, so
        that the next run need not do it again.
    accepted : Path, optional
        File of findings that stand: see :func:`lfs_migration.accept`.
    corrections : Path, optional
        File of answers to correct: see :func:`lfs_migration.correct`.
    protection : str, optional
        Rules of disclosure control; the edition's own without it. What they hid is told in a folder ``internal`` beside
        the publication.
    unprotected : bool
        Publish without; each file then says so.
    tables_file : Path, optional
        File of tables to make in place of the module's indicators: see :mod:`lfs_migration.catalog.own_tables`.
    seed : int, optional
        Secret, of the keys of records: for rules of disclosure control that perturb, whose records are in memory. The
        same one in each run gives the same noise. It is in no file.
    languages : sequence of str
        Of report, workbook and profile; the first has the plain file names.
    sdmx_ml : bool
        Publish SDMX-ML too, with the extra ``sdmx``.

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
    survey = catalog.load_country(country, edition)
    folder = out / survey.id
    internal = out / INTERNAL / folder.name
    wanted = Engine.of(engine)
    exceptions, edits = accepted_in(accepted), corrections_in(corrections)
    own = catalog.load_tables(tables_file, sound(country, edition)) if tables_file else None
    rules, keys = rules_of(survey, protection, unprotected, seed)
    ready(folder)
    ready(internal)
    with alone(internal):
        cleared(folder)
        cleared(internal)
        data = prepare(country, edition, path, say, replace(wanted, folder=wanted.folder or internal), stage, edits)
        chosen = data.country
        assert chosen is not None
        say("validate")
        findings = validate(data, accepted=exceptions)
        data = data.after("validate", dict(findings.counts()))
        try:
            data, diagnostics = weighed(data, path, weights, say, stage, edits)
            say("tabulate")
            tables = _tables(data, own, profile, keys)
            data = data.after("tabulate", {"tables": len(tables), "figures": sum(len(table.cells) for table in tables)})
            made = _protected(tables, rules, say, keys, stage)
        except LfsMigrationError as error:
            withdraw(folder)  # tables of an earlier run no longer belong to these findings
            place, *_ = [write_findings(findings, internal / name, data=data) for name in FINDINGS]
            raise _with_findings(error, place) from error
        if isinstance(made, Protected):
            data = data.after("protect", made.counts)
        told = told_of(
            chosen, profile=profile, weights=weights, protection=protection, unprotected=unprotected, seed=seed,
            languages=languages, sdmx_ml=sdmx_ml,
        )  # fmt: skip
        say(f"publish {folder}")
        outputs = publish(
            made, folder, data=data, findings=findings, microdata=microdata(data),
            about=_about(chosen, path, told, {"accepted": accepted, "corrections": corrections, "tables": tables_file}),
            weights=diagnostics, corrections=edits, unprotected=unprotected, internal=internal,
            languages=languages, sdmx_ml=sdmx_ml, describe=lambda path: describe_microdata(path, data),
        )  # fmt: skip
        return Run(data, findings, made, tuple(outputs))


def describe_microdata(path: Path, data: Dataset) -> Path:
    """Write what a file of harmonised records holds beside it, readable by its owner alone.

    Questions are in the words of the edition's own questionnaire, where the catalog has it.
    """
    edition = data.country
    asked = edition.id if edition is not None and edition.id in catalog.questionnaires() else ""
    questionnaire = catalog.load_questionnaire(asked) if asked else None
    return write_microdata_ddi(path, data, questionnaire=questionnaire)


def _tables(data: Dataset, own: catalog.OwnTables | None, profile: str | None, keys: int | None) -> Sequence[Table]:
    """Return the tables of the module, or an office's own."""
    if own is None:
        return tabulate(data, profile=profile, record_keys=keys)
    return tabulate_indicators(data, own.indicators, codebook=own.codebook, profile=profile, record_keys=keys)


def _with_findings(error: LfsMigrationError, place: Path) -> LfsMigrationError:
    """Return why a run stopped, with the place of the findings that may explain it."""
    before = f"{error.hint.rstrip('.')}. " if error.hint else ""
    return type(error)(error.title, where=error.where, detail=error.detail, hint=f"{before}All findings are in {place}")


def _protected(tables: Sequence[Table], rules: str, say: Say, seed: int | None, stage: Stage | None) -> Sequence[Table]:
    """Return tables in which nobody can be recognised, or as they are where no rules are given."""
    if not rules:
        return tables
    say("protect")
    made = protect(tables, rules=rules, seed=seed, kept=stage.choices() if stage else None)
    say(f"hide {made.counts['figures_hidden']:,} of {made.counts['figures']:,} figures as confidential")
    return made


def weighed(
    data: Dataset, path: Path, weights: str, say: Say, stage: Stage | None, corrections: Sequence[Correction]
) -> tuple[Dataset, tuple[Diagnostic, ...]]:
    """Return the data with their weights, by the recipe or the office's own, and what was done to them."""
    edition = data.country
    assert edition is not None
    if weights == "office" or edition.weighting is None:
        return weigh(data), ()
    say("weigh by the recipe")
    made = weigh_by_recipe(read(path, edition, "memory", stage), path, say, corrections)
    at = next((number for number, step in enumerate(data.log) if step.verb == "validate"), len(data.log))
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


def _about(edition: Edition, data: Path, told: Told, decisions: Mapping[str, Path | None]) -> About:
    dictionaries = dictionaries_of(edition, data)
    return About(
        profile=catalog.load_profile(told.profile, edition),
        codebooks=codebooks_of(edition),
        notes=(f"{edition.design.note.rstrip('.')}.",) if edition.design.note else (),
        seed=edition.synthetic.seed if edition.synthetic else None,
        extra={
            "settings": told.model_dump(mode="json"),
            **({"dictionaries": dictionaries} if dictionaries else {}),
            **{name: {"file": path.name, "sha256": sha256(path)} for name, path in decisions.items() if path},
        },
    )
