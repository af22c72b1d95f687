"""What validation found in the rows behind a figure, and what was corrected in them: numbers alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from lfs_migration.explain.counted import Checked
from lfs_migration.explain.rows import Place, Tally
from lfs_migration.explain.sources import Ingredient
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.decisions import Correction
from lfs_migration.model.findings import Finding, Findings


def errors_of(findings: Findings) -> tuple[Finding, ...]:
    """Return the findings of severity error that are about a household."""
    return tuple(one for one in findings if one.severity == "error" and one.household)


def places_of(errors: Sequence[Finding], corrections: Sequence[Correction], codebook: Codebook) -> tuple[Place, ...]:
    """Return where findings and corrections are: those of findings first."""
    found = [(one.record, one.household, one.line) for one in errors]
    made = [(codebook.variable(one.variable).record, one.household, one.line.strip()) for one in corrections]
    return (*found, *made)


def checked(
    findings: Findings, errors: Sequence[Finding], corrections: Sequence[Correction], tallies: Sequence[Tally],
    variables: Iterable[Ingredient],
) -> Checked:  # fmt: skip
    """Return how many findings and corrections concern the rows that are counted.

    Parameters
    ----------
    findings : Findings
    errors : sequence of Finding
    corrections : sequence of Correction
    tallies : sequence of Tally
        Which say of the places of both whether they are counted.
    variables : iterable of Ingredient
    """
    met = sorted(frozenset[int]().union(*(tally.places for tally in tallies)))
    own = [errors[place] for place in met if place < len(errors)]
    made = [corrections[place - len(errors)] for place in met if place >= len(errors)]
    names = set(_names(variables))
    return Checked(
        rows=sum(tally.counted for tally in tallies),
        errors=dict(sorted(Counter(one.rule for one in own if not one.accepted).items())),
        accepted=sum(bool(one.accepted) for one in own),
        corrected=len(made),
        entering=sum(one.variable in names for one in made),
        complete=all(one.listed >= one.failed for one in findings.outcomes if one.severity == "error"),
    )


def _names(variables: Iterable[Ingredient]) -> Iterable[str]:
    for one in variables:
        yield one.name
        yield from _names(one.parts)
