"""Whole audits in this process, with the clock in the test's hand."""

import asyncio
import csv
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from linkreclaim.config import FetchSettings
from linkreclaim.jobs.audits.audit import AuditResult, audit
from linkreclaim.jobs.runs.context import AuditRequest
from linkreclaim.model.events import RunEvent

FIRST_DAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def day(number: float) -> datetime:
    """A moment so many days after the first."""
    return FIRST_DAY + timedelta(days=number)


def write_links(path: Path, targets: Sequence[str]) -> Path:
    """An export that names one linking page for each target."""
    with open(path, "w", encoding="utf-8", newline="") as sheet:
        writer = csv.writer(sheet)
        writer.writerow(["Referring page URL", "Target URL", "Anchor"])
        writer.writerows([f"https://blog-{n}.example/post", target, "a guide"] for n, target in enumerate(targets))
    return path


def run_audit(
    site: str,
    links: Path,
    now: datetime,
    *,
    events: list[RunEvent] | None = None,
    site_headers: tuple[tuple[str, str], ...] = (),
    **options: Any,
) -> AuditResult:
    """Audit a site on loopback at a moment; linking pages are not read."""
    workspace = links.parent / "ws"
    request = AuditRequest(
        site=site,
        links=(links,),
        workspace=workspace,
        out=workspace / "report",
        columns=(("referring_page", "Referring page URL"), ("target_url", "Target URL"), ("anchor_text", "Anchor")),
        read_pages=False,
        settings=FetchSettings(allow_private=True, stranger_per_s=1000, site_headers=site_headers),
        **options,
    )
    sink = (lambda event: None) if events is None else events.append
    return asyncio.run(audit(request, sink, lambda summary: None, clock=lambda: now))
