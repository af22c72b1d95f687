"""The verb: how a figure was made, from the answers to the value."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lfs_migration import catalog
from lfs_migration.errors import NotFound, near
from lfs_migration.explain import cells
from lfs_migration.explain.checks import checked, errors_of, places_of
from lfs_migration.explain.definition import definition
from lfs_migration.explain.figure import Published, figure
from lfs_migration.explain.funnels import funnels
from lfs_migration.explain.judging import judgement
from lfs_migration.explain.making import Making, indicator_of
from lfs_migration.explain.nouns import Explanation, Figure
from lfs_migration.explain.value import value_of
from lfs_migration.explain.variables import variables_of
from lfs_migration.explain.weighing import spread, weighting
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.decisions import Accepted, Correction
from lfs_migration.protect import protect, seed_for
from lfs_migration.tabulate import tabulate
from lfs_migration.text import LANGUAGES
from lfs_migration.validate import validate


def explain(  # noqa: PLR0913
    data: Dataset,
    indicator: str,
    cell: str = "",
    *,
    profile: str | None = None,
    protection: str | None = None,
    unprotected: bool = False,
    language: str = "en",
    accepted: Path | str | Sequence[Accepted] = (),
    corrections: Path | str | Sequence[Correction] = (),
    seed: int | None = None,
    kept: Path | None = None,
) -> Explanation:
    """Tell how a published figure was made.

    Parameters
    ----------
    data : Dataset
        Harmonised and weighted: the one that was published.
    indicator : str
        Its code.
    cell : str
        Which figure, as ``tables.csv`` names it: ``sex=1,destination=RUS``. Dimensions that it is a total over are left
        out; a label may stand for a code. ``shares_of=`` and ``statistic=`` tell figures of one cell apart. The total
        without it.
    profile : str, optional
        Quality rule profile; the edition's own without it.
    protection : str, optional
        Rules of disclosure control; the edition's own without it. As in a publication they are applied to all tables
        of the module together.
    unprotected : bool
        Tell a hidden figure, and what it is made of, all the same: not for publication.
    language : str
        Of labels and questions.
    accepted, corrections : path or sequence
        Those of the publication; what was corrected is in the data already and is only counted.
    seed : int, optional
        Secret, of rules that perturb.
    kept : Path, optional
        Folder of choices, as :func:`lfs_migration.protect` takes it.

    Returns
    -------
    Explanation
        Its ``str`` is the text, its ``to_dict()`` what JSON holds.

    Raises
    ------
    NotFound
        With near matches, for an indicator, dimension or code that is not known, and for a cell without a figure.
    EstimationError
        With the reason, for an indicator that the edition cannot compute.

    Examples
    --------
    >>> import lfs_migration as lfm
    >>> country = lfm.load_country("egypt")
    >>> data = lfm.weigh(lfm.harmonise(lfm.read("examples/pilots/egypt-2006", country)))  # doctest: +SKIP
    >>> print(lfm.explain(data, "E11a"))  # doctest: +SKIP
    """
    if language not in LANGUAGES:
        raise NotFound(f"No language {language!r}", hint=near(language, LANGUAGES))
    wanted = indicator_of(data, indicator)
    assert data.country is not None and data.codebook is not None
    rules = "" if unprotected else protection or data.country.protection
    seed = seed_for(catalog.load_protection(rules) if rules else None, seed)
    name = wanted.quality or profile or data.country.quality
    own = tabulate(data, [indicator], profile=profile)
    plain = cells.found(cells.asked(cell, own), own)
    published = _published(data, profile, rules, seed, kept)
    shown = plain if published.protected is None else plain.among(published.protected)
    making = Making(data, wanted, catalog.load_profile(name, data.country), plain, name)
    edits = catalog.load_corrections(corrections) if isinstance(corrections, str | Path) else tuple(corrections)
    return _told(making, figure(making, shown, published, language), published, edits, accepted, language)


def _published(data: Dataset, profile: str | None, rules: str, seed: int | None, kept: Path | None) -> Published:
    """Return all tables of a publication, and these protected, where there are rules."""
    if not rules:
        return Published()
    raw = tabulate(data, profile=profile, record_keys=seed)
    return Published(raw, protect(raw, rules=rules, seed=seed, kept=kept))


def _told(
    making: Making, told: Figure, published: Published, edits: Sequence[Correction],
    accepted: Path | str | Sequence[Accepted], language: str,
) -> Explanation:  # fmt: skip
    open_to_all, variables = not told.closed, variables_of(making, language)
    findings = validate(making.data, accepted=accepted)
    errors = errors_of(findings)
    tallies = making.tallies(places_of(errors, edits, making.codebook))
    least = published.protected.rules.persons if published.protected else 0
    return Explanation(
        figure=told,
        definition=definition(making, language),
        variables=variables,
        funnels=funnels(making, tallies, least) if open_to_all else (),
        weighting=weighting(making),
        value=value_of(making.plan, tallies, making.per, making.found.cell.estimate) if open_to_all else None,
        spread=spread(making, tallies, told=open_to_all),
        judgement=judgement(making, told, told=open_to_all),
        checked=checked(findings, errors, edits, tallies, variables) if open_to_all else None,
    )
