"""Pages are in order for those who hear them: headings, tables, parts, pictures, language."""

from __future__ import annotations

import pytest

PROBES = ("headings", "tables", "regions", "references", "pictures")

FAULTS = {
    "headings": ("<h1>a</h1><h3>b</h3>", "<h2>a</h2>", "<h1>a</h1><h1>b</h1>", "<h1></h1>"),
    "tables": (
        "<table><tr><th scope=row>a</th></tr></table>",
        "<table><caption>a</caption><tr><th>a</th></tr></table>",
        "<table><caption>a</caption><tr><td>a</td></tr></table>",
    ),
    "regions": ("<p>a</p>", "<main><section>a</section></main>", "<main><div class=scroll>a</div></main>"),
    "references": ("<p id=a></p><p id=a></p>", "<p aria-labelledby=a></p>", '<a href="#a">a</a>'),
    "pictures": ("<svg></svg>", "<svg role=img></svg>", "<div role=img><svg></svg></div>", "<img src='#' alt=''>"),
}


@pytest.mark.parametrize("probe", PROBES)
def test_a_page_is_in_order(screen, probe):
    assert screen.ask(probe) == []


@pytest.mark.parametrize("probe", PROBES)
def test_what_is_not_in_order_is_seen(small, probe):
    for body in FAULTS[probe]:
        assert small(body).ask(probe), body


def test_language_and_direction_are_said(screen, sight):
    root = screen.page.locator("html")
    assert root.get_attribute("lang") == sight.language
    direction = root.evaluate("root => getComputedStyle(root).direction")
    assert direction == ("rtl" if sight.language == "ar" else "ltr")
    assert screen.page.title().strip()
