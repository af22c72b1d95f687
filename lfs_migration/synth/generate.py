"""The road from an edition's published facts to its files.

This is the generator ``households_with_emigrants``: it draws a sample of households, their residents and the lists of
those who left, and so knows the variables of the emigration module. Another kind of survey would need another one.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lfs_migration.errors import CatalogError
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Edition, Synthetic
from lfs_migration.synth import emigrants, population
from lfs_migration.synth.answers import Column, Columns, Survey, ask
from lfs_migration.synth.draw import Draws
from lfs_migration.synth.errors import listing, plant, plant_codes
from lfs_migration.synth.files import write_files, write_planted
from lfs_migration.synth.layout import Native
from lfs_migration.synth.native import to_native
from lfs_migration.synth.pages import Page, identifiers
from lfs_migration.synth.parameters import Parameters, read_parameters
from lfs_migration.synth.plan import Plan, Planted
from lfs_migration.synth.population import INTERVIEWED
from lfs_migration.synth.projections import write_projections


def generate(edition: Edition, codebook: Codebook, out: Path) -> list[Planted]:
    """Write a synthetic survey with a few planted errors in the edition's own files.

    The same edition gives the same bytes on every run and machine.

    Parameters
    ----------
    edition : Edition
        With ``synthetic`` in its file.
    codebook : Codebook
        Loaded with the edition.
    out : Path
        Folder, made when absent. ``planted.csv`` in it lists the errors.

    Returns
    -------
    list of Planted

    Raises
    ------
    CatalogError
        With file and line, for parameters that are wrong or cannot be written in the office's codes.
    """
    parameters = read_parameters(edition)
    clean, vain = survey(edition, codebook, parameters)
    draws = _draws(edition)
    plan = plant(clean, draws)
    pages = _pages(plan, vain, parameters, draws)
    households = {
        own: seen
        for record, page in pages.items()
        for own, seen in zip(page.households, identifiers(edition, record, page), strict=True)
    }
    planted = listing(plan, households)
    write_files(edition, pages, parameters.labels, out)
    write_planted(planted, out)
    write_projections(clean, population.strata(parameters.sample, _synthetic(edition).households), out)
    return planted


def survey(edition: Edition, codebook: Codebook, parameters: Parameters) -> tuple[Survey, Columns]:
    """Return a survey without errors in the codebook's variables, and the addresses visited in vain.

    Returns
    -------
    survey : Survey
    vain : mapping
        Columns of the household record, without answers and weight.
    """
    draws = _draws(edition)
    design = population.strata(parameters.sample, _synthetic(edition).households)
    visited = population.addresses(design, parameters, draws)
    met = visited["hh_result"] == INTERVIEWED
    household = {name: column[met] for name, column in visited.items()}
    household["w_hh"] = population.weights(household, design, parameters.sample.spread, draws)
    lines = emigrants.listed(household, design, parameters, draws)
    left = emigrants.emigrants(household, lines, parameters.emigrants, draws)
    left = {**left, **emigrants.remittances(left, parameters.remittances, draws)}
    members = population.persons(household, parameters.residents, draws)
    made = Survey(codebook, edition, {"household": household, "person": members, "emigrant": left})
    return _reporting(_asked(made, parameters, draws), {name: column[~met] for name, column in visited.items()})


def _asked(made: Survey, parameters: Parameters, draws: Draws) -> Survey:
    """Return the survey with all questions asked; the household's follow from the answers about its emigrants."""
    silent = parameters.nonresponse
    unknown = sorted(set(silent) - set(made.codebook.variables))
    if unknown:
        where = made.edition.line("synthetic", "parameters", "nonresponse", unknown[0])
        raise CatalogError(f"{unknown[0]} is not a variable of the codebook", where=where)
    made = ask(ask(made, "person", silent, draws), "emigrant", silent, draws)
    household, left = made.records["household"], made.records["emigrant"]
    answers = emigrants.screening(household, left, parameters.remittances, draws)
    return ask(made.put("household", answers), "household", silent, draws)


def _reporting(made: Survey, vain: Columns) -> tuple[Survey, Columns]:
    """Leave out the households without an emigrant, where the edition's files know no others."""
    if made.edition.records["household"].covers != "reporting":
        return made, vain
    reporting = set(made.records["emigrant"]["hh_id"])
    for record in ("household", "person"):
        rows = [row for row, household in enumerate(made.records[record]["hh_id"]) if household in reporting]
        made = made.take(record, np.array(rows, dtype=np.int64))
    return made, {name: column[:0] for name, column in vain.items()}


def _pages(plan: Plan, vain: Columns, parameters: Parameters, draws: Draws) -> dict[str, Page]:
    """Return the native columns of every record that the edition has, the addresses visited in vain among them."""
    whole = plan.survey.put("household", _merged(plan.survey.records["household"], vain))
    pages = {}
    for record in plan.survey.edition.records:
        native = parameters.native.get(record, Native())
        sheet = plant_codes(plan, record, to_native(whole, record, native, draws))
        page = Page(sheet, whole.records[record]["hh_id"].tolist())
        pages[record] = page if record == "emigrant" else _without(page, plan.gone)
    return pages


def _without(page: Page, gone: frozenset[str]) -> Page:
    kept = [row for row, household in enumerate(page.households) if household not in gone]
    return Page(
        {c: [cells[row] for row in kept] for c, cells in page.sheet.items()}, [page.households[r] for r in kept]
    )


def _merged(household: Columns, vain: Columns) -> dict[str, Column]:
    """Return interviewed households and other addresses in the order of the visits."""
    size = len(vain["hh_id"])
    number = np.concatenate([household["household_number"], vain["household_number"]])
    order = np.argsort(number, kind="stable")
    blank = np.full(size, np.nan)
    return {name: np.concatenate([column, vain.get(name, blank)])[order] for name, column in household.items()}


def _draws(edition: Edition) -> Draws:
    return Draws(_synthetic(edition).seed)


def _synthetic(edition: Edition) -> Synthetic:
    assert edition.synthetic is not None
    return edition.synthetic
