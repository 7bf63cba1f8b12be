"""What the form of an audit offers under "More": files about lost pages, the pace, and tools whose key is set."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload
from tests.inventory.warc_files import http, page, record, write_packed
from tests.web.harness import BrowserPages, DemoWorkspace, Pages, Reply, serve_pages
from tests.web.test_overview import words
from tests.web.test_runs import SETTINGS, files_shown, open_site, send_files, write_list

from linkreclaim.config import FetchSettings
from linkreclaim.errors import UsageError
from linkreclaim.jobs.desk.audit_desk import AuditDesk
from linkreclaim.jobs.desk.audit_options import Asked, at_pace, check_options, find_vendors, read_budgets
from linkreclaim.sources.apis.vendors import VENDORS
from linkreclaim.store import open_workspace

HOST = "example.com"
FORM = f"/sites/{HOST}/runs/new"
SECRET = "secret-4711"
OLD = b"url,title\nhttps://example.com/mug,Blue mug\nhttps://example.com/cup,Red cup\n,Broken\n"


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keys of whoever runs the tests play no part."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for vendor in VENDORS.values():
        for spec in vendor.secrets:
            monkeypatch.delenv(spec.name, raising=False)


@pytest.fixture
def two_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AHREFS_API_KEY", SECRET)
    monkeypatch.setenv("BING_WEBMASTER_API_KEY", SECRET)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Pages]:
    """An empty workspace, served, with a site that waits for its files."""
    with serve_pages(DemoWorkspace(tmp_path / "ws", "", ""), settings=SETTINGS) as served:
        served.enter()
        open_site(served, HOST)
        yield served


def send(pages: Pages, kind: str, name: str, body: bytes) -> Reply:
    return send_files(pages, HOST, {name: body}, kind, **{"HX-Request": "true"})


class TestFilesAboutLostPages:
    def test_a_record_is_recognised_and_its_bad_rows_told(self, opened: Pages) -> None:
        shown = files_shown(send(opened, "old", "old shop.csv", OLD))
        assert "Records of the old system" in shown
        assert "old shop.csv" in shown
        assert "2 rows" in shown
        assert "One of the first 3 rows has a problem" in shown

    def test_copies_are_recognised(self, opened: Pages, tmp_path: Path) -> None:
        url = f"https://{HOST}/mug"
        copies = write_packed(tmp_path / "site.warc.gz", record(url, http(page("Blue mug")))).read_bytes()
        assert "Copies of pages" in files_shown(send(opened, "captures", "site.warc.gz", copies))

    @pytest.mark.parametrize("kind", ["old", "captures"])
    @pytest.mark.parametrize("body", [b"", b"\x00\xff<script>alert(1)</script>", b"PK\x03\x04broken"])
    def test_what_is_neither_says_why(self, opened: Pages, kind: str, body: bytes) -> None:
        reply = send(opened, kind, "none.bin", body)
        assert reply.status == 200
        assert "Cannot be used" in files_shown(reply)
        assert "<script>" not in reply.text
        assert str(opened.workspace.folder) not in reply.text

    def test_kinds_are_kept_apart_and_removed_apart(self, opened: Pages) -> None:
        send(opened, "links", "a.csv", write_list(HOST, 3))
        send(opened, "old", "a.csv", OLD)
        opened.post(f"{FORM}/files/remove", {"name": "0001-a.csv", "kind": "old"})
        shown = words(opened.get(FORM).text)
        assert "3 rows" in shown
        assert "2 rows" not in shown

    def test_alone_are_no_links(self, opened: Pages) -> None:
        send(opened, "old", "old.csv", OLD)
        reply = opened.post(FORM, {})
        assert reply.status == 400
        assert "there is no file with links yet" in words(reply.text)

    def test_a_kind_that_is_none_is_links(self, opened: Pages) -> None:
        send(opened, "../old", "a.csv", write_list(HOST, 3))
        assert "3 rows" in words(opened.get(FORM).text)


class TestOptions:
    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"rate": "0"}, "requests a second '0': write a number from 0.01 to 100"),
            ({"rate": "nan"}, "write a number"),
            ({"rate": "fast"}, "write a number"),
            ({"in_flight": "1000"}, "requests at once '1000': write a number from 1 to 100"),
            ({"accept": "95"}, "confidence '95': write a number from 0 to 1"),
            ({"vendor": "ahrefs"}, "Ahrefs is paid for: say how many"),
            ({"vendor": "ahrefs", "budget-ahrefs": "5,000"}, "at most '5,000': write a number"),
            ({"vendor": "moz"}, "'moz' cannot be asked: no key of it is set"),
            ({"vendor": "nobody"}, "'nobody' cannot be asked"),
        ],
    )
    @pytest.mark.usefixtures("two_keys")
    def test_that_make_no_sense_are_said_and_kept(self, opened: Pages, fields: dict[str, str], said: str) -> None:
        send(opened, "links", "a.csv", write_list(HOST, 3))
        reply = opened.post(FORM, fields)
        assert reply.status == 400
        assert said in words(reply.text).replace("’", "'")
        assert SECRET not in reply.text
        assert not (opened.workspace.folder / "run.lock").exists()

    @pytest.mark.usefixtures("two_keys")
    def test_only_tools_with_a_key_are_offered_and_no_key_is_shown_or_kept(self, opened: Pages) -> None:
        html = opened.get(FORM).text
        assert 'value="ahrefs"' in html
        assert 'value="bing"' in html
        assert 'value="moz"' not in html
        assert SECRET not in html
        opened.post(FORM, {"vendor": "ahrefs"})
        kept = [path for path in opened.workspace.folder.rglob("*") if path.is_file()]
        assert [path for path in kept if SECRET.encode() in path.read_bytes()] == []

    def test_without_keys_says_where_they_belong(self, opened: Pages) -> None:
        assert "No key of a tool is set" in words(opened.get(FORM).text)

    def test_a_broken_file_of_keys_does_not_stop_the_page(self, opened: Pages, tmp_path: Path) -> None:
        config = tmp_path / "config" / "linkreclaim" / "config.toml"
        config.parent.mkdir(parents=True)
        config.write_text("[keys\n")
        assert find_vendors() is None
        assert "The file with the keys cannot be read" in words(opened.get(FORM).text)

    def test_the_pace_is_that_of_the_request(self) -> None:
        usual = FetchSettings()
        assert at_pace(Asked(), usual) == usual
        slow = at_pace(Asked(rate="0.5", in_flight="1"), usual)
        assert (slow.stranger_per_s, slow.stranger_in_flight, slow.site_in_flight) == (0.5, 1, 1)

    @pytest.mark.usefixtures("two_keys")
    def test_budgets_belong_to_their_vendors(self) -> None:
        asked = Asked(vendors=("ahrefs", "bing"), budgets=("ahrefs=5000",))
        check_options(asked)
        assert read_budgets(asked) == {"ahrefs": 5000.0}
        with pytest.raises(UsageError, match="paid for"):
            check_options(Asked(vendors=("ahrefs",)))


def test_the_audit_is_asked_with_all_of_it(opened: Pages, tmp_path: Path) -> None:
    """An audit that failed at once: nothing answers there. What it was asked is kept, and asked again to go on."""
    host = "127.0.0.1:9"
    open_site(opened, host)
    send_files(opened, host, {"a.csv": write_list(host, 3)})
    send_files(opened, host, {"old.csv": OLD.replace(b"https://example.com", f"http://{host}".encode())}, "old")
    assert opened.post(f"/sites/{host}/runs/new", {"rate": "9", "in_flight": "3", "accept": "0.9"}).status == 303
    opened.post(f"/sites/{host}/runs/stop", {})
    with open_workspace(opened.workspace.folder) as workspace:
        request = AuditDesk(workspace).request(host, FetchSettings(), fresh=False)
    assert [path.name for path in request.old] == ["0001-old.csv"]
    assert [path.name for path in request.links] == ["0001-a.csv"]
    assert request.captures == ()
    assert request.accept_0_1 == 0.9
    assert (request.settings.stranger_per_s, request.settings.site_in_flight) == (9.0, 3)


@pytest.mark.usefixtures("two_keys")
def test_in_chromium_all_of_it_is_accessible(browser: Browser, axe: str, opened: Pages) -> None:
    shown = BrowserPages(browser, opened, axe)
    send(opened, "links", "a.csv", write_list(HOST, 3))
    with shown.open(FORM) as tab:
        for summary in tab.query_selector_all("main summary"):
            summary.click()
        tab.set_input_files("#old-input", FilePayload(name="old.csv", mimeType="text/csv", buffer=OLD))
        tab.wait_for_selector("#files >> text=Record of pages")
        assert tab.input_value("#old-input") == ""
        assert shown.find_violations(tab) == []
