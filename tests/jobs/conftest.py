"""A law firm after a relaunch and the sites that still link to its old addresses, with exports of these links."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.command import run_text
from tests.jobs.web import ARTICLES, NOT_FOUND, Host, Page, law_firm, serve, with_origin

AHREFS = ["Referring page title", "Referring page URL", "Domain rating", "UR", "External links", "Target URL", "Anchor"]
AHREFS += ["Nofollow", "First seen", "Last seen"]
REFERRING_HOSTS = 4


@dataclass
class Web:
    """The served hosts, the links between them, and the files an owner would have."""

    site: Host
    referring: list[Host]
    links: list[tuple[str, str]]  # (linking page, target)
    folder: Path

    def ahrefs(self, extra: list[tuple[str, str]] | None = None) -> Path:
        """The links as an Ahrefs export (UTF-16, tabs)."""
        path = self.folder / "ahrefs.csv"
        rows = ["\t".join(AHREFS)]
        for source, target in [*self.links, *(extra or [])]:
            cells = ["A page", source, "55", "12.5", "10", target, "read this", "false"]
            rows.append("\t".join([*cells, "2024-01-01 10:00:00", "2026-09-01 10:00:00"]))
        path.write_text("\n".join(rows) + "\n", encoding="utf-16")
        return path

    def latest(self) -> Path:
        """The linking pages as Search Console names them: without their targets."""
        path = self.folder / "latest.csv"
        pages = dict.fromkeys(source for source, _ in self.links)
        path.write_text("\n".join(["Linking page,Last crawled", *(f"{p},2026-09-01" for p in pages)]) + "\n")
        return path

    def command(self, *arguments: str, workspace: str = "ws", private: bool = True) -> list[str]:
        """The audit as a user would give it."""
        base = [
            sys.executable,
            "-m",
            "linkreclaim",
            "audit",
            self.site.origin,
            "--workspace",
            str(self.folder / workspace),
        ]
        return [*base, "--rate", "1000", *(["--allow-private"] if private else []), *arguments]

    def audit(self, *arguments: str, workspace: str = "ws", private: bool = True) -> tuple[int, dict[str, Any], str]:
        """Run the audit; gives (exit code, JSON result, stderr)."""
        command = [*self.command(*arguments, workspace=workspace, private=private), "--json"]
        done = run_text(command)
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, json.loads(done.stdout) if done.stdout else {}, done.stderr


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    site = Host(lambda path: NOT_FOUND)
    site.answer = with_origin(site, law_firm)
    referring = [Host(lambda path: NOT_FOUND) for _ in range(REFERRING_HOSTS)]
    with serve(site, *referring):
        links = _links(site, referring)
        for host in referring:
            host.answer = _linking_pages(host, links)
        yield Web(site, referring, links, tmp_path)


def _links(site: Host, referring: list[Host]) -> list[tuple[str, str]]:
    targets = [f"{site.origin}/blog/{name}" for name in ARTICLES]
    targets += [f"{site.origin}/{path}" for path in ("blog/retired", "blog/old-news", "contact", "walled")]
    pairs = []
    for number, target in enumerate(targets):
        for copy in range(3):
            host = referring[(number + copy) % len(referring)]
            pairs.append((f"{host.origin}/page-{number}-{copy}", target))
    return pairs


def _linking_pages(host: Host, links: list[tuple[str, str]]) -> Any:
    pages: dict[str, str] = {}
    for source, target in links:
        if source.startswith(host.origin + "/"):
            pages[source.removeprefix(host.origin)] = target

    def answer(path: str) -> Page:
        if path == "/robots.txt" or path not in pages:
            return NOT_FOUND
        others = "".join(f'<a href="http://other-{n}.example/">o</a>' for n in range(5))
        return 200, {}, f'<title>Links</title><p>See <a href="{pages[path]}">this</a> {others}</p>'

    return answer
