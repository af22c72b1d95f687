"""What is proposed, in lines for the screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lfs_migration.matching.nouns import Match

if TYPE_CHECKING:
    from lfs_migration.matching.propose import Proposal

OPEN = 25
"""Open points shown; the file has them all."""
ALTERNATIVE = 0.2
"""Smallest score of an alternative that is shown; the file has its evidence."""
SHOWN = 3
"""Pieces of evidence shown of each suggestion, the strongest; what is evidence for a whole file is said once, above."""


def report(proposal: Proposal) -> list[str]:
    """Return the report: what each file seems to be, each suggestion with its evidence, and what is open."""
    return [*_verdict(proposal), *_records(proposal), *_open(proposal)]


def claims(proposal: Proposal) -> tuple[int, int]:
    """Return how many columns are claimed by suggestions, and how many there are in the files."""
    used = {(r.file, column) for r in proposal.records for m in proposal.of(r.record) for column in m.columns}
    return len(used), sum(len(table.columns) for table in proposal.tables)


def _verdict(proposal: Proposal) -> Iterator[str]:
    claimed, columns = claims(proposal)
    if not proposal.resembles:
        name = proposal.known.codebook.title["en"]
        yield f"{claimed} of {columns} columns resemble the module: this does not look like a survey with the {name!r}."
    else:
        yield f"{claimed} of {columns} columns are matched."


def _records(proposal: Proposal) -> Iterator[str]:
    for record in proposal.records:
        table = next(table for table in proposal.tables if table.name == record.file)
        rows = f"{table.rows:,} rows" if table.rows else "a dictionary, without data"
        yield ""
        yield f"{table.name} ({rows}) seems to be the {record.record} record: {record.why}"
        for match in proposal.of(record.record):
            yield f"  {line(match)}"
            others = [f"{other.variable} {other.score:.2f}" for other in match.others if other.score >= ALTERNATIVE]
            if others:
                yield f"      or {', '.join(others)}"


def line(match: Match) -> str:
    """Return a suggestion in one line."""
    if match.fixed is not None:
        return f"{match.variable} = {match.fixed}"
    source = " + ".join(match.columns)
    return f"{match.variable} <- {source}  {match.score:.2f}  {match.reasons(SHOWN, leave='file')}"


def _open(proposal: Proposal) -> Iterator[str]:
    if proposal.open:
        yield ""
        yield f"Still open: {len(proposal.open)}"
    for one in proposal.open[:OPEN]:
        yield f"  {one.where}: {one.what}"
    if len(proposal.open) > OPEN:
        yield f"  and {len(proposal.open) - OPEN} more, in the file"
