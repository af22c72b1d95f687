"""Findings as files: CSV and JSON for programs, a workbook with a sheet a rule, a page that shows where they gather.

They name households: all of them are for the office's own use, and readable by their owner alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from lfs_migration.errors import NotFound, near
from lfs_migration.files import write_bytes, write_lines, write_text
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.findings import Findings
from lfs_migration.publish.about import survey_of
from lfs_migration.publish.findings.book import findings_book
from lfs_migration.publish.findings.counts import Interviews
from lfs_migration.publish.findings.lists import finding_json, finding_lines
from lfs_migration.publish.findings.page import findings_page

Write = Callable[[Findings, Path, Interviews, str], Path]


def write_findings(
    findings: Findings, path: Path | str, *, data: Dataset | None = None, language: str = "en"
) -> Path:  # fmt: skip
    """Write findings as the file that its ending asks for: ``.csv``, ``.json``, ``.xlsx`` or ``.html``.

    A name without an ending is CSV.

    The same findings give the same bytes.

    Parameters
    ----------
    findings : Findings
    path : path
    data : Dataset, optional
        What was validated: gives the survey and regions their names, and the numbers of interviews that findings are
        set against.
    language : str
        Of the workbook and the page; the other files are in English.

    Returns
    -------
    Path

    Raises
    ------
    NotFound
        For another ending.
    LfsMigrationError
        When the folder or the disk does not take the file.

    Examples
    --------
    >>> import tempfile
    >>> path = write_findings(Findings(()), Path(tempfile.mkdtemp()) / "findings.json")
    >>> path.read_text().splitlines()[1]
    ' "survey": "",'
    """
    write = writer(path)
    if write in (_book, _page) and data is not None and data.country is not None:
        findings = replace(findings, title=survey_of((), data).named(language))
    return write(findings, Path(path), Interviews.of(data, language), language)


def writer(path: Path | str) -> Write:
    """Return what writes a file of findings of this ending.

    Raises
    ------
    NotFound
        Before there is anything to write.
    """
    ending = Path(path).suffix.lower() or ".csv"
    if ending not in WRITERS:
        raise NotFound(f"Findings cannot be written as {Path(path).name!r}", hint=near(ending, WRITERS))
    return WRITERS[ending]


def _csv(findings: Findings, path: Path, _interviews: Interviews, _language: str) -> Path:
    return write_lines(path, finding_lines(findings), private=True)


def _json(findings: Findings, path: Path, _interviews: Interviews, _language: str) -> Path:
    return write_text(path, finding_json(findings), private=True)


def _book(findings: Findings, path: Path, interviews: Interviews, language: str) -> Path:
    return write_bytes(path, findings_book(findings, interviews, language), private=True)


def _page(findings: Findings, path: Path, interviews: Interviews, language: str) -> Path:
    return write_text(path, findings_page(findings, interviews, language), private=True)


WRITERS: dict[str, Write] = {".csv": _csv, ".json": _json, ".xlsx": _book, ".html": _page}
"""What writes each kind of file."""
