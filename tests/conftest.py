"""A small survey that does not exist, for every test that needs files."""

import gc
import importlib
import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from lfs_migration import cli, collector
from lfs_migration.protect.kept import suppress_once
from lfs_migration.readers import process
from lfs_migration.readers.packages.statistical import read_statistical

SMALL = Path(__file__).parent / "small"


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    """A copy of the small survey that a test may damage: its YAML and its three files."""
    folder = tmp_path / "survey"
    shutil.copytree(SMALL, folder)
    return folder


@pytest.fixture(scope="session", autouse=True)
def choices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the choices of disclosure control of all tests, and processes: the pilots are published again and again.

    ``LFS_TEST_DEMO`` names the folder of a demo, whose choices are taken and added to. Whoever keeps them elsewhere, or
    calls :func:`~lfs_migration.protect.secondary.suppress`, has them made anew.
    """
    base = tmp_path_factory.getbasetemp()
    own = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "choices"
    demo = os.environ.get("LFS_TEST_DEMO")
    shared = Path(demo, "out", ".lfs-stage", "choices") if demo else own
    protection = importlib.import_module("lfs_migration.protect.protect")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(protection, "suppress_once", lambda folder, *words: suppress_once(folder or shared, *words))
        yield shared


@pytest.fixture(scope="session", autouse=True)
def readers() -> Iterator[None]:
    """Read files of SPSS and Stata in copies of one process, which has their libraries; as `run` does, but quicker."""
    if not hasattr(os, "fork"):
        yield
        return
    with process.Forks() as run, pytest.MonkeyPatch.context() as patch:
        patch.setitem(read_statistical.__kwdefaults__, "run", run)
        yield


@pytest.fixture
def asked(survey: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run a command on the small survey; return its exit code, standard output and standard error."""

    def call(command: str, *words: object, country: bool = True, data: bool = True) -> tuple[int, str, str]:
        given = ["--country", survey / "atlantis-2020.yaml"] if country else []
        given += ["--data", survey] if data else []
        with pytest.raises(SystemExit) as stop:
            cli.main([str(word) for word in (command, *words, *given)])
        return int(stop.value.code or 0), *capsys.readouterr()

    return call


class Examples:
    """What examples of docstrings leave in folders that they make goes with them."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None]:
        """Give an example a folder for its folders."""
        if not isinstance(item, pytest.DoctestItem):
            yield
            return
        with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            patch.setattr(tempfile, "tempdir", folder)
            yield


def pytest_configure(config: pytest.Config) -> None:
    """Look after examples as well, which stand beside this folder, and not in it."""
    config.pluginmanager.register(Examples())


def pytest_collection() -> None:
    """Let the collector rest while thousands of tests are found, none of which is ever to be collected."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Let it look at what tests leave alone, as rarely as the command does."""
    gc.freeze()
    collector.rest()
    gc.enable()


def pytest_unconfigure() -> None:
    """Let go of it, or libraries in C++ tell of what was not given back."""
    gc.unfreeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs Spark where it is not installed, and say so."""
    if item.get_closest_marker("spark"):
        pytest.importorskip("pyspark", reason="PySpark is not installed")
