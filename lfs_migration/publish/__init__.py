"""Publication: tables, findings and records as files that appear whole or not at all.

:func:`publish` writes everything at once. The rooms: ``data`` (tidy CSV and what describes it, exports), ``workbook``
(Excel), ``pages`` (the report and the profile), ``maps`` (that of the report), ``findings`` (CSV, JSON, Excel, HTML),
``sdmx``, and ``papers`` (charts, notebooks, LaTeX and Word, one table at a time). Beside them stands what they share:
names (``titles``), numbers (``figures``) and words (``words``, ``reasons``). The same input gives the same bytes,
except for the time in the manifest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lfs_migration.errors import DataError
from lfs_migration.files import PRIVATE, atomic, csv_line, write_lines
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.decisions import Correction
from lfs_migration.model.findings import Findings
from lfs_migration.model.protection import Hidden, Protected
from lfs_migration.model.results import Table
from lfs_migration.publish.about import About, Survey, in_language, survey_of
from lfs_migration.publish.corrected import write_corrections
from lfs_migration.publish.data.exports import write_exports
from lfs_migration.publish.data.package import SDMX_FOLDER, write_data_package
from lfs_migration.publish.data.tidy import write_tables
from lfs_migration.publish.figures import plain
from lfs_migration.publish.findings.files import write_findings, writer
from lfs_migration.publish.findings.lists import finding_lines
from lfs_migration.publish.manifest import version, write_manifest
from lfs_migration.publish.pages.profile import write_profile
from lfs_migration.publish.pages.report import write_report
from lfs_migration.publish.planned import write_planned
from lfs_migration.publish.renewal import MANIFEST, cleared, renewed, withdraw
from lfs_migration.publish.sdmx.files import write_sdmx
from lfs_migration.publish.weights import write_weights
from lfs_migration.publish.workbook.workbook import write_workbook

if TYPE_CHECKING:
    from lfs_migration.frames import Frame
    from lfs_migration.weights.diagnose import Diagnostic

__all__ = [
    "FINDINGS",
    "INTERNAL",
    "About",
    "Survey",
    "cleared",
    "finding_lines",
    "publish",
    "withdraw",
    "write_corrections",
    "write_data_package",
    "write_exports",
    "write_findings",
    "write_manifest",
    "write_microdata",
    "write_profile",
    "write_protection_log",
    "write_report",
    "write_sdmx",
    "write_tables",
    "write_weights",
    "write_workbook",
    "writer",
]


INTERNAL = "internal"
"""The folder beside publications of what is for the office alone: it names households and hidden cells."""
WORKBOOK, REPORT = "tables.xlsx", "report.html"
FINDINGS = ("findings.csv", "findings.html")
WEIGHTS, CORRECTIONS = "weights.csv", "corrections_applied.csv"
MICRODATA, MICRODATA_DDI, PROTECTION = "microdata.parquet", "microdata.ddi.xml", "protection.csv"


def publish(  # noqa: PLR0913
    tables: Sequence[Table],
    out: Path | str,
    *,
    data: Dataset | None = None,
    findings: Findings | None = None,
    microdata: Frame | Iterable[Any] | None = None,
    about: About | None = None,
    weights: Sequence[Diagnostic] = (),
    corrections: Sequence[Correction] = (),
    unprotected: bool = False,
    internal: Path | str | None = None,
    languages: Sequence[str] = (),
    sdmx_ml: bool = False,
    describe: Callable[[Path], Path] | None = None,
) -> list[Path]:
    """Write a publication into a folder, and what is for the office alone into another.

    ``tables.csv``, ``tables.xlsx``, ``report.html``, SDMX under ``sdmx``, ``datapackage.json`` and CSV on the Web
    metadata always; ``profile.html`` and files under ``exports`` where the survey's module plans them; workbook, report
    and profile once more for each further language, as ``report.fr.html``; ``manifest.json``. Apart from them, readable
    by their owner alone and as far as they are given: ``findings.csv``, ``findings.html``, ``weights.csv``,
    ``corrections_applied.csv``, ``microdata.parquet`` with ``microdata.ddi.xml``, and ``protection.csv``.

    All is written before the earlier publication is touched; then the new files take their places, and those that are
    no longer published go. A folder with a manifest is always a complete publication.

    Parameters
    ----------
    tables : sequence of Table
    out : path
        Made when it is missing.
    data : Dataset, optional
        What the tables were made from, for the report and the manifest.
    findings : Findings, optional
        Rows go to ``findings.csv`` and ``findings.html``, counts into the workbook and the report.
    microdata : frame or iterable of pyarrow.Table, optional
        Harmonised records for researchers, written as they are; tables of the same columns where they are streamed.
    about : About, optional
        Language, notes, quality rules, hashes of the codebooks, seed.
    weights : sequence of Diagnostic
        What was done to the weights, for ``weights.csv`` and the report.
    corrections : sequence of Correction
        Those that the data have, for ``corrections_applied.csv``.
    unprotected : bool
        Publish tables in which persons may be recognised; each file then says so.
    internal : path, optional
        Folder of what is for the office alone; without it that of the publication's name in a folder ``internal``
        beside it.
    languages : sequence of str
        Of workbook, report and profile, without a repetition; the one of ``about`` alone where none is given. Findings
        are in the first.
    sdmx_ml : bool
        Write SDMX-ML too, which needs the extra ``sdmx``.
    describe : callable, optional
        Takes the path of the microdata, and writes a file beside them that says what they hold.

    Returns
    -------
    list of Path
        The files, in the order in which they were written.

    Raises
    ------
    DataError
        For tables that were not protected, unless they are asked for.
    LfsMigrationError
        When a folder or the disk does not take the files: the earlier publication is then as it was.
    """
    bare = next((table for table in tables if not table.protection), None)
    if bare is not None and not unprotected:
        raise DataError(
            "The tables are not protected against disclosure", where=f"{bare.survey} {bare.indicator.code}",
            hint="Give lfm.protect(tables), or say unprotected=True: each file then says so",
        )  # fmt: skip
    about = (about or About()).of(data)
    if isinstance(tables, Protected):
        about = replace(about, protection=tables)
    folder = Path(out).absolute()
    own = Path(internal).absolute() if internal is not None else folder.parent / INTERNAL / folder.name
    with renewed(folder, own) as (new, new_own):
        spoken = [replace(about, language=one) for one in languages] or [about]
        paths = _public(tables, new, spoken, data=data, findings=findings, weights=weights, sdmx_ml=sdmx_ml)
        survey = survey_of(tables, data)
        private = _internal(
            new_own, made=tables, data=data, findings=findings, microdata=microdata, about=spoken[0], weights=weights,
            corrections=corrections, survey=survey, describe=describe,
        )  # fmt: skip
        write_manifest(
            new / MANIFEST, data=data, outputs=paths, internal=private, codebooks=about.codebooks, seed=about.seed,
            extra={**_named(survey), "protection": _protection(tables), **about.extra},
        )  # fmt: skip
    return [
        *(Path(out) / one.relative_to(new) for one in paths),
        *(own / one.relative_to(new_own) for one in private),
        Path(out) / MANIFEST,
    ]


def _public(
    tables: Sequence[Table],
    folder: Path,
    spoken: Sequence[About],
    *,
    data: Dataset | None,
    findings: Findings | None,
    weights: Sequence[Diagnostic],
    sdmx_ml: bool,
) -> list[Path]:
    """Write what anybody may see, but for the manifest; workbook, report and profile in each language."""
    counts = None if findings is None else findings.counts()
    about = spoken[0]
    paths = [write_tables(tables, folder / "tables.csv")]
    for said in spoken:
        workbook, report = (folder / in_language(name, said, about) for name in (WORKBOOK, REPORT))
        paths.append(write_workbook(tables, workbook, about=said, findings_counts=counts))
        paths.append(write_report(tables, report, about=said, findings=findings, data=data, weights=weights))
    paths += write_planned(tables, folder, spoken=spoken, data=data)
    paths += write_sdmx(tables, folder / SDMX_FOLDER, about=about, data=data, markup=sdmx_ml)
    return [*paths, *write_data_package(tables, folder, paths, about=about, data=data)]


def _internal(  # noqa: PLR0913
    folder: Path,
    *,
    made: Sequence[Table],
    data: Dataset | None,
    findings: Findings | None,
    microdata: Frame | Iterable[Any] | None,
    about: About,
    weights: Sequence[Diagnostic],
    corrections: Sequence[Correction],
    survey: Survey,
    describe: Callable[[Path], Path] | None,
) -> list[Path]:
    """Write what is for the office alone."""
    book, paths = None if data is None else data.codebook, list[Path]()
    given = findings is not None or microdata is not None or weights or corrections or isinstance(made, Protected)
    if given:
        folder.mkdir(parents=True, exist_ok=True)
    for name in FINDINGS if findings is not None else ():
        assert findings is not None
        paths.append(write_findings(findings, folder / name, data=data, language=about.language))
    if weights:
        paths.append(write_weights(weights, folder / WEIGHTS, survey.named()))
    if corrections:
        paths.append(write_corrections(corrections, folder / CORRECTIONS, book))
    if microdata is not None:
        paths.append(write_microdata(microdata, folder / MICRODATA, survey))
        if describe is not None:
            paths.append(describe(folder / MICRODATA))
            paths[-1].chmod(PRIVATE)  # it is the caller's file, and the folder is open to nobody until it is
    if isinstance(made, Protected):
        paths.append(write_protection_log(made, folder / PROTECTION))
    return paths


def write_microdata(microdata: Frame | Iterable[Any], path: Path | str, survey: Survey) -> Path:
    """Write records as Parquet; the file itself says of which survey they are, and whether they are synthetic."""
    from lfs_migration.frames import write_parquet

    metadata = {
        "title": survey.named(),
        "survey": survey.id,
        "synthetic": str(survey.synthetic).lower(),
        "generator": f"lfs_migration {version('lfs-migration')}",
    }
    with atomic(path, private=True) as part:
        write_parquet(microdata, part, metadata)
    return Path(path)


def write_protection_log(protected: Protected, path: Path | str) -> Path:
    """Write which cells disclosure control hid, by which rule: for the office, never for publication.

    Parameters
    ----------
    protected : Protected
    path : path
        Apart from the published files; only its owner may read it.

    Returns
    -------
    Path
    """
    columns = [one.name for one in fields(Hidden)]
    rows = (
        [",".join(f"{d}={c}" for d, c in hidden.codes.items()) if name == "codes" else _plain(getattr(hidden, name))
         for name in columns]
        for hidden in protected.log
    )  # fmt: skip
    return write_lines(path, map(csv_line, [columns, *rows]), private=True)


def _plain(value: object) -> str:
    return plain(value) if isinstance(value, float) else str(value)


def _protection(tables: Sequence[Table]) -> dict[str, object]:
    """Return what the manifest says of disclosure control."""
    if isinstance(tables, Protected):
        return {"profile": tables.profile, "rules": tables.rules.model_dump(mode="json"), **tables.counts}
    return {"profile": "; ".join(sorted({table.protection or "none" for table in tables}))}


def _named(survey: Survey) -> dict[str, object]:
    return {"survey": {"id": survey.id, "title": survey.title}, "synthetic": survey.synthetic}
