"""A page opened in a browser, and what may be asked of it."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

SCREEN, PHONE = (1280, 900), (390, 844)
"""Width and height in pixels."""
PROBES = (Path(__file__).parent / "probes.js").read_text(encoding="utf-8")
"""What is asked in the page: an object of functions."""


class View:
    """A page in a window of its own, without the network.

    Parameters
    ----------
    browser : Browser
    path : path
    size : (width, height)
    scripts : bool
        Whether the browser would run scripts of the page. What is asked runs without.
    policy : bool
        Whether the page's own policy holds.
    """

    def __init__(
        self, browser: Browser, path: Path, size: tuple[int, int], *, scripts: bool = True, policy: bool = True
    ) -> None:
        self.path, self.size, self.requests, self.said = path, size, list[str](), list[str]()
        self._context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, java_script_enabled=scripts, bypass_csp=not policy
        )
        self.page: Page = self._context.new_page()
        self.page.on("console", lambda line: self.said.append(f"{line.type}: {line.text}"))
        self.page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        self._context.route("**/*", self._met)

    def _met(self, route: Route) -> None:
        """Let the page itself through, and nothing else."""
        url = route.request.url
        if url == self.path.as_uri():
            route.continue_()
        else:
            self.requests.append(url)
            route.abort()

    def __enter__(self) -> View:
        """Open the page."""
        self.page.goto(self.path.as_uri())
        return self

    def __exit__(self, *_: object) -> None:
        """Close its window."""
        self._context.close()

    def ask(self, probe: str, *values: object) -> Any:
        """Return what a probe finds in the page."""
        return self.page.evaluate(f"values => ({PROBES}).{probe}(...values)", list(values))

    def unfold(self) -> None:
        """Open everything that is closed."""
        self.ask("unfold")

    @cached_property
    def source(self) -> str:
        """The markup."""
        return self.path.read_text(encoding="utf-8")
