"""The verb: everything that is wrong in a harmonised data set, as a table of findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from lfs_migration.catalog import Computable
from lfs_migration.errors import DataError
from lfs_migration.frames import Frame, Records, values
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.findings import Finding, Findings, Outcome
from lfs_migration.model.rules import Rule
from lfs_migration.validate import checks
from lfs_migration.validate.judged import Context, Judged, Verdict
from lfs_migration.validate.judges import JUDGES


@dataclass(frozen=True)
class _Part:
    """What was found in some households."""

    rows: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...]


def validate(data: Dataset) -> Findings:
    """Check a harmonised data set.

    Checked are native codes without a target, codes and ranges of each variable, keys between records, weights, strata
    and units, routing (who was asked what), and the codebook's rules. A rule that the edition's answers do not allow is
    not run; one that cannot be computed says so in its outcome, and no other suffers.

    Parameters
    ----------
    data : Dataset
        Harmonised.

    Returns
    -------
    Findings
        Errors first, then by record, household and line; the same on every engine, whatever the order of the rows.

    Raises
    ------
    DataError
        When the data have no codebook.
    """
    if data.country is None or data.codebook is None:
        raise DataError("Validation needs a codebook", hint="Use lfm.read(path, country) and lfm.harmonise")
    if data.store is None:
        parts = [_judged(data, data.records)]
    else:
        parts = list(data.store.each(partial(_judged, replace(data, records={}, store=None))))
    rows = [*_unmatched(data), *(finding for part in parts for finding in part.rows)]
    outcomes = _together([*_lost(data), *(one for part in parts for one in part.outcomes)])
    title = data.country.title["en"] + (" (synthetic data)" if data.synthetic else "")
    return Findings(tuple(sorted(rows, key=_order)), outcomes, title)


def _together(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """Return the outcomes of parts of the data, those of one check added up."""
    out: dict[tuple[str, str, str], Outcome] = {}
    for one in outcomes:
        key = (one.rule, one.record, one.label["en"])
        held = out.get(key)
        out[key] = one if held is None else replace(
            held, passed=held.passed + one.passed, failed=held.failed + one.failed,
            unknown=held.unknown + one.unknown, listed=held.listed + one.listed,
        )  # fmt: skip
    return tuple(out.values())


def _lost(data: Dataset) -> Iterator[Outcome]:
    """Yield the outcome of each native code that no map names."""
    for lost in data.unmatched:
        failed = len(lost.keys)
        label = {"en": f"{lost.column}: code {lost.value} has no target"}
        remedy = {"en": "Add it under codes, or list it as missing"}
        passed = data.sizes[lost.record] - failed
        yield Outcome("unmatched_code", "error", lost.record, label, remedy, passed, failed, listed=failed)


def _unmatched(data: Dataset) -> Iterator[Finding]:
    """Yield native codes that no map names."""
    for lost in data.unmatched:
        times = f"Seen {len(lost.keys)} times"
        for household, *line in lost.keys:
            yield Finding(
                rule="unmatched_code",
                severity="error",
                record=lost.record,
                household=_text(household),
                line=_text(line[0]) if line else "",
                variable=lost.variable,
                value=lost.value,
                message=f"{lost.where} {lost.column}: code {lost.value} has no target. {times}",
                remedy="Add it under codes, or list it as missing",
            )


def _judged(data: Dataset, held: Mapping[str, Frame]) -> _Part:
    """Return what is wrong in whole households: all of them, or those of one part."""
    assert data.codebook is not None
    records = Records(replace(data, records=held))
    verdicts = list(_verdicts(data, records, data.codebook))
    rows = tuple(_findings(verdicts, records, data.codebook))
    return _Part(rows, tuple(_outcome(*verdict) for verdict in verdicts))


def _verdicts(data: Dataset, records: Records, codebook: Codebook) -> Iterator[Verdict]:
    assert data.country is not None
    yield from checks.columns(records, codebook)
    yield from checks.keys(records, codebook)
    if data.design is not None:
        yield from checks.design(records, data.design)
    yield from checks.routing(records, codebook, data.country)
    computable, context = Computable(codebook, data.country), Context(records, codebook, data.country)
    for rule in codebook.rules.values():
        if rule.record in records.frames and not computable.rule(rule):
            yield rule, JUDGES[type(rule)](rule, context)


def _outcome(rule: Rule, judged: Judged) -> Outcome:
    failed = len(judged.failed) + len(judged.patterns)
    return Outcome(rule.id, rule.severity, rule.record, rule.label, rule.remedy, judged.passed, failed, judged.unknown,
                   listed=failed, reference=rule.reference)  # fmt: skip


def _findings(verdicts: Iterable[Verdict], records: Records, codebook: Codebook) -> Iterator[Finding]:
    for rule, judged in verdicts:
        if not len(judged.failed):
            continue
        frame = records.frames[rule.record]
        key = codebook.records[rule.record].key
        household = values(frame, key[0])
        line = values(frame, key[1]) if len(key) > 1 else [""] * len(frame)
        shown = [_values(frame, records, name, rule.record) for name in rule.variables]
        for row in map(int, judged.failed):
            yield Finding(
                rule=rule.id,
                severity=rule.severity,
                record=rule.record,
                household=_text(household[row]),
                line=_text(line[row]),
                variable=", ".join(rule.variables),
                value=", ".join(_text(column[row]) for column in shown),
                message=rule.label["en"],
                remedy=rule.remedy["en"],
            )


def _values(frame: Frame, records: Records, name: str, record: str) -> list[object]:
    return values(frame, name) if name in frame.columns else records.column(name, record).to_pylist()


def _text(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _order(finding: Finding) -> tuple[object, ...]:
    line = finding.line.zfill(4)
    place = (finding.severity != "error", finding.record, finding.household, line)
    return (*place, finding.rule, finding.variable, finding.value, finding.message)
