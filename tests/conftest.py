"""A small survey that does not exist, for every test that needs files."""

import shutil
from pathlib import Path

import pytest

SMALL = Path(__file__).parent / "small"


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    """A copy of the small survey that a test may damage: its YAML and its three files."""
    folder = tmp_path / "survey"
    shutil.copytree(SMALL, folder)
    return folder


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs Spark where it is not installed, and say so."""
    if item.get_closest_marker("spark"):
        pytest.importorskip("pyspark", reason="PySpark is not installed")
