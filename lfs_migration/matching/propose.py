"""From files to a proposal: which file is which record, and which column is which variable."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lfs_migration.errors import CatalogError, ReadError
from lfs_migration.matching.amounts import buddhist
from lfs_migration.matching.columns import describe
from lfs_migration.matching.design import calendar, household, joined
from lfs_migration.matching.keys import Keys, constant_within, household_key
from lfs_migration.matching.links import Link, countings, links
from lfs_migration.matching.lists import Named, code_map
from lfs_migration.matching.nouns import Candidate, CodeMatch, Column, Match, Open, RecordMatch, Table
from lfs_migration.matching.openings import openings
from lfs_migration.matching.placing import Place, places
from lfs_migration.matching.records import FIXED, Fit, recognised, settled
from lfs_migration.matching.report import report
from lfs_migration.matching.scoring import others
from lfs_migration.matching.targets import Knowledge, Target, knowledge
from lfs_migration.matching.words import words
from lfs_migration.model.codelist import CodeList


@dataclass(frozen=True, eq=False)
class Proposal:
    """What a country's files seem to be, to be looked over by somebody who knows the survey.

    Parameters
    ----------
    name, edition, module : str
    country : str
        ISO 3166-1 alpha-3; empty where the name is no country's.
    tables : tuple of Table
    records : tuple of RecordMatch
    matches : tuple of Match
    regions : tuple of Named
        Codes of the national list of regions.
    open : tuple of Open
        What is still to be settled, the most important first.
    resembles : bool
        Whether the files look like this module's survey at all.
    """

    name: str
    edition: str
    module: str
    country: str
    tables: tuple[Table, ...]
    records: tuple[RecordMatch, ...]
    matches: tuple[Match, ...]
    regions: tuple[Named, ...]
    open: tuple[Open, ...]
    resembles: bool
    known: Knowledge

    @property
    def id(self) -> str:
        """Name of the country file, without its ending."""
        return f"{self.name}-{self.edition}"

    def of(self, record: str) -> tuple[Match, ...]:
        """Return the suggestions for a record, in the codebook's order."""
        return tuple(match for match in self.matches if match.record == record)

    def lines(self) -> list[str]:
        """Return the report for the screen."""
        return report(self)


def propose(name: str, edition: str, files: Sequence[Path], module: str = "emigration") -> Proposal:
    """Read an office's files and suggest how they become the module's records.

    Parameters
    ----------
    name : str
        Of the country, as its file will be called.
    edition : str
        Year or round.
    files : sequence of Path
        Data files, or CSPro dictionaries.
    module : str

    Raises
    ------
    ReadError
        When there is no file, or one cannot be read.
    NotFound
        For an unknown module.
    CatalogError
        When the edition's name cannot be part of a file's.
    """
    if not files:
        raise ReadError("No file was given", hint="Name the office's data files, or a CSPro dictionary (.dcf)")
    if not re.fullmatch(r"[^\W_][\w.]*", edition):
        hint = "Write a year or a round, as 2027 or 2027Q1"
        raise CatalogError(f"{edition!r} cannot be part of a file's name", where="edition", hint=hint)
    known = knowledge(module)
    areas = known.codebook.codelists["COUNTRY"]
    tables = describe([Path(file) for file in files], areas)
    keys = household_key(tables)
    linked = _links(tables, keys, known)
    found = _settled(places(tables, known, keys, linked), known, keys, linked)
    country = _country(name, areas)
    matches = _ordered((*_fixed(country, edition, known, found), *_matches(found, known, keys)), known)
    records = tuple(place.match for place in found)
    return Proposal(
        name="_".join(words(name)) or name.lower(),
        edition=edition,
        module=module,
        country=country,
        tables=tables,
        records=records,
        matches=matches,
        regions=_regions(matches, known),
        open=openings(tables, records, matches, known),
        resembles=resembles(found, known),
        known=known,
    )


def _links(tables: Sequence[Table], keys: Keys, known: Knowledge) -> tuple[Link, ...]:
    """Return the household's columns that count the rows of other files."""
    home = next((table for table in tables if table.name == keys.home and table.rows), None)
    if home is None:
        return ()
    others = [table for table in tables if table is not home and table.rows]
    return links(home, others, keys, countings(known.codebook))


def _fixed(country: str, edition: str, known: Knowledge, found: Sequence[Place]) -> list[Match]:
    """Return what is the same in all rows of one country's round."""
    note = "" if country else "open: the country's ISO 3166-1 code"
    values = zip(FIXED, (country or "XXX", edition), (note, ""), strict=True)
    return [Match(known.root, variable, (), 1.0, fixed=value, note=told) for variable, value, told in values
            if variable in known.codebook.variables and found]  # fmt: skip


