"""A made-up workspace of any size, written straight into its tables; the same for every run."""

import json
import random
import sqlite3
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import accumulate
from pathlib import Path

from linkreclaim.jobs.delivery.list_dead import list_dead_pages, site_of
from linkreclaim.store import open_workspace
from linkreclaim.store.workspace import DATABASE_NAME
from linkreclaim.urls import match_key

HOST = "shop.example"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
FOLDERS = 40
DOMAINS = 50_000
VERDICTS = ("not_found", "not_found", "not_found", "gone", "soft_404", "redirected_home", "redirect_broken", "parked")
CAUSES = (
    "deleted_page",
    "url_restructure",
    "url_restructure",
    "lost_redirect",
    "typo_at_source",
    "never_existed",
    "unsure",
)
WORDS = (
    *("oak", "table", "chair", "lamp", "guide", "review", "sale", "summer", "winter", "garden", "kitchen", "leather"),
    *("cotton", "steel", "bamboo", "travel", "recipe", "news", "press", "career", "support", "manual", "download"),
    *("gallery", "archive", "history", "event", "partner", "dealer", "spare", "part", "warranty", "größe", "straße"),
    *("études", "façade", "niño", "über"),
)
SOURCES = {
    "Ahrefs Backlinks": 0.8,
    "Majestic Backlinks": 0.6,
    "Semrush Backlinks": 0.5,
    "Search Console Latest links": 0.3,
    "Moz Inbound links": 0.01,
}
"""Share of the dead pages that each knows, in the order of their bits."""
_ZIPF_EXPONENT = 0.8


