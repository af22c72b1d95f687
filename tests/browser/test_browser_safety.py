"""Pages do nothing by themselves: no script, no request, and a policy that would forbid both."""

from __future__ import annotations

import re

from browser_pages import Sight
from browser_views import SCREEN, View

POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">')


def test_nothing_is_asked_of_the_network_and_nothing_complains(screen):
    assert screen.requests == []
    assert screen.said == []


def test_nothing_in_the_page_could_run_or_fetch(screen):
    assert screen.ask("active") == []


def test_the_policy_forbids_scripts_and_the_network(screen):
    (policy,) = POLICY.findall(screen.source)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules.pop("default-src") == "'none'"
    assert set(rules) <= {"style-src", "img-src", "base-uri", "form-action"}
    assert rules.get("img-src", "data:") == "data:"
    # It stands before anything that it rules.
    assert screen.source.index("Content-Security-Policy") < screen.source.index("<style")


def test_a_page_is_the_same_where_scripts_are_switched_off(browser, pages):
    path = pages.path(Sight("profile", "armenia", "hy"))
    with View(browser, path, SCREEN) as on, View(browser, path, SCREEN, scripts=False) as off:
        assert off.page.inner_text("body") == on.page.inner_text("body")
        assert off.page.screenshot(full_page=True) == on.page.screenshot(full_page=True)


def test_what_runs_or_fetches_would_be_seen(small):
    policy = """<meta http-equiv="Content-Security-Policy" content="default-src 'none'">"""
    bad = small(
        '<script>document.title = "ran"</script><p onclick="go()">a</p><a href="https://example.org/">b</a>', policy
    )
    assert len(bad.ask("active")) == 3
    assert any("Content Security Policy" in line for line in bad.said)
    open_ = small('<img src="https://example.org/a.png" alt="a">')
    assert open_.requests == ["https://example.org/a.png"]
