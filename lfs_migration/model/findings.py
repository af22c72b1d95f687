"""What validation gives back: one finding for each thing that is wrong, and how each check ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from lfs_migration.model.noun import Text
from lfs_migration.model.rules import Severity
from lfs_migration.model.verb import verb

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or looks wrong, in one row, or in many together.

    Parameters
    ----------
    rule : str
        Id of the rule.
    severity : str
        ``error`` or ``warning``.
    record, household, line : str
        Where to look: kind of row, household id, line number inside it. Empty when there is none.
    variable, value : str
        What was found. Several are joined with commas.
    message : str
        What is wrong.
    remedy : str
        What to do.
    region, interviewer : str
        Code of the region, and of who asked, where the data know it.
    accepted : str
        Why it stands although the rule fails, and who decided; empty where nobody did.
    """

    rule: str
    severity: Severity
    record: str
    household: str
    line: str
    variable: str
    value: str
    message: str
    remedy: str
    region: str = ""
    interviewer: str = ""
    accepted: str = ""


@dataclass(frozen=True)
class Outcome:
    """How one check ended, over all rows that it is about: each passes, fails, or is unknown.

    Parameters
    ----------
    rule : str
        Id.
    severity : str
    record : str
        Empty for what is about the whole file.
    label, remedy : Text
    passed, failed, unknown : int
        Rows, or groups of rows for a rule about many together.
    accepted : int
        Of those that failed: accepted exceptions.
    listed : int
        Of those that failed: in the list of findings, which is bounded.
    regions, interviewers : mapping of code to int
        Rows that failed and are not accepted, by region and by interviewer; the empty code is unknown.
    reference : str
        Source of the rule.
    broken : str
        Why the check could not be made; it then judged nothing.
    """

    rule: str
    severity: Severity
    record: str
    label: Text
    remedy: Text
    passed: int = 0
    failed: int = 0
    unknown: int = 0
    accepted: int = 0
    listed: int = 0
    regions: Mapping[str, int] = field(default_factory=dict)
    interviewers: Mapping[str, int] = field(default_factory=dict)
    reference: str = ""
    broken: str = ""

    @property
    def checked(self) -> int:
        """Rows that were judged."""
        return self.passed + self.failed


@dataclass(frozen=True)
class Skipped:
    """A rule that was not run.

    Parameters
    ----------
    rule, record : str
    reason : str
        What it would take, as ``per_age was not asked``.
    """

    rule: str
    record: str
    reason: str


@dataclass(frozen=True)
class Findings(Sequence[Finding]):
    """A table of findings, worst and first rows first, and the outcome of each check.

    Parameters
    ----------
    rows : tuple of Finding
        Of a check that fails often, the first ones only: :attr:`Outcome.failed` has the true number.
    outcomes : tuple of Outcome
    title : str
        Of the survey.
    skipped : tuple of Skipped
        Rules of the codebook that were not run, as what they are about was not asked.
    """

    rows: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...] = ()
    title: str = ""
    skipped: tuple[Skipped, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: Any) -> Any:
        return self.rows[index]

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.rows)

    @property
    def checked(self) -> dict[str, int]:
        """Number of rows that each rule judged."""
        out: dict[str, int] = {}
        for outcome in self.outcomes:
            if not outcome.broken:
                out[outcome.rule] = out.get(outcome.rule, 0) + outcome.checked
        return out

    @property
    def errors(self) -> int:
        """True number of failures of severity ``error`` that nobody accepted."""
        return sum(one.failed - one.accepted for one in self.outcomes if one.severity == "error")

    @property
    def total(self) -> int:
        """True number of failures that nobody accepted, listed or not."""
        return sum(self.counts().values())

    def counts(self) -> dict[str, int]:
        """Return the true number of failures of each rule that fails and is not accepted."""
        out: dict[str, int] = {}
        for one in self.outcomes:
            if one.failed > one.accepted:
                out[one.rule] = out.get(one.rule, 0) + one.failed - one.accepted
        return out

    def to_frame(self) -> pd.DataFrame:
        """Return one row a finding."""
        import pandas as pd

        return pd.DataFrame([asdict(row) for row in self.rows], columns=list(Finding.__dataclass_fields__), dtype=str)

    def __repr__(self) -> str:
        """Return how many there are, and no household: they must not be kept in a notebook."""
        return f"<Findings: {self.total:,}, of which {self.errors:,} errors, by {len(self.counts()):,} rules>"

    def _repr_html_(self) -> str:
        """Return a summary as a notebook shows it: ``lfm.to_html(findings)``."""
        return str(verb("to_html")(self))
