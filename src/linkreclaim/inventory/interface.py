"""What every place that keeps old pages has in common."""

from typing import Protocol

from linkreclaim.model.pages import Capture
from linkreclaim.urls import Url


class CaptureSource(Protocol):
    """Knows pages that the site had: a folder of copies, WARC files, records of an old system, an archive's answers."""

    @property
    def problems(self) -> tuple[str, ...]:
        """What was refused or could not be read so far, for a person."""
        ...

    def find(self, url: Url) -> tuple[Capture, ...]:
        """What is known of the page at a URL, the newest first; scheme and `www.` make no difference. Empty: nothing.

        Several copies are candidates: an old error page that said "200 OK" may be among them, and it is the caller who
        judges what a page says.
        """
        ...
