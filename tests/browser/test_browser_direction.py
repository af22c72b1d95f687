"""Pages from right to left: mirrored, with numbers that stay as they are."""

from __future__ import annotations

import pytest
from browser_pages import REPORTS, Sight
from browser_views import SCREEN, View


@pytest.fixture
def arabic(screen, sight):
    """A page from right to left."""
    if sight.language != "ar":
        pytest.skip("It runs from left to right")
    return screen


def test_tables_are_mirrored(arabic):
    arabic.unfold()
    assert arabic.ask("mirrored") == []


def test_numbers_are_not(arabic):
    arabic.unfold()
    assert arabic.ask("disordered") == []


def test_what_is_not_mirrored_or_in_order_is_seen(small):
    row = "<table><tr><th scope=row>a</th><td>b</td></tr></table>"
    assert small(row).ask("mirrored")
    assert not small(f"<div dir=rtl>{row}</div>").ask("mirrored")
    assert small("<p dir=rtl>س \u22125.2 س</p>").ask("disordered")
    assert not small("<p dir=rtl>س \u200e\u22125.2 س 13.5 – 15.5</p>").ask("disordered")


def test_figures_are_those_of_the_english_page(browser, pages):
    """The same figures stand in the same cells, but for separators."""
    (own,) = [one for one in REPORTS if one.language == "ar"]
    figures = []
    for language in ("ar", "en"):
        with View(browser, pages.path(Sight("report", own.of, language)), SCREEN) as view:
            figures.append(view.ask("figures"))
    arabic, english = figures
    assert arabic.keys() == english.keys()
    assert len(arabic) > 1000
    for name, cells in english.items():
        assert list(map(digits, arabic[name])) == list(map(digits, cells)), name


def digits(text: str) -> str:
    """Return the digits of a text, and nothing else.

    >>> digits("1 234,5 *")
    '12345'
    """
    return "".join(sign for sign in text if sign.isdigit())
