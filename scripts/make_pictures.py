"""Makes docs/report.png, the picture of a report that the README shows.

Usage: python scripts/make_pictures.py FOLDER [--out docs/report.png]

FOLDER is a publication with an English report, as ``lfs-migration run`` makes it. The page is opened in headless
Chromium (the extra ``browser``, and Debian's chromium-headless-shell or chromium). Its head, the key figures, the map,
and a chart with its table are left (``--indicator``, and its breakdown ``--by``, unfolded); all other parts are taken
out.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lfs_migration.files import write_bytes

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
WIDTH, SHARP = 1040, 1.3
"""Width of the window in pixels of the page, and pixels of the picture for each of them: together 1,352."""
LARGEST = 500_000
"""Bytes."""
LEAVE = """([indicator, by]) => {
  const section = [...document.querySelectorAll("main > section")].find(
    (one) => one.getAttribute("aria-labelledby").endsWith(`-${indicator}`));
  const table = section && [...section.querySelectorAll("details.more")].find(
    (one) => one.querySelector("summary").textContent.trim() === by);
  if (!table) return false;
  const wanted = ["key", "destinations", section.getAttribute("aria-labelledby")];
  for (const one of document.querySelectorAll("main > *")) {
    if (!wanted.includes(one.getAttribute("aria-labelledby"))) one.remove();
  }
  for (const one of [...section.children]) if (one !== table && !one.matches("h2, .overview")) one.remove();
  table.open = true;
  document.querySelector("main").style.paddingBottom = "1rem";
  return true;
}"""
"""Takes out of a page what the picture does not show; says whether it has what is to be shown."""


def report_of(folder: Path) -> Path:
    """Return the English report of a publication.

    Raises
    ------
    SystemExit
        When there is none.
    """
    for path in (folder / "report.en.html", folder / "report.html"):
        if path.exists() and '<html lang="en"' in path.read_text(encoding="utf-8"):
            return path
    sys.exit(f"{folder}: no English report. Make one with lfs-migration run --language en")


def picture(page: Page, report: Path, indicator: str, by: str) -> bytes:
    """Return the picture of a report as PNG.

    Raises
    ------
    SystemExit
        When the report lacks the indicator or its breakdown.
    """
    page.goto(report.as_uri())
    if not page.evaluate(LEAVE, [indicator, by]):
        sys.exit(f"{report}: {indicator} has no table {by!r}. Name what the report shows: --indicator, --by")
    return page.screenshot(full_page=True)


def drawn(report: Path, indicator: str, by: str) -> bytes:
    """Return the picture of a report, as Chromium draws it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        page = browser.new_page(viewport={"width": WIDTH, "height": 900}, device_scale_factor=SHARP)
        made = picture(page, report, indicator, by)
        browser.close()
    return made


def main() -> None:
    """Make the picture."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "report.png")
    parser.add_argument("--indicator", default="E06", help="its chart is shown")
    parser.add_argument("--by", default="By sex", help="the breakdown whose table is shown")
    given = parser.parse_args()
    made = drawn(report_of(given.folder.resolve()), given.indicator, given.by)
    if len(made) > LARGEST:
        sys.exit(f"{given.out}: {len(made):,} bytes are more than {LARGEST:,}. Show a smaller table")
    write_bytes(given.out, made)
    print(f"{given.out}: {len(made):,} bytes")


if __name__ == "__main__":
    main()