def build(folder: Path, links: int, dead: int, pages: int) -> None:
    """Make the workspace unless it is there; a few minutes for a million links."""
    if (folder / "built").exists():
        return
    with open_workspace(folder) as workspace:
        site_id = workspace.ledger.site_id(HOST)
        run = workspace.runs.begin(site_id, "browsing", NOW)
        site = {"host": HOST, "scheme": "https", "with_subdomains": False, "old_hosts": ["old-shop.example"]}
        workspace.runs.note(run.id, site=site, sources=list(SOURCES))
        workspace.runs.finish(run.id, NOW)
    connection = sqlite3.connect(folder / DATABASE_NAME, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN")
    for name, make in _tables(links, dead, pages).items():
        started = time.monotonic()
        _fill(connection, name, make())
        print(f"{name}: {time.monotonic() - started:.0f} s", flush=True)
    connection.execute("COMMIT")
    connection.close()
    with open_workspace(folder) as workspace:
        started = time.monotonic()
        newest = workspace.runs.latest(workspace.ledger.site_id(HOST))
        assert newest is not None
        list_dead_pages(workspace, newest, site_of(workspace, newest))
        print(f"listing: {time.monotonic() - started:.0f} s", flush=True)
    (folder / "built").touch()


def _fill(connection: sqlite3.Connection, name: str, rows: Iterator[dict[str, object]]) -> None:
    first = next(rows)
    statement = f"INSERT INTO {name} ({', '.join(first)}) VALUES ({', '.join('?' * len(first))})"
    connection.execute(statement, tuple(first.values()))
    connection.executemany(statement, (tuple(row.values()) for row in rows))


def _tables(links: int, dead: int, pages: int) -> dict[str, Callable[[], Iterator[dict[str, object]]]]:
    return {
        "domain": lambda: ({"id": n, "name": f"site-{n}.example"} for n in range(1, DOMAINS + 1)),
        "url": lambda: _urls(dead, pages),
        "source_file": _files,
        "claim": lambda: _claims(links, dead),
        "look": lambda: _looks(dead),
        "target": lambda: _targets(links, dead),
        "finding": lambda: _findings(dead, pages),
        "page": lambda: _pages(dead, pages),
        "capture": lambda: _captures(dead),
    }


def slug(draw: random.Random) -> str:
    """A few words as they stand in an address."""
    return "-".join(draw.choices(WORDS, k=3))


def dead_url(number: int) -> str:
    """The address of a dead page; one in twenty stands on the former host."""
    draw = random.Random(number)
    host = "old-shop.example" if number % 20 == 0 else HOST
    return f"https://{host}/folder-{draw.randrange(FOLDERS) ** 2 // FOLDERS}/{slug(draw)}-{number}.html"


def live_url(number: int) -> str:
    """The address of a page of the inventory."""
    draw = random.Random(-number - 1)
    return f"https://{HOST}/new-{draw.randrange(FOLDERS)}/{slug(draw)}-{number}"


def _urls(dead: int, pages: int) -> Iterator[dict[str, object]]:
    for n in range(dead + pages):
        address = dead_url(n) if n < dead else live_url(n - dead)
        yield {"id": n + 1, "key": match_key(address), "url": address, "domain_id": 1}


def _files() -> Iterator[dict[str, object]]:
    for n in range(1, 3):
        yield {
            "id": n,
            "site_id": 1,
            "path": f"{n}.csv",
            "fingerprint": str(n),
            "scope": "",
            "tool": "Ahrefs" if n == 1 else "Majestic",
            "report": "Backlinks",
            "notes": "[]",
            "rows_done": 0,
            "claims": 0,
            "off_site": 0,
            "off_site_hosts": "{}",
            "problems": 0,
            "done": True,
        }


def _zipf(things: int) -> list[float]:
    weights = list(accumulate(1 / rank**_ZIPF_EXPONENT for rank in range(1, things + 1)))
    return [weight / weights[-1] for weight in weights]


def _targets_of_links(links: int, dead: int) -> Iterator[int]:
    shares, draw = _zipf(dead), random.Random(7).random
    return (bisect_left(shares, draw()) for _ in range(links))


def _claims(links: int, dead: int) -> Iterator[dict[str, object]]:
    for n, target in enumerate(_targets_of_links(links, dead)):
        domain = n * 7919 % DOMAINS + 1
        yield {
            "file_id": n % 2 + 1,
            "line": n,
            "page_key": f"site-{domain}.example/blog/2023/post-{n}/a-title-of-some-length",
            "domain_id": domain,
            "target_id": target + 1,
            "anchor_text": f"anchor {n % 9} of {target}",
            "rel": 0,
            "place": "content",
            "first_seen_day": date(2024, 1, 15).toordinal(),
            "last_seen_day": date(2026, 9, 1).toordinal(),
            "target_soft_404": False,
            "external_links": 20,
            "links_in_group": 1,
            "domain_metric": "DR",
            "domain_metric_value": float(domain % 100),
        }


def _looks(dead: int) -> Iterator[dict[str, object]]:
    for n in range(dead):
        address, kind = dead_url(n), random.Random(n).choice(VERDICTS)
        yield {
            "run_id": 1,
            "url_id": n + 1,
            "checked_at": NOW.isoformat(),
            "verdict": kind,
            "dead": True,
            "former_host": False,
            "reason": f"answers as {kind} does",
            "verdict_confidence_0_1": 0.98,
            "evidence": json.dumps(["status 404", "a random address of the folder gets the same page"]),
            "hops": json.dumps([[address, 404, None]]),
            "final_url": address,
        }


def _targets(links: int, dead: int) -> Iterator[dict[str, object]]:
    counts = [0] * dead
    for target in _targets_of_links(links, dead):
        counts[target] += 1
    for n, count in enumerate(counts):
        anchors = [f"anchor {k} of {n}" for k in range(min(count, 5))]
        yield {
            "site_id": 1,
            "url_id": n + 1,
            "links": count,
            "links_seen": 0,
            "referring_domains": min(count, DOMAINS),
            "value": count * (0.5 + n % 97 / 100),
            "best_link": f"https://site-{n % DOMAINS + 1}.example/blog/best",
            "best_link_parts": "DR 40 -> A 0.02; 1 of 20 links -> 0.09; follow",
            "anchors": json.dumps(anchors),
            "said_dead": True,
            "sources": _known_to(random.Random(n * 5 + 2)),
        }


def _known_to(draw: random.Random) -> int:
    return sum(1 << bit for bit, share in enumerate(SOURCES.values()) if draw.random() < share)


def _findings(dead: int, pages: int) -> Iterator[dict[str, object]]:
    for n in range(dead):
        draw = random.Random(n * 3 + 1)
        confidence = draw.random()
        found = [[live_url(draw.randrange(pages)), confidence * 0.8**k, "page"] for k in range(5)]
        fits = confidence > 0.4
        yield {
            "run_id": 1,
            "url_id": n + 1,
            "cause": CAUSES[n * 31 % len(CAUSES)],
            "cause_confidence_0_1": 0.8,
            "cause_evidence": json.dumps(["its folder is still there"]),
            "old_title": " ".join(draw.choices(WORDS, k=6)).title() if n % 3 else "",
            "target_url": found[0][0] if fits else None,
            "match_confidence_0_1": confidence,
            "match_reason": "the same words in the address",
            "candidates": json.dumps(found),
            "disposition": "redirect" if fits else "restore" if n % 2 else "review",
        }


def _pages(dead: int, pages: int) -> Iterator[dict[str, object]]:
    for n in range(pages):
        yield {
            "run_id": 1,
            "url_id": dead + n + 1,
            "title": " ".join(random.Random(n).choices(WORDS, k=6)).title(),
            "description": "",
            "headings": "[]",
            "text": "",
            "lang": "en",
            "canonical": "",
            "noindex": False,
            "live": True,
        }


def _captures(dead: int) -> Iterator[dict[str, object]]:
    for n in range(0, dead, 3):
        yield {
            "site_id": 1,
            "url_id": n + 1,
            "origin": "Wayback Machine",
            "looked_at": NOW.isoformat(),
            "found": True,
            "captured_on": "2023-05-01",
            "title": "What it was",
            "headings": "[]",
            "text": "The old text of the page. " * 20,
            "lang": "en",
            "ids": "[]",
        }
