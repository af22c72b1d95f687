"""The verb: everything that is wrong in a harmonised data set, as a table of findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from lfs_migration.errors import DataError
from lfs_migration.frames import Frame, Records, values
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.results import Finding, Findings
from lfs_migration.validate import checks
from lfs_migration.validate.checks import Failure


def validate(data: Dataset) -> Findings:
    """Check a harmonised data set.

    Checked are native codes without a target, codes and ranges of each variable, keys between records, weights, strata
    and units, routing (who was asked what), and the codebook's rules between variables. A rule that the edition's
    answers do not allow is not run.

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
        judged = [_judged(data, data.records)]
    else:
        judged = data.store.each(partial(_judged, replace(data, records={}, store=None)))
    rows = [*_unmatched(data), *(finding for part in judged for finding in part.rows)]
    checked: Counter[str] = Counter()
    for lost in data.unmatched:
        checked["unmatched_code"] += data.sizes[lost.record]
    for part in judged:
        checked.update(part.checked)
    title = data.country.title["en"] + (" (synthetic data)" if data.synthetic else "")
    return Findings(tuple(sorted(rows, key=_order)), dict(checked), title)


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


def _judged(data: Dataset, held: Mapping[str, Frame]) -> Findings:
    """Return what is wrong in whole households: all of them, or those of one part."""
    assert data.codebook is not None
    records = Records(replace(data, records=held))
    failures = list(_failures(data, records, data.codebook))
    checked: Counter[str] = Counter()
    for failure in failures:
        checked[failure.rule] += failure.checked
    return Findings(tuple(_findings(failures, records, data.codebook)), dict(checked), "")


def _failures(data: Dataset, records: Records, codebook: Codebook) -> Iterator[Failure]:
    assert data.country is not None
    yield from checks.columns(records, codebook)
    yield from checks.keys(records, codebook)
    if data.design is not None:
        yield from checks.design(records, data.design)
    yield from checks.routing(records, codebook, data.country)
    yield from checks.rules(records, codebook, data.country)


def _findings(failures: Iterable[Failure], records: Records, codebook: Codebook) -> Iterator[Finding]:
    for failure in failures:
        if not len(failure.rows):
            continue
        frame = records.frames[failure.record]
        key = codebook.records[failure.record].key
        household = values(frame, key[0])
        line = values(frame, key[1]) if len(key) > 1 else [""] * len(frame)
        shown = [_values(frame, records, name, failure.record) for name in failure.variables]
        for row in map(int, failure.rows):
            yield Finding(
                rule=failure.rule,
                severity=failure.severity,
                record=failure.record,
                household=_text(household[row]),
                line=_text(line[row]),
                variable=", ".join(failure.variables),
                value=", ".join(_text(column[row]) for column in shown),
                message=failure.message,
                remedy=failure.remedy,
            )


def _values(frame: Frame, records: Records, name: str, record: str) -> list[object]:
    return values(frame, name) if name in frame.columns else records.column(name, record).to_pylist()


def _text(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _order(finding: Finding) -> tuple[object, ...]:
    line = finding.line.zfill(4)
    place = (finding.severity != "error", finding.record, finding.household, line)
    return (*place, finding.rule, finding.variable, finding.value, finding.message)
