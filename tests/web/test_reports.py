"""Reports for a client on the page: made, looked at, downloaded; the agency's name and logo; nothing of it runs."""

import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from urllib.parse import quote

import pytest
from playwright.sync_api import FilePayload
from tests.web.harness import BrowserPages, Pages, Reply
from tests.web.test_overview import words
from tests.web.test_rules import accept

from linkreclaim.jobs.desk.client_desk import ClientDesk, make_reports, read_sender
from linkreclaim.store import open_workspace
from linkreclaim.web.pages.reports import REPORT_POLICY

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40" onload="document.title=1">'
    b'<script>document.title = "run"</script><rect width="120" height="40" fill="#0a5f73"/></svg>'
)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
BOUNDARY = "----linkreclaim"


def path_of(pages: Pages, rest: str = "") -> str:
    return f"/sites/{pages.workspace.relaunch}/reports{rest}"


def send(pages: Pages, agency: str, logo: bytes = b"", name: str = "logo.svg", **fields: str) -> Reply:
    """Post the form about the agency as a browser does."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        for field, value in {"agency": agency, **fields}.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="logo"; filename="{name if logo else ""}"\r\n\r\n'
    body = b"".join([*parts, head.encode(), logo, f"\r\n--{BOUNDARY}--\r\n".encode()])
    headers = {"Sec_Fetch_Site": "same-origin", "Content_Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return pages.ask("POST", path_of(pages, "/sender"), body, headers)


def make(pages: Pages) -> str:
    """Have the report made; returns the words of the page that shows it."""
    assert pages.post(path_of(pages, "/make"), {}).status == 303
    until = time.monotonic() + 60
    while "is being made" in (shown := words(pages.get(path_of(pages)).text)):
        assert time.monotonic() < until
        time.sleep(0.2)
    return shown


def make_here(pages: Pages) -> None:
    """The same in this process, by which a test can say what it has."""
    with ThreadPoolExecutor(1) as aside:  # Playwright may have an event loop running in this thread
        aside.submit(
            make_reports, lambda _: None, str(pages.workspace.folder), pages.workspace.relaunch, "Ada"
        ).result()


@pytest.fixture
def own(own_pages: Pages) -> Pages:
    own_pages.enter()
    return own_pages


class TestMaking:
    def test_all_forms_are_made_and_downloaded(self, own: Pages) -> None:
        assert "Make the report" in words(own.get(path_of(own)).text)
        shown = make(own)
        assert re.search(r"should bring back about \d+ %", shown)
        assert "by Ada, of the audit of 9 November 2026" in shown
        beginnings = {"html": "<!doctype html>", "pdf": "%PDF-", "xlsx": "PK"}
        for form, beginning in beginnings.items():
            reply = own.get(path_of(own, f"/files/{form}"))
            assert (reply.status, reply.text.lstrip()[: len(beginning)]) == (200, beginning)
            disposition = reply.headers["content-disposition"]
            assert disposition.startswith("attachment")
            assert f".{form}" in disposition

    def test_a_missing_extra_is_said_and_the_rest_is_there(self, own: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "typst", None)
        make_here(own)
        html = own.get(path_of(own)).text
        assert "pip install 'linkreclaim[reports]'" in words(html)
        assert re.search(r'<button class="quiet" disabled aria-describedby="no-pdf">', html)
        assert own.get(path_of(own, "/files/xlsx")).status == 200
        refused = own.get(path_of(own, "/files/pdf"))
        assert refused.status == 400
        assert "pip install 'linkreclaim[reports]'" in words(refused.text)

    def test_says_when_what_it_tells_has_changed(self, own: Pages) -> None:
        make_here(own)
        assert "has changed since then" not in words(own.get(path_of(own)).text)
        accept(own)
        assert "has changed since then" in words(own.get(path_of(own)).text)
        make_here(own)
        assert "has changed since then" not in words(own.get(path_of(own)).text)
        send(own, "Fairlink")
        assert "has changed since then" in words(own.get(path_of(own)).text)

    def test_only_the_newest_files_are_kept(self, own: Pages) -> None:
        make_here(own)
        send(own, "Fairlink")
        make_here(own)
        (folder,) = (own.workspace.folder / "client-reports").glob("site-*")
        assert sorted(path.suffix for path in folder.iterdir()) == [".html", ".json", ".pdf", ".xlsx"]

    def test_can_be_stopped(self, own: Pages) -> None:
        assert own.post(path_of(own, "/make"), {}).status == 303
        second = own.post(path_of(own, "/make"), {})
        assert (second.status, "is at work already" in words(second.text)) == (400, True)
        assert own.post(path_of(own, "/stop"), {}).status == 303
        until = time.monotonic() + 60
        while "is being made" in (shown := words(own.get(path_of(own)).text)):
            assert time.monotonic() < until
            time.sleep(0.2)
        assert "stopped before it was ready" in shown or "Made on" in shown

    @pytest.mark.parametrize("form", ["svg", "json", "..%2fmade", "1"])
    def test_there_is_no_other_file(self, own: Pages, form: str) -> None:
        assert own.get(path_of(own, f"/files/{form}")).status in (400, 404)
        make_here(own)
        assert own.get(path_of(own, f"/files/{form}")).status in (400, 404)

    def test_a_site_that_is_not_there_has_none(self, pages: Pages) -> None:
        assert pages.get("/sites/unknown.example/reports").status == 404
        assert pages.get("/sites/unknown.example/reports/preview").status == 404

    def test_before_the_first_one_there_is_nothing_to_look_at(self, pages: Pages) -> None:
        reply = pages.get(path_of(pages, "/preview"))
        assert (reply.status, "no report" in words(reply.text)) == (400, True)


class TestAgency:
    def test_name_and_logo_are_in_the_report_and_outlive_the_server(self, own: Pages) -> None:
        assert send(own, " Fairlink & <b>Söhne</b>\u202e ", PNG, "logo.png").status == 303
        sender = read_sender(own.workspace.folder)
        assert (sender.logo is not None and sender.logo.kind, sender.agency[:8]) == ("png", "Fairlink")
        make_here(own)
        report = own.get(path_of(own, "/preview")).text
        assert "data:image/png;base64," in report
        assert "Fairlink &amp; &lt;b&gt;Söhne" in report
        assert "\u202e" not in report

    def test_the_page_shows_the_name_as_text(self, own: Pages) -> None:
        send(own, '"><script>alert(1)</script>')
        assert "<script>alert" not in own.get(path_of(own)).text

    @pytest.mark.parametrize(
        ("logo", "reason"),
        [
            (b"GIF89a" + bytes(20), "no PNG, JPEG or SVG image"),
            (b"<html><script>alert(1)</script>", "no PNG, JPEG or SVG image"),
            (
                b'<svg xmlns="http://www.w3.org/2000/svg"><image href="http://evil.example/x"/></svg>',
                "refers to another",
            ),
            (PNG + bytes(1_000_000), "larger than 1 MB"),
        ],
    )
    def test_another_file_is_refused_and_the_logo_before_stays(self, own: Pages, logo: bytes, reason: str) -> None:
        send(own, "Fairlink", PNG, "logo.png")
        reply = send(own, "Fairlink", logo, "<i>new</i>.png")
        assert reply.status == 400
        assert reason in words(reply.text)
        assert "<i>new</i>" not in reply.text
        assert "<i>new</i>.png" in unescape(reply.text)
        kept = read_sender(own.workspace.folder).logo
        assert kept is not None
        assert kept.data == PNG

    def test_can_be_removed(self, own: Pages) -> None:
        send(own, "Fairlink", PNG)
        send(own, "Fairlink", remove_logo="on")
        assert read_sender(own.workspace.folder).logo is None
        send(own, "")
        assert read_sender(own.workspace.folder).agency == ""

    def test_a_broken_note_of_it_is_no_sender(self, own: Pages) -> None:
        send(own, "Fairlink", PNG)
        place = own.workspace.folder / "client-reports"
        for broken in ("{", "[]", '{"agency": 3}'):
            (place / "agency.json").write_text(broken, encoding="utf-8")
            (place / "logo").write_bytes(b"nothing")
            assert read_sender(own.workspace.folder).logo is None
            assert own.get(path_of(own)).status == 200

    def test_no_address_serves_the_logo(self, own: Pages) -> None:
        send(own, "Fairlink", SVG)
        for name in ("logo", "logo.svg", "client-reports/logo", quote("../logo", safe="")):
            assert own.get(path_of(own, f"/{name}")).status == 404
            assert own.get(path_of(own, f"/files/{name}")).status in (400, 404)

    def test_another_website_cannot_set_it(self, own: Pages) -> None:
        body = f"--{BOUNDARY}--\r\n"
        headers = {"Sec_Fetch_Site": "cross-site", "Content_Type": f"multipart/form-data; boundary={BOUNDARY}"}
        for act in ("/sender", "/make", "/stop"):
            assert own.ask("POST", path_of(own, act), body, headers).status == 403


class TestPreview:
    def test_has_a_policy_under_which_nothing_runs(self, own: Pages) -> None:
        make_here(own)
        headers = own.get(path_of(own, "/preview")).headers
        assert headers["content-security-policy"] == REPORT_POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "script" not in REPORT_POLICY
        assert own.get(path_of(own)).headers["content-security-policy"] != REPORT_POLICY

    def test_a_script_in_a_logo_or_in_the_file_does_not_run(self, own_browser_pages: BrowserPages) -> None:
        own = own_browser_pages.pages
        send(own, "Fairlink", SVG)
        make_here(own)
        with open_workspace(own.workspace.folder) as workspace:
            site_id = workspace.ledger.site_id(own.workspace.relaunch)
            path = ClientDesk(workspace).file(own.workspace.relaunch, site_id, ".html")
        path.write_text(path.read_text(encoding="utf-8") + "<script>document.title = 'run'</script>", encoding="utf-8")
        with own_browser_pages.open(path_of(own, "/preview"), expected="Content Security Policy") as page:
            assert page.title().startswith("Lost links of")
            assert page.evaluate("document.querySelector('.logo').naturalWidth") > 0
            assert page.evaluate("getComputedStyle(document.querySelector('.masthead')).display") != "inline"


class TestInChromium:
    def test_from_the_name_to_the_report_by_keyboard(self, own_browser_pages: BrowserPages) -> None:
        own = own_browser_pages.pages
        with own_browser_pages.open(path_of(own)) as page:
            page.focus("#agency")
            page.keyboard.type("Fairlink")
            page.set_input_files("#logo", files=[FilePayload(name="l.svg", mimeType="image/svg+xml", buffer=SVG)])
            page.focus("text=Save")
            page.keyboard.press("Enter")
            page.wait_for_selector("text=is kept")
            page.focus("#make-button")
            page.keyboard.press("Enter")
            page.wait_for_selector("#making")
            assert own_browser_pages.find_violations(page) == []
            page.focus("#make-button")
            page.wait_for_selector(".made .forms", timeout=60_000)
            assert page.inner_text("#made-said") == "The report is ready."
            assert page.evaluate("document.activeElement.id") == "make-button"
            page.focus("text=Look at it")
            page.keyboard.press("Enter")
            page.wait_for_selector(".logo")
            assert "Fairlink" in page.inner_text(".masthead")
        own_browser_pages.check_page(path_of(own))

    def test_without_scripts(self, own_browser_pages: BrowserPages) -> None:
        own = own_browser_pages.pages
        with own_browser_pages.open(path_of(own), script=False) as page:
            page.click("#make-button")
            page.wait_for_selector("text=Look again")
            for _ in range(300):
                if page.query_selector(".made .forms"):
                    break
                page.wait_for_timeout(200)
                page.goto(own.origin + path_of(own))
            with page.expect_download() as started:
                page.click("text=PDF")
            assert started.value.suggested_filename.endswith(".pdf")

    def test_of_a_site_audited_once(self, browser_pages: BrowserPages) -> None:
        browser_pages.check_page(f"/sites/{browser_pages.pages.workspace.shop}/reports")
