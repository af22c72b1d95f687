"""Pages have no serious fault that axe-core finds."""

from __future__ import annotations

from importlib.resources import files

import pytest
from browser_pages import PAGES, SPOKEN
from browser_views import PHONE, View

ROWS, GROUPS = 4, 3
"""Rows of a group, and groups of a table, that are looked at: the others are made by the same words of the template."""
ALIKE, COLOURED = 8, 5
"""Parts of the same kind that are looked at, and those whose contrast is: that rule is slow, and all have the same
colours."""
LOOKED_AT = tuple(one for one in PAGES if one.of not in SPOKEN or one.language == SPOKEN[one.of][0])
"""Pages in the first language of their pilot: the others are of the same parts."""
EACH = tuple({one.kind: one for one in reversed(PAGES)}.values())
"""A page of each kind."""
GRAVE = ("serious", "critical")


@pytest.fixture(scope="session")
def axe():
    """The text of axe-core."""
    pytest.importorskip("axe_playwright_python", reason="axe-core is not installed (the extra browser)")
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def faults(view: View, axe: str, options: str) -> list[str]:
    """Return what axe-core finds serious, with the first place of each."""
    view.page.evaluate(axe)
    found = view.page.evaluate(f"axe.run(document, {{resultTypes: ['violations'], preload: false, {options}}})")
    return [
        f"{one['impact']} {one['id']}: {len(one['nodes'])} times, first {one['nodes'][0]['html'][:200]}"
        for one in found["violations"]
        if one["impact"] in GRAVE
    ]


@pytest.mark.parametrize("sight", LOOKED_AT, ids=str, indirect=True)
def test_axe_finds_nothing_serious(browser, pages, sight, axe):
    with View(browser, pages.path(sight), PHONE, policy=False) as view:
        view.unfold()
        view.ask("shorten", ROWS, GROUPS)
        view.ask("lessen", ALIKE)
        assert faults(view, axe, "rules: {'color-contrast': {enabled: false}}") == []


@pytest.mark.parametrize("sight", EACH, ids=str, indirect=True)
def test_words_stand_out_from_what_is_behind_them(browser, pages, sight, axe):
    with View(browser, pages.path(sight), PHONE, policy=False) as view:
        view.unfold()
        view.ask("shorten", ROWS, GROUPS)
        view.ask("lessen", COLOURED)
        assert faults(view, axe, "runOnly: ['color-contrast']") == []


def test_axe_sees_faults(small, axe):
    view = small("<img src='data:,'><p style='color:#ccc;background:#fff'>pale</p><button></button>")
    found = " ".join(faults(view, axe, ""))
    assert all(rule in found for rule in ("image-alt", "color-contrast", "button-name")), found
