"""Pages can be used without a mouse."""

from __future__ import annotations

import pytest

SKIPPING = ("report", "findings", "codebook")
"""Kinds of pages whose contents are long enough to be skipped."""


@pytest.fixture
def fresh(screen):
    """The page as it opens, with nothing in focus."""
    screen.page.reload()
    return screen


def focused(view):
    """What has the focus: its tag and classes, and whether it shows that it has it, inside the window."""
    return view.page.evaluate(
        """() => { const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
        const across = box.right > 0 && box.left < innerWidth && box.width > 4;
        return { tag: one.localName, classes: one.className, href: one.getAttribute("href"),
          open: one.parentElement.open, seen: across && box.bottom > 0 && box.top < innerHeight,
          marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1 }; }"""
    )


def test_the_first_key_offers_to_skip_to_the_contents(fresh, sight):
    if sight.kind not in SKIPPING:
        pytest.skip("The page is short")
    fresh.page.keyboard.press("Tab")
    link = focused(fresh)
    assert "skip" in link["classes"], link
    assert link["seen"], link
    fresh.page.keyboard.press("Enter")
    target = fresh.page.locator(link["href"])
    assert target.evaluate("one => Math.abs(one.getBoundingClientRect().top)") < 40
    fresh.page.keyboard.press("Tab")
    after = fresh.page.evaluate(
        "id => !!(document.querySelector(id).compareDocumentPosition(document.activeElement) & 4)", link["href"]
    )
    assert after, "The next key goes on from there"


def test_the_focus_is_seen_wherever_it_goes(fresh):
    for _ in range(12):
        fresh.page.keyboard.press("Tab")
        one = focused(fresh)
        if one["tag"] == "body":
            break
        assert one["seen"], one
        assert one["marked"], one


def test_what_is_folded_opens_by_a_key(fresh):
    folds = fresh.page.locator("summary")
    if not folds.count():
        pytest.skip("Nothing is folded")
    folds.first.focus()
    fresh.page.keyboard.press("Enter")
    assert focused(fresh)["open"]
    fresh.page.keyboard.press("Space")
    assert not focused(fresh)["open"]
