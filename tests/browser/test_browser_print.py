"""Pages print well: on A4, whole, what is folded opened, and the notice of synthetic data on the first sheet."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest
from browser_pages import PAGES, SPOKEN, alone
from browser_views import SCREEN, View

A4 = (595, 842)
"""Points; some pages lie across."""
SHEETS = {"report": 688, "profile": 710, "codebook": 688, "findings": 1031}
"""Width in pixels between the margins of each kind's sheet; those of a questionnaire differ among themselves."""
MARGIN = 18
"""Points from the paper's edge that most printers leave white."""
PATIENCE = 10.0
"""Seconds in which a page must have changed its style."""
PRINTED = tuple(one for one in PAGES if one.kind != "report" or one.language == SPOKEN[one.of][0])
"""A report has two hundred sheets: it is printed in its pilot's own language."""


@dataclass(frozen=True)
class Sheet:
    """A printed page: its size and its words with their left and right ends, in points."""

    width: float
    height: float
    words: tuple[tuple[str, float, float], ...]


@pytest.fixture(scope="session", params=PRINTED, ids=str)
def printed(request, browser, pages):
    """A page as print shows it, and its sheets; it is printed once, also where several processes test."""
    if shutil.which("pdftotext") is None:
        pytest.skip("There is no pdftotext (poppler-utils)")
    path, out = pages.path(request.param), pages.folder / f"{request.param}.pdf"
    with alone(out):
        if not out.exists():
            with View(browser, path, SCREEN) as view:
                view.page.pdf(path=out, prefer_css_page_size=True, format="A4")
    return request.param, sheets(out)


@pytest.fixture(scope="session")
def paper(browser, pages, sight):
    """A page laid out for print, as wide as between the margins."""
    with View(browser, pages.path(sight), (SHEETS.get(sight.kind, 703), 1000)) as view:
        view.page.emulate_media(media="print")
        yield view


def sheets(path: Path) -> list[Sheet]:
    """Return the sheets of a PDF."""
    text = subprocess.run(["pdftotext", "-bbox", path, "-"], check=True, capture_output=True, text=True).stdout
    out = []
    for width, height, body in re.findall(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', text, re.DOTALL):
        found = re.findall(r'<word xMin="([-\d.]+)" yMin="[-\d.]+" xMax="([-\d.]+)"[^>]*>(.*?)</word>', body)
        words = tuple((unescape(word), float(left), float(right)) for left, right, word in found)
        out.append(Sheet(float(width), float(height), words))
    return out


def test_sheets_are_a4_and_hold_every_word(printed):
    sight, made = printed
    assert made
    for number, sheet in enumerate(made, start=1):
        short, long = sorted((sheet.width, sheet.height))
        assert abs(short - A4[0]) <= 1 and abs(long - A4[1]) <= 1, number
        cut = [word for word, left, right in sheet.words if left < MARGIN or right > sheet.width - MARGIN]
        assert cut == [], f"{sight}, sheet {number}"
        assert sheet.words, f"sheet {number} is empty"


def test_a_profile_takes_two_sheets_at_most(printed):
    sight, made = printed
    if sight.kind != "profile":
        pytest.skip("It is no profile")
    assert len(made) <= 2


def test_the_notice_stands_on_the_first_sheet(printed, browser, pages):
    sight, made = printed
    if sight.kind not in ("report", "profile"):
        pytest.skip("It shows no figures")
    with View(browser, pages.path(sight), SCREEN) as view:
        notice = view.page.locator(".banner strong").first.inner_text()
    # Thai has no spaces and Arabic is told from right to left: the signs are compared, in any order.
    first = "".join(word for word, _, _ in made[0].words).casefold()
    assert set(re.findall(r"\w", notice.casefold())) <= set(first)


def test_what_is_folded_is_printed(paper):
    # The style of print comes with the next frame, which a busy machine may paint late.
    until = time.monotonic() + PATIENCE
    while paper.ask("folded") and time.monotonic() < until:
        paper.page.wait_for_timeout(100)
    assert paper.ask("folded") == []


def test_a_page_fits_its_sheets(paper, sight):
    """A browser would make everything smaller, to show what is too wide."""
    if sight.kind not in SHEETS:
        pytest.skip("Its sheets differ")
    assert not any(paper.ask("layout").values())


def test_what_stays_folded_would_be_seen(small):
    view = small("<details><summary>a</summary><p>b</p></details>")
    assert view.ask("folded")


def test_a_word_beyond_the_margin_would_be_seen(browser, tmp_path):
    source, out = tmp_path / "wide.html", tmp_path / "wide.pdf"
    source.write_text("<p style='position:absolute;left:560pt;white-space:nowrap'>beyond</p>")
    with View(browser, source, SCREEN) as view:
        view.page.pdf(path=out, format="A4")
    (sheet,) = sheets(out)
    assert sheet.words[0][2] > sheet.width - MARGIN
