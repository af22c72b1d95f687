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


def test_tables_and_pictures_are_mirrored(arabic):
    arabic.unfold()
    assert arabic.ask("mirrored") == []


def test_numbers_are_not(arabic):
    arabic.unfold()
    assert arabic.ask("disordered") == []


def test_words_stand_where_they_are_read(arabic):
    arabic.unfold()
    assert arabic.ask("turned") == []


def test_units_stand_under_units(arabic):
    arabic.unfold()
    assert arabic.ask("columns") == []


def test_what_is_not_mirrored_or_in_order_is_seen(small):
    row = "<table><tr><th scope=row>a</th><td>b</td></tr></table>"
    assert small(row).ask("mirrored")
    assert not small(f"<div dir=rtl>{row}</div>").ask("mirrored")
    assert small("<table><tr><td class=picture><svg></svg></td></tr></table>").ask("mirrored")
    assert small("<svg class=map><text class=name y=20>a</text><rect x=40 width=9 height=9 /></svg>").ask("mirrored")
    assert small("<h2 dir=auto><b>E03</b> \u0645\u0635\u0631</h2>").ask("turned")
    assert small("<div dir=rtl><p class=label dir=auto>3-4</p></div>").ask("turned")
    assert not small("<div dir=rtl><p class=label>3-4 \u0645\u0635\u0631</p></div>").ask("turned")
    numbers = "<table><tr><td class=number>1</td></tr><tr><td class=number>1,000</td></tr></table>"
    assert small(numbers).ask("columns")
    assert not small(numbers, "<style>td { text-align: right }</style>").ask("columns")
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