def _settled(found: Sequence[Place], known: Knowledge, keys: Keys, linked: tuple[Link, ...]) -> tuple[Place, ...]:
    """Read the context of each file; what is recognised in one file helps in the next."""
    out: list[Place] = []
    elsewhere: list[tuple[Column, str]] = []
    for place in sorted(found, key=lambda one: one.match.distinct):
        fit = settled(place.fit, place.own, known, elsewhere, linked)
        if place.match.distinct:
            fit = _repeated(fit, keys, [other for other in out if other.match.file == place.match.file])
        elsewhere += recognised(fit, known)
        out.append(replace(place, fit=fit))
    return tuple(sorted(out, key=lambda one: list(known.codebook.records).index(one.match.record)))


def _repeated(fit: Fit, keys: Keys, same_file: Sequence[Place]) -> Fit:
    """Leave to the household what is the same on all its rows, and what no other record of the file is surer of."""
    group = keys.groups.get(fit.table.name)
    better = {c: one.score for place in same_file for c, one in place.fit.found.items()}
    kept = {
        name: one
        for name, one in fit.found.items()
        if one.score > better.get(name, 0.0)
        and (group is None or constant_within(fit.table.by_name[name], group) > 0.98)
    }
    return replace(fit, found=kept)


def _matches(found: Sequence[Place], known: Knowledge, keys: Keys) -> list[Match]:
    out: list[Match] = []
    key = known.codebook.records[known.root].key[0]
    claimed = {(place.match.file, column): one.score for place in found if place.match.distinct
               for column, one in place.fit.found.items()}  # fmt: skip
    for place in found:
        own = [household(place.match.record, place.fit.table, keys, key)]
        for column, one in place.fit.found.items():
            if not place.match.distinct and claimed.get((place.match.file, column), 0.0) > one.score:
                continue
            own.append(_match(place.fit, place.fit.table.by_name[column], one, known))
        several = [match for match in own if match is not None]
        out += joined(several, place.fit.table, known) if place.match.record == known.root else several
    return out


def _match(fit: Fit, column: Column, one: Candidate, known: Knowledge) -> Match:
    target = known.target(fit.record, one.variable)
    reasons = set(target.variable.missing.values())
    absent = {value: told for value, told in column.absent.items() if told[0] in reasons}
    return Match(
        record=fit.record,
        variable=one.variable,
        columns=(column.name,),
        score=one.score,
        evidence=one.evidence,
        codes=_codes(fit.labels.get(column.name, ()), column, target),
        missing=absent,
        calendar=calendar(column, target.variable.type, buddhist=bool(column.rows.size) and buddhist(column)),
        others=others(fit.candidates, column.name, one.variable),
    )


def _codes(labelled: tuple[Named, ...], column: Column, target: Target) -> tuple[CodeMatch, ...]:
    """Return the map of codes: by labels; a code without a label is open."""
    if target.variable.codelist is None:
        return ()
    if target.codelist is None:
        names = {one.code: one.label for one in labelled}
        return tuple(CodeMatch(v, names.get(v, ""), str(v), 1.0, "national list") for v in column.answers)
    answers = dict.fromkeys(column.answers)
    mapped = code_map(labelled, target.codelist)
    with_label = {match.native for match in mapped}
    return (*mapped, *(CodeMatch(v, "", None, 0.0) for v in answers if v not in with_label))


def _ordered(matches: Sequence[Match], known: Knowledge) -> tuple[Match, ...]:
    order = {name: at for at, name in enumerate(known.codebook.variables)}
    records = list(known.codebook.records)
    key = known.codebook.records[known.root].key

    def place(match: Match) -> tuple[int, bool, int]:
        return (
            records.index(match.record),
            match.variable not in key or match.record == known.root,
            order[match.variable],
        )

    return tuple(sorted(matches, key=place))


def _regions(matches: Sequence[Match], known: Knowledge) -> tuple[Named, ...]:
    """Return the codes of the national list with their names, of the first column that has them."""
    national = {name for name, v in known.codebook.variables.items() if v.codelist in known.codebook.national}
    match = next((m for m in matches if m.variable in national), None)
    if match is None:
        return ()
    return tuple(Named(str(one.code), one.label) for one in match.codes)


def _country(name: str, areas: CodeList) -> str:
    """Return the code of the country with a name in any language."""
    wanted = words(name.replace("-", " ").replace("_", " "))
    for code, area in areas.codes.items():
        if area.attributes.get("iso2") and any(words(text) == wanted for text in (*area.label.values(), str(code))):
            return str(code)
    return ""


def resembles(found: Sequence[Place], known: Knowledge) -> bool:
    """Return whether files look like the module's survey: what it is about, or a third of their columns, is in it."""
    about = [place for place in found if place.match.record == known.codebook.main]
    if known.codebook.main != known.root and any(len(place.fit.found) >= 4 for place in about):
        return True
    columns: dict[str, int] = {place.match.file: len(place.fit.columns) for place in found}
    claims = sum(len(place.fit.found) for place in found)
    return claims >= 6 and claims >= sum(columns.values()) / 3
