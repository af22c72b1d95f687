"""What the checks say that no rule of a codebook makes: in general, of one variable, what to do, and after whom."""

from __future__ import annotations

from dataclasses import dataclass, field

from lfs_migration.model.noun import Text
from lfs_migration.model.rules import Severity
from lfs_migration.text import texts


@dataclass(frozen=True)
class Said:
    """What a check says.

    Parameters
    ----------
    label : Text
        What it finds.
    remedy : Text
        What to do.
    message : Text
        What it finds in one case, with names in braces; empty is the label.
    severity : str
    reference : str
        Source of the check.
    """

    label: Text
    remedy: Text
    message: Text = field(default_factory=dict)
    severity: Severity = "error"
    reference: str = ""


UNECE = "UNECE, Generic Statistical Data Editing Model (2019): review of validity and of consistency"
DESIGN = "United Nations, Designing Household Survey Samples: Practical Guidelines (2005), chapters 3 and 6"
ROUTES = "ILO, Labour force survey questionnaire toolkit: universe and skips of each question"

_KINDS: dict[str, tuple[Severity, str]] = {
    "codes": ("error", UNECE),
    "range": ("error", UNECE),
    "pattern": ("error", UNECE),
    "missing_key": ("error", UNECE),
    "duplicate_key": ("error", UNECE),
    "orphan": ("error", UNECE),
    "no_rows": ("warning", UNECE),
    "weight": ("error", DESIGN),
    "zero_weight": ("warning", DESIGN),
    "weight_differs": ("error", DESIGN),
    "design": ("error", DESIGN),
    "psu_in_two_strata": ("error", DESIGN),
    "single_psu": ("warning", DESIGN),
    "routing_answered": ("error", ROUTES),
    "routing_blank": ("error", ROUTES),
    "unmatched_code": ("error", UNECE),
    "declared_missing": ("warning", UNECE),
    "doubt": ("warning", UNECE),
    "broken_rule": ("error", UNECE),
}
_WORDS = texts("checks")

SAID: dict[str, Said] = {
    check: Said(
        label=_WORDS[f"{check}.label"],
        remedy=_WORDS[f"{check}.remedy"],
        message=_WORDS.get(f"{check}.message", {}),
        severity=severity,
        reference=reference,
    )
    for check, (severity, reference) in _KINDS.items()
}
"""Every check that no rule of a codebook makes, by id; its words are in ``languages/LANGUAGE/checks.toml``."""


def said(check: str, **names: object) -> tuple[Text, Text]:
    """Return what a check finds in one case, and what to do, in each language.

    Examples
    --------
    >>> said("design", name="stratum")[0]["en"]
    'stratum is missing'
    """
    one = SAID[check]
    label, remedy = one.message or one.label, one.remedy
    return (
        {language: text.format(**names) for language, text in label.items()},
        {language: text.format(**names) for language, text in remedy.items()},
    )
