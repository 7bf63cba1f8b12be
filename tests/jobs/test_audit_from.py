"""`audit --from`: what it will cost, and whole audits on a vendor's answers, on a log, and on both."""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.command import run_text
from tests.jobs.conftest import Web
from tests.jobs.web import ARTICLES
from tests.sources.apis.fakes.ahrefs import KEY, ORIGIN, FakeAhrefs, backlink, page
from tests.sources.apis.server import VendorServer, serve

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"


@dataclass
class Ahrefs:
    """A vendor that knows all of the site's lost articles but one."""

    server: VendorServer
    web: Web
    key: str = KEY

    def audit(self, *options: str, workspace: str = "ws") -> tuple[int, str, str]:
        command = self.web.command("--no-read", "--subdomains", *options, workspace=workspace)
        environment = {**os.environ, "AHREFS_API_KEY": self.key, "HOME": str(self.web.folder)}
        asked = ["--api-origin", f"{ORIGIN}={self.server.origin}"]
        done = run_text([*command, *asked], env=environment)
        return done.returncode, done.stdout, done.stderr


@pytest.fixture
def ahrefs(web: Web) -> Iterator[Ahrefs]:
    known = list(ARTICLES)[1:]
    pages = [page("", 5, url_to=f"{web.site.origin}/blog/{name}") for name in known]
    links = [
        backlink(number, 100 + number, url_to=f"{web.site.origin}/blog/{name}") for number, name in enumerate(known)
    ]
    with serve(FakeAhrefs(pages, links)) as server:
        yield Ahrefs(server, web)


def log_of(web: Web, *names: str) -> Path:
    path = web.folder / "access.log"
    path.write_text(
        "".join(
            f'192.0.2.7 - - [01/Jun/2024:10:00:00 +0000] "GET /blog/{name} HTTP/1.1" 404 512'
            f' "https://forum-{number}.example/" "{AGENT}"\n'
            for number, name in enumerate(names)
        )
    )
    return path


def dead_articles(printed: str) -> dict[str, int]:
    rows: list[dict[str, Any]] = json.loads(printed)["dead_pages"]
    return {row["url"].rpartition("/")[2]: row["links"] for row in rows}


def test_a_dry_run_says_what_it_would_cost_and_asks_nothing(ahrefs: Ahrefs) -> None:
    code, printed, _ = ahrefs.audit("--from", "ahrefs", "--budget", "5000", "--dry-run")
    assert code == 0
    assert "9 API units for each dead page" in printed
    assert "stops before 5,000 API units would be passed" in printed
    assert len(ahrefs.server) == 0
    assert not (ahrefs.web.folder / "ws" / "linkreclaim.db").exists()


def test_a_dry_run_without_the_key_is_not_whole(ahrefs: Ahrefs) -> None:
    ahrefs.key = ""
    code, printed, told = ahrefs.audit("--from", "ahrefs", "--dry-run")
    assert code == 4
    assert "9 API units for each dead page" in printed
    assert "AHREFS_API_KEY" in printed
    assert told == ""


def test_a_dry_run_of_nothing_is_no_audit(ahrefs: Ahrefs) -> None:
    code, _, told = ahrefs.audit("--links", str(log_of(ahrefs.web, *ARTICLES)), "--dry-run")
    assert code == 2
    assert "--dry-run belongs to --from" in told
    assert not (ahrefs.web.folder / "ws").exists()


def test_nothing_is_paid_for_unasked(ahrefs: Ahrefs) -> None:
    code, _, told = ahrefs.audit("--from", "ahrefs")
    assert code == 2
    assert "add --budget N, or --yes" in told
    assert len(ahrefs.server) == 0


def test_an_audit_on_answers_alone(ahrefs: Ahrefs) -> None:
    code, printed, told = ahrefs.audit("--from", "ahrefs", "--budget", "ahrefs=5000", "--json")
    assert code == 3, told
    assert dead_articles(printed) == dict.fromkeys(list(ARTICLES)[1:], 1)
    assert {source["report"] for source in json.loads(printed)["summary"]["sources"]} == {
        "Best by links, dead (API)",
        "Broken backlinks (API)",
    }
    asked = len(ahrefs.server)
    assert ahrefs.audit("--from", "ahrefs", "--budget", "ahrefs=5000", "--json")[0] == 3
    assert len(ahrefs.server) == asked, "the answers of today are used again"
    assert KEY not in printed + told


def test_a_log_and_a_vendor_each_know_what_the_other_misses(ahrefs: Ahrefs) -> None:
    first, second, *_ = ARTICLES
    log = str(log_of(ahrefs.web, first, second))
    _, alone, _ = ahrefs.audit("--links", log, "--json", workspace="ws-log")
    assert dead_articles(alone) == {first: 1, second: 1}
    _, both, told = ahrefs.audit("--links", log, "--from", "ahrefs", "--yes", "--json")
    assert dead_articles(both) == {**dict.fromkeys(ARTICLES, 1), second: 2}, told
    command = [sys.executable, "-m", "linkreclaim", "ledger", "--workspace", str(ahrefs.web.folder / "ws")]
    shown = run_text(command).stdout
    assert "Access log" in shown
    assert "Ahrefs" in shown


def test_a_refused_key_is_told_and_the_rest_goes_on(ahrefs: Ahrefs) -> None:
    ahrefs.key = "expired-key"
    log = str(log_of(ahrefs.web, *ARTICLES))
    code, printed, told = ahrefs.audit("--links", log, "--from", "ahrefs", "--yes", "--json")
    assert code == 3
    assert set(dead_articles(printed)) == set(ARTICLES)
    (warning,) = (line for line in told.splitlines() if "Invalid API key" in line)
    assert warning.startswith("! Ahrefs Best by links, dead (API) is not whole")
    assert "make a new one at https://app.ahrefs.com" in warning
    assert "expired-key" not in printed + told
