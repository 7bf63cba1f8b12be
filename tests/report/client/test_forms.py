"""The three forms of the client report, read back: nothing strangers wrote does anything."""

import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from selectolax.lexbor import LexborHTMLParser
from tests.report.client.conftest import MakeFacts, MakePoint
from tests.report.conftest import MOMENT

from linkreclaim.errors import LinkreclaimError, MissingExtraError
from linkreclaim.model.reports import BacklinkRow, DeadPageRow
from linkreclaim.report.client import (
    ClientFacts,
    Logo,
    render_client_images,
    render_client_page,
    render_client_pdf,
    render_client_workbook,
    workbook,
    write_client_report,
)
from linkreclaim.report.client.pdf import break_address

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>alert(1)</script><circle r="4"/></svg>'
AGENCY = '<b>Fairlink</b> #panic("x") \u202e'


def png(width: int = 2, height: int = 2) -> bytes:
    """A real PNG image, all black."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + bytes(width) for _ in range(height)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def page_of(facts: ClientFacts, agency: str = "", logo: Logo | None = None) -> str:
    return "".join(render_client_page(write_client_report(facts, agency), agency, logo))


class TestPage:
    def test_strangers_words_are_only_words(self, hostile_facts: ClientFacts) -> None:
        html = page_of(hostile_facts, AGENCY)
        tree = LexborHTMLParser(html)
        assert tree.css("script, iframe, object, link, form, [onload], [style]") == []
        assert "\u202e" not in html
        assert [
            a.attributes["href"] for a in tree.css("a") if not re.match(r"#|https?://", a.attributes["href"] or "")
        ] == []

    def test_it_loads_nothing_and_its_policy_says_so(self, facts: MakeFacts) -> None:
        tree = LexborHTMLParser(page_of(facts(), "Fairlink", Logo("svg", SVG)))
        policy = tree.css_first("meta[http-equiv]")
        assert policy is not None
        assert "default-src 'none'" in (policy.attributes["content"] or "")
        sources = [str(each.attributes["src"]) for each in tree.css("[src]")]
        assert [source.partition(",")[0] for source in sources] == ["data:image/svg+xml;base64"]

    def test_headings_go_down_step_by_step(self, facts: MakeFacts) -> None:
        levels = [int(str(each.tag)[1]) for each in LexborHTMLParser(page_of(facts())).css("h1, h2, h3")]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))

    def test_every_picture_has_its_table_and_ids_are_unique(self, facts: MakeFacts, point: MakePoint) -> None:
        tree = LexborHTMLParser(page_of(facts(recovery=(point(), point(30)))))
        figures = tree.css("figure.picture")
        assert len(figures) >= 4
        assert all(figure.css_first("details table") is not None for figure in figures)
        ids = [each.attributes["id"] for each in tree.css("[id]")]
        assert len(ids) == len(set(ids))


class TestPdf:
    def test_the_same_report_is_the_same_file(self, facts: MakeFacts) -> None:
        pytest.importorskip("typst", reason="needs typst, which the reports extra brings")
        report = write_client_report(facts(), "Fairlink")
        first = render_client_pdf(report, MOMENT, "Fairlink", Logo("png", png()))
        assert first.startswith(b"%PDF-")
        assert first == render_client_pdf(report, MOMENT, "Fairlink", Logo("png", png()))

    def test_it_is_accessible_and_text_in_any_script_does_not_stop_it(
        self, facts: MakeFacts, dead_page: Callable[..., DeadPageRow]
    ) -> None:
        pytest.importorskip("typst", reason="needs typst, which the reports extra brings")
        assert b"pdfuaid:part" in render_client_pdf(write_client_report(facts()), MOMENT)
        odd = facts([dead_page(old_title="\u5e38\u89c1 \u0e44\u0e17\u0e22 \U0001f600 \ue000")])
        assert render_client_pdf(write_client_report(odd), MOMENT).startswith(b"%PDF-")

    def test_strangers_words_are_never_markup(self, hostile_facts: ClientFacts) -> None:
        pytest.importorskip("typst", reason="needs typst, which the reports extra brings")
        pages = render_client_images(write_client_report(hostile_facts, AGENCY), MOMENT, AGENCY, Logo("svg", SVG))
        assert pages
        assert all(page.startswith(b"\x89PNG") for page in pages)

    def test_links_lead_to_web_pages_only(self, hostile_facts: ClientFacts) -> None:
        pytest.importorskip("typst", reason="needs typst, which the reports extra brings")
        assert b"javascript:" not in render_client_pdf(write_client_report(hostile_facts), MOMENT)

    def test_a_logo_that_cannot_be_drawn_is_named_as_the_reason(self, facts: MakeFacts) -> None:
        pytest.importorskip("typst", reason="needs typst, which the reports extra brings")
        with pytest.raises(LinkreclaimError, match="try another logo"):
            render_client_pdf(write_client_report(facts()), MOMENT, "", Logo("png", b"\x89PNG\r\n\x1a\nbroken"))

    def test_without_typst_the_extra_is_named(self, facts: MakeFacts, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "typst", None)
        with pytest.raises(MissingExtraError, match=r"linkreclaim\[reports\]"):
            render_client_pdf(write_client_report(facts()), MOMENT)

    def test_long_addresses_may_be_broken_and_stay_the_same_to_read(self) -> None:
        address = "https://example.com/a-very-long-folder/" + 100 * "x"
        broken = break_address(address)
        assert broken.replace("\u200b", "") == address
        assert max(map(len, broken.split("\u200b"))) <= 24


class TestWorkbook:
    @staticmethod
    def made(facts: ClientFacts, rows: list[DeadPageRow], links: list[BacklinkRow]) -> bytes:
        pytest.importorskip("xlsxwriter", reason="needs xlsxwriter, which the reports extra brings")
        report = write_client_report(facts, AGENCY)
        return render_client_workbook(report, MOMENT, iter(rows), facts.plan.steps, links)

    def test_sheets_and_rows_read_back(
        self,
        facts: MakeFacts,
        dead_page: Callable[..., DeadPageRow],
        backlink: Callable[..., BacklinkRow],
        tmp_path: Path,
    ) -> None:
        rows = [dead_page(), dead_page(rank=2, links=0)]
        path = tmp_path / "report.xlsx"
        path.write_bytes(self.made(facts(), rows, [backlink(), backlink(value=None)]))
        book = CalamineWorkbook.from_path(str(path))
        assert book.sheet_names == ["Summary", "Lost pages", "Plan", "Redirects", "Links"]
        pages = book.get_sheet_by_name("Lost pages").to_python()
        assert pages[0][:2] == ["Rank", "Lost page"]
        assert pages[1][1] == "https://example.com/blog/old-guide"
        assert pages[1][6] == 0.4
        assert len(pages) == 2
        assert len(book.get_sheet_by_name("Plan").to_python()) == 4
        assert book.get_sheet_by_name("Redirects").to_python()[1][1] == "https://example.com/resources/guide"
        assert len(book.get_sheet_by_name("Links").to_python()) == 3

    def test_nothing_is_a_formula_or_a_link(self, hostile_facts: ClientFacts) -> None:
        rows = hostile_facts.digest.ranked
        made = zipfile.ZipFile(BytesIO(self.made(hostile_facts, rows, list(hostile_facts.links[rows[0].url]))))
        sheets = {name: made.read(name) for name in made.namelist() if "sheet" in name}
        assert sheets
        assert [name for name, text in sheets.items() if b"<f>" in text or b"<hyperlink" in text] == []

    def test_cells_are_no_formulas_after_a_save_as_csv_either(self, hostile_facts: ClientFacts, tmp_path: Path) -> None:
        path = tmp_path / "report.xlsx"
        path.write_bytes(self.made(hostile_facts, hostile_facts.digest.ranked, []))
        book = CalamineWorkbook.from_path(str(path))
        cells = [cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
        assert [
            cell
            for cell in cells
            if isinstance(cell, str) and cell.lstrip()[:1] in ("=", "+", "-", "@") and cell.strip()
        ] == []

    def test_a_number_that_is_none_is_left_empty(self, facts: MakeFacts, dead_page: Callable[..., DeadPageRow]) -> None:
        rows = [dead_page(equity_share_0_1=float("nan"), match_confidence_0_1=float("inf"))]
        book = CalamineWorkbook.from_filelike(BytesIO(self.made(facts(), rows, [])))
        assert book.get_sheet_by_name("Lost pages").to_python()[1][6] == ""

    def test_a_sheet_that_is_cut_says_so(
        self, facts: MakeFacts, backlink: Callable[..., BacklinkRow], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(workbook, "ROWS_SHOWN", 2)
        book = CalamineWorkbook.from_filelike(BytesIO(self.made(facts(), [], [backlink()] * 3)))
        links = book.get_sheet_by_name("Links").to_python()
        assert len(links) == 4
        assert "Only the first 2 rows" in str(links[3][0])

    def test_the_same_report_is_the_same_file(self, facts: MakeFacts) -> None:
        assert self.made(facts(), [], []) == self.made(facts(), [], [])

    def test_without_xlsxwriter_the_extra_is_named(self, facts: MakeFacts, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "xlsxwriter", None)
        with pytest.raises(MissingExtraError, match=r"linkreclaim\[reports\]"):
            render_client_workbook(write_client_report(facts()), MOMENT, (), (), ())
