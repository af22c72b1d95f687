"""Pages fit their window, on a desktop and on a phone: nothing overflows, is cut, or runs into something else."""

from __future__ import annotations

import pytest

KINDS = ("wide", "clipped", "overlaps", "labels")
"""What may be wrong with how text lies."""

FAULTS = {
    "wide": "<div style='width:600px'>a</div>",
    "clipped": "<div style='width:20px;overflow:hidden;white-space:nowrap'>much text</div>",
    "overlaps": "<p style='margin:0'>words</p><p style='margin:-1.2em 0 0'>others</p>",
    "labels": "<svg width=40 height=40><text x=30 y=20>words</text></svg>",
}
NOTHING = {kind: [] for kind in KINDS}


def test_a_page_fits_a_screen(screen):
    assert screen.ask("layout") == NOTHING


def test_a_page_fits_a_phone(phone):
    assert phone.ask("layout") == NOTHING


def test_a_page_with_everything_open_fits_a_phone(phone):
    if "<details" not in phone.source:
        pytest.skip("Nothing is folded")
    phone.unfold()
    assert phone.ask("layout") == NOTHING


@pytest.mark.parametrize("kind", KINDS)
def test_what_does_not_fit_is_seen(small, kind):
    assert small(FAULTS[kind]).ask("layout")[kind]
    assert small("<p>words</p><p>others</p>").ask("layout") == NOTHING


def test_every_letter_has_a_picture(screen):
    assert screen.ask("tofu") == []


def test_a_letter_without_a_picture_is_seen(small):
    assert len(small("<p>a \u0378 ա ب ก</p>").ask("tofu")) == 1
