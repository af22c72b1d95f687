"""The verb: everything that is wrong in a harmonised data set, as a table of findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
        Errors first, then by record, household and line.

    Raises
    ------
    DataError
        When the data have no codebook.
    """
    if data.country is None or data.codebook is None:
        raise DataError("Validation needs a codebook", hint="Use lfm.read(path, country) and lfm.harmonise")
    records = Records(data)
    failures = list(_failures(data, records, data.codebook))
    rows = sorted(_findings(failures, records, data.codebook), key=_order)
    checked: dict[str, int] = {}
    for failure in failures:
        checked[failure.rule] = checked.get(failure.rule, 0) + failure.checked
    title = data.country.title["en"] + (" (synthetic data)" if data.synthetic else "")
    return Findings(tuple(rows), checked, title)


def _failures(data: Dataset, records: Records, codebook: Codebook) -> Iterator[Failure]:
    assert data.country is not None
    yield from checks.unmatched_codes(data)
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
            own = failure.shown[row] if failure.shown else None
            yield Finding(
                rule=failure.rule,
                severity=failure.severity,
                record=failure.record,
                household=_text(household[row]),
                line=_text(line[row]),
                variable=", ".join(failure.variables),
                value=own if own is not None else ", ".join(_text(column[row]) for column in shown),
                message=failure.message,
                remedy=failure.remedy,
            )


def _values(frame: Frame, records: Records, name: str, record: str) -> list[object]:
    return values(frame, name) if name in frame.columns else records.column(name, record).to_pylist()


def _text(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _order(finding: Finding) -> tuple[object, ...]:
    line = finding.line.zfill(4)
    return (finding.severity != "error", finding.record, finding.household, line, finding.rule, finding.variable)
