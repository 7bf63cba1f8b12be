"""Progress of reading in megabytes: numbers of bytes are too long to read."""

from collections.abc import Callable

from linkreclaim.model.events import EventSink, RunEvent, Stage

_MEGABYTE = 1_000_000


def show_megabytes(sink: EventSink) -> Callable[[int, int], None]:
    """A function of (bytes read, bytes in all) that tells of each further megabyte, where the whole is known."""
    shown = -1

    def show(done_bytes: int, total_bytes: int) -> None:
        nonlocal shown
        done = done_bytes // _MEGABYTE
        if total_bytes and done > shown:
            shown = done
            sink(RunEvent(Stage.GATHER, done, total_bytes // _MEGABYTE))

    return show
