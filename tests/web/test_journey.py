"""The whole way with the installed command and a browser: from an empty workspace to redirects that work, and again."""

import base64
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from tests.conftest import RequireProgram
from tests.redirects.servers import Proxying, run_engine
from tests.web.harness import BrowserPages, DemoWorkspace, Pages

from linkreclaim.demo.exports import write_exports
from linkreclaim.demo.scenes import Scene, read_scenes
from linkreclaim.demo.servers import LoopbackHosts
from linkreclaim.demo.websites import Addresses, render_websites
from linkreclaim.redirects import ServerFile
from linkreclaim.web.sessions import Sessions

COMMAND = Path(sys.executable).parent / "linkreclaim"
WIDE = ViewportSize(width=1500, height=950)
AUDIT_MS = 90_000
Check = Callable[[Page], None]


@contextmanager
def serve_command(folder: Path) -> Iterator[Pages]:
    """`linkreclaim serve` as its users start it, on a workspace; nobody is let in yet."""
    command = [str(COMMAND), "serve", "--workspace", str(folder), "--port", "0", "--by", "Ada", "--allow-private"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"127\.0\.0\.1:(\d+)/enter\?token=(\S+)", process.stdout.readline())
            assert found is not None
            sessions = Sessions("Ada", int(found[1]))
            sessions.token = found[2]
            yield Pages(int(found[1]), sessions, DemoWorkspace(folder, "", ""))
        finally:
            process.terminate()


@dataclass(frozen=True)
class SmallWeb:
    """A demo site with those who link to it, on loopback; its site changes when it is served again."""

    hosts: LoopbackHosts
    scene: Scene
    addresses: Addresses
    exports: tuple[Path, ...]

    @property
    def host(self) -> str:
        """The site, host and port."""
        return self.addresses.site

    @contextmanager
    def serve(self, redirects: Sequence[tuple[str, str]] = ()) -> Iterator[None]:
        """Answer requests; further `redirects` of the site are in place."""
        scene = replace(self.scene, redirects=(*self.scene.redirects, *redirects))
        with self.hosts.serve(render_websites(scene, self.addresses)):
            yield


@pytest.fixture(scope="module")
def small_web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallWeb]:
    """The law firm after its relaunch, and the export that its owner has."""
    folder = tmp_path_factory.mktemp("exports")
    scene = next(scene for scene in read_scenes() if scene.key == "1-relaunch")
    with LoopbackHosts(1 + len(scene.referrers)) as hosts:
        site, *referrers = hosts.addresses
        addresses = Addresses(site, tuple(referrers), site)
        exports = tuple(write_exports(scene, addresses, folder, date(2026, 11, 1)))
        yield SmallWeb(hosts, scene, addresses, exports)


def drop_files(page: Page, files: Sequence[Path]) -> None:
    """Drag files over the page and let them go, as from a folder."""
    carried = [[file.name, base64.b64encode(file.read_bytes()).decode()] for file in files]
    transfer = page.evaluate_handle(
        """files => {
            const carried = new DataTransfer();
            for (const [name, text] of files)
                carried.items.add(new File([Uint8Array.from(atob(text), c => c.charCodeAt(0))], name));
            return carried;
        }""",
        carried,
    )
    page.dispatch_event(".drop-zone", "dragover", {"dataTransfer": transfer})
    page.dispatch_event(".drop-zone", "drop", {"dataTransfer": transfer})


def name_the_site(page: Page, web: SmallWeb, check: Check) -> None:
    expect(page.locator("h1")).to_have_text("Which site has lost links?")
    check(page)
    page.fill("#site", f"http://{web.host}/")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(f"Audit {web.host}")


def give_files(page: Page, web: SmallWeb, check: Check, folder: Path) -> None:
    """The export is dropped, a table that is none is chosen, and taken out again."""
    (folder / "holidays.csv").write_text("day,reason\n1 May,labour\n")
    drop_files(page, web.exports)
    expect(page.locator(".uploads")).to_contain_text("Ahrefs Backlinks")
    page.set_input_files("#file-input", folder / "holidays.csv")
    expect(page.locator(".uploads")).to_contain_text("Cannot be used.")
    check(page)
    page.get_by_role("button", name=re.compile("^Remove .*holidays.csv")).click()
    expect(page.locator(".uploads li")).to_have_count(len(web.exports))


