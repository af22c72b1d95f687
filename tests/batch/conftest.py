"""Small surveys of a batch, and a batch that is run as users run it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from batch_surveys import here, project


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three surveys, published once: their projects in ``projects``, the results in ``out``."""
    folder = tmp_path_factory.mktemp("batch")
    for year in (2001, 2002, 2003):
        project(folder / "projects", year)
    done = here("batch", "projects", "--out", "out", "--jobs", "2", folder=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def office(once: Path, tmp_path: Path) -> Path:
    """A copy of them that a test may change; files keep their times."""
    return Path(shutil.copytree(once, tmp_path / "office"))
