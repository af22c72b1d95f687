"""Checks of the files that the records came from: codes without a target, codes declared missing, doubtful text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from lfs_migration.errors import ExpressionError
from lfs_migration.expr import evaluate, parse
from lfs_migration.model.country import Derive, Map, Recode
from lfs_migration.model.dataset import Dataset, Source, Unmatched
from lfs_migration.model.findings import Finding, Outcome
from lfs_migration.model.noun import Value
from lfs_migration.model.rules import Severity
from lfs_migration.validate.words import SAID, said

Places = Mapping[Any, tuple[str, str]]
"""Region and interviewer by household."""
Result = tuple[Outcome, list[Finding]]


def unmatched(data: Dataset, places: Places, known: tuple[bool, bool], limit: int) -> Iterator[Result]:
    """Yield the outcome of each native code that no map names, and where it was seen.

    Parameters
    ----------
    data : Dataset
    places : mapping of household to (region, interviewer)
    known : (bool, bool)
        Whether the data know regions, and interviewers.
    limit : int
    """
    for lost in data.unmatched:
        failed = len(lost.keys)
        label, remedy = said("unmatched_code", column=lost.column, value=lost.value)
        spots = [places.get(household, ("", "")) for household, *_ in lost.keys]
        counts = [dict(sorted(Counter(spot[i] for spot in spots).items())) if known[i] else {} for i in (0, 1)]
        found = sorted(_lost(lost, spots), key=lambda finding: (finding.household, finding.line.zfill(4)))[:limit]
        outcome = Outcome(
            "unmatched_code", "error", lost.record, label, remedy, data.sizes[lost.record] - failed, failed,
            listed=len(found), regions=counts[0], interviewers=counts[1], reference=SAID["unmatched_code"].reference,
        )  # fmt: skip
        yield outcome, found


def _lost(lost: Unmatched, spots: list[tuple[str, str]]) -> Iterator[Finding]:
    label, remedy = said("unmatched_code", column=lost.column, value=lost.value)
    message = f"{lost.where} {label['en']}. Seen {len(lost.keys)} times"
    for (household, *line), (region, interviewer) in zip(lost.keys, spots, strict=True):
        number = "" if not line or line[0] is None else f"{line[0]}"
        home = "" if household is None else str(household)
        yield Finding("unmatched_code", "error", lost.record, home, number, lost.variable, lost.value, message,
                      remedy["en"], region, interviewer)  # fmt: skip


def declared(data: Dataset) -> Iterator[Result]:
    """Yield, for each file that declares codes missing, those that its maps take for answers all the same.

    What is counted are codes, not rows: in harmonised records a code is no longer told from others of the same target.
    A computed variable takes a code for an answer where it has one by that code alone, whatever the others are.
    """
    assert data.country is not None and data.codebook is not None
    sources = {source.name: source for source in data.sources}
    for record, mapped in data.country.records.items():
        source = sources.get(mapped.file)
        if source is None or not source.user_missing:
            continue
        passed = 0
        found: list[Finding] = []
        for variable, chosen in mapped.variables.items():
            absent = data.codebook.variables[variable].missing
            for column, value, taken in _codes(chosen, source, absent):
                passed += not taken
                if taken:
                    where = data.country.line("records", record, "variables", variable)
                    found.append(_finding("declared_missing", record, variable, value, where, column=column))
        if passed or found:
            yield _outcome("declared_missing", record, passed, found)


def _codes(chosen: Map, source: Source, absent: Collection[Value]) -> Iterator[tuple[str, str, bool]]:
    """Yield the codes that a file declares missing and a map meets, and whether it takes them for answers."""
    if isinstance(chosen, Recode):
        for value in dict.fromkeys([*chosen.codes, *chosen.missing, *chosen.skip]):
            if source.declares_missing(chosen.column, value):
                yield chosen.column, str(value), value in chosen.codes
    elif isinstance(chosen, Derive):
        expression = parse(chosen.compute)
        for column in sorted(expression.names & set(source.user_missing)):
            for value in source.user_missing[column]:
                found = None if isinstance(value, tuple) else _computed(chosen.compute, expression.names, column, value)
                if found is not None:
                    yield column, f"{value:g}" if isinstance(value, float) else str(value), found not in absent


def _computed(text: str, names: Iterable[str], column: str, value: Any) -> Any:
    """Return what a computed variable is for a code alone, all other answers unknown; nothing where that is unknown."""
    try:
        return evaluate(text, {**dict.fromkeys(names), column: value})
    except ExpressionError:
        return None


def doubts(data: Dataset) -> Iterator[Result]:
    """Yield what each file's text shows of a wrong encoding."""
    for source in data.sources:
        found = [
            _finding("doubt", "", doubt.column, doubt.found, f"{source.path}:", told=f"{doubt}")
            for doubt in source.doubts
        ]
        yield _outcome("doubt", "", int(not found), found)


def _finding(check: str, record: str, variable: str, value: str, where: str, **names: str) -> Finding:
    label, remedy = said(check, value=value, **names)
    message = f"{where} {names.get('told') or label['en']}"
    severity: Severity = SAID[check].severity
    return Finding(check, severity, record, "", "", variable, value, message, remedy["en"])


def _outcome(check: str, record: str, passed: int, found: list[Finding]) -> Result:
    one = SAID[check]
    return Outcome(check, one.severity, record, one.label, one.remedy, passed, len(found), listed=len(found),
                   reference=one.reference), found  # fmt: skip


Check = Callable[[Dataset], Iterator[Result]]
FILES: tuple[Check, ...] = (declared, doubts)
"""Checks of the files alone."""
