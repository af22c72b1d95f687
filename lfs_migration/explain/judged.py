"""What is told of weights, of a standard error, and of the quality rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class WeightStep:
    """A step that made the weights: its verb, what it did, and the sum of weights before and after."""

    verb: str
    variable: str
    details: tuple[str, ...]
    before: float | None
    after: float | None


@dataclass(frozen=True)
class Weighting:
    """The weights of a figure.

    Parameters
    ----------
    variable, source : str
        ``source`` says where it comes from, in words.
    steps : tuple of WeightStep
    shared : str
        How rows of a record have another weight than their household; empty where they do not.
    """

    variable: str
    source: str
    steps: tuple[WeightStep, ...]
    shared: str = ""


@dataclass(frozen=True)
class Spread:
    """How a standard error was made.

    Parameters
    ----------
    method, interval, singletons : str
    strata, psus : int
        In the file.
    domain_strata, domain_psus : int, optional
        With a row that is counted.
    df : float, optional
    calibrations : tuple of str
    replicates : int
    """

    method: str
    interval: str
    singletons: str
    strata: int
    psus: int
    domain_strata: int | None
    domain_psus: int | None
    df: float | None
    calibrations: tuple[str, ...]
    replicates: int = 0


@dataclass(frozen=True)
class Comparison:
    """A rule of the quality profile on this figure.

    Parameters
    ----------
    flag, rule, words : str
    facts : mapping of str to number
        What it compared; empty where that must not be told.
    holds : bool, optional
        None where a fact is not known.
    """

    flag: str
    rule: str
    words: str
    facts: Mapping[str, float | bool | None]
    holds: bool | None


@dataclass(frozen=True)
class Judgement:
    """The quality rules on a figure: profile, flag, and each rule in their order; no flag of a confidential one."""

    profile: str
    title: str
    valid_from: str
    reference: str
    flag: str
    rules: tuple[Comparison, ...]
