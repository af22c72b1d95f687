"""The verb: everything that is wrong in a harmonised data set, as a table of findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path

from lfs_migration import catalog
from lfs_migration.errors import DataError
from lfs_migration.frames import Frame, Records
from lfs_migration.model.country import Edition
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.decisions import Accepted
from lfs_migration.model.findings import Findings, Skipped
from lfs_migration.model.rules import Rule
from lfs_migration.validate import checks, origins
from lfs_migration.validate.accepted import accept, wanted
from lfs_migration.validate.gathering import Gathered, design_columns, fitting, together
from lfs_migration.validate.judged import Context, Verdict
from lfs_migration.validate.listing import Listed, Listing, has, order, text
from lfs_migration.validate.running import Plan, broken, judged, without_records

LIMIT = 10_000
"""Findings of one check that are listed; its outcome has the true number."""


def validate(
    data: Dataset,
    *,
    before: Dataset | None = None,
    limit: int = LIMIT,
    accepted: Path | str | Sequence[Accepted] = (),
) -> Findings:
    """Check a harmonised data set.

    Checked are the files (native codes without a target, codes that a file declares missing and a map does not,
    doubtful text), codes and ranges of each variable, keys between records, weights, strata and units, routing (who was
    asked what), and the codebook's rules. A rule that the edition's answers do not allow is not run, and is among
    :attr:`Findings.skipped` with the reason; one that breaks says so in its outcome and as a finding, and no other
    suffers.

    Parameters
    ----------
    data : Dataset
        Harmonised.
    before : Dataset, optional
        The round before, harmonised: for rules between rounds, which are skipped without it.
    limit : int
        Findings that are listed of one check, the first by household and line; outcomes count all.
    accepted : path or sequence of Accepted
        Failures that somebody looked at and let stand; see :func:`lfs_migration.accept`.

    Returns
    -------
    Findings
        Errors first, then by record, household and line; the same on every engine, whatever the order of the rows.

    Raises
    ------
    DataError
        When the data have no codebook, or the limit is below zero.
    """
    if data.country is None or data.codebook is None:
        raise DataError("Validation needs a codebook", hint="Use lfm.read(path, country) and lfm.harmonise")
    if limit < 0:
        raise DataError("A list of findings has a limit of 0 or more", detail=f"It is {limit}")
    exceptions = catalog.load_accepted(accepted) if isinstance(accepted, str | Path) else accepted
    listing = Listing(data.codebook, limit, wanted(exceptions))
    plan = Plan.of(data, before)
    found, skipped = _found(data, before, plan, listing)
    listed = listing.cut(found)
    beside = [*_files(data, limit), *broken(listed.outcomes, len(plan.here) + len(plan.whole) - len(skipped))]
    rows = sorted(chain(listed.findings, *(rows for _, rows in beside)), key=order)
    places = {rule: number for number, rule in enumerate(data.codebook.rules, start=1)}
    outcomes = sorted([*(one for one, _ in beside), *listed.outcomes], key=lambda one: places.get(one.rule, 0))
    title = data.country.title["en"] + (" (synthetic data)" if data.synthetic else "")
    findings = Findings(tuple(rows), tuple(outcomes), title, (*plan.skipped, *skipped))
    return accept(findings, exceptions, complete=True) if exceptions else findings


def _found(data: Dataset, before: Dataset | None, plan: Plan, listing: Listing) -> tuple[list[Listed], list[Skipped]]:
    """Return what is wrong with the records, and the rules that would take more memory than there is."""
    assert data.codebook is not None
    files = [Gathered(one) for one in (data, before) if one is not None]
    job = partial(_households, without_records(data), plan.here, listing)
    parts = [job(data.records, files[0].records({}))] if data.store is None else list(data.store.each(job))
    rules, skipped = fitting(plan.whole, data.codebook, files)
    design = design_columns(data)
    if design and not files[0].fits(design):
        assert data.design is not None
        records = files[0].records(design)
        parts.append(listing.of(checks.units(records, data.design, _edition(data)), records))
    for some, columns in together(rules, data.codebook, files):
        held = files[0].records(columns)
        earlier = files[1].records(columns) if len(files) > 1 else None
        parts.append(_judged(some, Context(held, data.codebook, _edition(data), earlier), listing))
    return parts, skipped


def _files(data: Dataset, limit: int) -> Iterator[origins.Result]:
    """Yield what is wrong with the files that the records came from."""
    assert data.codebook is not None
    home, work = data.codebook.home, data.codebook.fieldwork
    key, places, known = data.codebook.records[home].key[0], {}, (False, False)
    if data.unmatched and (work.region or work.interviewer):
        names = frozenset(filter(None, (key, work.region, work.interviewer)))
        records = Gathered(data).records({home: names})
        known = has(records, work.region, home), has(records, work.interviewer, home)
        columns = [records.column(name, home).to_pylist() if there else [None] * records.size(home)
                   for name, there in zip((work.region, work.interviewer), known, strict=True)]  # fmt: skip
        spots = zip(records.column(key, home).to_pylist(), *columns, strict=True)
        places = {household: (text(region), text(interviewer)) for household, region, interviewer in spots}
    yield from origins.unmatched(data, places, known, limit)
    for check in origins.FILES:
        yield from check(data)


def _households(
    data: Dataset, rules: Sequence[Rule], listing: Listing, held: Mapping[str, Frame], made: Records | None = None
) -> Listed:
    """Return what is wrong in whole households: all of them, or those of one part."""
    assert data.codebook is not None
    records = made if made is not None else Records(replace(data, records=held))
    context = Context(records, data.codebook, _edition(data))
    own = listing.of(_verdicts(data, context), records)
    ruled = _judged(rules, context, listing)
    return Listed((*own.findings, *ruled.findings), (*own.outcomes, *ruled.outcomes))


def _edition(data: Dataset) -> Edition:
    assert data.country is not None
    return data.country


def _judged(rules: Sequence[Rule], context: Context, listing: Listing) -> Listed:
    verdicts, lost = judged(rules, context)
    listed = listing.of(verdicts, context.records)
    return Listed(listed.findings, (*listed.outcomes, *lost))


def _verdicts(data: Dataset, context: Context) -> Iterator[Verdict]:
    """Yield the checks of households that need no rule."""
    records, codebook = context.records, context.codebook
    yield from checks.columns(records, codebook)
    yield from checks.keys(records, codebook)
    if data.design is not None:
        yield from checks.design(records, codebook, data.design)
        yield from checks.residents(records, codebook, context.edition, data.design.weight)
    yield from checks.routing(context)
