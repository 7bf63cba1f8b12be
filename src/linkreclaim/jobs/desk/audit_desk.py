"""The desk where audits are asked for by the page: files and options of each site, and the audit that is at work.

What was asked is kept beside the files, so that an audit which was stopped, or cut off when the server ended, goes on
from there. An audit lives as long as its server (`background`); one is at work in a workspace at a time.
"""

import asyncio
import json
import re
import shutil
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from linkreclaim.config import FetchSettings
from linkreclaim.errors import UsageError
from linkreclaim.jobs.desk.audit_options import Asked, at_pace, check_options, read_accept, read_budgets
from linkreclaim.jobs.gathering.uploads import (
    FilePart,
    FirstRows,
    Upload,
    Uploads,
    site_folder,
    sites_with_files,
    write_json,
)
from linkreclaim.jobs.runs.background import Background, BackgroundTask
from linkreclaim.model.events import EventSink, RunEvent, Stage
from linkreclaim.model.reports import AuditSummary
from linkreclaim.model.sites import Site
from linkreclaim.store import Workspace
from linkreclaim.store.overviews import Overviews
from linkreclaim.urls import parse

if TYPE_CHECKING:  # half a second and 40 MB, which only the process that audits needs at once
    from linkreclaim.jobs.runs.context import AuditRequest

KIND = "audit"
MAX_HOST_CHARACTERS = 253
"""**Source:** RFC 1035, 2.3.4: 255 octets with the length bytes."""
MAX_OPEN_SITES = 200
"""Sites for which files are gathered and no audit was started yet."""
_ASKED_NAME = "asked.json"
_HOST = re.compile(r"[a-z0-9_\[][a-z0-9_.:\[\]-]*")
"""Hosts as they are once parsed: names in ASCII, addresses, with a port or not."""


