"""Fewer tables of a pilot than it allows, for tests that need some of every indicator."""

from __future__ import annotations

import json
from pathlib import Path

from lfs_migration import catalog
from lfs_migration.model.country import Edition


def of_each_indicator(edition: Edition, path: Path) -> Path:
    """Write a file of tables that has every indicator of an edition, by the first breakdown that it allows."""
    able = catalog.Computable(catalog.load_codebook(edition.module, edition), edition)
    known = [one for one in catalog.load_indicators(edition.module, edition).values() if not able.indicator(one)]
    by = {one.code: [by for by in one.breakdowns if not able.breakdown(one, by)][:1] for one in known}
    assert len(by) > 30
    path.write_text(json.dumps([{"indicator": code, "by": first} for code, first in by.items()]), encoding="utf-8")
    return path
