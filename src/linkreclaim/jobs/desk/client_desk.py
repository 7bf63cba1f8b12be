"""The desk where a page has client reports made: who hands them over, and the newest files of each site.

A report is made beside the requests, in a process of its own, in every form at once. What is sent as a logo is kept as
it came, told anew by its bytes whenever it is used, and put into reports only: no address serves it.
"""

import asyncio
import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO

from linkreclaim.errors import InputError, LinkreclaimError
from linkreclaim.jobs.delivery.client_report import FORMS, Sender, name_agency, tell_client
from linkreclaim.jobs.gathering.uploads import write_json
from linkreclaim.jobs.runs.background import Background, BackgroundTask
from linkreclaim.jobs.runs.clock import utc_now
from linkreclaim.model.events import EventSink, RunEvent, Stage
from linkreclaim.report.client import LOGO_BYTES, read_logo, tell_logo
from linkreclaim.report.files import write_bytes
from linkreclaim.store import Workspace, open_workspace

KIND = "client report"
_FOLDER = "client-reports"
_AGENCY, _LOGO, _MADE = "agency.json", "logo", "made.json"


@dataclass(frozen=True, slots=True)
class MadeReport:
    """The newest report of a site, and what it was made from."""

    headline: str
    audited_at: datetime
    made_at: datetime
    by: str
    problems: dict[str, str]  # of the forms that could not be written, by their ending: why
    state: str  # another one when the audit, a decision or the sender changed

    @property
    def forms(self) -> tuple[str, ...]:
        """Endings of the files that there are."""
        return tuple(form for form in FORMS if form not in self.problems)


class ClientDesk:
    """Keeps the sender of a workspace, has reports made and finds them. Safe for threads; close it at the end."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._background = Background()

    def sender(self) -> Sender:
        """Who hands reports over; a logo that cannot be used any more is left out."""
        return read_sender(self._workspace.folder)

    def keep_agency(self, typed: str) -> None:
        """Keep the name of the agency; "" for none."""
        write_json(self._place() / _AGENCY, {"agency": name_agency(typed)})

    def keep_logo(self, stream: IO[bytes], sender_name: str) -> None:
        """Keep a logo in place of the one before.

        Raises:
            InputError: it is no PNG, JPEG or SVG image.
            UnsafeInputError: it is too large, or would load something.
            LinkreclaimError: the file cannot be written.
        """
        data = stream.read(LOGO_BYTES + 1)
        tell_logo(data, sender_name)
        write_bytes(self._place() / _LOGO, data)

    def remove_logo(self) -> None:
        """Forget the logo."""
        (self._place() / _LOGO).unlink(missing_ok=True)

    def start(self, host: str, by: str) -> BackgroundTask:
        """Begin to make the report of a site.

        Raises:
            UsageError: it is being made already.
        """
        return self._background.start(KIND, host, make_reports, str(self._workspace.folder), host, by)

    def stop(self, host: str) -> None:
        """Stop making it; the report before it stays."""
        task = self.task(host)
        if task is not None:
            self._background.stop(task.id)

    def task(self, host: str) -> BackgroundTask | None:
        """The newest work on a site's report that this server began."""
        return self._background.newest(KIND, host)

    def made(self, site_id: int) -> MadeReport | None:
        """The newest report of a site; None while there is none."""
        try:
            values = json.loads((report_place(self._workspace.folder, site_id) / _MADE).read_bytes())
            moments = {name: datetime.fromisoformat(values[name]) for name in ("audited_at", "made_at")}
            return MadeReport(**values | moments)
        except (OSError, ValueError, KeyError, TypeError):  # none, or of another version
            return None

    def is_current(self, site_id: int, made: MadeReport) -> bool:
        """Whether nothing that a report tells has changed since it was made."""
        return made.state == _state(self._workspace, site_id, self.sender())

    def file(self, host: str, site_id: int, form: str) -> Path:
        """A file of the newest report by its ending, `.pdf`.

        Raises:
            InputError: there is none.
        """
        made = self.made(site_id)
        if made is None:
            raise InputError(f"no report on {host} has been made yet")
        if form not in made.forms:
            raise InputError(made.problems.get(form, f"a report has no form {form[:20]!r}"))
        path = report_place(self._workspace.folder, site_id) / f"{made.state}{form}"
        if not path.is_file():
            raise InputError(f"the report on {host} is being replaced, or its file was deleted; load the page again")
        return path

    def close(self) -> None:
        """Stop what is at work."""
        self._background.close()

    def _place(self) -> Path:
        place = self._workspace.folder / _FOLDER
        place.mkdir(exist_ok=True)
        return place


def report_place(workspace: Path, site_id: int) -> Path:
    """Where the files of a site's newest report are."""
    return workspace / _FOLDER / f"site-{site_id}"


def read_sender(workspace: Path) -> Sender:
    """Who hands the reports of a workspace over."""
    place, sender = workspace / _FOLDER, Sender()
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        sender = Sender(name_agency(json.loads((place / _AGENCY).read_bytes())["agency"]))
    with suppress(InputError):
        return replace(sender, logo=read_logo(place / _LOGO))
    return sender


def make_reports(sink: EventSink, folder: str, host: str, by: str) -> dict[str, str]:
    """Work of a process of its own: the report in all forms, and which of them could not be written.

    Cost: that of `report_to_client`, the words once for all forms.

    Raises:
        LinkreclaimError: nothing can be told of the site, or no file can be written.
    """
    with open_workspace(Path(folder)) as workspace:
        return asyncio.run(_make(sink, workspace, host, by))


async def _make(sink: EventSink, workspace: Workspace, host: str, by: str) -> dict[str, str]:
    site_id = workspace.ledger.site_id(host)
    sender, place = read_sender(workspace.folder), report_place(workspace.folder, site_id)
    state = _state(workspace, site_id, sender)
    place.mkdir(parents=True, exist_ok=True)
    problems: dict[str, str] = {}
    async with tell_client(workspace, host, sender) as told:
        for done, form in enumerate(FORMS, 1):
            sink(RunEvent(Stage.DELIVER, done, len(FORMS) + 1))
            try:
                told.write(place / f"{state}{form}")
            except LinkreclaimError as error:
                problems[form] = str(error)
        made = MadeReport(told.report.headline, told.context.clock(), utc_now(), by, problems, state)
    moments = {"audited_at": made.audited_at.isoformat(), "made_at": made.made_at.isoformat()}
    write_json(place / _MADE, asdict(made) | moments)
    for old in place.iterdir():
        if old.stem != state and old.name != _MADE:
            old.unlink(missing_ok=True)
    return problems


def _state(workspace: Workspace, site_id: int, sender: Sender) -> str:
    """A name for all that a report is made from: the audit, the decisions, who hands it over."""
    run = workspace.runs.latest(site_id)
    logo = b"" if sender.logo is None else sender.logo.data
    facts = f"{0 if run is None else run.id} {workspace.browsing.newest_decision(site_id)} {sender.agency}"
    return hashlib.sha256(facts.encode("utf-8", "replace") + b"\0" + logo).hexdigest()[:16]
