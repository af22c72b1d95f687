"""A browser for the tests of pages, and the pages opened in it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser_pages import PAGES, Pages, Sight
from browser_views import PHONE, SCREEN, View

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
"""Debian's Chromium, without a window where that is installed by itself: it opens a page in a third of the time."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands in this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Let one process see all of a page, which it then opens once."""
    from xdist.scheduler import LoadScopeScheduling

    class ByPage(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return next((str(one) for one in PAGES if re.search(rf"\[{one}\b", nodeid)), nodeid)

    return ByPage(config, log)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; tests are skipped, saying so, where it or Playwright is not installed."""
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed (the extra browser)")
    if CHROMIUM is None:
        pytest.skip("There is no Chromium")
    with api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory, worker: str) -> Pages:
    """The pages, in a folder that all processes of one run share."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if worker else base) / "pages"
    folder.mkdir(exist_ok=True)
    return Pages(folder)


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    """Name of this process where several test at the same time."""
    return str(getattr(request.config, "workerinput", {}).get("workerid", ""))


@pytest.fixture(scope="session", params=PAGES, ids=str)
def sight(request: pytest.FixtureRequest) -> Sight:
    """Each page."""
    return request.param


@pytest.fixture(scope="session")
def screen(browser: Browser, pages: Pages, sight: Sight) -> Iterator[View]:
    """A page on a desktop's screen."""
    with View(browser, pages.path(sight), SCREEN) as view:
        yield view


@pytest.fixture(scope="session")
def phone(browser: Browser, pages: Pages, sight: Sight) -> Iterator[View]:
    """A page on a phone's screen."""
    with View(browser, pages.path(sight), PHONE) as view:
        yield view


@pytest.fixture
def small(browser: Browser, tmp_path: Path) -> Iterator[Callable[[str], View]]:
    """Opens a body of HTML as a page of its own: to see that what the tests look for is found."""
    opened: list[View] = []

    def open_(body: str, head: str = "") -> View:
        path = tmp_path / f"small{len(opened)}.html"
        path.write_text(
            f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"
        )
        opened.append(View(browser, path, PHONE).__enter__())
        return opened[-1]

    yield open_
    for view in opened:
        view.__exit__()
