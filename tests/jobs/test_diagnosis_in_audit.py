"""Causes in whole audits over real HTTP: spam of a break-in, lost redirects, answers over time."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.jobs.audits import day, run_audit
from tests.jobs.web import NOT_FOUND, Host, Page, page, serve, with_origin

from linkreclaim.jobs.audits.audit import AuditResult

NAMES = ("sunday-services", "summer-fair", "parish-history", "choir-practice", "church-roof", "opening-hours")
SPAM = (
    "/news/%E6%BF%80%E5%AE%89-%E8%B2%A1%E5%B8%83-%E9%80%9A%E8%B2%A9.html",
    "/choir-practice/buy-viagra-casino-online",
)


class Site:
    """A parish of six pages; `extra` answers before them."""

    def __init__(self, extra: dict[str, Page]) -> None:
        self.extra = extra

    def __call__(self, path: str) -> Page:
        name = path.strip("/")
        if path in self.extra:
            return self.extra[path]
        if path == "/sitemap.xml":
            urls = "".join(f"<url><loc>{{origin}}/{name}</loc></url>" for name in NAMES)
            return 200, {"Content-Type": "application/xml"}, f"<urlset>{urls}</urlset>"
        if path == "/":
            return page("The parish", "What happens in our parish this week, and whom to ask.")
        if name in NAMES:
            return page(name.replace("-", " ").capitalize(), f"All about {name.replace('-', ' ')} in our parish.")
        return NOT_FOUND


class Parish:
    """The served site, its export and its audits."""

    def __init__(self, host: Host, folder: Path) -> None:
        self.host = host
        self.links = folder / "links.csv"
        self.report = folder / "ws" / "report"

    def write_links(self, anchors: dict[str, str]) -> None:
        """Three linking pages for each path."""
        with self.links.open("w", encoding="utf-8", newline="") as sheet:
            writer = csv.writer(sheet)
            writer.writerow(["Referring page URL", "Target URL", "Anchor"])
            for path, anchor in anchors.items():
                for n in range(3):
                    writer.writerow([f"https://blog-{n}.example/{len(path)}", self.host.origin + path, anchor])

    def audit(self, extra: dict[str, Page] | None = None, number: float = 0, old: tuple[Path, ...] = ()) -> AuditResult:
        self.host.answer = with_origin(self.host, Site(extra or {}))
        return run_audit(self.host.origin, self.links, day(number), old=old)

    def rows(self) -> dict[str, dict[str, str]]:
        with open(self.report / "dead_pages.csv", encoding="utf-8-sig", newline="") as sheet:
            return {row["url"].removeprefix(self.host.origin): row for row in csv.DictReader(sheet)}


@pytest.fixture
def parish(tmp_path: Path) -> Iterator[Parish]:
    host = Host(lambda path: NOT_FOUND)
    with serve(host):
        yield Parish(host, tmp_path)


def test_spam_of_a_break_in_is_neither_redirected_nor_counted_as_lost(parish: Parish) -> None:
    parish.write_links({SPAM[0]: "激安 財布", SPAM[1]: "cheap viagra casino", "/blue-door": "the blue door"})
    result = parish.audit()
    rows = parish.rows()
    for path in SPAM:
        row = rows[path]
        assert (row["cause"], row["disposition"], row["target_url"]) == ("injected", "gone", "")
        assert float(row["equity_share_0_1"]) == 0
    assert float(rows["/blue-door"]["equity_share_0_1"]) == 1
    assert (result.summary.dead_with_links, result.summary.broken_backlinks, result.undecided) == (1, 3, 1)


def test_a_site_of_nothing_but_spam_has_lost_nothing(parish: Parish) -> None:
    parish.write_links({SPAM[0]: "激安 財布"})
    result = parish.audit()
    assert (result.summary.dead_with_links, result.summary.lost_equity_share_0_1, result.undecided) == (0, 0.0, 0)


def test_a_lost_redirect_is_told_by_the_old_record(parish: Parish, tmp_path: Path) -> None:
    origin = parish.host.origin
    crawl = tmp_path / "crawl.csv"
    rows = [f"{origin}/x/91,301,,{origin}/summer-fair", f"{origin}/summer-fair,200,Summer fair,"]
    crawl.write_text("\n".join(["Address,Status Code,Title 1,Redirect URL", *rows]) + "\n")
    parish.write_links({"/x/91": "the fair"})
    parish.audit(old=(crawl,))
    row = parish.rows()["/x/91"]
    assert (row["cause"], row["target_url"]) == ("lost_redirect", f"{origin}/summer-fair")
    assert "it once redirected to" in row["cause_evidence"]


def test_what_comes_and_goes_is_a_fault_of_the_site_and_is_not_redirected(parish: Parish) -> None:
    parish.write_links({"/choir-practise": "choir"})
    there = {"/choir-practise": page("Choir practise", "When the choir meets.")}
    for number, extra in enumerate((there, {}, there, {})):
        parish.audit(extra, number)
    row = parish.rows()["/choir-practise"]
    assert (row["cause"], row["disposition"]) == ("temporary", "review")
    assert "it came and went" in row["cause_evidence"]
