"""The page in a real Chromium: what people do with it, with and without JavaScript, on a desk and on a phone.

Screenshots go to `SANCTIONWIRE_SCREENSHOTS` if it is set, else to pytest's own directory, to be looked at.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from connectors.messages.disposition import Disposition
from tests import builders
from tests.connectors.web.desk import LINES, alert, alerts
from tests.connectors.web.sites import Stage, hostile, served, staged

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
PAGES = ("/", "/?q=absent", "/overview", "/feeds", "/silences", "/verdicts", "/trail", "/login", "/none")
PAGES += (f"/alerts/{10:032x}", f"/articles/{builders.ARTICLE_ID}")
FEED = {
    "id": "northernwire", "url": "https://northernwire.example/feed.xml", "kind": "rss", "last_outcome": "published",
    "last_success_at": "2026-11-26T11:58:00+00:00", "last_new_at": "2026-11-26T11:41:00+00:00", "failures": 0, "problem": "",
    "silent_since": None, "expected": None, "poll_interval_secs": 420.0, "articles_a_day": 61.3, "last_error": "",
    "last_error_at": None,
}  # fmt: skip
SILENT = FEED | {
    "id": "elfaro", "url": "https://elfaro.example/rss", "last_outcome": "server_error", "failures": 4, "problem": "503",
    "last_new_at": "2026-11-24T08:00:00+00:00", "silent_since": "2026-11-25T20:00:00+00:00", "expected": "every 4 h",
    "last_error": "503", "last_error_at": "2026-11-26T11:50:00+00:00", "articles_a_day": 2.4,
}  # fmt: skip

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed; on Debian, apt-get install chromium"),
]
Open = Callable[..., Page]
expect.set_options(timeout=30_000)  # a machine that is busy with other things is no defect of the page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    messages = [*alerts(), builders.story(), builders.analysis(), builders.disposition(alert_id=f"{16:032x}", verdict="irrelevant")]
    with staged(tmp_path / "web.sqlite", messages, article=builders.article(), feeds=[FEED, SILENT]) as made:
        yield made


@pytest.fixture
def opened(browser: Browser, stage: Stage) -> Iterator[Open]:
    """Opens an address of the site in a window of its own; requests to other hosts are refused and told."""
    with served(stage) as base, windows(browser, base) as open_one:
        yield open_one


@contextmanager
def windows(browser: Browser, base: str) -> Iterator[Open]:
    contexts, elsewhere, failed = [], [], []

    def open_one(path: str = "/", **options: Any) -> Page:
        context = browser.new_context(**{"viewport": DESK, "base_url": base, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("request", lambda request: elsewhere.append(request.url) if not request.url.startswith(base) else None)
        page.on("pageerror", lambda error: failed.append(str(error)))
        page.on("console", lambda line: failed.append(line.text) if "Content Security Policy" in line.text else None)
        page.goto(path)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert elsewhere == []
    assert failed == []


def findings(page: Page) -> list[str]:
    """What axe-core finds on a page: rule, impact and the element."""
    options = {"runOnly": list(TAGS), "resultTypes": ["violations"]}
    rules = Axe().run(page, options=options).response["violations"]
    return [f"{rule['id']} ({rule['impact']}): {node['html'][:160]}" for rule in rules for node in rule["nodes"]]


def headlines(page: Page) -> list[str]:
    return page.locator("#list h2").all_inner_texts()


@pytest.fixture
def shoot(tmp_path: Path) -> Callable[[Page, str], None]:
    folder = Path(os.environ.get("SANCTIONWIRE_SCREENSHOTS", tmp_path / "screenshots"))
    folder.mkdir(parents=True, exist_ok=True)

    def save(page: Page, name: str) -> None:
        page.screenshot(path=folder / f"{name}.png", full_page=True)

    return save


@pytest.mark.parametrize("with_script", [True, False], ids=["with JavaScript", "without JavaScript"])
class TestEverybody:
    def test_lists_filters_searches_and_reads_an_alert(self, opened: Open, with_script: bool) -> None:
        page = opened(java_script_enabled=with_script)
        assert len(headlines(page)) == len(LINES)
        page.get_by_label("Against").fill("BLR")
        page.get_by_label("critical").check()
        page.get_by_role("button", name="Search").click()
        assert headlines(page) == ["European Union (EU) threatens Belarus (BLR) with an import ban"]
        page.get_by_role("link", name="severity: critical, remove").click()
        assert len(headlines(page)) == 3
        page.get_by_role("link", name="Show all alerts").click()
        page.get_by_label("Words in alerts").fill('"orinoco trade"')
        page.get_by_label("Words in alerts").press("Enter")
        assert len(headlines(page)) == 1
        page.locator("#list h2 a").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Orinoco Trade Bank")
        expect(page.locator("mark.party").first).to_have_text("Canada")
        page.get_by_text("Raw message").click()
        expect(page.get_by_label("The message as JSON")).to_contain_text('"kind": "imposed"')

    def test_gives_a_verdict(self, opened: Open, stage: Stage, with_script: bool) -> None:
        page = opened(f"/alerts/{10:032x}", java_script_enabled=with_script)
        page.get_by_label("False").check()
        page.get_by_role("textbox", name="Why").fill("The minister spoke of talks.")
        page.get_by_label("Your name").fill("anna")
        page.get_by_role("button", name="Give verdict").click()
        expect(page.locator("#verdicts")).to_contain_text("The minister spoke of talks.")
        ((_, written),) = stage.writer.written
        assert isinstance(written, Disposition)
        assert (written.verdict, written.author) == ("false", "anna")

    def test_silences_the_like_of_it_and_ends_that(self, opened: Open, with_script: bool) -> None:
        page = opened(f"/alerts/{10:032x}", java_script_enabled=with_script)
        page.get_by_text("Deliver no more of these").click()
        page.get_by_label("Because").fill("Known since Monday.")
        page.get_by_label("Silenced by").fill("anna")
        page.get_by_role("button", name="Silence", exact=True).click()
        expect(page.get_by_role("rowheader")).to_contain_text('kind="threat", sender="EU", target="BLR"')
        page.get_by_role("link", name="Alerts", exact=True).click()
        expect(page.get_by_text("silenced", exact=True)).to_have_count(1)
        page.get_by_role("link", name="Silences", exact=True).click()
        page.get_by_label("Your name, to end").fill("berta")
        page.get_by_role("button", name="End the silence").click()
        expect(page.get_by_role("cell", name="ended by berta")).to_be_visible()
        page.get_by_role("link", name="Who did what").click()
        expect(page.get_by_role("listitem").filter(has_text="berta ended a silence")).to_be_visible()

    def test_finds_the_way_from_the_charts_to_the_alerts(self, opened: Open, with_script: bool) -> None:
        page = opened("/overview", java_script_enabled=with_script)
        page.get_by_role("link", name="European Union against Belarus: 3").click()
        assert len(headlines(page)) == 3


class TestLive:
    def test_an_alert_appears_without_a_reload_where_the_filter_wants_it(self, opened: Open, stage: Stage) -> None:
        page, other = opened("/"), opened("/?severity=low")
        for one in (page, other):
            expect(one.locator("#live")).to_have_class("on")
        stage.writer.apply(alert(50, *LINES[1][:2], *LINES[2][2:]))  # type: ignore[call-arg, arg-type]
        expect(page.locator("#list > li")).to_have_count(len(LINES) + 1)
        expect(page.locator("#list > li.fresh")).to_have_count(1)
        expect(page.locator("#live")).to_contain_text("1 alert is new")
        expect(other.locator("#list > li")).to_have_count(2)

    def test_keys_move_open_and_search(self, opened: Open) -> None:
        page = opened("/")
        for key in ("j", "j", "k"):
            page.keyboard.press(key)
        expect(page.locator("#list h2 a").first).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("European Union")
        page.wait_for_load_state()
        page.keyboard.press("g")
        page.keyboard.press("o")
        expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
        page.wait_for_load_state()
        page.keyboard.press("g")
        page.keyboard.press("a")
        page.wait_for_url("**/")
        page.wait_for_load_state()
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
        assert findings(page) == []
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        page.keyboard.press("/")
        expect(page.get_by_label("Words in alerts")).to_be_focused()


class TestHostile:
    def test_nothing_of_it_runs_hides_or_breaks_the_layout(self, browser: Browser, tmp_path: Path) -> None:
        messages = [hostile(1, size=200_000), alert(50, *LINES[0])]
        with staged(tmp_path / "web.sqlite", messages) as stage, served(stage) as base, windows(browser, base) as opened:
            for path in ("/", f"/alerts/{hostile(1).id}", "/overview"):
                for viewport in (DESK, PHONE):
                    page = opened(path, viewport=viewport)
                    assert page.evaluate("window.hacked") is None
                    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
                    expect(page.get_by_role("contentinfo")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_on_any_page_and_nothing_runs_out_of_it(
    opened: Open, shoot: Callable[[Page, str], None], scheme: str, viewport: dict[str, int]
) -> None:
    faults = {}
    for path in PAGES:
        page = opened(path, viewport=viewport, color_scheme=scheme)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        found = findings(page)
        if page.evaluate("document.documentElement.scrollWidth") > viewport["width"]:
            found.append("runs out of the window")
        if found:
            faults[path] = found
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = false; })")
        name = path.strip("/?").split("/")[0].partition("=")[0] or "list"
        shoot(page, f"{name}-{scheme}-{viewport['width']}")
    assert faults == {}


def test_whoever_tabs_sees_where_they_are(opened: Open) -> None:
    page = opened("/")
    for _ in range(25):
        page.keyboard.press("Tab")
        width = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
        assert width >= 2
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