class FileKind(StrEnum):
    """What a file that was sent is for."""

    LINKS = "links"
    OLD = "old"  # a record of the old system
    CAPTURES = "captures"  # copies of old pages


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything that is known before an audit of a site is started."""

    site: Site
    scheme: str  # of the address that was typed; "" without one
    asked: Asked  # as it was asked last
    uploads: tuple[Upload, ...]
    old: tuple[Upload, ...]
    captures: tuple[Upload, ...]
    held_files: int  # source files that the workspace has of earlier audits
    held_rows: int


class AuditDesk:
    """Takes files and options, starts and stops audits. Safe for threads; close it before the program ends."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._overviews = Overviews(workspace.engine)
        self._uploads: dict[tuple[str, FileKind], Uploads] = {}
        self.background = Background()

    def close(self) -> None:
        """Stop what is at work; it can go on later."""
        self.background.close()

    # Sites

    def open_site(self, typed: str) -> str:
        """The host of a site as somebody typed it; from now on files can be sent for it.

        Raises:
            UsageError: it is no host.
        """
        site = self._read(typed)
        folder = site_folder(self._workspace.folder, site.host)
        if not folder.is_dir() and len(self.open_sites()) >= MAX_OPEN_SITES:
            raise UsageError(f"{MAX_OPEN_SITES} sites wait for their first audit; give some of them up first")
        folder.mkdir(parents=True, exist_ok=True)
        held = _read_json(folder / _ASKED_NAME)
        write_json(folder / _ASKED_NAME, held | {"scheme": site.scheme or held.get("scheme", "")})
        return site.host

    def open_sites(self) -> list[str]:
        """Sites with files or options that were never audited."""
        known = self._overviews.sites()
        return [host for host in sites_with_files(self._workspace.folder) if host not in known]

    def knows(self, host: str) -> bool:
        """Whether an audit of a site can be prepared: it was audited, or opened for it."""
        return host in self._overviews.sites() or host in self.open_sites()

    def give_up(self, host: str) -> None:
        """Delete the files of a site that was never audited; nothing happens to others."""
        if host in self.open_sites():
            for kind in FileKind:
                self._uploads.pop((host, kind), None)
            shutil.rmtree(site_folder(self._workspace.folder, host), ignore_errors=True)

    # Files and options

    def setup(self, host: str, asked: Asked | None = None) -> Setup:
        """What is known before an audit is started; by the options at hand, or by those it was started with last."""
        held, scheme = self._asked(host)
        sites = self._overviews.sites()
        asked = asked or self._with_threshold(held, sites.get(host))
        files = self._workspace.ledger.files(sites[host]) if host in sites else []
        uploads, old, captures = (self._files(host, kind).all() for kind in FileKind)
        site = Site(host, scheme, asked.subdomains, asked.old_hosts)
        held_rows = sum(file.claims for file in files)
        return Setup(site, scheme, asked, uploads, old, captures, len(files), held_rows)

    def take_file(self, host: str, stream: IO[bytes], sender_name: str, kind: FileKind = FileKind.LINKS) -> Upload:
        """Keep and recognise a file for a site.

        Raises:
            InputError: it cannot be kept; see `Uploads.take`.
        """
        return self._files(host, kind).take(stream, sender_name)

    def remove_file(self, host: str, name: str, kind: FileKind = FileKind.LINKS) -> None:
        """Delete a file that was sent.

        Raises:
            UsageError: an audit is reading it.
        """
        if self._at_work(host):
            raise UsageError(f"an audit of {host} is at work: stop it before you remove its files")
        self._files(host, kind).remove(name)

    # The audit

    def start(self, host: str, asked: Asked, settings: FetchSettings) -> BackgroundTask:
        """Begin an audit of a site with these options and all of its files that can be read.

        Raises:
            UsageError: there is nothing to go by, an option makes no sense, or an audit is at work.
        """
        setup = self.setup(host)
        files, old, captures = map(_usable, (setup.uploads, setup.old, setup.captures))
        if not files and not setup.held_files and not asked.internal and not asked.vendors:
            raise UsageError("there is no file with links yet: add an export first")
        asked = replace(self._checked(host, asked), files=files, old=old, captures=captures)
        self._refuse_second()
        self._write(host, asked)
        self._workspace.ledger.site_id(host)  # from now on it has pages of its own
        return self._begin(host, settings, fresh=True)

    def go_on(self, host: str, settings: FetchSettings) -> BackgroundTask:
        """Continue the audit of a site that did not end.

        Raises:
            InputError: a file that it reads is not there any more.
            UsageError: nothing was asked here, or an audit is at work.
        """
        if not self.can_go_on(host):
            raise UsageError(f"the audit of {host} was not started here: the command that began it continues it")
        self._refuse_second()
        return self._begin(host, settings, fresh=False)

    def stop(self, host: str) -> None:
        """Stop the audit of a site; what it has found is kept."""
        task = self.task(host)
        if task is not None:
            self.background.stop(task.id)

    def task(self, host: str) -> BackgroundTask | None:
        """The newest audit of a site that this server began."""
        return self.background.newest(KIND, host)

    def at_work(self) -> BackgroundTask | None:
        """The audit of any site that is at work here."""
        task = self.background.newest(KIND)
        return task if task is not None and task.at_work else None

    def can_go_on(self, host: str) -> bool:
        """Whether the newest audit of a site did not end, is not at work here, and was asked here."""
        site_id = self._overviews.sites().get(host)
        runs = [] if site_id is None else self._overviews.runs(site_id)
        unfinished = bool(runs) and runs[-1].finished_at is None
        folder = site_folder(self._workspace.folder, host)
        return unfinished and "files" in _read_json(folder / _ASKED_NAME) and not self._at_work(host)

    def request(self, host: str, settings: FetchSettings, fresh: bool) -> "AuditRequest":
        """What the audit of a site is asked, by the options that were kept for it.

        Raises:
            InputError: a file that it reads is not there any more.
        """
        from linkreclaim.jobs.runs.context import AuditRequest

        asked, scheme = self._asked(host)
        return AuditRequest(
            site=f"{scheme}://{host}" if scheme else host,
            links=self._files(host).paths(asked.files),
            old=self._files(host, FileKind.OLD).paths(asked.old),
            captures=self._files(host, FileKind.CAPTURES).paths(asked.captures),
            vendors=asked.vendors,
            budgets=read_budgets(asked),
            workspace=self._workspace.folder,
            out=report_folder(self._workspace.folder, host),
            pages=asked.sitemaps,
            wayback=asked.wayback,
            old_hosts=asked.old_hosts,
            subdomains=asked.subdomains,
            foreign=asked.foreign,
            internal=asked.internal,
            accept_0_1=read_accept(asked),
            read_pages=asked.read_pages,
            keep_going=asked.keep_going,
            fresh=fresh,
            settings=at_pace(asked, settings),
        )

    def _begin(self, host: str, settings: FetchSettings, fresh: bool) -> BackgroundTask:
        return self.background.start(KIND, host, run_audit, self.request(host, settings, fresh))

    def _refuse_second(self) -> None:
        task = self.at_work()
        if task is not None:
            raise UsageError(f"an audit of {task.key} is at work; one at a time: wait for it, or stop it")

    def _with_threshold(self, held: Asked, site_id: int | None) -> Asked:
        """With the threshold whose acceptances hold, wherever it was given: without one an audit takes them back."""
        newest = None if site_id is None or held.accept else self._workspace.threshold_decisions.newest(site_id)
        return held if newest is None else replace(held, accept=f"{newest:g}")

    def _at_work(self, host: str) -> bool:
        task = self.task(host)
        return task is not None and task.at_work

    def _files(self, host: str, kind: FileKind = FileKind.LINKS) -> Uploads:
        held = self._uploads.get((host, kind))
        return held or self._uploads.setdefault((host, kind), self._open_files(host, kind))

    def _open_files(self, host: str, kind: FileKind) -> Uploads:
        folder = site_folder(self._workspace.folder, host)
        if kind is FileKind.LINKS:
            return Uploads(folder)
        return Uploads(folder / kind, partial(self._recognise, host, kind))

    def _recognise(self, host: str, kind: FileKind, path: Path) -> tuple[tuple[FilePart, ...], FirstRows]:
        """What a file tells of old pages, by the site and its former hosts as they were kept last."""
        from linkreclaim.jobs.desk.old_files import recognise_copies, recognise_record  # brings readers with it

        if kind is FileKind.CAPTURES:
            return recognise_copies(path)
        asked, scheme = self._asked(host)
        hosts = (parse(f"{scheme or 'https'}://{each}/") for each in (host, *asked.old_hosts))
        return recognise_record(path, [origin for origin in hosts if origin is not None])

    def _asked(self, host: str) -> tuple[Asked, str]:
        held = _read_json(site_folder(self._workspace.folder, host) / _ASKED_NAME)
        scheme = str(held.pop("scheme", ""))
        values: dict[str, Any] = {name: tuple(value) if type(value) is list else value for name, value in held.items()}
        return Asked(**values), scheme

    def _write(self, host: str, asked: Asked) -> None:
        folder = site_folder(self._workspace.folder, host)
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / _ASKED_NAME, asdict(asked) | {"scheme": self._asked(host)[1]})

    def _read(self, typed: str) -> Site:
        from linkreclaim.jobs.audits.audit import read_site
        from linkreclaim.jobs.runs.context import AuditRequest

        folder = self._workspace.folder
        site = read_site(AuditRequest(typed.strip(), (), folder, folder)) if typed.strip() else None
        if site is None or len(site.host) > MAX_HOST_CHARACTERS or not _HOST.fullmatch(site.host):
            raise UsageError(f"{typed.strip()[:MAX_HOST_CHARACTERS]!r} is no host such as example.com")
        return site

    def _checked(self, host: str, asked: Asked) -> Asked:
        """The options, former hosts as the audit will read them."""
        check_options(asked)
        old_hosts = tuple(self._read(typed).host for typed in asked.old_hosts)
        if host in old_hosts:
            raise UsageError(f"{host} is the site itself, not a former address of it")
        return replace(asked, old_hosts=old_hosts)


def run_audit(sink: EventSink, request: "AuditRequest") -> dict[str, Any]:
    """The audit, in a process of its own; returns what the page says of its end."""
    from linkreclaim.jobs.audits.audit import audit

    def tell_first(first: AuditSummary) -> None:
        found = f"First list from the files alone: {first.backlinks:,} links to {first.targets:,} addresses"
        sink(RunEvent(Stage.GATHER, message=found))

    result = asyncio.run(audit(request, sink, tell_first))
    return {"unreadable": list(result.unreadable), "many_untold": result.many_untold, "undecided": result.undecided}


def report_folder(workspace: Path, host: str) -> Path:
    """Where the results of an audit that the page started are written: each site has a folder of its own."""
    return workspace / "reports" / site_folder(workspace, host).name


def _usable(uploads: tuple[Upload, ...]) -> tuple[str, ...]:
    return tuple(upload.name for upload in uploads if upload.usable)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}
