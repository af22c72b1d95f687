"""Proposals for the pilots, made from their files alone: no country file is read before."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from lfs_migration import catalog, matching

PILOTS = {"armenia": "2007", "ecuador": "2007", "egypt": "2006", "thailand": "2008"}
EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "pilots"
RECORDS = ("households", "persons", "emigrants")


@cache
def proposal_of(pilot):
    folder = EXAMPLES / f"{pilot}-{PILOTS[pilot]}"
    files = [path for record in RECORDS for path in sorted(folder.glob(f"*_{record}.*"))]
    assert len(files) == 3
    return matching.propose(pilot, PILOTS[pilot], files)


@pytest.fixture
def pilot_proposal():
    return proposal_of


@pytest.fixture(scope="session")
def codebook():
    return catalog.load_codebook("emigration")
