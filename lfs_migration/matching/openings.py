"""What is still open: the most important first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from lfs_migration.catalog import Computable
from lfs_migration.matching.nouns import Match, Open, RecordMatch, Table
from lfs_migration.matching.targets import ROLES, Knowledge
from lfs_migration.model.country import Edition, EditionDesign, RecordMap, Rename

LISTED = 15
"""Variables that are listed as open by the number of indicators that wait for them."""


def openings(
    tables: Sequence[Table], records: Sequence[RecordMatch], matches: Sequence[Match], known: Knowledge
) -> tuple[Open, ...]:
    """Return what is not settled: keys, design, variables that indicators wait for, codes, files and columns."""
    found = {(match.record, match.variable) for match in matches}
    return (
        *_keys(records, found, known),
        *_design(found, known),
        *_wanted(found, known),
        *_computable(records, matches, known),
        *_codes(matches),
        *_files(tables, records),
        *(Open(table.name, note) for table in tables for note in table.notes),
    )


def _keys(records: Sequence[RecordMatch], found: set[tuple[str, str]], known: Knowledge) -> Iterator[Open]:
    for record in records:
        for key in known.codebook.records[record.record].key:
            if (record.record, key) not in found:
                yield Open(f"{record.record}.{key}", "the key of the record: no column was recognised")


def _design(found: set[tuple[str, str]], known: Knowledge) -> Iterator[Open]:
    for variable in (getattr(known.design, role) for role in ROLES):
        if variable in known.codebook.variables and (known.root, variable) not in found:
            yield Open(f"{known.root}.{variable}", "the design needs it: no column was recognised")


def _wanted(found: set[tuple[str, str]], known: Knowledge) -> Iterator[Open]:
    """Yield the variables that most indicators wait for."""
    waiting = [
        (target.wanted_by, record, target)
        for record, targets in known.targets.items()
        for target in targets
        if target.wanted_by and (record, target.name) not in found and not target.key
    ]
    waiting.sort(key=lambda one: -one[0])
    for count, record, target in waiting[:LISTED]:
        what = f"{target.variable.label['en']}: {count} indicator{'s wait' if count != 1 else ' waits'} for it"
        yield Open(f"{record}.{target.name}", what)


def _computable(records: Sequence[RecordMatch], matches: Sequence[Match], known: Knowledge) -> Iterator[Open]:
    """Say how many indicators the suggestions would do for, were all of them right."""
    roles = {role: getattr(known.design, role) for role in ROLES}
    maps = {r.record: RecordMap(file=r.file, variables={m.variable: Rename(column=m.variable) for m in matches
                                                       if m.record == r.record}) for r in records}  # fmt: skip
    edition = Edition(country="", name="suggested", edition="suggested", module=known.codebook.name, title={"en": ""},
                      reference="", layout="office", languages=("en",), files={}, records=maps,
                      design=EditionDesign(**roles, singletons="fail"))  # fmt: skip
    computable = Computable(known.codebook, edition)
    reasons = [computable.indicator(indicator) for indicator in known.indicators.values()]
    if any(reasons):
        first = Counter(filter(None, reasons)).most_common(1)[0][0]
        done = f"{reasons.count('')} of {len(reasons)} can be computed from what is suggested"
        yield Open("indicators", f"{done}; most others wait because {first}")


def _codes(matches: Sequence[Match]) -> Iterator[Open]:
    for match in matches:
        left = [one for one in match.codes if one.code is None]
        if left:
            shown = ", ".join(f"{one.native}{f' {one.label!r}' if one.label else ''}" for one in left[:6])
            more = f" and {len(left) - 6} more" if len(left) > 6 else ""
            yield Open(f"{match.record}.{match.variable}", f"codes without a suggestion: {shown}{more}")


def _files(tables: Sequence[Table], records: Sequence[RecordMatch]) -> Iterator[Open]:
    used = {record.file for record in records}
    for table in tables:
        if table.name not in used:
            yield Open(table.name, "no record of the module was recognised in this file")
