"""A proposal as the first YAML file of a country."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lfs_migration.catalog.writing import Told, write_country, yaml_text
from lfs_migration.matching.lists import Named
from lfs_migration.matching.nouns import Match, RecordMatch, Table
from lfs_migration.matching.propose import Proposal
from lfs_migration.matching.report import claims
from lfs_migration.matching.targets import ROLES
from lfs_migration.matching.words import parts

_SCRIPTS = {"ar": "[\u0600-\u06ff]", "hy": "[\u0530-\u058f]", "ru": "[\u0400-\u04ff]", "th": "[\u0e00-\u0e7f]"}
"""Languages that their letters show."""


def write(proposal: Proposal, folder: Path) -> Path:
    """Write the country file of a proposal into a folder, and return its path.

    Raises
    ------
    CatalogError
        When the file is there already.
    """
    return write_country(draft(proposal), folder / f"{proposal.id}.yaml")


def draft(proposal: Proposal) -> str:
    """Return the country file of a proposal as text."""
    national = proposal.known.codebook.national
    data: dict[str, Any] = {
        "country": Told(proposal.country or "XXX", "" if proposal.country else "open: ISO 3166-1 alpha-3"),
        "name": proposal.name,
        "edition": proposal.edition,
        "module": proposal.module,
        "title": {"en": f"{proposal.name.replace('_', ' ').capitalize()} {proposal.edition}"},
        "reference": Told("open", "name the survey, the office, and where codes are documented"),
        "layout": "office",
        "languages": _languages(proposal),
        "files": {table.name: _file(table) for table in proposal.tables if _used(proposal, table)},
        "design": Told(
            {**{role: getattr(proposal.known.design, role) for role in ROLES}, "singletons": "fail"},
            above=("Open: what to do with strata of a single unit, and whether these are the design's variables.",),
        ),
    }
    if national:
        data["codelists"] = {name: _national(proposal.regions) for name in national}
    data["records"] = {record.record: _record(proposal, record) for record in proposal.records}
    return yaml_text(data, tuple(_header(proposal)))


def _header(proposal: Proposal) -> Iterator[str]:
    claimed, columns = claims(proposal)
    yield f"{proposal.name} {proposal.edition}: a first draft, written from files. No person has checked any of it."
    yield ""
    yield f"{claimed} of {columns} columns have a suggestion. Above each stand its score, 0.5 to 1, and the evidence:"
    yield "numbers over 0.5 speak for the variable, those under 0.5 against it."
    if not proposal.resembles:
        yield "These files do not look like a survey with this module."
    if proposal.open:
        yield ""
        yield "Still open, the most important first:"
    yield from (f"- {one.where}: {one.what}" for one in proposal.open)
    yield ""
    yield f"Then: lfs-migration check {proposal.id}.yaml"


def _used(proposal: Proposal, table: Table) -> bool:
    return any(record.file == table.name for record in proposal.records)


def _file(table: Table) -> dict[str, Any]:
    spec = table.spec
    entry: dict[str, Any] = {"path": spec.path, "format": spec.format}
    if spec.encoding:
        entry["encoding"] = spec.encoding
    if spec.format == "csv":
        entry |= {"delimiter": spec.delimiter} if spec.delimiter != "," else {}
        entry |= {"decimal": spec.decimal} if spec.decimal != "." else {}
    entry |= {"dictionary": Path(spec.dictionary).name} if spec.dictionary else {}
    return entry


def _languages(proposal: Proposal) -> list[str]:
    """Return the languages of labels and answers, as far as letters show them; English is always one."""
    texts = [text for table in proposal.tables for column in table.columns
             for text in (column.label, *column.value_labels.values(), *map(str, column.values[:50]))]  # fmt: skip
    whole = " ".join(texts)
    return [*(language for language, letters in _SCRIPTS.items() if re.search(letters, whole)), "en"]


def _national(regions: tuple[Named, ...]) -> Told:
    entry = {
        "label": {"en": "Region"},
        "source": "open",
        "codes": {one.code: _label(one) for one in regions} or {"open": {"en": "open"}},
    }
    open_ = "" if regions else "open: no column was recognised as the region"
    return Told(entry, open_, above=("The office's own list; names are as in its files.",))


def _label(one: Named) -> Any:
    """Return a name by language, as far as its letters show it; English is always needed."""
    label: dict[str, str] = {}
    for part in parts(one.label):
        label[next((code for code, letters in _SCRIPTS.items() if re.search(letters, part)), "en")] = part
    if "en" in label:
        return label
    name = next(iter(label.values()), str(one.code))
    return Told({"en": name, **label}, "open: the English name")


def _record(proposal: Proposal, record: RecordMatch) -> Told:
    entry: dict[str, Any] = {"file": record.file}
    if record.distinct:
        entry["distinct"] = Told(True, "rows of one household are one")
    matches = proposal.of(record.record)
    entry["variables"] = {match.variable: _map(match, proposal) for match in matches}
    return Told(entry, above=(record.why,))


def _map(match: Match, proposal: Proposal) -> Told:
    if match.fixed is not None:
        return Told({"value": match.fixed}, match.note)
    variable = proposal.known.codebook.variables[match.variable]
    head = f"{match.score:.2f}  {match.reasons(6)}"
    entry: dict[str, Any] = {}
    open_: tuple[str, ...] = ()
    if len(match.columns) > 1:
        entry = {"columns": list(match.columns), "widths": list(match.widths)}
    else:
        entry["column"] = match.columns[0]
        if variable.codelist is not None:
            entry["codes"] = {
                c.native: Told(c.code, f"{c.score:.2f} {c.why}") for c in match.codes if c.code is not None
            }
            open_ = tuple(f"open: {c.native!r} {c.label!r}" if c.label else f"open: {c.native!r}, which has no label"
                          for c in match.codes if c.code is None)  # fmt: skip
        if match.missing:
            entry["missing"] = {value: Told(reason, why) for value, (reason, why) in match.missing.items()}
        if match.calendar != "gregorian":
            entry["calendar"] = Told(match.calendar, "543 years ahead")
    if match.note:
        entry["note"] = match.note
    rest = tuple(
        f"or {other.variable}, {other.score:.2f}: {other.reasons(2)}" for other in match.others if other.score >= 0.05
    )
    return Told(entry, above=(head,), below=(*open_, *rest))
