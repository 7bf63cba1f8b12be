"""Progress on stderr: bars on a terminal, a line a stage elsewhere."""

from functools import partial
from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from linkreclaim.model.events import RunEvent, Stage

TITLES = {
    Stage.GATHER: "Reading exports",
    Stage.CHECK: "Checking targets",
    Stage.READ_PAGES: "Reading linking pages",
    Stage.INVENTORY: "Reading the site",
    Stage.CAPTURES: "Asking the archive",
    Stage.MATCH: "Matching",
    Stage.DELIVER: "Writing",
}


class TerminalProgress:
    """An event sink that shows where a run is; a context manager."""

    def __init__(self, console: Console, quiet: bool) -> None:
        self._console = console
        self._quiet = quiet
        self._bars: dict[Stage, TaskID] = {}
        self._progress = Progress(
            TextColumn("{task.description:<22}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=quiet or not console.is_terminal,
        )

    def __enter__(self) -> "TerminalProgress":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def __call__(self, event: RunEvent) -> None:
        """Take an event."""
        if event.message:
            self._say(event)
            return
        bar = self._bars.get(event.stage)
        if bar is None:
            bar = self._bars[event.stage] = self._progress.add_task(TITLES[event.stage], total=event.total)
        self._progress.update(bar, completed=event.done, total=event.total)

    def _say(self, event: RunEvent) -> None:
        """A message is one line in a file or a pipe, and wrapped between words on a terminal."""
        said = partial(self._console.print, highlight=False, soft_wrap=not self._console.is_terminal)
        if event.warning:
            said(f"[yellow]![/yellow] {escape(event.message)}")
        elif not self._quiet:
            said(f"[dim]{escape(event.message)}[/dim]")