def audit(page: Page, check: Check) -> None:
    """Start the audit and follow it to its end."""
    page.click("text=Start the audit")
    expect(page.locator("#progress, #work .gain").first).to_be_visible()
    check(page)
    page.wait_for_selector("text=The audit has ended", timeout=AUDIT_MS)
    expect(page.locator("#said")).to_contain_text("First list from the files alone")
    check(page)


def see_overview(page: Page, check: Check) -> None:
    page.click("text=See what it found")
    expect(page.locator("h1")).to_contain_text("of the lost equity")
    expect(page.locator("main")).to_contain_text("Why pages were lost")
    check(page)


def narrow(page: Page, check: Check) -> None:
    """Search, filter, sort; each view is in the address, and the way back leads to all."""
    page.click("nav >> text=Dead pages")
    expect(page.locator(".count")).to_have_text("26 dead pages")
    page.keyboard.press("/")
    page.keyboard.type("clauses")
    expect(page.locator("#results tbody tr")).to_have_count(2)
    assert page.url.endswith("?q=clauses")
    page.fill("#search", "")
    expect(page.locator("#results tbody tr")).to_have_count(26)
    page.click("#facet-disposition summary")
    page.check("#disposition-redirect")
    expect(page.locator("#results tbody tr")).not_to_have_count(26)
    assert "disposition=redirect" in page.url
    check(page)
    page.click("#sort-confidence")
    expect(page.locator("th[aria-sort=descending]")).to_have_text("Sure")
    page.click("text=Show all")
    expect(page.locator("#results tbody tr")).to_have_count(26)


