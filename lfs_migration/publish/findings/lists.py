"""Findings for programs: lines of CSV, and one JSON object."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from lfs_migration.files import csv_line
from lfs_migration.model.findings import Finding, Findings
from lfs_migration.publish.data.tidy import disarm


def finding_lines(findings: Findings) -> Iterator[str]:
    """Yield the lines of a CSV file, one a finding; the last column is the survey, and says when it is synthetic.

    A finding quotes what stands in the data, and people open this file in a spreadsheet: a text that the spreadsheet
    would run as a formula has an apostrophe before it. Numbers, also negative ones, are as they were.
    """
    names = tuple(Finding.__dataclass_fields__)
    yield csv_line((*names, "survey"))
    for finding in findings:
        yield csv_line((*(disarm(str(getattr(finding, name))) for name in names), findings.title))


def finding_json(findings: Findings) -> str:
    """Return findings as a JSON object.

    Its keys, always in this order: ``survey``; ``totals`` with the true numbers of ``errors``, ``warnings`` and
    ``accepted`` exceptions, of findings ``listed`` below, and of ``checks`` and those ``not_made``; ``outcomes``, one
    for each check, with its true counts (see :class:`~lfs_migration.model.findings.Outcome`); ``findings``, the
    bounded list (see :class:`~lfs_migration.model.findings.Finding`); ``skipped``, rules that were not run, and why. A
    text is what stands in the data, whatever it starts with: nothing in JSON is a formula.

    Examples
    --------
    >>> list(json.loads(finding_json(Findings(()))))
    ['survey', 'totals', 'outcomes', 'findings', 'skipped']
    """
    content = {
        "survey": findings.title,
        "totals": {
            "errors": findings.errors,
            "warnings": findings.total - findings.errors,
            "accepted": sum(one.accepted for one in findings.outcomes),
            "listed": len(findings),
            "checks": len(findings.outcomes),
            "not_made": sum(bool(one.broken) for one in findings.outcomes),
        },
        "outcomes": [asdict(one) for one in findings.outcomes],
        "findings": [asdict(one) for one in findings],
        "skipped": [asdict(one) for one in findings.skipped],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
