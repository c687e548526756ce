"""The ground of the browser tests holds: the site serves what it should, and what a page does wrong is noticed."""

import re

import pytest
from website import HIGHLIGHT, rendered

pytestmark = pytest.mark.browser


def test_headings_have_the_anchors_that_answers_link_to(posts_site, bot):
    for hit in bot.search("What is lead generation?", limit=50):
        post = posts_site.posts[f"/posts/{hit.passage.slug}/"]
        assert f'id="{hit.passage.anchor}"' in post or not hit.passage.anchor
    assert re.findall('id="(.*?)"', rendered("# A\n## `b` & *C*\n## b & C")) == ["a", "b--c", "b--c-1"]


def test_a_plain_page_is_without_fault(visit, record, axe, site):
    site.policy = "default-src 'self'"
    page = visit(f"{site.url}/posts/what-are-lead-generation/")
    assert page.get_by_role("heading", level=1).inner_text() == "What Are Lead Generation?"
    assert record.origins == {site.url}
    assert record.console == axe(page) == []


def first(page, found: list[str]) -> str:
    """What the browser reports when it gets to it, taken out of the record."""
    for _ in range(100):
        if found:
            return found.pop()
        page.wait_for_timeout(50)
    raise AssertionError("the browser reported nothing for five seconds")


def test_breaches_are_recorded(visit, record, site):
    site.policy = "default-src 'self'"
    site.body = '<p style="color: red">Red</p>'
    page = visit(site.url)
    assert "style-src-attr forbids inline" in first(page, record.violations)


def test_failing_scripts_and_dialogs_are_recorded(visit, record, site):
    site.head = "<script>alert('hello'); undefined.x</script>"
    page = visit(site.url)
    assert first(page, record.dialogs) == "hello"
    assert "undefined" in first(page, record.errors)


def test_other_machines_are_recorded_and_out_of_reach(visit, record, site):
    site.body = '<img src="http://elsewhere.example/x.png" alt="">'
    page = visit(site.url)
    assert "ERR_NAME_NOT_RESOLVED" in first(page, record.console)
    assert record.origins == {site.url, "http://elsewhere.example"}
    record.requests.clear()


def test_axe_looks_into_shadow_roots(visit, axe, site):
    site.body = "<div><template shadowrootmode=open><button></button></template></div>"
    assert [found.partition(":")[0] for found in axe(visit(site.url))] == ["button-name"]


def test_a_deep_link_scrolls_to_its_words_and_marks_them(visit, site, marked):
    page = visit(f"{site.url}/posts/what-are-lead-generation/#qualifying-leads:~:text=When a team keeps track")
    assert marked(page) > 1000
    assert page.get_by_text("When a team keeps track").evaluate("element => element.getBoundingClientRect().y") > 0
    page = visit(f"{site.url}/posts/what-are-lead-generation/#qualifying-leads:~:text=No such words")
    assert marked(page) == 0
    assert HIGHLIGHT == (255, 0, 170)