def decide_by_keyboard(page: Page, check: Check) -> None:
    """Accept, restore, undo, type a target, ask for the keys: nothing but the keyboard."""
    row = page.locator("#results tbody tr")
    state = page.locator("#pane .verdict-line")
    page.keyboard.press("j")
    expect(page.locator("#pane")).to_be_visible()
    check(page)
    page.keyboard.press("a")
    expect(state).to_contain_text("Accepted: Redirect")
    page.keyboard.press("j")
    expect(page.locator("#pane")).to_have_attribute("data-row", row.nth(1).get_attribute("id") or "")
    page.keyboard.press("r")
    expect(state).to_contain_text("Accepted: Restore")
    page.keyboard.press("u")
    expect(state).to_contain_text("Proposed")
    page.keyboard.press("k")
    expect(page.locator("#pane")).to_have_attribute("data-row", row.nth(0).get_attribute("id") or "")
    page.keyboard.press("j")
    expect(page.locator("#pane")).to_have_attribute("data-row", row.nth(1).get_attribute("id") or "")
    page.keyboard.press("e")
    page.keyboard.type("probation")
    page.wait_for_selector("#targets [role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(state).to_contain_text("Accepted: Redirect to /resources/probation-periods/")
    expect(page.locator("#pane-title")).to_be_focused()  # out of the field, where keys are letters
    page.keyboard.press("?")
    expect(page.locator("#keys dl")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#pane")).to_be_hidden()
    assert "Accepted" in row.nth(0).inner_text()
    assert "Accepted" in row.nth(1).inner_text()


def accept_the_rest(page: Page, check: Check) -> int:
    """Preview, accept all that fit the filter, undo, and do it again; gives how many redirects are accepted then."""
    for last in (False, True):
        page.goto(page.url.partition("?")[0] + "?disposition=redirect&state=proposed")
        page.click("text=Preview")
        check(page)
        count = int(re.findall(r"\d+", page.inner_text("h1"))[0])
        page.get_by_role("button", name="Decide about").click()
        expect(page.locator(".banner.done")).to_contain_text(f"{count} proposals accepted")
        check(page)
        if not last:
            page.click(".banner.done >> text=Undo")
            expect(page.locator(".banner.done")).to_contain_text(f"{count} decisions undone")
    return count + 2


def write_redirects(page: Page, check: Check, count: int, folder: Path) -> tuple[ServerFile, ...]:
    """Choose nginx, see its files, prove them on this machine and take them."""
    page.click("nav >> text=Redirects")
    expect(page.locator("h1")).to_contain_text("redirects are accepted")
    page.get_by_label("Server, platform or content system").select_option("nginx")
    page.click("text=Show the files")
    expect(page.locator(".written")).to_contain_text(f"{count} redirects are written for nginx")
    expect(page.locator(".file")).to_contain_text("/resources/probation-periods/")
    page.get_by_role("button", name="Prove the files").click()
    page.get_by_role("heading", name=f"All {count} redirects answer as meant").wait_for(timeout=30_000)
    check(page)
    with page.expect_download() as sent:
        page.get_by_role("link", name=re.compile("^Download all")).click()
    sent.value.save_as(folder / "nginx.zip")
    with zipfile.ZipFile(folder / "nginx.zip") as archive:
        files = {Path(name).name: archive.read(name) for name in archive.namelist()}
    return tuple(ServerFile(name, content) for name, content in files.items() if name.endswith(".conf"))


def verify(page: Page, check: Check, count: int, web: SmallWeb, port: int) -> None:
    """Ask the nginx that holds the files, as one would ask a staging server."""
    page.fill("#base", f"http://127.0.0.1:{port}")
    page.click("text=It is a staging server")
    page.fill("#name", web.host)
    page.get_by_role("button", name="Verify", exact=True).click()
    page.get_by_role("heading", name=f"All {count} redirects work").wait_for(timeout=60_000)
    check(page)


def audit_again(page: Page, check: Check, count: int) -> None:
    """A second run finds what is mended, and keeps every decision."""
    page.click("nav >> text=Runs")
    page.click("text=Start an audit")
    audit(page, check)
    expect(page.locator("table").first).to_contain_text("2 audits")
    page.click("nav >> text=Overview")
    expect(page.locator("main")).to_contain_text("Over time")
    check(page)
    page.click("nav >> text=Dead pages")
    expect(page.locator(".count")).to_have_text("24 dead pages")
    page.goto(page.url + "?state=accepted")
    expect(page.locator("#results tbody tr")).to_have_count(count - 2)
    page.click("text=Decisions so far")
    expect(page.locator("main")).to_contain_text("Ada")
    check(page)


def make_report(page: Page, check: Check) -> None:
    """Make the report for a client, and look at it; as many forms as are installed."""
    page.click("nav >> text=Reports")
    page.click("#make-button")
    expect(page.locator("#made .forms")).to_be_visible(timeout=60_000)
    check(page)
    with page.expect_download() as sent:
        page.locator(".forms a[download]").first.click()
    assert sent.value.path().stat().st_size > 1_000
    page.locator(".forms a").first.click()
    expect(page.locator("body")).to_contain_text("lost")


@pytest.fixture
def check(axe: str) -> Check:
    """Accessible as it stands, in both schemes."""

    def look(page: Page) -> None:
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            page.evaluate(axe)
            found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
            assert [f"{each['id']}: {each['nodes'][0]['html']}" for each in found] == [], f"{page.url}, {scheme}"

    return look


def test_from_an_export_to_redirects_that_work(
    tmp_path: Path, browser: Browser, axe: str, check: Check, small_web: SmallWeb, require_program: RequireProgram
) -> None:
    require_program("nginx")
    with ExitStack() as opened:
        pages = opened.enter_context(serve_command(tmp_path / "ws"))
        shown = BrowserPages(browser, pages, axe)
        page = opened.enter_context(shown.open(f"/enter?token={pages.sessions.token}", size=WIDE, expected="400"))
        with small_web.serve():
            name_the_site(page, small_web, check)
            give_files(page, small_web, check, tmp_path)
            audit(page, check)
            see_overview(page, check)
            narrow(page, check)
            decide_by_keyboard(page, check)
            count = accept_the_rest(page, check)
            files = write_redirects(page, check, count, tmp_path)
            deployed = Proxying(f"http://{small_web.host}")
            with run_engine("nginx", files, require_program, deployed) as nginx:
                verify(page, check, count, small_web, nginx.port)
        mended = [(each.was, each.path) for each in small_web.scene.pages if each.was][:2]
        with small_web.serve(mended):
            audit_again(page, check, count)
            make_report(page, check)
